// SPDX-License-Identifier: GPL-3.0-or-later
// Inside of make_timeline: its later steps, which read what the earlier ones have built.
#pragma once
#include "view/timeline_model.h"

namespace indoubt::view {

// When each lane's node went down and came back.
class TimelineLives {
  public:
    explicit TimelineLives(const TimelineModel& model);
    // The lane's node is down at this event, or goes down behind it.
    bool down_at_or_after(int lane, int event) const;
    bool down_at(int lane, int event) const;

  private:
    struct Turn { int event; bool down; };
    std::vector<std::vector<Turn>> m_turns;  // by lane
};

void build_bands(TimelineModel& model, const Transaction& tx);
void build_axes(TimelineModel& model, const TimelineOptions& options);
void build_cost(TimelineModel& model, const Transaction& tx, const TimelineOptions& options);

}  // namespace indoubt::view
