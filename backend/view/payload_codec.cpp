// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/payload_codec.h"

#include <cstring>

#include "base/check.h"

namespace indoubt::view {

using base::NodeId;
using base::Xid;
using events::Event;
using events::EventKind;
using events::Message;
using events::Note;
using events::Payment;
using events::PaymentPtr;
using events::Record;

namespace {

enum Form : std::uint8_t { form_none = 0, form_message = 1, form_record = 2, form_note = 3, form_raw = 4 };

// What a message's ends are unless said otherwise.
NodeId usual_from(const Event& event) { return event.kind == EventKind::send || event.kind == EventKind::drop ? event.node : event.peer; }
NodeId usual_to(const Event& event) { return event.kind == EventKind::send || event.kind == EventKind::drop ? event.peer : event.node; }

bool rare(const Record& record) {
    return !record.accounts.empty() || !record.spans.empty() || record.shape || record.order || !record.bytes.empty() || record.text.size() > 4096;
}

const events::ProtocolChoice usual_protocol{};

// Equal to branch_of(whole, node), without building it.
bool is_branch_of(const Payment& part, const Payment& whole, NodeId node) {
    if (part.idempotency_key != whole.idempotency_key || !(part.amount == whole.amount) || part.due_at_ns != whole.due_at_ns) return false;
    std::size_t next = 0;
    for (const auto& leg : whole.legs) {
        if (leg.node != node) continue;
        if (next == part.legs.size() || !(part.legs[next] == leg)) return false;
        ++next;
    }
    return next == part.legs.size() && part.refs == whole.refs && part.debtor == whole.debtor && part.creditor == whole.creditor && part.remark == whole.remark;
}

}  // namespace

struct PayloadCodec::Writer {
    std::string& bytes;
    EventRows& rows;
    void byte(std::uint8_t value) { bytes += static_cast<char>(value); }
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            byte(static_cast<std::uint8_t>(value) | 0x80);
            value >>= 7;
        }
        byte(static_cast<std::uint8_t>(value));
    }
    void integer(std::int64_t value) { number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63)); }
    void text(const std::string& value) {
        number(value.size());
        bytes += value;
    }
    void node(NodeId value) { byte(value.empty() ? 255 : table_index(rows.m_nodes, value)); }
    void xid(const Xid& value) {
        node(value.coordinator);
        number(value.incarnation);
        number(value.cluster);
        number(value.counter);
    }
    void protocol(const events::ProtocolChoice& value) {
        text(value.name);
        byte(value.cooperative);
    }
    void enrolled(const std::vector<events::Enrolled>& value) {
        number(value.size());
        for (const auto& one : value) {
            node(one.node);
            number(std::uint64_t{one.incarnation} << 1 | (one.updater ? 1 : 0));
        }
    }
};

struct PayloadCodec::Reader {
    const char* at;
    const EventRows& rows;
    std::uint8_t byte() { return static_cast<std::uint8_t>(*at++); }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const std::uint8_t next = byte();
            value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
            if (!(next & 0x80)) return value;
        }
    }
    std::int64_t integer() {
        const std::uint64_t value = number();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    std::string text() {
        const std::size_t size = number();
        std::string value(at, size);
        at += size;
        return value;
    }
    NodeId node() {
        const std::uint8_t index = byte();
        return index == 255 ? NodeId{} : rows.m_nodes[index];
    }
    Xid xid() {
        Xid value;
        value.coordinator = node();
        value.incarnation = static_cast<base::Incarnation>(number());
        value.cluster = static_cast<std::uint32_t>(number());
        value.counter = number();
        return value;
    }
    events::ProtocolChoice protocol() {
        events::ProtocolChoice value;
        value.name = text();
        value.cooperative = byte() != 0;
        return value;
    }
    std::vector<events::Enrolled> enrolled() {
        std::vector<events::Enrolled> value(number());
        for (auto& one : value) {
            one.node = node();
            const std::uint64_t bits = number();
            one.updater = bits & 1;
            one.incarnation = static_cast<base::Incarnation>(bits >> 1);
        }
        return value;
    }
};

