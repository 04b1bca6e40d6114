// SPDX-License-Identifier: GPL-3.0-or-later
// All payments the view keeps, in the order of their first event, found by XID or by index. A slot is a name that never
// changes; an index is the place among those that are left.
#pragma once
#include <algorithm>
#include <memory>
#include <vector>

#include "view/cow.h"
#include "view/transaction.h"

namespace indoubt::view {

class TransactionTable {
  public:
    static constexpr std::uint64_t none = CowIndex::none;

    std::size_t size() const { return m_size; }
    std::uint64_t find(const Xid& xid) const {
        return m_index.find(base::hash_value(xid), [&](std::uint64_t slot) { return get(slot)->xid == xid; });
    }
    const std::shared_ptr<Transaction>& get(std::uint64_t slot) const { return m_chunks[place_of(slot)].rows->at(slot % chunk_rows); }
    bool alive(std::uint64_t slot) const {
        const std::size_t place = place_of(slot);
        return place < m_chunks.size() && m_chunks[place].rows->at(slot % chunk_rows) != nullptr;
    }
    Transaction& edit(std::uint64_t slot) { return own(own(m_chunks[place_of(slot)].rows)[slot % chunk_rows]); }

    std::uint64_t append(const Xid& xid) {
        if (m_next % chunk_rows == 0 || m_chunks.empty()) m_chunks.push_back({m_next / chunk_rows, 0, m_size, std::make_shared<Rows>()});
        const std::uint64_t slot = m_next++;
        auto row = std::make_shared<Transaction>();
        row->xid = xid;
        own(m_chunks.back().rows)[slot % chunk_rows] = std::move(row);
        ++m_chunks.back().alive;
        ++m_size;
        m_index.insert(base::hash_value(xid), slot);
        return slot;
    }
    void erase(std::uint64_t slot) {
        const std::size_t place = place_of(slot);
        m_index.erase(base::hash_value(get(slot)->xid), slot);
        own(m_chunks[place].rows)[slot % chunk_rows] = nullptr;
        --m_size;
        --m_chunks[place].alive;
        for (std::size_t i = place + 1; i < m_chunks.size(); ++i) --m_chunks[i].first_index;
        if (m_chunks[place].alive == 0 && place + 1 < m_chunks.size()) m_chunks.erase(m_chunks.begin() + static_cast<std::ptrdiff_t>(place));
    }

    const std::shared_ptr<Transaction>& at(std::size_t index) const {
        auto chunk = std::upper_bound(m_chunks.begin(), m_chunks.end(), index, [](std::size_t i, const Chunk& c) { return i < c.first_index; });
        // An emptied last chunk shares its first index with nobody before it; step over to the one that has rows.
        do --chunk; while (chunk->alive == 0);
        std::size_t left = index - chunk->first_index;
        const Rows& rows = *chunk->rows;
        if (chunk->alive == chunk_rows) return rows[left];
        for (const auto& row : rows)
            if (row && left-- == 0) return row;
        return rows.back();
    }
    std::size_t index_of(std::uint64_t slot) const {
        const Chunk& chunk = m_chunks[place_of(slot)];
        std::size_t before = 0;
        for (std::size_t i = 0; i < slot % chunk_rows; ++i) before += (*chunk.rows)[i] != nullptr;
        return chunk.first_index + before;
    }

  private:
    static constexpr std::size_t chunk_rows = 128;
    using Rows = std::array<std::shared_ptr<Transaction>, chunk_rows>;
    struct Chunk {
        std::uint64_t number;      // slot / chunk_rows
        std::size_t alive;
        std::size_t first_index;   // rows in the chunks before
        std::shared_ptr<Rows> rows;
    };
    std::size_t place_of(std::uint64_t slot) const {
        const std::uint64_t number = slot / chunk_rows;
        // Chunks are dense but for the few that have emptied: the guess from the end is nearly always right.
        if (!m_chunks.empty() && number <= m_chunks.back().number) {
            const std::uint64_t from_end = m_chunks.back().number - number;
            if (from_end < m_chunks.size() && m_chunks[m_chunks.size() - 1 - from_end].number == number) return m_chunks.size() - 1 - from_end;
        }
        const auto found = std::lower_bound(m_chunks.begin(), m_chunks.end(), number, [](const Chunk& c, std::uint64_t n) { return c.number < n; });
        if (found == m_chunks.end() || found->number != number) return m_chunks.size();
        return static_cast<std::size_t>(found - m_chunks.begin());
    }
    std::vector<Chunk> m_chunks;
    CowIndex m_index;
    std::uint64_t m_next = 0;
    std::size_t m_size = 0;
};

}  // namespace indoubt::view
