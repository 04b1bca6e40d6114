// SPDX-License-Identifier: GPL-3.0-or-later
// First answers of mutating calls by idempotency key, the latest ten thousand. Orders and payments also carry their keys in the
// durable log; this table spares a caller that retries after a lost answer. Only what is final is kept: what was done, and what
// was refused for good. Whoever was told that nothing is known may ask again. Thread-safe. Internal to operator.
#pragma once
#include <grpcpp/support/status.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace indoubt::operators {

class OnceTable {
  public:
    struct Answer {
        grpc::Status status;
        std::string reply;
    };

    // `work` of the first call with this key; every later one gets its answer, or waits for it while it is at work. The key of
    // another request is refused: what was asked for must not be taken for done.
    template <class Work>
    Answer run(const std::string& key, const std::string& request, const Work& work) {
        if (key.empty()) return work();
        {
            std::unique_lock lock(m_mutex);
            for (;;) {
                const auto [known, fresh] = m_entries.try_emplace(key);
                if (fresh) break;
                if (known->second.request != hash(request))
                    return {{grpc::StatusCode::INVALID_ARGUMENT, "idempotency_key: it belongs to another request; choose a new one per intent"}, {}};
                if (known->second.done) return known->second.answer;
                m_changed.wait(lock);
            }
            m_entries[key].request = hash(request);
        }
        Answer answer = work();
        {
            std::lock_guard lock(m_mutex);
            if (is_final(answer.status)) {
                Entry& entry = m_entries[key];
                entry.done = true;
                entry.answer = answer;
                m_order.push_back(key);
                if (m_order.size() > keys_max) {
                    m_entries.erase(m_order.front());
                    m_order.pop_front();
                }
            } else {
                m_entries.erase(key);
            }
        }
        m_changed.notify_all();
        return answer;
    }

  private:
    static constexpr std::size_t keys_max = 10000;
    struct Entry {
        std::size_t request = 0;  // hash of the request
        bool done = false;        // else somebody is at work on it
        Answer answer;
    };
    static std::size_t hash(const std::string& request) { return std::hash<std::string>()(request); }
    static bool is_final(const grpc::Status& status) {
        switch (status.error_code()) {
            case grpc::StatusCode::OK:
            case grpc::StatusCode::INVALID_ARGUMENT:
            case grpc::StatusCode::ALREADY_EXISTS:
            case grpc::StatusCode::PERMISSION_DENIED:
            case grpc::StatusCode::FAILED_PRECONDITION: return true;
            default: return false;
        }
    }
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::unordered_map<std::string, Entry> m_entries;
    std::deque<std::string> m_order;
};

}  // namespace indoubt::operators
