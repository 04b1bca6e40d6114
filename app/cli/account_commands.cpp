// SPDX-License-Identifier: GPL-3.0-or-later
// account list|show|history.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "json.h"
#include "render.h"
#include "workload/text.h"

namespace indoubt::cli {

namespace {

struct Options {
    std::string filter, account, at;
    std::size_t limit = 100;
};

// "09:15", "09:15:30" today in local time, or "2026-11-20T09:15:30Z" in UTC.
base::Result<std::int64_t> parse_time(const std::string& text) {
    std::tm tm{};
    const bool utc = text.ends_with('Z');
    if (strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &tm)) {
        return static_cast<std::int64_t>(utc ? timegm(&tm) : mktime(&tm)) * 1'000'000'000;
    }
    const std::time_t now = std::time(nullptr);
    localtime_r(&now, &tm);
    tm.tm_sec = 0;
    const char* end = strptime(text.c_str(), "%H:%M:%S", &tm);
    if (!end) end = strptime(text.c_str(), "%H:%M", &tm);
    if (!end || *end != '\0')
        return base::invalid_argument("--at: \"" + text + "\" is no time; write 09:15, 09:15:30 or 2026-11-20T09:15:30Z");
    tm.tm_isdst = -1;
    return static_cast<std::int64_t>(mktime(&tm)) * 1'000'000'000;
}

void warn_coverage(Context& context, const std::vector<client::Coverage>& coverage) {
    if (const std::string missing = missing_coverage(coverage); !missing.empty()) context.message(missing);
}

void list(Context& context, const Options& options) {
    auto* client = context.client();
    if (!client) return;
    auto found = client->accounts(options.filter, options.limit);
    if (!context.take(found)) return;
    if (context.json) {
        Json rows = Json::array();
        for (const auto& row : found->accounts) rows.push_back(to_json(row));
        return context.print({{"accounts", rows}, {"matched", found->matched}, {"coverage", to_json(found->coverage)}});
    }
    Table table({{"NODE"}, {"ACCOUNT"}, {"HOLDER"}, {"BALANCE", Align::right}, {"ON HOLD", Align::right}, {"AVAILABLE", Align::right}});
    for (const auto& row : found->accounts)
        table.row({row.node.name(), row.account, row.holder, money(row.posted_minor, row.currency),
                   row.held_minor ? money(row.held_minor, row.currency) : "-", money(row.posted_minor - row.held_minor, row.currency)});
    if (table.empty())
        fmt::print("No account matches.\n");
    else
        table.print();
    if (found->matched > found->accounts.size())
        fmt::print("{} of {}; --limit shows more\n", count_text(found->accounts.size()), count_text(found->matched));
    warn_coverage(context, found->coverage);
}

void history(Context& context, const Options& options, bool only_head) {
    auto* client = context.client();
    if (!client) return;
    auto found = client->history(workload::compact_account(options.account));
    if (!context.take(found)) return;
    std::vector<view::Posting> postings = found->postings;
    std::int64_t balance = found->account.posted_minor;
    if (!options.at.empty()) {
        auto at = parse_time(options.at);
        if (!context.take(at)) return;
        std::erase_if(postings, [&](const view::Posting& posting) { return posting.hlc > *at; });
        balance = postings.empty() ? found->account.opening_minor : postings.back().balance_minor;
    }
    const auto currency = found->account.currency;
    if (context.json) {
        Json json = to_json(found->account);
        if (!options.at.empty()) json["posted_minor_at"] = balance;
        if (!only_head) {
            json["postings"] = Json::array();
            for (const auto& posting : postings)
                json["postings"].push_back({{"at", posting.hlc},
                                            {"xid", posting.xid.text()},
                                            {"amount_minor", posting.amount_minor},
                                            {"balance_minor", posting.balance_minor}});
            json["complete"] = found->complete;
        }
        json["coverage"] = to_json(found->coverage);
        return context.print(json);
    }
    const auto& row = found->account;
    fmt::print("{}  {}  at {}\n", row.account, row.holder, row.node.name());
    if (options.at.empty())
        fmt::print("balance {}, on hold {}, available {}{}\n", money(row.posted_minor, currency), money(row.held_minor, currency),
                   money(row.posted_minor - row.held_minor, currency),
                   row.limit_minor < 0 ? "" : ", at most " + money(row.limit_minor, currency) + " a payment");
    else
        fmt::print("balance at {}: {}\n", options.at, money(balance, currency));
    if (only_head) return warn_coverage(context, found->coverage);
    Table table({{"TIME"}, {"PAYMENT"}, {"AMOUNT", Align::right}, {"BALANCE", Align::right}});
    for (const auto& posting : postings)
        table.row({local_time(posting.hlc), posting.xid.empty() ? "opened" : posting.xid.short_text(),
                   money(posting.amount_minor, currency), money(posting.balance_minor, currency)});
    if (table.empty())
        fmt::print("Nothing was booked yet.\n");
    else
        table.print();
    if (!found->complete) context.message("Older bookings are not shown: the history does not reach back to the opening.");
    warn_coverage(context, found->coverage);
}

}  // namespace

void add_account_commands(CLI::App& app, Context& context) {
    auto* account = app.add_subcommand("account", "accounts: balances, holds, history");
    account->require_subcommand(1);
    auto options = std::make_shared<Options>();

    auto* all = account->add_subcommand("list", "every account with its balance and what is on hold");
    all->add_option("--filter", options->filter, "part of the number, the holder, the node or the currency")->type_name("TEXT");
    all->add_option("--limit", options->limit, "at most so many rows")->capture_default_str();
    all->callback([&context, options] { list(context, *options); });

    auto* show = account->add_subcommand("show", "one account");
    show->add_option("account", options->account, "its number")->required();
    show->callback([&context, options] { history(context, *options, true); });

    auto* past = account->add_subcommand("history", "what was booked on an account, and by which payment");
    past->add_option("account", options->account, "its number")->required();
    past->add_option("--at", options->at, "as it stood then: 09:15, 09:15:30 or 2026-11-20T09:15:30Z")->type_name("TIME");
    past->callback([&context, options] { history(context, *options, false); });
}

}  // namespace indoubt::cli
