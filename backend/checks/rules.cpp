// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks/rules.h"

#include <algorithm>
#include <array>

namespace indoubt::checks {

const Rules& rules_of(std::string_view protocol) {
    static constexpr std::array rows = {
        Rules{.protocol = "2pc-pa"},
        Rules{.protocol = "2pc", .acks_abort = true},
        Rules{.protocol = "paxos-commit", .acceptors = true, .decides_elsewhere = true, .delays = 4},
        Rules{.protocol = "paxos-commit-fast", .acceptors = true, .decides_elsewhere = true},
        Rules{.protocol = "raft-2pc", .decides_elsewhere = true, .replicates = true, .delays = 5},
        Rules{.protocol = "2pc-pc", .acks_commit = false, .acks_abort = true, .collects = true, .presumes_commit = true},
        Rules{.protocol = "3pc", .termination = Rules::sites, .delays = 5},
        Rules{.protocol = "3pc-quorum", .termination = Rules::quorum, .delays = 5},
        Rules{.protocol = "3pc-e3pc", .termination = Rules::elected, .delays = 5},
        Rules{.protocol = "x-quorum-commit-3pc", .termination = Rules::sites, .delays = 5},
    };
    const auto* found = std::find_if(rows.begin(), rows.end(), [&](const Rules& row) { return row.protocol == protocol; });
    return found == rows.end() ? rows.front() : *found;
}

bool Rules::concerns(std::string_view invariant) const {
    if (invariant == "PA forgetting") return acks_commit;
    if (invariant == "PC forgetting") return acks_abort;
    if (invariant == "Paxos") return acceptors;
    if (invariant == "Raft") return replicates;
    if (invariant == "Skeen") return termination == sites;
    if (invariant == "Quorum 3PC") return termination == quorum || termination == elected;
    return true;
}

}  // namespace indoubt::checks
