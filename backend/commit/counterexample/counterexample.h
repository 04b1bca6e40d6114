// SPDX-License-Identifier: GPL-3.0-or-later
// Protocols that are wrong, for lessons and exploration; no payment of a live cluster may run under one. Several texts describe the
// first as if it were right. What each breaks is found by the explorer (tests/simulation/explore_counterexamples_test.cpp).
//
//   x-majority-2pc             commits once most participants voted YES: one that says NO afterwards, or never, has aborted
//   x-premature-end            presumed abort that forgets a commit before its ACKs: a branch that asks later hears ABORT
//   x-pc-unforced-collecting   presumed commit whose collecting record is lazy: a coordinator that crashes before it is on disk finds
//                              nothing, and answers COMMIT to whoever voted YES
//   x-unfenced-backup          a backup coordinator that takes over when a branch asks it, and presumes abort, while the first still lives
#pragma once
#include "commit/machine.h"

namespace indoubt::commit::counterexample {

Protocol majority_two_phase();
Protocol premature_end();
Protocol unforced_collecting();
Protocol unfenced_backup();

}  // namespace indoubt::commit::counterexample
