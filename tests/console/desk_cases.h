// SPDX-License-Identifier: GPL-3.0-or-later
// Payments in trouble for the tests of the Desk: a cluster driven by hand (support/hand_cluster.h), so every event comes from the
// real driver. Without Qt, whose keywords the driver's header does not bear.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/event.h"

namespace indoubt::tests {

class DeskCase {
  public:
    DeskCase();
    ~DeskCase();
    void fault(const char* at, const std::string& rule);
    void heal(const char* at);
    void pay(const std::string& reference);
    void passMs(std::int64_t ms);
    void restart(const char* node);
    enum class Order { ForceCommit, ForceRollback, Forget, Refuse, Retry };
    void order(const char* node, Order order);
    const base::Xid& xid() const;                     // of the last payment
    std::vector<events::Event> takeEvents();          // since the last call, in causal order

  private:
    struct Inside;
    std::unique_ptr<Inside> m_inside;
};

// Three YES, T down before its decision was on disk.
std::unique_ptr<DeskCase> undetermined();
// T down with its COMMIT on disk, nobody told.
std::unique_ptr<DeskCase> decidedNotTold();
// T collects; the vote of C is held back.
std::unique_ptr<DeskCase> collecting();
// T down, C never asked for its vote.
std::unique_ptr<DeskCase> oneNeverAsked();

}  // namespace indoubt::tests
