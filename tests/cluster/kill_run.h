// SPDX-License-Identifier: GPL-3.0-or-later
// SIGKILL of the daemon under load, again and again: nothing acknowledged is lost, nothing is doubled, sums per currency are exact,
// and everything that was in doubt settles.
#pragma once
#include <string>

namespace indoubt::tests {

struct KillRun {
    int rounds = 30;
    std::uint64_t seed = 1;
    std::string protocol = "2pc-pa";
    int faults = 0;   // F: 2F+1 managers
    int warm_ms = 0;  // more of load before each kill: a group elects first
    // What it did, for the log.
    int acknowledged = 0, unknown = 0, committed_after = 0;
};
// Empty: all held. Else what did not, with the round.
std::string run_kills(KillRun& run);

}  // namespace indoubt::tests
