// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/two_phase/participant.h"

#include <algorithm>

#include "events/stake.h"

namespace indoubt::commit::two_phase {

using events::Knowledge;
using events::MessageKind;
using events::RecordKind;

Participant::Participant(const Policy& policy, Context context, Xid xid, ProtocolChoice protocol) : m_policy(&policy), m_id{context, xid, std::move(protocol), false} {}

void Participant::step(const Input& input, Effects& effects) {
    if (const auto* message = std::get_if<Message>(&input)) on_message(*message, effects);
    else if (const auto* vote = std::get_if<LocalVote>(&input)) on_local_vote(*vote, effects);
    else if (const auto* timeout = std::get_if<Timeout>(&input)) on_timeout(timeout->kind, effects);
    else if (const auto* order = std::get_if<Order>(&input)) on_order(*order, effects);
    else if (const auto* restart = std::get_if<Restart>(&input)) on_restart(*restart, effects);
}

void Participant::on_message(const Message& message, Effects& effects) {
    switch (message.kind) {
        case MessageKind::prepare: return on_prepare(message, effects);
        case MessageKind::commit: return on_decision(Outcome::commit, message, effects);
        case MessageKind::abort: return on_decision(Outcome::abort, message, effects);
        case MessageKind::peer_inquiry: return on_peer_inquiry(message, effects);
        case MessageKind::peer_answer: return on_peer_answer(message, effects);
        default: return;  // UNDECIDED only tells that the coordinator lives
    }
}

void Participant::on_prepare(const Message& message, Effects& effects) {
    if (m_phase == Phase::prepared) {  // our YES was lost, or the PREPARE was doubled
        send_vote(MessageKind::vote_yes, true, effects);
        return;
    }
    if (m_phase != Phase::none) return;
    m_payment = message.payment;
    m_enrolled = message.enrolled;
    m_low_water = message.low_water;
    m_id.term = message.agreement ? message.agreement->ballot : 0;
    m_phase = Phase::active;
    effects.push_back(AskVote{m_payment});
}

void Participant::on_local_vote(const LocalVote& vote, Effects& effects) {
    if (m_phase != Phase::active) return;
    events::Note note;
    note.vote = vote.vote;
    note.refusal = vote.refusal;
    note.text = vote.text;
    effects.push_back(Observe{events::EventKind::vote, std::move(note)});
    if (vote.vote == Vote::yes) {
        m_phase = Phase::prepared;
        Record prepared = m_id.record(RecordKind::prepared, true);
        prepared.payment = m_payment;
        prepared.enrolled = m_enrolled;
        prepared.low_water = m_low_water;
        if (m_id.term != 0) {
            events::Agreement began;
            began.ballot = m_id.term;
            prepared.agreement = std::make_shared<const events::Agreement>(std::move(began));
        }
        effects.push_back(Append{std::move(prepared), {}});
        send_vote(MessageKind::vote_yes, false, effects);
        effects.push_back(SetTimer{TimerKind::inquiry, m_id.context.inquiry_first_ms, true});
    } else if (vote.vote == Vote::read_only) {
        m_phase = Phase::committed;
        effects.push_back(Undo{});  // nothing to undo: frees the locks of the check
        send_vote(MessageKind::vote_read_only, false, effects);
        effects.push_back(Finish{});
    } else {
        m_phase = Phase::aborted;
        Record refused = m_id.record(RecordKind::refused, m_policy->force_no);
        refused.refusal = vote.refusal;
        refused.text = vote.text;
        effects.push_back(Append{std::move(refused), {}});
        send_no(vote.refusal, vote.text, effects);
        effects.push_back(Finish{});
    }
}

void Participant::on_decision(Outcome outcome, const Message& message, Effects& effects) {
    switch (m_phase) {
        case Phase::active:  // still waiting for a lock: only ABORT can come
            if (outcome == Outcome::commit) return;
            m_phase = Phase::aborted;
            effects.push_back(Undo{});
            if (m_policy->ack_abort) effects.push_back(Send{m_id.to(message.from, MessageKind::ack)});
            effects.push_back(Finish{});
            return;
        case Phase::prepared: return conclude(outcome, message.proof_lsn, message.from, message.from, effects);
        case Phase::heuristic: return settle_heuristic(outcome, message.from, effects);
        case Phase::committed:  // it came twice while our record is being forced: the ACK waits behind it
        case Phase::aborted:
            if ((m_phase == Phase::committed) == (outcome == Outcome::commit) && m_policy->acknowledges(outcome)) effects.push_back(Send{m_id.again(message.from, MessageKind::ack)});
            return;
        default: return;
    }
}

void Participant::conclude(Outcome outcome, std::uint64_t proof_lsn, NodeId proof_node, NodeId tell, Effects& effects) {
    effects.push_back(CancelTimer{TimerKind::inquiry});
    Record decision = m_id.record(RecordKind::decision, m_policy->acknowledges(outcome));  // the ACK rests on it
    decision.outcome = outcome;
    decision.proof_lsn = proof_lsn;
    decision.node = proof_node;
    effects.push_back(Append{std::move(decision), {}});
    if (outcome == Outcome::commit) {
        m_phase = Phase::committed;
        effects.push_back(Apply{});
    } else {
        m_phase = Phase::aborted;
        effects.push_back(Undo{});
    }
    if (m_policy->acknowledges(outcome)) effects.push_back(Send{m_id.to(tell, MessageKind::ack)});
    effects.push_back(Finish{});
}

void Participant::settle_heuristic(Outcome outcome, NodeId tell, Effects& effects) {
    const bool agrees = (outcome == Outcome::commit) == (m_heuristic == Heuristic::commit);
    if (m_known == Outcome::none) {
        m_known = outcome;
        effects.push_back(CancelTimer{TimerKind::inquiry});
        // The record is forced in both cases: the ACK rests on it, and damage must never be forgotten.
        Record settled = m_id.record(agrees ? RecordKind::decision : RecordKind::damage, true);
        settled.outcome = outcome;
        settled.heuristic = m_heuristic;
        effects.push_back(Append{std::move(settled), {}});
        if (!agrees) tell_damage(effects);
    }
    if (m_policy->acknowledges(outcome)) {
        Message ack = m_id.to(tell, MessageKind::ack);
        ack.heuristic = m_heuristic;
        effects.push_back(Send{std::move(ack)});
    }
}

// One event per currency: amounts of different currencies never add up.
void Participant::tell_damage(Effects& effects) const {
    for (const auto& [currency, minor] : events::stake_of(*m_payment, m_id.context.self)) {
        events::Note note;
        note.outcome = m_known;
        note.heuristic = m_heuristic;
        note.amount = {minor, currency};
        note.text = m_known == Outcome::commit ? "rolled back here, but the decision is COMMIT" : "committed here, but the decision is ABORT";
        effects.push_back(Observe{events::EventKind::damage, std::move(note)});
    }
}

void Participant::on_peer_inquiry(const Message& message, Effects& effects) {
    Message answer = m_id.to(message.from, MessageKind::peer_answer);
    switch (m_phase) {
        case Phase::none:
        case Phase::active:
            // Not voted: a forced refusal makes COMMIT impossible, and only then may we say so (protocols.md, amnesia). Never as a
            // reader: an earlier life may have voted READ-ONLY, which leaves no record, and a late PREPARE may have woken us again.
            if (!may_refuse(message.enrolled)) break;
            if (m_enrolled.empty()) m_enrolled = message.enrolled;
            refuse(effects);
            answer.knowledge = Knowledge::refused;
            effects.push_back(Send{std::move(answer)});
            if (m_phase == Phase::aborted) effects.push_back(Finish{});
            return;
        case Phase::prepared: answer.knowledge = Knowledge::prepared; break;
        case Phase::committed: answer.knowledge = Knowledge::committed; break;
        case Phase::aborted: answer.knowledge = Knowledge::aborted; break;
        case Phase::heuristic:
            // An operator's choice is no evidence; the real outcome, once known, is.
            answer.knowledge = m_known == Outcome::commit ? Knowledge::committed : m_known == Outcome::abort ? Knowledge::aborted : Knowledge::prepared;
            break;
        default: break;
    }
    effects.push_back(Send{std::move(answer)});
}

bool Participant::may_refuse(const std::vector<Enrolled>& enrolled) const {
    const auto me = std::find_if(enrolled.begin(), enrolled.end(), [&](const Enrolled& e) { return e.node == m_id.context.self; });
    return me != enrolled.end() && me->updater;
}

void Participant::refuse(Effects& effects) {
    const bool voted_on = m_phase == Phase::active;
    m_phase = Phase::aborted;
    Record refused = m_id.record(RecordKind::refused, true);
    refused.refusal = Refusal::asked_to_refuse;
    refused.text = "asked for the outcome before it had voted";
    effects.push_back(Append{std::move(refused), {}});
    if (voted_on) effects.push_back(Undo{});
    send_no(Refusal::asked_to_refuse, "refused before voting, so that nobody waits", effects);
}

// To the coordinator; where acceptors decide, to those that take part while nothing fails. A vote at an acceptor may be the first it
// hears of this transaction: it names who takes part, and below which mark all are over.
void Participant::send_vote(events::MessageKind kind, bool repeat, Effects& effects) const {
    send_to_voted(m_id.to_coordinator(kind), repeat, effects);
}

void Participant::send_no(Refusal refusal, std::string text, Effects& effects) const {
    Message no = m_id.to_coordinator(MessageKind::vote_no);
    no.refusal = refusal;
    no.text = std::move(text);
    send_to_voted(std::move(no), false, effects);
}

void Participant::send_to_voted(Message vote, bool repeat, Effects& effects) const {
    vote.repeat = repeat;
    if (!m_policy->acceptors) {
        effects.push_back(Send{std::move(vote)});
        return;
    }
    vote.enrolled = m_enrolled;
    vote.low_water = m_low_water;
    for (const NodeId acceptor : active_acceptors(m_id.context)) {
        vote.to = acceptor;
        effects.push_back(Send{vote});
    }
}

void Participant::on_peer_answer(const Message& message, Effects& effects) {
    if (m_phase != Phase::prepared && m_phase != Phase::heuristic) return;
    Outcome outcome = Outcome::none;
    if (message.knowledge == Knowledge::committed) outcome = Outcome::commit;
    if (message.knowledge == Knowledge::aborted || message.knowledge == Knowledge::refused) outcome = Outcome::abort;
    if (outcome == Outcome::none) return;
    if (m_phase == Phase::heuristic) return settle_heuristic(outcome, m_id.context.coordinator, effects);
    conclude(outcome, message.proof_lsn, message.from, m_id.context.coordinator, effects);
}

void Participant::on_timeout(TimerKind kind, Effects& effects) {
    if (kind != TimerKind::inquiry) return;
    if (waits()) ask(effects);
}

void Participant::ask(Effects& effects) {
    events::Note note;
    note.text = "no word from " + m_id.context.coordinator.name();
    effects.push_back(Observe{events::EventKind::ask, std::move(note)});
    if (m_policy->ask_managers) {
        for (const NodeId manager : managers_of(m_id.context)) {
            Message inquiry = m_id.to(manager, MessageKind::inquiry);
            inquiry.enrolled = m_enrolled;
            inquiry.low_water = m_low_water;
            effects.push_back(Send{std::move(inquiry)});
        }
    } else {
        effects.push_back(Send{m_id.to_coordinator(MessageKind::inquiry)});
    }
    if (m_id.protocol.cooperative) {
        for (const Enrolled& peer : m_enrolled) {
            if (peer.node == m_id.context.self) continue;
            Message inquiry = m_id.to(peer.node, MessageKind::peer_inquiry);
            inquiry.enrolled = m_enrolled;  // tells the peer whether it was enrolled as updater
            effects.push_back(Send{std::move(inquiry)});
        }
    }
    effects.push_back(SetTimer{TimerKind::inquiry, m_id.context.inquiry_first_ms, true});
}

base::Result<> Participant::permits(const Order& order) const {
    const std::string here = m_id.context.self.name(), stands = std::string(word(m_phase));
    switch (order.kind) {
        case OrderKind::force_commit:
        case OrderKind::force_rollback:
            if (in_doubt()) return base::Ok{};
            if (m_phase == Phase::heuristic) return base::failed_precondition("the branch at " + here + " was already forced; it cannot be forced again");
            return base::failed_precondition("only a prepared branch can be forced, and the one at " + here + " is " + stands);
        case OrderKind::forget:
            if (m_phase == Phase::heuristic && m_known != Outcome::none) return base::Ok{};
            if (m_phase == Phase::heuristic)
                return base::failed_precondition("the coordinator's decision is not known at " + here + " yet; forgetting now could hide damage. Retry when " +
                                                 m_id.context.coordinator.name() + " answers");
            return base::failed_precondition("only a finished heuristic branch can be forgotten, and the one at " + here + " is " + stands);
        case OrderKind::retry:
            if (waits()) return base::Ok{};
            return base::failed_precondition("the branch at " + here + " is " + stands + ": it waits for no answer");
        case OrderKind::deliver_commit:
        case OrderKind::deliver_abort:
            if (!waits()) return base::failed_precondition("the branch at " + here + " is " + stands + ": it waits for no answer");
            return checks_proof(order);
        case OrderKind::refuse:
            if (m_phase != Phase::none && m_phase != Phase::active) return base::failed_precondition("the branch at " + here + " has voted; it can no longer refuse");
            if (may_refuse(m_phase == Phase::none ? order.enrolled : m_enrolled)) return base::Ok{};
            return base::failed_precondition(here + " changes nothing in this transaction (it may vote READ-ONLY, which leaves no record): its refusal would prove nothing. "
                                                    "Ask a branch that moves money, or abort at the coordinator " + m_id.context.coordinator.name());
        case OrderKind::abort:
            return base::failed_precondition("a prepared branch may not abort on its own: ask the coordinator " + m_id.context.coordinator.name() +
                                             ", or force a ROLLBACK with a reason (heuristic)");
    }
    return base::failed_precondition("unknown order");
}

// A delivery is no heuristic because it names the record that proves it; one that could not exist is turned away.
base::Result<> Participant::checks_proof(const Order& order) const {
    const std::string here = m_id.context.self.name();
    if (order.proof_lsn == 0 || order.proof_node.empty())
        return base::failed_precondition("a delivery needs the record that proves the decision, and this one names none; " + here + " goes on waiting");
    if (order.proof_node == m_id.context.coordinator) return base::Ok{};
    const bool updater = std::any_of(m_enrolled.begin(), m_enrolled.end(),
                                     [&](const Enrolled& e) { return e.node == order.proof_node && e.updater && e.node != m_id.context.self; });
    if (updater) return base::Ok{};
    return base::failed_precondition("a record at " + order.proof_node.name() + " proves nothing here: only the coordinator " + m_id.context.coordinator.name() +
                                     " or another branch that moves money can know the decision");
}

void Participant::on_order(const Order& order, Effects& effects) {
    if (!permits(order)) return;
    switch (order.kind) {
        case OrderKind::force_commit: return force(Outcome::commit, order, effects);
        case OrderKind::force_rollback: return force(Outcome::abort, order, effects);
        case OrderKind::forget: return forget(order, effects);
        case OrderKind::retry: return ask(effects);
        case OrderKind::refuse:
            if (m_enrolled.empty()) m_enrolled = order.enrolled;
            refuse(effects);
            effects.push_back(Finish{});
            return;
        case OrderKind::deliver_commit:
        case OrderKind::deliver_abort: {
            const Outcome outcome = order.kind == OrderKind::deliver_commit ? Outcome::commit : Outcome::abort;
            if (m_phase == Phase::heuristic) return settle_heuristic(outcome, m_id.context.coordinator, effects);
            return conclude(outcome, order.proof_lsn, order.proof_node, m_id.context.coordinator, effects);
        }
        case OrderKind::abort: return;
    }
}

void Participant::force(Outcome outcome, const Order& order, Effects& effects) {
    m_phase = Phase::heuristic;
    m_heuristic = outcome == Outcome::commit ? Heuristic::commit : Heuristic::rollback;
    Record heuristic = m_id.record(RecordKind::heuristic, true);
    heuristic.outcome = outcome;
    heuristic.heuristic = m_heuristic;
    heuristic.order = order.note;
    effects.push_back(Append{std::move(heuristic), {}});
    events::Note note;
    note.outcome = outcome;
    note.heuristic = m_heuristic;
    note.order = order.note;
    effects.push_back(Observe{events::EventKind::heuristic, std::move(note)});
    if (outcome == Outcome::commit) effects.push_back(Apply{});
    else effects.push_back(Undo{});
}

void Participant::forget(const Order& order, Effects& effects) {
    m_phase = m_known == Outcome::commit ? Phase::committed : Phase::aborted;
    Record forget = m_id.record(RecordKind::forget, true);
    forget.order = order.note;
    effects.push_back(Append{std::move(forget), {}});
    events::Note note;
    note.heuristic = m_heuristic;
    note.order = order.note;
    effects.push_back(Observe{events::EventKind::forget, std::move(note)});
    effects.push_back(Finish{});
}

void Participant::recall(const Restart& restart) {
    for (const auto& found : restart.records) {
        switch (found->kind) {
            case RecordKind::prepared:
                m_payment = found->payment;
                m_enrolled = found->enrolled;
                m_low_water = found->low_water;
                m_id.term = found->agreement ? found->agreement->ballot : 0;
                m_phase = Phase::prepared;
                break;
            case RecordKind::heuristic:
                m_phase = Phase::heuristic;
                m_heuristic = found->heuristic;
                break;
            case RecordKind::decision:
            case RecordKind::damage: m_known = found->outcome; break;  // only heuristic branches outlive their decision
            default: break;
        }
    }
}

void Participant::on_restart(const Restart& restart, Effects& effects) {
    recall(restart);
    if (waits()) ask(effects);
}

bool Participant::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const Participant*>(&other);
    return o && m_policy == o->m_policy && m_id == o->m_id && m_phase == o->m_phase && m_heuristic == o->m_heuristic &&
           m_known == o->m_known && m_enrolled == o->m_enrolled;
}

std::uint64_t Participant::hash() const {
    base::Hasher hasher;
    hasher.add(m_id.context.self.packed()).add(base::hash_value(m_id.xid)).add(static_cast<std::uint64_t>(m_phase));
    hasher.add(static_cast<std::uint64_t>(m_heuristic)).add(static_cast<std::uint64_t>(m_known));
    return hasher.value();
}

std::string Participant::describe() const {
    std::string text = "participant " + std::string(word(m_phase));
    if (m_heuristic != Heuristic::none) text += " (" + std::string(events::word(m_heuristic)) + ", decision " + (m_known == Outcome::none ? "unknown" : std::string(events::word(m_known))) + ")";
    return text;
}

}  // namespace indoubt::commit::two_phase
