// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/paxos/manager.h"

#include "commit/two_phase/policy.h"

namespace indoubt::commit::paxos {

using events::MessageKind;
using events::RecordKind;

Manager::Manager(Context context, Xid xid, ProtocolChoice protocol, bool faster)
    : m_id{context, xid, std::move(protocol), true}, m_managers(two_phase::managers_of(context)), m_faster(faster && m_managers.size() > 1) {}

void Manager::step(const Input& input, Effects& effects) {
    if (const auto* begin = std::get_if<Begin>(&input)) on_begin(*begin, effects);
    else if (const auto* message = std::get_if<Message>(&input)) on_message(*message, effects);
    else if (const auto* timeout = std::get_if<Timeout>(&input)) on_timeout(timeout->kind, effects);
    else if (const auto* order = std::get_if<Order>(&input)) on_order(*order, effects);
    else if (const auto* restart = std::get_if<Restart>(&input)) on_restart(*restart, effects);
}

void Manager::on_begin(const Begin& begin, Effects& effects) {
    if (m_phase != Phase::none) return;
    m_payment = begin.payment;
    m_began = true;
    m_phase = Phase::preparing;
    m_leading = Leading::ballot_zero;
    enroll(begin.enrolled);
    Record begun = m_id.record(RecordKind::begin, false);
    begun.payment = m_payment;
    begun.enrolled = m_enrolled;
    begun.idempotency_key = m_payment->idempotency_key;
    effects.push_back(Append{std::move(begun), {}});
    effects.push_back(SetTimer{TimerKind::prepare, m_id.context.prepare_timeout_ms});
    for (const Enrolled& branch : m_enrolled) send_prepare(branch, false, effects);
}

void Manager::on_message(const Message& message, Effects& effects) {
    switch (message.kind) {
        case MessageKind::vote_yes:
        case MessageKind::vote_no:
        case MessageKind::vote_read_only: return on_vote(message, effects);
        case MessageKind::phase_1a: return on_1a(message, effects);
        case MessageKind::phase_1b: return on_1b(message, effects);
        case MessageKind::phase_2a: return on_2a(message, effects);
        case MessageKind::phase_2b: return on_2b(message, effects);
        case MessageKind::learned: return on_learned(message, effects);
        case MessageKind::ack: return on_ack(message, effects);
        case MessageKind::inquiry: return on_inquiry(message, effects);
        default: return;
    }
}

void Manager::on_timeout(TimerKind kind, Effects& effects) {
    if (kind == TimerKind::retry && m_phase == Phase::committing) {
        if (m_updaters.empty())
            for (const Enrolled& branch : m_enrolled)
                if (branch.updater) m_updaters.push_back(branch.node);  // it has only been told, not who said YES
        for (const NodeId node : m_updaters)
            if (waits_for(node)) send_outcome(node, true, effects);
        effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
        return;
    }
    if (decided()) return;
    if (kind == TimerKind::collect) {  // an acceptor has waited long enough for the rest of the votes
        tell_ballot_zero(effects);
    } else if (kind == TimerKind::prepare || kind == TimerKind::election) {
        m_armed = false;
        take_over(effects);
    }
}

base::Result<> Manager::permits(const Order& order) const {
    if (order.kind == OrderKind::abort) {
        if (m_phase == Phase::preparing && m_leading == Leading::ballot_zero && !m_acceptor.told) return base::Ok{};
        if (m_phase == Phase::committing || m_phase == Phase::committed)
            return base::failed_precondition("the managers have decided COMMIT; that cannot be taken back, only compensated by a payment the other way");
        if (m_phase == Phase::aborted) return base::failed_precondition("the managers have already decided ABORT");
        return base::failed_precondition("every vote is in and the acceptors are deciding; what they chose can no longer be stopped. It ends by itself once " + std::to_string(quorum()) + " of " +
                                         std::to_string(m_managers.size()) + " managers can be reached");
    }
    if (order.kind == OrderKind::retry) {
        if (m_phase == Phase::committing || m_phase == Phase::preparing) return base::Ok{};
        return base::failed_precondition("nothing is left to send: this manager is done with this transaction");
    }
    return base::failed_precondition("\"" + std::string(word(order.kind)) + "\" is an order for a branch, not for a manager; name the branch");
}

// An abort that an operator orders while votes are still out: this manager's instances of ballot 0 are closed, and a ballot of its own
// chooses aborted for every participant that has not voted.
void Manager::on_order(const Order& order, Effects& effects) {
    if (!permits(order)) return;
    if (order.kind == OrderKind::retry && m_phase == Phase::committing) {
        for (const NodeId node : m_updaters)
            if (waits_for(node)) send_outcome(node, true, effects);
    } else if (order.kind == OrderKind::retry) {
        for (std::size_t i = 0; i < m_enrolled.size(); ++i)
            if (origin() && m_acceptor.votes[i].vote == Vote::none) send_prepare(m_enrolled[i], true, effects);
        if (!origin()) take_over(effects);
    } else {
        const std::string why = order.note ? order.note->actor + ": " + order.note->reason : "operator";
        if (quorum() == 1) return decide(Outcome::abort, m_acceptor.votes, Refusal::operator_order, "aborted by " + why, effects);
        take_over(effects);
    }
}

void Manager::on_restart(const Restart& restart, Effects& effects) {
    for (const auto& found : restart.records) {
        if (!found->enrolled.empty() && found->kind != RecordKind::decision) enroll(found->enrolled);
        if (found->kind == RecordKind::begin) m_payment = found->payment;
        if ((found->kind == RecordKind::accepted || found->kind == RecordKind::promised) && found->agreement) {
            m_acceptor.promised = found->agreement->ballot;
            m_acceptor.votes = found->agreement->votes;
            m_acceptor.told = true;
        }
        if (found->kind == RecordKind::decision && found->outcome == Outcome::commit) {
            for (const Enrolled& updater : found->enrolled) m_updaters.push_back(updater.node);
            m_phase = Phase::committing;
        }
    }
    if (m_phase == Phase::committing) {
        for (const NodeId node : m_updaters) send_outcome(node, true, effects);
        if (m_updaters.empty()) return finish(effects);
        effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
        return;
    }
    m_phase = Phase::preparing;
    if (quorum() > 1) {  // the others may have chosen without this one: ask them
        if (m_id.xid.coordinator == m_id.context.self) arm(m_id.context.retry_first_ms, effects);  // it owes an end to what it began
        return;
    }
    if (all_ready(m_acceptor.votes)) return decide(Outcome::commit, m_acceptor.votes, Refusal::none, "the acceptor holds every vote", effects);
    decide(Outcome::abort, m_acceptor.votes, Refusal::coordinator_restart, "the coordinator restarted before it decided: presumed abort", effects);
}

void Manager::enroll(const std::vector<Enrolled>& enrolled) {
    if (!m_enrolled.empty()) return;
    m_enrolled = enrolled;
    m_acceptor.enroll(enrolled);
}

bool Manager::enrolled(NodeId node) const {
    return std::any_of(m_enrolled.begin(), m_enrolled.end(), [&](const Enrolled& e) { return e.node == node; });
}

// Running already: a branch that asks again and again must not put it off for ever.
void Manager::arm(std::int64_t delay_ms, Effects& effects) {
    if (m_armed) return;
    m_armed = true;
    effects.push_back(SetTimer{TimerKind::election, delay_ms, true});
}

Message Manager::with(NodeId to, events::MessageKind kind, std::uint64_t ballot, const Votes& votes) const {
    Message message = m_id.to(to, kind);
    auto agreement = std::make_shared<events::Agreement>();
    agreement->ballot = ballot;
    agreement->votes = votes;
    message.agreement = std::move(agreement);
    return message;
}

void Manager::send_prepare(const Enrolled& branch, bool repeat, Effects& effects) const {
    Message prepare = m_id.to(branch.node, MessageKind::prepare);
    prepare.to_incarnation = branch.incarnation;
    prepare.enrolled = m_enrolled;
    prepare.payment = std::make_shared<const Payment>(events::branch_of(*m_payment, branch.node));
    prepare.repeat = repeat;
    effects.push_back(Send{std::move(prepare)});
}

void Manager::send_outcome(NodeId to, bool repeat, Effects& effects) const {
    Message outcome = m_id.to(to, m_phase == Phase::aborted ? MessageKind::abort : MessageKind::commit);
    outcome.repeat = repeat;
    effects.push_back(Send{std::move(outcome)});
}

bool Manager::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const Manager*>(&other);
    return o && m_id == o->m_id && m_faster == o->m_faster && m_began == o->m_began && m_phase == o->m_phase && m_enrolled == o->m_enrolled && m_low_water == o->m_low_water &&
           m_acceptor == o->m_acceptor && m_leading == o->m_leading && m_ballot == o->m_ballot && m_reports == o->m_reports && m_updaters == o->m_updaters &&
           m_acked == o->m_acked && m_heuristic == o->m_heuristic && m_armed == o->m_armed;
}

