// SPDX-License-Identifier: GPL-3.0-or-later
// The termination that a branch leads: it asks where everybody stands, moves those that must move, and ends the transaction.
#include <algorithm>

#include "commit/three_phase/participant.h"

namespace indoubt::commit::three_phase {

using events::MessageKind;

void Participant::elect(Effects& effects) {
    if (m_rules->numbers()) m_number = std::max(m_elected, m_heard) + 1;
    begin_round();
    m_round = Round::asking;
    events::Note note;
    note.text = m_id.context.self.name() + " leads the termination";
    note.count = m_number;
    effects.push_back(Observe{events::EventKind::elect, std::move(note)});
    request_states(effects);
}

// What an earlier round heard is heard again, or has changed since. That a site has failed stays.
void Participant::begin_round() {
    m_round = Round::none;
    for (Report& report : m_reports) report = {.failed = report.failed};
}

void Participant::request_states(Effects& effects) {
    const auto request = [&](NodeId node) {
        Message message = m_id.to(node, MessageKind::state_request);
        message.enrolled = m_enrolled;  // tells a branch that has not voted whether it may refuse
        auto agreement = std::make_shared<events::Agreement>();
        agreement->ballot = m_number;
        message.agreement = std::move(agreement);
        effects.push_back(Send{std::move(message)});
    };
    for (std::size_t i = 0; i < m_updaters.size(); ++i)
        if (m_updaters[i].node != m_id.context.self && (m_restarted || !m_reports[i].failed)) request(m_updaters[i].node);
    if (place_of(m_id.context.self) < m_updaters.size()) request(m_id.context.self);
}

// Time decides nothing by the site-failure rule: what was lost is said again.
void Participant::on_timeout(TimerKind kind, Effects& effects) {
    if (kind != TimerKind::election) return Base::on_timeout(kind, effects);
    m_awaiting = false;
    if (!waits() || (m_rules->detects() && m_round == Round::none)) return;
    if (m_rules->detects()) {
        if (m_round == Round::asking) request_states(effects);
        else move_all(true, effects);
        return await_election(effects);
    }
    const Round before = m_round;
    go_on(true, effects);
    if (!waits()) return;
    if (m_round == before) elect(effects);  // none, or one that has come to nothing
    effects.push_back(Send{m_id.to_coordinator(MessageKind::inquiry)});
    await_election(effects);
}

void Participant::on_state_report(const Message& message, Effects& effects) {
    Report* report = report_of(message.from);
    if (!waits() || !report) return;
    const std::string from = message.from.name();
    switch (message.knowledge) {  // the end is the same for all, whoever knows it
        case Knowledge::committed: return end(Outcome::commit, from + " has committed", effects);
        case Knowledge::aborted: return end(Outcome::abort, from + " has aborted", effects);
        case Knowledge::refused: return end(Outcome::abort, from + " has refused for good", effects);
        default: break;
    }
    if (m_rules->numbers()) {
        if (!message.agreement) return;
        m_heard = std::max(m_heard, message.agreement->ballot);
        if (m_round != Round::asking || !message.agreement->granted || message.agreement->ballot != m_number) return;
        report->attempt = message.agreement->attempt;
    }
    if (m_round == Round::none && !m_restarted) return;
    // In quorum commit a late report may be older than one heard before; nothing goes back to prepared.
    if (m_rules->kind != Rules::quorum || message.knowledge != Knowledge::prepared || report->knowledge == Knowledge::unknown) report->knowledge = message.knowledge;
    report->here = true;
    if (m_rules->detects() && m_restarted) return end_when_all_are_back(effects);
    go_on(false, effects);
}

void Participant::on_moved(const Message& message, Effects& effects) {
    Report* report = report_of(message.from);
    if (!waits() || !report) return;
    if (m_rules->numbers() && (!message.agreement || message.agreement->ballot != m_number)) return;
    if (m_round == Round::none || (m_round == Round::asking && m_rules->kind != Rules::quorum)) return;
    if (!m_rules->numbers()) report->knowledge = message.knowledge;
    report->moved = m_rules->kind != Rules::quorum;
    go_on(false, effects);
}

void Participant::go_on(bool over, Effects& effects) {
    if (m_round == Round::none) return;
    const Next next = m_round == Round::asking ? after_reports(*m_rules, m_reports, over) : after_moves(*m_rules, m_reports, m_round == Round::to_commit, over);
    switch (next) {
        case Next::wait: return;
        case Next::commit: return end(Outcome::commit, "the termination ends in COMMIT", effects);
        case Next::abort: return end(Outcome::abort, "the termination ends in ABORT", effects);
        case Next::move_to_commit:
        case Next::move_to_abort:
            m_round = next == Next::move_to_commit ? Round::to_commit : Round::to_abort;
            if (m_rules->numbers())
                for (Report& report : m_reports) report = {};  // whoever has not reported may move all the same
            return move_all(next == Next::move_to_commit, effects);
    }
}

// The others first: what goes to itself comes behind its own forced record, and may end the transaction.
void Participant::move_all(bool to_commit, Effects& effects) {
    const auto move = [&](NodeId node) {
        Message message = m_id.to(node, MessageKind::move);
        message.knowledge = to_commit ? Knowledge::pre_committed : Knowledge::pre_aborted;
        auto agreement = std::make_shared<events::Agreement>();
        agreement->ballot = m_number;
        message.agreement = std::move(agreement);
        effects.push_back(Send{std::move(message)});
    };
    const auto needs = [&](const Report& report) {
        if (m_rules->numbers()) return !report.moved;
        return report.knowledge == Knowledge::prepared && !report.failed;
    };
    for (std::size_t i = 0; i < m_updaters.size(); ++i)
        if (m_updaters[i].node != m_id.context.self && needs(m_reports[i])) move(m_updaters[i].node);
    if (const Report* own = report_of(m_id.context.self); own && needs(*own)) move(m_id.context.self);
}

void Participant::end(Outcome outcome, const std::string& why, Effects& effects) {
    std::vector<NodeId> grounds;
    for (std::size_t i = 0; i < m_updaters.size(); ++i)
        if ((m_reports[i].here || m_reports[i].moved) && m_updaters[i].node != m_id.context.self) grounds.push_back(m_updaters[i].node);
    const bool leads = m_round != Round::none;
    m_round = Round::none;
    for (Report& report : m_reports) report = {};  // nobody asks again
    effects.push_back(CancelTimer{TimerKind::election});
    effects.push_back(Decide{outcome, outcome == Outcome::abort ? Refusal::terminated : Refusal::none, why, grounds});
    const NodeId self = m_id.context.self, coordinator = m_id.context.coordinator;
    if (m_phase == Phase::heuristic) {
        settle_heuristic(outcome, coordinator, effects);
    } else {
        effects.push_back(CancelTimer{TimerKind::inquiry});
        // By the site-failure rule an ABORT is forced too: nothing else that is on disk would lead to it again.
        Record decision = m_id.record(events::RecordKind::decision, outcome == Outcome::commit || !m_rules->counts());
        decision.outcome = outcome;
        decision.node = self;
        effects.push_back(Append{std::move(decision), std::move(grounds)});
        m_phase = outcome == Outcome::commit ? Phase::committed : Phase::aborted;
    }
    const auto tell = [&](NodeId node, bool manager) {
        Message message = m_id.to(node, outcome == Outcome::commit ? MessageKind::commit : MessageKind::abort);
        message.to_manager = manager;
        effects.push_back(Send{std::move(message)});
    };
    if (leads)
        for (const Enrolled& updater : m_updaters)
            if (updater.node != self) tell(updater.node, false);
    tell(coordinator, true);
    if (m_phase == Phase::heuristic) return;
    if (outcome == Outcome::commit) effects.push_back(Apply{});
    else effects.push_back(Undo{});
    if (outcome == Outcome::commit) effects.push_back(Send{m_id.to_coordinator(MessageKind::ack)});
    effects.push_back(Finish{});
}

// ---- the site-failure rule ----

// A message from a later life than the one that took part is as good as a detector's word: that site has failed.
void Participant::heard_from(const Message& message) {
    if (message.from == m_id.context.coordinator && message.from_incarnation > m_id.xid.incarnation) m_coordinator_failed = true;
    if (Report* report = report_of(message.from); report && message.from != m_id.context.self)
        report->failed = report->failed || message.from_incarnation > m_updaters[place_of(message.from)].incarnation;
}

void Participant::suspects(NodeId node, Effects& effects) {
    if (!m_rules->detects()) return;
    if (node == m_id.context.coordinator) m_coordinator_failed = true;
    if (Report* report = report_of(node); report && node != m_id.context.self) report->failed = true;
    take_over_when_first(effects);
}

void Participant::take_over_when_first(Effects& effects) {
    if (!m_coordinator_failed || !waits() || m_restarted) return;
    const std::size_t mine = place_of(m_id.context.self);
    for (std::size_t i = 0; i < mine; ++i)
        if (i < m_reports.size() && !m_reports[i].failed) return;
    if (m_round != Round::none) return go_on(false, effects);  // one that was waited for has failed
    elect(effects);
    await_election(effects);
}

// Total failure: whoever is back only asks. Once all are back, the coordinator too, what they remember is all that there is, and it
// changes no more: whoever has collected it comes to the same end.
void Participant::end_when_all_are_back(Effects& effects) {
    if (!m_restarted || !waits() || !m_coordinator_failed || !m_coordinator_asks) return;
    bool pre_committed = false;
    for (std::size_t i = 0; i < m_reports.size(); ++i) {
        const bool back = m_updaters[i].node == m_id.context.self || m_reports[i].failed || m_reports[i].knowledge == Knowledge::unknown;
        if (!m_reports[i].here || !back) return;
        pre_committed = pre_committed || m_reports[i].knowledge == Knowledge::pre_committed;
    }
    m_round = Round::asking;
    end(pre_committed ? Outcome::commit : Outcome::abort, "all sites are back, and none has decided", effects);
}

}  // namespace indoubt::commit::three_phase
