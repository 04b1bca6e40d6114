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

Cost cost_of(const Trace& trace, const Story& story);

}  // namespace indoubt::checks
