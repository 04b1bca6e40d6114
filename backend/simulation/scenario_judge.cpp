// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/scenario_judge.h"

#include <algorithm>

#include "checks/trace.h"
#include "simulation/labels.h"
#include "view/view.h"

namespace indoubt::simulation {

namespace {

using events::Heuristic;
using events::Outcome;
using view::BranchPhase;

std::string state_of(const view::Branch& branch, const view::Transaction& transaction) {
    switch (branch.phase) {
        case BranchPhase::none: return "none";
        case BranchPhase::active: return "active";
        case BranchPhase::prepared: return branch.stand == view::Branch::Stand::pre_committed ? "pre-committed" : "prepared";
        case BranchPhase::committed: return "committed";
        case BranchPhase::aborted: return "aborted";
        case BranchPhase::forgotten: return "forgotten";
        case BranchPhase::read_only: break;  // it has left; the decision is all there is to say of it
    }
    return transaction.decision == Outcome::commit ? "committed" : transaction.decision == Outcome::abort ? "aborted" : "none";
}

std::string coordinator_state(const view::Transaction& transaction) {
    if (transaction.decision == Outcome::abort) return "aborted";
    if (transaction.decision == Outcome::commit && (transaction.decision_durable || transaction.ended)) return "committed";
    return "active";
}

std::string outcome_of(const view::Transaction& transaction) {
    bool committed = false, aborted = false, in_doubt = false;
    for (const view::Branch& branch : transaction.branches) {
        const bool forced = branch.heuristic != Heuristic::none;
        committed = committed || branch.phase == BranchPhase::committed || branch.heuristic == Heuristic::commit;
        aborted = aborted || (branch.phase == BranchPhase::aborted && !forced) || branch.heuristic == Heuristic::rollback;
        in_doubt = in_doubt || (branch.phase == BranchPhase::prepared && !forced);
    }
    if (transaction.damage || (committed && aborted)) return "mixed";
    if (in_doubt) return "in-doubt";
    if (transaction.decision == Outcome::commit && transaction.decision_durable) return "committed";
    if (committed) return "committed";
    if (transaction.decision == Outcome::commit && transaction.ended) return "committed";
    if (aborted || transaction.decision == Outcome::abort) return "aborted";
    return "in-doubt";
}

TransactionResult result_of(const view::Transaction& transaction, World& world) {
    TransactionResult result;
    result.xid = transaction.xid;
    if (transaction.payment) result.reference = events::best_reference(*transaction.payment);
    result.outcome = outcome_of(transaction);
    result.reason = transaction.reason;
    BranchResult coordinator;
    coordinator.node = transaction.xid.coordinator;
    coordinator.state = coordinator_state(transaction);
    coordinator.heuristic = events::word(transaction.heuristic);
    result.nodes.push_back(std::move(coordinator));
    for (const view::Branch& branch : transaction.branches) {
        BranchResult node;
        node.node = branch.node;
        node.state = state_of(branch, transaction);
        node.blocked = blocked(world, branch.node, transaction.xid);
        node.heuristic = events::word(branch.damage ? Heuristic::mixed : branch.heuristic);
        result.blocked = result.blocked || node.blocked;
        result.nodes.push_back(std::move(node));
    }
    return result;
}

std::string cost_words(const checks::Cost& cost) {
    return std::to_string(cost.messages) + " messages, " + std::to_string(cost.delays) + " delays, " + std::to_string(cost.forced_writes) + " forced writes";
}

// One expectation may ask several things; each becomes a line of its own.
class Judge {
  public:
    Judge(const ScenarioPlan& plan, const view::View& view, const std::map<std::string, Xid>& payments, const std::map<std::string, std::string>& refused, ScenarioResult& result)
        : m_plan(plan), m_view(view), m_payments(payments), m_refused(refused), m_result(result) {}

