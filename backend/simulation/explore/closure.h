// SPDX-License-Identifier: GPL-3.0-or-later
// All that each node could ever do, taken on its own: every local state that it reaches when anything that any node could ever say may
// arrive at any time, in any order, any number of times, and it crashes and restarts as often as the budget of all
// together allows, less the crashes and restarts of others without which it could not have heard what it has.
// More than what the nodes do together (nobody asks here whether what arrives can have been said by then), so what never matters
// here never matters there: reduction.h rests on that. Finite where the local states are; `steps_max` ends it where they are too many.
#pragma once
#include "simulation/explore/cluster_model.h"

namespace indoubt::simulation::explore {

// sync_lazy: only where something can crash still. The last two spend what their names say.
enum class EdgeKind : std::uint8_t { free = 0, sync_lazy = 1, crash = 2, restart = 3 };

struct OwnEdge {
    EdgeKind kind;
    std::uint32_t next;
    std::uint32_t sends;  // number of a set of messages
};

struct Closure {
    bool finished = false;             // else nothing below may be used
    std::uint64_t steps = 0;           // of cores
    std::uint32_t nodes = 0;
    std::vector<std::uint32_t> initial;            // by node: state, numbered across all nodes from 0
    std::vector<std::uint32_t> initially_sent;     // messages
    std::vector<std::uint32_t> node_of, deeds;     // by state
    std::vector<bool> up;
    std::vector<std::vector<OwnEdge>> own;         // by state
    std::vector<std::vector<std::uint32_t>> next, sends;  // by state, then by place in inbox[node]
    std::vector<std::vector<std::uint32_t>> inbox; // by node: the messages that may come to it
    std::vector<std::uint32_t> place;              // by message: in its addressee's inbox
    std::vector<std::vector<std::uint32_t>> sets;  // of messages, sorted; 0 is empty
};

// A delivery or move that is not to be begun (a ballot above the largest) leads from a state to itself and sends nothing.
Closure close(ClusterModel& model, std::uint64_t steps_max, std::uint64_t memory_bytes_max = 20ull << 30);

}  // namespace indoubt::simulation::explore
