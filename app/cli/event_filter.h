// SPDX-License-Identifier: GPL-3.0-or-later
// The filter language over a stream of events: terms about a payment need what came before, so events are kept while a filter is set.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "view/filter.h"
#include "view/history.h"

namespace indoubt::cli {

class EventFilter {
  public:
    static base::Result<EventFilter> parse(const std::string& text, std::string actor);
    // Those of the batch that match, in their order.
    std::vector<events::Event> select(std::vector<events::Event>&& batch);

  private:
    static constexpr std::size_t kEventsMost = 1'000'000;  // then it starts to remember afresh
    view::Filter m_filter;
    std::string m_actor;
    std::unique_ptr<view::History> m_history;
};

}  // namespace indoubt::cli
