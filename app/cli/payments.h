// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the payment commands that has a file of its own.
#pragma once
#include "context.h"

namespace indoubt::cli {

void add_import(CLI::App& app, Context& context);

}  // namespace indoubt::cli
