// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "render.h"

namespace indoubt::cli {

namespace {

using events::Event;
using events::EventKind;

constexpr std::size_t kLanesMost = 5;  // more do not fit a terminal: then one column, with the node's name in it
constexpr std::size_t kLaneWidthMost = 34;
constexpr std::int64_t kFoldNs = 200'000'000;  // a stretch without events that is worth a line of its own

// The money that a title leaves out.
std::string with_amount(const Event& event, std::string title) {
    const auto* note = event.note();
    if (!note || note->amount.currency.empty()) return title;
    const std::string amount = base::text(note->amount, true);
    return title.find(amount) == title.npos ? title + " " + amount : title;
}

// The mark shows what a line costs: # a forced write reached the disk, . a lazy one was only appended.
std::string label(const Event& event) {
    const bool money = event.kind == EventKind::lock || event.kind == EventKind::apply || event.kind == EventKind::undo;
    const std::string text = money ? with_amount(event, events::title(event)) : events::title(event);
    if (event.kind == EventKind::durable) return "# " + text;
    if (event.kind == EventKind::append) return (event.durable ? "o " : ". ") + text;
    if (event.kind == EventKind::send) return "> " + text;
    if (event.kind == EventKind::receive) return "< " + text;
    return "  " + text;
}

std::string fit(std::string text, std::size_t width) {
    if (text.size() > width) text = text.substr(0, width - 2) + "..";
    return text + std::string(width - text.size(), ' ');
}

std::vector<base::NodeId> lanes_of(const std::vector<Event>& events) {
    std::vector<base::NodeId> lanes;
    for (const Event& event : events)
        if (std::find(lanes.begin(), lanes.end(), event.node) == lanes.end()) lanes.push_back(event.node);
    // The coordinator first, then the participants by name.
    const auto coordinator = std::find_if(events.begin(), events.end(), [](const Event& event) { return !event.xid.empty(); });
    std::sort(lanes.begin(), lanes.end(), [&](base::NodeId a, base::NodeId b) {
        const bool first = coordinator != events.end() && a == coordinator->xid.coordinator,
                   second = coordinator != events.end() && b == coordinator->xid.coordinator;
        return first != second ? first : a < b;
    });
    return lanes;
}

}  // namespace

std::string event_line(const Event& event) {
    return fmt::format("{}  {:<4} {:>4}.{:<7} {}  {}", local_time(event.at_ns), event.node.name(), event.incarnation, event.seq,
                       event.xid.empty() ? "          " : event.xid.short_text(), label(event));
}

void print_timeline(const std::vector<Event>& events) {
    if (events.empty()) {
        fmt::print("No event of it is kept any more.\n");
        return;
    }
    const auto lanes = lanes_of(events);
    const bool columns = lanes.size() <= kLanesMost;
    std::size_t width = 10;
    for (const Event& event : events) width = std::min(kLaneWidthMost, std::max(width, label(event).size()));
    if (columns) {
        std::string head = fmt::format("{:>10}  ", "ms");
        for (const auto lane : lanes) head += fit("  " + lane.name(), width) + " ";
        fmt::print("{}{}{}\n", on_terminal() ? "\033[1m" : "", head.substr(0, head.find_last_not_of(' ') + 1),
                   on_terminal() ? "\033[0m" : "");
    }
    const std::int64_t start = events.front().hlc;
    std::int64_t last = start;
    for (const Event& event : events) {
        if (event.hlc - last > kFoldNs) fmt::print("{:>10}  -- {} --\n", "", age(event.hlc - last));
        last = event.hlc;
        const double ms = static_cast<double>(event.hlc - start) / 1e6;
        if (!columns) {
            fmt::print("{:>10.3f}  {:<8} {}\n", ms, event.node.name(), label(event));
            continue;
        }
        std::string row = fmt::format("{:>10.3f}  ", ms);
        for (const auto lane : lanes) row += (lane == event.node ? fit(label(event), width) : fit("  |", width)) + " ";
        fmt::print("{}\n", row.substr(0, row.find_last_not_of(' ') + 1));
    }
    fmt::print("{:>10}  > sent  < received  o forced write begins  # on disk  . lazy write\n", "");
}

}  // namespace indoubt::cli
