// SPDX-License-Identifier: GPL-3.0-or-later
// What sets the variants of two-phase commit apart: what is forced, what is acknowledged, what no information means, and whom a
// branch votes to and asks. One coordinator and one participant serve them all.
//
// Sources: Gray 1978 (basic); Mohan, Lindsay, Obermarck 1986 (presumed abort, presumed commit); Gray and Lamport 2006 (a vote
// that goes to acceptors); Ongaro and Ousterhout 2014 (a replicated coordinator).
#pragma once
#include <string_view>
#include <vector>

#include "commit/machine.h"

namespace indoubt::commit::two_phase {

struct Policy {
    std::string_view name;
    // ---- coordinator ----
    bool collecting = false;     // BEGIN is forced before the first PREPARE leaves (presumed commit's collecting record)
    bool force_commit = true;    // its COMMIT record is forced before anybody is told; not where a replicated log keeps the decision
    bool force_abort = false;    // its ABORT record is forced
    // ---- both ----
    bool ack_commit = true;      // a branch forces COMMIT and acknowledges; END waits for every ACK
    bool ack_abort = false;      // the same of ABORT
    Outcome presumption = Outcome::abort;  // what no information means at the coordinator
    // ---- branch ----
    bool force_no = false;       // a NO voter forces its refusal
    bool ask_managers = false;   // an inquiry goes to every manager, not to the coordinator alone
    bool acceptors = false;      // votes go to the active acceptors and name the enrolled set
    // ---- counter-examples, for lessons and exploration ----
    bool majority = false;       // commits once most branches said YES
    bool early_end = false;      // forgets a commit before its ACKs

    bool acknowledges(Outcome outcome) const { return outcome == Outcome::commit ? ack_commit : ack_abort; }
};

extern const Policy basic, presumed_abort, presumed_commit;

// The node itself when nothing is known of the cluster; the coordinator first.
std::vector<NodeId> managers_of(const Context& context);
// Of 2F+1 managers the first F+1: those that Paxos Commit contacts while nothing fails.
std::vector<NodeId> active_acceptors(const Context& context);

MachineValue make_coordinator(const Policy& policy, const Context& context, const Xid& xid, const ProtocolChoice& protocol);
MachineValue make_participant(const Policy& policy, const Context& context, const Xid& xid, const ProtocolChoice& protocol);
// What a node answers to a message for a transaction that it does not know.
void presume(const Policy& policy, const Context& context, const Message& message, Effects& effects);

}  // namespace indoubt::commit::two_phase
