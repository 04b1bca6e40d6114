// SPDX-License-Identifier: GPL-3.0-or-later
// Who is blocked, exactly: simulation sees every node and every link at once. Live, the label states its evidence instead.
#pragma once
#include "checks/check.h"
#include "simulation/world.h"

namespace indoubt::simulation {

// Nodes that are up, not suspended, and linked with `node` both ways. Empty when `node` itself is down or suspended.
std::vector<NodeId> reachable_from(const World& world, Network& network, NodeId node);
// Prepared, undecided, and no permitted terminator is reachable: the coordinator, or (cooperative) a peer that can still refuse
// or that knows the outcome.
bool blocked(World& world, NodeId node, const Xid& xid);
// Every branch that has an instance at a node that is up. None when this moment is no cut.
std::vector<checks::BlockedLabel> label_branches(World& world);

}  // namespace indoubt::simulation
