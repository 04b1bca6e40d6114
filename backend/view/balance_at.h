// SPDX-License-Identifier: GPL-3.0-or-later
// What an account held at an earlier time, if it is known.
#pragma once
#include <cstdint>
#include <optional>

#include "view/view.h"

namespace indoubt::view {

// `postings`: those of the row that were seen, oldest first. UTC ns as hlc. Nothing: it is not known, or (row.opened) there was no
// such account yet.
template <class Postings>
std::optional<std::int64_t> balance_at(const AccountRow& row, const Postings& postings, std::int64_t hlc) {
    if (row.known_hlc == 0 || hlc < row.known_hlc) return std::nullopt;
    for (std::size_t i = postings.size(); i > 0; --i)
        if (postings[i - 1].hlc <= hlc) return postings[i - 1].hlc >= row.known_hlc ? postings[i - 1].balance_minor : row.known_minor;
    return row.known_minor;
}

}  // namespace indoubt::view
