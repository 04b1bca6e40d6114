// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/three_phase/participant.h"

#include <algorithm>

namespace indoubt::commit::three_phase {

using events::MessageKind;
using events::RecordKind;

namespace {

events::AgreementPtr agreed(std::uint64_t ballot, std::uint64_t attempt, bool granted = false) {
    auto agreement = std::make_shared<events::Agreement>();
    agreement->ballot = ballot;
    agreement->attempt = attempt;
    agreement->granted = granted;
    return agreement;
}

}  // namespace

Participant::Participant(const Rules& rules, Context context, Xid xid, ProtocolChoice protocol)
    : Base(rules.votes, std::move(context), xid, std::move(protocol)), m_rules(&rules) {}

void Participant::step(const Input& input, Effects& effects) {
    if (const auto* suspect = std::get_if<Suspect>(&input)) suspects(suspect->node, effects);
    else Base::step(input, effects);
}

void Participant::on_message(const Message& message, Effects& effects) {
    if (m_rules->detects()) heard_from(message);
    switch (message.kind) {
        case MessageKind::commit:
        case MessageKind::abort: on_outcome(message, effects); break;
        case MessageKind::pre_commit: on_pre_commit(message, effects); break;
        case MessageKind::undecided: on_undecided(message, effects); break;
        case MessageKind::state_request: on_state_request(message, effects); break;
        case MessageKind::state_report: on_state_report(message, effects); break;
        case MessageKind::move: on_move(message, effects); break;
        case MessageKind::moved: on_moved(message, effects); break;
        default: Base::on_message(message, effects); break;
    }
    if (m_rules->detects()) take_over_when_first(effects);
}

void Participant::on_local_vote(const LocalVote& vote, Effects& effects) {
    const bool votes = m_phase == Phase::active;
    Base::on_local_vote(vote, effects);
    if (!votes || m_phase != Phase::prepared) return;
    m_stands = Phase::prepared;
    enrol();
    if (m_rules->detects()) take_over_when_first(effects);
}

// Whoever ends the transaction, it is the coordinator that waits for the ACK: only it keeps a COMMIT until all have it.
void Participant::on_outcome(const Message& message, Effects& effects) {
    const Outcome outcome = message.kind == MessageKind::commit ? Outcome::commit : Outcome::abort;
    const NodeId coordinator = m_id.context.coordinator;
    if (in_doubt()) {
        effects.push_back(CancelTimer{TimerKind::election});
        return conclude(outcome, message.proof_lsn, message.from, coordinator, effects);
    }
    if (m_phase == Phase::heuristic) return settle_heuristic(outcome, coordinator, effects);
    if (m_phase == Phase::active || message.from == coordinator) return on_decision(outcome, message, effects);
}

void Participant::on_pre_commit(const Message& message, Effects& effects) {
    if (m_phase == Phase::none || m_phase == Phase::active) return;
    if (knows_outcome()) {
        effects.push_back(Send{report_to(message, false)});
        return;
    }
    // The site-failure rule: a termination has begun, or this site has failed since. The coordinator goes on without it.
    if (m_rules->detects() && (m_restarted || m_coordinator_failed)) return;
    const std::uint64_t first = 1;
    const bool again = m_stands == Phase::pre_committed && (!m_rules->numbers() || m_attempt == first);
    if (!again) {
        if (m_stands != Phase::prepared || m_elected > first) {  // an election has passed over the coordinator's attempt
            effects.push_back(Send{report_to(message, false)});
            return;
        }
        if (m_rules->numbers()) m_attempt = first;
        stand(Phase::pre_committed, effects);
        if (m_round == Round::none) effects.push_back(SetTimer{TimerKind::inquiry, m_id.context.inquiry_first_ms, true});
        trust_coordinator(effects);
    }
    Message ack = m_id.to_coordinator(MessageKind::pre_commit_ack);
    ack.repeat = again;
    effects.push_back(Send{std::move(ack)});
}

// The coordinator lives. While it says nothing of its own doubts it is given the time to decide.
void Participant::on_undecided(const Message& message, Effects& effects) {
    if (m_rules->detects()) {
        m_coordinator_asks = m_coordinator_asks || (m_coordinator_failed && message.knowledge == Knowledge::pre_committed);
        return end_when_all_are_back(effects);
    }
    if (message.knowledge != Knowledge::pre_committed) trust_coordinator(effects);
}

void Participant::on_state_request(const Message& message, Effects& effects) {
    const bool by_manager = !message.agreement;
    if (m_phase == Phase::none || m_phase == Phase::active) {
        // A forced refusal makes COMMIT impossible, and only then may we say so; never as a reader (protocols.md, amnesia).
        Message report = report_to(message, false);
        if (may_refuse(message.enrolled)) {
            refuse(effects);
            report.knowledge = Knowledge::refused;
        } else {
            report.knowledge = Knowledge::unknown;
        }
        effects.push_back(Send{std::move(report)});
        if (m_phase == Phase::aborted) effects.push_back(Finish{});
        return;
    }
    bool granted = false;
    if (m_rules->detects() && !knows_outcome()) {
        const Report* asker = report_of(message.from);
        const bool asks_only = by_manager || (asker && asker->failed) || (m_restarted && message.from == m_id.context.self);
        if (asks_only != m_restarted) return;  // those who have failed since are told outcomes and nothing else
        if (!asks_only) {  // it leads: whoever comes before it has failed, and the coordinator too
            m_coordinator_failed = true;
            for (std::size_t i = 0; i < place_of(message.from); ++i) m_reports[i].failed = true;
        }
    } else if (m_rules->numbers() && !by_manager && !knows_outcome()) {
        const std::uint64_t number = message.agreement->ballot;
        m_heard = std::max(m_heard, number);
        granted = number > m_elected;
        if (granted) {
            m_elected = number;
            if (m_number < number) begin_round();  // overtaken
            Record elected = m_id.record(RecordKind::elected, true);
            elected.agreement = agreed(m_elected, m_attempt);
            effects.push_back(Append{std::move(elected), {}});
        }
    }
    effects.push_back(Send{report_to(message, granted)});
}

void Participant::on_move(const Message& message, Effects& effects) {
    if (!in_doubt() && m_phase != Phase::heuristic) {
        if (knows_outcome()) effects.push_back(Send{report_to(message, false)});
        return;
    }
    if (knows_outcome() || (m_rules->detects() && m_restarted)) return;
    const Phase target = message.knowledge == Knowledge::pre_committed ? Phase::pre_committed : Phase::pre_aborted;
    const std::uint64_t number = message.agreement ? message.agreement->ballot : 0;
    bool fits = m_stands == Phase::prepared || m_stands == target;  // never from one to the other...
    bool moves = m_stands != target;
    if (m_rules->numbers()) {  // ...except in a later election than the one in which it came to stand there
        fits = number >= m_elected;
        moves = m_attempt != number;
        if (fits) m_elected = m_attempt = number;
    }
    if (m_rules->detects()) {
        const Report* leader = report_of(message.from);
        if (!leader || leader->failed) return;
    }
    if (!fits) {
        effects.push_back(Send{report_to(message, false)});
        return;
    }
    if (moves) stand(target, effects);
    Message moved = report_to(message, true);
    moved.kind = MessageKind::moved;
    moved.agreement = agreed(number, m_attempt, true);
    effects.push_back(Send{std::move(moved)});
}

void Participant::stand(Phase where, Effects& effects) {
    m_stands = where;
    if (m_phase != Phase::heuristic) m_phase = where;
    Record record = m_id.record(where == Phase::pre_committed ? RecordKind::pre_committed : RecordKind::pre_aborted, true);
    if (m_rules->numbers()) record.agreement = agreed(m_elected, m_attempt);
    effects.push_back(Append{std::move(record), {}});
}

events::Knowledge Participant::knowledge() const {
    const Outcome known = m_phase == Phase::committed ? Outcome::commit : m_phase == Phase::aborted ? Outcome::abort : m_known;
    if (known != Outcome::none) return known == Outcome::commit ? Knowledge::committed : Knowledge::aborted;
    switch (m_stands) {  // an operator's choice is no evidence
        case Phase::prepared: return Knowledge::prepared;
        case Phase::pre_committed: return Knowledge::pre_committed;
        case Phase::pre_aborted: return Knowledge::pre_aborted;
        default: return Knowledge::not_voted;
    }
}

// To the half that asked: a branch leads with numbers (0 where none count), the coordinator only asks.
Message Participant::report_to(const Message& asked, bool granted) const {
    Message report = m_id.to(asked.from, MessageKind::state_report);
    report.knowledge = knowledge();
    report.to_manager = asked.kind == MessageKind::pre_commit || !asked.agreement;
    if (!report.to_manager) report.agreement = agreed(m_rules->numbers() ? m_elected : 0, m_attempt, granted);
    return report;
}

void Participant::ask(Effects& effects) {
    events::Note note;
    note.text = "no word from " + m_id.context.coordinator.name();
    effects.push_back(Observe{events::EventKind::ask, std::move(note)});
    effects.push_back(Send{m_id.to_coordinator(MessageKind::inquiry)});
    if (!m_rules->detects()) return await_election(effects);
    if (m_restarted) request_states(effects);
    effects.push_back(SetTimer{TimerKind::inquiry, m_id.context.inquiry_first_ms, true});
}

void Participant::trust_coordinator(Effects& effects) {
    if (m_round != Round::none || !m_awaiting) return;
    m_awaiting = false;
    effects.push_back(CancelTimer{TimerKind::election});
    effects.push_back(SetTimer{TimerKind::inquiry, m_id.context.inquiry_first_ms, true});
}

// The branches take their turns, so that the first has a chance to end it before the next begins.
void Participant::await_election(Effects& effects) {
    m_awaiting = true;
    const auto place = static_cast<std::int64_t>(place_of(m_id.context.self));
    effects.push_back(SetTimer{TimerKind::election, m_id.context.inquiry_first_ms / 2 + place * m_id.context.inquiry_first_ms / 5, true});
}

void Participant::on_restart(const Restart& restart, Effects& effects) {
    recall(restart);
    m_restarted = m_rules->detects();
    for (const auto& found : restart.records) {
        if (found->kind == RecordKind::prepared) m_stands = Phase::prepared;
        if (found->kind == RecordKind::pre_committed) m_stands = Phase::pre_committed;
        if (found->kind == RecordKind::pre_aborted) m_stands = Phase::pre_aborted;
        if (m_rules->numbers() && found->agreement) m_elected = found->agreement->ballot, m_attempt = found->agreement->attempt;
    }
    enrol();
    if (m_phase == Phase::prepared) m_phase = m_stands;
    if (waits()) ask(effects);
}

void Participant::enrol() {
    m_updaters.clear();
    for (const Enrolled& enrolled : m_enrolled)
        if (enrolled.updater) m_updaters.push_back(enrolled);
    m_reports.assign(m_updaters.size(), {});
}

std::size_t Participant::place_of(NodeId node) const {
    const auto at = std::find_if(m_updaters.begin(), m_updaters.end(), [&](const Enrolled& e) { return e.node == node; });
    return static_cast<std::size_t>(at - m_updaters.begin());
}

Report* Participant::report_of(NodeId node) {
    const std::size_t place = place_of(node);
    return place < m_reports.size() ? &m_reports[place] : nullptr;
}

bool Participant::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const Participant*>(&other);
    return o && Base::equals(other) && m_rules == o->m_rules && m_stands == o->m_stands && m_elected == o->m_elected && m_attempt == o->m_attempt && m_heard == o->m_heard &&
           m_reports == o->m_reports && m_round == o->m_round && m_number == o->m_number && m_awaiting == o->m_awaiting && m_restarted == o->m_restarted &&
           m_coordinator_failed == o->m_coordinator_failed && m_coordinator_asks == o->m_coordinator_asks;
}

