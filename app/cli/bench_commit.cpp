// SPDX-License-Identifier: GPL-3.0-or-later
// bench commit: closed-loop clients against a live cluster in a process of its own, over real gRPC and fdatasync.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "bench.h"
#include "closed_loop.h"
#include "commit/cost.h"
#include "own_cluster.h"
#include "render.h"

namespace indoubt::cli {

namespace {

struct Options {
    int clients = 32, participants = 3, faults = 0;
    double seconds = 10, warm_up = 2;
    std::uint32_t accounts = 100'000;
    std::string protocol = "2pc-pa", trace = "sampled", directory;
    std::uint64_t seed = 1;
};

// The one subscriber that a console would be.
class Counter : public client::EventSink {
  public:
    void events(std::vector<events::Event>&& batch) override { m_events += batch.size(); }
    void connection(const std::string&) override {}
    std::uint64_t count() const { return m_events; }

  private:
    std::atomic<std::uint64_t> m_events{0};
};

struct Counts {
    std::uint64_t forced_writes = 0, syncs = 0, checkpoint_syncs = 0, messages = 0;
    Counts operator-(const Counts& b) const {
        return {forced_writes - b.forced_writes, syncs - b.syncs, checkpoint_syncs - b.checkpoint_syncs, messages - b.messages};
    }
    bool operator==(const Counts&) const = default;
};

base::Result<Counts> counts_of(client::OperatorClient& client) {
    auto info = client.info();
    if (!info) return info.error();
    Counts sum;
    for (const auto& node : info->nodes) {
        sum.forced_writes += node.forced_writes;
        sum.syncs += node.syncs;
        sum.checkpoint_syncs += node.checkpoint_syncs;
        sum.messages += node.messages;
    }
    return sum;
}

// Twice the same: nothing is on its way any more.
base::Result<Counts> settled_counts(client::OperatorClient& client) {
    auto last = counts_of(client);
    for (int i = 0; i < 50 && last; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        auto now = counts_of(client);
        if (!now) return now;
        if (*now == *last) return now;
        last = now;
    }
    return last;
}

base::Result<> open_accounts(client::OperatorClient& client, const workload::BenchTransfers& transfers,
                             const std::vector<base::NodeId>& participants) {
    constexpr std::uint32_t batch = 5000;
    for (const auto node : participants)
        for (std::uint32_t first = 0; first < transfers.accounts_each(); first += batch) {
            auto opened = client.open_accounts(node, transfers.accounts(node, first, std::min(batch, transfers.accounts_each() - first)), "bench");
            if (!opened) return opened.error();
        }
    return base::Ok{};
}

// Every account read back: what was opened is what is there, however it moved, and nothing is on hold. Empty: it agrees.
std::string check_sums(client::OperatorClient& client, const workload::BenchTransfers& transfers,
                       const std::vector<base::NodeId>& participants) {
    std::int64_t posted = 0, held = 0;
    std::uint64_t accounts = 0;
    auto found = client.accounts("", std::numeric_limits<std::size_t>::max());
    if (!found) return found.error().message;
    for (const auto& row : found->accounts) {
        const bool ours = std::find(participants.begin(), participants.end(), row.node) != participants.end() && row.account.starts_with(row.node.name() + "-");
        if (!ours) continue;
        posted += row.posted_minor;
        held += row.held_minor;
        ++accounts;
    }
    const auto eur = base::Currency::of("EUR");
    if (accounts != std::uint64_t{transfers.accounts_each()} * participants.size())
        return fmt::format("only {} accounts were found", count_text(accounts));
    if (held != 0) return money(held, eur) + " is still on hold";
    const std::int64_t difference = posted - static_cast<std::int64_t>(accounts) * transfers.opening_minor();
    return difference == 0
               ? ""
               : fmt::format("the accounts hold {} too {}", money(std::abs(difference), eur), difference > 0 ? "much" : "little");
}

void report(Context& context, const Options& options, LoadResult& load, const Counts& counts, std::uint64_t events_seen,
            const std::string& sums, const Machine& here) {
    const Percentiles decided = percentiles(load.decided_us), applied = percentiles(load.applied_us);
    const double per_second = static_cast<double>(load.committed_in_time) / load.seconds;
    const auto expected = commit::cost_seen(options.protocol, static_cast<std::uint32_t>(options.participants), static_cast<std::size_t>(2 * options.faults + 1), 0, 0);
    const bool fault_free = load.aborted == 0 && load.failed == 0;
    const bool equal = !expected || (counts.forced_writes == expected->forced_writes * load.committed && counts.messages == expected->messages * load.committed);
    const auto each = [&](std::uint64_t count) {
        return load.committed == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(load.committed);
    };
    if (!sums.empty() || load.failed > 0 || (fault_free && !equal) || load.committed == 0) context.fail_expectation();
    if (context.json) {
        return context.print(
            {{"clients", options.clients},
             {"participants", options.participants},
             {"protocol", options.protocol},
             {"faults", options.faults},
             {"trace", options.trace},
             {"seconds", load.seconds},
             {"accounts_each", options.accounts},
             {"committed", load.committed},
             {"aborted", load.aborted},
             {"failed", load.failed},
             {"committed_per_s", per_second},
             {"decided", to_json(decided, "us")},
             {"applied", to_json(applied, "us")},
             {"forced_writes", counts.forced_writes},
             {"syncs", counts.syncs},
             {"checkpoint_syncs", counts.checkpoint_syncs},
             {"messages", counts.messages},
             {"per_payment",
              {{"forced_writes", each(counts.forced_writes)}, {"syncs", each(counts.syncs)}, {"messages", each(counts.messages)}}},
             {"oracle",
              {{"forced_writes", expected ? Json(expected->forced_writes) : Json()},
               {"messages", expected ? Json(expected->messages) : Json()},
               {"equal", fault_free && expected ? Json(equal) : Json()}}},
             {"sums_agree", sums.empty()},
             {"problem", sums.empty() ? load.problem : sums},
             {"events_seen", events_seen},
             {"conditions",
              {{"cores", here.cores}, {"processor", here.processor}, {"file_system", here.file_system}, {"subscribers", 1}}}});
    }
    fmt::print("{} client{}, {} participants, {}, trace {}, {:.0f} s, {} accounts each; {} cores, {}, {}, one event subscriber\n",
               options.clients, options.clients == 1 ? "" : "s", options.participants, options.protocol, options.trace, load.seconds,
               count_text(options.accounts), here.cores, here.processor, here.file_system);
    fmt::print("{:.0f} committed a second ({} committed, {} aborted, {} failed)\n", per_second, count_text(load.committed),
               count_text(load.aborted), count_text(load.failed));
    const auto ms = [](std::int64_t us) { return fmt::format("{:.2f} ms", static_cast<double>(us) / 1000.0); };
    Table latency({{"LATENCY"}, {"P50", Align::right}, {"P99", Align::right}, {"P99.9", Align::right}, {"WORST", Align::right}});
    latency.row({"to the decision on disk", ms(decided.p50), ms(decided.p99), ms(decided.p999), ms(decided.worst)});
    latency.row({"to the last ACK", ms(applied.p50), ms(applied.p99), ms(applied.p999), ms(applied.worst)});
    latency.print();
    Table costs({{"COST"}, {"IN ALL", Align::right}, {"A PAYMENT", Align::right}, {"ORACLE", Align::right}});
    costs.row({"forced writes", count_text(counts.forced_writes), fmt::format("{:.3f}", each(counts.forced_writes)),
               expected ? std::to_string(expected->forced_writes) : "-"});
    costs.row({"messages", count_text(counts.messages), fmt::format("{:.3f}", each(counts.messages)), expected ? std::to_string(expected->messages) : "-"});
    costs.row({"syncs (grouped)", count_text(counts.syncs), fmt::format("{:.3f}", each(counts.syncs)), ""});
    costs.print();
    fmt::print("{}; {}; {} events seen by the subscriber\n",
               !fault_free ? "some did not commit: the oracle counts only fault-free commits"
               : !expected ? "no oracle: a group writes and tells the decisions of many payments at once"
               : equal     ? "counts equal the oracle"
                           : "COUNTS DIFFER FROM THE ORACLE",
               sums.empty() ? "sums agree" : "SUMS DIFFER: " + sums, count_text(events_seen));
    if (!load.problem.empty()) context.message(load.problem);
}

void bench_commit(Context& context, const Options& options) {
    const Machine here = machine(options.directory.empty() ? std::filesystem::temp_directory_path().string()
                                                           : std::filesystem::absolute(options.directory).string());
    context.message(fmt::format("starting a cluster of {} participants ...", options.participants));
    auto own = OwnCluster::start(options.directory, {"--participants", std::to_string(options.participants), "--protocol", options.protocol,
                                                     "--faults", std::to_string(options.faults), "--trace", options.trace});
    if (!context.take(own)) return;
    auto& client = (*own)->client();
    std::vector<base::NodeId> participants;
    auto info = client.info();
    if (!context.take(info)) return;
    for (const auto& member : info->shape.members)
        if (info->shape.participates(member.node)) participants.push_back(member.node);
    workload::BenchTransfers accounts(participants, options.accounts, options.seed, "accounts");
    context.message(fmt::format("opening {} accounts at each ...", count_text(options.accounts)));
    auto opened = open_accounts(client, accounts, participants);
    if (!context.take(opened)) return;

    Counter counter;
    const auto subscription = client.watch(counter, 1);
    ClosedLoop loop(client, participants, options.accounts, options.clients, options.seed, std::to_string(getpid()));
    context.message(fmt::format("warming up for {:.0f} s, measuring for {:.0f} s ...", options.warm_up, options.seconds));
    if (options.warm_up > 0) {
        const LoadResult warm = loop.run(options.warm_up);
        if (warm.failed > 0) return context.fail(base::unavailable(warm.problem));
    }
    const auto before = settled_counts(client);
    if (!before) return context.fail(before.error());
    const std::uint64_t events_before = counter.count();
    LoadResult load = loop.run(options.seconds);
    const auto after = settled_counts(client);
    if (!after) return context.fail(after.error());
    const std::string sums = check_sums(client, accounts, participants);
    report(context, options, load, *after - *before, counter.count() - events_before, sums, here);
}

}  // namespace

void add_bench_commit(CLI::App& bench, Context& context) {
    auto* command = bench.add_subcommand("commit", "payments through a live cluster: throughput, latency, forced writes, messages");
    auto options = std::make_shared<Options>();
    command->add_option("--clients", options->clients, "payments under way at a time")->capture_default_str()->check(CLI::Range(1, 10'000));
    command->add_option("--seconds", options->seconds, "how long to measure")->capture_default_str()->check(CLI::Range(0.1, 86400.0));
    command->add_option("--participants", options->participants, "1 to 16, all of them in every payment")
        ->capture_default_str()
        ->check(CLI::Range(1, 16));
    command->add_option("--protocol", options->protocol, "how payments commit")->capture_default_str();
    command->add_option("--faults", options->faults, "managers that may fail: 2F+1 of them")->check(CLI::Range(0, 2))->capture_default_str();
    command->add_option("--trace", options->trace, "off, sampled or all")
        ->capture_default_str()
        ->check(CLI::IsMember({"off", "sampled", "all"}));
    command->add_option("--accounts", options->accounts, "accounts at each participant")
        ->capture_default_str()
        ->check(CLI::Range(2, 999'999));
    command->add_option("--warm-up", options->warm_up, "seconds before measuring")->capture_default_str()->check(CLI::Range(0.0, 3600.0));
    command
        ->add_option("--dir", options->directory, "where the databases go: this file system is measured (default: the temporary directory)")
        ->type_name("DIR");
    command->add_option("--seed", options->seed, "of the random transfers")->capture_default_str();
    command->footer(
        "Every payment takes from one account and gives to one at every other participant. Exit code 1: sums or counts do not agree.");
    command->callback([&context, options] { bench_commit(context, *options); });
}

}  // namespace indoubt::cli
