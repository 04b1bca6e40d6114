// SPDX-License-Identifier: GPL-3.0-or-later
// Which node gets which order. Pure: from what the view knows of the payment and the host of its nodes to steps, or to the reason
// why not, with advice. The machines have the last word: a step may still be refused where it arrives.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "operator/host.h"

namespace indoubt::operators {

enum class Action : std::uint8_t { abort = 1, resolve_commit, resolve_rollback, forget, retry, refuse, deliver };

struct OrderStep {
    NodeId node;
    commit::OrderKind kind = commit::OrderKind::retry;
    std::uint64_t proof_lsn = 0;
    NodeId proof_node{};
};

struct OrderPlan {
    std::vector<OrderStep> steps;  // at least one
    std::vector<NodeId> missed;    // branches it concerns too, whose nodes are not up
};

// Errors: UNAVAILABLE names the node that cannot be reached; FAILED_PRECONDITION the state that forbids it; INVALID_ARGUMENT the field.
Result<OrderPlan> plan_order(Action action, std::optional<NodeId> branch, const std::string& reason, const view::Transaction& transaction,
                             const std::vector<NodeFacts>& nodes);

// "A, B and C": what was done there, in words.
std::string done_text(Action action, const std::vector<OrderStep>& steps);

}  // namespace indoubt::operators
