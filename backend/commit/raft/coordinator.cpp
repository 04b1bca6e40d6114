// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/raft/coordinator.h"

#include <algorithm>

namespace indoubt::commit::raft {

using events::LogEntry;
using events::MessageKind;
using events::RecordKind;

const two_phase::Policy replicated = {.name = "raft-2pc", .force_commit = false, .ask_managers = true};

Coordinator::Coordinator(Context context, Xid xid, ProtocolChoice protocol) : Base(replicated, std::move(context), xid, std::move(protocol)) {}

void Coordinator::step(const Input& input, Effects& effects) {
    if (const auto* begin = std::get_if<Begin>(&input); begin && m_phase == Phase::none) m_term = begin->term;
    if (const auto* told = std::get_if<Told>(&input)) {
        switch (told->kind) {
            case ToldKind::chosen: return chosen(*told, effects);
            case ToldKind::adopt: return adopt(*told, effects);
            case ToldKind::deposed: return drop(effects);
            default: return;
        }
    }
    Base::step(input, effects);
}

void Coordinator::on_message(const Message& message, Effects& effects) {
    if (m_phase != Phase::deciding || message.kind != MessageKind::inquiry) return Base::on_message(message, effects);
    if (find(message.from)) effects.push_back(Send{m_id.to(message.from, MessageKind::undecided)});
}

void Coordinator::on_restart(const Restart&, Effects& effects) { effects.push_back(Finish{}); }

bool Coordinator::updates() const {
    return std::any_of(m_branches.begin(), m_branches.end(), [](const Branch& b) { return b.vote == Vote::yes; });
}

void Coordinator::agreed(Effects& effects) {
    if (!updates()) return Base::agreed(effects);
    effects.push_back(CancelTimer{TimerKind::prepare});
    m_phase = Phase::deciding;
    LogEntry entry;
    entry.xid = m_id.xid;
    entry.outcome = Outcome::commit;
    for (const Branch& branch : m_branches)
        if (branch.vote == Vote::yes) entry.enrolled.push_back(branch.enrolled);  // those whose ACK is needed before END
    entry.idempotency_key = m_payment->idempotency_key;
    effects.push_back(Tell{Xid{}, {ToldKind::propose, std::move(entry), m_term}});
}

void Coordinator::chosen(const Told& told, Effects& effects) {
    if (m_phase != Phase::deciding || told.term != m_term) return;
    commit("all votes are in, and the decision is replicated in term " + std::to_string(m_term), voters(), effects);
}

// Decided by a leader of before, or by this one in an earlier life: told again until everybody has acknowledged.
void Coordinator::adopt(const Told& told, Effects& effects) {
    if (m_phase != Phase::none) return;
    m_term = told.term;
    m_phase = Phase::committing;
    Record decision = m_id.record(RecordKind::decision, false);
    decision.outcome = Outcome::commit;
    decision.enrolled = told.entry.enrolled;
    decision.idempotency_key = told.entry.idempotency_key;
    effects.push_back(Append{std::move(decision), {}});
    effects.push_back(Answer{Outcome::commit});
    for (const Enrolled& enrolled : told.entry.enrolled) {
        m_branches.push_back({enrolled, Vote::yes, false, Heuristic::none, Refusal::none, {}});
        send_decision(m_branches.back(), true, effects);
    }
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

void Coordinator::drop(Effects& effects) {
    const bool told = m_phase == Phase::committing;
    effects.push_back(CancelTimer{TimerKind::prepare});
    effects.push_back(CancelTimer{TimerKind::retry});
    if (!told) effects.push_back(Answer{Outcome::none, Refusal::deposed, m_id.context.self.name() + " no longer leads: the outcome is the next leader's to tell; ask again with the same key"});
    m_phase = Phase::none;
    effects.push_back(Finish{});
}

// Everybody has acknowledged a COMMIT: the group may forget it.
void Coordinator::finish(Effects& effects) {
    if (m_phase == Phase::committing && updates()) {
        LogEntry entry;
        entry.xid = m_id.xid;
        entry.outcome = Outcome::commit;
        entry.end = true;
        effects.push_back(Tell{Xid{}, {ToldKind::propose, std::move(entry), m_term}});
    }
    Base::finish(effects);
}

base::Result<> Coordinator::permits(const Order& order) const {
    if (m_phase == Phase::deciding && order.kind == OrderKind::abort)
        return base::failed_precondition("the COMMIT is in the replicated log and waits for a majority of the managers; a decision that may be committed cannot be taken back");
    if (m_phase == Phase::deciding && order.kind == OrderKind::retry) return base::failed_precondition("nothing is left to send: the decision waits for a majority of the managers");
    return Base::permits(order);
}

void Coordinator::outfit(Message& prepare) const {
    events::Agreement began;
    began.ballot = m_term;
    prepare.agreement = std::make_shared<const events::Agreement>(std::move(began));
}

bool Coordinator::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const Coordinator*>(&other);
    return o && Base::equals(other) && m_term == o->m_term;
}

std::uint64_t Coordinator::hash() const {
    base::Hasher hasher;
    hasher.add(Base::hash()).add(m_term);
    return hasher.value();
}

std::string Coordinator::describe() const { return Base::describe() + ", term " + std::to_string(m_term); }

}  // namespace indoubt::commit::raft
