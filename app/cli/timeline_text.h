// SPDX-License-Identifier: GPL-3.0-or-later
// A space-time diagram in characters: a row per event in causal order, a column per node, time running down.
#pragma once
#include <vector>

#include "events/event.h"

namespace indoubt::cli {

void print_timeline(const std::vector<events::Event>& events);
// One line of `events`: time, node, what happened.
std::string event_line(const events::Event& event);

}  // namespace indoubt::cli
