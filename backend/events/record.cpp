// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/record.h"

#include <algorithm>

#include "events/pointees.h"

namespace indoubt::events {

namespace {

std::uint64_t hash_value(const OperatorNote& note) {
    base::Hasher hasher;
    hasher.add(note.actor).add(note.reason).add(note.ticket).add(note.action).add(note.idempotency_key);
    return hasher.add(note.previous).value();
}

std::uint64_t hash_value(const ClusterShape& shape) {
    base::Hasher hasher;
    hasher.add(shape.name).add(shape.environment).add(shape.coordinator.packed());
    for (const auto& member : shape.members) hasher.add(member.node.packed()).add(member.title).add(member.bic);
    for (const auto& member : shape.members)  // shapes of before have no roles, and keep their hash
        if (member.role != ClusterShape::by_place) hasher.add(member.node.packed()).add(static_cast<std::uint64_t>(member.role));
    hasher.add(shape.members.size()).add(shape.protocol.name).add(shape.protocol.cooperative ? 1u : 0u);
    if (shape.identity != 0) hasher.add(shape.identity);  // the hash of an older record stays what it was
    return hasher.value();
}

void add(base::Hasher& hasher, const AccountLine& line) {
    hasher.add(line.account).add(line.holder).add(line.currency.packed());
    hasher.add(static_cast<std::uint64_t>(line.posted_minor)).add(static_cast<std::uint64_t>(line.limit_minor));
}

}  // namespace

bool operator==(const Record& a, const Record& b) {
    return a.kind == b.kind && a.forced == b.forced && a.coordinator == b.coordinator && a.xid == b.xid && a.incarnation == b.incarnation &&
           a.protocol == b.protocol && a.enrolled == b.enrolled && same_pointee(a.payment, b.payment) && a.outcome == b.outcome &&
           a.refusal == b.refusal && a.heuristic == b.heuristic && a.text == b.text && a.idempotency_key == b.idempotency_key &&
           a.low_water == b.low_water && a.proof_lsn == b.proof_lsn && a.node == b.node && a.accounts == b.accounts && a.spans == b.spans &&
           same_pointee(a.shape, b.shape) && same_pointee(a.order, b.order) && a.bytes == b.bytes && same_pointee(a.agreement, b.agreement);
}

bool ClusterShape::manages(NodeId node) const {
    const auto member = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.node == node; });
    if (node == coordinator) return true;
    return member != members.end() && (member->role & manager) != 0;
}

bool ClusterShape::participates(NodeId node) const {
    const auto member = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.node == node; });
    if (member == members.end()) return false;
    return member->role == by_place ? node != coordinator : (member->role & participant) != 0;
}

std::vector<NodeId> ClusterShape::managers() const {
    std::vector<NodeId> nodes{coordinator};
    for (const Member& member : members)
        if (member.node != coordinator && manages(member.node)) nodes.push_back(member.node);
    return nodes;
}

std::uint64_t hash_value(const Record& record) {
    base::Hasher hasher;
    hasher.add(static_cast<std::uint64_t>(record.kind) << 2 | (record.forced ? 2u : 0u) | (record.coordinator ? 1u : 0u));
    hasher.add(base::hash_value(record.xid)).add(record.incarnation);
    hasher.add(record.protocol.name).add(record.protocol.cooperative ? 1u : 0u);
    for (const Enrolled& enrolled : record.enrolled)
        hasher.add(enrolled.node.packed()).add(std::uint64_t{enrolled.incarnation} << 1 | (enrolled.updater ? 1 : 0));
    hasher.add(record.enrolled.size()).add(pointee_hash(record.payment));
    hasher.add(static_cast<std::uint64_t>(record.outcome) << 16 | static_cast<std::uint64_t>(record.refusal) << 8 |
               static_cast<std::uint64_t>(record.heuristic));
    hasher.add(record.text).add(record.idempotency_key).add(record.low_water).add(record.proof_lsn).add(record.node.packed());
    for (const AccountLine& line : record.accounts) add(hasher, line);
    for (const Span& span : record.spans) hasher.add(span.first).add(span.last);
    hasher.add(record.accounts.size()).add(record.spans.size());
    hasher.add(record.shape ? hash_value(*record.shape) : 0).add(record.order ? hash_value(*record.order) : 0);
    hasher.add(record.bytes);
    if (record.agreement) hasher.add(hash_value(*record.agreement));  // the chain of orders rests on the hashes of older records
    return hasher.value();
}

}  // namespace indoubt::events
