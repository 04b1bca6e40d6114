// SPDX-License-Identifier: GPL-3.0-or-later
// The leader's part of a manager.
#include "commit/paxos/manager.h"

namespace indoubt::commit::paxos {

using events::Knowledge;
using events::MessageKind;
using events::RecordKind;

// Phase 1 of a ballot above every one this manager knows of, on all instances at once.
void Manager::take_over(Effects& effects) {
    if (decided() || m_enrolled.empty()) return;
    if (quorum() == 1) {  // the only acceptor: what it has not accepted nobody has, and a restart would presume abort
        if (all_ready(m_acceptor.votes)) return;  // accepted, and on its way to the disk
        std::string missing;
        for (const InstanceVote& v : m_acceptor.votes)
            if (v.vote == Vote::none) missing += (missing.empty() ? "" : ", ") + v.node.name();
        return decide(Outcome::abort, m_acceptor.votes, Refusal::timeout, "no vote from " + missing + " within " + std::to_string(m_id.context.prepare_timeout_ms) + " ms", effects);
    }
    const auto place = static_cast<std::uint64_t>(std::find(m_managers.begin(), m_managers.end(), m_id.context.self) - m_managers.begin());
    m_ballot = (std::max(m_ballot, m_acceptor.promised) / m_managers.size() + 1) * m_managers.size() + place;
    m_leading = Leading::phase_one;
    m_reports.clear();
    events::Note note;
    note.text = "leads ballot " + std::to_string(m_ballot);
    effects.push_back(Observe{events::EventKind::elect, std::move(note)});
    for (const NodeId manager : m_managers) {
        Message ask = with(manager, MessageKind::phase_1a, m_ballot, {});
        ask.enrolled = m_enrolled;
        effects.push_back(Send{std::move(ask)});
    }
    arm(m_id.context.prepare_timeout_ms, effects);
}

void Manager::on_1b(const Message& message, Effects& effects) {
    if (m_leading != Leading::phase_one || !message.agreement || message.agreement->ballot != m_ballot || decided()) return;
    for (const Report& report : m_reports)
        if (report.node == message.from) return;
    m_reports.push_back({message.from, message.agreement->votes});
    if (m_reports.size() < quorum()) return;
    Votes proposed;  // per instance: of all that was reported the one of the greatest ballot; nothing reported: aborted
    for (const Enrolled& branch : m_enrolled) {
        InstanceVote value{branch.node, Vote::no, m_ballot};
        std::uint64_t greatest = 0;
        bool any = false;
        for (const Report& report : m_reports)
            for (const InstanceVote& v : report.votes) {
                if (v.node != branch.node || v.vote == Vote::none || (any && v.ballot < greatest)) continue;
                any = true;
                greatest = v.ballot;
                value.vote = v.vote;
            }
        proposed.push_back(value);
    }
    m_leading = Leading::phase_two;
    m_reports.clear();
    for (const NodeId manager : m_managers) {
        Message propose = with(manager, MessageKind::phase_2a, m_ballot, proposed);
        propose.enrolled = m_enrolled;
        effects.push_back(Send{std::move(propose)});
    }
}

void Manager::on_2b(const Message& message, Effects& effects) {
    if (!message.agreement || decided()) return;
    const bool mine = (m_leading == Leading::ballot_zero && message.agreement->ballot == 0) || (m_leading == Leading::phase_two && message.agreement->ballot == m_ballot);
    if (!mine) return;
    for (const Report& report : m_reports)
        if (report.node == message.from) return;
    m_reports.push_back({message.from, message.agreement->votes});
    judge(effects);
}

// Chosen is what F+1 acceptors have accepted in one ballot.
void Manager::judge(Effects& effects) {
    Votes chosen;
    for (const Enrolled& branch : m_enrolled) {
        std::size_t holders = 0;
        Vote vote = Vote::none;
        for (const Report& report : m_reports)
            for (const InstanceVote& v : report.votes) {
                if (v.node != branch.node || v.vote == Vote::none || v.ballot != (m_leading == Leading::ballot_zero ? 0 : m_ballot)) continue;
                ++holders;
                vote = v.vote;
            }
        chosen.push_back({branch.node, holders >= quorum() ? vote : Vote::none, 0});
    }
    if (all_ready(chosen)) return decide(Outcome::commit, chosen, Refusal::none, m_leading == Leading::ballot_zero ? "all votes are in" : "every instance chose prepared", effects);
    if (const InstanceVote* no = refusal_in(chosen))
        decide(Outcome::abort, chosen, Refusal::terminated, "the instance of " + no->node.name() + " chose aborted in ballot " + std::to_string(m_ballot), effects);
}

void Manager::decide(Outcome outcome, const Votes& votes, Refusal refusal, const std::string& text, Effects& effects) {
    std::vector<NodeId> rests_on;
    for (const InstanceVote& v : votes)
        if (v.vote != Vote::none) rests_on.push_back(v.node);
    for (const TimerKind kind : {TimerKind::prepare, TimerKind::collect, TimerKind::election}) effects.push_back(CancelTimer{kind});
    effects.push_back(Decide{outcome, refusal, text, rests_on});
    Record decision = m_id.record(RecordKind::decision, false);
    decision.outcome = outcome;
    decision.refusal = refusal;
    decision.text = text;
    if (outcome == Outcome::commit) {
        m_updaters.clear();
        for (const Enrolled& branch : m_enrolled) {
            const auto vote = std::find_if(votes.begin(), votes.end(), [&](const InstanceVote& v) { return v.node == branch.node; });
            if (vote == votes.end() ? !branch.updater : vote->vote == Vote::read_only) continue;
            m_updaters.push_back(branch.node);
            decision.enrolled.push_back(branch);
        }
        if (m_payment) decision.idempotency_key = m_payment->idempotency_key;
    }
    effects.push_back(Append{std::move(decision), rests_on});
    effects.push_back(Answer{outcome, refusal, text});
    const bool took_over = m_ballot > 0;
    m_phase = outcome == Outcome::commit ? Phase::committing : Phase::aborted;
    const bool speaks = origin() || took_over;  // an acceptor that saw the NO leaves the telling to the leader
    if (outcome == Outcome::abort) {
        const InstanceVote* no = refusal_in(votes);
        const bool on_a_no = no && no->ballot == 0 && !took_over;
        for (const Enrolled& branch : m_enrolled) {
            const auto vote = std::find_if(votes.begin(), votes.end(), [&](const InstanceVote& v) { return v.node == branch.node; });
            const bool knows = vote != votes.end() && (vote->vote == Vote::read_only || (vote->vote == Vote::no && vote->ballot == 0 && !took_over));
            const bool later = on_a_no && vote != votes.end() && vote->vote == Vote::none;  // if it votes YES, as in presumed abort
            if (speaks && !knows && !later) send_outcome(branch.node, false, effects);
        }
        if (took_over) tell_managers(false, effects);
        return finish(effects);
    }
    for (const NodeId node : m_updaters) send_outcome(node, false, effects);
    if (took_over) tell_managers(false, effects);
    if (m_updaters.empty()) return finish(effects);
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

// Whoever told it tells the branches too, and will say when all have acknowledged.
void Manager::note_commit(NodeId from, Effects& effects) {
    for (const TimerKind kind : {TimerKind::prepare, TimerKind::collect, TimerKind::election}) effects.push_back(CancelTimer{kind});
    m_phase = Phase::committing;
    effects.push_back(Decide{Outcome::commit, Refusal::none, from.name() + " knows that it is committed", {from}});
    Record decision = m_id.record(RecordKind::decision, false);
    decision.outcome = Outcome::commit;
    for (const Enrolled& branch : m_enrolled)
        if (branch.updater) decision.enrolled.push_back(branch);
    if (m_payment) decision.idempotency_key = m_payment->idempotency_key;
    effects.push_back(Append{std::move(decision), {from}});
    effects.push_back(Answer{Outcome::commit});
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.prepare_timeout_ms, true});  // should that word be lost, it asks the branches itself
}

