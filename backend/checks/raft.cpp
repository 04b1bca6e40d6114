// SPDX-License-Identifier: GPL-3.0-or-later
// 15. Raft: Ongaro and Ousterhout 2014, figure 3, and what two-phase commit rests on it.
#include "checks/raft.h"

#include <algorithm>
#include <set>

namespace indoubt::checks {

namespace {

bool of_group(const Event& event) { return event.kind == EventKind::append && event.record() && event.xid.empty() && event.record()->agreement; }
bool decides(const events::LogEntry& entry) { return !entry.xid.empty() && !entry.end; }

}  // namespace

void ReplicaLog::take(const events::Record& record) {
    const events::Agreement& says = *record.agreement;
    term = std::max(term, says.ballot);
    if (record.kind == RecordKind::raft_entries && says.index > base && says.index <= last() + 1) {
        entries.resize(says.index - base - 1);
        entries.insert(entries.end(), says.entries.begin(), says.entries.end());
    }
    if (record.kind != RecordKind::raft_snapshot) return;
    base = says.index;
    base_term = says.attempt;
    entries.assign(says.entries.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(says.committed, says.entries.size())), says.entries.end());
}

RaftStory::RaftStory(const Trace& trace) {
    const auto close = [&](const Event& event, std::uint64_t before) {
        auto& reigns = m_reigns[event.node];
        if (!reigns.empty() && reigns.back().until == 0 && reigns.back().term < before) reigns.back().until = event.hlc;
    };
    for (Index i = 0; i < trace.size(); ++i) {
        const Event& event = trace[i];
        if (event.kind == EventKind::crash || event.kind == EventKind::restart) close(event, UINT64_MAX);
        if (event.kind == EventKind::elect && event.note() && event.note()->outcome == Outcome::commit) m_reigns[event.node].push_back({event.hlc, 0, event.note()->count});
        if (event.kind == EventKind::append && event.record() && event.record()->kind == RecordKind::shape && event.record()->shape && m_managers.empty())
            m_managers = event.record()->shape->managers();
        if (!of_group(event)) continue;
        const events::Record& record = *event.record();
        const GroupWrite written{i, trace.durable_at(i), &record};
        m_writes[event.node].push_back(written);
        close(event, record.agreement->ballot);
        if (written.durable == never || record.kind == RecordKind::raft_term) continue;
        for (const events::LogEntry& entry : record.agreement->entries)
            if (decides(entry)) m_holders[entry.xid].emplace_back(event.node, written.durable);
    }
}

bool RaftStory::committed_before(const Trace& trace, const Xid& xid, Index at) const {
    const auto holders = m_holders.find(xid);
    if (holders == m_holders.end()) return false;
    std::set<NodeId> known;
    for (const auto& [node, durable] : holders->second)
        if (trace.before(durable, at)) known.insert(node);
    return known.size() >= majority();
}

bool RaftStory::appended_once(const Trace& trace, const Xid& xid) const {
    std::size_t appends = 0;
    for (Index i = 0; i < trace.size() && !m_writes.empty(); ++i) {
        const events::Message* message = trace[i].kind == EventKind::send ? trace[i].message() : nullptr;
        if (!message || message->kind != MessageKind::raft_append || !message->agreement) continue;
        const auto& entries = message->agreement->entries;
        appends += std::any_of(entries.begin(), entries.end(), [&](const events::LogEntry& entry) { return decides(entry) && entry.xid == xid; }) ? 1 : 0;
    }
    return m_writes.empty() || appends < m_managers.size();
}

std::uint64_t RaftStory::established(NodeId node, std::int64_t hlc) const {
    const auto reigns = m_reigns.find(node);
    if (reigns == m_reigns.end()) return 0;
    for (const Reign& reign : reigns->second)
        if (reign.from <= hlc && (reign.until == 0 || reign.until > hlc)) return reign.term;
    return 0;
}

bool RaftStory::unsettled(const Trace& trace, NodeId node, std::int64_t hlc) const {
    const auto writes = m_writes.find(node);
    if (writes == m_writes.end()) return false;
    return std::any_of(writes->second.begin(), writes->second.end(), [&](const GroupWrite& w) {
        return w.record->forced && trace[w.append].hlc <= hlc && (w.durable == never || trace[w.durable].hlc >= hlc - 2'000'000);
    });
}

