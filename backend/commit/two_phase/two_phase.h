// SPDX-License-Identifier: GPL-3.0-or-later
// Two-phase commit with presumed abort (Mohan, Lindsay, Obermarck, "Transaction Management in the R* Distributed Database
// Management System", TODS 1986, section 3; XA names from X/Open CAE C193). READ-ONLY votes leave phase 2; cooperative termination (Bernstein,
// Hadzilacos, Goodman 1987, section 7.4) if chosen.
//
// Logging policy, which the cost oracle holds us to: coordinator forces COMMIT only (BEGIN, ABORT and END are lazy);
// participant forces PREPARED and COMMIT (ABORT is lazy). ABORT needs no ACK and the coordinator forgets it at once, for
// "no information" means ABORT. All votes are collected before an abort for a NO is spread.
#pragma once
#include "commit/machine.h"

namespace indoubt::commit::two_phase {

Protocol presumed_abort();

}  // namespace indoubt::commit::two_phase
