// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/history.h"

#include <algorithm>

namespace indoubt::view {

History::History(std::size_t keyframe_events, std::size_t keyframes_max) : m_every(std::max<std::size_t>(keyframe_events, 1)), m_most(std::max<std::size_t>(keyframes_max, 2)) {
    m_keyframes.push_back({0, View()});
}

bool History::append(const events::Event& event) {
    std::size_t position = 0;
    if (!m_store.append(event, &position)) return false;
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

View History::at(std::size_t cut) const {
    if (cut >= size()) return m_now;
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