std::uint8_t table_index(std::vector<NodeId>& nodes, NodeId node) {
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i] == node) return static_cast<std::uint8_t>(i);
    INDOUBT_CHECK(nodes.size() < 255, "more than 255 nodes in one event store");
    nodes.push_back(node);
    return static_cast<std::uint8_t>(nodes.size() - 1);
}

void PayloadCodec::write_payment(EventRows& rows, Writer& out, std::uint32_t xid_index, const PaymentPtr& payment, bool whole) {
    constexpr std::uint32_t unknown = ~std::uint32_t{0};
    const std::uint32_t known = xid_index == no_xid ? unknown : rows.m_xids[xid_index].payment;
    if (known != unknown) {
        const PaymentPtr& first = rows.m_payments[known];
        if (first == payment || *first == *payment) {
            out.number(std::uint64_t{known} << 1);
            return;
        }
        if (!payment->legs.empty() && is_branch_of(*payment, *first, payment->legs.front().node)) {
            out.number(std::uint64_t{known} << 1 | 1);
            out.node(payment->legs.front().node);
            return;
        }
    }
    const auto fresh = static_cast<std::uint32_t>(rows.m_payments.size());
    rows.m_payments.push_back(payment);
    if (xid_index != no_xid && (known == unknown || whole)) rows.m_xids.edit(xid_index).payment = fresh;
    out.number(std::uint64_t{fresh} << 1);
}

PaymentPtr PayloadCodec::read_payment(const EventRows& rows, Reader& in) {
    const std::uint64_t bits = in.number();
    const PaymentPtr& first = rows.m_payments[bits >> 1];
    if (!(bits & 1)) return first;
    return std::make_shared<const Payment>(events::branch_of(*first, in.node()));
}

// Nearly always an account of one of the payment's own legs.
void PayloadCodec::write_account(EventRows& rows, Writer& out, std::uint32_t xid_index, const std::string& account) {
    const std::uint32_t known = xid_index == no_xid ? ~std::uint32_t{0} : rows.m_xids[xid_index].payment;
    std::size_t leg = 0, legs = 0;
    if (known != ~std::uint32_t{0}) {
        const Payment& payment = *rows.m_payments[known];
        legs = payment.legs.size();
        while (leg < legs && payment.legs[leg].account != account) ++leg;
    }
    if (leg < legs) {
        out.number(std::uint64_t{known} << 1 | 1);
        out.number(leg);
    } else {
        out.number(0);
        out.text(account);
    }
}

void PayloadCodec::write(EventRows& rows, Writer& out, const Event& event, std::uint32_t xid_index, const Message& message) {
    out.byte(form_message);
    const std::uint16_t mask = static_cast<std::uint16_t>(
        (message.xid != event.xid) << 0 | (message.from != usual_from(event)) << 1 | (message.to != usual_to(event)) << 2 | (message.from_incarnation != 0) << 3 | (message.to_incarnation != 0) << 4 |
        (message.low_water != 0) << 5 | !(message.protocol == usual_protocol) << 6 | !message.enrolled.empty() << 7 | (message.payment != nullptr) << 8 |
        (message.refusal != events::Refusal::none) << 9 | !message.text.empty() << 10 | (message.knowledge != events::Knowledge::unknown) << 11 |
        (message.heuristic != events::Heuristic::none) << 12 | (message.proof_lsn != 0) << 13 | message.presumed << 14 | message.repeat << 15);
    out.byte(static_cast<std::uint8_t>(message.kind));
    out.number(mask);
    if (mask & 1 << 0) out.xid(message.xid);
    if (mask & 1 << 1) out.node(message.from);
    if (mask & 1 << 2) out.node(message.to);
    if (mask & 1 << 3) out.number(message.from_incarnation);
    if (mask & 1 << 4) out.number(message.to_incarnation);
    if (mask & 1 << 5) out.number(message.low_water);
    if (mask & 1 << 6) out.protocol(message.protocol);
    if (mask & 1 << 7) out.enrolled(message.enrolled);
    if (mask & 1 << 8) write_payment(rows, out, xid_index, message.payment, false);
    if (mask & 1 << 9) out.byte(static_cast<std::uint8_t>(message.refusal));
    if (mask & 1 << 10) out.text(message.text);
    if (mask & 1 << 11) out.byte(static_cast<std::uint8_t>(message.knowledge));
    if (mask & 1 << 12) out.byte(static_cast<std::uint8_t>(message.heuristic));
    if (mask & 1 << 13) out.number(message.proof_lsn);
}

