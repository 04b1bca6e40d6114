// SPDX-License-Identifier: GPL-3.0-or-later
// A payment's state from its branches and the decision, as one rule: whatever is in doubt somewhere is not finished.
#include <algorithm>

#include "view/state.h"

namespace indoubt::view {

namespace {

// Another branch that is up and no longer (or not yet) in doubt can tell, or can refuse and so settle it.
bool a_peer_can_tell(const Transaction& tx, const Branch& asker, const std::vector<NodeRow>& nodes) {
    if (!tx.protocol.cooperative) return false;
    for (const Branch& peer : tx.branches) {
        if (peer.node == asker.node || !peer.updater || !peer.enrolled || peer.in_doubt() || peer.phase == BranchPhase::read_only) continue;
        if (peer.heuristic != Heuristic::none) continue;  // an operator's choice is no knowledge
        for (const NodeRow& row : nodes)
            if (row.node == peer.node && row.state == NodeState::up) return true;
    }
    return false;
}

// Sum over the branches, in the words of XA: mixed once two directions are known or a branch contradicts the decision,
// hazard while a forced branch stands beside one whose end nobody knows.
Heuristic sum_of(const Transaction& tx) {
    bool forced = false, commits = false, aborts = false, unknown = false;
    for (const Branch& branch : tx.branches) {
        forced = forced || branch.heuristic != Heuristic::none;
        if (branch.heuristic == Heuristic::commit) commits = true;
        else if (branch.heuristic == Heuristic::rollback) aborts = true;
        else if (branch.phase == BranchPhase::committed) commits = true;
        else if (branch.phase == BranchPhase::aborted && branch.enrolled) aborts = true;
        else if (branch.phase == BranchPhase::prepared) unknown = true;
    }
    if (!forced) return Heuristic::none;
    if (tx.decision != Outcome::none && tx.decision_durable) {
        (tx.decision == Outcome::commit ? commits : aborts) = true;
        unknown = false;
    }
    if (commits && aborts) return Heuristic::mixed;
    if (unknown) return Heuristic::hazard;
    return commits ? Heuristic::commit : Heuristic::rollback;
}

PaymentState state_of(const Transaction& tx, bool any_in_doubt, bool any_blocked) {
    const bool known = tx.decision != Outcome::none && tx.decision_durable;
    if (any_in_doubt) {
        if (any_blocked) return PaymentState::blocked;
        if (!known) return PaymentState::in_doubt;
        return tx.decision == Outcome::commit ? PaymentState::committing : PaymentState::aborting;
    }
    if (known && tx.decision == Outcome::abort) return PaymentState::aborted;
    const auto is_done = [](const Branch& branch) {
        if (!branch.updater || branch.heuristic != Heuristic::none || (!branch.enrolled && branch.phase == BranchPhase::aborted)) return true;
        return branch.phase == BranchPhase::committed || branch.phase == BranchPhase::read_only || branch.phase == BranchPhase::forgotten;
    };
    if (known) {
        const bool all = tx.ended || std::all_of(tx.branches.begin(), tx.branches.end(), is_done);
        return all ? PaymentState::committed : PaymentState::committing;
    }
    // Nothing decided, nobody in doubt: operators may have completed every branch.
    const bool forced = tx.heuristic != Heuristic::none;
    if (forced) {
        const bool forgotten = std::all_of(tx.branches.begin(), tx.branches.end(), [](const Branch& b) { return b.heuristic == Heuristic::none || b.phase == BranchPhase::forgotten; });
        const bool commit = tx.heuristic == Heuristic::commit || tx.heuristic == Heuristic::mixed;
        if (forgotten) return commit ? PaymentState::committed : PaymentState::aborted;
        return commit ? PaymentState::committing : PaymentState::aborting;
    }
    if (tx.ended) return PaymentState::committed;  // all read-only: there was nothing to decide
    return tx.branches.empty() ? PaymentState::active : PaymentState::preparing;
}

}  // namespace

void View::State::derive(Transaction& tx, Slot slot, std::int64_t hlc) {
    const bool was_open = tx.open();
    const std::int64_t was_in_doubt = tx.in_doubt_hlc;
    bool any_in_doubt = false, any_blocked = false;
    tx.in_doubt_hlc = 0;
    bool coordinator_up = true, looked = false;
    const bool aborts = tx.decision == Outcome::abort && tx.decision_durable;
    for (Branch& branch : tx.branches) {
        if (aborts) stop_waiting(slot, branch);  // the ABORT ends the wait, without a record of the branch's own
        bool blocked = false;
        if (branch.in_doubt()) {
            any_in_doubt = true;
            if (tx.in_doubt_hlc == 0 || branch.prepared_hlc < tx.in_doubt_hlc) tx.in_doubt_hlc = branch.prepared_hlc;
            if (!looked) {
                coordinator_up = is_up(tx.xid.coordinator);
                looked = true;
            }
            blocked = (!coordinator_up || branch.asked_hlc != 0) && !a_peer_can_tell(tx, branch, nodes);
        }
        if (blocked != branch.blocked) branch.blocked_hlc = blocked ? hlc : 0;
        branch.blocked = blocked;
        any_blocked = any_blocked || blocked;
    }
    tx.heuristic = sum_of(tx);
    tx.damage = std::any_of(tx.branches.begin(), tx.branches.end(), [](const Branch& branch) { return branch.damage; });
    if (tx.damage && tx.payment) tx.damage_minor = events::in(tx.damages(), tx.payment->amount.currency);
    tx.state = state_of(tx, any_in_doubt, any_blocked);
    if (was_in_doubt != 0 && tx.in_doubt_hlc == 0) {
        FlowBucket* now = bucket(hlc);
        if (now) now->oldest_in_doubt_ns = std::max(now->oldest_in_doubt_ns, hlc - was_in_doubt);
    }

    const bool is_notable = tx.heuristic != Heuristic::none || tx.damage;
    if (is_notable) {
        const bool dropped_by_operator = std::all_of(tx.branches.begin(), tx.branches.end(), [](const Branch& b) { return b.heuristic == Heuristic::none || b.phase == BranchPhase::forgotten; });
        const auto known = std::find(notable.begin(), notable.end(), slot);
        if (known == notable.end() && !dropped_by_operator) notable.push_back(slot);
        if (known != notable.end() && dropped_by_operator) {
            notable.erase(known);
            if (!tx.open() && !was_open) finished.push_back(slot);
        }
    }
    if (was_open && !tx.open()) {
        if (tx.ended_hlc == 0) tx.ended_hlc = hlc;
        const auto place = std::lower_bound(open.begin(), open.end(), slot, [](Slot a, Slot b) { return (a & ~gone) < b; });
        if (place != open.end() && *place == slot) {
            *place |= gone;
            if (++open_gone * 2 > open.size() + 64) {
                std::erase_if(open, [](Slot one) { return (one & gone) != 0; });
                open_gone = 0;
            }
        }
        if (std::find(notable.begin(), notable.end(), slot) == notable.end()) finished.push_back(slot);
    } else if (!was_open && tx.open()) {  // a lazy record was lost in a crash: it is in doubt again
        tx.ended_hlc = 0;
        const auto place = std::lower_bound(open.begin(), open.end(), slot, [](Slot a, Slot b) { return (a & ~gone) < b; });
        if (place != open.end() && (*place & ~gone) == slot) {
            *place = slot;
            --open_gone;
        } else {
            open.insert(place, slot);
        }
    }
}

void View::State::retain() {
    while (finished.size() > retained_max) {
        const Slot slot = finished[0];
        finished.pop_front();
        if (!transactions.alive(slot)) continue;
        const Transaction& tx = *transactions.get(slot);
        if (tx.open() || std::find(notable.begin(), notable.end(), slot) != notable.end()) continue;  // it came back after a crash
        if (tx.payment)
            for (const auto& leg : tx.payment->legs)
                if (leg.moves_money()) accounts.forget(leg.node, leg.account, tx.xid);
        transactions.erase(slot);
        ++dropped;
    }
}

}  // namespace indoubt::view
