// SPDX-License-Identifier: GPL-3.0-or-later
// C clients, each with one payment under way: the next goes out when the last one is applied everywhere (its last ACK). All share one
// SubmitSession. Answers come on the session's thread; everything else is called from one thread.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "client/operator_client.h"
#include "workload/generator.h"

namespace indoubt::cli {

struct LoadResult {
    std::uint64_t committed = 0, aborted = 0, failed = 0;  // all that were begun
    std::uint64_t committed_in_time = 0;                   // applied before the time was over
    double seconds = 0;
    std::vector<std::int64_t> decided_us, applied_us;  // of committed payments, from submit to answer, as the client saw them
    std::string problem;                               // of a failed one
};

class ClosedLoop {
  public:
    ClosedLoop(client::OperatorClient& client, std::vector<base::NodeId> participants, std::uint32_t accounts_each, int clients,
               std::uint64_t seed, const std::string& run);
    ~ClosedLoop();
    // Runs for so long, then waits until nothing is under way.
    LoadResult run(double seconds);

  private:
    using Clock = std::chrono::steady_clock;
    struct Client {
        workload::BenchTransfers transfers;
        Clock::time_point begun;
    };
    void next(std::size_t index);
    void answered(std::size_t index, const base::Result<client::SubmitReply>& reply);

    std::mutex m_mutex;
    std::condition_variable m_idle;
    std::vector<Client> m_clients;
    std::size_t m_under_way = 0;
    Clock::time_point m_end;
    LoadResult m_result;
    std::unique_ptr<client::SubmitSession> m_session;
};

}  // namespace indoubt::cli