void PayloadCodec::write(EventRows& rows, Writer& out, const Event& event, std::uint32_t xid_index, const Record& record) {
    out.byte(form_record);
    const std::uint16_t mask = static_cast<std::uint16_t>(
        record.forced << 0 | record.coordinator << 1 | (record.xid != event.xid) << 2 | (record.incarnation != 0) << 3 | !(record.protocol == usual_protocol) << 4 | !record.enrolled.empty() << 5 |
        (record.payment != nullptr) << 6 | (record.outcome != events::Outcome::none) << 7 | (record.refusal != events::Refusal::none) << 8 |
        (record.heuristic != events::Heuristic::none) << 9 | !record.text.empty() << 10 | !record.idempotency_key.empty() << 11 | (record.low_water != 0) << 12 |
        (record.proof_lsn != 0) << 13 | !record.node.empty() << 14 | (record.at_ns != 0) << 15);
    out.byte(static_cast<std::uint8_t>(record.kind));
    out.number(mask);
    if (mask & 1 << 2) out.xid(record.xid);
    if (mask & 1 << 3) out.number(record.incarnation);
    if (mask & 1 << 4) out.protocol(record.protocol);
    if (mask & 1 << 5) out.enrolled(record.enrolled);
    if (mask & 1 << 6) write_payment(rows, out, xid_index, record.payment, record.kind == events::RecordKind::begin);
    if (mask & 1 << 7) out.byte(static_cast<std::uint8_t>(record.outcome));
    if (mask & 1 << 8) out.byte(static_cast<std::uint8_t>(record.refusal));
    if (mask & 1 << 9) out.byte(static_cast<std::uint8_t>(record.heuristic));
    if (mask & 1 << 10) out.text(record.text);
    if (mask & 1 << 11) out.text(record.idempotency_key);
    if (mask & 1 << 12) out.number(record.low_water);
    if (mask & 1 << 13) out.number(record.proof_lsn);
    if (mask & 1 << 14) out.node(record.node);
    if (mask & 1 << 15) out.integer(record.at_ns);
}

void PayloadCodec::write(EventRows& rows, Writer& out, const Event& event, std::uint32_t xid_index, const Note& note) {
    out.byte(form_note);
    const std::uint32_t mask = static_cast<std::uint32_t>(
        !note.text.empty() << 0 | !note.account.empty() << 1 | (note.amount.minor != 0) << 2 | (note.balance_minor != 0) << 3 | (note.held_minor != 0) << 4 |
        (note.vote != events::Vote::none) << 5 | (note.outcome != events::Outcome::none) << 6 | (note.refusal != events::Refusal::none) << 7 |
        (note.heuristic != events::Heuristic::none) << 8 | (note.leg != events::LegKind::debit) << 9 | !note.other.empty() << 10 | (note.count != 0) << 11 |
        (note.duration_ns != 0) << 12 | (note.payment != nullptr) << 13 | !(note.protocol == usual_protocol) << 14 | !note.enrolled.empty() << 15 |
        !note.amount.currency.empty() << 16);
    out.number(mask);
    if (mask & 1 << 0) out.text(note.text);
    if (mask & 1 << 1) write_account(rows, out, xid_index, note.account);
    if (mask & 1 << 2) out.integer(note.amount.minor);
    if (mask & 1 << 3) out.integer(note.balance_minor);
    if (mask & 1 << 4) out.integer(note.held_minor);
    if (mask & 1 << 5) out.byte(static_cast<std::uint8_t>(note.vote));
    if (mask & 1 << 6) out.byte(static_cast<std::uint8_t>(note.outcome));
    if (mask & 1 << 7) out.byte(static_cast<std::uint8_t>(note.refusal));
    if (mask & 1 << 8) out.byte(static_cast<std::uint8_t>(note.heuristic));
    if (mask & 1 << 9) out.byte(static_cast<std::uint8_t>(note.leg));
    if (mask & 1 << 10) out.xid(note.other);
    if (mask & 1 << 11) out.number(note.count);
    if (mask & 1 << 12) out.integer(note.duration_ns);
    if (mask & 1 << 13) write_payment(rows, out, xid_index, note.payment, event.kind == EventKind::submit);
    if (mask & 1 << 14) out.protocol(note.protocol);
    if (mask & 1 << 15) out.enrolled(note.enrolled);
    if (mask & 1 << 16) out.number(note.amount.currency.packed());
}

