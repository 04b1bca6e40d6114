// SPDX-License-Identifier: GPL-3.0-or-later
// How likely a payment commits when each of n participants is ready with probability p: all must be, so p^n. Measured by real payments
// whose legs find money or do not, beside the theory; and beside 1-(1-p)^n, which is often mistaken for it: the chance that at least one
// is ready.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace indoubt::simulation {

struct ReadinessSetup {
    std::string protocol = "2pc-pa";
    std::uint32_t participants = 3;   // 1 to 16
    std::uint32_t faults = 0;         // F, 0 to 3: 2F+1 managers
    double ready = 0.9;               // p, 0 to 1
    std::uint32_t payments = 2000;    // 1 to 100,000
    std::uint64_t seed = 1;
};

struct Readiness {
    double all_theory = 0, one_theory = 0;                              // p^n, 1-(1-p)^n
    std::uint32_t payments = 0, committed = 0, all_ready = 0, one_ready = 0;  // the last two as drawn
    double margin = 0;                                                  // of committed / payments: 1.96 standard errors under the theory
    double share() const { return payments == 0 ? 0 : static_cast<double>(committed) / payments; }
};

base::Result<Readiness> measure_readiness(const ReadinessSetup& setup);

}  // namespace indoubt::simulation
