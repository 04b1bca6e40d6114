// SPDX-License-Identifier: GPL-3.0-or-later
// Two-phase commit whose coordinator's decision log is a Raft group of 2F+1 managers: any F of them may fail and payments go on.
// Towards the branches it is presumed abort (commit/two_phase/two_phase.h, whose participant it uses): PREPARE, votes, COMMIT, ACK.
// A decision leaves only once its entry is committed (commit/raft/group.h); the leader of the group is the coordinator of whatever
// begins while it leads, and whoever leads next goes on with what is decided and presumes ABORT for the rest.
//
// Logging policy, which the cost oracle holds us to: one RAFT-ENTRIES forced at each of the 2F+1 managers for a COMMIT, nothing for
// an ABORT; the coordinator's own BEGIN, COMMIT, ABORT and END are lazy; participants force PREPARED and COMMIT.
// At F = 0 every message to and from a branch is presumed abort's, and the decision entry stands for the decision record.
#pragma once
#include "commit/machine.h"

namespace indoubt::commit::raft {

Protocol raft_two_phase();

}  // namespace indoubt::commit::raft