void PayloadCodec::encode(EventRows& rows, const Event& event, std::uint32_t xid_index, std::string& bytes) {
    bytes.clear();
    Writer out{bytes, rows};
    out.number(event.causes.size() << 1 | (event.fault != 0 ? 1 : 0));
    if (event.fault != 0) out.number(event.fault);
    for (const auto& cause : event.causes) {
        out.node(cause.node);
        out.number(cause.incarnation);
        out.number(cause.seq);
    }
    const auto usual = [](const std::string& text) { return text.size() <= 4096; };
    if (const Message* message = event.message(); message && usual(message->text)) return write(rows, out, event, xid_index, *message);
    if (const Record* record = event.record(); record && !rare(*record)) return write(rows, out, event, xid_index, *record);
    if (const Note* note = event.note(); note && !note->order && usual(note->text) && usual(note->account)) return write(rows, out, event, xid_index, *note);
    if (!event.message() && !event.record() && !event.note()) return out.byte(form_none);
    out.byte(form_raw);
    out.number(rows.m_raw.size());
    rows.m_raw.push_back(event.payload);
}

namespace {

events::Currency currency_of(std::uint64_t packed) {
    char code[3] = {static_cast<char>(packed >> 16), static_cast<char>(packed >> 8), static_cast<char>(packed)};
    return events::Currency::of(std::string_view(code, 3));
}

}  // namespace

void PayloadCodec::read_message(const EventRows& rows, Reader& in, Event& event) {
        auto m = std::make_shared<Message>();
        m->kind = static_cast<events::MessageKind>(in.byte());
        const std::uint64_t mask = in.number();
        m->xid = mask & 1 << 0 ? in.xid() : event.xid;
        m->from = mask & 1 << 1 ? in.node() : usual_from(event);
        m->to = mask & 1 << 2 ? in.node() : usual_to(event);
        if (mask & 1 << 3) m->from_incarnation = static_cast<base::Incarnation>(in.number());
        if (mask & 1 << 4) m->to_incarnation = static_cast<base::Incarnation>(in.number());
        if (mask & 1 << 5) m->low_water = in.number();
        if (mask & 1 << 6) m->protocol = in.protocol();
        if (mask & 1 << 7) m->enrolled = in.enrolled();
        if (mask & 1 << 8) m->payment = read_payment(rows, in);
        if (mask & 1 << 9) m->refusal = static_cast<events::Refusal>(in.byte());
        if (mask & 1 << 10) m->text = in.text();
        if (mask & 1 << 11) m->knowledge = static_cast<events::Knowledge>(in.byte());
        if (mask & 1 << 12) m->heuristic = static_cast<events::Heuristic>(in.byte());
        if (mask & 1 << 13) m->proof_lsn = in.number();
        m->presumed = mask & 1 << 14;
        m->repeat = mask & 1 << 15;
        event.payload = std::shared_ptr<const Message>(std::move(m));
}

