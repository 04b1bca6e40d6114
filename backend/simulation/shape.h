// SPDX-License-Identifier: GPL-3.0-or-later
// The clusters that simulations and explorations run on: T coordinates, A, B, C ... participate, T2, T3 ... are the further managers
// (acceptors or replicas) that tolerate faults. Co-located: the managers are participants, and A coordinates.
#pragma once
#include <cstdint>

#include "events/record.h"

namespace indoubt::simulation {

struct ShapeSetup {
    events::ProtocolChoice protocol;
    std::uint32_t participants = 3;
    std::uint32_t faults = 0;    // F: 2F+1 managers
    bool colocated = false;      // needs participants >= 2F+1
};

// Members: the coordinator, the participants, the further managers.
events::ClusterShape make_shape(const ShapeSetup& setup);

}  // namespace indoubt::simulation
