// SPDX-License-Identifier: GPL-3.0-or-later
// ready: how likely a payment commits when each participant is ready with a given probability, measured beside the theory.
#include <fmt/format.h>

#include "json.h"
#include "render.h"
#include "simulation/readiness.h"

namespace indoubt::cli {

namespace {

void run(Context& context, const simulation::ReadinessSetup& setup) {
    auto measured = simulation::measure_readiness(setup);
    if (!context.take(measured)) return;
    const auto& r = *measured;
    const bool sound = r.committed == r.all_ready;  // a payment commits if, and only if, everybody was ready
    if (!sound) context.fail_expectation();
    const double one = static_cast<double>(r.one_ready) / r.payments;
    if (context.json) {
        return context.print({{"protocol", setup.protocol}, {"participants", setup.participants}, {"faults", setup.faults}, {"ready", setup.ready}, {"payments", r.payments}, {"committed", r.committed},
                              {"all_ready", {{"formula", "p^n"}, {"theory", r.all_theory}, {"measured", r.share()}, {"margin", r.margin}}},
                              {"at_least_one_ready", {{"formula", "1-(1-p)^n"}, {"theory", r.one_theory}, {"measured", one}}},
                              {"commits_exactly_when_all_ready", sound}});
    }
    fmt::print("{}  {} participants, each ready with p = {}, {} payments\n\n", setup.protocol, setup.participants, setup.ready, count_text(r.payments));
    Table table({{"CHANCE", Align::left, 44}, {"FORMULA"}, {"THEORY", Align::right}, {"MEASURED", Align::right}});
    table.row({"all are ready: the payment commits", "p^n", fmt::format("{:.4f}", r.all_theory), fmt::format("{:.4f}", r.share())});
    table.row({"at least one is ready: says nothing of commit", "1-(1-p)^n", fmt::format("{:.4f}", r.one_theory), fmt::format("{:.4f}", one)});
    table.print();
    fmt::print("{} of {} committed; with {} payments 95 % of such runs lie within {:.4f} of the theory\n", count_text(r.committed), count_text(r.payments), count_text(r.payments), r.margin);
    if (!sound) fmt::print("COMMITS DIFFER FROM READINESS: all were ready for {}\n", count_text(r.all_ready));
}

}  // namespace

void add_ready_command(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("ready", "how likely a payment commits when each participant is ready with probability p: measured, beside p^n");
    auto setup = std::make_shared<simulation::ReadinessSetup>();
    command->add_option("--protocol", setup->protocol, "its name")->type_name("NAME")->capture_default_str();
    command->add_option("--participants", setup->participants, "n, 1 to 16")->type_name("N")->capture_default_str();
    command->add_option("--faults", setup->faults, "F, 0 to 3: 2F+1 acceptors or replicas")->type_name("F")->capture_default_str();
    command->add_option("--ready", setup->ready, "p, 0 to 1")->type_name("P")->capture_default_str();
    command->add_option("--payments", setup->payments, "how many to make")->type_name("COUNT")->capture_default_str();
    command->add_option("--seed", setup->seed, "the random numbers of the run")->type_name("SEED")->capture_default_str();
    command->footer("A participant that is not ready finds its account empty and votes NO. Exit code 1: a payment committed though somebody was not\nready, or did not though all were.");
    command->callback([&context, setup] { run(context, *setup); });
}

}  // namespace indoubt::cli
