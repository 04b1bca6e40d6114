// SPDX-License-Identifier: GPL-3.0-or-later
// One seed: a whole life of a small cluster, decided by one number. At least 20 payments on contended accounts, at least 5
// faults, sometimes an operator; then everything heals and every transaction must end. All checkers look at the trace.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "checks/check.h"
#include "simulation/coverage.h"
#include "simulation/world.h"

namespace indoubt::simulation {

struct SeedOptions {
    std::string protocol = "2pc-pa";
    bool faults = true;                               // false: the same payments in a healthy cluster
    bool check_determinism = false;                   // runs the seed twice
    bool keep_trace = false;                          // else only a failing seed keeps it
    std::function<bool(bool shown)> distort_label;    // tests only: a liar that the blocked checker must catch
    std::function<void(World&)> at_end;               // looks at the cluster after its last event
};

struct SeedReport {
    std::uint64_t seed = 0;
    std::string protocol;
    std::vector<checks::CheckResult> checks;
    Coverage coverage;
    std::uint64_t trace_hash = 0, events = 0, payments = 0, faults = 0, committed = 0, aborted = 0;
    std::string problem;                              // the cluster could not even recover
    std::vector<events::Event> trace;

    bool good() const;
    // What broke, and the exact command that replays it; empty for a good seed.
    std::string failure() const;
};

SeedReport run_seed(std::uint64_t seed, const SeedOptions& options = {});
std::uint64_t trace_hash(const std::vector<events::Event>& trace);

}  // namespace indoubt::simulation
