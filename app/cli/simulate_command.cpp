// SPDX-License-Identifier: GPL-3.0-or-later
// simulate FILE: a scenario in virtual time. simulate --seed N: the whole random life that one number decides, as the tests run it.
#include <fmt/format.h>

#include <fstream>

#include "commit/machine.h"
#include "json.h"
#include "render.h"
#include "simulation/scenario.h"
#include "simulation/seed.h"
#include "simulation/transcript.h"

namespace indoubt::cli {

namespace {

struct Options {
    std::string file, protocol, trace;
    std::uint64_t seed = 1;
};

std::string hash_text(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

Json to_json(const std::vector<checks::CheckResult>& invariants) {
    Json list = Json::array();
    for (const auto& one : invariants) {
        Json json{{"name", one.name}, {"checked", one.checked}, {"holds", one.checked == 0 ? Json() : Json(one.holds)}, {"event", nullptr}};
        if (one.event) json["event"] = {{"node", one.event->node.name()}, {"incarnation", one.event->incarnation}, {"seq", one.event->seq}};
        if (!one.why.empty()) json["why"] = one.why;
        list.push_back(json);
    }
    return list;
}

void print_invariants(const std::vector<checks::CheckResult>& invariants) {
    Table table({{"INVARIANT"}, {"CHECKED", Align::right}, {"HOLDS"}, {"FIRST BREAKING EVENT", Align::left, 100}});
    for (const auto& one : invariants)
        table.row(
            {one.name, count_text(one.checked),
             one.checked == 0 ? "not exercised"
             : one.holds      ? "yes"
                              : "NO",
             one.event ? fmt::format("{} {}.{} {}", one.event->node.name(), one.event->incarnation, one.event->seq, one.why) : one.why});
    table.print();
}

// Text for people, or one JSON document per line where the name ends in .json.
bool write_trace(Context& context, const std::string& path, const std::vector<events::Event>& trace) {
    if (path.empty()) return true;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    if (path.ends_with(".json")) {
        for (const auto& event : trace) out << cli::to_json(event).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    } else {
        out << simulation::transcript(trace);
    }
    out.flush();
    if (out) return true;
    context.fail(base::invalid_argument("--trace: cannot write " + path));
    return false;
}

void print_scenario(const simulation::ScenarioResult& result) {
    fmt::print("{}  {}  seed {}\n", result.scenario, result.protocol, result.seed);
    if (!result.story.empty()) fmt::print("{}\n", result.story);
    fmt::print("\n");
    Table table({{"PAYMENT"},
                 {"REFERENCE"},
                 {"OUTCOME"},
                 {"NODES", Align::left, 90},
                 {"MESSAGES", Align::right},
                 {"DELAYS", Align::right},
                 {"FORCED", Align::right},
                 {"WHY"}});
    for (const auto& tx : result.transactions) {
        std::vector<std::string> nodes;
        for (const auto& node : tx.nodes)
            nodes.push_back(node.node.name() + ":" + node.state + (node.blocked ? " BLOCKED" : "") +
                            (node.heuristic == "none" ? "" : " H:" + node.heuristic));
        table.row({tx.xid.short_text(), tx.reference, tx.outcome + (tx.blocked ? " (blocked)" : ""), join(nodes, "  "),
                   count_text(static_cast<std::uint64_t>(tx.cost.messages)), count_text(static_cast<std::uint64_t>(tx.cost.delays)),
                   count_text(static_cast<std::uint64_t>(tx.cost.forced_writes)), tx.reason});
    }
    table.print();
    fmt::print("\n");
    print_invariants(result.invariants);
    if (!result.expectations.empty()) fmt::print("\n");
    for (const auto& one : result.expectations)
        fmt::print("{}  {}{}\n", one.holds ? "as expected " : "NOT AS EXPECTED", one.text, one.found.empty() ? "" : ": " + one.found);
    for (const auto& remark : result.remarks) fmt::print("remark: {}\n", remark);
    fmt::print("trace {}\n", hash_text(result.trace_hash));
}

void run_file(Context& context, const Options& options, bool seed_given) {
    simulation::ScenarioOptions how;
    if (!options.protocol.empty()) how.protocol = options.protocol;
    if (seed_given) how.seed = options.seed;
    auto result = simulation::run_scenario_file(options.file, how);
    if (!context.take(result)) return;
    if (!write_trace(context, options.trace, result->trace)) return;
    if (!result->good()) context.fail_expectation();
    if (!context.json) return print_scenario(*result);
    Json transactions = Json::array();
    for (const auto& tx : result->transactions) {
        Json nodes = Json::object();
        for (const auto& node : tx.nodes)
            nodes[node.node.name()] = {{"state", node.state}, {"blocked", node.blocked}, {"heuristic", node.heuristic}};
        transactions.push_back(
            {{"xid", tx.xid.text()},
             {"reference", tx.reference},
             {"outcome", tx.outcome},
             {"reason", tx.reason},
             {"blocked", tx.blocked},
             {"nodes", nodes},
             {"cost", {{"messages", tx.cost.messages}, {"delays", tx.cost.delays}, {"forced_writes", tx.cost.forced_writes}}}});
    }
    Json expectations = Json::array();
    for (const auto& one : result->expectations) expectations.push_back({{"text", one.text}, {"holds", one.holds}, {"found", one.found}});
    context.print(
        {{"scenario", result->scenario},
         {"protocol", result->protocol},
         {"seed", result->seed},
         {"transactions", transactions},
         {"cost", {{"messages", result->cost.messages}, {"delays", result->cost.delays}, {"forced_writes", result->cost.forced_writes}}},
         {"invariants", to_json(result->invariants)},
         {"expectations", expectations},
         {"remarks", result->remarks},
         {"trace_hash", hash_text(result->trace_hash)}});
}

void run_seed(Context& context, const Options& options) {
    simulation::SeedOptions how;
    if (!options.protocol.empty()) how.protocol = options.protocol;
    how.check_determinism = true;
    how.keep_trace = !options.trace.empty();
    const auto report = simulation::run_seed(options.seed, how);
    if (!write_trace(context, options.trace, report.trace)) return;
    if (!report.good()) context.fail_expectation();
    if (context.json)
        return context.print({{"seed", report.seed},
                              {"protocol", how.protocol},
                              {"payments", report.payments},
                              {"committed", report.committed},
                              {"aborted", report.aborted},
                              {"faults", report.faults},
                              {"events", report.events},
                              {"invariants", to_json(report.checks)},
                              {"problem", report.problem},
                              {"trace_hash", hash_text(report.trace_hash)}});
    // A client that hears nothing asks again with its key: under another XID if the first cannot commit any more.
    fmt::print("seed {}: {} payments asked for, {} faults, {} events\n", report.seed, report.payments, report.faults, count_text(report.events));
    fmt::print("{} decisions, retries counted each: {} committed, {} aborted\n\n", report.committed + report.aborted, report.committed, report.aborted);
    print_invariants(report.checks);
    if (!report.good()) fmt::print("\n{}", report.failure());
    fmt::print("trace {}\n", hash_text(report.trace_hash));
}

}  // namespace

void add_simulate_command(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand(
        "simulate", "run a scenario, or a seed of random payments and faults, in virtual time, and check every invariant");
    auto options = std::make_shared<Options>();
    auto* file =
        command->add_option("file", options->file, "a *.scenario.textproto; without it, --seed decides everything")->type_name("FILE");
    command->add_option("--protocol", options->protocol, "in place of the scenario's own")->type_name("NAME");
    auto* seed = command->add_option("--seed", options->seed, "the random numbers of the run");
    command->add_option("--trace", options->trace, "write every event there: text, or JSON lines if the name ends in .json")
        ->type_name("OUT");
    command->footer("Exit code 1: an invariant or an expectation does not hold.");
    command->callback([&context, options, file, seed] {
        if (file->count() == 0 && seed->count() == 0)
            return context.fail(base::invalid_argument("name a scenario file, or a seed with --seed N"));
        if (!options->protocol.empty())
            if (auto known = commit::find_protocol(options->protocol); !known) return context.fail(base::invalid_argument("--protocol: " + known.error().message));
        file->count() > 0 ? run_file(context, *options, seed->count() > 0) : run_seed(context, *options);
    });
}

}  // namespace indoubt::cli
