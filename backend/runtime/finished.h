// SPDX-License-Identifier: GPL-3.0-or-later
// Which XIDs are over at this node, so that a late PREPARE starts nothing (protocols.md, identity and amnesia), and how those above
// the low-water mark ended, so that a branch that is still in doubt can be told. A value, bounded by the marks and outcomes_max.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "events/record.h"

namespace indoubt::runtime {

// Per (coordinator, incarnation): everything below the low-water mark, and spans of counters above it. All XIDs are of one cluster,
// the node's own: which one is not kept.
class FinishedXids {
  public:
    static constexpr std::size_t outcomes_max = 65536;  // per source: the newest counters
    static constexpr std::size_t forced_max = 4096;     // heuristic branches; people make them

    // `knowledge`: what a peer may be told for good, resting on a decision or on a forced refusal; unknown: nothing.
    // `heuristic`: what an operator had forced here before.
    void finish(const base::Xid& xid, events::Knowledge knowledge = events::Knowledge::unknown, events::Heuristic heuristic = events::Heuristic::none);
    events::Knowledge knowledge(const base::Xid& xid) const;
    events::Heuristic heuristic(const base::Xid& xid) const;
    void low_water(base::NodeId coordinator, base::Incarnation incarnation, std::uint64_t counter);
    bool contains(const base::Xid& xid) const;
    // Snapshot records (kind finished), and back.
    std::vector<events::RecordPtr> records() const;
    void restore(const events::Record& record);
    std::uint64_t hash() const;
    friend bool operator==(const FinishedXids&, const FinishedXids&) = default;

  private:
    struct Source {
        std::uint64_t low = 0;
        std::map<std::uint64_t, std::uint64_t> spans;  // first -> last, disjoint, not adjacent
        std::uint64_t known_from = 0;                   // the counter of known.front()
        std::deque<std::uint8_t> known;                 // events::Knowledge, a byte per counter; ends in one that is known
        friend bool operator==(const Source&, const Source&) = default;
    };
    void learn(Source& source, std::uint64_t counter, events::Knowledge knowledge);
    std::map<std::pair<base::NodeId, base::Incarnation>, Source> m_sources;
    std::map<base::Xid, events::Heuristic> m_forced;    // not ended by a mark: the END that moved it can be lost
};

}  // namespace indoubt::runtime
