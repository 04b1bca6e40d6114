// SPDX-License-Identifier: GPL-3.0-or-later
// A trace made ready for questions: one order, happens-before by vector clocks, what was durable when, and one story per XID.
#pragma once
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "events/event.h"

namespace indoubt::checks {

using base::NodeId;
using base::Xid;
using events::Enrolled;
using events::Event;
using events::EventKind;
using events::EventRef;
using events::MessageKind;
using events::Outcome;
using events::RecordKind;

using Index = std::uint32_t;  // of an event in the one order
inline constexpr Index never = std::numeric_limits<Index>::max();

// One record that was appended. `in_force`: the event that proves it durable (a sync, or a restart that found it), or the
// append itself for a lazy one, which binds from the moment it is taken. never: lost in a crash, or not yet synced.
struct Written {
    Index append = never;
    Index durable = never;
    NodeId node;
    const events::Record* record = nullptr;
};

// All that the trace tells of one transaction.
struct Story {
    Xid xid;
    std::vector<Index> events;
    events::PaymentPtr payment;       // all legs, from its submit or BEGIN
    std::vector<Enrolled> enrolled;
    std::string protocol;             // its name, as submitted
    Index submit = never;
    std::vector<Written> decisions;   // of the coordinator and of the branches
    std::vector<Written> prepared, refused, heuristics, damages, ends, begins;
    std::vector<Written> stands;      // three-phase commit: PRE-COMMITTED, PRE-ABORTED and ELECTED, of branches and of the coordinator

    bool enrolled_as_updater(NodeId node) const;
    const Written* heuristic_at(NodeId node) const;  // durable, the first; null: none
};

class Trace {
  public:
    explicit Trace(const std::vector<Event>& events);

    Index size() const { return static_cast<Index>(m_events.size()); }
    const Event& operator[](Index i) const { return *m_events[i]; }
    Index find(const EventRef& ref) const;          // never: not in the trace
    bool before(Index a, Index b) const;            // a happens before b, or is b
    const std::vector<Story>& stories() const { return m_stories; }
    const Story* story(const Xid& xid) const;
    Index durable_at(Index append) const { return m_durable[append]; }
    const std::vector<NodeId>& nodes() const { return m_nodes; }
    std::size_t node_index(NodeId node) const;
    const std::vector<Index>& restarts(NodeId node) const { return m_restarts[node_index(node)]; }
    // The first event of this XID at this node, strictly between the two, that fits; never: none.
    template <class Fits>
    Index find_between(const Story& story, NodeId node, Index after, Index until, Fits&& fits) const {
        for (Index i : story.events)
            if (i > after && i < until && m_events[i]->node == node && fits(*m_events[i])) return i;
        return never;
    }

  private:
    void index_nodes();
    void clock();
    void settle_durability();
    void tell_stories();

    std::vector<const Event*> m_events;
    std::vector<NodeId> m_nodes;
    std::vector<std::vector<Index>> m_restarts;                  // per node
    std::vector<std::uint8_t> m_node_of;                         // per event
    std::vector<std::vector<std::vector<Index>>> m_by_ref;       // node, incarnation, seq - 1
    std::vector<Index> m_clock;                                  // per event, per node: how many of that node's events it knows
    std::vector<Index> m_rank;                                   // per event: which one of its node's events, from 1
    std::vector<Index> m_durable;
    std::vector<Story> m_stories;
    std::unordered_map<Xid, std::size_t, base::IdHash> m_story_of;
};

// The place where a decision binds its node: a lazy one when it is taken, a forced one once it is durable.
inline Index in_force(const Written& decision) {
    return decision.record->forced ? decision.durable : decision.append;
}

}  // namespace indoubt::checks
