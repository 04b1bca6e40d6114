// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/coverage.h"

#include <algorithm>

namespace indoubt::operators {
namespace {

template <class Wanted>
void cover_those(Host& host, const Wanted& wanted, CoverageList& coverage) {
    const std::int64_t now = host.now_ns();
    const auto nodes = host.nodes();
    host.hub().with_view([&](const view::View& view) {
        for (const auto& facts : nodes) {
            const std::string name = facts.node.name();
            const bool told = std::any_of(coverage.begin(), coverage.end(), [&](const v1::Coverage& entry) { return entry.node() == name; });
            if (!wanted(facts.node) || told) continue;
            const bool up = facts.state == "up";
            const view::NodeRow* row = view.node(facts.node);
            auto* entry = coverage.Add();
            entry->set_node(name);
            entry->set_reached(up);
            entry->set_as_of_ns(up ? now : row ? row->last_hlc : 0);
        }
    });
}

}  // namespace

void cover(Host& host, CoverageList& coverage) {
    cover_those(host, [](NodeId) { return true; }, coverage);
}

void cover(Host& host, std::span<const NodeId> only, CoverageList& coverage) {
    cover_those(host, [only](NodeId node) { return std::find(only.begin(), only.end(), node) != only.end(); }, coverage);
}

}  // namespace indoubt::operators
