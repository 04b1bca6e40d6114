// SPDX-License-Identifier: GPL-3.0-or-later
// The view at any earlier cut: events plus a copy of the view every so many of them. A cut is a count of events in causal
// order, so it is consistent. at() folds at most one stretch: a few milliseconds for a million events, at 0.5 MB a keyframe.
//
// Threads: one writer; a copy costs microseconds and may be read on another thread.
#pragma once
#include <cstddef>
#include <vector>

#include "view/event_store.h"
#include "view/view.h"

namespace indoubt::view {

class History {
  public:
    explicit History(std::size_t keyframe_events = 4096, std::size_t keyframes_max = 1024);

    // False: the event is here already. A late one is put in its place and folded into every later keyframe.
    bool append(const events::Event& event);

    const EventRows& events() const { return m_store.rows(); }
    std::size_t size() const { return m_store.rows().size(); }
    const View& now() const { return m_now; }
    View& now() { return m_now; }             // for take_changed() and set_retained_max(); never fold into it
    View at(std::size_t cut) const;            // after the first `cut` events; cut >= size(): now
    std::size_t cut_at(std::int64_t hlc) const;  // events at or before it
    std::size_t keyframes() const { return m_keyframes.size(); }

  private:
    struct Keyframe { std::size_t cut; View view; };
    std::size_t m_every, m_most;
    EventStore m_store;
    View m_now;
    std::vector<Keyframe> m_keyframes;         // ascending; the first is the empty view
};

}  // namespace indoubt::view
