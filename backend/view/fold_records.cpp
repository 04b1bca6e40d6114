// SPDX-License-Identifier: GPL-3.0-or-later
// What a record does to payments and money once it counts: a forced one when a sync covers it, a lazy one when appended.
#include <algorithm>

#include "view/state.h"

namespace indoubt::view {

using events::RecordKind;

void View::State::take_effect(NodeId node, const events::Record& record, std::uint64_t lsn, std::int64_t hlc) {
    switch (record.kind) {
        case RecordKind::incarnation: {
            NodeRow& row = this->node(node);
            row.incarnation = std::max(row.incarnation, record.incarnation);
            return;
        }
        case RecordKind::shape: {
            if (!record.shape) return;
            shape = record.shape;
            for (const auto& member : record.shape->members) {
                NodeRow& row = this->node(member.node);
                row.title = member.title;
                row.bic = member.bic;
                row.coordinator = member.node == record.shape->coordinator;
            }
            for (std::size_t i = 1; i < nodes.size(); ++i)
                for (std::size_t j = i; j > 0 && nodes[j].coordinator && !nodes[j - 1].coordinator; --j) {
                    std::swap(nodes[j], nodes[j - 1]);
                    std::swap(books[j], books[j - 1]);
                }
            return;
        }
        case RecordKind::account:
            for (const auto& line : record.accounts) accounts.set(node, line, hlc, AccountTable::Line::opening);
            return;
        default: break;
    }
    if (record.xid.empty()) return;
    const Slot slot = slot_of(record.xid, hlc);
    Transaction& tx = transactions.edit(slot);
    tx.last_hlc = std::max(tx.last_hlc, hlc);
    if (changed) changed->push_back(tx.xid);
    const bool of_both = record.kind == RecordKind::decision || record.kind == RecordKind::pre_committed;
    if (record.kind == RecordKind::begin || record.kind == RecordKind::end || (of_both && record.coordinator))
        coordinator_record(tx, node, record, lsn, hlc);
    else if (record.kind == RecordKind::accepted || record.kind == RecordKind::promised) tx.last_event = node.name() + " " + std::string(events::word(record.kind));  // an acceptor has no branch
    else branch_record(tx, slot, node, record, lsn, hlc);
    derive(tx, slot, hlc);
}

void View::State::coordinator_record(Transaction& tx, NodeId node, const events::Record& record, std::uint64_t lsn, std::int64_t hlc) {
    if (record.kind == RecordKind::begin) {
        learn_payment(tx, record.payment, true);
        tx.protocol = record.protocol;
        enrol(tx, record.enrolled);
        tx.last_event = "begun";
        if (FlowBucket* now = bucket(hlc)) ++now->begun;
        return;
    }
    if (record.kind == RecordKind::end) {
        tx.ended = true;
        if (tx.ended_hlc == 0) tx.ended_hlc = hlc;  // the last branch may have known before: that was the end
        std::size_t updaters = 0;
        std::string readers;
        for (Branch& branch : tx.branches) {
            if (branch.vote == Vote::read_only) readers += (readers.empty() ? "" : " ") + branch.node.name();
            if (!branch.updater || branch.vote == Vote::read_only) continue;
            ++updaters;
            if (tx.decision == Outcome::commit) branch.acked = true;
        }
        if (tx.decision == Outcome::commit)
            tx.last_event = readers.empty() ? "END, " + std::to_string(updaters) + " of " + std::to_string(updaters) + " ACK" : "END, " + readers + " read-only";
        return;
    }
    if (!record.enrolled.empty()) enrol(tx, record.enrolled);
    if (record.kind == RecordKind::pre_committed) {
        tx.pre_committed = true;
        for (Branch& branch : tx.branches) branch.vote_received = true;
        tx.last_event = "PRE-COMMITTED on disk";
        return;
    }
    tx.decision = record.outcome;
    tx.decision_durable = true;
    if (node == tx.xid.coordinator) {  // of several managers each keeps its own; evidence is the record of the one that began it
        tx.decision_lsn = lsn;
        tx.decision_on_disk = lsn != 0 && lsn <= this->node(node).synced_lsn;
    }
    if (record.outcome == Outcome::abort) {
        if (record.refusal != Refusal::none) tx.refusal = record.refusal;
        if (!record.text.empty()) tx.reason = record.text;
        say_abort(tx);
    } else {
        tx.last_event = "COMMIT on disk";
        for (Branch& branch : tx.branches) branch.vote_received = true;  // it rests on every vote
    }
    decided(tx, record.outcome, hlc);
}

void View::State::branch_record(Transaction& tx, Slot slot, NodeId node, const events::Record& record, std::uint64_t lsn, std::int64_t hlc) {
    learn_payment(tx, record.payment, false);
    if (!record.enrolled.empty() && record.kind == RecordKind::prepared) enrol(tx, record.enrolled);
    if (record.kind == RecordKind::order) {  // makes no branch of the node: it may be the coordinator's
        if (!record.order) return;
        tx.order = record.order;
        if (record.order->action == "claim") tx.claimed_by = record.order->actor;
        tx.last_event = record.order->actor + ": " + record.order->action;
        return;
    }
    Branch& branch = branch_of(tx, node);
    const auto decided_by = [&](Branch& one, std::uint64_t at, std::int64_t when) {
        one.decided_lsn = at;
        one.decided_hlc = when;
        one.decided_on_disk = at != 0 && at <= this->node(node).synced_lsn;
    };
    switch (record.kind) {
        case RecordKind::prepared:
            if (!record.protocol.name.empty()) tx.protocol = record.protocol;
            branch.vote = Vote::yes;
            branch.prepared_lsn = lsn;
            branch.prepared_hlc = hlc;
            stop_waiting(slot, branch);
            set_phase(tx, branch, BranchPhase::prepared, hlc);
            tx.last_event = node.name() + " prepared";
            return;
        case RecordKind::pre_committed:
        case RecordKind::pre_aborted:
            branch.stand = record.kind == RecordKind::pre_committed ? Branch::Stand::pre_committed : Branch::Stand::pre_aborted;
            branch.asked_hlc = 0;
            tx.last_event = node.name() + " " + std::string(branch.state());
            return;
        case RecordKind::refused:
            branch.vote = Vote::no;
            branch.refusal = record.refusal;
            branch.reason = record.text.empty() ? std::string(events::word(record.refusal)) : record.text;
            decided_by(branch, lsn, hlc);
            stop_waiting(slot, branch);
            set_phase(tx, branch, BranchPhase::aborted, hlc);
            tx.last_event = node.name() + " NO, " + std::string(record.refusal == Refusal::none ? branch.reason : events::word(record.refusal));
            return;
        case RecordKind::decision:
            // What was forced stays what this branch did, and when: the decision that comes later is only heard.
            if (branch.heuristic == Heuristic::none) decided_by(branch, lsn, hlc);
            branch.asked_hlc = 0;
            stop_waiting(slot, branch);
            // A branch's decision record proves the outcome, even when the coordinator's own events are missing.
            if (tx.decision == Outcome::none || !tx.decision_durable) {
                tx.decision = record.outcome;
                tx.decision_durable = true;
                decided(tx, record.outcome, hlc);
            }
            if (branch.heuristic == Heuristic::none) settle(tx, branch, record.outcome, hlc);
            else branch.heard = true;
            if (tx.decision == Outcome::commit && !tx.ended) tx.last_event = node.name() + " committed";
            else if (tx.decision == Outcome::abort) say_abort(tx);
            return;
        case RecordKind::heuristic: {
            const bool commit = record.outcome == Outcome::commit || (record.outcome == Outcome::none && record.heuristic == Heuristic::commit);
            settle(tx, branch, commit ? Outcome::commit : Outcome::abort, hlc);
            branch.heuristic = commit ? Heuristic::commit : Heuristic::rollback;
            decided_by(branch, lsn, hlc);
            branch.asked_hlc = 0;
            tx.order = record.order ? record.order : tx.order;
            tx.last_event = node.name() + (commit ? " forced COMMIT" : " forced ROLLBACK");
            return;
        }
        case RecordKind::damage:
            branch.damage = branch.heard = true;
            if (tx.payment) branch.damage_minor = events::in(events::stake_of(*tx.payment, node), tx.payment->amount.currency);
            if (record.outcome != Outcome::none && (tx.decision == Outcome::none || !tx.decision_durable)) {
                tx.decision = record.outcome;
                tx.decision_durable = true;
                decided(tx, record.outcome, hlc);
            }
            tx.last_event = "damage at " + node.name();
            return;
        case RecordKind::forget:
            branch.phase = BranchPhase::forgotten;
            tx.order = record.order ? record.order : tx.order;
            tx.last_event = node.name() + " forgotten";
            return;
        default: return;
    }
}

// A lazy record has reached the disk: what it says counts already, from now on as evidence too.
void View::State::on_disk(NodeId node, const events::Record& record, std::uint64_t lsn) {
    if (record.xid.empty() || (record.kind != RecordKind::refused && record.kind != RecordKind::decision)) return;
    const Slot slot = transactions.find(record.xid);
    if (slot == TransactionTable::none) return;
    Transaction& tx = transactions.edit(slot);
    if (record.coordinator) {
        if (tx.decision_lsn == lsn && node == tx.xid.coordinator) tx.decision_on_disk = true;
    } else if (Branch& branch = branch_of(tx, node); branch.decided_lsn == lsn) {
        branch.decided_on_disk = true;
    }
    if (changed) changed->push_back(tx.xid);
}

// A lazy record did not survive the crash: the node has forgotten it, so the view does.
void View::State::take_back(NodeId node, const events::Record& record, std::int64_t hlc) {
    if (record.xid.empty()) return;
    const Slot slot = transactions.find(record.xid);
    if (slot == TransactionTable::none) return;
    Transaction& tx = transactions.edit(slot);
    if (changed) changed->push_back(tx.xid);
    if (record.kind == RecordKind::begin) {
        const bool alone = !shape || shape->managers().size() == 1;  // else the other managers may know, and decide, without it
        if (alone && (tx.decision == Outcome::none || !tx.decision_durable)) {
            // No information at the coordinator means abort: the presumption that gives the protocol its name.
            tx.decision = Outcome::abort;
            tx.decision_durable = true;
            tx.refusal = Refusal::coordinator_restart;
            tx.reason = "the coordinator lost it before anything was on disk";
            tx.last_event = "lost with " + node.name();
            decided(tx, Outcome::abort, hlc);
        }
    } else if (record.kind == RecordKind::end) {
        tx.ended = false;
    } else if (!record.coordinator) {
        Branch& branch = branch_of(tx, node);
        if (record.kind == RecordKind::decision && branch.heuristic != Heuristic::none) {
            branch.heard = false;
        } else if (record.kind == RecordKind::decision && branch.phase == BranchPhase::aborted) {
            branch.decided_lsn = 0;
            branch.decided_hlc = 0;
            branch.decided_on_disk = false;
            set_phase(tx, branch, branch.prepared_lsn != 0 ? BranchPhase::prepared : BranchPhase::none, hlc);
        } else if (record.kind == RecordKind::refused && branch.phase == BranchPhase::aborted) {
            branch.decided_lsn = 0;
            branch.decided_hlc = 0;
            branch.decided_on_disk = false;
            set_phase(tx, branch, BranchPhase::none, hlc);
        }
    }
    derive(tx, slot, hlc);
}

void View::State::set_phase(Transaction& tx, Branch& branch, BranchPhase phase, std::int64_t hlc) {
    const bool was = branch.in_doubt();
    branch.phase = phase;
    if (was != branch.in_doubt()) {
        NodeRow& row = node(branch.node);
        row.in_doubt += branch.in_doubt() ? 1u : ~0u;
    }
    set_locked(tx, branch, branch.in_doubt(), hlc);
}

void View::State::settle(Transaction& tx, Branch& branch, Outcome outcome, std::int64_t hlc) {
    if (branch.phase == BranchPhase::committed || branch.phase == BranchPhase::forgotten) return;  // exactly once
    set_phase(tx, branch, outcome == Outcome::commit ? BranchPhase::committed : BranchPhase::aborted, hlc);
    if (outcome != Outcome::commit || !tx.payment) return;
    for (const auto& leg : tx.payment->legs)
        if (leg.node == branch.node && leg.moves_money()) accounts.post(leg.node, leg.account, tx.xid, leg.signed_minor(), hlc);
}

void View::State::set_locked(Transaction& tx, Branch& branch, bool locked, std::int64_t hlc) {
    if (branch.locked == locked) return;
    branch.locked = locked;
    branch.held_minor = 0;
    if (!tx.payment) return;
    std::uint32_t legs = 0;
    for (const auto& leg : tx.payment->legs) {
        if (leg.node != branch.node || !leg.moves_money()) continue;
        ++legs;
        if (leg.kind != events::LegKind::debit) continue;
        accounts.hold(leg.node, leg.account, locked ? leg.amount.minor : -leg.amount.minor, hlc);
    }
    if (locked) branch.held_minor = events::in(events::held_of(*tx.payment, branch.node), tx.payment->amount.currency);
    NodeRow& row = node(branch.node);
    row.locks += locked ? legs : ~legs + 1u;
}

void View::State::stop_waiting(Slot slot, Branch& branch) {
    if (!branch.waiting) return;
    branch.waiting = false;
    branch.waiting_hlc = 0;
    branch.waits_for = {};
    branch.waits_at.clear();
    std::erase_if(waits, [&](const Wait& wait) { return wait.slot == slot && wait.node == branch.node; });
}

}  // namespace indoubt::view
