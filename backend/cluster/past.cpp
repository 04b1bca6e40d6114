// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster's memory beyond its view: answered from the nodes' logs, through their indexes.
#include <algorithm>
#include <chrono>
#include <utility>

#include "cluster/impl.h"

namespace indoubt::cluster {
namespace {

void into_one_order(std::vector<events::Event>& events) {
    std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return events::position(a) < events::position(b); });
}

// What was read is on disk: no sync will come that makes it so.
template <class Answer>
void add(operators::Host::Past& past, base::Result<Answer>&& found, bool caught_up) {
    past.complete = past.complete && caught_up && found.ok() && found->complete;
    if (!found.ok()) return;
    for (auto& event : found->events) {
        event.durable = false;
        past.events.push_back(std::move(event));
    }
}

}  // namespace

operators::Host::Past Cluster::Impl::past_payment(const base::Xid& xid, bool wait) {
    Past past;
    // All at once: each catches up on its own thread.
    if (wait)
        for (const auto& node : m_nodes)
            if (auto life = node->reach()) (*life)->log().catch_up(0);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait ? m_options.index_wait_ms : 0);
    for (const auto& node : m_nodes) {
        auto life = node->reach();
        if (!life) {
            past.complete = false;
            past.missing.push_back(node->id());
            continue;
        }
        const bool before = std::exchange(past.complete, true);
        const auto& log = (*life)->log();
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        const bool caught_up = log.catch_up(std::max<std::int64_t>(left.count(), 0));
        add(past, log.payment(xid), caught_up);
        if (!past.complete) past.missing.push_back(node->id());
        past.complete = past.complete && before;
    }
    into_one_order(past.events);
    return past;
}

// A BEGIN holds the whole payment, and is in the log of the manager that began it alone. Each tells its newest first, so the newest of
// all are among what they tell.
template <class Ask>
operators::Host::PastPayments Cluster::Impl::ask_beginners(std::size_t most, const Ask& ask) const {
    PastPayments past;
    const auto nodes = beginners();
    for (const Node* node : nodes)
        if (auto life = node->reach()) (*life)->log().catch_up(0);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(m_options.index_wait_ms);
    for (const Node* node : nodes) {
        auto life = node->reach();
        if (!life) {
            past.complete = false;
            continue;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        const bool caught_up = (*life)->log().catch_up(std::max<std::int64_t>(left.count(), 0));
        auto found = ask((*life)->log());
        past.complete = past.complete && caught_up && found && found->complete;
        if (found) past.xids.insert(past.xids.end(), found->xids.begin(), found->xids.end());
    }
    if (nodes.size() > 1) {
        std::sort(past.xids.begin(), past.xids.end(), [](const base::Xid& a, const base::Xid& b) { return b < a; });
        past.xids.erase(std::unique(past.xids.begin(), past.xids.end()), past.xids.end());
        if (past.xids.size() > most) past.xids.resize(most);
    }
    return past;
}

operators::Host::PastPayments Cluster::Impl::find_past(const std::string& text, std::size_t most, bool widen) {
    return ask_beginners(most, [&](const storage::SqliteLog& log) { return log.find(text, most, widen); });
}

operators::Host::PastPayments Cluster::Impl::newest_past(const base::Xid& before, std::size_t most) {
    return ask_beginners(most, [&](const storage::SqliteLog& log) { return log.newest(before, most); });
}

operators::Host::Past Cluster::Impl::past_account(base::NodeId id, const std::string& account, std::size_t most) {
    Past past;
    Node* node = find(id);
    auto life = node ? node->reach() : base::Result<std::shared_ptr<Life>>(base::not_found("no such node"));
    if (!life) return {{}, false, {id}};
    const bool caught_up = (*life)->log().catch_up(m_options.index_wait_ms);
    add(past, (*life)->log().account(account, most), caught_up);
    return past;
}

}  // namespace indoubt::cluster
