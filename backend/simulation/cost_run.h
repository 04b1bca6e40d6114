// SPDX-License-Identifier: GPL-3.0-or-later
// Runs what the cost table speaks of, once and without faults, and counts it from the events.
#pragma once
#include "checks/cost.h"
#include "commit/cost.h"

namespace indoubt::simulation {

struct MeasuredCost {
    commit::CostCase asked;
    commit::CostFigures measured;
    bool equal = false;           // in all that the formula names
    std::string remark;           // why not: what was not as the case wants it
};

// Every row of the protocol's table for this size. Errors: an unknown protocol, sizes that do not fit it.
base::Result<std::vector<MeasuredCost>> measure_costs(const std::string& protocol, std::uint32_t participants, std::uint32_t faults, bool colocated);

}  // namespace indoubt::simulation
