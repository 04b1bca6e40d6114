// SPDX-License-Identifier: GPL-3.0-or-later
// The one rule for text from outside: well-formed UTF-8.
#pragma once
#include <string_view>

namespace indoubt::base {

// No cut sequences, no overlong forms, no surrogates, nothing past U+10FFFF (Unicode 15, table 3-7). Any thread.
bool valid_utf8(std::string_view text);

}  // namespace indoubt::base
