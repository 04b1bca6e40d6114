// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/raft/coordinator.h"

#include <algorithm>

namespace indoubt::commit::raft {

using events::LogEntry;
using events::MessageKind;
using events::RecordKind;

Coordinator::Coordinator(Context context, Xid xid, ProtocolChoice protocol) : m_id{context, xid, std::move(protocol), true} {}

void Coordinator::step(const Input& input, Effects& effects) {
    if (const auto* begin = std::get_if<Begin>(&input)) on_begin(*begin, effects);
    else if (const auto* message = std::get_if<Message>(&input)) on_message(*message, effects);
    else if (const auto* timeout = std::get_if<Timeout>(&input)) on_timeout(timeout->kind, effects);
    else if (const auto* order = std::get_if<Order>(&input)) on_order(*order, effects);
    else if (const auto* told = std::get_if<Told>(&input)) on_told(*told, effects);
    else if (std::get_if<Restart>(&input)) effects.push_back(Finish{});
}

void Coordinator::on_begin(const Begin& begin, Effects& effects) {
    if (m_phase != Phase::none) return;
    m_payment = begin.payment;
    m_term = begin.term;
    for (const Enrolled& enrolled : begin.enrolled) m_branches.push_back({enrolled, Vote::none, false, Heuristic::none, Refusal::none, {}});
    m_phase = Phase::preparing;
    Record begun = m_id.record(RecordKind::begin, false);
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
            if (m_phase == Phase::committing || m_phase == Phase::committed) return send_commit(*branch, true, effects);
            if (m_phase == Phase::preparing || m_phase == Phase::deciding) effects.push_back(Send{m_id.to(message.from, MessageKind::undecided)});
            return;
        }
        default: return;  // not for a coordinator
    }
}

void Coordinator::on_vote(const Message& message, Effects& effects) {
    Branch* branch = find(message.from);
    if (!branch) return;
    if (m_phase == Phase::committing && message.kind == MessageKind::vote_yes) return send_commit(*branch, true, effects);
    // The first vote counts; a second can only be the echo of a repeated PREPARE.
    if (m_phase != Phase::preparing || branch->vote != Vote::none) return;
    branch->vote = message.kind == MessageKind::vote_yes ? Vote::yes : message.kind == MessageKind::vote_no ? Vote::no : Vote::read_only;
    branch->refusal = message.refusal;
    branch->text = message.text;
    decide_when_all_voted(effects);
}

void Coordinator::decide_when_all_voted(Effects& effects) {
    if (std::any_of(m_branches.begin(), m_branches.end(), [](const Branch& b) { return b.vote == Vote::none; })) return;
    for (const Branch& branch : m_branches) {
        if (branch.vote == Vote::no) return abort(branch.refusal, branch.enrolled.node.name() + " voted NO: " + branch.text, effects);
    }
    effects.push_back(CancelTimer{TimerKind::prepare});
    if (std::any_of(m_branches.begin(), m_branches.end(), [](const Branch& b) { return b.vote == Vote::yes; })) return propose(effects);
    effects.push_back(Decide{Outcome::commit, Refusal::none, "all votes are READ-ONLY", voters()});  // nobody changed anything: no decision needs to survive
    effects.push_back(Answer{Outcome::commit});
    finish_commit(effects);
}

void Coordinator::propose(Effects& effects) {
    m_phase = Phase::deciding;
    LogEntry entry;
    entry.xid = m_id.xid;
    entry.outcome = Outcome::commit;
    for (const Branch& branch : m_branches)
        if (branch.vote == Vote::yes) entry.enrolled.push_back(branch.enrolled);  // those whose ACK is needed before END
    entry.idempotency_key = m_payment->idempotency_key;
    effects.push_back(Tell{Xid{}, {ToldKind::propose, std::move(entry), m_term}});
}

void Coordinator::on_told(const Told& told, Effects& effects) {
    switch (told.kind) {
        case ToldKind::chosen: return chosen(told, effects);
        case ToldKind::adopt: return adopt(told, effects);
        case ToldKind::deposed: return drop(effects);
        default: return;
    }
}

