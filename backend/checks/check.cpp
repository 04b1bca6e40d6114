// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks/check.h"

#include "checks/checkers.h"

namespace indoubt::checks {

std::vector<CheckResult> check_all(const std::vector<Event>& events, const CheckContext& context) {
    const Trace trace(events);
    std::vector<CheckResult> results;
    for (auto* check : {check_consistency, check_stability, check_commit_validity, check_abort_validity, check_non_triviality, check_log_before_send,
                        check_no_unilateral_exit, check_forgetting, check_abort_forgetting, check_locks, check_exactly_once, check_conservation, check_raft, check_skeen, check_quorum_three_phase, check_blocked_label,
                        check_heuristics, check_paxos, check_liveness, check_determinism}) {
        results.push_back(check(trace, context));
    }
    return results;
}

const std::vector<std::string_view>& check_names() {
    static const std::vector<std::string_view> names = {
        "TCConsistent",       "Stability",     "Commit validity", "Abort validity", "Non-triviality", "Log before send",      "No unilateral exit", "PA forgetting", "PC forgetting",
        "Locks",              "Exactly once",  "Conservation", "Raft", "Skeen", "Quorum 3PC",  "Blocked label",  "Heuristic accounting", "Paxos", "Liveness",       "Determinism"};
    return names;
}

}  // namespace indoubt::checks
