// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/cost_run.h"

#include "simulation/shape.h"
#include "simulation/world.h"

namespace indoubt::simulation {

namespace {

constexpr std::int64_t ms = 1'000'000;

// Each updater moves money between two accounts of its own, so every leg set sums to zero; a reader checks; a NO comes from an empty account.
events::PaymentPtr payment_of(const std::vector<NodeId>& participants, const commit::CostCase& asked) {
    const auto eur = base::Currency::of("EUR");
    auto payment = std::make_shared<events::Payment>();
    payment->idempotency_key = "measured";
    for (std::uint32_t i = 0; i < participants.size(); ++i) {
        const NodeId node = participants[i];
        if (i >= participants.size() - asked.readers) {
            payment->legs.push_back({node, events::LegKind::check, "rich", {100, eur}});
            continue;
        }
        const bool refuses = i >= participants.size() - asked.readers - asked.noes;
        payment->legs.push_back({node, events::LegKind::debit, refuses ? "poor" : "rich", {100, eur}});
        payment->legs.push_back({node, events::LegKind::credit, refuses ? "rich" : "poor", {100, eur}});
    }
    payment->amount = {100 * std::max<std::int64_t>(1, static_cast<std::int64_t>(participants.size() - asked.readers)), eur};
    return payment;
}

MeasuredCost measure(const commit::CostCase& asked, const events::ClusterShape& shape) {
    const auto eur = base::Currency::of("EUR");
    WorldSetup setup;
    setup.shape = std::make_shared<const events::ClusterShape>(shape);
    World world(setup);
    for (const NodeId node : world.nodes()) world.start(node);
    world.run_until(1000 * ms);
    std::vector<NodeId> participants;
    for (const auto& member : shape.members)
        if (shape.participates(member.node)) participants.push_back(member.node);
    for (const NodeId node : participants) world.open_accounts(node, {{"rich", "", eur, 1'000'000, -1}, {"poor", "", eur, 0, -1}});
    world.run_until(1500 * ms);
    // In lockstep: a message that happens to come early would lengthen chains that nothing makes wait for it.
    world.network().jitter_ns = 0;
    for (const NodeId node : world.nodes()) world.disk(node).sync_jitter_ns = 0;
    world.submit(payment_of(participants, asked), std::nullopt, {});
    world.run_until_quiet(20'000 * ms);
    MeasuredCost result{asked, {}, false, {}};
    const checks::Trace trace(world.trace());
    if (trace.stories().empty()) {
        result.remark = "the payment was not accepted";
        return result;
    }
    const checks::Counting counting{asked.convention == commit::Convention::gray_lamport, participants.front()};
    const checks::Cost cost = checks::cost_of(trace, trace.stories().front(), counting);
    result.measured = {cost.messages, cost.delays, cost.forced_writes};
    result.equal = cost.messages == asked.formula.messages && cost.forced_writes == asked.formula.forced_writes && (!asked.formula.delays || cost.delays == *asked.formula.delays);
    return result;
}

}  // namespace

base::Result<std::vector<MeasuredCost>> measure_costs(const std::string& protocol, std::uint32_t participants, std::uint32_t faults, bool colocated) {
    if (auto known = commit::find_protocol(protocol); !known) return known.error();
    if (participants < 1 || participants > 16) return base::invalid_argument("--participants: 1 to 16");
    if (faults > 3) return base::invalid_argument("--faults: 0 to 3");
    const auto cases = commit::cost_cases(protocol, participants, faults, colocated);
    if (cases.empty() && colocated)
        return base::invalid_argument("--colocated: not applicable to " + protocol + " with " + std::to_string(participants) + " participants and F = " + std::to_string(faults) +
                                      ": each of the " + std::to_string(2 * faults + 1) + " managers needs a participant's node, and the protocol a row in the table");
    if (cases.empty()) return base::invalid_argument("--protocol: " + protocol + " has no row in the cost table");
    const events::ClusterShape shape = make_shape({{protocol, false}, participants, faults, colocated});
    std::vector<MeasuredCost> results;
    for (const auto& one : cases) results.push_back(measure(one, shape));
    return results;
}

}  // namespace indoubt::simulation
