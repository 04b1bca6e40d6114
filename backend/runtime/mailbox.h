// SPDX-License-Identifier: GPL-3.0-or-later
// The bounded mailbox of a node: many producers, one loop thread. The whole backlog is taken at once, so that a busy node
// wakes once per batch. Peer messages beyond the bound are dropped (the network may lose them anyway); everything else waits its turn
// or is turned away by the caller, who asks full().
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/limits.h"

namespace indoubt::runtime {

template <class Input>
class Mailbox {
  public:
    explicit Mailbox(std::size_t bound = base::limits::mailbox_inputs_max) : m_bound(bound) {}

    // False: full or closed; the input is dropped.
    bool push(Input input) {
        std::lock_guard lock(m_mutex);
        if (m_closed || m_items.size() >= m_bound) return false;
        m_items.push_back(std::move(input));
        if (m_items.size() == 1) m_ready.notify_one();
        return true;
    }
    // For inputs that must not be lost (a completed sync, an order): no bound, for their number is bounded elsewhere.
    bool push_unbounded(Input input) {
        std::lock_guard lock(m_mutex);
        if (m_closed) return false;
        m_items.push_back(std::move(input));
        if (m_items.size() == 1) m_ready.notify_one();
        return true;
    }
    bool full() const {
        std::lock_guard lock(m_mutex);
        return m_items.size() >= m_bound;
    }
    // Moves the backlog into `batch` (cleared first); waits at most until `deadline`. False: closed and empty.
    bool take(std::vector<Input>& batch, std::chrono::steady_clock::time_point deadline) {
        batch.clear();
        std::unique_lock lock(m_mutex);
        m_ready.wait_until(lock, deadline, [&] { return m_closed || !m_items.empty(); });
        batch.swap(m_items);
        return !(m_closed && batch.empty());
    }
    // Drops what is queued; every later push fails. Wakes the loop.
    void close() {
        std::lock_guard lock(m_mutex);
        m_closed = true;
        m_items.clear();
        m_ready.notify_all();
    }

  private:
    mutable std::mutex m_mutex;
    std::condition_variable m_ready;
    std::vector<Input> m_items;
    std::size_t m_bound;
    bool m_closed = false;
};

}  // namespace indoubt::runtime
