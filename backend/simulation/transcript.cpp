// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/transcript.h"

#include <algorithm>
#include <cstdio>

#include "simulation/clock.h"

namespace indoubt::simulation {

using events::Event;
using events::EventKind;
using events::RecordKind;

namespace {

bool housekeeping(const Event& event) {
    if (event.kind == EventKind::balance || event.kind == EventKind::sync) return true;
    if (event.kind == EventKind::restart && event.lsn == 0) return true;
    const events::Record* record = event.record();
    return record && (record->kind == RecordKind::incarnation || record->kind == RecordKind::shape || record->kind == RecordKind::account);
}

std::string line_of(const Event& event) {
    char head[64];
    const std::int64_t us = (event.hlc - epoch_ns) / 1000;
    std::snprintf(head, sizeof head, "%9lld.%03lld  %-6s  ", static_cast<long long>(us / 1000), static_cast<long long>(us % 1000),
                  (event.node.name() + "." + std::to_string(event.incarnation)).c_str());
    std::string line = head + events::title(event);
    if (event.kind == EventKind::append) line += event.durable ? ", forced" : ", lazy";
    if (event.kind == EventKind::restart && event.lsn > 0) line += ", log up to " + std::to_string(event.lsn);
    if (event.fault != 0 && event.kind != EventKind::crash && event.kind != EventKind::fault_on && event.kind != EventKind::fault_off) line += "  [FAULT]";
    return line;
}

}  // namespace

std::string transcript(const std::vector<events::Event>& trace, const TranscriptOptions& options) {
    std::vector<const Event*> order;
    for (const Event& event : trace) {
        if (!options.housekeeping && housekeeping(event)) continue;
        if (options.xid && !event.xid.empty() && event.xid != *options.xid) continue;
        order.push_back(&event);
    }
    std::stable_sort(order.begin(), order.end(), [](const Event* a, const Event* b) { return events::position(*a) < events::position(*b); });
    std::string text;
    for (const Event* event : order) text += line_of(*event) + "\n";
    return text;
}

}  // namespace indoubt::simulation
