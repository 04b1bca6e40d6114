// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/state_set.h"

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"

namespace indoubt::simulation::explore {

StateSet::StateSet(std::size_t words) : m_words(words), m_table(1u << 12, 0) {}

std::size_t StateSet::slot_of(const std::uint32_t* words) const {
    std::uint64_t hash = m_words;
    for (std::size_t i = 0; i < m_words; ++i) hash = base::mix64(hash + words[i] + 0x9e3779b97f4a7c15ULL);
    const std::size_t mask = m_table.size() - 1;
    std::size_t slot = static_cast<std::size_t>(hash) & mask;
    while (m_table[slot] != 0 && !std::equal(words, words + m_words, state(m_table[slot] - 1))) slot = (slot + 1) & mask;
    return slot;
}

std::uint32_t StateSet::find(const std::uint32_t* words) const {
    if (m_table.empty()) return none;
    const std::uint32_t entry = m_table[slot_of(words)];
    return entry == 0 ? none : entry - 1;
}

StateSet::Inserted StateSet::insert(const std::uint32_t* words, std::uint32_t parent, std::uint32_t action) {
    std::size_t slot = slot_of(words);
    if (m_table[slot] != 0) return {m_table[slot] - 1, false};
    INDOUBT_CHECK(m_size < none - 1, "four billion states fit no memory this program is run with");
    if (static_cast<std::size_t>(m_size) * 3 >= m_table.size() * 2) {
        grow();
        slot = slot_of(words);
    }
    if (m_size % chunk_rows == 0) m_chunks.push_back(std::make_unique<std::uint32_t[]>(chunk_rows * (m_words + 2)));
    std::uint32_t* into = row(m_size);
    into[0] = parent;
    into[1] = action;
    std::copy(words, words + m_words, into + 2);
    m_table[slot] = ++m_size;
    return {m_size - 1, true};
}

void StateSet::grow() {
    m_table.assign(m_table.size() * 2, 0);
    for (std::uint32_t id = 0; id < m_size; ++id) m_table[slot_of(state(id))] = id + 1;
}

std::uint64_t StateSet::memory_bytes() const {
    return m_chunks.size() * chunk_rows * (m_words + 2) * sizeof(std::uint32_t) + m_table.size() * sizeof(std::uint32_t);
}

std::vector<std::uint32_t> StateSet::path(std::uint32_t id) const {
    std::vector<std::uint32_t> actions;
    for (; parent(id) != none; id = parent(id)) actions.push_back(action(id));
    std::reverse(actions.begin(), actions.end());
    return actions;
}

}  // namespace indoubt::simulation::explore