std::uint64_t Manager::hash() const {
    base::Hasher hasher;
    hasher.add(m_id.context.self.packed()).add(base::hash_value(m_id.xid)).add(static_cast<std::uint64_t>(m_phase)).add(m_acceptor.promised).add(m_acceptor.told ? 1 : 0);
    const auto add = [&](const Votes& votes) {
        for (const InstanceVote& v : votes) hasher.add(v.node.packed()).add(static_cast<std::uint64_t>(v.vote)).add(v.ballot);
    };
    add(m_acceptor.votes);
    hasher.add(static_cast<std::uint64_t>(m_leading)).add(m_ballot).add((m_began ? 1u : 0u) | (m_armed ? 2u : 0u));
    for (const Report& report : m_reports) {
        hasher.add(report.node.packed());
        add(report.votes);
    }
    for (const NodeId node : m_updaters) hasher.add(node.packed());
    for (const NodeId node : m_acked) hasher.add(node.packed() + 1);
    return hasher.value();
}

std::string Manager::describe() const {
    std::string text = "manager " + std::string(word(m_phase));
    if (m_acceptor.promised > 0) text += ", promised " + std::to_string(m_acceptor.promised);
    for (const InstanceVote& v : m_acceptor.votes) text += " " + v.node.name() + ":" + std::string(events::word(v.vote)) + (v.ballot > 0 ? "@" + std::to_string(v.ballot) : "");
    if (m_leading == Leading::phase_one || m_leading == Leading::phase_two)
        text += ", leads ballot " + std::to_string(m_ballot) + (m_leading == Leading::phase_one ? " (1)" : " (2)") + " with " + std::to_string(m_reports.size()) + " of " + std::to_string(quorum());
    return text;
}

}  // namespace indoubt::commit::paxos
