// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks/cost.h"

#include <algorithm>

namespace indoubt::checks {

namespace {

bool decides(const events::AgreementPtr& agreement, const Xid& xid) {
    return agreement && std::any_of(agreement->entries.begin(), agreement->entries.end(), [&](const events::LogEntry& entry) { return entry.xid == xid && !entry.end; });
}

// One pass over a trace: which of its events belong to this transaction, what they count, and how deep the chain is that leads to each.
class Counter {
  public:
    Counter(const Trace& trace, const Story& story, const Counting& counting) : m_trace(trace), m_story(story), m_counting(counting) {}

    Cost count() {
        if (m_story.submit != never) m_home = m_trace[m_story.submit].node;
        m_far = m_counting.gray_lamport && !m_counting.initiator.empty() && m_counting.initiator != m_home;
        if (m_far) {  // the request crosses from the initiator, and is its vote
            ++m_cost.messages;
            depth(m_home) = 1;
        }
        for (Index i : events()) take(i);
        return m_cost;
    }

  private:
    std::vector<Index> events() const {
        const bool grouped = std::any_of(m_story.events.begin(), m_story.events.end(), [&](Index i) { return m_trace[i].kind == EventKind::decide; }) && m_story.protocol == "raft-2pc";
        if (!grouped || m_story.events.empty()) return m_story.events;
        std::vector<Index> all(m_story.events);
        std::vector<Index> appended;  // receives of the entry, whose answers count too
        for (Index i = m_story.events.front(); i < m_trace.size(); ++i) {
            const Event& event = m_trace[i];
            if (!event.xid.empty()) continue;
            const events::Message* message = event.message();
            const bool entry = (message && decides(message->agreement, m_story.xid)) || ((event.kind == EventKind::append || event.kind == EventKind::durable) && event.record() && decides(event.record()->agreement, m_story.xid));
            const auto answers = [&](const EventRef& cause) { return std::find(appended.begin(), appended.end(), m_trace.find(cause)) != appended.end(); };
            const bool answer = message && message->kind == MessageKind::raft_append_reply && std::any_of(event.causes.begin(), event.causes.end(), answers);
            if (!entry && !answer) continue;
            all.push_back(i);
            if (event.kind == EventKind::receive || event.kind == EventKind::durable || answer) appended.push_back(i);
        }
        std::sort(all.begin(), all.end());
        return all;
    }

    std::uint32_t& depth(NodeId node) {
        for (auto& [known, deep] : m_depths)
            if (known == node) return deep;
        return m_depths.emplace_back(node, 0).second;
    }

    // Messages that this way of counting leaves out.
    bool left_out(const events::Message& message) const {
        if (!m_counting.gray_lamport) return false;
        if (message.kind == MessageKind::ack) return true;
        if (!m_far) return false;
        const bool first = message.kind == MessageKind::prepare && message.to == m_counting.initiator;
        const bool vote = message.kind == MessageKind::vote_yes || message.kind == MessageKind::vote_no || message.kind == MessageKind::vote_read_only;
        return first || (vote && message.from == m_counting.initiator && message.to == m_home);
    }

    void take(Index i) {
        const Event& event = m_trace[i];
        const events::Message* message = event.message();
        if (event.kind == EventKind::append && event.durable) {
            const events::Record& record = *event.record();
            const bool own_outcome = record.kind == RecordKind::decision && !record.coordinator;
            if (!m_counting.gray_lamport || !own_outcome) ++m_cost.forced_writes;
        }
        if (event.kind == EventKind::send && message && message->to != event.node) {
            const bool out = left_out(*message);
            if (!out) ++m_cost.messages;
            m_sent.emplace_back(i, out ? unseen : depth(event.node));
        }
        if (event.kind != EventKind::receive || !message || event.causes.empty()) return;
        const Index origin = m_trace.find(event.causes.front());
        const auto from = std::lower_bound(m_sent.begin(), m_sent.end(), std::pair{origin, 0u});
        if (from == m_sent.end() || from->first != origin || from->second == unseen) return;
        depth(event.node) = std::max(depth(event.node), from->second + 1);
        // It learns: is told for the first time, or counts what the acceptors say.
        const bool told = message->kind == MessageKind::commit || message->kind == MessageKind::abort;
        const bool knew = std::find(m_told.begin(), m_told.end(), event.node) != m_told.end();
        if (told && !knew) m_told.push_back(event.node);
        if ((told && !knew) || message->kind == MessageKind::phase_2b_all) m_cost.delays = std::max(m_cost.delays, depth(event.node));
    }

    static constexpr std::uint32_t unseen = UINT32_MAX;
    const Trace& m_trace;
    const Story& m_story;
    const Counting m_counting;
    NodeId m_home;                                            // where the payment was submitted
    bool m_far = false;                                       // the initiator is another node
    Cost m_cost;
    std::vector<std::pair<NodeId, std::uint32_t>> m_depths;   // the longest chain that has reached each node
    std::vector<std::pair<Index, std::uint32_t>> m_sent;      // chain length at each send
    std::vector<NodeId> m_told;                               // the outcome
};

}  // namespace

Cost cost_of(const Trace& trace, const Story& story, const Counting& counting) { return Counter(trace, story, counting).count(); }

}  // namespace indoubt::checks
