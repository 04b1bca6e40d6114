// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks/trace.h"

#include <algorithm>

namespace indoubt::checks {

bool Story::enrolled_as_updater(NodeId node) const {
    return std::any_of(enrolled.begin(), enrolled.end(), [&](const Enrolled& e) { return e.node == node && e.updater; });
}

const Written* Story::heuristic_at(NodeId node) const {
    for (const Written& written : heuristics)
        if (written.node == node && written.durable != never) return &written;
    return nullptr;
}

Trace::Trace(const std::vector<Event>& events) {
    m_events.reserve(events.size());
    for (const Event& event : events) m_events.push_back(&event);
    const auto earlier = [](const Event* a, const Event* b) { return events::position(*a) < events::position(*b); };
    if (!std::is_sorted(m_events.begin(), m_events.end(), earlier)) std::sort(m_events.begin(), m_events.end(), earlier);
    index_nodes();
    clock();
    settle_durability();
    tell_stories();
}

std::size_t Trace::node_index(NodeId node) const {
    return static_cast<std::size_t>(std::find(m_nodes.begin(), m_nodes.end(), node) - m_nodes.begin());
}

void Trace::index_nodes() {
    m_node_of.resize(m_events.size());
    for (Index i = 0; i < size(); ++i) {
        const Event& event = *m_events[i];
        const std::size_t node = node_index(event.node);
        if (node == m_nodes.size()) {
            m_nodes.push_back(event.node);
            m_by_ref.emplace_back();
            m_restarts.emplace_back();
        }
        m_node_of[i] = static_cast<std::uint8_t>(node);
        auto& incarnations = m_by_ref[node];
        if (incarnations.size() <= event.incarnation) incarnations.resize(event.incarnation + 1);
        auto& seqs = incarnations[event.incarnation];
        if (seqs.size() < event.seq) seqs.resize(event.seq, never);
        seqs[event.seq - 1] = i;
        if (event.kind == EventKind::restart) m_restarts[node].push_back(i);
    }
}

Index Trace::find(const EventRef& ref) const {
    const std::size_t node = node_index(ref.node);
    if (node >= m_by_ref.size() || ref.incarnation >= m_by_ref[node].size()) return never;
    const auto& seqs = m_by_ref[node][ref.incarnation];
    return ref.seq == 0 || ref.seq > seqs.size() ? never : seqs[ref.seq - 1];
}

void Trace::clock() {
    const std::size_t width = m_nodes.size();
    m_clock.assign(m_events.size() * width, 0);
    m_rank.resize(m_events.size());
    std::vector<Index> last(width, never), count(width, 0);
    for (Index i = 0; i < size(); ++i) {
        const std::size_t node = m_node_of[i];
        Index* own = &m_clock[i * width];
        if (last[node] != never) std::copy_n(&m_clock[last[node] * width], width, own);
        for (const EventRef& cause : m_events[i]->causes) {
            const Index at = find(cause);
            if (at == never || at >= i) continue;
            for (std::size_t k = 0; k < width; ++k) own[k] = std::max(own[k], m_clock[at * width + k]);
        }
        m_rank[i] = own[node] = ++count[node];
        last[node] = i;
    }
}

bool Trace::before(Index a, Index b) const {
    return a != never && b != never && m_clock[b * m_nodes.size() + m_node_of[a]] >= m_rank[a];
}

void Trace::settle_durability() {
    m_durable.assign(m_events.size(), never);
    std::vector<std::vector<Index>> open(m_nodes.size());
    for (Index i = 0; i < size(); ++i) {
        const Event& event = *m_events[i];
        auto& list = open[m_node_of[i]];
        if (event.kind == EventKind::append) list.push_back(i);
        if (event.kind != EventKind::sync && event.kind != EventKind::restart) continue;
        std::size_t done = 0;
        while (done < list.size() && m_events[list[done]]->lsn <= event.lsn) m_durable[list[done++]] = i;
        list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(done));
        if (event.kind == EventKind::restart) list.clear();  // what the log did not keep never happened
    }
}

void Trace::tell_stories() {
    for (Index i = 0; i < size(); ++i) {
        const Event& event = *m_events[i];
        if (event.xid.empty()) continue;
        const auto [at, is_new] = m_story_of.try_emplace(event.xid, m_stories.size());
        if (is_new) m_stories.emplace_back().xid = event.xid;
        Story& story = m_stories[at->second];
        story.events.push_back(i);
        if (event.kind == EventKind::submit && event.note()) {
            story.submit = i;
            story.payment = event.note()->payment;
            story.enrolled = event.note()->enrolled;
            story.protocol = event.note()->protocol.name;
        }
        if (story.protocol.empty() && event.message()) story.protocol = event.message()->protocol.name;
        if (event.kind != EventKind::append || !event.record()) continue;
        const Written written{i, m_durable[i], event.node, event.record()};
        switch (event.record()->kind) {
            case RecordKind::begin:
                if (!story.payment) story.payment = event.record()->payment;
                if (story.enrolled.empty()) story.enrolled = event.record()->enrolled;
                story.begins.push_back(written);
                break;
            case RecordKind::prepared: story.prepared.push_back(written); break;
            case RecordKind::refused: story.refused.push_back(written); break;
            case RecordKind::decision: story.decisions.push_back(written); break;
            case RecordKind::heuristic: story.heuristics.push_back(written); break;
            case RecordKind::damage: story.damages.push_back(written); break;
            case RecordKind::end: story.ends.push_back(written); break;
            case RecordKind::pre_committed:
            case RecordKind::pre_aborted:
            case RecordKind::elected: story.stands.push_back(written); break;
            default: break;
        }
    }
}

const Story* Trace::story(const Xid& xid) const {
    const auto at = m_story_of.find(xid);
    return at == m_story_of.end() ? nullptr : &m_stories[at->second];
}

}  // namespace indoubt::checks
