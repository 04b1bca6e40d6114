// SPDX-License-Identifier: GPL-3.0-or-later
// Every message of proto/indoubt/v1/event.proto, once: which field number carries which member. The encoder, the decoder and
// the JSON writer are visitors over this list, so they cannot disagree; tests/wire holds it against the generated classes.
// Internal to wire/.
//
// Visitor vocabulary: kind (an enum without a zero), word (an enum whose zero is "none"), number, zigzag, plain (varints),
// fixed (8 bytes), flag, node, currency, name (<= text_bytes_max), text (free text), bytes, part (left out when it equals a
// fresh T), list, shared (left out when null), payload.
#pragma once
#include <type_traits>

#include "base/limits.h"
#include "events/event.h"

namespace indoubt::wire::fields {

// A visitor that fills structs says `static constexpr bool fills = true`.
template <class V, class T>
using In = std::conditional_t<V::fills, T, const T>;

inline constexpr std::size_t nodes_most = base::limits::participants_max + 5;  // and as many managers
inline constexpr std::size_t causes_most = 256;
inline constexpr std::size_t spans_most = 1u << 20;
inline constexpr std::size_t lines_most = 1u << 20;
inline constexpr std::size_t events_most = 1u << 20;
inline constexpr std::size_t entries_most = 1u << 20;

template <class V>
void visit(V& v, In<V, base::Xid>& x) {
    v.node(1, "coordinator", x.coordinator);
    v.number(2, "incarnation", x.incarnation);
    v.number(3, "counter", x.counter);
    v.number(4, "cluster", x.cluster);
}

template <class V>
void visit(V& v, In<V, events::EventRef>& x) {
    v.node(1, "node", x.node);
    v.number(2, "incarnation", x.incarnation);
    v.number(3, "seq", x.seq);
}

template <class V>
void visit(V& v, In<V, base::Amount>& x) {
    v.zigzag(1, "minor", x.minor);
    v.currency(2, "currency", x.currency);
}

template <class V>
void visit(V& v, In<V, events::ProtocolChoice>& x) {
    v.name(1, "name", x.name);
    v.flag(2, "cooperative", x.cooperative);
}

template <class V>
void visit(V& v, In<V, events::Enrolled>& x) {
    v.node(1, "node", x.node);
    v.flag(2, "updater", x.updater);
    v.number(3, "incarnation", x.incarnation);
}

template <class V>
void visit(V& v, In<V, events::Leg>& x) {
    v.node(1, "node", x.node);
    v.kind(2, "kind", x.kind, 4);
    v.name(3, "account", x.account);
    v.part(4, "amount", x.amount);
}

template <class V>
void visit(V& v, In<V, events::Party>& x) {
    v.name(1, "name", x.name);
    v.name(2, "account", x.account);
    v.name(3, "bic", x.bic);
}

template <class V>
void visit(V& v, In<V, events::References>& x) {
    v.name(1, "reference", x.reference);
    v.name(2, "end_to_end_id", x.end_to_end_id);
    v.name(3, "instruction_id", x.instruction_id);
    v.name(4, "uetr", x.uetr);
    v.name(5, "message_id", x.message_id);
    v.name(6, "payment_information_id", x.payment_information_id);
    v.name(7, "file", x.file);
}

template <class V>
void visit(V& v, In<V, events::Payment>& x) {
    v.name(1, "idempotency_key", x.idempotency_key);
    v.part(2, "refs", x.refs);
    v.part(3, "debtor", x.debtor);
    v.part(4, "creditor", x.creditor);
    v.part(5, "amount", x.amount);
    v.list(6, "legs", x.legs, base::limits::legs_max);
    v.fixed(7, "due_at_ns", x.due_at_ns);
    v.text(8, "remark", x.remark);
}

template <class V>
void visit(V& v, In<V, events::InstanceVote>& x) {
    v.node(1, "node", x.node);
    v.word(2, "vote", x.vote, 3);
    v.number(3, "ballot", x.ballot);
}

template <class V>
void visit(V& v, In<V, events::LogEntry>& x) {
    v.number(1, "term", x.term);
    v.part(2, "xid", x.xid);
    v.word(3, "outcome", x.outcome, 2);
    v.flag(4, "end", x.end);
    v.list(5, "enrolled", x.enrolled, nodes_most);
    v.name(6, "idempotency_key", x.idempotency_key);
    v.number(7, "payment_high", x.payment_high);
    v.number(8, "payment_low", x.payment_low);
}

template <class V>
void visit(V& v, In<V, events::Agreement>& x) {
    v.number(1, "ballot", x.ballot);
    v.number(2, "attempt", x.attempt);
    v.number(3, "index", x.index);
    v.number(4, "committed", x.committed);
    v.flag(5, "granted", x.granted);
    v.list(6, "votes", x.votes, nodes_most);
    v.list(7, "entries", x.entries, entries_most);
    v.number(8, "everywhere", x.everywhere);
}

template <class V>
void visit(V& v, In<V, events::Message>& x) {
    v.kind(1, "kind", x.kind, events::message_kinds);
    v.part(2, "xid", x.xid);
    v.node(3, "from", x.from);
    v.node(4, "to", x.to);
    v.number(5, "from_incarnation", x.from_incarnation);
    v.number(6, "to_incarnation", x.to_incarnation);
    v.number(7, "low_water", x.low_water);
    v.part(8, "protocol", x.protocol, x.kind == events::MessageKind::prepare);
    v.list(9, "enrolled", x.enrolled, nodes_most);
    v.shared(10, "payment", x.payment);
    v.word(11, "refusal", x.refusal, events::refusal_kinds);
    v.text(12, "text", x.text);
    v.word(13, "knowledge", x.knowledge, events::knowledge_kinds);
    v.word(14, "heuristic", x.heuristic, 4);
    v.number(15, "proof_lsn", x.proof_lsn);
    v.flag(16, "presumed", x.presumed);
    v.flag(17, "repeat", x.repeat);
    v.flag(18, "to_manager", x.to_manager);
    v.shared(19, "agreement", x.agreement);
}

template <class V>
void visit(V& v, In<V, events::Envelope>& x) {
    v.shared(1, "message", x.message);
    v.part(2, "sent", x.sent);
    v.fixed(3, "hlc", x.hlc);
    v.flag(4, "keep_trace", x.keep_trace);
}

template <class V>
void visit(V& v, In<V, events::AccountLine>& x) {
    v.name(1, "account", x.account);
    v.name(2, "holder", x.holder);
    v.currency(3, "currency", x.currency);
    v.zigzag(4, "posted_minor", x.posted_minor);
    v.zigzag(5, "limit_minor", x.limit_minor);
}

template <class V>
void visit(V& v, In<V, events::ClusterShape::Member>& x) {
    v.node(1, "node", x.node);
    v.name(2, "title", x.title);
    v.name(3, "bic", x.bic);
    v.word(4, "role", x.role, 3);
}

template <class V>
void visit(V& v, In<V, events::ClusterShape>& x) {
    v.name(1, "name", x.name);
    v.name(2, "environment", x.environment);
    v.node(3, "coordinator", x.coordinator);
    v.list(4, "members", x.members, nodes_most);
    v.part(5, "protocol", x.protocol, true);
    v.fixed(6, "identity", x.identity);
}

template <class V>
void visit(V& v, In<V, events::OperatorNote>& x) {
    v.name(1, "actor", x.actor);
    v.text(2, "reason", x.reason);
    v.name(3, "ticket", x.ticket);
    v.name(4, "action", x.action);
    v.name(5, "idempotency_key", x.idempotency_key);
    v.fixed(6, "previous", x.previous);
}

template <class V>
void visit(V& v, In<V, events::Span>& x) {
    v.number(1, "first", x.first);
    v.number(2, "last", x.last);
}

template <class V>
void visit(V& v, In<V, events::Record>& x) {
    v.kind(1, "kind", x.kind, events::record_kinds);
    v.flag(2, "forced", x.forced);
    v.flag(3, "coordinator", x.coordinator);
    v.part(4, "xid", x.xid);
    v.number(5, "incarnation", x.incarnation);
    v.part(6, "protocol", x.protocol, x.kind == events::RecordKind::begin || x.kind == events::RecordKind::prepared);
    v.list(7, "enrolled", x.enrolled, nodes_most);
    v.shared(8, "payment", x.payment);
    v.word(9, "outcome", x.outcome, 2);
    v.word(10, "refusal", x.refusal, events::refusal_kinds);
    v.word(11, "heuristic", x.heuristic, 4);
    v.text(12, "text", x.text);
    v.name(13, "idempotency_key", x.idempotency_key);
    v.number(14, "low_water", x.low_water);
    v.number(15, "proof_lsn", x.proof_lsn);
    v.node(16, "node", x.node);
    v.list(17, "accounts", x.accounts, lines_most);
    v.list(18, "spans", x.spans, spans_most);
    v.shared(19, "shape", x.shape);
    v.shared(20, "order", x.order);
    v.bytes(21, "bytes", x.bytes);
    v.fixed(22, "at_ns", x.at_ns);
    v.shared(23, "agreement", x.agreement);
}

template <class V>
void visit(V& v, In<V, events::Note>& x) {
    v.text(1, "text", x.text);
    v.name(2, "account", x.account);
    v.part(3, "amount", x.amount);
    v.zigzag(4, "balance_minor", x.balance_minor);
    v.zigzag(5, "held_minor", x.held_minor);
    v.word(6, "vote", x.vote, 3);
    v.word(7, "outcome", x.outcome, 2);
    v.word(8, "refusal", x.refusal, events::refusal_kinds);
    v.word(9, "heuristic", x.heuristic, 4);
    v.optional_kind(10, "leg", x.leg, 4, !x.account.empty());
    v.part(11, "other", x.other);
    v.number(12, "count", x.count);
    v.plain(13, "duration_ns", x.duration_ns);
    v.shared(14, "payment", x.payment);
    v.part(15, "protocol", x.protocol, x.payment != nullptr);
    v.list(16, "enrolled", x.enrolled, nodes_most);
    v.shared(17, "order", x.order);
}

template <class V>
void visit(V& v, In<V, events::Event>& x) {
    v.node(1, "node", x.node);
    v.number(2, "incarnation", x.incarnation);
    v.number(3, "seq", x.seq);
    v.number(4, "lsn", x.lsn);
    v.fixed(5, "at_ns", x.at_ns);
    v.fixed(6, "hlc", x.hlc);
    v.kind(7, "kind", x.kind, events::event_kinds);
    v.flag(8, "durable", x.durable);
    v.part(9, "xid", x.xid);
    v.node(10, "peer", x.peer);
    v.list(11, "causes", x.causes, causes_most);
    v.template payload<events::Message>(12, "message", x.payload);
    v.template payload<events::Record>(13, "record", x.payload);
    v.template payload<events::Note>(14, "note", x.payload);
    v.number(15, "fault", x.fault);
}

// Of an event that cannot be read as a whole, what tells where it belongs.
struct EventHead {
    base::NodeId node;
    base::Incarnation incarnation = 0;
    std::uint64_t seq = 0, lsn = 0;
    std::int64_t at_ns = 0, hlc = 0;
    base::Xid xid;
};
template <class V>
void visit(V& v, In<V, EventHead>& x) {
    v.node(1, "node", x.node);
    v.number(2, "incarnation", x.incarnation);
    v.number(3, "seq", x.seq);
    v.number(4, "lsn", x.lsn);
    v.fixed(5, "at_ns", x.at_ns);
    v.fixed(6, "hlc", x.hlc);
    v.part(9, "xid", x.xid);
}

// One repeated field 1: EventBatch.events, EnvelopeBatch.envelopes, RecordBatch.records.
template <class T>
struct Batch {
    std::vector<T> items;
};
template <class V>
void visit(V& v, In<V, Batch<events::Event>>& x) { v.list(1, "events", x.items, events_most); }
template <class V>
void visit(V& v, In<V, Batch<events::Envelope>>& x) { v.list(1, "envelopes", x.items, base::limits::batch_messages_max); }
template <class V>
void visit(V& v, In<V, Batch<events::Record>>& x) { v.list(1, "records", x.items, events_most); }

// What an empty message means, where that is not a fresh T: an absent field is zero, however the struct is born.
template <class T>
void blank(T&) {}
inline void blank(events::ProtocolChoice& x) { x.name.clear(); }
inline void blank(events::Enrolled& x) { x.updater = false; }
inline void blank(events::Leg& x) { x.kind = events::LegKind{}; }
inline void blank(events::Message& x) { x.kind = events::MessageKind{}; }
inline void blank(events::AccountLine& x) { x.limit_minor = 0; }
inline void blank(events::ClusterShape& x) {
    x.name.clear();
    x.environment.clear();
}
inline void blank(events::Record& x) { x.kind = events::RecordKind{}; }
inline void blank(events::Event& x) { x.kind = events::EventKind{}; }

// The first required field that is missing after a decode; null: none.
template <class T>
const char* missing(const T&) { return nullptr; }
inline const char* missing(const base::Xid& x) { return x.coordinator.empty() ? "coordinator" : nullptr; }
inline const char* missing(const events::EventRef& x) { return x.node.empty() ? "node" : nullptr; }
inline const char* missing(const events::Enrolled& x) { return x.node.empty() ? "node" : nullptr; }
inline const char* missing(const events::Leg& x) { return x.node.empty() ? "node" : x.kind == events::LegKind{} ? "kind" : nullptr; }
inline const char* missing(const events::Message& x) { return x.kind == events::MessageKind{} ? "kind" : nullptr; }
inline const char* missing(const events::Envelope& x) { return x.message ? nullptr : "message"; }
inline const char* missing(const events::Record& x) { return x.kind == events::RecordKind{} ? "kind" : nullptr; }
inline const char* missing(const events::Event& x) { return x.kind == events::EventKind{} ? "kind" : x.node.empty() ? "node" : nullptr; }

}  // namespace indoubt::wire::fields
