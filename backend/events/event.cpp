// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/event.h"

#include "events/pointees.h"

namespace indoubt::events {

namespace {

std::uint64_t hash_value(const Note& note) {
    base::Hasher hasher;
    hasher.add(note.text).add(note.account).add(static_cast<std::uint64_t>(note.amount.minor)).add(note.amount.currency.packed());
    hasher.add(static_cast<std::uint64_t>(note.balance_minor)).add(static_cast<std::uint64_t>(note.held_minor));
    hasher.add(static_cast<std::uint64_t>(note.vote) << 32 | static_cast<std::uint64_t>(note.outcome) << 24 |
               static_cast<std::uint64_t>(note.refusal) << 16 | static_cast<std::uint64_t>(note.heuristic) << 8 | static_cast<std::uint64_t>(note.leg));
    hasher.add(base::hash_value(note.other)).add(note.count).add(static_cast<std::uint64_t>(note.duration_ns));
    hasher.add(pointee_hash(note.payment)).add(note.protocol.name).add(note.protocol.cooperative ? 1u : 0u);
    for (const Enrolled& enrolled : note.enrolled)
        hasher.add(enrolled.node.packed()).add(std::uint64_t{enrolled.incarnation} << 1 | (enrolled.updater ? 1 : 0));
    hasher.add(note.enrolled.size());
    if (note.order) {
        hasher.add(note.order->actor).add(note.order->reason).add(note.order->ticket).add(note.order->action);
        hasher.add(note.order->idempotency_key).add(note.order->previous);
    }
    return hasher.value();
}

std::uint64_t payload_hash(const Payload& payload) {
    if (auto* message = std::get_if<std::shared_ptr<const Message>>(&payload)) return *message ? hash_value(**message) : 0;
    if (auto* record = std::get_if<RecordPtr>(&payload)) return *record ? hash_value(**record) : 0;
    if (auto* note = std::get_if<std::shared_ptr<const Note>>(&payload)) return *note ? hash_value(**note) : 0;
    return 0;
}

bool same_payload(const Payload& a, const Payload& b) {
    if (a.index() != b.index()) return false;
    switch (a.index()) {
        case 1: return same_pointee(std::get<1>(a), std::get<1>(b));
        case 2: return same_pointee(std::get<2>(a), std::get<2>(b));
        case 3: return same_pointee(std::get<3>(a), std::get<3>(b));
        default: return true;
    }
}

}  // namespace

bool operator==(const Note& a, const Note& b) {
    return a.text == b.text && a.account == b.account && a.amount == b.amount && a.balance_minor == b.balance_minor && a.held_minor == b.held_minor &&
           a.vote == b.vote && a.outcome == b.outcome && a.refusal == b.refusal && a.heuristic == b.heuristic && a.leg == b.leg && a.other == b.other &&
           a.count == b.count && a.duration_ns == b.duration_ns && same_pointee(a.payment, b.payment) && a.protocol == b.protocol &&
           a.enrolled == b.enrolled && same_pointee(a.order, b.order);
}

bool same_content(const Event& a, const Event& b) {
    return a.node == b.node && a.incarnation == b.incarnation && a.seq == b.seq && a.lsn == b.lsn && a.at_ns == b.at_ns && a.hlc == b.hlc &&
           a.kind == b.kind && a.durable == b.durable && a.xid == b.xid && a.peer == b.peer && a.causes == b.causes && a.fault == b.fault &&
           same_payload(a.payload, b.payload);
}

std::uint64_t hash_value(const Event& event) {
    base::Hasher hasher;
    hasher.add(event.node.packed()).add(std::uint64_t{event.incarnation} << 8 | static_cast<std::uint64_t>(event.kind) << 1 | (event.durable ? 1 : 0));
    hasher.add(event.seq).add(event.lsn).add(static_cast<std::uint64_t>(event.at_ns)).add(static_cast<std::uint64_t>(event.hlc));
    hasher.add(base::hash_value(event.xid)).add(event.peer.packed()).add(event.fault);
    for (const EventRef& cause : event.causes) hasher.add(cause.node.packed()).add(std::uint64_t{cause.incarnation} << 40 ^ cause.seq);
    return hasher.add(event.causes.size()).add(event.payload.index()).add(payload_hash(event.payload)).value();
}

bool is_trace(const Event& event) {
    switch (event.kind) {
        case EventKind::send:
        case EventKind::receive:
        case EventKind::durable:
        case EventKind::lock:
        case EventKind::unlock:
        case EventKind::apply:
        case EventKind::undo:
        case EventKind::timer:
        case EventKind::submit:
        case EventKind::answer: return true;
        case EventKind::decide: return event.note() && event.note()->outcome == Outcome::commit;
        case EventKind::vote: return event.note() && event.note()->vote == Vote::yes;
        default: return false;
    }
}

std::string mask_account(std::string_view account) {
    std::string plain;
    for (char c : account)
        if (c != ' ') plain += c;
    if (plain.size() <= 8) return plain;  // nothing would be hidden
    auto boundary = [&](std::size_t at) {  // never cuts a UTF-8 character
        while (at > 0 && (static_cast<unsigned char>(plain[at]) & 0xc0) == 0x80) --at;
        return at;
    };
    return plain.substr(0, boundary(4)) + " .. " + plain.substr(boundary(plain.size() - 4));
}

}  // namespace indoubt::events
