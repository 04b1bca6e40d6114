// SPDX-License-Identifier: GPL-3.0-or-later
// One exploration from options to findings: the search, the ways to its violations in words, and who is blocked where.
#pragma once
#include "base/result.h"
#include "simulation/explore/cluster_model.h"

namespace indoubt::simulation::explore {

struct ExploreOptions {
    ClusterSetup setup;
    Bounds bounds;
    bool partitions = false;   // asked for; see assumptions for what the model makes of it
    bool classify = true;      // also say who is blocked: takes several times as long as the search
};

struct Violation {
    std::string invariant;
    std::vector<std::string> steps;  // a shortest way, in words
    std::vector<std::uint32_t> actions;
};

// A prepared branch that no sequence of deliveries, time-outs, votes and syncs frees, and the least that would.
struct Blocking {
    std::string who;           // "B"
    std::string freed_by;      // "restart of T"; "more than one restart"; "nothing within this budget"
    std::uint64_t states = 0;  // in how many states
};

struct Exploration {
    Report report;
    std::vector<Violation> violations;
    std::vector<std::string> assumptions;  // what this run took for granted, in words
    bool classified = false;               // only a complete search can be
    std::uint64_t blocked_states = 0;      // with at least one blocked branch
    std::vector<Blocking> blocking;
};

// Errors: options that do not fit each other or the protocol. `progress` may cancel by returning false.
base::Result<Exploration> explore(const ExploreOptions& options, const std::function<bool(const Progress&)>& progress = {});

}  // namespace indoubt::simulation::explore