// Another manager knows the outcome, or that everybody has acknowledged it.
void Manager::on_learned(const Message& message, Effects& effects) {
    const bool ended = message.agreement && message.agreement->granted;
    if (!decided()) {
        if (message.knowledge == Knowledge::committed && (ended || (!origin() && m_leading == Leading::nothing))) {
            note_commit(message.from, effects);
        } else if (message.knowledge == Knowledge::committed) {
            decide(Outcome::commit, {}, Refusal::none, message.from.name() + " knows that it is committed", effects);
        } else if (message.knowledge == Knowledge::aborted) {
            return decide(Outcome::abort, {}, Refusal::terminated, message.from.name() + " knows that it is aborted", effects);
        }
    }
    if (!ended || m_phase == Phase::committed || m_phase == Phase::aborted) return;
    for (const TimerKind kind : {TimerKind::prepare, TimerKind::collect, TimerKind::election, TimerKind::retry}) effects.push_back(CancelTimer{kind});
    Record end = m_id.record(RecordKind::end, false);
    end.outcome = m_phase == Phase::committing ? Outcome::commit : Outcome::none;
    effects.push_back(Append{std::move(end), {}});
    effects.push_back(Observe{events::EventKind::end, {}});
    if (m_phase == Phase::committing) effects.push_back(Answer{Outcome::commit, Refusal::none, {}, true});
    m_phase = m_phase == Phase::committing ? Phase::committed : Phase::aborted;
    effects.push_back(Finish{});
}

