// SPDX-License-Identifier: GPL-3.0-or-later
// Who waits for an answer of a node's current incarnation. Answers come on the loop thread; questions from any.
#pragma once
#include <mutex>
#include <unordered_map>
#include <variant>

#include "operator/host.h"

namespace indoubt::cluster {

class Requests {
  public:
    std::uint64_t add(operators::ProgressCallback progress) { return put({std::move(progress), {}, {}}); }
    std::uint64_t add(operators::AnswerCallback answer) { return put({{}, std::move(answer), {}}); }
    void remove(std::uint64_t id);

    void accepted(std::uint64_t id, const base::Xid& xid);  // a payment has its XID
    void answer(const runtime::OutAnswer& answer);
    // The incarnation is over: everybody who still waits is told that nothing is known.
    void fail_all(const std::string& why);

  private:
    struct Pending {
        operators::ProgressCallback progress;
        operators::AnswerCallback answer;
        base::Xid xid;
    };
    std::uint64_t put(Pending pending);
    std::mutex m_mutex;
    std::uint64_t m_next = 1;
    std::unordered_map<std::uint64_t, Pending> m_pending;
};

}  // namespace indoubt::cluster
