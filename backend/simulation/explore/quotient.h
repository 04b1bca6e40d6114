// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of a closure with all that makes no difference taken away. Two states of a node are one class if no sequence of
// deliveries and own moves ever tells them apart: same deeds, and the same may be sent. Two messages are one if every state of their
// addressee takes them alike, and a message that no state takes any notice of is none at all. This is the coarsest bisimulation of states
// and messages together, by partition refinement (Kanellakis and Smolka, "CCS expressions, finite state processes, and three problems of
// equivalence", 1990); it is compositional: a cluster of classes does exactly what the cluster of states does (Graf and Steffen, CAV 1990).
#pragma once
#include "simulation/explore/closure.h"

namespace indoubt::simulation::explore {

struct ClassEdge {
    EdgeKind kind = EdgeKind::free;
    std::uint32_t message = 0;  // of a delivery
    std::uint32_t next = 0;     // class
    std::uint32_t sends = 0;    // number in Quotient::sets
    friend auto operator<=>(const ClassEdge&, const ClassEdge&) = default;
};

struct Quotient {
    std::uint32_t nodes = 0, messages = 0;         // messages: classes of them, without the one that is nothing
    std::vector<std::uint32_t> initial;            // by node: class, numbered across all nodes
    std::vector<std::uint32_t> initially_sent;
    std::vector<std::uint32_t> node_of, deeds;     // by class
    std::vector<bool> up;
    std::vector<std::vector<ClassEdge>> deliveries, own;  // by class, sorted; without those that change nothing and say nothing
    std::vector<std::uint32_t> addressee;          // by message class
    std::vector<std::uint32_t> class_of_message;   // as the model numbers them: its class + 1; 0: nothing
    std::vector<std::uint32_t> example;            // by message class: one of it, as the model numbers them
    std::vector<std::vector<std::uint32_t>> sets;  // of message classes, sorted; 0 is empty
};

// The partition is computed with hashes and then checked without: a collision ends the program rather than hides a state.
Quotient quotient_of(const Closure& closure);

}  // namespace indoubt::simulation::explore