void PayloadCodec::read_record(const EventRows& rows, Reader& in, Event& event) {
        auto r = std::make_shared<Record>();
        r->kind = static_cast<events::RecordKind>(in.byte());
        const std::uint64_t mask = in.number();
        r->forced = mask & 1 << 0;
        r->coordinator = mask & 1 << 1;
        r->xid = mask & 1 << 2 ? in.xid() : event.xid;
        if (mask & 1 << 3) r->incarnation = static_cast<base::Incarnation>(in.number());
        if (mask & 1 << 4) r->protocol = in.protocol();
        if (mask & 1 << 5) r->enrolled = in.enrolled();
        if (mask & 1 << 6) r->payment = read_payment(rows, in);
        if (mask & 1 << 7) r->outcome = static_cast<events::Outcome>(in.byte());
        if (mask & 1 << 8) r->refusal = static_cast<events::Refusal>(in.byte());
        if (mask & 1 << 9) r->heuristic = static_cast<events::Heuristic>(in.byte());
        if (mask & 1 << 10) r->text = in.text();
        if (mask & 1 << 11) r->idempotency_key = in.text();
        if (mask & 1 << 12) r->low_water = in.number();
        if (mask & 1 << 13) r->proof_lsn = in.number();
        if (mask & 1 << 14) r->node = in.node();
        if (mask & 1 << 15) r->at_ns = in.integer();
        event.payload = events::RecordPtr(std::move(r));
}

void PayloadCodec::read_note(const EventRows& rows, Reader& in, Event& event) {
        auto n = std::make_shared<Note>();
        const std::uint64_t mask = in.number();
        if (mask & 1 << 0) n->text = in.text();
        if (mask & 1 << 1) {
            const std::uint64_t known = in.number();
            if (known & 1) n->account = rows.m_payments[known >> 1]->legs[in.number()].account;
            else n->account = in.text();
        }
        if (mask & 1 << 2) n->amount.minor = in.integer();
        if (mask & 1 << 3) n->balance_minor = in.integer();
        if (mask & 1 << 4) n->held_minor = in.integer();
        if (mask & 1 << 5) n->vote = static_cast<events::Vote>(in.byte());
        if (mask & 1 << 6) n->outcome = static_cast<events::Outcome>(in.byte());
        if (mask & 1 << 7) n->refusal = static_cast<events::Refusal>(in.byte());
        if (mask & 1 << 8) n->heuristic = static_cast<events::Heuristic>(in.byte());
        if (mask & 1 << 9) n->leg = static_cast<events::LegKind>(in.byte());
        if (mask & 1 << 10) n->other = in.xid();
        if (mask & 1 << 11) n->count = in.number();
        if (mask & 1 << 12) n->duration_ns = in.integer();
        if (mask & 1 << 13) n->payment = read_payment(rows, in);
        if (mask & 1 << 14) n->protocol = in.protocol();
        if (mask & 1 << 15) n->enrolled = in.enrolled();
        if (mask & 1 << 16) n->amount.currency = currency_of(in.number());
        event.payload = std::shared_ptr<const Note>(std::move(n));
}

void PayloadCodec::decode(const EventRows& rows, const EventRow& row, Event& event) {
    Reader in{rows.m_bytes.at(row.payload), rows};
    const std::uint64_t head = in.number();
    if (head & 1) event.fault = in.number();
    event.causes.resize(head >> 1);
    for (auto& cause : event.causes) {
        cause.node = in.node();
        cause.incarnation = static_cast<base::Incarnation>(in.number());
        cause.seq = in.number();
    }
    switch (in.byte()) {
        case form_raw: event.payload = rows.m_raw[in.number()]; return;
        case form_message: return read_message(rows, in, event);
        case form_record: return read_record(rows, in, event);
        case form_note: return read_note(rows, in, event);
        default: event.payload = {}; return;
    }
}

}  // namespace indoubt::view
