// SPDX-License-Identifier: GPL-3.0-or-later
// Two-phase commit in three variants (policy.h). READ-ONLY votes leave phase 2; cooperative termination (Bernstein, Hadzilacos, Goodman
// 1987, section 7.4) if chosen. All votes are collected before an abort for a NO is spread. XA names from X/Open CAE C193.
//
// Logging policies, which the cost oracle holds us to. A branch forces PREPARED in all of them; END is always lazy.
//   presumed nothing (Gray 1978): coordinator forces COMMIT and ABORT; branch forces COMMIT, ABORT and the refusal of its NO, and
//       acknowledges both outcomes.
//   presumed abort (Mohan, Lindsay, Obermarck, "Transaction Management in the R* Distributed Database Management System", TODS 1986,
//       section 3): coordinator forces COMMIT only, branch forces COMMIT. ABORT needs no ACK and the coordinator forgets it at once,
//       for "no information" means ABORT.
//   presumed commit (the same, section 4): coordinator forces BEGIN (the collecting record) and COMMIT, and forgets a commit at once,
//       for "no information" means COMMIT; branch forces ABORT and acknowledges it, COMMIT is lazy there. A coordinator that finds
//       BEGIN alone aborts, and remembers until every ACK is in.
#pragma once
#include "commit/machine.h"

namespace indoubt::commit::two_phase {

Protocol basic_protocol();
Protocol presumed_abort_protocol();
Protocol presumed_commit_protocol();

}  // namespace indoubt::commit::two_phase
