// SPDX-License-Identifier: GPL-3.0-or-later
// A scenario file read and checked: nothing in it can surprise the run. Internal to simulation.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "runtime/faults.h"
#include "simulation/scenario.h"
#include "simulation/world.h"

namespace indoubt::simulation {

struct PlannedOrder {
    std::string reference;
    NodeId node;
    commit::OrderKind kind = commit::OrderKind::retry;
    events::OperatorNote note;
};
struct Heal {};
struct PlannedAccounts {
    NodeId node;
    std::vector<events::AccountLine> lines;
};
struct NodeAct {
    enum class Kind : std::uint8_t { crash, restart, pause, resume } kind = Kind::crash;
    NodeId node;
};
// One thing that happens where nothing happens by itself (Scenario.Move).
struct PlannedMove {
    enum class Kind : std::uint8_t { deliver, timer, vote, sync, crash, restart, report } kind = Kind::sync;
    NodeId node, other;            // deliver: to, from; report: who hears it, of whom
    events::MessageKind message = events::MessageKind::inquiry;
    std::uint32_t which = 1;       // deliver
    commit::TimerKind timer = commit::TimerKind::prepare;
    bool coordinator = false, group = false;
    events::Vote vote = events::Vote::none;
    std::uint32_t kept = 0, lost = 0;
};
struct PlannedStep {
    std::int64_t at_ns = 0;
    std::variant<events::PaymentPtr, runtime::FaultRule, Heal, NodeAct, PlannedOrder, PlannedAccounts> act;
};

struct PlannedExpectation {
    std::string reference, outcome, state, blocked, heuristic, refusal, account, order_refused;
    NodeId node;
    std::optional<checks::Cost> cost;
    std::optional<base::Amount> balance, on_hold;
};

struct ScenarioPlan {
    std::string name, story;
    WorldSetup setup;
    std::int64_t latency_ns = 200'000, jitter_ns = 0, sync_ns = 1'000'000, sync_jitter_ns = 0;
    std::uint32_t loss = 0, duplicate = 0, reorder = 0;
    std::vector<PlannedAccounts> accounts;
    std::vector<PlannedStep> steps;
    std::vector<PlannedMove> moves;
    std::int64_t stop_at_ns = 0;  // 0: when quiet
    std::vector<PlannedExpectation> expectations;
};

base::Result<ScenarioPlan> parse_scenario(std::string_view textproto, const std::string& name, const ScenarioOptions& options);

}  // namespace indoubt::simulation
