// SPDX-License-Identifier: GPL-3.0-or-later
// A way through the states of a cluster: the actions from its start, in order. It can be followed again, shortened, and written down as a
// scenario (proto/indoubt/v1/scenario.proto, moves) that the simulation takes on the same cores with every checker looking on.
#pragma once
#include <optional>

#include "simulation/explore/cluster_model.h"

namespace indoubt::simulation::explore {

// The invariant that the way comes to break, and after how many of its actions; none: an action is not possible, or nothing breaks.
struct Broken { std::string invariant; std::size_t after; };
std::optional<Broken> follow(ClusterModel& model, const std::vector<std::uint32_t>& way);

// Leaves out whatever can be left out, one action and then two at a time, until nothing can, and ends where the invariant is broken.
// What a breadth-first search found is a shortest way already.
std::vector<std::uint32_t> shortened(ClusterModel& model, std::vector<std::uint32_t> way, const std::string& invariant);

// As a text file. Empty: the start is one that a scenario cannot begin with (replicas that have elected a leader already).
std::string scenario_text(ClusterModel& model, const std::vector<std::uint32_t>& way, const std::string& invariant);

}  // namespace indoubt::simulation::explore
