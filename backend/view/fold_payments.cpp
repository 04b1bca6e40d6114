// SPDX-License-Identifier: GPL-3.0-or-later
// Events of one payment. Trace fills in votes, counts and words; what changes state or money is left to the records.
#include <algorithm>

#include "view/state.h"

namespace indoubt::view {

using events::Event;
using events::EventKind;
using events::MessageKind;
using events::RecordKind;

namespace {

std::size_t updaters(const Transaction& tx) {
    return static_cast<std::size_t>(std::count_if(tx.branches.begin(), tx.branches.end(), [](const Branch& b) { return b.updater && b.vote != Vote::read_only; }));
}

std::size_t acks(const Transaction& tx) {
    return static_cast<std::size_t>(std::count_if(tx.branches.begin(), tx.branches.end(), [](const Branch& b) { return b.acked; }));
}

std::string said(NodeId node, Vote vote) { return node.name() + " said " + std::string(events::word(vote)); }

std::string reason_of(const events::Note& note) { return note.text.empty() ? std::string(events::word(note.refusal)) : note.text; }

void say_no(Transaction& tx, const Branch& branch) {
    tx.last_event = branch.node.name() + " NO, " + (branch.refusal == Refusal::none ? branch.reason : std::string(events::word(branch.refusal)));
}

Vote vote_of(MessageKind kind) {
    return kind == MessageKind::vote_yes ? Vote::yes : kind == MessageKind::vote_no ? Vote::no : Vote::read_only;
}

bool is_message(EventKind kind) {
    return kind == EventKind::send || kind == EventKind::receive || kind == EventKind::drop || kind == EventKind::hold || kind == EventKind::release;
}

}  // namespace

void View::State::fold_payment(const Event& event, Slot slot) {
    Transaction& tx = transactions.edit(slot);
    ++tx.events;
    if (event.fault != 0) tx.faulted = true;
    if (event.hlc < tx.begun_hlc || tx.begun_hlc == 0) tx.begun_hlc = event.hlc;
    const bool newest = event.hlc >= tx.last_hlc;
    tx.last_hlc = std::max(tx.last_hlc, event.hlc);
    if (changed && (changed->empty() || changed->back() != tx.xid)) changed->push_back(tx.xid);
    // The words for the list are the newest event's; one that arrives late fills in the rest.
    std::string words;
    if (!newest) words = tx.last_event;
    if (is_message(event.kind)) fold_message(event, tx, slot);
    else if (event.kind == EventKind::append) fold_append(event, tx, slot);
    else fold_note(event, tx, slot);
    if (!newest) tx.last_event = std::move(words);
}

void View::State::fold_message(const Event& event, Transaction& tx, Slot slot) {
    const auto* message = event.message();
    if (!message) return;
    const MessageKind kind = message->kind;
    const std::string_view name = events::word(kind);
    switch (event.kind) {
        case EventKind::send:
            tx.traced = true;
            ++tx.messages;
            if (message->repeat) ++tx.repeats;
            if (kind == MessageKind::prepare) {
                if (!message->enrolled.empty() && tx.branches.empty()) enrol(tx, message->enrolled);
                if (!tx.payment) learn_payment(tx, message->payment, false);
                tx.last_event = "PREPARE sent, 0 of " + std::to_string(tx.branches.size());
                derive(tx, slot, event.hlc);
            } else if (kind == MessageKind::commit) {  // an ABORT keeps the words that say why
                tx.last_event = std::string(name) + " sent, " + std::to_string(acks(tx)) + " ACK";
            } else if (kind == MessageKind::inquiry || kind == MessageKind::peer_inquiry) {
                tx.last_event = event.node.name() + " asks " + event.peer.name();
            }
            return;
        case EventKind::receive:
            if (kind == MessageKind::vote_yes || kind == MessageKind::vote_no || kind == MessageKind::vote_read_only) {
                Branch& branch = branch_of(tx, event.peer);
                branch.vote_received = true;
                if (branch.vote == Vote::none) branch.vote = vote_of(kind);
                if (kind == MessageKind::vote_no) {
                    if (branch.refusal == Refusal::none) branch.refusal = message->refusal;
                    if (branch.reason.empty()) branch.reason = message->text;
                    say_no(tx, branch);
                } else {
                    tx.last_event = said(event.peer, vote_of(kind));
                }
            } else if (kind == MessageKind::ack) {
                Branch& branch = branch_of(tx, event.peer);
                branch.acked = true;
                if (!tx.ended) tx.last_event = "COMMIT sent, " + std::to_string(acks(tx)) + " ACK";
            } else if (kind == MessageKind::prepare) {
                Branch& branch = branch_of(tx, event.node);
                if (branch.phase == BranchPhase::none && branch.vote == Vote::none) branch.phase = BranchPhase::active;
                if (!tx.payment) learn_payment(tx, message->payment, false);
            } else if (kind == MessageKind::commit || kind == MessageKind::abort || kind == MessageKind::undecided) {
                // Any word from the coordinator shows that it can be reached: the evidence of "blocked" is gone.
                Branch& branch = branch_of(tx, event.node);
                if (branch.asked_hlc != 0 && event.peer == tx.xid.coordinator && branch.asked_hlc <= event.hlc) {
                    branch.asked_hlc = 0;
                    derive(tx, slot, event.hlc);
                }
            }
            return;
        case EventKind::drop:
            tx.last_event = std::string(name) + " to " + message->to.name() + " lost";
            return;
        case EventKind::hold:
            held.push_back({slot, event.node});
            tx.last_event = std::string(name) + " from " + message->from.name() + " held back";
            return;
        case EventKind::release: {
            const auto one = std::find_if(held.begin(), held.end(), [&](const Held& h) { return h.slot == slot && h.node == event.node; });
            if (one != held.end()) held.erase(one);
            return;
        }
        default: return;
    }
}

void View::State::fold_append(const Event& event, Transaction& tx, Slot slot) {
    const auto* record = event.record();
    if (!record) return;
    if (!event.durable) {
        take_effect(event.node, *record, event.lsn, event.hlc);
        if (record->kind == RecordKind::decision && record->coordinator && record->outcome == Outcome::abort && tx.reason.empty())
            tx.reason = std::string(events::word(record->refusal));
        return;
    }
    ++tx.forced_writes;
    switch (record->kind) {
        case RecordKind::prepared: {
            Branch& branch = branch_of(tx, event.node);
            stop_waiting(slot, branch);
            if (branch.phase == BranchPhase::none) branch.phase = BranchPhase::active;
            branch.vote = Vote::yes;
            learn_payment(tx, record->payment, false);
            tx.last_event = event.node.name() + " syncing PREPARED";
            break;
        }
        case RecordKind::decision:
            if (record->coordinator && !tx.decision_durable) tx.decision = record->outcome;
            tx.last_event = event.node.name() + " syncing " + std::string(events::word(record->outcome));
            break;
        default: break;
    }
}

void View::State::fold_note(const Event& event, Transaction& tx, Slot slot) {
    const auto* note = event.note();
    bool counts = true;  // else it changes nothing that the payment's state is derived from
    switch (event.kind) {
        case EventKind::submit: counts = note && fold_submit(*note, tx); break;
        case EventKind::wait: counts = note && fold_wait(event, *note, tx, slot); break;
        case EventKind::vote: counts = note && fold_vote(event, *note, tx, slot); break;
        case EventKind::decide: counts = note && fold_abort(event, *note, tx); break;
        case EventKind::refuse: counts = note && fold_refuse(event, *note, tx); break;
        case EventKind::end: fold_end(event, tx); break;
        case EventKind::lock: {
            Branch& branch = branch_of(tx, event.node);
            if (branch.phase == BranchPhase::none && branch.vote == Vote::none) branch.phase = BranchPhase::active;
            break;
        }
        case EventKind::ask: {
            Branch& branch = branch_of(tx, event.node);
            ++branch.asks;
            if (branch.in_doubt()) branch.asked_hlc = event.hlc;
            tx.last_event = event.node.name() + " asks " + (event.peer.empty() ? tx.xid.coordinator.name() : event.peer.name());
            break;
        }
        case EventKind::order:
        case EventKind::approval:
            if (!note || !note->order) return;
            tx.order = note->order;
            tx.last_event = note->order->actor + ": " + note->order->action;
            return;
        case EventKind::fault_on: tx.faulted = true; return;
        default: return;  // apply, undo, unlock, timer, answer, heuristic, damage, forget: their records have said it
    }
    if (counts) derive(tx, slot, event.hlc);
}

bool View::State::fold_submit(const events::Note& note, Transaction& tx) {
    learn_payment(tx, note.payment, true);
    if (tx.branches.empty()) {
        tx.protocol = note.protocol;
        enrol(tx, note.enrolled);
    }
    tx.last_event = "submitted";
    return true;
}

bool View::State::fold_wait(const Event& event, const events::Note& note, Transaction& tx, Slot slot) {
    Branch& branch = branch_of(tx, event.node);
    if (branch.phase != BranchPhase::none && branch.phase != BranchPhase::active) return false;
    // An abort that has overtaken it ends the wait without a record of the branch's own.
    if (tx.decision == Outcome::abort && tx.decision_durable) return false;
    stop_waiting(slot, branch);
    branch.phase = BranchPhase::active;
    branch.waiting = true;
    branch.waiting_hlc = event.hlc;
    branch.waits_for = note.other;
    branch.waits_at = note.account;
    waits.push_back({slot, event.node, note.account, note.other, event.hlc});
    tx.last_event = event.node.name() + " waits for " + note.other.short_text();
    return true;
}

bool View::State::fold_vote(const Event& event, const events::Note& note, Transaction& tx, Slot slot) {
    Branch& branch = branch_of(tx, event.node);
    if (branch.phase != BranchPhase::none && branch.phase != BranchPhase::active) return false;  // late: the record said so already
    branch.vote = note.vote;
    stop_waiting(slot, branch);
    if (note.vote == Vote::no) {
        branch.refusal = note.refusal;
        branch.reason = reason_of(note);
        say_no(tx, branch);
        return true;
    }
    if (note.vote == Vote::read_only) branch.phase = BranchPhase::read_only;
    else if (branch.phase == BranchPhase::none) branch.phase = BranchPhase::active;
    tx.last_event = said(event.node, note.vote);
    return true;
}

// Who refused and why, or what else ended it: that a branch asked in between is not what the list should keep. Of several that
// refused it is the one the coordinator names.
void View::State::say_abort(Transaction& tx) {
    const Branch* refused = nullptr;
    for (const Branch& branch : tx.branches)
        if (branch.vote == Vote::no && (!refused || (branch.refusal == tx.refusal && refused->refusal != tx.refusal))) refused = &branch;
    if (refused) {
        say_no(tx, *refused);
        return;
    }
    const std::string why = tx.refusal == Refusal::none ? tx.reason : std::string(events::word(tx.refusal));
    tx.last_event = why.empty() ? "ABORT" : "ABORT, " + why;
}

// A decided ABORT is presumed: nothing has to reach the disk for it to be true. A COMMIT waits for its record.
bool View::State::fold_abort(const Event& event, const events::Note& note, Transaction& tx) {
    if (note.outcome != Outcome::abort || (tx.decision != Outcome::none && tx.decision_durable)) return false;
    tx.decision = Outcome::abort;
    tx.decision_durable = true;
    tx.refusal = note.refusal;
    tx.reason = reason_of(note);
    say_abort(tx);
    decided(tx, Outcome::abort, event.hlc);
    return true;
}

// Turned away before it began: it never had a branch.
bool View::State::fold_refuse(const Event& event, const events::Note& note, Transaction& tx) {
    if (!note.payment || tx.decision_durable || !tx.branches.empty()) return false;
    learn_payment(tx, note.payment, true);
    tx.decision = Outcome::abort;
    tx.decision_durable = tx.ended = true;
    tx.refusal = note.refusal;
    tx.reason = reason_of(note);
    tx.last_event = "refused, " + tx.reason;
    decided(tx, Outcome::abort, event.hlc);
    return true;
}

void View::State::fold_end(const Event& event, Transaction& tx) {
    tx.ended = true;
    if (tx.decision == Outcome::none && !tx.branches.empty() && updaters(tx) == 0) {
        tx.decision = Outcome::commit;  // all read-only: nothing to decide, nothing to undo
        tx.decision_durable = true;
        decided(tx, Outcome::commit, event.hlc);
        tx.last_event = "END, all read-only";
    }
    if (tx.ended_hlc == 0) tx.ended_hlc = event.hlc;
}

}  // namespace indoubt::view
