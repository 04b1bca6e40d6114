// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/evidence.h"

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
    if (!reached(view, t.xid.coordinator)) return Fact::unknown;
    if (t.ended) return Fact::nothing;
    // A later life never goes on collecting for an earlier one: without a decision on disk it presumes abort.
    return view.node(t.xid.coordinator)->incarnation > t.xid.incarnation ? Fact::nothing : Fact::preparing;
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

}  // namespace indoubt::console::feed
