// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a scenario file (proto/indoubt/v1/scenario.proto) in virtual time and says what came of it, in the words and with the
// keys of `indoubtctl simulate --json`.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "checks/check.h"
#include "checks/cost.h"
#include "events/event.h"

namespace indoubt::simulation {

struct ScenarioOptions {
    std::optional<std::string> protocol;  // instead of the file's
    std::optional<std::uint64_t> seed;
};

struct BranchResult {
    base::NodeId node;
    std::string state;      // none active prepared committed aborted forgotten
    bool blocked = false;
    std::string heuristic;  // none commit rollback mixed hazard
};

struct TransactionResult {
    base::Xid xid;
    std::string reference;
    std::string outcome;    // committed aborted in-doubt mixed
    std::string reason;     // of an abort, in words
    bool blocked = false;
    std::vector<BranchResult> nodes;  // coordinator first
    checks::Cost cost;
};

struct ExpectationResult {
    std::string text;       // "INV-2042 ends committed"
    bool holds = false;
    std::string found;      // what it was instead; empty when it holds
};

struct ScenarioResult {
    std::string scenario, story, protocol;
    std::uint64_t seed = 0;
    std::vector<TransactionResult> transactions;  // in the order of their submits
    checks::Cost cost;                            // messages and forced writes summed, delays the longest
    std::vector<checks::CheckResult> invariants;
    std::vector<ExpectationResult> expectations;
    std::uint64_t trace_hash = 0;
    std::vector<std::string> remarks;             // a step that found its node down, an order turned away
    std::vector<events::Event> trace;             // in the one order

    bool good() const;                            // every invariant that was exercised and every expectation holds
};

// Errors: INVALID_ARGUMENT with line and column for a text that does not parse, with the step for one that makes no sense.
// `name` is shown when the file gives none.
base::Result<ScenarioResult> run_scenario(std::string_view textproto, const std::string& name, const ScenarioOptions& options = {});
base::Result<ScenarioResult> run_scenario_file(const std::string& path, const ScenarioOptions& options = {});

}  // namespace indoubt::simulation
