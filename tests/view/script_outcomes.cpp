// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of a payment's life: the decision and its way, and what happens to it when nodes fail or somebody forces it.
#include "view/script.h"

namespace indoubt::tests {

using base::NodeId;
using base::Xid;
using events::Leg;
using events::Message;
using events::Note;
using events::Outcome;
using events::PaymentPtr;
using events::Record;
using events::Refusal;

EventRef Script::append_decision(const Xid& xid) {
    std::vector<EventRef> causes;
    for (const auto& [node, ref] : m_yes_received[xid]) causes.push_back(ref);
    Note decide;
    decide.outcome = Outcome::commit;
    m_decide[xid] = note(EventKind::decide, T, xid, decide, causes);
    Record record;
    record.kind = RecordKind::decision;
    record.forced = true;
    record.coordinator = true;
    record.xid = xid;
    record.outcome = Outcome::commit;
    record.enrolled = enrolled(*m_payment[xid]);
    record.idempotency_key = m_payment[xid]->idempotency_key;
    m_decision_append[xid] = append(T, record);
    log.back().causes = {m_decide[xid]};
    return m_decision_append[xid];
}

EventRef Script::decision_durable(const Xid& xid) {
    sync(T);
    m_decision_durable[xid] = durable(T, m_decision_append[xid]);
    Note answer;
    answer.outcome = Outcome::commit;
    note(EventKind::answer, T, xid, answer, {m_decision_durable[xid]});
    return m_decision_durable[xid];
}

EventRef Script::decide_abort(const Xid& xid, const PaymentPtr&, Refusal refusal, const std::string& text) {
    std::vector<EventRef> causes;
    for (const auto& [node, ref] : m_yes_received[xid]) causes.push_back(ref);
    Note decide;
    decide.outcome = Outcome::abort;
    decide.refusal = refusal;
    decide.text = text;
    const EventRef decided = note(EventKind::decide, T, xid, decide, causes);
    Record record;
    record.kind = RecordKind::decision;
    record.coordinator = true;
    record.xid = xid;
    record.outcome = Outcome::abort;
    record.refusal = refusal;
    record.text = text;
    m_decision_durable[xid] = append(T, record);
    log.back().causes = {decided};
    return m_decision_durable[xid];
}

EventRef Script::send_decision(const Xid& xid, NodeId node, MessageKind kind, bool repeat, bool presumed) {
    Message decision;
    decision.kind = kind;
    decision.xid = xid;
    decision.from = T;
    decision.to = node;
    decision.repeat = repeat;
    decision.presumed = presumed;
    std::vector<EventRef> causes;
    if (!m_decision_durable[xid].empty()) causes.push_back(m_decision_durable[xid]);
    return message(EventKind::send, T, node, decision, causes);
}

EventRef Script::take_commit(const Xid& xid, const PaymentPtr& payment, NodeId node, EventRef sent) {
    Message decision;
    decision.kind = MessageKind::commit;
    decision.xid = xid;
    decision.from = T;
    decision.to = node;
    const EventRef received = message(EventKind::receive, node, T, decision, {sent});
    Record record;
    record.kind = RecordKind::decision;
    record.forced = true;
    record.xid = xid;
    record.outcome = Outcome::commit;
    const EventRef appended = append(node, record);
    log.back().causes = {received};
    sync(node);
    EventRef cause = durable(node, appended);
    for (const Leg& leg : payment->legs) {
        if (leg.node != node) continue;
        Note apply;
        apply.account = leg.account;
        apply.amount = {leg.signed_minor(), leg.amount.currency};
        apply.balance_minor = m_balance[node][leg.account] += leg.signed_minor();
        cause = note(EventKind::apply, node, xid, apply, {cause});
        Note unlock;
        unlock.account = leg.account;
        cause = note(EventKind::unlock, node, xid, unlock, {cause});
    }
    return cause;
}

EventRef Script::take_abort(const Xid& xid, const PaymentPtr& payment, NodeId node, EventRef sent) {
    Message decision;
    decision.kind = MessageKind::abort;
    decision.xid = xid;
    decision.from = T;
    decision.to = node;
    const EventRef received = message(EventKind::receive, node, T, decision, {sent});
    Record record;
    record.kind = RecordKind::decision;
    record.xid = xid;
    record.outcome = Outcome::abort;
    EventRef cause = append(node, record);
    log.back().causes = {received};
    for (const Leg& leg : payment->legs) {
        if (leg.node != node) continue;
        Note undo;
        undo.account = leg.account;
        cause = note(EventKind::undo, node, xid, undo, {cause});
        Note unlock;
        unlock.account = leg.account;
        cause = note(EventKind::unlock, node, xid, unlock, {cause});
    }
    return cause;
}

EventRef Script::ack(const Xid& xid, NodeId node, events::Heuristic heuristic) {
    Message ack;
    ack.kind = MessageKind::ack;
    ack.xid = xid;
    ack.from = node;
    ack.to = T;
    ack.heuristic = heuristic;
    const EventRef sent = message(EventKind::send, node, T, ack, {log.back().ref()});
    return message(EventKind::receive, T, node, ack, {sent});
}

EventRef Script::end(const Xid& xid) {
    Record record;
    record.kind = RecordKind::end;
    record.coordinator = true;
    record.xid = xid;
    const EventRef cause = log.back().ref();
    const EventRef appended = append(T, record);
    log.back().causes = {cause};
    return note(EventKind::end, T, xid, {}, {appended});
}

EventRef Script::ask(const Xid& xid, NodeId node, bool delivered) {
    Note timer;
    timer.text = "inquiry";
    EventRef cause = note(EventKind::timer, node, xid, timer);
    Note ask;
    ask.text = "no contact with T";
    cause = note(EventKind::ask, node, xid, ask, {cause}, T);
    Message inquiry;
    inquiry.kind = MessageKind::inquiry;
    inquiry.xid = xid;
    inquiry.from = node;
    inquiry.to = T;
    const EventRef sent = message(EventKind::send, node, T, inquiry, {cause});
    return delivered ? message(EventKind::receive, T, node, inquiry, {sent}) : sent;
}

EventRef Script::crash(NodeId node) {
    Note why;
    why.text = "crash ordered";
    return note(EventKind::crash, node, {}, why);
}

EventRef Script::restart(NodeId node) { return restart_at(node, synced[node]); }

EventRef Script::restart_at(NodeId node, std::uint64_t recovered) {
    ++m_incarnation[node];
    m_seq[node] = 0;
    lsn[node] = synced[node] = recovered;
    Event event;
    event.kind = EventKind::restart;
    event.node = node;
    event.lsn = recovered;
    Note note;
    note.text = "recovered";
    note.count = recovered;
    event.payload = std::make_shared<const Note>(note);
    put(std::move(event));
    Record incarnation;
    incarnation.kind = RecordKind::incarnation;
    incarnation.forced = true;
    incarnation.incarnation = m_incarnation[node];
    append(node, incarnation);
    sync(node);
    if (node == T) return log.back().ref();
    Event balance;
    balance.kind = EventKind::balance;
    balance.node = node;
    Record lines;
    lines.kind = RecordKind::account;
    for (const auto& [account, minor] : m_balance[node]) lines.accounts.push_back({account, "", base::Currency::of("EUR"), minor, -1});
    balance.payload = std::make_shared<const Record>(lines);
    return put(std::move(balance));
}

EventRef Script::force(const Xid& xid, const PaymentPtr& payment, NodeId node, Outcome outcome, const std::string& actor) {
    auto order = std::make_shared<events::OperatorNote>();
    order->actor = actor;
    order->reason = "customer waits";
    order->action = outcome == Outcome::commit ? "resolve commit" : "resolve rollback";
    Note ordered;
    ordered.order = order;
    EventRef cause = note(EventKind::order, node, xid, ordered);
    Record record;
    record.kind = RecordKind::order;
    record.forced = true;
    record.xid = xid;
    record.order = order;
    append(node, record);
    Record heuristic;
    heuristic.kind = RecordKind::heuristic;
    heuristic.forced = true;
    heuristic.xid = xid;
    heuristic.outcome = outcome;
    heuristic.order = order;
    append(node, heuristic);
    log.back().causes = {cause};
    sync(node);
    Note done;
    done.outcome = outcome;
    done.order = order;
    cause = note(EventKind::heuristic, node, xid, done, {cause});
    if (outcome == Outcome::commit)
        for (const Leg& leg : payment->legs)
            if (leg.node == node) m_balance[node][leg.account] += leg.signed_minor();
    for (const Leg& leg : payment->legs) {
        if (leg.node != node) continue;
        Note unlock;
        unlock.account = leg.account;
        cause = note(EventKind::unlock, node, xid, unlock, {cause});
    }
    return cause;
}

EventRef Script::damage(const Xid& xid, NodeId node, Outcome real) {
    Record record;
    record.kind = RecordKind::damage;
    record.forced = true;
    record.xid = xid;
    record.outcome = real;
    append(node, record);
    sync(node);
    Note damage;
    damage.outcome = real;
    return note(EventKind::damage, node, xid, damage);
}

EventRef Script::forget(const Xid& xid, NodeId node) {
    Record record;
    record.kind = RecordKind::forget;
    record.forced = true;
    record.xid = xid;
    append(node, record);
    sync(node);
    return note(EventKind::forget, node, xid, {});
}

EventRef Script::drop(const Xid& xid, NodeId at, MessageKind kind, NodeId to, EventRef sent) {
    Message lost;
    lost.kind = kind;
    lost.xid = xid;
    lost.from = at;
    lost.to = to;
    return message(EventKind::drop, at, to, lost, {sent});
}

void Script::all_yes(const Xid& xid, const PaymentPtr& payment) {
    begin(xid, payment);
    prepare_all(xid, payment);
    for (NodeId node : {A, B, C}) vote_yes(xid, payment, node);
}

void Script::all_committed(const Xid& xid, const PaymentPtr& payment, bool repeat) {
    for (NodeId node : {A, B, C}) {
        take_commit(xid, payment, node, send_decision(xid, node, MessageKind::commit, repeat));
        ack(xid, node);
    }
    end(xid);
}

void Script::commit(const Xid& xid, const PaymentPtr& payment) {
    all_yes(xid, payment);
    decide_commit(xid);
    std::map<NodeId, EventRef> sent;
    for (NodeId node : {A, B, C}) sent[node] = send_decision(xid, node, MessageKind::commit);
    for (NodeId node : {A, B, C}) {
        take_commit(xid, payment, node, sent[node]);
        ack(xid, node);
    }
    end(xid);
}

}  // namespace indoubt::tests
