// SPDX-License-Identifier: GPL-3.0-or-later
// What the fold knows of one payment and its branches at a cut. Plain values; text is made at display time.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "events/event.h"
#include "events/stake.h"

namespace indoubt::view {

using base::Currency;
using base::Incarnation;
using base::NodeId;
using base::Xid;
using events::Heuristic;
using events::Outcome;
using events::PaymentPtr;
using events::Refusal;
using events::Vote;

// The words of contract.md's `tx list`.
enum class PaymentState : std::uint8_t { active, preparing, in_doubt, blocked, committing, committed, aborting, aborted };
std::string_view word(PaymentState state);  // "active", "in-doubt", ...

enum class BranchPhase : std::uint8_t { none, active, prepared, committed, aborted, read_only, forgotten };
std::string_view word(BranchPhase phase);

struct Branch {
    NodeId node;
    bool enrolled = false;             // named by BEGIN or PREPARE; an operator may order a node that is not
    bool updater = true;
    Vote vote = Vote::none;            // as the branch cast it (participant's event), else as the coordinator received it
    bool vote_received = false;        // the coordinator has it
    Refusal refusal = Refusal::none;
    std::string reason;
    BranchPhase phase = BranchPhase::none;
    enum class Stand : std::uint8_t { none, pre_committed, pre_aborted } stand = Stand::none;  // three-phase commit, while prepared
    Heuristic heuristic = Heuristic::none;   // what an operator forced here
    bool damage = false;                     // and it contradicts the decision
    bool heard = false;                      // forced, and the real decision has since reached its disk: it may be forgotten
    bool acked = false;
    bool waiting = false;                    // queued behind a lock
    Xid waits_for;
    std::string waits_at;                    // account
    std::uint64_t prepared_lsn = 0, decided_lsn = 0;
    bool decided_on_disk = false;            // a lazy refusal or ABORT is no evidence before a sync has covered it
    std::int64_t prepared_hlc = 0, decided_hlc = 0;  // 0 = not yet
    std::int64_t asked_hlc = 0;              // last unanswered inquiry; 0 = none: the evidence of "blocked"
    std::uint32_t asks = 0;
    std::int64_t held_minor = 0;             // on hold at this branch (debits), in the payment's currency
    bool locked = false;
    bool blocked = false;                    // in doubt, and no permitted terminator can be reached
    std::int64_t blocked_hlc = 0;            // since when; 0 = not
    std::int64_t waiting_hlc = 0;            // since when it waits behind a lock; 0 = it does not
    std::int64_t damage_minor = 0;           // at stake here, in the payment's currency

    std::string_view state() const;  // "prepared", "pre-committed", ...: where it stands, in the words of contract.md
    // Voted YES on disk and knows no outcome.
    bool in_doubt() const { return phase == BranchPhase::prepared; }
};

struct Transaction {
    Xid xid;
    PaymentPtr payment;                      // null until something that carries it was seen (a branch's own legs at worst)
    bool whole_payment = false;              // all legs are known
    events::ProtocolChoice protocol;
    PaymentState state = PaymentState::active;
    Outcome decision = Outcome::none;        // the coordinator's, as seen in its events
    bool decision_durable = false;
    std::uint64_t decision_lsn = 0;
    bool pre_committed = false;              // three-phase commit: the coordinator's PRE-COMMITTED is on disk; it may no longer abort alone
    bool decision_on_disk = false;           // its record is; a decided ABORT stands without one
    Refusal refusal = Refusal::none;
    std::string reason;                      // of an abort, in words
    Heuristic heuristic = Heuristic::none;   // summed over branches: commit, rollback, mixed, hazard
    bool damage = false;
    std::int64_t damage_minor = 0;           // at stake, in the payment's currency; damages() has all
    bool faulted = false;                    // a fault touched it
    bool ended = false;                      // coordinator wrote END / nothing is left to do
    std::int64_t begun_hlc = 0, decided_hlc = 0;
    std::int64_t ended_hlc = 0;              // settled everywhere: since then it is not open
    std::int64_t in_doubt_hlc = 0;           // first branch prepared without a decision known at it
    std::int64_t last_hlc = 0;
    std::uint32_t events = 0, messages = 0, forced_writes = 0, repeats = 0;
    bool traced = false;                     // message events were seen: counts are complete
    std::string last_event;                  // "COMMIT sent, 1 ACK", for the list
    std::shared_ptr<const events::OperatorNote> order;  // the last operator's order that concerned it; null: none
    std::string claimed_by;                  // who works on it; empty: nobody has said so
    std::vector<Branch> branches;            // in the order of enrolment

    const Branch* branch(NodeId node) const;
    bool waiting() const;                    // a branch of it queues behind a lock
    std::int64_t held_minor() const;         // in the payment's currency
    events::Sums held() const;               // of branches in doubt, per currency
    events::Sums damages() const;            // at stake over all branches with damage, per currency
    bool forced_open() const;                // a forced branch that nobody has forgotten
    bool damage_open() const;                // one of those contradicts the decision
    bool open() const { return state != PaymentState::committed && state != PaymentState::aborted; }
    // What a payment took, as every list, head and filter says it: from its begin until it was settled everywhere, for until then
    // money is on hold. The coordinator may have decided long before. While it is open: until now.
    std::int64_t age_ns(std::int64_t now_hlc) const;
    // In doubt for longer than stuck_after_ms at `now_hlc`.
    bool stuck(std::int64_t now_hlc, std::int64_t stuck_after_ms = base::limits::stuck_after_ms) const;
};

}  // namespace indoubt::view
