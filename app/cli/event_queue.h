// SPDX-License-Identifier: GPL-3.0-or-later
// Events from a subscription, handed from the source's thread to ours.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "client/operator_client.h"

namespace indoubt::cli {

class Context;

// An answer with a hole in it is no success, whatever the filter: exit code 1, and a line for each that could not be read.
void tell_unreadable(Context& context, const std::vector<events::Event>& events);

class EventQueue : public client::EventSink {
  public:
    void events(std::vector<events::Event>&& batch) override;
    void connection(const std::string& text) override;
    // What came, waiting at most so long. `trouble`: the state of the connection; `lost`: events that came faster than we took them.
    std::vector<events::Event> take(std::chrono::milliseconds most, std::string& trouble, std::uint64_t& lost);

  private:
    static constexpr std::size_t kMost = 200'000;
    std::mutex m_mutex;
    std::condition_variable m_came;
    std::vector<events::Event> m_events;
    std::string m_trouble;
    std::uint64_t m_lost = 0;
};

// Of the newest `tail` events that the cluster still has, those wanted, in the order they came.
std::vector<events::Event> recent_events(client::OperatorClient& client, std::uint64_t tail,
                                         const std::function<bool(const events::Event&)>& wanted);

}  // namespace indoubt::cli
