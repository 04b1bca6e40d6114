// SPDX-License-Identifier: GPL-3.0-or-later
// "Did you mean": the known word that a mistyped one is nearest to.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace indoubt::base {

// At most two letters away, or what it begins; empty: none is near. Of several equally near ones the first.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace indoubt::base
