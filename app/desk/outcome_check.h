// SPDX-License-Identifier: GPL-3.0-or-later
// After an order was carried out: what the fold says really came of it. "Done" is a claim of the service; this is the check.
// Pure function of the view. GUI thread (translations).
#pragma once
#include <QString>
#include <optional>

#include "client/operator_client.h"
#include "view/view.h"

namespace indoubt::console::desk {

struct Checked {
    bool final = false;  // nothing more will come of this order
    bool good = false;   // what was wanted has happened, and money and branches agree
    QString text;        // "Done and checked: 3 of 3 branches say committed, hold released, sums agree."
};

// `waitedNs`: since the order was answered. Before branches had time to follow, the text says so and is not final.
Checked checkOutcome(const view::View& view, const view::Transaction& transaction, client::Action action, std::optional<base::NodeId> branch, std::int64_t waitedNs);

}  // namespace indoubt::console::desk