void Coordinator::chosen(const Told& told, Effects& effects) {
    if (m_phase != Phase::deciding || told.term != m_term) return;
    effects.push_back(Decide{Outcome::commit, Refusal::none, "all votes are in, and the decision is replicated in term " + std::to_string(m_term), voters()});
    spread(told, voters(), false, effects);
}

// Decided by a leader of before, or by this one in an earlier life: told again until everybody has acknowledged.
void Coordinator::adopt(const Told& told, Effects& effects) {
    if (m_phase != Phase::none) return;
    for (const Enrolled& enrolled : told.entry.enrolled) m_branches.push_back({enrolled, Vote::yes, false, Heuristic::none, Refusal::none, {}});
    m_term = told.term;
    spread(told, {}, true, effects);
}

void Coordinator::spread(const Told& told, const std::vector<NodeId>& quorum, bool repeat, Effects& effects) {
    m_phase = Phase::committing;
    Record decision = m_id.record(RecordKind::decision, false);
    decision.outcome = Outcome::commit;
    decision.enrolled = told.entry.enrolled;
    decision.idempotency_key = told.entry.idempotency_key;
    effects.push_back(Append{std::move(decision), quorum});
    effects.push_back(Answer{Outcome::commit});
    for (const Branch& branch : m_branches)
        if (branch.vote == Vote::yes) send_commit(branch, repeat, effects);
    effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
}

void Coordinator::abort(Refusal refusal, const std::string& text, Effects& effects) {
    m_phase = Phase::aborted;
    effects.push_back(CancelTimer{TimerKind::prepare});
    effects.push_back(Decide{Outcome::abort, refusal, text, voters()});
    Record decision = m_id.record(RecordKind::decision, false);
    decision.outcome = Outcome::abort;
    decision.refusal = refusal;
    decision.text = text;
    effects.push_back(Append{std::move(decision), voters()});
    effects.push_back(Answer{Outcome::abort, refusal, text});
    for (const Branch& branch : m_branches)
        if (branch.vote == Vote::yes || branch.vote == Vote::none) effects.push_back(Send{m_id.to(branch.enrolled.node, MessageKind::abort)});
    effects.push_back(Observe{events::EventKind::end, {}});
    effects.push_back(Answer{Outcome::abort, refusal, text, true});
    effects.push_back(Finish{});
}

void Coordinator::drop(Effects& effects) {
    const bool told = m_phase == Phase::committing;
    effects.push_back(CancelTimer{TimerKind::prepare});
    effects.push_back(CancelTimer{TimerKind::retry});
    if (!told) effects.push_back(Answer{Outcome::none, Refusal::deposed, m_id.context.self.name() + " no longer leads: the outcome is the next leader's to tell; ask again with the same key"});
    m_phase = Phase::none;
    effects.push_back(Finish{});
}

void Coordinator::on_ack(const Message& message, Effects& effects) {
    Branch* branch = find(message.from);
    if (m_phase != Phase::committing || !branch || branch->acked) return;
    branch->acked = true;
    branch->heuristic = message.heuristic;
    const bool all = std::all_of(m_branches.begin(), m_branches.end(), [](const Branch& b) { return b.acked || b.vote != Vote::yes; });
    if (!all) return;
    LogEntry entry;
    entry.xid = m_id.xid;
    entry.outcome = Outcome::commit;
    entry.end = true;
    effects.push_back(Tell{Xid{}, {ToldKind::propose, std::move(entry), m_term}});
    finish_commit(effects);
}

void Coordinator::finish_commit(Effects& effects) {
    m_phase = Phase::committed;
    effects.push_back(CancelTimer{TimerKind::retry});
    Record end = m_id.record(RecordKind::end, false);
    end.outcome = Outcome::commit;
    for (const Branch& branch : m_branches)
        if (branch.heuristic == Heuristic::rollback) end.heuristic = Heuristic::mixed;
    effects.push_back(Append{std::move(end), {}});
    effects.push_back(Observe{events::EventKind::end, {}});
    effects.push_back(Answer{Outcome::commit, Refusal::none, {}, true});
    effects.push_back(Finish{});
}

