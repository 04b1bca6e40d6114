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
    const auto raw = [&] {
        out.byte(form_raw);
        out.number(rows.m_raw.size());
        rows.m_raw.push_back(event.payload);
    };
    if (const Message* m = event.message()) {
        if (m->text.size() > 4096) return raw();
        out.byte(form_message);
        const std::uint16_t mask = static_cast<std::uint16_t>(
            (m->xid != event.xid) << 0 | (m->from != usual_from(event)) << 1 | (m->to != usual_to(event)) << 2 | (m->from_incarnation != 0) << 3 | (m->to_incarnation != 0) << 4 |
            (m->low_water != 0) << 5 | !(m->protocol == usual_protocol) << 6 | !m->enrolled.empty() << 7 | (m->payment != nullptr) << 8 |
            (m->refusal != events::Refusal::none) << 9 | !m->text.empty() << 10 | (m->knowledge != events::Knowledge::unknown) << 11 |
            (m->heuristic != events::Heuristic::none) << 12 | (m->proof_lsn != 0) << 13 | m->presumed << 14 | m->repeat << 15);
        out.byte(static_cast<std::uint8_t>(m->kind));
        out.number(mask);
        if (mask & 1 << 0) out.xid(m->xid);
        if (mask & 1 << 1) out.node(m->from);
        if (mask & 1 << 2) out.node(m->to);
        if (mask & 1 << 3) out.number(m->from_incarnation);
        if (mask & 1 << 4) out.number(m->to_incarnation);
        if (mask & 1 << 5) out.number(m->low_water);
        if (mask & 1 << 6) out.protocol(m->protocol);
        if (mask & 1 << 7) out.enrolled(m->enrolled);
        if (mask & 1 << 8) write_payment(rows, out, xid_index, m->payment, false);
        if (mask & 1 << 9) out.byte(static_cast<std::uint8_t>(m->refusal));
        if (mask & 1 << 10) out.text(m->text);
        if (mask & 1 << 11) out.byte(static_cast<std::uint8_t>(m->knowledge));
        if (mask & 1 << 12) out.byte(static_cast<std::uint8_t>(m->heuristic));
        if (mask & 1 << 13) out.number(m->proof_lsn);
        return;
    }
    if (const Record* r = event.record()) {
        if (rare(*r)) return raw();
        out.byte(form_record);
        const std::uint16_t mask = static_cast<std::uint16_t>(
            r->forced << 0 | r->coordinator << 1 | (r->xid != event.xid) << 2 | (r->incarnation != 0) << 3 | !(r->protocol == usual_protocol) << 4 | !r->enrolled.empty() << 5 |
            (r->payment != nullptr) << 6 | (r->outcome != events::Outcome::none) << 7 | (r->refusal != events::Refusal::none) << 8 |
            (r->heuristic != events::Heuristic::none) << 9 | !r->text.empty() << 10 | !r->idempotency_key.empty() << 11 | (r->low_water != 0) << 12 |
            (r->proof_lsn != 0) << 13 | !r->node.empty() << 14 | (r->at_ns != 0) << 15);
        out.byte(static_cast<std::uint8_t>(r->kind));
        out.number(mask);
        if (mask & 1 << 2) out.xid(r->xid);
        if (mask & 1 << 3) out.number(r->incarnation);
        if (mask & 1 << 4) out.protocol(r->protocol);
        if (mask & 1 << 5) out.enrolled(r->enrolled);
        if (mask & 1 << 6) write_payment(rows, out, xid_index, r->payment, r->kind == events::RecordKind::begin);
        if (mask & 1 << 7) out.byte(static_cast<std::uint8_t>(r->outcome));
        if (mask & 1 << 8) out.byte(static_cast<std::uint8_t>(r->refusal));
        if (mask & 1 << 9) out.byte(static_cast<std::uint8_t>(r->heuristic));
        if (mask & 1 << 10) out.text(r->text);
        if (mask & 1 << 11) out.text(r->idempotency_key);
        if (mask & 1 << 12) out.number(r->low_water);
        if (mask & 1 << 13) out.number(r->proof_lsn);
        if (mask & 1 << 14) out.node(r->node);
        if (mask & 1 << 15) out.integer(r->at_ns);
        return;
    }
    if (const Note* n = event.note()) {
        if (n->order || n->text.size() > 4096 || n->account.size() > 4096) return raw();
        out.byte(form_note);
        const std::uint32_t mask = static_cast<std::uint32_t>(
            !n->text.empty() << 0 | !n->account.empty() << 1 | (n->amount.minor != 0) << 2 | (n->balance_minor != 0) << 3 | (n->held_minor != 0) << 4 |
            (n->vote != events::Vote::none) << 5 | (n->outcome != events::Outcome::none) << 6 | (n->refusal != events::Refusal::none) << 7 |
            (n->heuristic != events::Heuristic::none) << 8 | (n->leg != events::LegKind::debit) << 9 | !n->other.empty() << 10 | (n->count != 0) << 11 |
            (n->duration_ns != 0) << 12 | (n->payment != nullptr) << 13 | !(n->protocol == usual_protocol) << 14 | !n->enrolled.empty() << 15 |
            !n->amount.currency.empty() << 16);
        out.number(mask);
        if (mask & 1 << 0) out.text(n->text);
        if (mask & 1 << 1) {
            // Nearly always an account of one of the payment's own legs.
            const std::uint32_t known = xid_index == no_xid ? ~std::uint32_t{0} : rows.m_xids[xid_index].payment;
            std::size_t leg = 0, legs = 0;
            if (known != ~std::uint32_t{0}) {
                const Payment& payment = *rows.m_payments[known];
                legs = payment.legs.size();
                while (leg < legs && payment.legs[leg].account != n->account) ++leg;
            }
            if (leg < legs) {
                out.number(std::uint64_t{known} << 1 | 1);
                out.number(leg);
            } else {
                out.number(0);
                out.text(n->account);
            }
        }
        if (mask & 1 << 2) out.integer(n->amount.minor);
        if (mask & 1 << 3) out.integer(n->balance_minor);
        if (mask & 1 << 4) out.integer(n->held_minor);
        if (mask & 1 << 5) out.byte(static_cast<std::uint8_t>(n->vote));
        if (mask & 1 << 6) out.byte(static_cast<std::uint8_t>(n->outcome));
        if (mask & 1 << 7) out.byte(static_cast<std::uint8_t>(n->refusal));
        if (mask & 1 << 8) out.byte(static_cast<std::uint8_t>(n->heuristic));
        if (mask & 1 << 9) out.byte(static_cast<std::uint8_t>(n->leg));
        if (mask & 1 << 10) out.xid(n->other);
        if (mask & 1 << 11) out.number(n->count);
        if (mask & 1 << 12) out.integer(n->duration_ns);
        if (mask & 1 << 13) write_payment(rows, out, xid_index, n->payment, event.kind == EventKind::submit);
        if (mask & 1 << 14) out.protocol(n->protocol);
        if (mask & 1 << 15) out.enrolled(n->enrolled);
        if (mask & 1 << 16) out.number(n->amount.currency.packed());
        return;
    }
    out.byte(form_none);
}

namespace {

events::Currency currency_of(std::uint64_t packed) {
    char code[3] = {static_cast<char>(packed >> 16), static_cast<char>(packed >> 8), static_cast<char>(packed)};
    return events::Currency::of(std::string_view(code, 3));
}

}  // namespace

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
        case form_message: {
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
            return;
        }
        case form_record: {
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
            return;
        }
        case form_note: {
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
            return;
        }
        default: event.payload = {}; return;
    }
}

}  // namespace indoubt::view
