// SPDX-License-Identifier: GPL-3.0-or-later
// Paxos Commit and Faster Paxos Commit (Gray, Lamport, "Consensus on Transaction Commit", TODS 2006, sections 4 and 5): one consensus
// instance per participant on prepared or aborted, 2F+1 acceptors, ballot 0 from the participant itself. The managers of the cluster's
// shape are the acceptors; the one that began is the leader of ballot 0, and any other takes over with a ballot of its own.
//
// Logging policy: a participant forces PREPARED and COMMIT, an acceptor forces what it accepts, once for all N instances; nothing else is
// forced while nothing fails. The leader's decision is lazy: F+1 acceptors hold it. ABORT needs no ACK, as in presumed abort. While
// nothing fails, F+1 of the 2F+1 acceptors take part. With F = 0 it is presumed abort, message for message and write for write.
#pragma once
#include "commit/machine.h"

namespace indoubt::commit::paxos {

Protocol paxos_commit();
Protocol faster_paxos_commit();  // the acceptors tell the participants themselves: one delay less

}  // namespace indoubt::commit::paxos
