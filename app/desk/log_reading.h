// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for a payment's decision in a node's durable log, by the service: what is on that disk, not what was heard of it. Blocks;
// for a worker.
#pragma once
#include "client/operator_client.h"

namespace indoubt::console::desk {

struct FoundDecision {
    events::Outcome outcome = events::Outcome::none;  // none: no decision up to `last`
    std::uint64_t lsn = 0;                            // of its record
    std::uint64_t last = 0;                           // as far as was read
};

// `from_lsn`: no record before it can be about this payment. An error: that log cannot be read now, and why.
base::Result<FoundDecision> findDecision(client::OperatorClient& client, base::NodeId node, const base::Xid& xid, std::uint64_t from_lsn);

}  // namespace indoubt::console::desk
