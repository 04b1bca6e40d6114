// SPDX-License-Identifier: GPL-3.0-or-later
// The clock of all nodes of this process: UTC, read once at the start and carried on by the monotonic clock, so that it never
// steps: hlc, timers and the hub's live edge rest on that. Any thread.
#pragma once
#include <chrono>

#include "ports/ports.h"

namespace indoubt::cluster {

class HostClock : public ports::Clock {
  public:
    HostClock()
        : m_offset(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count() - steady_ns()) {}
    std::int64_t now_ns() const override { return host_ns(); }
    std::int64_t host_ns() const override { return m_offset + steady_ns(); }
    std::int64_t cluster_ns() const override { return steady_ns(); }
    static std::chrono::steady_clock::time_point at_cluster_ns(std::int64_t ns) { return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(ns)); }

  private:
    static std::int64_t steady_ns() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
    const std::int64_t m_offset;
};

}  // namespace indoubt::cluster
