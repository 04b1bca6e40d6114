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

    // False: the event is here already. A late one is put in its place and folded into every later keyframe. `again`: it may have been
    // told before and be folded away since; from before the earliest state it is kept to be looked at, and not folded twice.
    bool append(const events::Event& event, bool again = false);

    // What is left when the events before `cut` are folded away: the state at the cut, the events behind it, and of those before it what
    // tells of nodes and of payments that were open or forced. Where the others were stands a gap that counts them. Row ids begin anew.
    History after(std::size_t cut) const;
    std::size_t first_cut() const { return m_keyframes.front().cut; }  // the earliest cut whose state is known
    std::uint64_t folded_away() const { return m_folded_away; }         // events that are no longer here

    const EventRows& events() const { return m_store.rows(); }
    std::size_t size() const { return m_store.rows().size(); }
    const View& now() const { return m_now; }
    View& now() { return m_now; }             // for take_changed() and set_retained_max(); never fold into it
    View at(std::size_t cut) const;            // after the first `cut` events; cut >= size(): now; before first_cut(): the state there
    std::size_t cut_at(std::int64_t hlc) const;  // events at or before it
    std::size_t keyframes() const { return m_keyframes.size(); }

  private:
    struct Keyframe { std::size_t cut; View view; };
    std::size_t m_every, m_most, m_first_every;
    std::uint64_t m_folded_away = 0;
    RowId m_gap = no_row;                      // the row that stands for them
    EventStore m_store;
    View m_now;
    std::vector<Keyframe> m_keyframes;         // ascending; the first is the empty view, or the state others were folded into
};

}  // namespace indoubt::view
