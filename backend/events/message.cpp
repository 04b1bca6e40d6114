// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/message.h"

#include "events/pointees.h"

namespace indoubt::events {

bool operator==(const Message& a, const Message& b) {
    return a.kind == b.kind && a.xid == b.xid && a.from == b.from && a.to == b.to && a.from_incarnation == b.from_incarnation &&
           a.to_incarnation == b.to_incarnation && a.low_water == b.low_water && a.protocol == b.protocol && a.enrolled == b.enrolled &&
           same_pointee(a.payment, b.payment) && a.refusal == b.refusal && a.text == b.text && a.knowledge == b.knowledge &&
           a.heuristic == b.heuristic && a.proof_lsn == b.proof_lsn && a.presumed == b.presumed && a.repeat == b.repeat &&
           a.to_manager == b.to_manager && same_pointee(a.agreement, b.agreement);
}

bool for_coordinator(MessageKind kind) {
    switch (kind) {
        case MessageKind::vote_yes:
        case MessageKind::vote_no:
        case MessageKind::vote_read_only:
        case MessageKind::ack:
        case MessageKind::inquiry:
        case MessageKind::pre_commit_ack:
        case MessageKind::phase_1a:
        case MessageKind::phase_1b:
        case MessageKind::phase_2a:
        case MessageKind::phase_2b:
        case MessageKind::learned:
        case MessageKind::raft_request_vote:
        case MessageKind::raft_vote:
        case MessageKind::raft_append:
        case MessageKind::raft_append_reply:
        case MessageKind::raft_snapshot:
        case MessageKind::raft_snapshot_reply: return true;
        default: return false;
    }
}

std::uint64_t hash_value(const Agreement& agreement) {
    base::Hasher hasher;
    hasher.add(agreement.ballot).add(agreement.attempt).add(agreement.index).add(agreement.committed).add(agreement.everywhere).add(agreement.granted ? 1u : 0u);
    for (const InstanceVote& vote : agreement.votes) hasher.add(vote.node.packed()).add(static_cast<std::uint64_t>(vote.vote)).add(vote.ballot);
    for (const LogEntry& entry : agreement.entries) {
        hasher.add(entry.term).add(base::hash_value(entry.xid)).add(static_cast<std::uint64_t>(entry.outcome)).add(entry.end ? 1u : 0u);
        for (const Enrolled& enrolled : entry.enrolled) hasher.add(enrolled.node.packed()).add(std::uint64_t{enrolled.incarnation} << 1 | (enrolled.updater ? 1 : 0));
        hasher.add(entry.idempotency_key).add(entry.payment_high).add(entry.payment_low);
    }
    return hasher.add(agreement.votes.size()).add(agreement.entries.size()).value();
}

std::uint64_t hash_value(const Message& message) {
    base::Hasher hasher;
    hasher.add(static_cast<std::uint64_t>(message.kind)).add(base::hash_value(message.xid));
    hasher.add(message.from.packed()).add(message.to.packed());
    hasher.add(std::uint64_t{message.from_incarnation} << 32 | message.to_incarnation).add(message.low_water);
    hasher.add(message.protocol.name).add(message.protocol.cooperative ? 1u : 0u);
    for (const Enrolled& enrolled : message.enrolled)
        hasher.add(enrolled.node.packed()).add(std::uint64_t{enrolled.incarnation} << 1 | (enrolled.updater ? 1 : 0));
    hasher.add(message.enrolled.size()).add(pointee_hash(message.payment));
    hasher.add(static_cast<std::uint64_t>(message.refusal)).add(message.text).add(static_cast<std::uint64_t>(message.knowledge));
    hasher.add(static_cast<std::uint64_t>(message.heuristic)).add(message.proof_lsn);
    if (message.agreement) hasher.add(hash_value(*message.agreement));
    return hasher.add((message.to_manager ? 4u : 0u) | (message.presumed ? 2u : 0u) | (message.repeat ? 1u : 0u)).value();
}

}  // namespace indoubt::events
