// SPDX-License-Identifier: GPL-3.0-or-later
// Where payments of a protocol whose coordinator is replicated go: to the manager that led last, and where that one says that it does
// not lead, or is down, to the next, until one takes them or the time to vote is over. A manager that does not lead starts nothing, so
// a payment is offered again without a risk. Any thread.
#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "cluster/node.h"
#include "operator/worker.h"

namespace indoubt::cluster {

class LeaderDesk {
  public:
    struct Payment {
        events::PaymentPtr payment;
        std::optional<events::ProtocolChoice> protocol;
        operators::ProgressCallback progress;
        std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
    };
    LeaderDesk(std::vector<Node*> managers, std::int64_t patience_ms);
    ~LeaderDesk();

    // Errors: no manager is up. All else comes by `progress`.
    base::Result<> submit(Payment payment);
    void stop();

  private:
    base::Result<> offer(const std::shared_ptr<Payment>& payment);
    bool again(const std::shared_ptr<Payment>& payment, std::size_t first, std::size_t not_this);
    void offer_all();

    const std::vector<Node*> m_managers;
    const std::chrono::milliseconds m_patience;
    std::atomic<std::size_t> m_leader = 0;               // place of the one that took the last payment, as far as is known
    std::mutex m_mutex;
    std::vector<std::shared_ptr<Payment>> m_waiting;     // nobody leads yet
    bool m_planned = false;                              // m_worker will offer them
    operators::Worker m_worker{"leader-desk"};
};

}  // namespace indoubt::cluster
