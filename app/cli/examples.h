// SPDX-License-Identifier: GPL-3.0-or-later
// One line to copy at the end of every command's --help.
#pragma once
#include <CLI/CLI.hpp>

namespace indoubt::cli {

// After every command is there.
void add_examples(CLI::App& program);

}  // namespace indoubt::cli
