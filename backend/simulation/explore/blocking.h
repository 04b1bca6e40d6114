// SPDX-License-Identifier: GPL-3.0-or-later
// Who is blocked in which of the states that a complete search has seen. A branch is blocked where it is prepared and undecided, and no
// deliveries, time-outs, votes and syncs, in any order, lead to its decision: only a restart can, or nothing.
#pragma once
#include "simulation/explore/run.h"

namespace indoubt::simulation::explore {

// Fills blocked_states and blocking. Walks all transitions again, until nothing changes: 3 to 6 times the search.
void classify_blocking(ClusterModel& model, const StateSet& seen, Exploration& result);

}  // namespace indoubt::simulation::explore
