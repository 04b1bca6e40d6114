// SPDX-License-Identifier: GPL-3.0-or-later
// The acceptor's part of a manager.
#include "commit/paxos/manager.h"

namespace indoubt::commit::paxos {

using events::MessageKind;
using events::RecordKind;

// A participant's 2a of ballot 0. What has come so far is kept in memory; one record for all of them makes it accepted.
void Manager::on_vote(const Message& message, Effects& effects) {
    // A node that turns a PREPARE away (another life of it, or over there) has not voted: it may have been ready, and committed since.
    if (message.kind == MessageKind::vote_no && message.enrolled.empty()) {
        if (!origin() || m_leading != Leading::ballot_zero || m_phase != Phase::preparing) return;
        if (quorum() > 1) return take_over(effects);
        if (!m_acceptor.told) decide(Outcome::abort, m_acceptor.votes, message.refusal, message.from.name() + " turned the PREPARE away: " + message.text, effects);
        return;
    }
    enroll(message.enrolled);
    if (m_phase == Phase::none) m_phase = Phase::preparing;
    if (m_phase == Phase::committing && message.kind == MessageKind::vote_yes) return send_outcome(message.from, true, effects);
    if (m_phase != Phase::preparing || m_acceptor.promised > 0 || m_acceptor.told || !enrolled(message.from)) return;
    const auto mine = std::find_if(m_acceptor.votes.begin(), m_acceptor.votes.end(), [&](const InstanceVote& v) { return v.node == message.from; });
    if (mine->vote != Vote::none) return;
    const bool first = std::all_of(m_acceptor.votes.begin(), m_acceptor.votes.end(), [](const InstanceVote& v) { return v.vote == Vote::none; });
    mine->vote = message.kind == MessageKind::vote_yes ? Vote::yes : message.kind == MessageKind::vote_no ? Vote::no : Vote::read_only;
    m_low_water = std::max(m_low_water, message.low_water);
    if (first && !origin()) effects.push_back(SetTimer{TimerKind::collect, m_id.context.prepare_timeout_ms});
    // A NO of ballot 0 comes from the participant itself: no ballot can choose prepared for it any more. Nothing needs to be accepted, and
    // the leader of ballot 0 need not hear the others; they are told when their YES comes. An acceptor tells nobody, and can wait.
    const InstanceVote* no = refusal_in(m_acceptor.votes);
    if (!m_acceptor.complete() && !(no && origin() && m_leading == Leading::ballot_zero)) return;
    if (no) {
        const std::string why = no->node.name() + " voted NO" + (message.kind == MessageKind::vote_no && message.from == no->node ? ": " + message.text : "");
        return decide(Outcome::abort, m_acceptor.votes, message.kind == MessageKind::vote_no ? message.refusal : Refusal::none, why, effects);
    }
    tell_ballot_zero(effects);
}

// One forced record for all instances, and one 2b behind it; partial when the time is up.
void Manager::tell_ballot_zero(Effects& effects) {
    if (m_acceptor.told || m_acceptor.promised > 0) return;
    m_acceptor.told = true;
    if (std::all_of(m_acceptor.votes.begin(), m_acceptor.votes.end(), [](const InstanceVote& v) { return v.vote == Vote::none; })) return;
    effects.push_back(CancelTimer{TimerKind::collect});
    write(RecordKind::accepted, effects);
    // Every vote is in: an acceptor that does not answer now is down, and the others can choose without it.
    if (origin() && quorum() > 1 && m_acceptor.complete()) arm(m_id.context.retry_first_ms, effects);
    if (m_id.xid.coordinator == m_id.context.self && !m_began) arm(m_id.context.prepare_timeout_ms, effects);  // of an earlier life of this node: it owes it an end
    if (m_faster && m_acceptor.complete()) {
        for (const Enrolled& branch : m_enrolled) effects.push_back(Send{with(branch.node, MessageKind::phase_2b_all, 0, m_acceptor.votes)});
        return;
    }
    effects.push_back(Send{with(m_id.xid.coordinator, MessageKind::phase_2b, 0, m_acceptor.votes)});
}

// A promise to a leader, with all that was accepted before; votes of ballot 0 that were only in memory are accepted by the same record.
void Manager::on_1a(const Message& message, Effects& effects) {
    enroll(message.enrolled);
    if (m_phase == Phase::none) m_phase = Phase::preparing;
    if (decided()) {
        Message learned = m_id.to(message.from, MessageKind::learned);
        learned.knowledge = m_phase == Phase::aborted ? events::Knowledge::aborted : events::Knowledge::committed;
        effects.push_back(Send{std::move(learned)});
        return;
    }
    const std::uint64_t ballot = message.agreement ? message.agreement->ballot : 0;
    if (ballot < m_acceptor.promised || ballot == 0) return;
    if (ballot > m_acceptor.promised) {
        m_acceptor.promised = ballot;
        write(RecordKind::promised, effects);
    }
    effects.push_back(Send{with(message.from, MessageKind::phase_1b, ballot, m_acceptor.votes)});
}

void Manager::on_2a(const Message& message, Effects& effects) {
    if (decided() || !message.agreement || message.agreement->ballot < m_acceptor.promised) return;
    enroll(message.enrolled);
    if (m_phase == Phase::none) m_phase = Phase::preparing;
    if (m_acceptor.promised != message.agreement->ballot || m_acceptor.votes != message.agreement->votes) {
        m_acceptor.promised = message.agreement->ballot;
        m_acceptor.votes = message.agreement->votes;
        m_acceptor.told = true;
        write(RecordKind::accepted, effects);
    }
    effects.push_back(Send{with(message.from, MessageKind::phase_2b, m_acceptor.promised, m_acceptor.votes)});
}

void Manager::write(RecordKind kind, Effects& effects) const {
    Record record = m_id.record(kind, true);
    record.enrolled = m_enrolled;
    record.low_water = m_low_water;
    if (m_payment) record.idempotency_key = m_payment->idempotency_key;
    auto agreement = std::make_shared<events::Agreement>();
    agreement->ballot = m_acceptor.promised;
    agreement->votes = m_acceptor.votes;
    record.agreement = std::move(agreement);
    effects.push_back(Append{std::move(record), {}});
}

}  // namespace indoubt::commit::paxos
