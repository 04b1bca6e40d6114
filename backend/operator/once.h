// SPDX-License-Identifier: GPL-3.0-or-later
// First answers of mutating calls by idempotency key, the latest ten thousand. Orders and payments also carry their keys in the
// durable log; this table spares a caller that retries after a lost answer. Thread-safe. Internal to operator.
#pragma once
#include <grpcpp/support/status.h>

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace indoubt::operators {

class OnceTable {
  public:
    struct Answer {
        grpc::Status status;
        std::string reply;
    };
    std::optional<Answer> find(const std::string& key) const {
        std::lock_guard lock(m_mutex);
        auto found = m_answers.find(key);
        if (key.empty() || found == m_answers.end()) return std::nullopt;
        return found->second;
    }
    void put(const std::string& key, Answer answer) {
        if (key.empty()) return;
        std::lock_guard lock(m_mutex);
        if (!m_answers.emplace(key, std::move(answer)).second) return;
        m_order.push_back(key);
        if (m_order.size() <= keys_max) return;
        m_answers.erase(m_order.front());
        m_order.pop_front();
    }

  private:
    static constexpr std::size_t keys_max = 10000;
    mutable std::mutex m_mutex;
    std::unordered_map<std::string, Answer> m_answers;
    std::deque<std::string> m_order;
};

}  // namespace indoubt::operators
