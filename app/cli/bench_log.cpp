// SPDX-License-Identifier: GPL-3.0-or-later
// bench log --events N: what the console's event store can do with a log of that size. The events are real: the same driver made them,
// in virtual time.
#include <fmt/format.h>

#include <chrono>

#include "base/prng.h"
#include "bench.h"
#include "render.h"
#include "simulation/world.h"
#include "view/filter.h"
#include "view/history.h"
#include "workload/generator.h"

namespace indoubt::cli {

namespace {

using Clock = std::chrono::steady_clock;
std::int64_t us_since(Clock::time_point start) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
}

constexpr std::size_t kScreenRows = 40;
constexpr int kScrubs = 200, kScreens = 1000;
constexpr std::size_t kBatch = 64;

// Payments of a simulated cluster of three, until there are so many events.
std::vector<events::Event> make_events(std::size_t count, std::string& problem) {
    const std::vector<base::NodeId> participants{base::NodeId::of("A"), base::NodeId::of("B"), base::NodeId::of("C")};
    simulation::WorldSetup setup;
    setup.participants = participants;
    simulation::World world(setup);
    for (const auto node : world.nodes()) world.start(node);
    workload::BenchTransfers transfers(participants, 5000, 1, "log");
    for (const auto node : participants) world.open_accounts(node, transfers.accounts(node, 0, transfers.accounts_each()));
    while (world.trace().size() < count && world.problem().empty()) {
        for (std::size_t i = 0; i < kBatch; ++i)
            world.submit(std::make_shared<events::Payment>(transfers.next()), std::nullopt, [](const runtime::OutAnswer&) {});
        world.run_until_quiet(world.now_ns() + 10'000'000'000);
    }
    problem = world.problem();
    auto events = world.take_trace();
    std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return events::position(a) < events::position(b); });
    if (events.size() > count) events.resize(count);
    return events;
}

struct FilterTime {
    std::string text;
    std::int64_t first_screen_us = 0, whole_us = 0;
    std::size_t matches = 0;
};

FilterTime time_filter(const view::History& history, const std::string& text) {
    FilterTime out{text, 0, 0, 0};
    auto filter = view::Filter::parse(text);
    if (!filter) return out;
    view::FilterContext context;
    context.view = &history.now();
    context.now_hlc = history.now().last_hlc();
    const std::size_t all = history.size();
    auto start = Clock::now();
    view::EventMatcher first(*filter, history.events(), context);
    static_cast<void>(first.find(0, all, kScreenRows));
    out.first_screen_us = us_since(start);
    start = Clock::now();
    view::EventMatcher whole(*filter, history.events(), context);
    out.matches = whole.find(0, all, all).size();
    out.whole_us = us_since(start);
    return out;
}

void bench_log(Context& context, std::size_t count) {
    std::string problem;
    context.message(fmt::format("making {} events ...", count_text(count)));
    const auto events = make_events(count, problem);
    if (!problem.empty()) return context.fail({base::ErrorCode::internal, problem});

    view::History history;
    auto start = Clock::now();
    for (const auto& event : events) history.append(event);
    const std::int64_t load_us = us_since(start);

    std::vector<FilterTime> filters;
    for (const char* text : {"kind:vote", "node:B kind:sync", "amount:5..6EUR", "\"bench-log-17\"", "kind:append node:T or kind:answer"})
        filters.push_back(time_filter(history, text));

    base::Prng prng(7);
    std::vector<std::int64_t> scrubs, screens;
    std::size_t bytes_drawn = 0;
    for (int i = 0; i < kScrubs; ++i) {
        const std::size_t cut = prng.below(history.size() + 1);
        start = Clock::now();
        bytes_drawn += history.at(cut).size();
        scrubs.push_back(us_since(start));
    }
    for (int i = 0; i < kScreens; ++i) {
        const std::size_t top = prng.below(std::max<std::size_t>(history.size(), kScreenRows + 1) - kScreenRows);
        start = Clock::now();
        for (std::size_t row = top; row < std::min(top + kScreenRows, history.size()); ++row)
            bytes_drawn += events::title(history.events().event(history.events().at(row))).size();
        screens.push_back(us_since(start));
    }
    const Percentiles scrub = percentiles(scrubs), draw = percentiles(screens);
    const std::size_t bytes = history.events().bytes();
    const auto per_second =
        load_us > 0 ? static_cast<std::uint64_t>(static_cast<double>(events.size()) * 1e6 / static_cast<double>(load_us)) : 0;
    const Machine here = machine("/");
    if (context.json) {
        Json list = Json::array();
        for (const auto& one : filters)
            list.push_back(
                {{"filter", one.text}, {"matches", one.matches}, {"first_screen_us", one.first_screen_us}, {"whole_us", one.whole_us}});
        return context.print({{"events", events.size()},
                              {"load_us", load_us},
                              {"events_per_s", per_second},
                              {"bytes", bytes},
                              {"bytes_per_event", events.empty() ? 0 : bytes / events.size()},
                              {"filters", list},
                              {"scrub", to_json(scrub, "us")},
                              {"draw", to_json(draw, "us")},
                              {"cores", here.cores},
                              {"processor", here.processor}});
    }
    fmt::print("{} events of simulated payments, {} payments, {} cores, {}\n", count_text(events.size()),
               count_text(history.now().size() + history.now().dropped()), here.cores, here.processor);
    Table table({{"WHAT"}, {"TIME", Align::right}, {"NOTE"}});
    const auto ms = [](std::int64_t us) { return fmt::format("{:.2f} ms", static_cast<double>(us) / 1000.0); };
    table.row({"load, folded as it comes", ms(load_us),
               fmt::format("{} events a second, {} bytes an event", count_text(per_second), events.empty() ? 0 : bytes / events.size())});
    for (const auto& one : filters) {
        table.row({"filter " + one.text, ms(one.first_screen_us), "first screen"});
        table.row({"", ms(one.whole_us), fmt::format("the whole log, {} match", count_text(one.matches))});
    }
    table.row({"scrub to a random cut, p50", ms(scrub.p50), fmt::format("p99 {}, worst {}", ms(scrub.p99), ms(scrub.worst))});
    table.row(
        {fmt::format("{} rows as text, p50", kScreenRows), ms(draw.p50), fmt::format("p99 {}, worst {}", ms(draw.p99), ms(draw.worst))});
    table.print();
    if (bytes_drawn == 0) context.fail_expectation();  // nothing was there to measure
}

}  // namespace

void add_bench_log(CLI::App& bench, Context& context) {
    auto* command = bench.add_subcommand("log", "load, filter, scrub and draw times of the console's event store");
    auto count = std::make_shared<std::size_t>(1'000'000);
    command->add_option("--events", *count, "how many")->capture_default_str()->check(CLI::Range(1000, 20'000'000));
    command->callback([&context, count] { bench_log(context, *count); });
}

}  // namespace indoubt::cli
