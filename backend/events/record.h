// SPDX-License-Identifier: GPL-3.0-or-later
// Records: the durable log of a node. A node's state is exactly the replay of its records. One wide struct, as Message.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/message.h"

namespace indoubt::events {

enum class RecordKind : std::uint8_t {
    incarnation = 1,   // forced at each start: `incarnation`
    shape = 2,         // the cluster: `shape`
    account = 3,       // accounts opened, or external flows: `accounts`
    begin = 4,         // coordinator, lazy: protocol, enrolled, payment
    prepared = 5,      // participant, forced: protocol, enrolled, payment (own legs), low_water
    refused = 6,       // participant, forced when a peer or operator asks, else lazy: refusal
    decision = 7,      // coordinator or participant: outcome, idempotency_key (coordinator), refusal/text of an abort, proof_lsn
                       // (participant: the record at `node` that proves it; coordinator, in snapshots only: this record's own lsn)
    end = 8,           // coordinator, lazy: all ACKs are in. heuristic: as far as this life of the coordinator was told; the lasting
                       // truth about a heuristic is the branch's own HEURISTIC and DAMAGE records, which no restart can lose
    heuristic = 9,     // participant, forced: outcome taken on an operator's order; `order`
    damage = 10,       // participant, forced: the decision contradicts the heuristic; outcome = the real one
    forget = 11,       // operator: the finished heuristic branch is dropped; `order`
    order = 12,        // an operator's order: `order` (actor, reason, ticket, hash chain)
    finished = 13,     // snapshots only: which XIDs of a coordinator are finished, and how: `low_water`, `spans`, `bytes`
    keys = 14,         // snapshots only: idempotency keys with their XIDs and what they paid: `bytes`. Or a page of them from another
                       // replica, forced: agreement->entries with end, no outcome, the key's digest as text and its seconds as term
    counters = 15,     // snapshots only: next XID counter etc.: `low_water`
    pre_committed = 16,  // three-phase, forced: coordinator or branch; agreement->ballot = LastElected, ->attempt = LastAttempt
    pre_aborted = 17,    // three-phase termination, forced: as pre_committed
    elected = 18,        // E3PC, forced: agreement->ballot = LastElected
    accepted = 19,       // Paxos acceptor, forced: agreement->ballot, ->votes; enrolled
    promised = 20,       // Paxos acceptor, forced: agreement->ballot
    raft_term = 21,      // Raft, forced, XID empty: agreement->ballot = term; node = voted for
    raft_entries = 22,   // Raft, forced, XID empty: agreement->entries, the first at ->index; what stood there and behind it is gone
    raft_snapshot = 23,  // Raft, XID empty, forced when a leader sent it: replaces every Raft record before it. agreement->ballot = term,
                         // node = voted for, ->index and ->attempt covered; ->entries: ->committed many of the covered part, the
                         // decisions still open and (end) those whose keys move to this node's table; then the entries behind it
};
inline constexpr int record_kinds = 23;
std::string_view word(RecordKind kind);  // "PREPARED", "COMMIT"... are made by word(const Record&)

struct AccountLine {
    std::string account, holder;
    Currency currency;
    std::int64_t posted_minor = 0;  // opening balance, or balance at a snapshot
    std::int64_t limit_minor = -1;  // most that one payment may debit; -1 = none
    friend bool operator==(const AccountLine&, const AccountLine&) = default;
};

struct ClusterShape {
    std::string name = "Local sandbox";
    std::string environment = "sandbox";  // sandbox, drill, test, production
    NodeId coordinator;
    enum Role : std::uint8_t { by_place = 0, manager = 1, participant = 2, both = 3 };  // by_place: the coordinator manages, the others participate
    struct Member {
        NodeId node;
        std::string title, bic;
        Role role = by_place;
        friend bool operator==(const Member&, const Member&) = default;
    };
    std::vector<Member> members;  // the coordinator first
    ProtocolChoice protocol;
    // Made at random with the data directory, and the same for ever: its XIDs are no other cluster's. 0: older, or simulated.
    std::uint64_t identity = 0;
    std::uint32_t tag() const { return base::cluster_tag(identity); }  // in its XIDs
    // Whoever can host the coordinator's half: the coordinator, and with it the acceptors of Paxos Commit or the replicas of a Raft group.
    bool manages(NodeId node) const;
    bool participates(NodeId node) const;
    std::vector<NodeId> managers() const;  // the coordinator first
    friend bool operator==(const ClusterShape&, const ClusterShape&) = default;
};

// What an operator ordered: who, why, on what ticket. `previous` is the hash of the previous order record of this node.
struct OperatorNote {
    std::string actor, reason, ticket, action, idempotency_key;
    std::uint64_t previous = 0;
    friend bool operator==(const OperatorNote&, const OperatorNote&) = default;
};

struct Span {
    std::uint64_t first = 0, last = 0;  // inclusive
    friend bool operator==(const Span&, const Span&) = default;
};

struct Record {
    RecordKind kind = RecordKind::order;
    bool forced = false;
    bool coordinator = false;  // the record is of the coordinator's half of this XID
    Xid xid;
    Incarnation incarnation = 0;
    ProtocolChoice protocol;
    std::vector<Enrolled> enrolled;
    PaymentPtr payment;
    Outcome outcome = Outcome::none;
    Refusal refusal = Refusal::none;
    Heuristic heuristic = Heuristic::none;
    std::string text;
    std::string idempotency_key;
    std::uint64_t low_water = 0;
    std::uint64_t proof_lsn = 0;
    NodeId node;                 // finished: the coordinator meant
    std::vector<AccountLine> accounts;
    std::vector<Span> spans;
    std::shared_ptr<const ClusterShape> shape;
    std::shared_ptr<const OperatorNote> order;
    std::string bytes;
    AgreementPtr agreement;
    std::int64_t at_ns = 0;      // coordinator: when; the END's counts for the 30 days of its key. Told by the driver, never read by a machine

    friend bool operator==(const Record& a, const Record& b);  // without at_ns
};
using RecordPtr = std::shared_ptr<const Record>;
std::string word(const Record& record);  // "PREPARED", "COMMIT", "ABORT", "END", "HEURISTIC COMMIT", ...
std::uint64_t hash_value(const Record& record);

}  // namespace indoubt::events
