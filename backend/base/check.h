// SPDX-License-Identifier: GPL-3.0-or-later
// A broken assumption stops the process, in release builds too: money is safer in a stopped process than in a wrong one.
// Bad input is never a check: it is a Result (result.h).
#pragma once

namespace indoubt::base {

[[noreturn]] void check_failed(const char* expression, const char* file, int line, const char* why);

}  // namespace indoubt::base

#define INDOUBT_CHECK(expression, why) \
    ((expression) ? static_cast<void>(0) : ::indoubt::base::check_failed(#expression, __FILE__, __LINE__, why))