void Coordinator::on_timeout(TimerKind kind, Effects& effects) {
    if (kind == TimerKind::prepare && m_phase == Phase::preparing) {
        std::string missing;
        for (const Branch& branch : m_branches)
            if (branch.vote == Vote::none) missing += (missing.empty() ? "" : ", ") + branch.enrolled.node.name();
        abort(Refusal::timeout, "no vote from " + missing + " within " + std::to_string(m_id.context.prepare_timeout_ms) + " ms", effects);
    } else if (kind == TimerKind::retry && m_phase == Phase::committing) {
        for (const Branch& branch : m_branches)
            if (branch.vote == Vote::yes && !branch.acked) send_commit(branch, true, effects);
        effects.push_back(SetTimer{TimerKind::retry, m_id.context.retry_first_ms, true});
    }
}

base::Result<> Coordinator::permits(const Order& order) const {
    if (order.kind == OrderKind::abort) {
        if (m_phase == Phase::preparing) return base::Ok{};
        if (m_phase == Phase::deciding)
            return base::failed_precondition("the COMMIT is in the replicated log and waits for a majority of the managers; a decision that may be committed cannot be taken back");
        if (m_phase == Phase::committing || m_phase == Phase::committed)
            return base::failed_precondition("the coordinator has decided COMMIT; that cannot be taken back, only compensated by a payment the other way");
        return base::failed_precondition("the coordinator has already decided ABORT");
    }
    if (order.kind == OrderKind::retry) {
        if (m_phase == Phase::committing || m_phase == Phase::preparing) return base::Ok{};
        if (m_phase == Phase::deciding) return base::failed_precondition("nothing is left to send: the decision waits for a majority of the managers");
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
        if (m_phase == Phase::committing && branch.vote == Vote::yes && !branch.acked) send_commit(branch, true, effects);
        if (m_phase == Phase::preparing && branch.vote == Vote::none) send_prepare(branch, true, effects);
    }
}

void Coordinator::send_prepare(const Branch& branch, bool repeat, Effects& effects) const {
    Message prepare = m_id.to(branch.enrolled.node, MessageKind::prepare);
    prepare.to_incarnation = branch.enrolled.incarnation;
    for (const Branch& other : m_branches) prepare.enrolled.push_back(other.enrolled);
    prepare.payment = std::make_shared<const Payment>(events::branch_of(*m_payment, branch.enrolled.node));
    prepare.repeat = repeat;
    events::Agreement began;
    began.ballot = m_term;
    prepare.agreement = std::make_shared<const events::Agreement>(std::move(began));
    effects.push_back(Send{std::move(prepare)});
}

void Coordinator::send_commit(const Branch& branch, bool repeat, Effects& effects) const {
    Message commit = m_id.to(branch.enrolled.node, MessageKind::commit);
    commit.repeat = repeat;
    effects.push_back(Send{std::move(commit)});
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
    return o && m_id == o->m_id && m_phase == o->m_phase && m_term == o->m_term && m_branches == o->m_branches;
}

std::uint64_t Coordinator::hash() const {
    base::Hasher hasher;
    hasher.add(m_id.context.self.packed()).add(base::hash_value(m_id.xid)).add(static_cast<std::uint64_t>(m_phase)).add(m_term);
    for (const Branch& b : m_branches)
        hasher.add(b.enrolled.node.packed()).add(static_cast<std::uint64_t>(b.vote)).add(b.acked ? 1 : 0).add(static_cast<std::uint64_t>(b.heuristic));
    return hasher.value();
}

std::string Coordinator::describe() const {
    std::string text = "coordinator " + std::string(word(m_phase)) + " term " + std::to_string(m_term);
    for (const Branch& b : m_branches) text += " " + b.enrolled.node.name() + ":" + std::string(events::word(b.vote)) + (b.acked ? "+ACK" : "");
    return text;
}

}  // namespace indoubt::commit::raft
