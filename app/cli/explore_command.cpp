// SPDX-License-Identifier: GPL-3.0-or-later
// explore: every reachable state of a protocol's real machines within a budget.
#include <fmt/format.h>

#include <fstream>

#include "json.h"
#include "render.h"
#include "simulation/explore/run.h"

namespace indoubt::cli {

namespace {

using simulation::explore::Exploration;
using simulation::explore::ExploreOptions;

struct Options {
    ExploreOptions explore;
    std::string detector = "none", out;
    double memory_gib = 16;
};

Json budget_of(const Options& options) {
    const auto& setup = options.explore.setup;
    return {{"participants", setup.participants}, {"faults", setup.faults},         {"crashes", setup.crashes},     {"restarts", setup.restarts},
            {"partitions", options.explore.partitions}, {"max_ballot", setup.max_ballot}, {"detector", options.detector}, {"cooperative", setup.protocol.cooperative},
            {"read_only", setup.read_only_votes}, {"lying_disks", setup.lying_disks}, {"max_memory_gib", options.memory_gib}, {"exact", options.explore.exact}, {"walks", options.explore.walks.walks}, {"seed", options.explore.walks.seed}};
}

// One file for the first violation; there is more than one only in a way of looking that ends with the first.
bool write_scenario(Context& context, const Options& options, const Exploration& found) {
    if (options.out.empty()) return true;
    if (found.violations.empty()) {
        fmt::print(stderr, "no violation was found: {} is not written\n", options.out);
        return true;
    }
    if (found.violations.front().scenario.empty()) {
        context.fail(base::failed_precondition("--out: a scenario cannot begin with replicas that have elected a leader already; the way is printed"));
        return false;
    }
    std::ofstream file(options.out, std::ios::binary | std::ios::trunc);
    file << found.violations.front().scenario;
    file.flush();
    if (file) return true;
    context.fail(base::invalid_argument("--out: cannot write " + options.out));
    return false;
}

void run(Context& context, Options options) {
    if (options.detector != "none" && options.detector != "perfect") return context.fail(base::invalid_argument("--detector: \"" + options.detector + "\" is none of perfect, none"));
    options.explore.setup.accurate_detector = options.detector == "perfect";
    options.explore.walks.memory_bytes_max = options.explore.bounds.memory_bytes_max = static_cast<std::uint64_t>(options.memory_gib * 1024 * 1024 * 1024);
    auto result = simulation::explore::explore(options.explore);
    if (!context.take(result)) return;
    const Exploration& found = *result;
    if (!write_scenario(context, options, found)) return;
    if (!found.violations.empty()) context.fail_expectation();
    const auto& walks = found.walks;
    if (context.json) {
        Json violations = Json::array();
        for (const auto& one : found.violations) violations.push_back({{"invariant", one.invariant}, {"steps", one.steps.size()}, {"way", one.steps}, {"scenario", one.scenario}});
        Json blocked = Json::array();
        for (const auto& one : found.blocking) blocked.push_back({{"who", one.who}, {"freed_by", one.freed_by}, {"states", one.states}});
        return context.print({{"protocol", options.explore.setup.protocol.name},
                              {"participants", options.explore.setup.participants},
                              {"budget", budget_of(options)},
                              {"assumptions", found.assumptions},
                              {"states", found.report.states},
                              {"generated", found.report.generated},
                              {"complete", found.report.complete},
                              {"stopped", found.report.stopped},
                              {"depth", found.report.depth},
                              {"seconds", found.report.seconds},
                              {"seconds_in_all", found.seconds},
                              {"generated_per_s", static_cast<std::uint64_t>(static_cast<double>(found.report.generated) / std::max(found.report.seconds, 1e-9))},
                              {"memory_bytes", found.report.memory_bytes},
                              {"violations", violations},
                              {"reduced", found.reduced},
                              {"reductions", found.reductions},
                              {"states_without_symmetry", found.states_unrenamed},
                              {"walks", {{"walks", walks.walks}, {"steps", walks.steps}, {"seed", options.explore.walks.seed}, {"decided", walks.decided}, {"local_states", walks.local_states}, {"seconds", walks.seconds}, {"complete", false}}},
                              {"blocked_states", found.classified ? Json(found.blocked_states) : Json()},
                              {"blocking", blocked}});
    }
    const auto& setup = options.explore.setup;
    fmt::print("{}  {} participants, F = {}; {} crashes, {} restarts, ballots to {}, failure detector {}\n", setup.protocol.name, setup.participants, setup.faults, setup.crashes, setup.restarts,
               setup.max_ballot, options.detector);
    for (const auto& line : found.assumptions) fmt::print("  {}\n", line);
    fmt::print("\n{} distinct states, {} generated in {:.2f} s ({} a second), depth {}, {} MiB\n", count_text(found.report.states), count_text(found.report.generated), found.report.seconds,
               count_text(static_cast<std::uint64_t>(static_cast<double>(found.report.generated) / std::max(found.report.seconds, 1e-9))), found.report.depth, found.report.memory_bytes >> 20);
    fmt::print("{:.2f} s in all\n", found.seconds);
    fmt::print("{}\n", found.report.complete ? "complete within this budget" : "NOT complete: " + found.report.stopped);
    for (const auto& line : found.reductions) fmt::print("  {}{}\n", found.reduced ? "taken together: " : "reduction: ", line);
    if (found.states_unrenamed > 0) fmt::print("  {} states without that exchange\n", count_text(found.states_unrenamed));
    if (walks.walks > 0)
        fmt::print("{} random walks, {} steps in {:.1f} s from seed {}, {} of them to a decision everywhere, through {} states of single nodes; walks are never complete{}\n", count_text(walks.walks), count_text(walks.steps),
                   walks.seconds, options.explore.walks.seed, count_text(walks.decided), count_text(walks.local_states), walks.stopped.empty() ? "" : "; " + walks.stopped);
    if (found.classified) fmt::print("{} {} in which somebody is blocked\n", count_text(found.blocked_states), found.blocked_states == 1 ? "state" : "states");
    else fmt::print("who is blocked was not asked: {}\n", found.report.complete ? "too many states" : "the search is not complete");
    for (const auto& one : found.blocking) fmt::print("  {} in {} states; freed by: {}\n", one.who, count_text(one.states), one.freed_by);
    if (found.violations.empty()) fmt::print("no violation\n");
    for (const auto& one : found.violations) {
        fmt::print("\n{} is broken after {} steps:\n", one.invariant, one.steps.size());
        for (std::size_t i = 0; i < one.steps.size(); ++i) fmt::print("{:4}  {}\n", i + 1, one.steps[i]);
    }
}

}  // namespace

void add_explore_command(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("explore", "every reachable state of a protocol's real machines, within a budget");
    auto options = std::make_shared<Options>();
    auto& setup = options->explore.setup;
    setup.participants = 2;
    command->add_option("--protocol", setup.protocol.name, "its name; counter-examples too")->type_name("NAME")->capture_default_str();
    command->add_option("--participants", setup.participants, "N, 1 to 6")->type_name("N")->capture_default_str();
    command->add_option("--faults", setup.faults, "F: 2F+1 acceptors or replicas")->type_name("F")->capture_default_str();
    command->add_option("--crashes", setup.crashes, "of all nodes together, at most 15")->type_name("K")->capture_default_str();
    command->add_option("--restarts", setup.restarts, "of all nodes together, at most 15")->type_name("R")->capture_default_str();
    command->add_flag("--partitions", options->explore.partitions, "messages may stay out for good: always so without a perfect detector, and never with one");
    command->add_option("--max-ballot", setup.max_ballot, "elections, ballots and terms above it are not begun")->type_name("B")->capture_default_str();
    command->add_option("--detector", options->detector, "perfect: accurate failure reports over links that lose nothing; none: any report at any time")->type_name("KIND")->capture_default_str();
    command->add_flag("--cooperative", setup.protocol.cooperative, "in-doubt branches ask each other");
    command->add_flag("--read-only", setup.read_only_votes, "branches may vote READ-ONLY");
    command->add_flag("--lying-disks", setup.lying_disks, "outside of the model: a crash may lose what a disk had reported as written");
    command->add_flag("--exact", options->explore.exact, "every state as it is: nothing is taken together (slower, far more states; the verdict is the same)");
    command->add_option("--walks", options->explore.walks.walks, "so many random walks after the search, deeper than it may have come; never complete")->type_name("N")->capture_default_str();
    command->add_option("--seed", options->explore.walks.seed, "of the walks")->type_name("N")->capture_default_str();
    command->add_option("--out", options->out, "write the violation there, as a scenario that `simulate` takes")->type_name("FILE");
    command->add_option("--mutant", setup.protocol.name, "a counter-example by its name, in place of --protocol")->type_name("M");
    command->add_option("--max-memory-gib", options->memory_gib, "stop there and say so")->type_name("G")->capture_default_str();
    command->footer("Exit code 1: a violation was found; its shortest way is printed.");
    command->callback([&context, options] { run(context, *options); });
}

}  // namespace indoubt::cli
