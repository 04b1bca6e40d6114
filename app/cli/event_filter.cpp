// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_filter.h"

#include <ctime>

namespace indoubt::cli {

base::Result<EventFilter> EventFilter::parse(const std::string& text, std::string actor) {
    auto filter = view::Filter::parse(text);
    if (!filter) return base::invalid_argument("--filter: " + filter.error().message);
    EventFilter out;
    out.m_filter = std::move(*filter);
    out.m_actor = std::move(actor);
    return out;
}

std::vector<events::Event> EventFilter::select(std::vector<events::Event>&& batch) {
    if (m_filter.empty() || batch.empty()) return std::move(batch);
    if (!m_history || m_history->size() > kEventsMost) m_history = std::make_unique<view::History>();
    for (const auto& event : batch) m_history->append(event);
    const view::EventRows& rows = m_history->events();
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    view::FilterContext context;
    context.view = &m_history->now();
    context.now_hlc = m_history->now().last_hlc();
    context.zone_offset_s = local.tm_gmtoff;
    context.actor = m_actor;
    // A matcher remembers its verdicts; what a payment is may have changed with this batch.
    view::EventMatcher matcher(m_filter, rows, context);
    std::vector<events::Event> kept;
    for (auto& event : batch) {
        const view::RowId id = rows.find(event.ref());
        if (id != view::no_row && matcher.matches(id, rows.row(id))) kept.push_back(std::move(event));
    }
    return kept;
}

}  // namespace indoubt::cli
