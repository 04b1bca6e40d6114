// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "client/unreadable.h"
#include "context.h"

namespace indoubt::cli {

void tell_unreadable(Context& context, const std::vector<events::Event>& events) {
    for (const auto& event : events) {
        if (!client::unreadable(event)) continue;
        context.fail_expectation();
        context.message(fmt::format("node {}, event {}: {}", event.node.name(), event.seq, event.note()->text));
    }
}

void EventQueue::events(std::vector<events::Event>&& batch) {
    const std::lock_guard lock(m_mutex);
    // A reader slower than the cluster loses what came last, and is told.
    if (m_events.size() + batch.size() > kMost)
        m_lost += batch.size();
    else
        std::move(batch.begin(), batch.end(), std::back_inserter(m_events));
    m_came.notify_one();
}

void EventQueue::connection(const std::string& text) {
    const std::lock_guard lock(m_mutex);
    m_trouble = text;
    m_came.notify_one();
}

std::vector<events::Event> EventQueue::take(std::chrono::milliseconds most, std::string& trouble, std::uint64_t& lost) {
    std::unique_lock lock(m_mutex);
    m_came.wait_for(lock, most, [this] { return !m_events.empty(); });
    trouble = m_trouble;
    lost = std::exchange(m_lost, 0);
    return std::exchange(m_events, {});
}

std::vector<events::Event> recent_events(client::OperatorClient& client, std::uint64_t tail,
                                         const std::function<bool(const events::Event&)>& wanted) {
    using namespace std::chrono_literals;
    const std::int64_t asked_ns = now_ns();
    EventQueue queue;
    const auto subscription = client.watch(queue, tail);
    std::vector<events::Event> kept;
    for (bool any = false;; any = true) {
        std::string trouble;
        std::uint64_t lost = 0;
        auto batch = queue.take(any ? 150ms : 1000ms, trouble, lost);
        // Until events are younger than our question, or there are no more.
        const bool live = batch.empty() || batch.back().hlc > asked_ns;
        for (auto& event : batch)
            if (wanted(event)) kept.push_back(std::move(event));
        if (live) return kept;
    }
}

}  // namespace indoubt::cli
