// SPDX-License-Identifier: GPL-3.0-or-later
// The decision log of one replica as a value: the entries behind a covered prefix, of which only the open decisions are kept.
// Indexes count from 1; `base` is the last covered one. A decision is open until an entry with `end` follows it.
#pragma once
#include <vector>

#include "base/check.h"
#include "commit/machine.h"

namespace indoubt::commit::raft {

using events::LogEntry;

bool decides(const LogEntry& entry);  // a COMMIT; else an END or the no-op of a new leader

class Log {
  public:
    std::uint64_t base() const { return m_base; }
    std::uint64_t last() const { return m_base + m_entries.size(); }
    std::uint64_t last_term() const { return term_at(last()); }
    // Of an index in [base, last].
    std::uint64_t term_at(std::uint64_t index) const { return index == m_base ? m_base_term : at(index).term; }
    const LogEntry& at(std::uint64_t index) const { return m_entries[index - m_base - 1]; }
    const std::vector<LogEntry>& open_at_base() const { return m_open; }
    // At most `most`, from `first` > base on.
    std::vector<LogEntry> from(std::uint64_t first, std::size_t most) const;

    void push(LogEntry entry) { m_entries.push_back(std::move(entry)); }
    // What stood at `first` and behind it is gone.
    void replace(std::uint64_t first, const std::vector<LogEntry>& entries);
    // The decisions that are open after `index`, and (end = true) those that ended between base and there.
    std::vector<LogEntry> summary(std::uint64_t index) const;
    void compact(std::uint64_t index);
    // A leader's snapshot. What this log holds behind it stays if it may belong to the same history.
    void install(std::uint64_t index, std::uint64_t term, std::vector<LogEntry> open);
    // From a RAFT-SNAPSHOT record.
    void restore(const events::Agreement& found);

    friend bool operator==(const Log&, const Log&) = default;
    std::uint64_t hash() const;

  private:
    std::uint64_t m_base = 0, m_base_term = 0;
    std::vector<LogEntry> m_open;     // decisions of the covered prefix, in its order
    std::vector<LogEntry> m_entries;  // base + 1 ...
};

}  // namespace indoubt::commit::raft
