// SPDX-License-Identifier: GPL-3.0-or-later
// Who is blocked in which of the states that a complete search has seen. A branch is blocked where it is prepared and undecided, and no
// deliveries, time-outs, votes and syncs, in any order, lead to its decision: only a restart can, or nothing.
#pragma once
#include <string>

#include "simulation/explore/cluster_model.h"

namespace indoubt::simulation::explore {

// A prepared branch that no sequence of deliveries, time-outs, votes and syncs frees, and the least that would.
struct Blocking {
    std::string who;           // "B"
    std::string freed_by;      // "restart of T"; "more than one restart"; "nothing within this budget"
    std::uint64_t states = 0;  // in how many states
};

struct Blocked {
    std::uint64_t states = 0;  // with at least one blocked branch
    std::vector<Blocking> who;
};

// `waits`: this node is up, prepared and undecided. Walks all transitions again, until nothing changes: 3 to 6 times the search.
// Actions are packed as pack_action() does. Every state names the same nodes, so none may have been renamed (Reductions::symmetry).
Blocked classify_blocking(Model& model, const StateSet& seen, const std::vector<std::string>& nodes,
                          const std::function<bool(const std::uint32_t* state, std::uint32_t node)>& waits);

}  // namespace indoubt::simulation::explore
