// SPDX-License-Identifier: GPL-3.0-or-later
// 17. A durable heuristic record precedes the unlock; a contradiction gives a sticky damage record with the amount at stake.
#include <algorithm>
#include <set>

#include "checks/checkers.h"
#include "events/stake.h"

namespace indoubt::checks {

namespace {

// What the branch's damage events say is at stake, per currency. They leave together, so none of them is missing.
events::Sums told(const Trace& trace, const Story& story, NodeId node, Index after) {
    events::Sums sums;
    for (Index i : story.events)
        if (i > after && trace[i].node == node && trace[i].kind == EventKind::damage) events::add(sums, trace[i].note()->amount);
    return sums;
}

// What the forced branch heard of the real outcome, and where.
std::pair<Index, Outcome> heard(const Trace& trace, const Story& story, const Written& heuristic, std::size_t acceptors_needed) {
    Outcome outcome = Outcome::none;
    std::set<NodeId> acceptors;  // whose word alone decides nothing
    Index ordered = heuristic.append;  // the decision may come while the order is on its way to the disk
    for (const Index i : story.events)
        if (i < heuristic.append && trace[i].node == heuristic.node && trace[i].kind == EventKind::order) ordered = i;
    for (const Index i : story.events)
        if (i < ordered && trace[i].node == heuristic.node && trace[i].kind == EventKind::receive && trace[i].message() && trace[i].message()->kind == MessageKind::phase_2b_all)
            acceptors.insert(trace[i].message()->from);
    const Index at = trace.find_between(story, heuristic.node, ordered, trace.size(), [&](const Event& event) {
        if (event.kind != EventKind::receive || !event.message()) return false;
        const auto& message = *event.message();
        if (message.kind == MessageKind::phase_2b_all) acceptors.insert(message.from);
        const bool commits = message.kind == MessageKind::commit || (message.kind == MessageKind::phase_2b_all && acceptors.size() >= acceptors_needed);
        if (commits || message.knowledge == events::Knowledge::committed) outcome = Outcome::commit;
        else if (message.kind == MessageKind::abort || message.knowledge == events::Knowledge::aborted || message.knowledge == events::Knowledge::refused) outcome = Outcome::abort;
        return outcome != Outcome::none;
    });
    return {at, outcome};
}

}  // namespace

CheckResult check_heuristics(const Trace& trace, const CheckContext& context) {
    Finding finding("Heuristic accounting");
    for (const Story& story : trace.stories()) {
        for (Index i : story.events) {
            const Event& event = trace[i];
            if (event.kind != EventKind::heuristic) continue;
            finding.exercised();
            const bool durable = std::any_of(story.heuristics.begin(), story.heuristics.end(),
                                             [&](const Written& w) { return w.node == event.node && w.durable != never && w.durable < i; });
            if (!durable) finding.broken(trace, i, event.node.name() + " carries out a heuristic for " + story.xid.short_text() + " before its record is durable");
            const Index ordered = trace.find_between(story, event.node, 0, i, [](const Event& e) { return e.kind == EventKind::order; });
            if (ordered == never) finding.broken(trace, i, "nobody ordered the heuristic of " + story.xid.short_text() + " at " + event.node.name());
        }
        for (const Written& heuristic : story.heuristics) {
            if (heuristic.durable == never) continue;
            const auto [at, outcome] = heard(trace, story, heuristic, context.managers.size() / 2 + 1);
            if (at == never) continue;
            const bool contradicts = outcome != heuristic.record->outcome;
            // Crashed before it could write: it will hear again, and the last word counts.
            const bool settled = std::any_of(story.decisions.begin(), story.decisions.end(), [&](const Written& w) { return w.node == heuristic.node && w.append > heuristic.append && w.durable != never; });
            const auto damage = std::find_if(story.damages.begin(), story.damages.end(), [&](const Written& w) { return w.node == heuristic.node && w.durable != never; });
            if (!settled && damage == story.damages.end()) continue;
            finding.exercised();
            if (contradicts != (damage != story.damages.end())) {
                finding.broken(trace, at, contradicts ? "the damage of " + story.xid.short_text() + " at " + heuristic.node.name() + " is not on record"
                                                      : "damage is on record for " + story.xid.short_text() + ", but the decision agrees");
                continue;
            }
            if (!contradicts) continue;
            const Index shown = trace.find_between(story, heuristic.node, damage->append, trace.size(), [](const Event& e) { return e.kind == EventKind::damage; });
            if (shown == never) continue;  // crashed before it could tell; the record tells
            if (story.payment && told(trace, story, heuristic.node, damage->append) != events::stake_of(*story.payment, heuristic.node))
                finding.broken(trace, shown, "the amount at stake is not that of the legs of " + heuristic.node.name());
        }
        for (const Written& damage : story.damages) {
            const bool known = std::any_of(story.heuristics.begin(), story.heuristics.end(), [&](const Written& w) { return w.node == damage.node && w.append < damage.append && w.record->outcome != damage.record->outcome; });
            if (!known) finding.broken(trace, damage.append, "damage without a heuristic that contradicts the decision");
        }
    }
    return finding.take();
}

}  // namespace indoubt::checks
