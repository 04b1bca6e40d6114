// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual time: a queue of actions, run in the order of their time and, at one time, of their planning. Nothing waits for real.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace indoubt::simulation {

class Scheduler {
  public:
    using Action = std::function<void()>;

    std::int64_t now_ns() const { return m_now_ns; }
    void at(std::int64_t time_ns, Action action) {
        m_queue.push_back({std::max(time_ns, m_now_ns), m_next++, std::move(action)});
        std::push_heap(m_queue.begin(), m_queue.end(), later);
    }
    void after(std::int64_t delay_ns, Action action) { at(m_now_ns + delay_ns, std::move(action)); }

    // Runs the next action if it is due by `limit_ns`; false: nothing is, and the clock stands at the limit.
    bool step(std::int64_t limit_ns) {
        if (m_queue.empty() || m_queue.front().time_ns > limit_ns) {
            m_now_ns = std::max(m_now_ns, limit_ns);
            return false;
        }
        std::pop_heap(m_queue.begin(), m_queue.end(), later);
        Entry entry = std::move(m_queue.back());
        m_queue.pop_back();
        m_now_ns = entry.time_ns;
        entry.action();
        return true;
    }
    bool idle() const { return m_queue.empty(); }

  private:
    struct Entry {
        std::int64_t time_ns;
        std::uint64_t order;
        Action action;
    };
    static bool later(const Entry& a, const Entry& b) { return a.time_ns != b.time_ns ? a.time_ns > b.time_ns : a.order > b.order; }

    std::int64_t m_now_ns = 0;
    std::uint64_t m_next = 0;
    std::vector<Entry> m_queue;
};

}  // namespace indoubt::simulation
