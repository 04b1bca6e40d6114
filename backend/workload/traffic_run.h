// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a steady rate of MorningTraffic going against a cluster until it is destroyed: the console's "a morning's traffic" and
// `indoubtctl traffic`. One thread of its own; every method from any thread.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "client/operator_client.h"

namespace indoubt::workload {

struct TrafficCounts {
    std::uint64_t sent = 0, committed = 0, aborted = 0, failed = 0, in_flight = 0;
    std::string problem;  // the last error, in words; empty while all is well
};

class TrafficRun {
  public:
    struct Options {
        double per_second = 20;
        std::uint64_t seed = 1;
        std::uint64_t in_flight_max = 256;  // beyond it the run waits: a stopped cluster is not buried in payments
        std::uint64_t payments_max = 0;     // 0: until stopped
        std::string run;                    // empty: from the time of the start
    };
    // `client` must outlive the run.
    TrafficRun(client::OperatorClient& client, Options options);
    ~TrafficRun();  // stops and joins; payments in flight go on in the cluster
    TrafficRun(const TrafficRun&) = delete;
    TrafficRun& operator=(const TrafficRun&) = delete;

    void set_rate(double per_second);
    TrafficCounts counts() const;
    bool finished() const;  // payments_max were sent and answered, or the accounts could not be opened

  private:
    struct Shared;
    std::shared_ptr<Shared> m_shared;
};

}  // namespace indoubt::workload
