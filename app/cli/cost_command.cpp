// SPDX-License-Identifier: GPL-3.0-or-later
// cost: every row of a protocol's cost table, run and counted, beside the formula.
#include <fmt/format.h>

#include "json.h"
#include "render.h"
#include "simulation/cost_run.h"

namespace indoubt::cli {

namespace {

struct Options {
    std::string protocol = "2pc-pa";
    std::uint32_t participants = 3, faults = 0;
    bool colocated = false;
};

Json to_json(const commit::CostFigures& figures) {
    return {{"messages", figures.messages}, {"delays", figures.delays ? Json(*figures.delays) : Json()}, {"forced_writes", figures.forced_writes}};
}

std::string text(const commit::CostFigures& figures) {
    return fmt::format("{} / {} / {}", figures.messages, figures.delays ? std::to_string(*figures.delays) : "-", figures.forced_writes);
}

void run(Context& context, const Options& options) {
    auto rows = simulation::measure_costs(options.protocol, options.participants, options.faults, options.colocated);
    if (!context.take(rows)) return;
    for (const auto& row : *rows)
        if (!row.equal) context.fail_expectation();
    if (context.json) {
        Json list = Json::array();
        for (const auto& row : *rows) {
            Json json{{"case", row.asked.name}, {"measured", to_json(row.measured)}, {"formula", to_json(row.asked.formula)}, {"equal", row.equal}};
            if (!row.remark.empty()) json["remark"] = row.remark;
            list.push_back(json);
        }
        return context.print({{"protocol", options.protocol}, {"participants", options.participants}, {"faults", options.faults}, {"colocated", options.colocated}, {"rows", list}});
    }
    fmt::print("{}  {} participants, F = {}{}\nmessages / delays / forced writes\n\n", options.protocol, options.participants, options.faults, options.colocated ? ", co-located" : "");
    Table table({{"CASE", Align::left, 40}, {"MEASURED", Align::right}, {"FORMULA", Align::right}, {"EQUAL"}});
    for (const auto& row : *rows) table.row({row.asked.name, text(row.measured), text(row.asked.formula), row.equal ? "yes" : "NO" + (row.remark.empty() ? "" : ": " + row.remark)});
    table.print();
}

}  // namespace

void add_cost_command(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("cost", "messages, message delays and forced writes of a protocol, counted from real runs, beside the formula");
    auto options = std::make_shared<Options>();
    command->add_option("--protocol", options->protocol, "its name")->type_name("NAME")->capture_default_str();
    command->add_option("--participants", options->participants, "N, 1 to 16")->type_name("N")->capture_default_str();
    command->add_option("--faults", options->faults, "F, 0 to 3: 2F+1 acceptors or replicas")->type_name("F")->capture_default_str();
    command->add_flag("--colocated", options->colocated, "the managers live on participants' nodes, the coordinator on the initiator's");
    command->footer(
        "As built: the client is outside, ACKs count. Gray-Lamport: the client is the first participant and its request is its vote; ACKs and\n"
        "the branches' own outcome records do not count. Exit code 1: a count differs from its formula.");
    command->callback([&context, options] { run(context, *options); });
}

}  // namespace indoubt::cli
