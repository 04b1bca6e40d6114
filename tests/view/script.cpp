// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/script.h"

namespace indoubt::tests {

using base::NodeId;
using base::Xid;
using events::Leg;
using events::LegKind;
using events::Message;
using events::Note;
using events::Outcome;
using events::PaymentPtr;
using events::Record;
using events::Refusal;
using events::Vote;

EventRef Script::put(Event event) {
    now += step_ns;
    event.incarnation = m_incarnation[event.node];
    event.seq = ++m_seq[event.node];
    event.hlc = now;
    event.at_ns = now;
    log.push_back(std::move(event));
    return log.back().ref();
}

EventRef Script::note(EventKind kind, NodeId node, const Xid& xid, Note note, std::vector<EventRef> causes, NodeId peer) {
    Event event;
    event.kind = kind;
    event.node = node;
    event.xid = xid;
    event.peer = peer;
    event.causes = std::move(causes);
    event.payload = std::make_shared<const Note>(std::move(note));
    return put(std::move(event));
}

EventRef Script::message(EventKind kind, NodeId node, NodeId peer, Message message, std::vector<EventRef> causes) {
    Event event;
    event.kind = kind;
    event.node = node;
    event.peer = peer;
    event.xid = message.xid;
    event.causes = std::move(causes);
    event.payload = std::make_shared<const Message>(std::move(message));
    return put(std::move(event));
}

EventRef Script::append(NodeId node, Record record) {
    Event event;
    event.kind = EventKind::append;
    event.node = node;
    event.xid = record.xid;
    event.durable = record.forced;
    event.lsn = ++lsn[node];
    event.payload = std::make_shared<const Record>(std::move(record));
    return put(std::move(event));
}

EventRef Script::sync(NodeId node) {
    Event event;
    event.kind = EventKind::sync;
    event.node = node;
    event.lsn = synced[node] = lsn[node];
    Note note;
    note.count = 1;
    note.duration_ns = 900'000;
    event.payload = std::make_shared<const Note>(note);
    return put(std::move(event));
}

EventRef Script::durable(NodeId node, EventRef appended) {
    for (std::size_t i = log.size(); i-- > 0;) {
        if (log[i].ref() != appended) continue;
        Event event;
        event.kind = EventKind::durable;
        event.node = node;
        event.xid = log[i].xid;
        event.lsn = log[i].lsn;
        event.payload = log[i].payload;
        event.causes = {appended};
        return put(std::move(event));
    }
    return {};
}

void Script::start() {
    auto shape = std::make_shared<events::ClusterShape>();
    shape->coordinator = T;
    shape->members = {{T, "Coordinator", ""}, {A, "Hafenbank", "HAFBDEH0XXX"}, {B, "Banque du Lac", "BLACLUL0XXX"}, {C, "Kestrel Pay", "KSTLNLA0XXX"}};
    shape->protocol.cooperative = cooperative;
    for (NodeId node : {T, A, B, C}) {
        m_incarnation[node] = 1;
        Note started;
        started.text = "first start";
        note(EventKind::restart, node, {}, started);
        Record incarnation;
        incarnation.kind = RecordKind::incarnation;
        incarnation.forced = true;
        incarnation.incarnation = 1;
        append(node, incarnation);
        Record record;
        record.kind = RecordKind::shape;
        record.forced = true;
        record.shape = shape;
        append(node, record);
        if (node != T && account_lines) {
            Record accounts;
            accounts.kind = RecordKind::account;
            accounts.forced = true;
            const auto eur = base::Currency::of("EUR");
            if (node == A) accounts.accounts = {{"DE379000000100004711 08", "Mara Lindholm", eur, 248000, -1}};
            if (node == B) accounts.accounts = {{"LU28 9990 0000 0047 1200", "Velo Atelier", eur, 31075, -1}, {"LU51 0087", "Sakura Import", base::Currency::of("JPY"), 1250000, -1}};
            if (node == C) accounts.accounts = {{"NL36 KSTL 0000 4713 00", "Kestrel fees", eur, 0, -1}};
            for (const auto& line : accounts.accounts) m_balance[node][line.account] = line.posted_minor;
            append(node, accounts);
        }
        sync(node);
    }
}

PaymentPtr Script::payment(const std::string& reference, std::int64_t minor, std::int64_t fee, const std::string& from) {
    auto payment = std::make_shared<events::Payment>();
    const auto eur = base::Currency::of("EUR");
    payment->idempotency_key = "key-" + reference;
    payment->refs.reference = reference;
    payment->refs.end_to_end_id = "E2E-" + reference;
    payment->debtor = {"Mara Lindholm", from, "HAFBDEH0XXX"};
    payment->creditor = {"Velo Atelier", "LU28 9990 0000 0047 1200", "BLACLUL0XXX"};
    payment->amount = {minor, eur};
    payment->legs = {Leg{A, LegKind::debit, from, {minor, eur}}, Leg{B, LegKind::credit, "LU28 9990 0000 0047 1200", {minor - fee, eur}},
                     Leg{C, LegKind::fee, "NL36 KSTL 0000 4713 00", {fee, eur}}};
    return payment;
}

std::vector<events::Enrolled> Script::enrolled(const events::Payment& payment) const {
    std::vector<events::Enrolled> all;
    for (const Leg& leg : payment.legs) all.push_back({leg.node, leg.kind != LegKind::check, 1});
    return all;
}

EventRef Script::begin(const Xid& xid, const PaymentPtr& payment) {
    m_payment[xid] = payment;
    Note submitted;
    submitted.payment = payment;
    submitted.protocol.cooperative = cooperative;
    submitted.enrolled = enrolled(*payment);
    note(EventKind::submit, T, xid, submitted);
    Record record;
    record.kind = RecordKind::begin;
    record.coordinator = true;
    record.xid = xid;
    record.payment = payment;
    record.protocol.cooperative = cooperative;
    record.enrolled = submitted.enrolled;
    return append(T, record);
}

EventRef Script::prepare_all(const Xid& xid, const PaymentPtr& payment) {
    EventRef last;
    for (const Leg& leg : payment->legs) {
        Message prepare;
        prepare.kind = MessageKind::prepare;
        prepare.xid = xid;
        prepare.from = T;
        prepare.to = leg.node;
        prepare.enrolled = enrolled(*payment);
        prepare.payment = std::make_shared<const events::Payment>(events::branch_of(*payment, leg.node));
        last = m_prepare_sent[xid][leg.node] = message(EventKind::send, T, leg.node, prepare);
    }
    return last;
}

EventRef Script::vote_yes(const Xid& xid, const PaymentPtr& payment, NodeId node, bool delivered) {
    const auto branch = std::make_shared<const events::Payment>(events::branch_of(*payment, node));
    Message prepare;
    prepare.kind = MessageKind::prepare;
    prepare.xid = xid;
    prepare.from = T;
    prepare.to = node;
    prepare.payment = branch;
    prepare.enrolled = enrolled(*payment);
    EventRef cause = message(EventKind::receive, node, T, prepare, {m_prepare_sent[xid][node]});
    for (const Leg& leg : branch->legs) {
        Note lock;
        lock.account = leg.account;
        lock.amount = leg.amount;
        lock.leg = leg.kind;
        lock.held_minor = leg.kind == LegKind::debit ? leg.amount.minor : 0;
        cause = note(EventKind::lock, node, xid, lock, {cause});
    }
    Note vote;
    vote.vote = Vote::yes;
    cause = note(EventKind::vote, node, xid, vote, {cause});
    Record prepared;
    prepared.kind = RecordKind::prepared;
    prepared.forced = true;
    prepared.xid = xid;
    prepared.payment = branch;
    prepared.protocol.cooperative = cooperative;
    prepared.enrolled = enrolled(*payment);
    const EventRef appended = append(node, prepared);
    log.back().causes = {cause};
    sync(node);
    const EventRef on_disk = durable(node, appended);
    Message yes;
    yes.kind = MessageKind::vote_yes;
    yes.xid = xid;
    yes.from = node;
    yes.to = T;
    const EventRef sent = message(EventKind::send, node, T, yes, {on_disk});
    if (!delivered) return sent;
    return m_yes_received[xid][node] = message(EventKind::receive, T, node, yes, {sent});
}

EventRef Script::vote_no(const Xid& xid, NodeId node, Refusal refusal, const std::string& text) {
    Message prepare;
    prepare.kind = MessageKind::prepare;
    prepare.xid = xid;
    prepare.from = T;
    prepare.to = node;
    EventRef cause = message(EventKind::receive, node, T, prepare, {m_prepare_sent[xid][node]});
    Note vote;
    vote.vote = Vote::no;
    vote.refusal = refusal;
    vote.text = text;
    cause = note(EventKind::vote, node, xid, vote, {cause});
    Record refused;
    refused.kind = RecordKind::refused;
    refused.xid = xid;
    refused.refusal = refusal;
    refused.text = text;
    cause = append(node, refused);
    Message no;
    no.kind = MessageKind::vote_no;
    no.xid = xid;
    no.from = node;
    no.to = T;
    no.refusal = refusal;
    no.text = text;
    const EventRef sent = message(EventKind::send, node, T, no, {cause});
    return m_yes_received[xid][node] = message(EventKind::receive, T, node, no, {sent});
}

EventRef Script::vote_read_only(const Xid& xid, NodeId node) {
    Message prepare;
    prepare.kind = MessageKind::prepare;
    prepare.xid = xid;
    prepare.from = T;
    prepare.to = node;
    EventRef cause = message(EventKind::receive, node, T, prepare, {m_prepare_sent[xid][node]});
    Note vote;
    vote.vote = Vote::read_only;
    cause = note(EventKind::vote, node, xid, vote, {cause});
    Message answer;
    answer.kind = MessageKind::vote_read_only;
    answer.xid = xid;
    answer.from = node;
    answer.to = T;
    const EventRef sent = message(EventKind::send, node, T, answer, {cause});
    return m_yes_received[xid][node] = message(EventKind::receive, T, node, answer, {sent});
}

EventRef Script::waits(const Xid& xid, NodeId node, const std::string& account, const Xid& holder) {
    Message prepare;
    prepare.kind = MessageKind::prepare;
    prepare.xid = xid;
    prepare.from = T;
    prepare.to = node;
    const EventRef cause = message(EventKind::receive, node, T, prepare, {m_prepare_sent[xid][node]});
    Note wait;
    wait.account = account;
    wait.other = holder;
    return note(EventKind::wait, node, xid, wait, {cause});
}

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
