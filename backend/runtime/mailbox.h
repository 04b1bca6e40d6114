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
        std::unique_lock lock(m_mutex);
        if (m_closed || m_items.size() >= m_bound) return false;
        m_items.push_back(std::move(input));
        wake(lock);
        return true;
    }
    // As push, for all at once; what is beyond the bound is dropped. Returns how many were taken.
    template <class Inputs>
    std::size_t push_all(Inputs&& inputs) {
        std::unique_lock lock(m_mutex);
        if (m_closed) return 0;
        std::size_t taken = 0;
        for (auto& input : inputs) {
            if (m_items.size() >= m_bound) break;
            m_items.emplace_back(std::move(input));
            ++taken;
        }
        wake(lock);
        return taken;
    }
    // For inputs that must not be lost (a completed sync, an order): no bound, for their number is bounded elsewhere.
    bool push_unbounded(Input input) {
        std::unique_lock lock(m_mutex);
        if (m_closed) return false;
        m_items.push_back(std::move(input));
        wake(lock);
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
        m_waiting = true;
        m_ready.wait_until(lock, deadline, [&] { return m_closed || !m_items.empty(); });
        m_waiting = false;
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
    // Only a loop that sleeps is woken, and only once: the first producer takes its flag. After the lock is free, so that the
    // loop does not wake up into it.
    void wake(std::unique_lock<std::mutex>& lock) {
        if (!m_waiting || m_items.empty()) return;
        m_waiting = false;
        lock.unlock();
        m_ready.notify_one();
    }
    mutable std::mutex m_mutex;
    std::condition_variable m_ready;
    std::vector<Input> m_items;
    std::size_t m_bound;
    bool m_closed = false, m_waiting = false;
};

}  // namespace indoubt::runtime
