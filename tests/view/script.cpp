// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/script.h"

namespace indoubt::tests {

using base::NodeId;
using base::Xid;
using events::Leg;
using events::LegKind;
using events::Message;
using events::Note;
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

}  // namespace indoubt::tests
