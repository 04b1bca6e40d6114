// SPDX-License-Identifier: GPL-3.0-or-later
// The accounts in order of node and number, kept as they come: a page of a long list costs what it shows. Chunks are shared
// between copies, as everything large in a view. Include from backend/view only.
#pragma once
#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "view/cow.h"
#include "view/view.h"

namespace indoubt::view {

class AccountOrder {
  public:
    using Slot = std::uint32_t;

    // `number_of(slot)`: the account number behind a slot. Accounts are opened in order, mostly: the end is tried first.
    template <class NumberOf>
    void insert(NodeId node, Slot slot, const NumberOf& number_of) {
        auto& chunks = m_nodes[node];
        const std::string_view number = number_of(slot);
        if (chunks.empty() || (number_of(chunks.back()->back()) < number && chunks.back()->size() >= chunk_slots)) {
            chunks.push_back(std::make_shared<Chunk>(1, slot));
            return;
        }
        std::size_t place = chunks.size() - 1;
        if (number < number_of(chunks.back()->front())) place = chunk_of(chunks, number, number_of);
        Chunk& chunk = own(chunks[place]);
        chunk.insert(at_or_after(chunk, number, number_of), slot);
        if (chunk.size() < 2 * chunk_slots) return;
        auto upper = std::make_shared<Chunk>(chunk.begin() + chunk_slots, chunk.end());
        chunk.resize(chunk_slots);
        chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(place) + 1, std::move(upper));
    }

    // Every slot behind (`node`, `after`), in order, until `visit(slot)` says false. An empty node: from the first one on.
    template <class NumberOf, class Visit>
    void visit(NodeId node, std::string_view after, const NumberOf& number_of, Visit&& visit) const {
        for (auto at = m_nodes.lower_bound(node); at != m_nodes.end(); ++at) {
            const auto& chunks = at->second;
            const bool within = at->first == node && !after.empty();
            for (std::size_t i = within ? chunk_of(chunks, after, number_of) : 0; i < chunks.size(); ++i) {
                auto slot = chunks[i]->begin();
                if (within)
                    slot = std::upper_bound(slot, chunks[i]->end(), after, [&](std::string_view number, Slot other) { return number < number_of(other); });
                for (; slot != chunks[i]->end(); ++slot)
                    if (!visit(*slot)) return;
            }
        }
    }

  private:
    static constexpr std::size_t chunk_slots = 512;
    using Chunk = std::vector<Slot>;
    using Chunks = std::vector<std::shared_ptr<Chunk>>;

    // The last chunk that begins at or before the number; the first one if none does.
    template <class NumberOf>
    static std::size_t chunk_of(const Chunks& chunks, std::string_view number, const NumberOf& number_of) {
        const auto behind = std::upper_bound(chunks.begin(), chunks.end(), number, [&](std::string_view wanted, const auto& chunk) { return wanted < number_of(chunk->front()); });
        return behind == chunks.begin() ? 0 : static_cast<std::size_t>(behind - chunks.begin()) - 1;
    }
    template <class NumberOf>
    static Chunk::iterator at_or_after(Chunk& chunk, std::string_view number, const NumberOf& number_of) {
        return std::lower_bound(chunk.begin(), chunk.end(), number, [&](Slot slot, std::string_view wanted) { return number_of(slot) < wanted; });
    }

    std::map<NodeId, Chunks> m_nodes;
};

}  // namespace indoubt::view
