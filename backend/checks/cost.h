// SPDX-License-Identifier: GPL-3.0-or-later
// What a transaction cost, counted from its events. A message counts when it crosses nodes, repeats included; a forced write
// counts once per logical force, even inside a group commit; delays are the longest happens-before chain of messages of this
// transaction from its submit until the last participant learns the outcome.
#pragma once
#include "checks/trace.h"

namespace indoubt::checks {

struct Cost {
    std::uint32_t messages = 0, delays = 0, forced_writes = 0;
    friend bool operator==(const Cost&, const Cost&) = default;
    Cost& operator+=(const Cost& other) {
        messages += other.messages;
        forced_writes += other.forced_writes;
        delays = delays > other.delays ? delays : other.delays;
        return *this;
    }
};

// What counts. Everything: the client is outside. Or as Gray and Lamport 2006 count: the client sits at `initiator`, whose request to the
// coordinator stands for its PREPARE and its vote there (if that is another node); ACKs and the branches' own outcomes do not count.
struct Counting {
    bool gray_lamport = false;
    NodeId initiator;
};

// Messages and records of a Raft group count for the transaction whose decision they carry.
Cost cost_of(const Trace& trace, const Story& story, const Counting& counting = {});

}  // namespace indoubt::checks
