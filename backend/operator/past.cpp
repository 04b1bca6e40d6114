// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/past.h"

#include <chrono>
#include <numeric>
#include <utility>

#include "view/archive_query.h"

namespace indoubt::operators {
namespace {

constexpr std::size_t candidates_max = 5000;
constexpr std::size_t page = 500;
constexpr auto search_most = std::chrono::seconds(3);
constexpr std::size_t payments_of_account_max = 10000;

std::int64_t sum_of(const std::vector<view::Posting>& postings) {
    return std::accumulate(postings.begin(), postings.end(), std::int64_t{0}, [](std::int64_t sum, const auto& posting) { return sum + posting.amount_minor; });
}

}  // namespace

PastTransaction past_transaction(Host& host, const Xid& xid, bool wait) {
    const auto past = host.past_payment(xid, wait);
    view::View alone;
    for (const auto& event : past.events) alone.fold(event);
    return {alone.find(xid), past.complete, past.missing};
}

PastMatches past_matches(Host& host, const view::Filter& filter, std::size_t limit, const Xid& before) {
    PastMatches matches;
    const auto query = view::archive_query(filter);
    if (!query.finished) return matches;
    view::FilterContext context;
    context.now_hlc = host.now_ns();
    auto until = std::chrono::steady_clock::now() + search_most;
    bool first = true;
    auto& found = matches.found;
    const auto take = [&](const std::vector<Xid>& xids) {
        for (const auto& xid : xids) {
            if (found.size() >= limit) return;
            if (std::chrono::steady_clock::now() > until) {
                matches.complete = false;
                return;
            }
            if (!before.empty() && !(xid < before)) continue;
            if (host.hub().with_view([&](const view::View& view) { return view.find(xid) != nullptr; })) continue;
            // Only the first waits for the other nodes' indexes, and not after the search has waited for the coordinator's in vain.
            auto past = past_transaction(host, xid, std::exchange(first, false) && matches.complete);
            matches.complete = matches.complete && past.complete;
            auto& transaction = past.transaction;
            if (transaction && filter.matches(*transaction, context)) found.push_back(std::move(transaction));
        }
    };
    if (!query.text.empty()) {
        const auto past = host.find_past(query.text, candidates_max, true);
        matches.complete = past.complete;
        until = std::chrono::steady_clock::now() + search_most;
        take(past.xids);
        return matches;
    }
    Xid oldest = before;
    bool all = false;
    for (std::size_t seen = 0; seen < candidates_max && found.size() < limit && std::chrono::steady_clock::now() < until;) {
        const auto next = host.newest_past(oldest, page);
        all = next.xids.size() < page;
        if (all && !next.complete) matches.complete = false;
        take(next.xids);
        seen += next.xids.size();
        if (all) break;
        oldest = next.xids.back();
    }
    matches.complete = matches.complete && (all || found.size() >= limit);
    return matches;
}

void complete_history(Host& host, view::AccountRow& row, std::vector<view::Posting>& postings) {
    const auto past = host.past_account(row.node, row.account, payments_of_account_max);
    view::View alone;
    for (const auto& event : past.events) alone.fold(event);
    const auto known = alone.account(row.node, row.account);
    auto told = alone.postings(row.node, row.account);
    if (!known || told.size() < postings.size()) return;
    if (past.complete && known->posted_minor == row.posted_minor) {
        row.opening_minor = known->opening_minor;
        row.known_hlc = known->known_hlc;
        row.known_minor = known->known_minor;
        row.opened = known->opened;
    } else {
        // Only the last of many: the balances follow from today's, backwards.
        std::int64_t balance = row.opening_minor = row.known_minor = row.posted_minor - sum_of(told);
        row.known_hlc = told.empty() ? 0 : told.front().hlc;
        row.opened = false;
        for (auto& posting : told) posting.balance_minor = balance += posting.amount_minor;
    }
    postings = std::move(told);
}

}  // namespace indoubt::operators
