// SPDX-License-Identifier: GPL-3.0-or-later
// What each protocol declares about itself, as far as the checkers hold it to that: the logging policies and delays of the cost
// table, written down here a second time, apart from the machines. One row per protocol; a name without one is held to presumed abort.
#pragma once
#include <cstdint>
#include <string_view>

namespace indoubt::checks {

struct Rules {
    std::string_view protocol;
    bool acks_commit = true;        // END of a commit waits for the ACK of every updater
    bool acks_abort = false;        // END of an abort waits for the ACK of every YES voter
    bool collects = false;          // PREPARE leaves behind a durable BEGIN
    bool presumes_commit = false;   // without information
    bool acceptors = false;         // Paxos: any majority of the managers can choose
    bool decides_elsewhere = false; // acceptors or replicas hold the decision; the coordinator's own record of it is lazy
    bool replicates = false;        // the decision is an entry of a Raft log; that must be on a majority of disks first
    // Three-phase commit: whose word ends a transaction that the coordinator does not end.
    enum Termination : std::uint8_t { none, sites, quorum, elected } termination = none;
    std::uint32_t delays = 3;       // from initiation until the last participant learns, fault-free commit

    bool concerns(std::string_view invariant) const;  // false: this protocol gives the checker of that name nothing to look at
};
const Rules& rules_of(std::string_view protocol);

}  // namespace indoubt::checks
