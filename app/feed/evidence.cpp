// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/evidence.h"

#include <algorithm>

#include "commit/machine.h"

namespace indoubt::console::feed {

using commit::Fact;
using view::BranchPhase;

bool reached(const view::View& view, base::NodeId node) {
    const auto* row = view.node(node);
    return row && row->state == view::NodeState::up;
}

Fact coordinatorFact(const view::View& view, const view::Transaction& t) {
    if (t.decision == events::Outcome::commit && t.decision_durable) return Fact::committed;
    if (t.decision == events::Outcome::abort) return Fact::aborted;
    if (!reached(view, t.xid.coordinator) || t.pre_committed) return Fact::unknown;  // after PRE-COMMIT it cannot tell how others end it
    const auto protocol = commit::find_protocol(t.protocol.name);
    const bool presumes = protocol && (*protocol)->alone_presumes_abort;
    const bool later = view.node(t.xid.coordinator)->incarnation > t.xid.incarnation;
    // A later life never goes on collecting for an earlier one: without a decision on disk it presumes abort. Where others can decide
    // too, or keep the decision, its having none says nothing.
    if (t.ended || later) return presumes ? Fact::nothing : Fact::unknown;
    // Acceptors decide without it once they have the votes: an abort there may come too late.
    const bool others_decide = protocol && (*protocol)->opens && view.shape() && view.shape()->managers().size() > 1;
    return others_decide ? Fact::unknown : Fact::preparing;
}

Fact branchFact(const view::View& view, const view::Branch& branch) {
    if (branch.heuristic == events::Heuristic::commit) return Fact::forced_commit;
    if (branch.heuristic == events::Heuristic::rollback) return Fact::forced_rollback;
    switch (branch.phase) {
        case BranchPhase::prepared: return Fact::prepared;
        case BranchPhase::committed: return Fact::committed;
        case BranchPhase::aborted:
            if (branch.vote != events::Vote::no) return Fact::aborted;  // told by the coordinator: true wherever it is written
            return branch.decided_on_disk ? Fact::refused : Fact::refusing;
        case BranchPhase::read_only: return Fact::read_only;
        case BranchPhase::forgotten: return Fact::nothing;
        default: return reached(view, branch.node) ? Fact::nothing : Fact::unknown;
    }
}

std::vector<commit::Reading> readingsOf(const view::View& view, const view::Transaction& t) {
    const auto asOf = [&](base::NodeId node) {
        const auto* row = view.node(node);
        return row ? row->last_hlc : 0;
    };
    const auto T = t.xid.coordinator;
    std::vector<commit::Reading> readings{{T, true, false, reached(view, T), coordinatorFact(view, t), t.decision_on_disk ? t.decision_lsn : 0, asOf(T)}};
    for (const auto& branch : t.branches) {
        // Only a record on disk is named: a lazy one may still be lost.
        const auto lsn = branch.decided_lsn == 0 ? branch.prepared_lsn : branch.decided_on_disk ? branch.decided_lsn : 0;
        readings.push_back({branch.node, false, branch.updater, reached(view, branch.node), branchFact(view, branch), lsn, asOf(branch.node)});
    }
    return readings;
}

commit::Advice advise(const view::View& view, const view::Transaction& transaction) { return commit::advise(readingsOf(view, transaction)); }

ForcedAgainst forcedAgainst(const view::View& view, const view::Transaction& t) {
    ForcedAgainst against;
    const bool any = std::any_of(t.branches.begin(), t.branches.end(), [](const view::Branch& b) { return b.heuristic != events::Heuristic::none; });
    if (!any) return against;
    const auto readings = readingsOf(view, t);
    const auto verdict = commit::advise(readings).verdict;
    if (verdict == commit::Verdict::safe_to_commit) against.proved = events::Outcome::commit;
    if (verdict == commit::Verdict::safe_to_roll_back) against.proved = events::Outcome::abort;
    if (verdict == commit::Verdict::settled)  // nobody is left to tell; the coordinator's reading is the first
        for (const auto& reading : readings) {
            if (reading.fact == Fact::committed) against.proved = events::Outcome::commit;
            if (reading.fact == Fact::aborted || reading.fact == Fact::refused) against.proved = events::Outcome::abort;
            if (against.proved != events::Outcome::none) break;
        }
    if (against.proved == events::Outcome::none) return against;
    const auto contrary = against.proved == events::Outcome::commit ? events::Heuristic::rollback : events::Heuristic::commit;
    events::Stake stake;
    for (const auto& branch : t.branches) {
        if (branch.heuristic != contrary) continue;
        against.branches.push_back(branch.node);
        if (t.payment) stake.add_branch(*t.payment, branch.node);
    }
    against.stake = stake.sums();
    return against;
}

}  // namespace indoubt::console::feed
