// SPDX-License-Identifier: GPL-3.0-or-later
// The states an exploration has seen: exact (no fingerprints, so none is ever missed), each a fixed number of 32-bit words, with
// the state and action that first led to it. Ids are dense from 0 in order of discovery; a state never goes away.
// Single-threaded. Memory: 4 * (words + 2) bytes a state, and 6 to 12 for the hash table.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

namespace indoubt::simulation::explore {

class StateSet {
  public:
    static constexpr std::uint32_t none = 0xffffffffu;

    explicit StateSet(std::size_t words);

    struct Inserted { std::uint32_t id; bool fresh; };
    // `words` has the length given at construction. Parent and action are kept only if the state is new.
    Inserted insert(const std::uint32_t* words, std::uint32_t parent, std::uint32_t action);

    std::uint32_t find(const std::uint32_t* words) const;  // its id; none: not seen

    const std::uint32_t* state(std::uint32_t id) const { return row(id) + 2; }
    std::uint32_t parent(std::uint32_t id) const { return row(id)[0]; }
    std::uint32_t action(std::uint32_t id) const { return row(id)[1]; }
    std::uint32_t size() const { return m_size; }
    std::size_t words() const { return m_words; }
    std::uint64_t memory_bytes() const;
    // Actions from an initial state to this one, in order.
    std::vector<std::uint32_t> path(std::uint32_t id) const;

  private:
    static constexpr std::uint32_t chunk_rows = 1u << 14;
    std::uint32_t* row(std::uint32_t id) const { return m_chunks[id / chunk_rows].get() + static_cast<std::size_t>(id % chunk_rows) * (m_words + 2); }
    std::size_t slot_of(const std::uint32_t* words) const;
    void grow();

    const std::size_t m_words;
    std::uint32_t m_size = 0;
    std::vector<std::unique_ptr<std::uint32_t[]>> m_chunks;
    std::vector<std::uint32_t> m_table;  // id + 1, 0 is free; open addressing
};

}  // namespace indoubt::simulation::explore