    void expect(const PlannedExpectation& e) {
        if (!e.account.empty()) expect_account(e);
        if (e.reference.empty()) return;
        const auto xid = m_payments.find(e.reference);
        const TransactionResult* transaction = nullptr;
        if (xid != m_payments.end())
            for (const TransactionResult& candidate : m_result.transactions)
                if (candidate.xid == xid->second) transaction = &candidate;
        if (!transaction) return tell(e.reference + " is submitted", false, "it never was");
        if (e.node.empty()) expect_payment(e, *transaction);
        else expect_branch(e, *transaction);
        if (e.order_refused.empty()) return;
        const auto answer = m_refused.find(e.reference);
        const bool fits = answer != m_refused.end() && answer->second.find(e.order_refused) != std::string::npos;
        tell("the order for " + e.reference + " is turned away: \"" + e.order_refused + "\"", fits, answer == m_refused.end() ? "it was carried out" : answer->second);
    }

  private:
    void tell(std::string text, bool holds, const std::string& found) { m_result.expectations.push_back({std::move(text), holds, holds ? "" : found}); }
    void same(const std::string& head, const std::string& wanted, const std::string& found) {
        if (!wanted.empty()) tell(head + wanted, wanted == found, found);
    }
    void expect_payment(const PlannedExpectation& e, const TransactionResult& transaction) {
        same(e.reference + " ends ", e.outcome, transaction.outcome);
        if (!e.blocked.empty()) tell(e.reference + (e.blocked == "yes" ? " is blocked" : " is not blocked"), transaction.blocked == (e.blocked == "yes"), transaction.blocked ? "blocked" : "not blocked");
        same(e.reference + " is heuristic: ", e.heuristic, transaction.nodes.front().heuristic);
        if (!e.refusal.empty()) tell(e.reference + " ends because of: " + e.refusal, transaction.reason.find(e.refusal) != std::string::npos || refusal_of(transaction.xid) == e.refusal, transaction.reason);
        if (e.cost) tell(e.reference + " costs " + cost_words(*e.cost), *e.cost == transaction.cost, cost_words(transaction.cost));
    }
    std::string refusal_of(const Xid& xid) const {
        const auto transaction = m_view.find(xid);
        return transaction ? std::string(events::word(transaction->refusal)) : "";
    }
    void expect_branch(const PlannedExpectation& e, const TransactionResult& transaction) {
        const auto node = std::find_if(transaction.nodes.begin(), transaction.nodes.end(), [&](const BranchResult& b) { return b.node == e.node; });
        const std::string at = e.reference + " at " + e.node.name();
        if (node == transaction.nodes.end()) return tell(at + " is a branch", false, "it is not enrolled");
        same(at + " is ", e.state, node->state);
        if (!e.blocked.empty()) tell(at + (e.blocked == "yes" ? " is blocked" : " is not blocked"), node->blocked == (e.blocked == "yes"), node->blocked ? "blocked" : "not blocked");
        same(at + " is heuristic: ", e.heuristic, node->heuristic);
    }
    void expect_account(const PlannedExpectation& e) {
        const auto row = m_view.account(e.node, e.account);
        const std::string head = e.account + " at " + e.node.name() + " has ";
        if (!row) return tell(head + "money", false, "it was never opened");
        if (e.balance) tell(head + base::text(*e.balance, true), row->posted_minor == e.balance->minor, base::text({row->posted_minor, row->currency}, true));
        if (e.on_hold) tell(head + base::text(*e.on_hold, true) + " on hold", row->held_minor == e.on_hold->minor, base::text({row->held_minor, row->currency}, true));
    }

    const ScenarioPlan& m_plan;
    const view::View& m_view;
    const std::map<std::string, Xid>& m_payments;
    const std::map<std::string, std::string>& m_refused;
    ScenarioResult& m_result;
};

}  // namespace

void judge(const ScenarioPlan& plan, World& world, const std::map<std::string, Xid>& payments, const std::map<std::string, std::string>& orders_refused,
           ScenarioResult& result) {
    view::View view;
    for (const Event& event : result.trace) view.fold(event);
    const checks::Trace trace(result.trace);
    for (const checks::Story& story : trace.stories()) {
        const auto transaction = view.find(story.xid);
        if (!transaction) continue;
        result.transactions.push_back(result_of(*transaction, world));
        result.transactions.back().cost = checks::cost_of(trace, story);
        result.cost += result.transactions.back().cost;
    }
    Judge judge(plan, view, payments, orders_refused, result);
    for (const PlannedExpectation& expectation : plan.expectations) judge.expect(expectation);
}

}  // namespace indoubt::simulation
