// SPDX-License-Identifier: GPL-3.0-or-later
// events [--filter EXPR] [--from SEQ --node N] [--follow].
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include "event_filter.h"
#include "event_queue.h"
#include "json.h"
#include "render.h"

namespace indoubt::cli {

namespace {

struct Options {
    std::string filter, node;
    std::uint64_t from = 0;
    std::size_t limit = 200;
    bool follow = false;
};

std::sig_atomic_t g_interrupted = 0;

// A document of its own per line while following: a stream has no end to close an array at.
void print_one(Context& context, const events::Event& event) {
    if (context.json)
        fmt::print("{}\n", to_json(event).dump(-1, ' ', false, Json::error_handler_t::replace));
    else
        fmt::print("{}\n", event_line(event));
}

void print_all(Context& context, const std::vector<events::Event>& events, const client::Coverages& coverage) {
    if (!context.json) {
        for (const auto& event : events) print_one(context, event);
        if (const std::string missing = missing_coverage(coverage); !missing.empty()) context.message(missing);
        return;
    }
    Json list = Json::array();
    for (const auto& event : events) list.push_back(to_json(event));
    context.print(with_coverage({{"events", list}}, coverage));
}

void watch(Context& context, const Options& options, EventFilter& filter) {
    using namespace std::chrono_literals;
    auto* client = context.client();
    if (!client) return;
    auto info = client->info();  // an unreachable cluster is an error now, not a silence
    if (!context.take(info)) return;
    std::signal(SIGINT, [](int) { g_interrupted = 1; });
    std::signal(SIGTERM, [](int) { g_interrupted = 1; });
    const std::int64_t asked_ns = now_ns();
    EventQueue queue;
    const auto subscription = client->watch(queue, options.filter.empty() ? options.limit : 0);
    std::vector<events::Event> kept;
    std::string told;
    for (bool any = false; !g_interrupted;) {
        std::string trouble;
        std::uint64_t lost = 0;
        auto batch = queue.take(any ? 300ms : 1500ms, trouble, lost);
        if (lost > 0) context.message(fmt::format("{} events came faster than they could be printed and are left out", count_text(lost)));
        if (trouble != told) {
            if (!trouble.empty()) context.message(trouble);
            told = trouble;
        }
        tell_unreadable(context, batch);
        // Without --follow: until what the cluster still had has come, which is when events are younger than our question.
        const bool live = batch.empty() || batch.back().hlc > asked_ns;
        for (auto& event : filter.select(std::move(batch))) {
            if (options.follow)
                print_one(context, event);
            else
                kept.push_back(std::move(event));
        }
        if (options.follow && std::fflush(stdout) != 0) return;  // nobody reads it
        if (!options.follow && live) break;
        any = true;
    }
    if (options.follow) return;
    // They come as they are known: of a payment that is traced after the fact some come late.
    std::stable_sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return events::position(a) < events::position(b); });
    if (kept.size() > options.limit) kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(options.limit));
    print_all(context, kept, info->coverage);
}

// The durable log of each node, or of one, from a record number on.
void from_log(Context& context, const Options& options, EventFilter& filter) {
    auto* client = context.client();
    if (!client) return;
    auto info = client->info();
    if (!context.take(info)) return;
    std::vector<events::Event> kept;
    client::Coverages coverage;
    bool found = options.node.empty();
    for (const auto& node : info->nodes) {
        if (!options.node.empty() && node.node.name() != options.node) continue;
        found = true;
        client::Coverages told{{node.node, false, 0}};  // unless it answers
        for (const auto& entry : info->coverage)
            if (entry.node == node.node) told = {{node.node, false, entry.as_of_ns}};
        std::uint64_t next = options.from;
        for (std::size_t taken = 0; taken < options.limit;) {
            auto page = client->records(node.node, next, std::min<std::size_t>(1000, options.limit - taken), &told);
            if (!page) {
                if (!options.node.empty()) return context.fail(page.error());
                context.message(node.node.name() + ": " + page.error().message);
                break;
            }
            if (page->empty()) break;
            next = page->back().lsn + 1;
            tell_unreadable(context, *page);
            for (auto& event : filter.select(std::move(*page))) kept.push_back(std::move(event)), ++taken;
        }
        coverage.insert(coverage.end(), told.begin(), told.end());
    }
    if (!found)
        return context.fail(base::invalid_argument("--node: there is no node \"" + options.node + "\"; see `indoubtctl node list`"));
    std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return events::position(a) < events::position(b); });
    if (kept.empty()) context.message("No record from number " + count_text(options.from) + " on" + (options.filter.empty() ? "." : " matches."));
    print_all(context, kept, coverage);
}

}  // namespace

void add_event_commands(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("events", "the event log: what every node sent, received, wrote, decided");
    auto options = std::make_shared<Options>();
    command->add_option("--filter", options->filter, "for example: node:A kind:vote")->type_name("EXPR");
    auto* from = command->add_option("--from", options->from, "read the durable logs from this record number (lsn) on")->type_name("SEQ");
    command->add_option("--node", options->node, "with --from: of this node only")->type_name("NODE")->needs(from);
    command->add_option("--limit", options->limit, "the newest so many; with --from so many of each node")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000'000));
    command->add_flag("--follow", options->follow, "go on as events happen, one line (with --json one document) each, until Ctrl+C")
        ->excludes(from);
    command->callback([&context, options, from] {
        auto filter = EventFilter::parse(options->filter, context.actor);
        if (!context.take(filter)) return;
        from->count() > 0 ? from_log(context, *options, *filter) : watch(context, *options, *filter);
    });
}

}  // namespace indoubt::cli
