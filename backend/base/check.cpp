// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace indoubt::base {

void check_failed(const char* expression, const char* file, int line, const char* why) {
    std::fprintf(stderr, "indoubt: internal check failed: %s (%s)\n  at %s:%d\nThe process stops so that nothing wrong is written.\n", why, expression,
                 file, line);
    std::fflush(stderr);
    std::abort();
}

}  // namespace indoubt::base
