// SPDX-License-Identifier: GPL-3.0-or-later
// The state diagram of a protocol's two machines, found by running them: small clusters of real cores are explored, and every change
// of phase that one input made is an arrow. Nothing is written down by hand, so a diagram cannot differ from the machines.
// Single-threaded; takes about a second.
#pragma once
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "commit/machine.h"

namespace indoubt::simulation::explore {

// An arrow. `from` none: there was no machine for this payment yet. `restarted`: found so by a later life in its log, from no phase.
struct PhaseStep {
    commit::Phase from = commit::Phase::none, to = commit::Phase::none;
    bool restarted = false;
    std::set<std::string> inputs;  // "payment", "YES", "time-out (prepare)", "own vote NO", "failure report", "record on disk"
};

struct PhaseDiagram {
    std::vector<PhaseStep> coordinator, participant;  // sorted by from, to
    std::uint64_t states = 0;    // of the clusters that were walked
    bool complete = true;        // all that these clusters can reach; else the first so many states of them, breadth first
};

struct PhaseWalk {
    events::ProtocolChoice protocol;
    std::uint64_t states_max = 40'000;  // of each cluster
};

// Errors: an unknown protocol. `go_on` may end the walk; what is found so far is then not complete.
base::Result<PhaseDiagram> phase_diagram(const PhaseWalk& walk, const std::function<bool()>& go_on = {});

}  // namespace indoubt::simulation::explore
