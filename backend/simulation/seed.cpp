// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/seed.h"

#include <algorithm>

#include "simulation/fault_plan.h"
#include "simulation/labels.h"
#include "simulation/operators.h"
#include "simulation/seed_payments.h"

namespace indoubt::simulation {

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t trouble_from_ns = 120 * ms, heal_ns = 4500 * ms;
constexpr std::int64_t liveness_bound_ns = 60'000 * ms;

struct Run {
    std::vector<events::Event> trace;
    checks::CheckContext context;
    Coverage coverage;
    std::string problem;
    std::uint64_t payments = 0, faults = 0;
};

WorldSetup setup_of(std::uint64_t seed, base::Prng& prng, const SeedOptions& options) {
    WorldSetup setup;
    setup.seed = base::mix64(seed ^ 0x5eedULL);
    const std::uint64_t count = 2 + prng.below(4);
    for (std::uint64_t i = 0; i < count; ++i) setup.participants.push_back(NodeId::of(std::string(1, static_cast<char>('A' + i))));
    setup.protocol.name = options.protocol;
    setup.protocol.cooperative = prng.chance(400);
    if (const auto protocol = commit::find_protocol(options.protocol); protocol && (*protocol)->opens && (*protocol)->payments) setup.faults = prng.chance(700) ? 1 : prng.chance(300) ? 2 : 0;
    if (const auto protocol = commit::find_protocol(options.protocol); protocol && (*protocol)->make_group) {  // mostly three managers; small logs, so that lives of seconds compact them
        setup.faults = prng.chance(800) ? 1 : prng.chance(500) ? 2 : 0;
        setup.raft_compact_entries = static_cast<std::uint64_t>(prng.between(4, 40));
        setup.raft_keep_entries = static_cast<std::uint64_t>(prng.between(8, 80));
    }
    return setup;
}

void play(Run& run, World& world, base::Prng& prng, const SeedOptions& options) {
    Scheduler& scheduler = world.scheduler();
    Clients clients(world, prng, run.coverage);
    Operators operators(world, prng, run.coverage);
    FaultPlan faults(world, prng, run.coverage, operators);
    const std::vector<NodeId>& participants = world.participants();

    run.context.managers = world.managers();
    for (const NodeId node : world.nodes()) world.start(node);
    if (!world.run_until(20 * ms)) return;
    for (const NodeId node : participants) world.open_accounts(node, seed_accounts(node));
    if (!world.run_until(100 * ms)) return;

    run.payments = static_cast<std::uint64_t>(prng.between(20, 30));
    const std::int64_t rush_ms = prng.between(200, 3000);  // some seeds are busy, some are calm
    for (std::uint64_t i = 0; i < run.payments; ++i) {
        auto payment = std::make_shared<const events::Payment>(seed_payment(prng, participants, i + 1));
        clients.plan(trouble_from_ns + prng.between(0, rush_ms) * ms, std::move(payment));
    }
    if (options.faults) {
        run.faults = static_cast<std::uint64_t>(prng.between(5, 11));
        for (std::uint64_t i = 0; i < run.faults; ++i) faults.plan(trouble_from_ns, 3500 * ms);
        if (prng.chance(500))
            for (std::int64_t i = prng.between(1, 5); i > 0; --i) operators.plan(prng.between(trouble_from_ns / ms, heal_ns / ms) * ms);
    }
    for (int i = 0; i < 4; ++i) {
        scheduler.at(prng.between(trouble_from_ns / ms, heal_ns / ms) * ms + 1, [&] {
            for (checks::BlockedLabel& label : label_branches(world)) {
                if (options.distort_label) label.shown = options.distort_label(label.shown);
                run.context.labels.push_back(std::move(label));
            }
        });
    }
    if (!world.run_until(heal_ns)) return;
    faults.heal();
    run.context.healed_hlc = epoch_ns + heal_ns;
    run.context.liveness_bound_ns = liveness_bound_ns;
    if (!world.run_until_quiet(heal_ns + liveness_bound_ns)) return;
    operators.forget_all();
    world.run_until_quiet(world.now_ns() + 5000 * ms);
}

Run run_once(std::uint64_t seed, const SeedOptions& options) {
    base::Prng prng(seed);
    Run run;
    World world(setup_of(seed, prng, options));
    play(run, world, prng, options);
    run.problem = world.problem();
    if (options.at_end) options.at_end(world);
    run.trace = world.take_trace();
    return run;
}

}  // namespace

std::uint64_t trace_hash(const std::vector<events::Event>& trace) {
    base::Hasher hasher;
    for (const events::Event& event : trace) hasher.add(events::hash_value(event));
    return hasher.add(trace.size()).value();
}

SeedReport run_seed(std::uint64_t seed, const SeedOptions& options) {
    Run run = run_once(seed, options);
    SeedReport report;
    report.seed = seed;
    report.protocol = options.protocol;
    report.problem = std::move(run.problem);
    report.trace_hash = trace_hash(run.trace);
    report.events = run.trace.size();
    report.payments = run.payments;
    report.faults = run.faults;
    report.coverage = std::move(run.coverage);
    if (options.check_determinism) run.context.trace_hashes = {report.trace_hash, trace_hash(run_once(seed, options).trace)};
    report.checks = checks::check_all(run.trace, run.context);
    for (const auto& check : report.checks) report.coverage.checks[check.name] += check.checked;
    for (const auto& event : run.trace) {
        if (event.kind != events::EventKind::decide || !event.note()) continue;
        ++(event.note()->outcome == events::Outcome::commit ? report.committed : report.aborted);
    }
    if (options.keep_trace || !report.good()) report.trace = std::move(run.trace);
    return report;
}

bool SeedReport::good() const {
    return problem.empty() && std::all_of(checks.begin(), checks.end(), [](const auto& check) { return check.holds; });
}

std::string SeedReport::failure() const {
    if (good()) return {};
    std::string text;
    if (!problem.empty()) text += problem + "\n";
    for (const auto& check : checks) {
        if (check.holds) continue;
        text += check.name + ": " + check.why;
        if (check.event) text += " (event " + check.event->node.name() + "." + std::to_string(check.event->incarnation) + "." + std::to_string(check.event->seq) + ")";
        text += "\n";
    }
    return text + "replay: indoubtctl simulate --protocol " + protocol + " --seed " + std::to_string(seed) + "\n";
}

}  // namespace indoubt::simulation
