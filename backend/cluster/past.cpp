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

operators::Host::PastPayments Cluster::Impl::find_past(const std::string& text, std::size_t most, bool widen) {
    auto life = m_nodes.front()->reach();  // the coordinator's BEGIN holds the whole payment
    if (!life) return {{}, false};
    const bool caught_up = (*life)->log().catch_up(m_options.index_wait_ms);
    auto found = (*life)->log().find(text, most, widen);
    if (!found) return {{}, false};
    return {std::move(found->xids), caught_up && found->complete};
}

operators::Host::PastPayments Cluster::Impl::newest_past(const base::Xid& before, std::size_t most) {
    auto life = m_nodes.front()->reach();
    if (!life) return {{}, false};
    const bool caught_up = (*life)->log().catch_up(m_options.index_wait_ms);
    auto found = (*life)->log().newest(before, most);
    if (!found) return {{}, false};
    return {std::move(found->xids), caught_up && found->complete};
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
