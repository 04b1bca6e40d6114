// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with a command line, in words that name the wrong one and what may have been meant.
#pragma once
#include <CLI/CLI.hpp>
#include <string>

namespace indoubt::cli {

// One or more lines without a newline at the end; the last says where the help is.
std::string explain(const CLI::App& program, const CLI::Error& error);

}  // namespace indoubt::cli
