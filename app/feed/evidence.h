// SPDX-License-Identifier: GPL-3.0-or-later
// What the advisor (commit/advisor.h) may rest on, read from the fold: one durable fact per node, and whether the node can be
// reached now. The only bridge from the view to the rules; every pane that says what is safe goes through it. Any thread.
#pragma once
#include <vector>

#include "commit/advisor.h"
#include "events/stake.h"
#include "view/view.h"

namespace indoubt::console::feed {

bool reached(const view::View& view, base::NodeId node);
commit::Fact coordinatorFact(const view::View& view, const view::Transaction& transaction);
commit::Fact branchFact(const view::View& view, const view::Branch& branch);
// The coordinator first, then the branches in the order of enrolment.
std::vector<commit::Reading> readingsOf(const view::View& view, const view::Transaction& transaction);
commit::Advice advise(const view::View& view, const view::Transaction& transaction);

// What was forced against an outcome that evidence already proves: damage for certain, though it is recorded as such only once
// the forced branch hears the decision.
struct ForcedAgainst {
    events::Outcome proved = events::Outcome::none;
    std::vector<base::NodeId> branches;  // empty: nothing contradicts
    events::Sums stake;
};
ForcedAgainst forcedAgainst(const view::View& view, const view::Transaction& transaction);

}  // namespace indoubt::console::feed
