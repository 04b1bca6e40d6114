// SPDX-License-Identifier: GPL-3.0-or-later
#include "random_events.h"

#include <limits>

namespace indoubt::tests {

using namespace indoubt::events;

std::string RandomEvents::text(std::size_t most) {
    static constexpr std::string_view pieces[] = {"a", "Z", "0", " ", "-", "Müller", "ß", "€", "日本", "\U0001F600", "\"", "\\", "\n", "DE37", "INV-2026-118"};
    std::string out;
    if (maybe()) return out;
    for (std::size_t wanted = m_random.below(most); out.size() < wanted;) {
        const std::string_view piece = pieces[m_random.below(std::size(pieces))];
        if (out.size() + piece.size() > most) break;
        out += piece;
    }
    return out;
}

std::int64_t RandomEvents::number() {
    switch (m_random.below(6)) {
        case 0: return 0;
        case 1: return std::numeric_limits<std::int64_t>::max();
        case 2: return std::numeric_limits<std::int64_t>::min();
        case 3: return m_random.between(-200, 200);
        default: return static_cast<std::int64_t>(m_random.next()) >> m_random.below(64);
    }
}

base::NodeId RandomEvents::node() {
    static constexpr std::string_view names[] = {"T", "A", "B", "C", "B12", "frankfrt", "x-1"};
    return base::NodeId::of(names[m_random.below(std::size(names))]);
}

base::Currency RandomEvents::currency() {
    static constexpr std::string_view codes[] = {"EUR", "USD", "JPY", "KWD"};
    return base::Currency::of(codes[m_random.below(std::size(codes))]);
}

base::Xid RandomEvents::xid() { return {node(), static_cast<base::Incarnation>(m_random.next()), m_random.below(base::xid_counter_max + 1), maybe() ? static_cast<std::uint32_t>(m_random.next()) : 0}; }
base::Amount RandomEvents::amount() { return maybe() ? base::Amount{} : base::Amount{number(), currency()}; }
Party RandomEvents::party() { return {text(140), text(34), text(11)}; }
ProtocolChoice RandomEvents::protocol() { return maybe() ? ProtocolChoice{} : ProtocolChoice{text(20), maybe()}; }

std::vector<Enrolled> RandomEvents::enrolled() {
    std::vector<Enrolled> list;
    for (std::uint64_t i = m_random.below(4); i > 0; --i) list.push_back({node(), maybe(), static_cast<base::Incarnation>(m_random.below(9))});
    return list;
}

Payment RandomEvents::payment() {
    Payment payment;
    payment.idempotency_key = text(140);
    payment.refs = {text(140), text(35), text(35), text(36), text(35), text(35), text(60)};
    payment.debtor = party();
    payment.creditor = party();
    payment.amount = amount();
    for (std::uint64_t i = m_random.below(5); i > 0; --i) payment.legs.push_back({node(), pick<LegKind>(1, 4), text(34), amount()});
    payment.due_at_ns = number();
    payment.remark = text(200);
    return payment;
}

PaymentPtr RandomEvents::maybe_payment() { return maybe() ? std::make_shared<const Payment>(payment()) : nullptr; }

std::shared_ptr<const OperatorNote> RandomEvents::maybe_order() {
    if (maybe()) return nullptr;
    return std::make_shared<const OperatorNote>(OperatorNote{text(60), text(400), text(30), text(30), text(60), m_random.next()});
}

Message RandomEvents::message() {
    Message m;
    m.kind = pick<MessageKind>(1, 11);
    m.xid = maybe_xid();
    m.from = maybe_node();
    m.to = maybe_node();
    m.from_incarnation = static_cast<base::Incarnation>(m_random.next());
    m.to_incarnation = static_cast<base::Incarnation>(m_random.below(5));
    m.low_water = m_random.next() >> m_random.below(64);
    m.protocol = protocol();
    m.enrolled = enrolled();
    m.payment = maybe_payment();
    m.refusal = pick<Refusal>(0, 15);
    m.text = text(500);
    m.knowledge = pick<Knowledge>(0, 4);
    m.heuristic = pick<Heuristic>(0, 4);
    m.proof_lsn = m_random.below(3);
    m.presumed = maybe();
    m.repeat = maybe();
    return m;
}

Record RandomEvents::record() { return record(pick<RecordKind>(1, 15)); }

Record RandomEvents::record(RecordKind kind) {
    Record r;
    r.kind = kind;
    r.forced = maybe();
    r.coordinator = maybe();
    r.xid = maybe_xid();
    r.incarnation = static_cast<base::Incarnation>(m_random.below(7));
    r.protocol = protocol();
    r.enrolled = enrolled();
    r.payment = maybe_payment();
    r.outcome = pick<Outcome>(0, 2);
    r.refusal = pick<Refusal>(0, 15);
    r.heuristic = pick<Heuristic>(0, 4);
    r.text = text(500);
    r.idempotency_key = text(140);
    r.low_water = m_random.below(1000);
    r.proof_lsn = m_random.below(1000);
    r.node = maybe_node();
    for (std::uint64_t i = m_random.below(3); i > 0; --i) r.accounts.push_back({text(34), text(60), currency(), number(), number()});
    for (std::uint64_t i = m_random.below(3); i > 0; --i) r.spans.push_back({m_random.below(50), m_random.next()});
    if (maybe()) {
        ClusterShape shape;
        shape.name = text(40);
        shape.environment = text(10);
        shape.coordinator = maybe_node();
        for (std::uint64_t i = m_random.below(4); i > 0; --i) shape.members.push_back({node(), text(20), text(11)});
        shape.protocol = protocol();
        shape.identity = maybe() ? m_random.next() : 0;
        r.shape = std::make_shared<const ClusterShape>(std::move(shape));
    }
    r.order = maybe_order();
    if (maybe())
        for (std::uint64_t i = m_random.below(40); i > 0; --i) r.bytes += static_cast<char>(m_random.next());
    r.at_ns = number();
    return r;
}

Note RandomEvents::note() {
    Note n;
    n.text = text(500);
    n.account = text(34);
    n.amount = amount();
    n.balance_minor = number();
    n.held_minor = number();
    n.vote = pick<Vote>(0, 3);
    n.outcome = pick<Outcome>(0, 2);
    n.refusal = pick<Refusal>(0, 15);
    n.heuristic = pick<Heuristic>(0, 4);
    n.leg = pick<LegKind>(1, 4);
    n.other = maybe_xid();
    n.count = m_random.next() >> m_random.below(64);
    n.duration_ns = number();
    n.payment = maybe_payment();
    n.protocol = protocol();
    n.enrolled = enrolled();
    n.order = maybe_order();
    return n;
}

Envelope RandomEvents::envelope() {
    return {std::make_shared<const Message>(message()), {node(), static_cast<base::Incarnation>(m_random.below(5)), m_random.next()}, number(), maybe()};
}

Event RandomEvents::event() { return event(pick<EventKind>(1, event_kinds)); }

Event RandomEvents::event(EventKind kind) {
    Event e;
    e.node = node();
    e.incarnation = static_cast<base::Incarnation>(m_random.below(100));
    e.seq = m_random.next() >> m_random.below(64);
    e.lsn = m_random.below(3) == 0 ? 0 : m_random.next() >> m_random.below(64);
    e.at_ns = number();
    e.hlc = number();
    e.kind = kind;
    e.durable = maybe();
    e.xid = maybe_xid();
    e.peer = maybe_node();
    e.fault = maybe() ? m_random.next() >> m_random.below(64) : 0;
    for (std::uint64_t i = m_random.below(4); i > 0; --i) e.causes.push_back({node(), static_cast<base::Incarnation>(m_random.below(9)), m_random.next()});
    switch (m_random.below(4)) {
        case 1: e.payload = std::make_shared<const Message>(message()); break;
        case 2: e.payload = std::make_shared<const Record>(record()); break;
        case 3: e.payload = std::make_shared<const Note>(note()); break;
        default: break;
    }
    return e;
}

}  // namespace indoubt::tests