std::uint64_t Participant::hash() const {
    base::Hasher hasher;
    hasher.add(Base::hash()).add(static_cast<std::uint64_t>(m_stands)).add(m_elected).add(m_attempt).add(m_heard).add(static_cast<std::uint64_t>(m_round)).add(m_number);
    hasher.add((m_restarted ? 1u : 0u) | (m_coordinator_failed ? 2u : 0u) | (m_coordinator_asks ? 4u : 0u) | (m_awaiting ? 8u : 0u));
    for (const Report& report : m_reports)
        hasher.add(static_cast<std::uint64_t>(report.knowledge) | (report.here ? 16u : 0u) | (report.moved ? 32u : 0u) | (report.failed ? 64u : 0u)).add(report.attempt);
    return hasher.value();
}

std::string Participant::describe() const {
    std::string text = Base::describe();
    if (m_phase == Phase::heuristic) text += ", stands " + std::string(word(m_stands));
    if (m_rules->numbers() && m_stands != Phase::none) text += ", elected " + std::to_string(m_elected) + ", attempt " + std::to_string(m_attempt);
    if (m_round != Round::none) {
        text += m_round == Round::asking ? ", asks" : m_round == Round::to_commit ? ", moves to pre-committed" : ", moves to pre-aborted";
        for (std::size_t i = 0; i < m_reports.size(); ++i)
            if (m_reports[i].here) text += " " + m_updaters[i].node.name() + ":" + std::string(events::word(m_reports[i].knowledge)) + (m_reports[i].moved ? "+MOVED" : "");
    }
    return text;
}

}  // namespace indoubt::commit::three_phase
