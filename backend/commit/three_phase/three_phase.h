// SPDX-License-Identifier: GPL-3.0-or-later
// Three-phase commit: between the votes and the decision everybody learns that all have voted YES, so that those who are left can end
// a transaction without the coordinator. One coordinator and one participant, in the variants of rules.h:
//
//   3pc         Skeen, "Nonblocking Commit Protocols", SIGMOD 1981: a new coordinator is elected among the operational sites, and
//               their local states decide. Right only while its assumptions hold (Protocol::assumptions).
//   3pc-quorum  Skeen, "A Quorum-Based Commit Protocol", Berkeley Workshop 1982: Vc = Va = a majority of the updaters enrolled.
//   3pc-e3pc    Keidar, Dolev, "Increasing the Resilience of Distributed and Replicated Database Systems", JCSS 57 (1998): elections
//               have numbers; a branch remembers the last that it took part in and the last in which it took a direction.
//   x-quorum-commit-3pc   a counter-example: commits once "enough" have acknowledged PRE-COMMIT, and ends by the site-failure rule.
//
// Logging policy, which the cost oracle holds us to: coordinator forces PRE-COMMITTED and COMMIT (BEGIN, ABORT and END are lazy);
// a branch forces PREPARED, PRE-COMMITTED and COMMIT, and in a termination ELECTED and PRE-ABORTED. Before any PRE-COMMIT an abort is
// that of presumed abort: lazy, not acknowledged, forgotten at once. From its PRE-COMMITTED on the coordinator keeps the transaction
// until every ACK of a COMMIT is in or an ABORT has reached it, so "no information" still means ABORT.
#pragma once
#include "commit/machine.h"

namespace indoubt::commit::three_phase {

Protocol classic_protocol();
Protocol quorum_protocol();
Protocol e3pc_protocol();
Protocol quorum_commit_counterexample();

}  // namespace indoubt::commit::three_phase
