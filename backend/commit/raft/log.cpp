// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/raft/log.h"

#include <algorithm>
#include <map>

namespace indoubt::commit::raft {

bool decides(const LogEntry& entry) { return !entry.xid.empty() && !entry.end; }

std::vector<LogEntry> Log::from(std::uint64_t first, std::size_t most) const {
    if (first > last()) return {};
    const auto begin = m_entries.begin() + static_cast<std::ptrdiff_t>(first - m_base - 1);
    const auto count = std::min(most, static_cast<std::size_t>(last() - first + 1));
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

void Log::replace(std::uint64_t first, const std::vector<LogEntry>& entries) {
    INDOUBT_CHECK(first > m_base && first <= last() + 1, "a Raft log has no holes, and what it covers never changes");
    m_entries.resize(first - m_base - 1);
    m_entries.insert(m_entries.end(), entries.begin(), entries.end());
}

std::vector<LogEntry> Log::summary(std::uint64_t index) const {
    std::vector<LogEntry> list = m_open;
    std::map<Xid, std::size_t> place;
    for (std::size_t i = 0; i < list.size(); ++i) place[list[i].xid] = i;
    for (std::uint64_t i = m_base + 1; i <= index; ++i) {
        const LogEntry& entry = at(i);
        if (decides(entry)) {
            place[entry.xid] = list.size();
            list.push_back(entry);
        } else if (const auto ended = place.find(entry.xid); entry.end && ended != place.end()) {
            list[ended->second].end = true;
        }
    }
    return list;
}

void Log::compact(std::uint64_t index) {
    std::vector<LogEntry> open = summary(index);
    std::erase_if(open, [](const LogEntry& entry) { return entry.end; });
    const std::uint64_t term = term_at(index);
    m_entries.erase(m_entries.begin(), m_entries.begin() + static_cast<std::ptrdiff_t>(index - m_base));
    m_open = std::move(open);
    m_base = index;
    m_base_term = term;
}

void Log::install(std::uint64_t index, std::uint64_t term, std::vector<LogEntry> open) {
    if (index >= m_base && index <= last() && term_at(index) == term)
        m_entries.erase(m_entries.begin(), m_entries.begin() + static_cast<std::ptrdiff_t>(index - m_base));
    else
        m_entries.clear();
    m_base = index;
    m_base_term = term;
    m_open = std::move(open);
}

void Log::restore(const events::Agreement& found) {
    const auto covered = found.entries.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(found.committed, found.entries.size()));
    m_base = found.index;
    m_base_term = found.attempt;
    m_open.assign(found.entries.begin(), covered);
    std::erase_if(m_open, [](const LogEntry& entry) { return entry.end; });
    m_entries.assign(covered, found.entries.end());
}

std::uint64_t Log::hash() const {
    events::Agreement all;
    all.index = m_base;
    all.attempt = m_base_term;
    all.committed = m_open.size();
    all.entries = m_open;
    all.entries.insert(all.entries.end(), m_entries.begin(), m_entries.end());
    return events::hash_value(all);
}

}  // namespace indoubt::commit::raft
