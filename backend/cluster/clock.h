// SPDX-License-Identifier: GPL-3.0-or-later
// The clock of all nodes of this process: UTC, read once at the start and carried on by the monotonic clock, so that it never
// steps: hlc, timers and the hub's live edge rest on that. If the computer's clock was set back since the logs were written, the
// host clock starts where they end: the order of events outlives what people do to clocks. Any thread.
#pragma once
#include <atomic>
#include <chrono>

#include "ports/ports.h"

namespace indoubt::cluster {

class HostClock : public ports::Clock {
  public:
    HostClock()
        : m_utc(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count() - steady_ns()), m_host(m_utc) {}
    std::int64_t now_ns() const override { return m_utc + steady_ns(); }
    std::int64_t host_ns() const override { return m_host.load(std::memory_order_relaxed) + steady_ns(); }
    // From here on host_ns() is after this hlc.
    void start_after(std::int64_t hlc) {
        const std::int64_t wanted = hlc + 1 - steady_ns();
        std::int64_t offset = m_host.load();
        while (offset < wanted && !m_host.compare_exchange_weak(offset, wanted)) {
        }
    }
    std::int64_t cluster_ns() const override { return steady_ns(); }
    static std::chrono::steady_clock::time_point at_cluster_ns(std::int64_t ns) { return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(ns)); }

  private:
    static std::int64_t steady_ns() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
    const std::int64_t m_utc;
    std::atomic<std::int64_t> m_host;
};

}  // namespace indoubt::cluster
