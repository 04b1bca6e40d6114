// SPDX-License-Identifier: GPL-3.0-or-later
// Real traces for the console's tests: the simulated cluster with the story's banks, run through a few fates of one payment.
// Nothing here is drawn by hand: every event comes from the driver. Without Qt, whose keywords the driver's header does not bear.
#pragma once
#include <string>
#include <vector>

#include "events/event.h"

namespace indoubt::tests {

struct Trace {
    std::vector<events::Event> events;
    base::Xid xid;  // of the payment that matters
    std::int64_t end_hlc = 0;
};

Trace committed_trace();                         // INV-2041: three YES, COMMIT
Trace lost_commit_trace();                       // INV-2044: COMMIT to B is lost, then T crashes for 41 s
Trace blocked_trace(std::int64_t seconds = 41);  // INV-2042: T crashes after it decided, before it told; nobody answers
Trace skewed_trace();                            // INV-2041 while B's clock is 2 ms behind
Trace held_trace();                              // PO-7719: C's YES is held back, B sleeps a while, then all goes on
Trace refused_trace();                           // PO-8812: a NO for want of funds
Trace long_trace();                              // MISC-1: held for seconds, asked in vain, T crashes and comes back: a minute in all
Trace heuristic_trace();                         // SAL-0007: rolled back by hand at A, T comes back and says COMMIT: damage
Trace busy_trace(int payments, std::uint64_t seed = 7);  // traffic; xid is the last one's

}  // namespace indoubt::tests
