// SPDX-License-Identifier: GPL-3.0-or-later
// Inside of make_timeline: its later steps, which read what the earlier ones have built.
#pragma once
#include "view/timeline_model.h"

namespace indoubt::view {

struct TimelineIndex {
    // The lane's node is down at this event, or goes down behind it.
    bool down_at_or_after(const TimelineModel& model, int lane, int event) const;
};

void build_bands(TimelineModel& model, const Transaction& tx);
void build_axes(TimelineModel& model, const TimelineOptions& options);
void build_cost(TimelineModel& model, const Transaction& tx);

}  // namespace indoubt::view
