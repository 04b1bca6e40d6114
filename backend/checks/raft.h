// SPDX-License-Identifier: GPL-3.0-or-later
// What a trace tells of a replicated decision log: who managed, who led in which term, and every replica's log as its records make
// it, in memory and on disk. Read from records and messages alone.
#pragma once
#include <map>

#include "checks/checkers.h"

namespace indoubt::checks {

// One replica's log after some of its records.
struct ReplicaLog {
    std::uint64_t term = 0, base = 0, base_term = 0;
    std::vector<events::LogEntry> entries;  // base + 1 ...
    std::uint64_t last() const { return base + entries.size(); }
    std::uint64_t term_at(std::uint64_t index) const { return index == base ? base_term : entries[index - base - 1].term; }
    bool has(std::uint64_t index) const { return index > base && index <= last(); }
    void take(const events::Record& record);
};

// A record of the group at one replica.
struct GroupWrite {
    Index append = never, durable = never;
    const events::Record* record = nullptr;
};

class RaftStory {
  public:
    explicit RaftStory(const Trace& trace);

    bool empty() const { return m_writes.empty(); }
    const std::vector<NodeId>& managers() const { return m_managers; }
    std::size_t majority() const { return m_managers.size() / 2 + 1; }
    const std::map<NodeId, std::vector<GroupWrite>>& writes() const { return m_writes; }
    // A majority has the decision of this transaction on disk, and `at` knows it.
    bool committed_before(const Trace& trace, const Xid& xid, Index at) const;
    // No replica was told the decision twice: one that lagged behind had to be, and that takes its time.
    bool appended_once(const Trace& trace, const Xid& xid) const;
    // The term in which this manager leads and is established after the events up to here; 0: it is not.
    std::uint64_t established(NodeId node, std::int64_t hlc) const;
    // Something of its group waits for the disk at this moment, or has just come back: it may believe more than its events say.
    bool unsettled(const Trace& trace, NodeId node, std::int64_t hlc) const;

  private:
    struct Reign { std::int64_t from = 0, until = 0; std::uint64_t term = 0; };
    std::vector<NodeId> m_managers;
    std::map<NodeId, std::vector<GroupWrite>> m_writes;
    std::map<NodeId, std::vector<Reign>> m_reigns;
    std::map<Xid, std::vector<std::pair<NodeId, Index>>> m_holders;  // the decision's durable copies
};

// Goes through the trace once. `rules`: election safety, leader append-only, log matching, leader completeness, state machine safety,
// and that no decision leaves before its entry is committed. `order`: votes and acknowledgements leave behind what they rest on.
void watch_raft(const Trace& trace, const RaftStory& story, Finding& rules, Finding& order);

}  // namespace indoubt::checks