namespace {

class Watch {
  public:
    Watch(const Trace& trace, const RaftStory& story, Finding& rules, Finding& order) : m_trace(trace), m_story(story), m_rules(rules), m_order(order) {}

    void take(Index i) {
        const Event& event = m_trace[i];
        if (event.kind == EventKind::sync || event.kind == EventKind::restart) on_disk(i);
        if (event.kind == EventKind::restart) {  // what it did not keep never happened
            m_replicas[event.node].memory = m_replicas[event.node].durable;
            m_replicas[event.node].leads = 0;
        }
        if (event.kind == EventKind::elect && event.note()) elected(i);
        if (of_group(event)) written(i);
        if (event.kind == EventKind::send && event.message() && event.xid.empty() && event.message()->agreement) said(i);
        if (event.kind == EventKind::send && event.message() && event.message()->kind == MessageKind::commit) leaves(i, "tells a branch COMMIT");
        if (event.kind == EventKind::answer && event.note() && event.note()->outcome == Outcome::commit && !event.note()->text.starts_with("applied")) leaves(i, "tells a client COMMIT");
    }

  private:
    struct Replica {
        ReplicaLog memory, durable;
        std::size_t next = 0;        // of its writes, the first not yet known to be on disk
        std::uint64_t leads = 0;     // in this term; 0: it does not
        std::map<std::uint64_t, NodeId> votes;  // durable: term -> for whom
    };
    struct Copy { std::uint64_t before = 0; Xid xid; bool end = false; };  // of an entry: the term of the one before it, and what it says

    void on_disk(Index i) {
        const auto writes = m_story.writes().find(m_trace[i].node);
        if (writes == m_story.writes().end()) return;
        Replica& replica = m_replicas[m_trace[i].node];
        for (; replica.next < writes->second.size() && writes->second[replica.next].append < i; ++replica.next) {
            const GroupWrite& write = writes->second[replica.next];
            if (write.durable == never) continue;
            if (write.durable > i) break;
            replica.durable.take(*write.record);
            if (write.record->kind != RecordKind::raft_entries && !write.record->node.empty()) replica.votes[write.record->agreement->ballot] = write.record->node;
        }
    }

    void elected(Index i) {
        const Event& event = m_trace[i];
        const std::uint64_t term = event.note()->count;
        if (event.note()->outcome == Outcome::commit) return;
        m_rules.exercised();
        Replica& replica = m_replicas[event.node];
        replica.leads = term;
        const auto [leader, first] = m_leaders.try_emplace(term, event.node);
        if (!first && leader->second != event.node) m_rules.broken(m_trace, i, "election safety: " + leader->second.name() + " and " + event.node.name() + " both lead in term " + std::to_string(term));
        for (const auto& [index, committed] : m_committed) {
            if (committed >= term || index <= replica.memory.base) continue;
            m_rules.exercised();
            if (!replica.memory.has(index) || replica.memory.term_at(index) != committed)
                return m_rules.broken(m_trace, i, "leader completeness: " + event.node.name() + " leads in term " + std::to_string(term) + " without the committed entry " + std::to_string(index));
        }
    }

