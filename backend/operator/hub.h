// SPDX-License-Identifier: GPL-3.0-or-later
// The hub: merges the events of all nodes of this host into the one order (hlc, node, incarnation, seq), folds the view once,
// keeps what late subscribers need, and wakes them. One thread. It never holds up a node: a node only hands over a vector.
//
// Live edge: the least hlc before which no node that is up can still bring an event. A node in the middle of a batch holds the
// edge at that batch's begin; an idle or dead one does not hold it, for whatever it does later is later on the host's clock.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "operator/history.h"

namespace indoubt::operators {

class Hub;

// A node's end of the hub; all calls on one thread at a time (its loop thread, or the one that starts it).
class HubSource {
  public:
    void busy();                                        // a batch of inputs begins
    void push(std::vector<events::Event>&& events);     // in seq order; late ones of a kept trace may be older
    void idle();                                        // the batch is over: everything made so far was pushed

  private:
    friend class Hub;
    explicit HubSource(Hub& hub) : m_hub(hub) {}
    static constexpr std::int64_t idle_edge = INT64_MAX;
    static constexpr std::int64_t unknown_edge = -1;    // between two states: the hub uses the last edge it knew
    Hub& m_hub;
    std::atomic<std::int64_t> m_edge{idle_edge};
    std::int64_t m_last_edge = 0;                       // hub thread
};

class Hub {
  public:
    // `host_ns`: the clock that events' hlc never run behind.
    explicit Hub(std::function<std::int64_t()> host_ns, std::size_t events_max = base::limits::hub_events_max);
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    HubSource& add_source();                            // before start()
    void start();
    void stop();                                        // folds what is left, then wakes subscribers a last time

    // Any thread, not the hub's own. Everything pushed before the call is folded when it returns (or `false` after 500 ms).
    bool catch_up();
    // Reads the view as of the last fold. `read` must be quick and must not call the hub.
    template <class Read>
    auto with_view(Read&& read) const {
        std::lock_guard lock(m_view_mutex);
        return read(m_view);
    }
    std::vector<events::Event> events_of(const base::Xid& xid) const;

    struct Slice {
        std::string encoded;            // an EventBatch, at most `batch_events_max` events and a megabyte, or one batch
        std::uint64_t next = 0;         // cursor after it
        std::uint64_t events = 0;
        std::uint64_t lost = 0;         // the cursor had fallen behind what is kept: so many events are missing before this slice
        std::vector<std::string> restated;  // the state at the oldest event kept, in batches to be sent before what follows `next`
        bool ended = false;             // the hub has stopped and nothing is left
        std::int64_t live_hlc = 0;
    };
    // What follows `cursor`. Empty with ended = false: wait to be woken.
    Slice read(std::uint64_t cursor) const;
    std::uint64_t epoch() const { return m_epoch; }
    std::uint64_t next_index() const;
    // A cursor at most `tail` events behind the end; 0 = all.
    std::uint64_t cursor_of_tail(std::uint64_t tail) const;

    // `wake` runs on the hub's thread whenever more can be read; it must only enqueue. Ends with remove(), which waits for a
    // running wake.
    std::uint64_t add_listener(std::function<void()> wake);
    void remove_listener(std::uint64_t id);

  private:
    friend class HubSource;
    void run();
    bool cycle();                                       // true: something was folded
    std::int64_t edge_now(std::int64_t now);
    void publish(const std::vector<events::Event>& ready, std::int64_t edge);

    const std::function<std::int64_t()> m_host_ns;
    const std::uint64_t m_epoch;
    std::vector<std::unique_ptr<HubSource>> m_sources;

    std::mutex m_inbox_mutex;
    std::condition_variable m_wakeup;
    std::condition_variable m_caught_up;
    std::vector<std::vector<events::Event>> m_inbox;
    std::uint64_t m_inbox_events = 0, m_overrun = 0;
    bool m_sleeping = false, m_stopping = false;
    int m_hurried = 0;                                  // callers in catch_up()
    std::int64_t m_edge_done = 0;

    std::vector<events::Event> m_pending;               // hub thread: not yet before the edge

    mutable std::mutex m_view_mutex;
    view::View m_view;
    mutable std::mutex m_history_mutex;
    History m_history;
    std::int64_t m_live_hlc = 0;
    bool m_ended = false;

    std::mutex m_listener_mutex;
    struct Listener { std::uint64_t id; std::function<void()> wake; };
    std::vector<Listener> m_listeners;
    std::uint64_t m_next_listener = 1;
    std::thread m_thread;
};

}  // namespace indoubt::operators
