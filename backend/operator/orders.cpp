// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/orders.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace indoubt::operators {
namespace {

const NodeFacts* facts_of(const std::vector<NodeFacts>& nodes, NodeId node) {
    auto found = std::find_if(nodes.begin(), nodes.end(), [node](const NodeFacts& facts) { return facts.node == node; });
    return found == nodes.end() ? nullptr : &*found;
}

base::Error unreachable(const std::vector<NodeFacts>& nodes, NodeId node, const std::string& what) {
    const NodeFacts* facts = facts_of(nodes, node);
    const std::string name = node.name() + (facts && !facts->title.empty() ? " (" + facts->title + ")" : "");
    if (!facts) return base::unavailable("node " + name + " is not hosted here; " + what);
    if (facts->state == "suspended") return base::unavailable("node " + name + " is suspended; resume it first: " + what);
    return base::unavailable("node " + name + " is down; start it first: " + what);
}

// A branch that votes READ-ONLY leaves no record and is in doubt never.
base::Error only_reads(NodeId node, const std::string& so) {
    return base::failed_precondition("branch " + node.name() + " of the payment only checks and changes nothing: " + so);
}

// "committed at 12:04:31 UTC": with its date, for an answer may be read days later.
std::string since(std::string_view what, std::int64_t hlc) {
    if (hlc <= 0) return std::string(what);
    const std::chrono::sys_seconds at{std::chrono::duration_cast<std::chrono::seconds>(std::chrono::nanoseconds(hlc))};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    char text[40];
    std::snprintf(text, sizeof text, " at %04d-%02u-%02u %02d:%02d:%02d UTC", int(date.year()), unsigned(date.month()), unsigned(date.day()), int(time.hours().count()), int(time.minutes().count()),
                  int(time.seconds().count()));
    return std::string(what) + text;
}

// A named branch that has ended by itself needs no order any more, and its node knows it no longer: what it is, is said here.
std::optional<base::Error> over(Action action, const view::Transaction& transaction, const view::Branch& branch) {
    if (branch.heuristic != events::Heuristic::none || (action == Action::refuse && transaction.open())) return std::nullopt;
    const bool closed = !transaction.open();
    if (!closed && branch.phase != view::BranchPhase::committed && branch.phase != view::BranchPhase::aborted) return std::nullopt;
    const std::string nothing = "; nothing is left to do at " + branch.node.name();
    if (closed) return base::failed_precondition("the payment is already " + since(view::word(transaction.state), transaction.ended_hlc) + nothing);
    return base::failed_precondition("branch " + branch.node.name() + " has already " + since(branch.phase == view::BranchPhase::committed ? "committed" : "aborted", branch.decided_hlc) + nothing);
}

bool up(const std::vector<NodeFacts>& nodes, NodeId node) {
    const NodeFacts* facts = facts_of(nodes, node);
    return facts && facts->state == "up";
}

// A decision record that is on disk: the coordinator's, or one of a branch that moves money (a COMMIT or ABORT it has learned, or
// its refusal). A lazy record proves nothing before a sync has covered it: a crash could still take it back.
std::optional<OrderStep> proof_of(const view::Transaction& transaction) {
    if (transaction.decision != events::Outcome::none && transaction.decision_on_disk)
        return OrderStep{{}, transaction.decision == events::Outcome::commit ? commit::OrderKind::deliver_commit : commit::OrderKind::deliver_abort,
                         transaction.decision_lsn, transaction.xid.coordinator};
    for (const auto& branch : transaction.branches) {
        if (!branch.decided_on_disk || !branch.updater || branch.heuristic != events::Heuristic::none) continue;
        if (branch.phase == view::BranchPhase::committed) return OrderStep{{}, commit::OrderKind::deliver_commit, branch.decided_lsn, branch.node};
        if (branch.phase == view::BranchPhase::aborted) return OrderStep{{}, commit::OrderKind::deliver_abort, branch.decided_lsn, branch.node};
    }
    return std::nullopt;
}

Result<OrderPlan> abort_plan(const view::Transaction& transaction, const std::vector<NodeFacts>& nodes) {
    const NodeId coordinator = transaction.xid.coordinator;
    if (!transaction.open())
        return base::failed_precondition("the payment is already " + since(view::word(transaction.state), transaction.ended_hlc) + "; nothing is left to abort");
    if (const auto proof = proof_of(transaction)) {  // nothing to abort, and nothing to force: it only has to be told
        const bool commits = proof->kind == commit::OrderKind::deliver_commit;
        return base::failed_precondition(std::string(commits ? "COMMIT" : "ABORT") + " is decided, by record " + std::to_string(proof->proof_lsn) + " at " + proof->proof_node.name() +
                                         (commits ? ": it can no longer be aborted" : "") + "; `tx deliver` tells it to every branch that is in doubt, and forces nothing");
    }
    if (!up(nodes, coordinator))
        return unreachable(nodes, coordinator,
                           "only the coordinator may abort, and only while it still collects votes; it may have decided already. If it stays away, "
                           "each branch in doubt can be resolved on its own, with a reason");
    return OrderPlan{{{coordinator, commit::OrderKind::abort}}, {}};
}

}  // namespace

