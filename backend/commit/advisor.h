// SPDX-License-Identifier: GPL-3.0-or-later
// The safe-resolution advisor for two-phase commit: from durable facts to a verdict. Rules only; ages, retries and trace are
// no evidence, and a crashed node's file is never read. Facts are stable (a decision, a forced refusal, presumption by the
// recovered coordinator), so readings of different times combine.
//
// Sound: no continuation without heuristic orders contradicts a safe verdict. Source: the protocol's own rules
// (two_phase/two_phase.h), Bernstein, Hadzilacos, Goodman 1987, section 7.4 for what a peer may tell.
#pragma once
#include <cstdint>
#include <vector>

#include "events/message.h"

namespace indoubt::commit {

enum class Fact : std::uint8_t {
    unknown,    // not reached, and nothing durable was received from it before
    nothing,    // reached: no record of this XID (a branch that has not voted; a coordinator that has forgotten)
    preparing,  // coordinator reached: still collects
    prepared,   // durable YES
    read_only,  // voted READ-ONLY: out of it
    refusing,   // voted NO, and its refusal is not on disk yet: it settles the doubt once it is, and a crash may lose it
    refused,    // refusal on disk
    committed,  // durable COMMIT: at the coordinator its decision, at a branch learnt from it
    aborted,    // durable or presumed ABORT
    forced_commit, forced_rollback,  // heuristic: says nothing about the decision
};

struct Reading {
    base::NodeId node;
    bool coordinator = false;
    bool updater = true;
    bool reached = false;          // now; a fact may be older
    Fact fact = Fact::unknown;
    std::uint64_t lsn = 0;         // the record it rests on
    std::int64_t as_of_ns = 0;
};

enum class Verdict : std::uint8_t { safe_to_commit, safe_to_roll_back, safe_once_fenced, undetermined, settled };

enum class Ground : std::uint8_t {
    all_agree,               // settled: nothing to do
    decision_record,         // the coordinator's COMMIT or ABORT is known (node, lsn)
    branch_outcome,          // a branch learnt the decision (node, lsn)
    presumed_abort,          // the recovered coordinator has no record: presumed abort
    forced_refusal,          // an updater refused for good (node, lsn)
    abort_at_coordinator,    // fence: the coordinator still collects, an abort there is safe
    ask_to_refuse,           // fence: this updater has not voted (node)
    only_coordinator_knows,  // undetermined: every reachable updater is prepared
};

struct Advice {
    Verdict verdict = Verdict::undetermined;
    Ground ground = Ground::only_coordinator_knows;
    base::NodeId node;                     // of the ground
    std::uint64_t lsn = 0;
    std::vector<base::NodeId> to_tell;     // branches that still wait for the outcome
    std::vector<base::NodeId> would_settle;  // whose answer would end the doubt
    friend bool operator==(const Advice&, const Advice&) = default;
};

Advice advise(const std::vector<Reading>& readings);

}  // namespace indoubt::commit
