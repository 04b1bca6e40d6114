// SPDX-License-Identifier: GPL-3.0-or-later
// The log: proposed, appended, acknowledged, committed, compacted.
#include <algorithm>

#include "commit/raft/group.h"

namespace indoubt::commit::raft {

using events::Agreement;
using events::MessageKind;
using events::RecordKind;

// ---- leader ----

void Group::propose(const Told& told, Effects& effects) {
    if (m_role != Role::leader || told.term != m_term) {
        effects.push_back(Tell{told.entry.xid, {ToldKind::deposed, told.entry, m_term}});
        return;
    }
    m_pending.push_back(told.entry);
    m_pending.back().term = m_term;
    // An END hurries nobody: the next decision takes it along, or the heartbeat does.
    if (told.entry.end) return beat(false, effects);
    if (m_committed == m_log.last()) write_batch(effects);
}

void Group::write_batch(Effects& effects) {
    const std::size_t count = std::min(m_pending.size(), base::limits::raft_batch_entries_max);
    Agreement batch;
    batch.ballot = m_term;
    batch.index = m_log.last() + 1;
    batch.entries.assign(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(count));
    m_pending.erase(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(count));
    for (LogEntry& entry : batch.entries) {
        entry.term = m_term;
        m_log.push(entry);
    }
    for (Peer& peer : m_peers)
        if (!peer.under_way) send_to(peer, effects);
    effects.push_back(Append{record(RecordKind::raft_entries, true, std::move(batch)), {}});
    reply(m_id.context.self, MessageKind::raft_append_reply, true, m_log.last(), effects);
    if (!m_peers.empty()) beat(true, effects);
}

void Group::send_to(Peer& peer, Effects& effects) {
    peer.under_way = true;
    if (peer.next <= m_log.base()) return send_snapshot(peer, effects);
    Agreement says;
    says.ballot = m_term;
    peer.installing = false;
    says.index = peer.next - 1;
    says.attempt = m_log.term_at(says.index);
    says.entries = m_log.from(peer.next, base::limits::raft_batch_entries_max);
    says.committed = m_committed;
    says.everywhere = m_everywhere;
    effects.push_back(Send{say(peer.node, MessageKind::raft_append, std::move(says))});
}

// What it lacks is no longer here entry by entry. The keys that were used until then are not in the log but in the node's own table:
// the node puts a page of them in the place of this message, as long as there are pages; then the message itself goes.
void Group::send_snapshot(Peer& peer, Effects& effects) {
    if (!peer.installing) {
        peer.installing = true;
        peer.page = 0;
        peer.covered = m_log.base();
        peer.covered_term = m_log.term_at(m_log.base());
        peer.open = m_log.open_at_base();
    }
    Agreement says;
    says.ballot = m_term;
    says.index = peer.covered;
    says.attempt = peer.covered_term;
    says.entries = peer.open;
    says.everywhere = peer.page;
    effects.push_back(Send{say(peer.node, MessageKind::raft_snapshot, std::move(says))});
}

// `anew`: something new was said, so the back-off begins from the start.
void Group::beat(bool anew, Effects& effects) {
    if (m_beating && !anew) return;
    if (m_beating) effects.push_back(CancelTimer{TimerKind::heartbeat});
    m_beating = true;
    effects.push_back(SetTimer{TimerKind::heartbeat, base::limits::raft_heartbeat_ms, true});
}

void Group::on_beat(Effects& effects) {
    m_beating = false;
    if (m_role != Role::leader) return;
    if (!m_pending.empty() && m_committed == m_log.last()) return write_batch(effects);
    bool said = false;
    for (Peer& peer : m_peers) {
        if (!behind(peer)) continue;
        send_to(peer, effects);
        said = true;
    }
    if (said) beat(false, effects);
}

void Group::on_append_reply(const Message& message, Effects& effects) {
    const Agreement& says = *message.agreement;
    if (says.ballot > m_term) return adopt_term(says.ballot, {}, effects);
    if (m_role != Role::leader) return;
    Peer* peer = find(message.from);
    if (says.attempt == 1) {  // it asks whether it still has a leader, perhaps from an older term
        if (peer) send_to(*peer, effects);
        return;
    }
    if (says.ballot != m_term) return;
    if (peer && message.kind == MessageKind::raft_snapshot_reply && says.granted) {
        if (!peer->installing || says.everywhere != peer->page) return;  // of a page before
        if (says.attempt == 2) {
            ++peer->page;
            return send_to(*peer, effects);
        }
        peer->installing = false;
    }
    if (!peer) {
        m_durable = std::max(m_durable, says.index);
        return advance(effects);
    }
    peer->under_way = false;
    if (!says.granted) {
        peer->next = std::max(peer->match + 1, std::min(peer->next, says.index + 1));
        return send_to(*peer, effects);
    }
    peer->match = std::max(peer->match, says.index);
    peer->next = std::max(peer->next, peer->match + 1);
    peer->told = std::max(peer->told, says.committed);
    if (peer->match < m_log.last()) send_to(*peer, effects);
    advance(effects);
}

void Group::advance(Effects& effects) {
    std::vector<std::uint64_t> matches{m_durable};
    for (const Peer& peer : m_peers) matches.push_back(peer.match);
    std::sort(matches.begin(), matches.end(), std::greater<>());
    const std::uint64_t replicated = matches[majority() - 1];
    m_everywhere = std::max(m_everywhere, std::min(matches.back(), m_committed));
    // Only an entry of its own term commits by counting; those before it go with it (figure 8 of the paper).
    if (replicated > m_committed && m_log.term_at(replicated) == m_term) {
        apply(replicated, effects);
        if (!m_established) establish(effects);
        const bool decisions = std::any_of(m_pending.begin(), m_pending.end(), decides);
        if (decisions && m_committed == m_log.last()) write_batch(effects);
    }
    const bool quiet = m_pending.empty() && std::none_of(m_peers.begin(), m_peers.end(), [this](const Peer& p) { return behind(p); });
    if (!quiet) beat(false, effects);
    else if (m_beating) {
        effects.push_back(CancelTimer{TimerKind::heartbeat});
        m_beating = false;
    }
    compact(effects);
}

// The no-op is committed, and with it every entry of former terms: this log is now all that was ever decided.
void Group::establish(Effects& effects) {
    m_established = true;
    events::Note note;
    note.count = m_term;
    note.outcome = Outcome::commit;
    note.text = "is established in term " + std::to_string(m_term) + ": its first entry is committed, and with it all that was decided before";
    effects.push_back(Observe{events::EventKind::elect, std::move(note)});
    for (const auto& [xid, decision] : m_open) effects.push_back(Tell{xid, {ToldKind::adopt, decision, m_term}});
}

void Group::apply(std::uint64_t until, Effects& effects) {
    for (std::uint64_t i = m_committed + 1; i <= until; ++i) {
        const LogEntry& entry = m_log.at(i);
        if (decides(entry)) {
            m_open[entry.xid] = entry;
            effects.push_back(Tell{entry.xid, {ToldKind::known, entry, m_term}});
            if (m_role == Role::leader && m_established) effects.push_back(Tell{entry.xid, {ToldKind::chosen, entry, m_term}});
        } else if (entry.end) {
            m_open.erase(entry.xid);
        }
    }
    m_committed = until;
}

// ---- follower ----

void Group::on_append(const Message& message, Effects& effects) {
    const Agreement& says = *message.agreement;
    if (says.ballot < m_term) return reply(message.from, MessageKind::raft_append_reply, false, 0, effects);
    if (says.ballot > m_term) adopt_term(says.ballot, {}, effects);
    else if (m_role != Role::follower) follow(effects);
    m_leader = message.from;
    m_asked = false;
    if (says.index > m_log.last() || (says.index > m_log.base() && m_log.term_at(says.index) != says.attempt)) {
        watch_anew(effects);
        return reply(message.from, MessageKind::raft_append_reply, false, says.index > m_log.last() ? m_log.last() : m_committed, effects);
    }
    const std::uint64_t match = says.index + says.entries.size();
    std::uint64_t first = std::max(says.index, m_log.base()) + 1;
    while (first <= match && first <= m_log.last() && m_log.term_at(first) == says.entries[first - says.index - 1].term) ++first;
    if (first <= match) {
        INDOUBT_CHECK(first > m_committed, "a committed entry is never replaced");
        Agreement fresh;
        fresh.ballot = m_term;
        fresh.index = first;
        fresh.entries.assign(says.entries.begin() + static_cast<std::ptrdiff_t>(first - says.index - 1), says.entries.end());
        m_log.replace(first, fresh.entries);
        effects.push_back(Append{record(RecordKind::raft_entries, true, std::move(fresh)), {}});
    }
    if (const std::uint64_t committed = std::min(says.committed, match); committed > m_committed) apply(committed, effects);
    m_everywhere = std::max(m_everywhere, std::min(says.everywhere, m_committed));
    if (match > m_committed) watch_anew(effects);
    else unwatch(effects);
    compact(effects);
    reply(message.from, MessageKind::raft_append_reply, true, match, effects);
}

void Group::on_snapshot(const Message& message, Effects& effects) {
    const Agreement& says = *message.agreement;
    if (says.ballot < m_term) return reply(message.from, MessageKind::raft_snapshot_reply, false, 0, effects);
    if (says.ballot > m_term) adopt_term(says.ballot, {}, effects);
    else if (m_role != Role::follower) follow(effects);
    m_leader = message.from;
    m_asked = false;
    if (says.granted) return on_page(message, effects);
    if (says.index > m_committed) {
        m_log.install(says.index, says.attempt, says.entries);
        m_committed = says.index;
        m_open.clear();
        append_snapshot(true, says.index, says.entries, effects);
        for (const LogEntry& decision : says.entries) {
            m_open[decision.xid] = decision;
            effects.push_back(Tell{decision.xid, {ToldKind::known, decision, m_term}});
        }
    }
    unwatch(effects);
    Agreement done;
    done.ballot = m_term;
    done.granted = true;
    done.index = done.committed = m_committed;
    done.everywhere = says.everywhere;
    effects.push_back(Send{say(message.from, MessageKind::raft_snapshot_reply, std::move(done))});
}

// Keys that others have seen used, on the way to a snapshot: true for good, whatever becomes of it.
void Group::on_page(const Message& message, Effects& effects) {
    const Agreement& says = *message.agreement;
    Agreement page;
    page.ballot = m_term;
    page.entries = says.entries;
    effects.push_back(Append{record(RecordKind::keys, true, std::move(page)), {}});
    for (const LogEntry& key : says.entries) effects.push_back(Tell{key.xid, {ToldKind::known, key, m_term}});
    unwatch(effects);
    Agreement kept;
    kept.ballot = m_term;
    kept.granted = true;
    kept.attempt = 2;
    kept.everywhere = says.everywhere;
    effects.push_back(Send{say(message.from, MessageKind::raft_snapshot_reply, std::move(kept))});
}

void Group::reply(NodeId to, MessageKind kind, bool granted, std::uint64_t index, Effects& effects) const {
    Agreement says;
    says.ballot = m_term;
    says.granted = granted;
    says.index = index;
    says.committed = m_committed;
    effects.push_back(Send{say(to, kind, std::move(says))});
}

// ---- compaction ----

// What every replica has is needed by nobody entry by entry; what one lacks is kept for it, within reason. The record is lazy:
// should a crash take it, those that it sums up are still there.
void Group::compact(Effects& effects) {
    std::uint64_t until = m_everywhere;
    if (m_committed - m_log.base() > m_id.context.raft_keep_entries) until = m_committed;
    if (until < m_log.base() + m_id.context.raft_compact_entries) return;
    std::vector<LogEntry> summary = m_log.summary(until);
    const auto open = static_cast<std::size_t>(std::count_if(summary.begin(), summary.end(), [](const LogEntry& e) { return !e.end; }));
    if (open > base::limits::raft_batch_entries_max) return;  // a snapshot is one message
    m_log.compact(until);
    append_snapshot(false, until, std::move(summary), effects);
}

void Group::append_snapshot(bool forced, std::uint64_t covered, std::vector<LogEntry> summary, Effects& effects) const {
    Agreement says;
    says.ballot = m_term;
    says.index = covered;
    says.attempt = m_log.term_at(covered);
    says.committed = summary.size();
    says.entries = std::move(summary);
    for (std::uint64_t i = covered + 1; i <= m_log.last(); ++i) says.entries.push_back(m_log.at(i));
    Record snapshot = record(RecordKind::raft_snapshot, forced, std::move(says));
    snapshot.node = m_voted;
    effects.push_back(Append{std::move(snapshot), {}});
}

}  // namespace indoubt::commit::raft
