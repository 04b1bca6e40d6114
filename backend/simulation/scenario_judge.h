// SPDX-License-Identifier: GPL-3.0-or-later
// What came of a scenario, read from the one fold over its events. Internal to simulation.
#pragma once
#include <map>

#include "simulation/scenario_plan.h"

namespace indoubt::simulation {

// Fills transactions, cost and expectations.
void judge(const ScenarioPlan& plan, World& world, const std::map<std::string, Xid>& payments, const std::map<std::string, std::string>& orders_refused,
           ScenarioResult& result);

}  // namespace indoubt::simulation
