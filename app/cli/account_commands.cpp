// SPDX-License-Identifier: GPL-3.0-or-later
// account list|show|history, now or as it stood at an earlier time.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <optional>

#include "json.h"
#include "render.h"
#include "view/balance_at.h"
#include "workload/text.h"

namespace indoubt::cli {

namespace {

struct Options {
    std::string filter, account, at;
    std::size_t limit = 100;
};

// "09:15", "09:15:30" today in local time, or "2026-11-20T09:15:30" local, with a Z behind it in UTC. 0: no time was given.
base::Result<std::int64_t> parse_time(const std::string& text) {
    if (text.empty()) return 0;
    const auto no_time = [&] {
        return base::invalid_argument("--at: \"" + text + "\" is no time; write 09:15, 09:15:30 or 2026-11-20T09:15:30Z");
    };
    const std::time_t now = std::time(nullptr);
    std::tm tm{};
    const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &tm);
    const bool utc = end && *end == 'Z';
    if (!end) {
        localtime_r(&now, &tm);
        tm.tm_sec = 0;
        end = strptime(text.c_str(), "%H:%M:%S", &tm);
        if (!end) end = strptime(text.c_str(), "%H:%M", &tm);
    }
    if (!end || *(end + utc) != '\0') return no_time();
    tm.tm_isdst = -1;
    const std::time_t seconds = utc ? timegm(&tm) : mktime(&tm);
    if (seconds > now) return base::invalid_argument("--at: " + text + " is not over yet; leave --at out to see how things stand now");
    return static_cast<std::int64_t>(seconds) * 1'000'000'000;
}

// Why there is no balance at a time, in words; empty: there is one.
std::string why_not_known(const view::AccountRow& row, const std::optional<std::int64_t>& at_minor) {
    if (at_minor) return "";
    if (row.known_hlc == 0) return "not known: what is in memory does not reach back that far";
    return (row.opened ? "not open yet: it was opened at " : "not known before ") + local_time(row.known_hlc);
}

Json at_json(const view::AccountRow& row, std::int64_t at, const std::optional<std::int64_t>& at_minor) {
    Json json{{"at", at}, {"posted_minor_at", at_minor ? Json(*at_minor) : Json()}};
    if (!at_minor) json["why"] = why_not_known(row, at_minor);
    return json;
}

void warn_coverage(Context& context, const std::vector<client::Coverage>& coverage) {
    if (const std::string missing = missing_coverage(coverage); !missing.empty()) context.message(missing);
}

// All accounts together, per currency. Legs of a payment sum to zero: what is posted is what was opened, unless a payment is applied
// at one bank and not yet at another, or an operator forced a branch against the decision.
struct Sum {
    std::int64_t posted = 0, held = 0, opened = 0;
};
using Sums = std::map<base::Currency, Sum>;

// Nothing where the list does not hold every account as it is now: half the accounts agree with nothing.
std::optional<Sums> sums_of(const client::AccountList& found, const Options& options) {
    const bool all = options.filter.empty() && options.at.empty() && found.matched == found.accounts.size();
    const bool now = std::all_of(found.coverage.begin(), found.coverage.end(), [](const auto& one) { return one.reached; });
    if (!all || !now) return std::nullopt;
    Sums sums;
    for (const auto& row : found.accounts) {
        Sum& sum = sums[row.currency];
        sum.posted += row.posted_minor;
        sum.held += row.held_minor;
        sum.opened += row.opening_minor;
    }
    return sums;
}

Json sums_json(const Sums& sums) {
    Json list = Json::array();
    for (const auto& [currency, sum] : sums)
        list.push_back({{"currency", currency.code()},
                        {"posted_minor", sum.posted},
                        {"held_minor", sum.held},
                        {"opening_minor", sum.opened},
                        {"agrees", sum.posted == sum.opened}});
    return list;
}

void print_sums(const Sums& sums) {
    for (const auto& [currency, sum] : sums) {
        const std::string held = sum.held ? ", " + money(sum.held, currency) + " of it on hold" : "";
        if (sum.posted == sum.opened) {
            fmt::print("Sum {}{}: sums agree with what the accounts were opened with\n", money(sum.posted, currency), held);
        } else {
            const std::int64_t off = sum.posted - sum.opened;
            fmt::print("Sum {}{}: {} {} than the accounts were opened with; a payment is half applied, or was forced against its decision\n",
                       money(sum.posted, currency), held, money(off < 0 ? -off : off, currency), off < 0 ? "less" : "more");
        }
    }
}

void list(Context& context, const Options& options) {
    auto at = parse_time(options.at);
    if (!context.take(at)) return;
    auto* client = context.client();
    if (!client) return;
    auto found = client->accounts(options.filter, options.limit, *at);
    if (!context.take(found)) return;
    if (context.json) {
        Json rows = Json::array();
        for (std::size_t i = 0; i < found->accounts.size(); ++i) {
            rows.push_back(to_json(found->accounts[i]));
            if (*at != 0) rows.back().update(at_json(found->accounts[i], *at, found->at_minor[i]));
        }
        const auto sums = sums_of(*found, options);
        return context.print({{"accounts", rows}, {"matched", found->matched}, {"sums", sums ? sums_json(*sums) : Json()}, {"coverage", to_json(found->coverage)}});
    }
    std::vector<Table::Column> columns{{"NODE"}, {"ACCOUNT"}, {"HOLDER"}};
    if (*at != 0) {
        columns.push_back({"BALANCE AT " + options.at, Align::right});
    } else {
        for (const char* title : {"BALANCE", "ON HOLD", "AVAILABLE"}) columns.push_back({title, Align::right});
    }
    Table table(columns);
    for (std::size_t i = 0; i < found->accounts.size(); ++i) {
        const auto& row = found->accounts[i];
        std::vector<std::string> cells{row.node.name(), row.account, row.holder};
        if (*at != 0) {
            const auto& then = found->at_minor[i];
            cells.push_back(then ? money(*then, row.currency) : row.opened ? "not open yet" : "not known");
        } else {
            cells.push_back(money(row.posted_minor, row.currency));
            cells.push_back(row.held_minor ? money(row.held_minor, row.currency) : "-");
            cells.push_back(money(row.posted_minor - row.held_minor, row.currency));
        }
        table.row(std::move(cells));
    }
    if (table.empty())
        fmt::print("No account matches.\n");
    else
        table.print();
    if (found->matched > found->accounts.size())
        fmt::print("{} of {}; --limit shows more\n", count_text(found->accounts.size()), count_text(found->matched));
    if (const auto sums = sums_of(*found, options)) print_sums(*sums);
    warn_coverage(context, found->coverage);
}

void print_history(Context& context, const Options& options, const client::AccountHistory& found, std::int64_t at,
                   const std::optional<std::int64_t>& at_minor, bool only_head) {
    const auto& row = found.account;
    fmt::print("{}  {}  at {}\n", row.account, row.holder, row.node.name());
    if (at == 0)
        fmt::print("balance {}, on hold {}, available {}{}\n", money(row.posted_minor, row.currency), money(row.held_minor, row.currency),
                   money(row.posted_minor - row.held_minor, row.currency),
                   row.limit_minor < 0 ? "" : ", at most " + money(row.limit_minor, row.currency) + " a payment");
    else
        fmt::print("balance at {}: {}\n", options.at, at_minor ? money(*at_minor, row.currency) : why_not_known(row, at_minor));
    if (only_head) return warn_coverage(context, found.coverage);
    Table table({{"TIME"}, {"PAYMENT"}, {"AMOUNT", Align::right}, {"BALANCE", Align::right}});
    for (const auto& posting : found.postings)
        table.row({local_time(posting.hlc), posting.xid.empty() ? "opened" : posting.xid.short_text(),
                   money(posting.amount_minor, row.currency), money(posting.balance_minor, row.currency)});
    if (table.empty())
        fmt::print("{}\n", found.complete ? "Nothing was booked yet." : "Nothing that was booked is in memory.");
    else
        table.print();
    if (!found.complete) context.message("Older bookings are not shown: the history does not reach back to the opening.");
    warn_coverage(context, found.coverage);
}

void history(Context& context, const Options& options, bool only_head) {
    auto at = parse_time(options.at);
    if (!context.take(at)) return;
    auto* client = context.client();
    if (!client) return;
    auto found = client->history(workload::compact_account(options.account));
    if (!context.take(found)) return;
    const auto at_minor = *at == 0 ? std::nullopt : view::balance_at(found->account, found->postings, *at);
    if (*at != 0) {
        std::erase_if(found->postings, [&](const view::Posting& posting) { return posting.hlc > *at; });
        if (!at_minor && !found->account.opened) context.fail_expectation();  // asked for, and not known
    }
    if (!context.json) return print_history(context, options, *found, *at, at_minor, only_head);
    Json json = to_json(found->account);
    if (*at != 0) json.update(at_json(found->account, *at, at_minor));
    if (!only_head) {
        json["postings"] = Json::array();
        for (const auto& posting : found->postings)
            json["postings"].push_back({{"at", posting.hlc},
                                        {"xid", posting.xid.text()},
                                        {"amount_minor", posting.amount_minor},
                                        {"balance_minor", posting.balance_minor}});
        json["complete"] = found->complete;
    }
    json["coverage"] = to_json(found->coverage);
    context.print(json);
}

}  // namespace

void add_account_commands(CLI::App& app, Context& context) {
    auto* account = app.add_subcommand("account", "accounts: balances, holds, history");
    account->require_subcommand(1);
    auto options = std::make_shared<Options>();

    auto* all = account->add_subcommand("list", "every account with its balance and what is on hold; the sums, where all are listed");
    all->add_option("--filter", options->filter, "part of the number, the holder, the node or the currency")->type_name("TEXT");
    all->add_option("--limit", options->limit, "at most so many rows")->capture_default_str()->check(CLI::Range(1, 100'000));
    all->callback([&context, options] { list(context, *options); });

    auto* show = account->add_subcommand("show", "one account");
    show->add_option("account", options->account, "its number")->required();
    show->callback([&context, options] { history(context, *options, true); });

    auto* past = account->add_subcommand("history", "what was booked on an account, and by which payment");
    past->add_option("account", options->account, "its number")->required();
    past->callback([&context, options] { history(context, *options, false); });

    for (auto* command : {all, show, past})
        command->add_option("--at", options->at, "as it stood then: 09:15, 09:15:30 or 2026-11-20T09:15:30Z")->type_name("TIME");
}

}  // namespace indoubt::cli