void Manager::on_ack(const Message& message, Effects& effects) {
    // Faster: an ACK is the first that the leader hears of the outcome, for the acceptors have told the participants themselves.
    if (m_faster && m_phase == Phase::preparing && enrolled(message.from) && all_ready(m_acceptor.votes)) {
        Votes votes = m_acceptor.votes;
        for (const TimerKind kind : {TimerKind::prepare, TimerKind::election}) effects.push_back(CancelTimer{kind});
        effects.push_back(Decide{Outcome::commit, Refusal::none, message.from.name() + " has committed", {message.from}});
        Record decision = m_id.record(RecordKind::decision, false);
        decision.outcome = Outcome::commit;
        for (std::size_t i = 0; i < m_enrolled.size(); ++i) {
            if (votes[i].vote == Vote::read_only) continue;
            m_updaters.push_back(m_enrolled[i].node);
            decision.enrolled.push_back(m_enrolled[i]);
        }
        if (m_payment) decision.idempotency_key = m_payment->idempotency_key;
        effects.push_back(Append{std::move(decision), {message.from}});
        effects.push_back(Answer{Outcome::commit});
        m_phase = Phase::committing;
        effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
    }
    if (m_phase != Phase::committing || !waits_for(message.from)) return;
    m_acked.insert(std::upper_bound(m_acked.begin(), m_acked.end(), message.from), message.from);
    if (message.heuristic == Heuristic::rollback) m_heuristic = Heuristic::mixed;
    if (std::none_of(m_updaters.begin(), m_updaters.end(), [&](NodeId node) { return waits_for(node); })) finish(effects);
}

bool Manager::waits_for(NodeId node) const {
    return std::find(m_updaters.begin(), m_updaters.end(), node) != m_updaters.end() && !std::binary_search(m_acked.begin(), m_acked.end(), node);
}

// A branch hears nothing: what is known is told; what is not, some manager must find out.
void Manager::on_inquiry(const Message& message, Effects& effects) {
    enroll(message.enrolled);
    if (m_phase == Phase::none) m_phase = Phase::preparing;
    if (decided()) return send_outcome(message.from, true, effects);
    effects.push_back(Send{m_id.to(message.from, MessageKind::undecided)});
    // With every vote in, whoever leads is down, or this would be decided. Else a vote may still be waiting for its lock.
    arm(m_acceptor.complete() ? m_id.context.retry_first_ms : m_id.context.prepare_timeout_ms, effects);
}

void Manager::tell_managers(bool ended, Effects& effects) const {
    for (const NodeId manager : m_managers) {
        if (manager == m_id.context.self) continue;
        Message learned = m_id.to(manager, MessageKind::learned);
        learned.knowledge = m_phase == Phase::aborted ? Knowledge::aborted : Knowledge::committed;
        if (ended) {
            auto agreement = std::make_shared<events::Agreement>();
            agreement->granted = true;
            learned.agreement = std::move(agreement);
        }
        effects.push_back(Send{std::move(learned)});
    }
}

void Manager::finish(Effects& effects) {
    const Outcome outcome = m_phase == Phase::committing ? Outcome::commit : Outcome::abort;
    if (outcome == Outcome::commit) {
        m_phase = Phase::committed;
        effects.push_back(CancelTimer{TimerKind::retry});
        Record end = m_id.record(RecordKind::end, false);
        end.outcome = outcome;
        end.heuristic = m_heuristic;
        effects.push_back(Append{std::move(end), {}});
        if (m_ballot > 0) tell_managers(true, effects);
    }
    effects.push_back(Observe{events::EventKind::end, {}});
    effects.push_back(Answer{outcome, Refusal::none, {}, true});
    effects.push_back(Finish{});
}

}  // namespace indoubt::commit::paxos
