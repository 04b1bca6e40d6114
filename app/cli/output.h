// SPDX-License-Identifier: GPL-3.0-or-later
// What was asked for goes to stdout, and is never lost in silence: not on a full disk, not where stdout is closed.
#pragma once

namespace indoubt::cli {

// Before anything is opened: what is closed of stdin, stdout and stderr is taken, so that no database or socket gets its number and
// with it our text. Writing there goes on failing.
void keep_standard_streams();

// The last act. The exit code to end with: `code`, unless stdout could not be written; then stderr says so.
int finish_output(int code);

}  // namespace indoubt::cli
