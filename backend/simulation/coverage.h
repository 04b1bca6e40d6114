// SPDX-License-Identifier: GPL-3.0-or-later
// What a run of seeds has really exercised. A run that never hit a fault kind or a crash point proves nothing about it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace indoubt::simulation {

struct Coverage {
    std::map<std::string, std::uint64_t> faults;  // fault kind -> how often it struck
    std::map<std::string, std::uint64_t> points;  // "before force COMMIT at the coordinator" -> crashes there
    std::map<std::string, std::uint64_t> checks;  // invariant -> instances exercised
    void merge(const Coverage& other);
    // Names that were never hit, of those that must be in runs of this protocol.
    std::vector<std::string> missing(std::string_view protocol = "2pc-pa") const;
};

const std::vector<std::string>& fault_kinds();
const std::vector<std::string>& crash_points();

}  // namespace indoubt::simulation
