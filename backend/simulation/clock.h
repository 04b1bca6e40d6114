// SPDX-License-Identifier: GPL-3.0-or-later
// A node's clocks in virtual time. Its UTC clock may stand wrong and drift; the host's and the cluster's never do.
#pragma once
#include "ports/ports.h"
#include "simulation/scheduler.h"

namespace indoubt::simulation {

inline constexpr std::int64_t epoch_ns = 1'262'304'000'000'000'000;  // 2010-01-01T00:00:00Z: every run begins here

class NodeClock final : public ports::Clock {
  public:
    explicit NodeClock(const Scheduler& scheduler) : m_scheduler(&scheduler) {}
    std::int64_t now_ns() const override { return epoch_ns + m_scheduler->now_ns() + skew_ns + m_scheduler->now_ns() / 1'000'000 * drift_ppm; }
    std::int64_t host_ns() const override { return epoch_ns + m_scheduler->now_ns(); }
    std::int64_t cluster_ns() const override { return m_scheduler->now_ns(); }

    std::int64_t skew_ns = 0, drift_ppm = 0;

  private:
    const Scheduler* m_scheduler;
};

}  // namespace indoubt::simulation
