// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/hub.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/prng.h"

namespace indoubt::operators {
namespace {
using namespace std::chrono_literals;
constexpr auto coalesce = 3ms;          // events of so long make one batch: no person sees it, and the nodes keep their cores
constexpr auto edge_retry = 1ms;        // a node is in the middle of a batch
constexpr auto catch_up_most = 500ms;
constexpr std::uint64_t inbox_events_max = 4 * base::limits::trace_ring_events_max;
constexpr std::size_t slice_bytes_max = 1u << 20;

// What is before the edge may be told; the rest waits for it.
void split(std::vector<events::Event>&& events, std::int64_t edge, std::vector<events::Event>& ready, std::vector<events::Event>& later) {
    if (ready.empty() && std::all_of(events.begin(), events.end(), [edge](const events::Event& event) { return event.hlc < edge; })) {
        ready = std::move(events);
        return;
    }
    for (auto& event : events) (event.hlc < edge ? ready : later).push_back(std::move(event));
}

events::Event overrun_gap(const events::Event& at, std::uint64_t count) {
    auto note = std::make_shared<events::Note>();
    note->count = count;
    note->text = "the view fell behind: " + std::to_string(count) + " trace events were left out";
    events::Event gap;
    gap.node = at.node;
    gap.incarnation = at.incarnation;
    gap.hlc = gap.at_ns = at.hlc;
    gap.kind = events::EventKind::gap;
    gap.payload = std::shared_ptr<const events::Note>(std::move(note));
    return gap;
}

}  // namespace

void HubSource::busy() {
    // Two stores: the hub must never believe "idle" with a clock reading that is later than this batch's begin.
    m_edge.store(unknown_edge, std::memory_order_seq_cst);
    m_edge.store(m_hub.m_host_ns(), std::memory_order_seq_cst);
}

void HubSource::idle() { m_edge.store(idle_edge, std::memory_order_seq_cst); }

void HubSource::push(std::vector<events::Event>&& events) {
    if (events.empty()) return;
    bool wake = false;
    {
        std::lock_guard lock(m_hub.m_inbox_mutex);
        if (m_hub.m_inbox_events > inbox_events_max) {
            // The hub is far behind: trace goes, records stay, and the gap is marked.
            const auto before = events.size();
            std::erase_if(events, [](const events::Event& event) { return events::is_trace(event); });
            m_hub.m_overrun += before - events.size();
            if (events.empty()) return;
        }
        m_hub.m_inbox_events += events.size();
        m_hub.m_inbox.push_back(std::move(events));
        wake = m_hub.m_sleeping;
        m_hub.m_sleeping = false;
    }
    if (wake) m_hub.m_wakeup.notify_one();
}

Hub::Hub(std::function<std::int64_t()> host_ns, std::size_t events_max)
    : m_host_ns(std::move(host_ns)), m_epoch(base::mix64(static_cast<std::uint64_t>(m_host_ns()) ^ reinterpret_cast<std::uintptr_t>(this)) | 1), m_history(events_max) {}

Hub::~Hub() { stop(); }

HubSource& Hub::add_source() {
    m_sources.push_back(std::unique_ptr<HubSource>(new HubSource(*this)));
    return *m_sources.back();
}

void Hub::start() {
    m_thread = std::thread([this] {
        pthread_setname_np(pthread_self(), "hub");
        run();
    });
}

void Hub::stop() {
    if (!m_thread.joinable()) return;
    {
        std::lock_guard lock(m_inbox_mutex);
        m_stopping = true;
    }
    m_wakeup.notify_all();
    m_thread.join();
}

void Hub::run() {
    for (;;) {
        bool stopping = false;
        {
            std::unique_lock lock(m_inbox_mutex);
            if (m_inbox.empty() && !m_stopping && m_hurried == 0) {
                m_sleeping = true;
                if (m_pending.empty()) m_wakeup.wait(lock, [this] { return !m_inbox.empty() || m_stopping || m_hurried > 0; });
                else m_wakeup.wait_for(lock, edge_retry);
                m_sleeping = false;
            }
            if (!m_stopping && m_hurried == 0) m_wakeup.wait_for(lock, coalesce, [this] { return m_stopping || m_hurried > 0; });
            stopping = m_stopping;
        }
        const bool folded = cycle();
        if (!folded && !stopping) {
            std::unique_lock lock(m_inbox_mutex);
            if (m_hurried > 0) m_wakeup.wait_for(lock, 50us);
        }
        if (stopping) break;
    }
    {
        std::lock_guard lock(m_history_mutex);
        m_ended = true;
    }
    std::lock_guard lock(m_listener_mutex);
    for (const auto& listener : m_listeners) listener.wake();
}

std::int64_t Hub::edge_now(std::int64_t now) {
    std::int64_t edge = now;
    for (auto& source : m_sources) {
        const std::int64_t seen = source->m_edge.load(std::memory_order_seq_cst);
        if (seen == HubSource::idle_edge) source->m_last_edge = now;
        else if (seen != HubSource::unknown_edge) source->m_last_edge = std::min(seen, now);
        edge = std::min(edge, source->m_last_edge);
    }
    return edge;
}

bool Hub::cycle() {
    // The order of these three matters: clock, edges, inbox (see busy()).
    const std::int64_t now = m_host_ns();
    bool stopping = false;
    std::int64_t edge = edge_now(now);
    std::vector<std::vector<events::Event>> inbox;
    std::uint64_t overrun = 0;
    {
        std::lock_guard lock(m_inbox_mutex);
        inbox.swap(m_inbox);
        m_inbox_events = 0;
        overrun = std::exchange(m_overrun, 0);
        stopping = m_stopping;
    }
    if (stopping) edge = std::numeric_limits<std::int64_t>::max();
    std::vector<events::Event> ready, later;
    split(std::move(m_pending), edge, ready, later);
    for (auto& events : inbox) split(std::move(events), edge, ready, later);
    m_pending = std::move(later);
    if (overrun > 0 && !ready.empty()) ready.push_back(overrun_gap(ready.front(), overrun));
    const bool any = !ready.empty();
    if (any) publish(ready, stopping ? now : edge);
    {
        std::lock_guard lock(m_inbox_mutex);
        m_edge_done = std::min(edge, now);
    }
    m_caught_up.notify_all();
    std::lock_guard lock(m_history_mutex);
    if (m_history.far_over() || (!any && m_history.over())) m_history.fold_oldest();
    return any;
}

void Hub::publish(const std::vector<events::Event>& ready, std::int64_t edge) {
    // Events are large: their order is sorted, not they.
    std::vector<const events::Event*> order;
    order.reserve(ready.size());
    for (const auto& event : ready) order.push_back(&event);
    std::sort(order.begin(), order.end(), [](const events::Event* a, const events::Event* b) { return events::position(*a) < events::position(*b); });
    {
        std::lock_guard lock(m_view_mutex);
        for (const auto* event : order) m_view.fold(*event);
    }
    std::vector<BatchPtr> batches = make_batches(next_index(), order);
    {
        std::lock_guard lock(m_history_mutex);
        for (auto& batch : batches) m_history.append(std::move(batch));
        m_live_hlc = edge;
    }
    std::lock_guard lock(m_listener_mutex);
    for (const auto& listener : m_listeners) listener.wake();
}

bool Hub::catch_up() {
    const std::int64_t wanted = m_host_ns();
    std::unique_lock lock(m_inbox_mutex);
    if (m_stopping) return true;
    ++m_hurried;
    m_wakeup.notify_all();
    const bool done = m_caught_up.wait_for(lock, catch_up_most, [&] { return m_edge_done >= wanted || m_stopping; });
    --m_hurried;
    return done;
}

std::vector<events::Event> Hub::events_of(const base::Xid& xid) const {
    std::vector<events::Event> events;
    {
        std::lock_guard lock(m_history_mutex);
        events = m_history.of(xid);
    }
    std::stable_sort(events.begin(), events.end(), [](const events::Event& a, const events::Event& b) { return events::position(a) < events::position(b); });
    return events;
}

Hub::Slice Hub::read(std::uint64_t cursor) const {
    Slice slice;
    std::vector<events::Event> restated;
    {
        std::lock_guard lock(m_history_mutex);
        slice.live_hlc = m_live_hlc;
        slice.next = cursor;
        if (cursor < m_history.first()) {
            slice.lost = m_history.first() - cursor;
            slice.next = m_history.first();
            restated = m_history.restate();
        } else {
            while (slice.events < base::limits::batch_events_max && slice.encoded.size() < slice_bytes_max) {
                BatchPtr batch = m_history.at(slice.next);
                if (!batch) break;
                if (slice.events > 0 && (slice.events + batch->size() > base::limits::batch_events_max || slice.encoded.size() + batch->encoded.size() > slice_bytes_max)) break;
                slice.encoded += batch->encoded;
                slice.events += batch->size();
                slice.next = batch->last();
            }
            slice.ended = m_ended && slice.events == 0;
        }
    }
    std::vector<const events::Event*> pointers;
    for (const auto& event : restated) pointers.push_back(&event);
    for (const auto& batch : make_batches(0, pointers)) slice.restated.push_back(batch->encoded);
    return slice;
}

std::uint64_t Hub::next_index() const {
    std::lock_guard lock(m_history_mutex);
    return m_history.next();
}

std::uint64_t Hub::cursor_of_tail(std::uint64_t tail) const {
    std::lock_guard lock(m_history_mutex);
    const std::uint64_t kept = m_history.next() - m_history.first();
    if (tail == 0 || tail >= kept) return tail == 0 ? 0 : m_history.first();
    return m_history.next() - tail;
}

std::uint64_t Hub::add_listener(std::function<void()> wake) {
    std::lock_guard lock(m_listener_mutex);
    m_listeners.push_back({m_next_listener, std::move(wake)});
    return m_next_listener++;
}

void Hub::remove_listener(std::uint64_t id) {
    std::lock_guard lock(m_listener_mutex);
    std::erase_if(m_listeners, [id](const Listener& listener) { return listener.id == id; });
}

}  // namespace indoubt::operators