    void written(Index i) {
        const Event& event = m_trace[i];
        const events::Record& record = *event.record();
        const events::Agreement& says = *record.agreement;
        Replica& replica = m_replicas[event.node];
        if (says.ballot > replica.memory.term && record.kind == RecordKind::raft_term) replica.leads = 0;
        if (record.kind == RecordKind::raft_entries) {
            m_rules.exercised();
            if (replica.leads == says.ballot && says.index <= replica.memory.last())
                m_rules.broken(m_trace, i, "leader append-only: " + event.node.name() + " replaces entry " + std::to_string(says.index) + " of its own log");
            std::uint64_t before = says.index > replica.memory.base && says.index - 1 <= replica.memory.last() ? replica.memory.term_at(says.index - 1) : 0;
            for (std::size_t k = 0; k < says.entries.size(); ++k) {
                const events::LogEntry& entry = says.entries[k];
                const auto [copy, first] = m_copies.try_emplace({says.index + k, entry.term}, Copy{before, entry.xid, entry.end});
                if (!first && (copy->second.before != before || copy->second.xid != entry.xid || copy->second.end != entry.end))
                    m_rules.broken(m_trace, i, "log matching: entry " + std::to_string(says.index + k) + " of term " + std::to_string(entry.term) + " is another at " + event.node.name());
                const auto committed = m_committed.find(says.index + k);
                if (committed != m_committed.end() && committed->second != entry.term && committed->second <= says.ballot)
                    m_rules.broken(m_trace, i, "state machine safety: " + event.node.name() + " replaces the committed entry " + std::to_string(says.index + k));
                before = entry.term;
            }
        }
        replica.memory.take(record);
    }

    void said(Index i) {
        const Event& event = m_trace[i];
        const events::Message& message = *event.message();
        const events::Agreement& says = *message.agreement;
        Replica& replica = m_replicas[event.node];
        if (message.kind == MessageKind::raft_append) {
            const auto [leader, first] = m_leaders.try_emplace(says.ballot, event.node);
            if (!first && leader->second != event.node) m_rules.broken(m_trace, i, "election safety: " + event.node.name() + " appends in the term of " + leader->second.name());
            for (std::uint64_t index = replica.memory.base + 1; index <= std::min(says.committed, replica.memory.last()); ++index) {
                const std::uint64_t term = replica.memory.term_at(index);
                const auto [known, is_new] = m_committed.try_emplace(index, term);
                if (is_new) m_rules.exercised();
                if (known->second != term)
                    m_rules.broken(m_trace, i, "state machine safety: entry " + std::to_string(index) + " was committed in another form than " + event.node.name() + " says");
            }
        }
        if (message.kind == MessageKind::raft_vote && says.granted) {
            m_order.exercised();
            const auto vote = replica.votes.find(says.ballot);
            if (vote == replica.votes.end() || vote->second != message.to)
                m_order.broken(m_trace, i, event.node.name() + " sends its Raft vote in term " + std::to_string(says.ballot) + " before it is durable");
        }
        if (message.kind == MessageKind::raft_append_reply && says.granted && says.attempt == 0) {
            m_order.exercised();
            if (replica.durable.last() < says.index) m_order.broken(m_trace, i, event.node.name() + " acknowledges entry " + std::to_string(says.index) + " before it is durable");
        }
    }

    void leaves(Index i, const std::string& what) {
        const Event& event = m_trace[i];
        const Story* story = m_trace.story(event.xid);
        const bool updates = story && std::any_of(story->enrolled.begin(), story->enrolled.end(), [](const Enrolled& e) { return e.updater; });
        if (!updates || story->prepared.empty()) return;
        if (std::find(m_story.managers().begin(), m_story.managers().end(), event.node) == m_story.managers().end()) return;
        m_rules.exercised();
        if (!m_story.committed_before(m_trace, event.xid, i))
            m_rules.broken(m_trace, i, event.node.name() + " " + what + " for " + event.xid.short_text() + " before its entry is committed");
    }

    const Trace& m_trace;
    const RaftStory& m_story;
    Finding& m_rules;
    Finding& m_order;
    std::map<NodeId, Replica> m_replicas;
    std::map<std::uint64_t, NodeId> m_leaders;                          // by term
    std::map<std::uint64_t, std::uint64_t> m_committed;                 // index -> term, as leaders have said
    std::map<std::pair<std::uint64_t, std::uint64_t>, Copy> m_copies;   // (index, term)
};

}  // namespace

void watch_raft(const Trace& trace, const RaftStory& story, Finding& rules, Finding& order) {
    if (story.empty()) return;
    Watch watch(trace, story, rules, order);
    for (Index i = 0; i < trace.size(); ++i) watch.take(i);
}

CheckResult check_raft(const Trace& trace, const CheckContext&) {
    Finding rules("Raft"), order("Log before send");
    watch_raft(trace, RaftStory(trace), rules, order);
    return rules.take();
}

}  // namespace indoubt::checks
