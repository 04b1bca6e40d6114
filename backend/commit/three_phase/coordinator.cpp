// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/three_phase/coordinator.h"

#include <algorithm>

namespace indoubt::commit::three_phase {

using events::Knowledge;
using events::MessageKind;
using events::RecordKind;

Coordinator::Coordinator(const Rules& rules, Context context, Xid xid, ProtocolChoice protocol)
    : Base(rules.votes, std::move(context), xid, std::move(protocol)), m_rules(&rules) {}

void Coordinator::step(const Input& input, Effects& effects) {
    if (const auto* suspect = std::get_if<Suspect>(&input)) {
        if (m_rules->detects()) failed(suspect->node, effects);
        return;
    }
    Base::step(input, effects);
    if (m_second.size() != m_branches.size()) m_second.resize(m_branches.size());
}

void Coordinator::agreed(Effects& effects) {
    if (std::none_of(m_branches.begin(), m_branches.end(), [](const Branch& b) { return b.vote == Vote::yes; })) return Base::agreed(effects);
    m_second.resize(m_branches.size());
    m_phase = Phase::pre_committed;
    m_quorum = quorum_of(static_cast<std::size_t>(std::count_if(m_branches.begin(), m_branches.end(), [](const Branch& b) { return b.enrolled.updater; })));
    effects.push_back(CancelTimer{TimerKind::prepare});
    Record record = m_id.record(RecordKind::pre_committed, true);
    for (const Branch& branch : m_branches)
        if (branch.vote == Vote::yes) record.enrolled.push_back(branch.enrolled);
    effects.push_back(Append{std::move(record), voters()});
    remind(false, effects);
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

// PRE-COMMIT to every YES voter; a restarted coordinator under the site-failure rule asks instead.
void Coordinator::remind(bool repeat, Effects& effects) const {
    for (const Branch& branch : m_branches) {
        if (branch.vote != Vote::yes) continue;
        Message message = m_id.to(branch.enrolled.node, m_rules->detects() && m_restarted ? MessageKind::state_request : MessageKind::pre_commit);
        if (m_rules->detects() && m_restarted)
            for (const Branch& other : m_branches) message.enrolled.push_back(other.enrolled);
        message.repeat = repeat;
        effects.push_back(Send{std::move(message)});
    }
}

void Coordinator::on_message(const Message& message, Effects& effects) {
    const std::size_t place = place_of(message.from);
    if (m_rules->detects() && place < m_branches.size() && message.from_incarnation > m_branches[place].enrolled.incarnation) failed(message.from, effects);
    switch (message.kind) {
        case MessageKind::pre_commit_ack:
            if (m_phase != Phase::pre_committed || place >= m_second.size()) return;
            m_second[place].acked = true;
            return commit_when_ready(effects);
        case MessageKind::commit: return learn(Outcome::commit, message, effects);
        case MessageKind::abort: return learn(Outcome::abort, message, effects);
        case MessageKind::state_report:
            if (message.knowledge == Knowledge::committed) learn(Outcome::commit, message, effects);
            if (message.knowledge == Knowledge::aborted || message.knowledge == Knowledge::refused) learn(Outcome::abort, message, effects);
            return;
        case MessageKind::ack:
            learn(Outcome::commit, message, effects);  // only a COMMIT is acknowledged
            return Base::on_message(message, effects);
        default: break;
    }
    if (m_phase != Phase::pre_committed) return Base::on_message(message, effects);
    if (place >= m_branches.size()) return;
    Message answer = m_id.to(message.from, message.kind == MessageKind::inquiry ? MessageKind::undecided : MessageKind::pre_commit);
    if (message.kind == MessageKind::inquiry) {
        if (m_overdue) answer.knowledge = Knowledge::pre_committed;  // do not wait for me
    } else if (message.kind != MessageKind::vote_yes || m_restarted) {
        return;
    }
    effects.push_back(Send{std::move(answer)});
}

// A branch has ended it: led by itself, or told by one that did.
void Coordinator::learn(Outcome outcome, const Message& message, Effects& effects) {
    const std::string how = message.from.name() + (outcome == Outcome::commit ? " has committed" : " has aborted") + " by termination";
    if (m_phase == Phase::pre_committed && outcome == Outcome::commit) return commit(how, {message.from}, effects);
    if ((m_phase == Phase::pre_committed || m_phase == Phase::preparing) && outcome == Outcome::abort) abort(Refusal::terminated, how, effects);
}

void Coordinator::commit_when_ready(Effects& effects) {
    if (m_phase != Phase::pre_committed || (m_restarted && m_rules->detects())) return;
    std::size_t acked = 0, missing = 0;
    std::vector<NodeId> grounds;
    for (std::size_t i = 0; i < m_branches.size(); ++i) {
        if (m_branches[i].vote != Vote::yes) continue;
        if (m_second[i].acked) ++acked, grounds.push_back(m_branches[i].enrolled.node);
        else if (!m_second[i].failed) ++missing;
    }
    if (missing == 0) return commit("all acknowledged PRE-COMMIT", std::move(grounds), effects);
    const bool enough = acked >= m_quorum && (m_rules->enough || (m_rules->counts() && m_overdue));
    if (enough) commit("a quorum acknowledged PRE-COMMIT", std::move(grounds), effects);
}

void Coordinator::on_timeout(TimerKind kind, Effects& effects) {
    if (kind != TimerKind::retry || m_phase != Phase::pre_committed) return Base::on_timeout(kind, effects);
    m_overdue = true;
    commit_when_ready(effects);
    if (m_phase != Phase::pre_committed) return;
    remind(true, effects);
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

void Coordinator::failed(NodeId node, Effects& effects) {
    const std::size_t place = place_of(node);
    if (place >= m_branches.size()) return;
    m_second.resize(m_branches.size());
    m_second[place].failed = true;
    if (m_phase == Phase::preparing && m_branches[place].vote == Vote::none) return abort(Refusal::terminated, node.name() + " has failed before its vote came", effects);
    commit_when_ready(effects);
}

base::Result<> Coordinator::permits(const Order& order) const {
    if (m_phase != Phase::pre_committed) return Base::permits(order);
    if (order.kind == OrderKind::retry) return base::Ok{};
    if (order.kind == OrderKind::abort)
        return base::failed_precondition("the coordinator has sent PRE-COMMIT: a termination may already be committing without it, so it can no longer abort alone");
    return Base::permits(order);
}

void Coordinator::on_order(const Order& order, Effects& effects) {
    if (m_phase == Phase::pre_committed && order.kind == OrderKind::retry) return remind(true, effects);
    Base::on_order(order, effects);
}

void Coordinator::on_restart(const Restart& restart, Effects& effects) {
    const bool decided = std::any_of(restart.records.begin(), restart.records.end(), [](const auto& r) { return r->kind == RecordKind::decision; });
    const auto* attempt = decided ? nullptr : [&] {
        const auto at = std::find_if(restart.records.begin(), restart.records.end(), [](const auto& r) { return r->kind == RecordKind::pre_committed; });
        return at == restart.records.end() ? nullptr : at->get();
    }();
    if (!attempt) return Base::on_restart(restart, effects);
    std::size_t updaters = 0;
    for (const auto& found : restart.records) {
        if (found->kind != RecordKind::begin) continue;
        m_payment = found->payment;
        updaters = static_cast<std::size_t>(std::count_if(found->enrolled.begin(), found->enrolled.end(), [](const Enrolled& e) { return e.updater; }));
    }
    for (const Enrolled& enrolled : attempt->enrolled) m_branches.push_back({enrolled, Vote::yes, false, Heuristic::none, Refusal::none, {}});
    m_second.resize(m_branches.size());
    m_quorum = quorum_of(updaters);
    m_phase = Phase::pre_committed;
    m_overdue = m_restarted = true;
    remind(true, effects);
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

std::size_t Coordinator::place_of(NodeId node) const {
    const auto at = std::find_if(m_branches.begin(), m_branches.end(), [&](const Branch& b) { return b.enrolled.node == node; });
    return static_cast<std::size_t>(at - m_branches.begin());
}

bool Coordinator::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const Coordinator*>(&other);
    return o && Base::equals(other) && m_rules == o->m_rules && m_second == o->m_second && m_quorum == o->m_quorum && m_overdue == o->m_overdue && m_restarted == o->m_restarted;
}

std::uint64_t Coordinator::hash() const {
    base::Hasher hasher;
    hasher.add(Base::hash()).add((m_overdue ? 1u : 0u) | (m_restarted ? 2u : 0u));
    for (const Second& second : m_second) hasher.add((second.acked ? 1u : 0u) | (second.failed ? 2u : 0u));
    return hasher.value();
}

std::string Coordinator::describe() const {
    std::string text = Base::describe();
    if (m_phase != Phase::pre_committed) return text;
    for (std::size_t i = 0; i < m_second.size(); ++i)
        if (m_second[i].acked || m_second[i].failed) text += " " + m_branches[i].enrolled.node.name() + (m_second[i].acked ? ":PRE-COMMIT-ACK" : ":failed");
    return text + (m_overdue ? ", overdue" : "");
}

}  // namespace indoubt::commit::three_phase
