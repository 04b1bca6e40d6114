// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks/cost.h"

#include <algorithm>

namespace indoubt::checks {

namespace {

bool tells_outcome(const events::Message& message) { return message.kind == MessageKind::commit || message.kind == MessageKind::abort; }

}  // namespace

Cost cost_of(const Trace& trace, const Story& story) {
    Cost cost;
    std::vector<std::pair<NodeId, std::uint32_t>> depths;  // longest chain that has reached each node
    std::vector<std::pair<Index, std::uint32_t>> sent;     // chain length at each send
    std::vector<NodeId> learned;
    auto depth_of = [&](NodeId node) -> std::uint32_t& {
        for (auto& [known, depth] : depths)
            if (known == node) return depth;
        return depths.emplace_back(node, 0).second;
    };
    for (Index i : story.events) {
        const Event& event = trace[i];
        const events::Message* message = event.message();
        if (event.kind == EventKind::append && event.durable) ++cost.forced_writes;
        if (event.kind == EventKind::send && message && message->to != event.node) {
            ++cost.messages;
            sent.emplace_back(i, depth_of(event.node));
        }
        if (event.kind != EventKind::receive || !message || event.causes.empty()) continue;
        const Index origin = trace.find(event.causes.front());
        const auto from = std::lower_bound(sent.begin(), sent.end(), std::pair{origin, 0u});
        if (from == sent.end() || from->first != origin) continue;
        std::uint32_t& depth = depth_of(event.node);
        depth = std::max(depth, from->second + 1);
        if (tells_outcome(*message) && std::find(learned.begin(), learned.end(), event.node) == learned.end()) {
            learned.push_back(event.node);
            cost.delays = std::max(cost.delays, depth);
        }
    }
    return cost;
}

}  // namespace indoubt::checks
