// SPDX-License-Identifier: GPL-3.0-or-later
// Payments that only the logs still know: their records, folded by the same view as everything else. On a worker. Internal to operator.
#pragma once
#include "operator/host.h"
#include "view/filter.h"

namespace indoubt::operators {

struct PastTransaction {
    view::TransactionPtr transaction;  // null: no log that can be reached knows it
    bool complete = true;              // all of them could be asked
    std::vector<NodeId> missing;       // else: whose could not
};
PastTransaction past_transaction(Host& host, const Xid& xid, bool wait = true);

// At most `limit` payments that match and are not in the view, newest first, below `before` (empty: from the newest). Without a reference,
// name or account in the filter only the newest few thousand are looked at, and never for more than a few seconds.
struct PastMatches {
    std::vector<view::TransactionPtr> found;
    bool complete = true;              // false: time or patience ran out before the logs did, or a log could not be asked
};
PastMatches past_matches(Host& host, const view::Filter& filter, std::size_t limit, const Xid& before);

// The account's whole history, as far as its node's log can be asked; else what the view had.
void complete_history(Host& host, view::AccountRow& row, std::vector<view::Posting>& postings);

}  // namespace indoubt::operators
