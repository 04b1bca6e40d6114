// SPDX-License-Identifier: GPL-3.0-or-later
// What a filter asks of payments that are over and that only a log still knows: how to look for candidates. A candidate still has
// to be folded and matched.
#pragma once
#include <string>

#include "view/filter.h"

namespace indoubt::view {

struct ArchiveQuery {
    bool finished = true;   // false: only payments that are still open can match
    std::string text;       // every match holds it in a reference, a name or an account; empty: the filter names none
};
ArchiveQuery archive_query(const Filter& filter);

}  // namespace indoubt::view
