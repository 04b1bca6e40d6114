// SPDX-License-Identifier: GPL-3.0-or-later
// Messages between nodes. One wide struct for the whole protocol family: a message kind uses the fields named beside it.
// Message is protocol content (compared and hashed by the explorer); Envelope adds what only observation needs.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/payment.h"

namespace indoubt::events {

enum class MessageKind : std::uint8_t {
    prepare = 1,         // protocol, enrolled, payment (legs of this branch), to_incarnation, low_water; Raft: agreement->ballot =
                         // the term in which it began, which PREPARED keeps and YES and INQUIRY repeat
    vote_yes = 2,
    vote_no = 3,         // refusal, text
    vote_read_only = 4,
    commit = 5,          // proof_lsn: the decision record at `from`; 0 when a snapshot of before is all that it came from
    abort = 6,           // presumed: answered from no information
    ack = 7,             // heuristic: what the branch had done on its own
    inquiry = 8,         // in-doubt branch asks its coordinator
    undecided = 9,       // the coordinator's answer while it still collects or forces
    peer_inquiry = 10,   // cooperative termination: an in-doubt branch asks another branch
    peer_answer = 11,    // knowledge; proof_lsn: the record at `from` that it rests on
    pre_commit = 12,       // three-phase: the coordinator's second phase
    pre_commit_ack = 13,   // three-phase: behind the branch's durable PRE-COMMITTED
    state_request = 14,    // three-phase termination: a branch that took over asks; agreement->ballot: its election
    state_report = 15,     // its answer: knowledge, agreement->ballot (LastElected), ->attempt (LastAttempt)
    move = 16,             // the terminator's second phase: knowledge pre_committed or pre_aborted, agreement->ballot
    moved = 17,            // behind the durable record of that move
    phase_1a = 18,         // Paxos, for all instances of the transaction: agreement->ballot, enrolled
    phase_1b = 19,         // behind the durable promise: agreement->ballot, ->votes accepted so far with their ballots
    phase_2a = 20,         // a leader's, ballot > 0: agreement->votes; a participant's own at ballot 0 is YES, NO or READ-ONLY
    phase_2b = 21,         // acceptor to leader, behind its durable state: agreement->ballot, ->votes
    phase_2b_all = 22,     // acceptor to every participant (Faster Paxos Commit)
    learned = 23,          // a manager that knows the outcome tells another: knowledge committed or aborted
    raft_request_vote = 24,  // Raft, XID empty: agreement->ballot = term, ->index and ->attempt: last entry's index and term
    raft_vote = 25,          // agreement->ballot = term, ->granted. Always labelled a Raft vote
    raft_append = 26,        // agreement->ballot = term, ->index and ->attempt of the entry before, ->entries, ->committed,
                             // ->everywhere: every replica has the entries up to here
    raft_append_reply = 27,  // agreement->ballot = term, ->granted, ->index: the last entry that matches, ->committed: as its sender
                             // knows; ->attempt = 1: nothing is acknowledged, a follower asks whether its leader is still there
    raft_snapshot = 28,      // agreement->ballot = term, ->index and ->attempt covered, ->entries: what is still open. Before it, with
                             // ->granted, pages of idempotency keys that were used; ->everywhere numbers what leaves
    raft_snapshot_reply = 29,  // agreement->ballot = term, ->everywhere: of what; ->attempt = 2: a page is kept; else ->index as above
};
inline constexpr int message_kinds = 29;
// For the coordinator's half at the addressee, by its kind alone. Else see Message::to_manager.
bool for_coordinator(MessageKind kind);
std::string_view word(MessageKind kind);  // "PREPARE", "YES", "NO", "READ-ONLY", "COMMIT", ...

enum class Vote : std::uint8_t { none = 0, yes = 1, no = 2, read_only = 3 };
std::string_view word(Vote vote);

enum class Outcome : std::uint8_t { none = 0, commit = 1, abort = 2 };
std::string_view word(Outcome outcome);  // "COMMIT", "ABORT"

// Branch outcome of a heuristic decision, and the global sum of them (XA: HEUR_COM, HEUR_RB, HEUR_MIX, HEUR_HAZ).
enum class Heuristic : std::uint8_t { none = 0, commit = 1, rollback = 2, mixed = 3, hazard = 4 };
std::string_view word(Heuristic heuristic);  // "none", "commit", "rollback", "mixed", "hazard"

// Why a branch votes NO, or a payment is refused before it begins.
enum class Refusal : std::uint8_t {
    none = 0, insufficient_funds = 1, unknown_account = 2, wrong_currency = 3, over_limit = 4, lock_timeout = 5,
    wrong_incarnation = 6, already_finished = 7, asked_to_refuse = 8, balance_overflow = 10, injected = 11,
    timeout = 12, operator_order = 13, coordinator_restart = 14, too_many_waiters = 15, not_leader = 16, deposed = 17, terminated = 18,
    paid_before = 19,
};
inline constexpr int refusal_kinds = 19;
std::string_view word(Refusal refusal);  // "insufficient funds", ...

// What a peer may answer in cooperative termination. `refused` only behind a forced refusal (protocols.md, amnesia rules).
// not_voted, pre_committed, pre_aborted: in the three-phase family's state reports.
enum class Knowledge : std::uint8_t { unknown = 0, prepared = 1, refused = 2, committed = 3, aborted = 4, not_voted = 5, pre_committed = 6, pre_aborted = 7 };
inline constexpr int knowledge_kinds = 7;
std::string_view word(Knowledge knowledge);

// The full set named by PREPARE: each participant, and whether it may change anything.
struct Enrolled {
    NodeId node;
    bool updater = true;  // false: possible reader
    Incarnation incarnation = 0;
    friend bool operator==(const Enrolled&, const Enrolled&) = default;
};

struct ProtocolChoice {
    std::string name = "2pc-pa";
    bool cooperative = false;
    friend bool operator==(const ProtocolChoice&, const ProtocolChoice&) = default;
};

// What Paxos has accepted for the instance of one participant: its vote, at a ballot.
struct InstanceVote {
    NodeId node;
    Vote vote = Vote::none;
    std::uint64_t ballot = 0;
    friend bool operator==(const InstanceVote&, const InstanceVote&) = default;
};

// One entry of the Raft-replicated decision log.
struct LogEntry {
    std::uint64_t term = 0;
    Xid xid;                  // empty: the no-op with which a leader begins
    Outcome outcome = Outcome::none;
    bool end = false;         // every ACK is in: the decision may be forgotten
    std::vector<Enrolled> enrolled;  // whose ACK is needed
    std::string idempotency_key;
    std::uint64_t payment_high = 0, payment_low = 0;  // what was paid with that key: runtime/digest.h
    friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

// What only the protocols that elect, count and replicate say. Message kinds name the members they use.
struct Agreement {
    std::uint64_t ballot = 0, attempt = 0, index = 0, committed = 0, everywhere = 0;
    bool granted = false;
    std::vector<InstanceVote> votes;
    std::vector<LogEntry> entries;
    friend bool operator==(const Agreement&, const Agreement&) = default;
};
using AgreementPtr = std::shared_ptr<const Agreement>;
std::uint64_t hash_value(const Agreement& agreement);

struct Message {
    MessageKind kind = MessageKind::inquiry;
    Xid xid;
    NodeId from, to;
    Incarnation from_incarnation = 0, to_incarnation = 0;  // to = 0: not known; a PREPARE then starts nothing
    std::uint64_t low_water = 0;     // sender's (as coordinator) oldest unfinished counter of this incarnation
    ProtocolChoice protocol;
    std::vector<Enrolled> enrolled;
    PaymentPtr payment;
    Refusal refusal = Refusal::none;
    std::string text;                // the reason in words: "4711 08 has 80.00 EUR available"
    Knowledge knowledge = Knowledge::unknown;
    Heuristic heuristic = Heuristic::none;
    std::uint64_t proof_lsn = 0;     // 0: none
    bool presumed = false;           // answered by presumption, not from a record
    bool repeat = false;             // sent before
    bool to_manager = false;         // for the coordinator's half at the addressee, where the kind leaves that open
    AgreementPtr agreement;

    friend bool operator==(const Message& a, const Message& b);  // payments by value
};
std::uint64_t hash_value(const Message& message);

// Names one event anywhere in the cluster.
struct EventRef {
    NodeId node;
    Incarnation incarnation = 0;
    std::uint64_t seq = 0;  // from 1 in each incarnation
    bool empty() const { return seq == 0; }
    friend auto operator<=>(const EventRef&, const EventRef&) = default;
};

// A message under way. `sent` is its send event; `hlc` joins the hybrid clocks; `keep_trace` tells the receiver that this
// XID's trace is kept. Duplicated deliveries carry the same `sent`.
struct Envelope {
    std::shared_ptr<const Message> message;
    EventRef sent;
    std::int64_t hlc = 0;
    bool keep_trace = false;
};

}  // namespace indoubt::events
