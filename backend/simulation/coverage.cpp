// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/coverage.h"

#include "checks/check.h"
#include "checks/rules.h"
#include "simulation/fault_plan.h"

namespace indoubt::simulation {

void Coverage::merge(const Coverage& other) {
    for (const auto& [name, count] : other.faults) faults[name] += count;
    for (const auto& [name, count] : other.points) points[name] += count;
    for (const auto& [name, count] : other.checks) checks[name] += count;
}

std::vector<std::string> Coverage::missing(std::string_view protocol) const {
    std::vector<std::string> list;
    for (const std::string& name : fault_kinds())
        if (!faults.contains(name)) list.push_back(name);
    for (const std::string& name : crash_points())
        if (!points.contains(name)) list.push_back("crash " + name);
    for (const std::string_view name : checks::check_names())
        if (const auto at = checks.find(std::string(name)); checks::rules_of(protocol).concerns(name) && (at == checks.end() || at->second == 0)) list.push_back("invariant " + std::string(name));
    return list;
}

const std::vector<std::string>& fault_kinds() {
    static const std::vector<std::string> kinds = {
        "crash", "crash of all nodes", "crash at a protocol point", "restart", "sync in flight lost", "sync in flight landed in part", "sync in flight landed",
        "loss", "delay", "duplication", "late duplicate", "reordering", "one-way cut", "isolated node", "halves", "dropped message", "held message", "doubled message",
        "delayed message", "slow disk", "pause", "clock step", "clock drift", "snapshot", "operator abort", "operator heuristic commit", "operator heuristic rollback",
        "operator forget", "operator retry", "operator refuse", "client retry"};
    return kinds;
}

const std::vector<std::string>& crash_points() {
    static const std::vector<std::string> points = [] {
        std::vector<std::string> list;
        for (const PointKind& point : point_kinds())
            for (const char* side : {"before", "after"}) list.push_back(side + (" " + point.name()));
        return list;
    }();
    return points;
}

}  // namespace indoubt::simulation
