// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/history.h"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace indoubt::view {

History::History(std::size_t keyframe_events, std::size_t keyframes_max) : m_every(std::max<std::size_t>(keyframe_events, 1)), m_most(std::max<std::size_t>(keyframes_max, 2)), m_first_every(m_every) {
    m_keyframes.push_back({0, View()});
}

bool History::append(const events::Event& event, bool again) {
    std::size_t position = 0;
    if (!m_store.append(event, &position)) return false;
    if (again && position < first_cut()) {
        for (Keyframe& keyframe : m_keyframes) ++keyframe.cut;
        return true;
    }
    m_now.fold(event);
    if (position + 1 < size()) {
        // It came late. The fold takes a late trace event without taking back what is newer, so the keyframes behind its
        // place need not be folded again.
        for (Keyframe& keyframe : m_keyframes) {
            if (keyframe.cut <= position) continue;
            ++keyframe.cut;
            keyframe.view.fold(event);
            keyframe.view.take_changed();
        }
    }
    if (size() - m_keyframes.back().cut >= m_every) {
        m_keyframes.push_back({size(), m_now});
        if (m_keyframes.size() > m_most) {  // twice the stretch, half the frames
            std::vector<Keyframe> kept;
            for (std::size_t i = 0; i < m_keyframes.size(); i += 2) kept.push_back(std::move(m_keyframes[i]));
            m_keyframes = std::move(kept);
            m_every *= 2;
        }
    }
    return true;
}

History History::after(std::size_t cut) const {
    cut = std::clamp(cut, first_cut(), size());
    History rest(m_first_every, m_most);
    if (cut == 0) return *this;
    View base = at(cut);
    const EventRows& rows = m_store.rows();
    std::vector<RowId> told = rows.node_rows();
    for (std::size_t i = 0; i < base.size(); ++i) {
        const Transaction& tx = base.at(i);
        if (!tx.open() && tx.heuristic == events::Heuristic::none && !tx.damage) continue;
        const auto of = rows.rows_of(tx.xid);
        told.insert(told.end(), of.begin(), of.end());
    }
    const events::Position first_kept = cut < size() ? rows.position(rows.row(rows.at(cut))) : events::Position{INT64_MAX, {}, 0, 0};
    std::size_t kept = 0;
    for (const RowId id : told)
        if (id != m_gap && rows.position(rows.row(id)) < first_kept) kept += rest.m_store.append(rows.event(id)) ? 1 : 0;
    rest.m_folded_away = m_folded_away + cut - kept - (m_gap != no_row ? 1 : 0);
    if (rest.m_folded_away > 0) {
        // At the last event folded, under no incarnation: before all that is kept, and no node's own.
        auto note = std::make_shared<events::Note>();
        note->count = rest.m_folded_away;
        note->text = "older events are folded into the state here";
        events::Event gap;
        gap.node = base.last_position().node;
        gap.hlc = gap.at_ns = base.last_hlc();
        gap.kind = events::EventKind::gap;
        gap.payload = std::shared_ptr<const events::Note>(std::move(note));
        rest.m_gap = static_cast<RowId>(rest.m_store.rows().size());
        if (!rest.m_store.append(gap)) rest.m_gap = no_row;
    }
    rest.m_now = base;
    rest.m_keyframes.front() = {rest.size(), std::move(base)};
    rows.scan(cut, size(), [&](std::size_t, RowId id, const EventRow&) {
        rest.append(rows.event(id));
        return true;
    });
    return rest;
}

View History::at(std::size_t cut) const {
    if (cut >= size()) return m_now;
    if (cut <= first_cut()) return m_keyframes.front().view;
    auto after = std::upper_bound(m_keyframes.begin(), m_keyframes.end(), cut, [](std::size_t c, const Keyframe& frame) { return c < frame.cut; });
    const Keyframe& frame = *--after;
    View view = frame.view;
    const EventRows& rows = m_store.rows();
    rows.scan(frame.cut, cut, [&](std::size_t, RowId id, const EventRow&) {
        view.fold(rows.event(id));
        return true;
    });
    view.take_changed();
    return view;
}

std::size_t History::cut_at(std::int64_t hlc) const { return m_store.rows().lower_bound(hlc + 1); }

}  // namespace indoubt::view
