// SPDX-License-Identifier: GPL-3.0-or-later
// Independent checkers: the invariants of the protocol page over one trace of events, each under its own name. They share no
// code with the machines, the core or the view; what they know they read from the events.
//
// A result says how many instances it exercised: 0 is "not exercised", never "holds". Pure functions, any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"

namespace indoubt::checks {

using base::NodeId;
using base::Xid;
using events::Event;
using events::EventRef;

struct CheckResult {
    std::string name;
    std::uint64_t checked = 0;      // instances exercised
    bool holds = true;              // of those
    std::optional<EventRef> event;  // the first one that breaks it
    std::string why;
};

// How the run labelled one branch at one moment, and which nodes could really exchange messages with it then.
struct BlockedLabel {
    std::int64_t hlc = 0;           // the cut: every event up to here
    Xid xid;
    NodeId branch;
    bool shown = false;
    std::vector<NodeId> reachable;  // nodes that are up, with a link that works both ways
};

// What a trace cannot tell about itself.
struct CheckContext {
    std::vector<BlockedLabel> labels;
    std::vector<NodeId> managers;                // of the cluster, the coordinator first; empty: the coordinator alone
    std::optional<std::int64_t> healed_hlc;      // faults stopped, all healed; the trace goes on for at least the bound
    std::int64_t liveness_bound_ns = 60'000'000'000;
    std::optional<std::pair<std::uint64_t, std::uint64_t>> trace_hashes;  // of this run and of a second one of the same seed
};

std::vector<CheckResult> check_all(const std::vector<Event>& events, const CheckContext& context);

// The names, in the order of check_all.
const std::vector<std::string_view>& check_names();

}  // namespace indoubt::checks
