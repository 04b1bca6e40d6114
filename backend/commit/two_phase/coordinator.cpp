// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/two_phase/coordinator.h"

#include <algorithm>

namespace indoubt::commit::two_phase {

using events::MessageKind;
using events::RecordKind;

Coordinator::Coordinator(const Policy& policy, Context context, Xid xid, ProtocolChoice protocol) : m_policy(&policy), m_id{context, xid, std::move(protocol), true} {}

void Coordinator::step(const Input& input, Effects& effects) {
    if (const auto* begin = std::get_if<Begin>(&input)) on_begin(*begin, effects);
    else if (const auto* message = std::get_if<Message>(&input)) on_message(*message, effects);
    else if (const auto* timeout = std::get_if<Timeout>(&input)) on_timeout(timeout->kind, effects);
    else if (const auto* order = std::get_if<Order>(&input)) on_order(*order, effects);
    else if (const auto* restart = std::get_if<Restart>(&input)) on_restart(*restart, effects);
}

void Coordinator::on_begin(const Begin& begin, Effects& effects) {
    if (m_phase != Phase::none) return;
    m_payment = begin.payment;
    for (const Enrolled& enrolled : begin.enrolled) m_branches.push_back({enrolled, Vote::none, false, Heuristic::none, Refusal::none, {}});
    m_phase = Phase::preparing;
    Record begun = m_id.record(RecordKind::begin, m_policy->collecting);
    begun.payment = m_payment;
    begun.enrolled = begin.enrolled;
    begun.idempotency_key = m_payment->idempotency_key;
    effects.push_back(Append{std::move(begun), {}});
    effects.push_back(SetTimer{TimerKind::prepare, m_id.context.prepare_timeout_ms});
    for (const Branch& branch : m_branches) send_prepare(branch, false, effects);
}

void Coordinator::on_message(const Message& message, Effects& effects) {
    switch (message.kind) {
        case MessageKind::vote_yes:
        case MessageKind::vote_no:
        case MessageKind::vote_read_only: return on_vote(message, effects);
        case MessageKind::ack: return on_ack(message, effects);
        case MessageKind::inquiry: {
            const Branch* branch = find(message.from);
            if (!branch) return;
            if (m_phase == Phase::preparing) effects.push_back(Send{m_id.to(message.from, MessageKind::undecided)});
            else if (m_phase != Phase::none) send_decision(*branch, true, effects);
            return;
        }
        default: return;  // not for a coordinator
    }
}

void Coordinator::on_vote(const Message& message, Effects& effects) {
    Branch* branch = find(message.from);
    if (!branch) return;
    const bool first = branch->vote == Vote::none;
    if ((m_phase == Phase::committing || m_phase == Phase::aborting) && message.kind == MessageKind::vote_yes) {
        send_decision(*branch, !(first && m_tells_late), effects);
        if (m_phase == Phase::aborting) branch->vote = Vote::yes;
        return;
    }
    // The first vote counts; a second can only be the echo of a repeated PREPARE.
    if (!first || (m_phase != Phase::preparing && m_phase != Phase::aborting)) return;
    branch->vote = message.kind == MessageKind::vote_yes ? Vote::yes : message.kind == MessageKind::vote_no ? Vote::no : Vote::read_only;
    branch->refusal = message.refusal;
    branch->text = message.text;
    if (m_phase == Phase::preparing) return weigh_votes(effects);
    if (std::none_of(m_branches.begin(), m_branches.end(), [&](const Branch& b) { return waits_for(b); })) finish(effects);  // it holds nothing: no ACK of its is wanted
}

void Coordinator::weigh_votes(Effects& effects) {
    const auto said = [&](Vote vote) { return static_cast<std::size_t>(std::count_if(m_branches.begin(), m_branches.end(), [&](const Branch& b) { return b.vote == vote; })); };
    if (m_policy->majority && 2 * said(Vote::yes) > m_branches.size()) return agreed(effects);
    if (m_policy->majority && said(Vote::none) > 0) return;
    for (const Branch& branch : m_branches) {
        if (branch.vote != Vote::no) continue;
        m_tells_late = true;
        return abort(branch.refusal, branch.enrolled.node.name() + " voted NO: " + branch.text, effects);
    }
    if (said(Vote::none) == 0) agreed(effects);
}

void Coordinator::commit(const std::string& text, std::vector<NodeId> quorum, Effects& effects) {
    effects.push_back(CancelTimer{TimerKind::prepare});
    std::vector<Enrolled> updaters;
    for (const Branch& branch : m_branches)
        if (branch.vote == Vote::yes) updaters.push_back(branch.enrolled);
    effects.push_back(Decide{Outcome::commit, Refusal::none, updaters.empty() ? "all votes are READ-ONLY" : text, quorum});
    m_phase = Phase::committing;
    if (updaters.empty()) {  // nobody changed anything: no decision needs to survive
        effects.push_back(Answer{Outcome::commit});
        return finish(effects);
    }
    Record decision = m_id.record(RecordKind::decision, m_policy->force_commit);
    decision.outcome = Outcome::commit;
    decision.enrolled = std::move(updaters);  // those whose ACK is needed before END
    decision.idempotency_key = m_payment->idempotency_key;
    effects.push_back(Append{std::move(decision), std::move(quorum)});
    effects.push_back(Answer{Outcome::commit});
    for (const Branch& branch : m_branches)
        if (branch.vote == Vote::yes || (m_policy->majority && branch.vote == Vote::none)) send_decision(branch, false, effects);
    if (!m_policy->ack_commit || m_policy->early_end) return finish(effects);
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

void Coordinator::abort(Refusal refusal, const std::string& text, Effects& effects) {
    m_phase = Phase::aborting;
    effects.push_back(CancelTimer{TimerKind::prepare});
    effects.push_back(Decide{Outcome::abort, refusal, text, voters()});
    Record decision = m_id.record(RecordKind::decision, m_policy->force_abort);
    decision.outcome = Outcome::abort;
    decision.refusal = refusal;
    decision.text = text;
    if (m_policy->ack_abort)
        for (const Branch& branch : m_branches)
            if (waits_for(branch)) decision.enrolled.push_back(branch.enrolled);  // and whose record is kept until then
    effects.push_back(Append{std::move(decision), voters()});
    effects.push_back(Answer{Outcome::abort, refusal, text});
    for (const Branch& branch : m_branches)
        if (branch.vote == Vote::yes || (branch.vote == Vote::none && !m_tells_late)) send_decision(branch, false, effects);
    m_refusal = refusal;
    m_text = text;
    if (std::none_of(m_branches.begin(), m_branches.end(), [&](const Branch& b) { return waits_for(b); })) return finish(effects);
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

// Whether this branch's ACK is still wanted. One that has not voted may be prepared, and its YES under way.
bool Coordinator::waits_for(const Branch& branch) const {
    if (branch.acked) return false;
    if (m_phase == Phase::committing) return m_policy->ack_commit && branch.vote == Vote::yes;
    return m_phase == Phase::aborting && m_policy->ack_abort && (branch.vote == Vote::yes || branch.vote == Vote::none);
}

void Coordinator::on_ack(const Message& message, Effects& effects) {
    Branch* branch = find(message.from);
    if (!branch || !waits_for(*branch)) return;
    branch->acked = true;
    branch->heuristic = message.heuristic;
    if (std::none_of(m_branches.begin(), m_branches.end(), [&](const Branch& b) { return waits_for(b); })) finish(effects);
}

void Coordinator::finish(Effects& effects) {
    const Outcome outcome = m_phase == Phase::committing ? Outcome::commit : Outcome::abort;
    m_phase = outcome == Outcome::commit ? Phase::committed : Phase::aborted;
    if (outcome == Outcome::commit || m_policy->ack_abort) {
        effects.push_back(CancelTimer{TimerKind::retry});
        Record end = m_id.record(RecordKind::end, false);
        end.outcome = outcome;
        for (const Branch& branch : m_branches) {
            const bool against = outcome == Outcome::commit ? branch.heuristic == Heuristic::rollback : branch.heuristic == Heuristic::commit;
            if (against) end.heuristic = Heuristic::mixed;
        }
        effects.push_back(Append{std::move(end), {}});
    }
    effects.push_back(Observe{events::EventKind::end, {}});
    effects.push_back(Answer{outcome, m_refusal, m_text, true});
    effects.push_back(Finish{});
}

void Coordinator::on_timeout(TimerKind kind, Effects& effects) {
    if (kind == TimerKind::prepare && m_phase == Phase::preparing) {
        std::string missing;
        for (const Branch& branch : m_branches)
            if (branch.vote == Vote::none) missing += (missing.empty() ? "" : ", ") + branch.enrolled.node.name();
        abort(Refusal::timeout, "no vote from " + missing + " within " + std::to_string(m_id.context.prepare_timeout_ms) + " ms", effects);
    } else if (kind == TimerKind::retry && (m_phase == Phase::committing || m_phase == Phase::aborting)) {
        for (const Branch& branch : m_branches)
            if (waits_for(branch)) send_decision(branch, true, effects);
        effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
    }
}

base::Result<> Coordinator::permits(const Order& order) const {
    if (order.kind == OrderKind::abort) {
        if (m_phase == Phase::preparing) return base::Ok{};
        if (m_phase == Phase::committing || m_phase == Phase::committed)
            return base::failed_precondition("the coordinator has decided COMMIT; that cannot be taken back, only compensated by a payment the other way");
        return base::failed_precondition("the coordinator has already decided ABORT");
    }
    if (order.kind == OrderKind::retry) {
        if (m_phase == Phase::committing || m_phase == Phase::aborting || m_phase == Phase::preparing) return base::Ok{};
        return base::failed_precondition("nothing is left to send: the coordinator is done with this transaction");
    }
    return base::failed_precondition("\"" + std::string(word(order.kind)) + "\" is an order for a branch, not for the coordinator; name the branch");
}

void Coordinator::on_order(const Order& order, Effects& effects) {
    if (!permits(order)) return;
    if (order.kind == OrderKind::abort) {
        const std::string why = order.note ? order.note->actor + ": " + order.note->reason : "operator";
        return abort(Refusal::operator_order, "aborted by " + why, effects);
    }
    for (const Branch& branch : m_branches) {
        if (waits_for(branch)) send_decision(branch, true, effects);
        if (m_phase == Phase::preparing && branch.vote == Vote::none) send_prepare(branch, true, effects);
    }
}

void Coordinator::on_restart(const Restart& restart, Effects& effects) {
    for (const auto& found : restart.records) {
        if (found->kind == RecordKind::begin) {
            m_payment = found->payment;
            m_branches.clear();
            for (const Enrolled& enrolled : found->enrolled) m_branches.push_back({enrolled, Vote::none, false, Heuristic::none, Refusal::none, {}});
            m_phase = Phase::preparing;
        } else if (found->kind == RecordKind::decision) {
            m_branches.clear();  // only those that must acknowledge count from here on
            for (const Enrolled& enrolled : found->enrolled) m_branches.push_back({enrolled, Vote::yes, false, Heuristic::none, Refusal::none, {}});
            m_phase = found->outcome == Outcome::commit ? Phase::committing : Phase::aborting;
            m_refusal = found->refusal;
            m_text = found->text;
        }
    }
    if (m_phase == Phase::preparing) return abort(Refusal::coordinator_restart, "the coordinator restarted before it decided" + std::string(m_policy->ack_abort ? "" : ": presumed abort"), effects);
    if (m_phase != Phase::committing && m_phase != Phase::aborting) return;
    for (const Branch& branch : m_branches) send_decision(branch, true, effects);
    if (std::none_of(m_branches.begin(), m_branches.end(), [&](const Branch& b) { return waits_for(b); })) return finish(effects);
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

void Coordinator::send_prepare(const Branch& branch, bool repeat, Effects& effects) const {
    Message prepare = m_id.to(branch.enrolled.node, MessageKind::prepare);
    prepare.to_incarnation = branch.enrolled.incarnation;
    for (const Branch& other : m_branches) prepare.enrolled.push_back(other.enrolled);
    prepare.payment = std::make_shared<const Payment>(events::branch_of(*m_payment, branch.enrolled.node));
    prepare.repeat = repeat;
    outfit(prepare);
    effects.push_back(Send{std::move(prepare)});
}

void Coordinator::send_decision(const Branch& branch, bool repeat, Effects& effects) const {
    const bool commits = m_phase == Phase::committing || m_phase == Phase::committed;
    Message decision = m_id.to(branch.enrolled.node, commits ? MessageKind::commit : MessageKind::abort);
    decision.repeat = repeat;
    effects.push_back(Send{std::move(decision)});
}

Coordinator::Branch* Coordinator::find(NodeId node) {
    for (Branch& branch : m_branches)
        if (branch.enrolled.node == node) return &branch;
    return nullptr;
}

std::vector<NodeId> Coordinator::voters() const {
    std::vector<NodeId> nodes;
    for (const Branch& branch : m_branches)
        if (branch.vote != Vote::none) nodes.push_back(branch.enrolled.node);
    return nodes;
}

bool Coordinator::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const Coordinator*>(&other);
    return o && m_policy == o->m_policy && m_id == o->m_id && m_phase == o->m_phase && m_branches == o->m_branches;
}

std::uint64_t Coordinator::hash() const {
    base::Hasher hasher;
    hasher.add(m_id.context.self.packed()).add(base::hash_value(m_id.xid)).add(static_cast<std::uint64_t>(m_phase));
    for (const Branch& b : m_branches) {
        hasher.add(b.enrolled.node.packed()).add(static_cast<std::uint64_t>(b.vote)).add(b.acked ? 1 : 0).add(static_cast<std::uint64_t>(b.heuristic));
    }
    return hasher.value();
}

std::string Coordinator::describe() const {
    std::string text = "coordinator " + std::string(word(m_phase));
    for (const Branch& b : m_branches) {
        text += " " + b.enrolled.node.name() + ":" + std::string(events::word(b.vote)) + (b.acked ? "+ACK" : "");
    }
    return text;
}

}  // namespace indoubt::commit::two_phase
