// SPDX-License-Identifier: GPL-3.0-or-later
// Random walks: where a search cannot be complete, lives picked by a seed go deeper than its first levels. They prove nothing: a walk
// that breaks nothing says only that it broke nothing.
#pragma once
#include "simulation/explore/way.h"

namespace indoubt::simulation::explore {

struct WalkBounds {
    std::uint64_t walks = 1000;
    std::uint32_t steps_max = 150;  // of one walk
    std::uint64_t seed = 1;
    std::uint64_t memory_bytes_max = 4ull << 30;
};

struct Walks {
    std::uint64_t walks = 0, steps = 0;
    std::uint64_t decided = 0;      // walks at whose end all branches had decided
    std::uint32_t local_states = 0; // distinct states of single nodes that they came through
    double seconds = 0;
    std::string stopped;            // before all were done: why
    std::string invariant;          // broken; empty: none
    std::vector<std::uint32_t> way; // to it, shortened
};

Walks walk(ClusterModel& model, const WalkBounds& bounds);

}  // namespace indoubt::simulation::explore