Result<OrderPlan> plan_order(Action action, std::optional<NodeId> branch, const std::string& reason, const view::Transaction& transaction,
                             const std::vector<NodeFacts>& nodes) {
    if (branch && !transaction.branch(*branch))
        return base::invalid_argument("branch: " + branch->name() + " has no part in payment " + transaction.xid.short_text());
    if (action == Action::abort) return abort_plan(transaction, nodes);

    const bool forces = action == Action::resolve_commit || action == Action::resolve_rollback;
    if (branch && action != Action::retry && !(forces && reason.empty()) && transaction.branch(*branch)->updater)
        if (auto ended = over(action, transaction, *transaction.branch(*branch))) return *ended;

    std::vector<OrderStep> steps;
    const auto add_branches = [&](commit::OrderKind kind, auto&& fits) {
        for (const auto& part : transaction.branches)
            if (branch ? part.node == *branch : fits(part)) steps.push_back({part.node, kind});
    };
    const auto in_doubt = [](const view::Branch& part) { return part.phase == view::BranchPhase::prepared; };
    switch (action) {
        case Action::resolve_commit:
        case Action::resolve_rollback:
            if (reason.empty()) return base::invalid_argument("reason: a forced outcome needs one");
            if (branch && !transaction.branch(*branch)->updater) return only_reads(*branch, "it holds nothing, and there is nothing to force");
            add_branches(action == Action::resolve_commit ? commit::OrderKind::force_commit : commit::OrderKind::force_rollback, in_doubt);
            if (steps.empty()) return base::failed_precondition("no branch of the payment is in doubt; there is nothing to force");
            break;
        case Action::forget:
            add_branches(commit::OrderKind::forget, [](const view::Branch& part) {
                return part.heuristic != events::Heuristic::none && part.phase != view::BranchPhase::forgotten;
            });
            if (reason.empty() && std::any_of(steps.begin(), steps.end(), [&](const OrderStep& step) { return transaction.branch(step.node)->damage; }))
                return base::invalid_argument("reason: what was forced contradicts the decision; forgetting that needs one (--reason), such as how it was made good");
            if (steps.empty()) return base::failed_precondition("no branch of the payment was resolved by force and is still remembered; there is nothing to forget");
            break;
        case Action::refuse:
            if (branch && !transaction.branch(*branch)->updater) return only_reads(*branch, "its refusal would prove nothing; ask a branch that moves money, or abort at the coordinator");
            add_branches(commit::OrderKind::refuse, [](const view::Branch& part) { return part.updater && (part.phase == view::BranchPhase::none || part.phase == view::BranchPhase::active); });
            if (steps.empty()) return base::failed_precondition("every branch that moves money has voted; a refusal comes too late");
            break;
        case Action::deliver: {
            auto proof = proof_of(transaction);
            if (!proof)
                return base::failed_precondition("no decision record of this payment was seen on disk; without proof this would be a forced outcome, not a delivery");
            add_branches(proof->kind, in_doubt);
            for (auto& step : steps) {
                step.proof_lsn = proof->proof_lsn;
                step.proof_node = proof->proof_node;
            }
            if (steps.empty()) return base::failed_precondition("no branch of the payment is in doubt; the decision has arrived everywhere");
            break;
        }
        case Action::retry:
            if (!transaction.open()) return base::failed_precondition("the payment is already " + since(view::word(transaction.state), transaction.ended_hlc) + "; there is nothing to retry");
            if (!branch && up(nodes, transaction.xid.coordinator) && transaction.decision != events::Outcome::none)
                steps.push_back({transaction.xid.coordinator, commit::OrderKind::retry});
            add_branches(commit::OrderKind::retry, in_doubt);
            if (steps.empty()) return base::failed_precondition("nobody waits for an answer: no branch is in doubt, and no decision is under way");
            break;
        case Action::abort: break;
    }
    // One named branch must be there; of several, those that are up are served, and the others named by the coverage.
    const auto reachable = std::count_if(steps.begin(), steps.end(), [&](const OrderStep& step) { return up(nodes, step.node); });
    if (reachable == 0) return unreachable(nodes, steps.front().node, "the order goes to the node that owns the branch");
    OrderPlan plan;
    for (auto& step : steps) {
        if (up(nodes, step.node)) plan.steps.push_back(std::move(step));
        else plan.missed.push_back(step.node);
    }
    return plan;
}

std::string done_text(Action action, const std::vector<OrderStep>& steps) {
    std::string where;
    for (std::size_t i = 0; i < steps.size(); ++i) where += (i == 0 ? "" : i + 1 == steps.size() ? " and " : ", ") + steps[i].node.name();
    switch (action) {
        case Action::abort: return "done: " + where + " aborts it";
        case Action::resolve_commit: return "done: forced COMMIT at " + where;
        case Action::resolve_rollback: return "done: forced ROLLBACK at " + where;
        case Action::forget: return "done: forgotten at " + where;
        case Action::retry: return "done: asked or sent again at " + where;
        case Action::refuse: return "done: " + where + " has refused, on disk";
        case Action::deliver: return "done: the proved decision was delivered to " + where;
    }
    return "done";
}

}  // namespace indoubt::operators
