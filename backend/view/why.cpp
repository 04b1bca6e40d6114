// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/why.h"

#include <algorithm>

#include "base/money.h"

namespace indoubt::view {

namespace {

// "T is down"; empty: it can be reached.
std::string away(const LostNodes& lost, NodeId node) {
    const auto found = std::find_if(lost.begin(), lost.end(), [node](const LostNode& one) { return one.node == node; });
    return found == lost.end() ? std::string() : node.name() + " " + found->how;
}

bool owes_an_ack(const Branch& branch) { return branch.updater && !branch.acked && branch.phase != BranchPhase::read_only; }

std::string amounts(const events::Sums& sums) {
    std::string text;
    for (const auto& [currency, minor] : sums) text += (text.empty() ? "" : " and ") + base::text({minor, currency}, true);
    return text;
}

std::string holder_of(const Branch& branch) { return branch.waits_for.empty() ? std::string() : ", held by " + branch.waits_for.short_text(); }

// What keeps the outcome from a branch that is prepared.
std::string kept_from(const Transaction& tx, const Branch& branch, const LostNodes& lost) {
    const std::string coordinator = tx.xid.coordinator.name();
    for (const NodeId node : {branch.node, tx.xid.coordinator})
        if (std::string so = away(lost, node); !so.empty()) return so;
    if (tx.decision != Outcome::none && tx.decision_durable) return std::string(tx.decision == Outcome::commit ? "COMMIT" : "ABORT") + " of " + coordinator + " has not reached it";
    if (branch.asked_hlc != 0)
        return "no answer from " + coordinator + (branch.asks > 1 ? ", asked " + std::to_string(branch.asks) + " times" : branch.asks == 1 ? ", asked once" : "");
    std::string missing;
    for (const Branch& other : tx.branches)
        if (other.vote == Vote::none) missing += (missing.empty() ? "" : ", ") + other.node.name();
    return missing.empty() ? "waits for the decision of " + coordinator : "no vote from " + missing;
}

}  // namespace

bool blocked(const Transaction& tx, const Branch& branch) {
    return branch.blocked || (tx.state == PaymentState::blocked && branch.in_doubt() && branch.asked_hlc != 0);
}

std::string why(const Transaction& tx, const LostNodes& lost) {
    const std::string coordinator = tx.xid.coordinator.name();
    if (tx.damage) return "a forced outcome contradicts the decision";
    if (!tx.open()) return tx.heuristic != Heuristic::none ? "an operator forced " + std::string(events::word(tx.heuristic)) : "";
    if (std::string so = away(lost, tx.xid.coordinator); !so.empty()) return so;
    for (const Branch& branch : tx.branches)
        if (std::string so = away(lost, branch.node); !so.empty() && !branch.acked && branch.phase != BranchPhase::read_only) return so;
    for (const Branch& branch : tx.branches)
        if (blocked(tx, branch)) return "blocked at " + branch.node.name() + ": no answer from " + coordinator;
    for (const Branch& branch : tx.branches)
        if (branch.waiting) return "waits at " + branch.node.name() + " for the lock of " + events::mask_account(branch.waits_at) + (branch.waits_for.empty() ? "" : " held by " + branch.waits_for.short_text());
    for (const Branch& branch : tx.branches)
        if (branch.in_doubt() && branch.asked_hlc != 0) return "no answer from " + coordinator + " at " + branch.node.name();
    if (tx.decision != Outcome::none) {
        std::string missing;
        for (const Branch& branch : tx.branches)
            if (owes_an_ack(branch)) missing += (missing.empty() ? "" : ", ") + branch.node.name();
        return "decided; not confirmed by " + (missing.empty() ? "all" : missing);
    }
    for (const Branch& branch : tx.branches)
        if (branch.vote == Vote::none) return "no vote from " + branch.node.name();
    return "waits for the decision of " + coordinator;
}

std::string why(const Transaction& tx, const Branch& branch, const LostNodes& lost) {
    if (branch.damage) {
        const events::Sums stake = tx.payment ? events::stake_of(*tx.payment, branch.node) : events::Sums{};
        return meaning::contradicts + (stake.empty() ? "" : ": " + amounts(stake) + " at stake");
    }
    if (branch.heuristic != Heuristic::none) {
        const std::string forced = "an operator forced " + std::string(events::word(branch.heuristic));
        if (branch.phase == BranchPhase::forgotten) return forced + "; " + meaning::forgotten;
        if (tx.decision == Outcome::none || !tx.decision_durable) return tx.open() ? forced + "; " + meaning::no_evidence : forced;
        const bool agrees = (tx.decision == Outcome::commit) == (branch.heuristic == Heuristic::commit);
        return agrees ? forced + "; the decision agrees" : forced + ": " + meaning::contradicts;
    }
    if (branch.waiting) return "waits for " + branch.waits_at + holder_of(branch);
    if (branch.in_doubt()) return kept_from(tx, branch, lost) + ": " + meaning::prepared;
    if (!branch.reason.empty()) return branch.reason;
    if (branch.refusal != Refusal::none) return std::string(events::word(branch.refusal));
    if (!tx.open()) return "";
    if (branch.phase == BranchPhase::none || branch.phase == BranchPhase::active) {
        if (std::string so = away(lost, branch.node); !so.empty()) return branch.vote == Vote::none ? so + ": " + meaning::out_of_reach : so;
        if (branch.vote == Vote::none) return std::string("has not voted: ") + meaning::not_voted;
    }
    if (branch.phase == BranchPhase::committed && owes_an_ack(branch)) return "has committed; " + tx.xid.coordinator.name() + " has not heard so";
    return "";
}

}  // namespace indoubt::view
