// SPDX-License-Identifier: GPL-3.0-or-later
// A subscription over gRPC: a thread of its own that reads, and dials again from where it was. Internal to client.
#pragma once
#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "client/channel.h"

namespace indoubt::client {

class WatchThread : public Subscription {
  public:
    WatchThread(std::shared_ptr<Target> target, EventSink& sink, std::uint64_t tail);
    ~WatchThread() override;

  private:
    void run();
    void read();
    void deliver(const v1::WatchReply& reply);
    bool known_before(const events::Event& event) const;

    std::shared_ptr<Target> m_target;
    EventSink& m_sink;
    const std::uint64_t m_tail;
    std::uint64_t m_epoch = 0, m_index = 0;
    using Life = std::pair<base::NodeId, base::Incarnation>;
    std::map<Life, std::uint64_t> m_seen;    // highest seq of each life
    std::map<Life, std::uint64_t> m_before;  // what was seen from the service's stream before this one
    std::string m_trouble;                   // as last told to the sink
    bool m_told = false;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_stopping = false;
    grpc::ClientContext* m_context = nullptr;
    std::thread m_thread;
};

}  // namespace indoubt::client
