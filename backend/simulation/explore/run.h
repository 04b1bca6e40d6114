// SPDX-License-Identifier: GPL-3.0-or-later
// One exploration from options to findings: the search, the ways to its violations in words, and who is blocked where.
#pragma once
#include "base/result.h"
#include "simulation/explore/blocking.h"
#include "simulation/explore/reduced_model.h"
#include "simulation/explore/walk.h"

namespace indoubt::simulation::explore {

struct ExploreOptions {
    ClusterSetup setup;
    Bounds bounds;
    bool exact = false;        // every state as it is, without the reductions of reduced_model.h
    bool symmetry = true;      // among those
    // Cores are stepped so often at most for what reductions need to know; where that is not enough the search is exact.
    std::uint64_t closure_steps_max = 40'000'000;
    WalkBounds walks = {.walks = 0};  // after the search; 0: none
    bool partitions = false;   // asked for; see assumptions for what the model makes of it
    bool classify = true;      // also say who is blocked: takes several times as long as the search
};

struct Violation {
    std::string invariant;
    std::vector<std::string> steps;  // a shortest way, in words
    std::vector<std::uint32_t> actions;
    std::string scenario;            // that `indoubtctl simulate` takes; empty: none can begin so
};

struct Exploration {
    Report report;
    double seconds = 0;                    // in all: what single nodes can do, the search, who is blocked, walks
    bool reduced = false;
    std::vector<std::string> reductions;   // what was taken together, or why nothing was, in words
    std::uint64_t states_unrenamed = 0;    // what `report.states` stand for without symmetry; 0: there is none
    std::vector<Violation> violations;
    std::vector<std::string> assumptions;  // what this run took for granted, in words
    bool classified = false;               // only a complete search can be; blocked states are counted without symmetry
    std::uint64_t blocked_states = 0;      // with at least one blocked branch
    std::vector<Blocking> blocking;
    Walks walks;
};

// Errors: options that do not fit each other or the protocol. `progress` may cancel by returning false.
base::Result<Exploration> explore(const ExploreOptions& options, const std::function<bool(const Progress&)>& progress = {});

}  // namespace indoubt::simulation::explore
