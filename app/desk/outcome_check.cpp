// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/outcome_check.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "feed/evidence.h"
#include "feed/wording.h"

namespace indoubt::console::desk {

using client::Action;
using events::Heuristic;
using events::Outcome;
using feed::qs;
using view::BranchPhase;

namespace {

constexpr std::int64_t patience_ns = 4'000'000'000;  // longer than a delivery with its forced write takes on a slow disk

QString tr(const char* text) { return QCoreApplication::translate("Desk", text); }

// What all branches together say of the money: each did what the outcome says, nothing is left on hold, legs sum to zero.
Checked checkWhole(const view::View& view, const view::Transaction& t, std::int64_t waitedNs) {
    int all = 0, there = 0;
    std::int64_t sum = 0;
    QStringList silent, slow;
    const bool commits = t.decision == Outcome::commit;
    for (const auto& branch : t.branches) {
        if (!branch.updater || branch.phase == BranchPhase::read_only) continue;
        ++all;
        // A forced branch did what was forced, whatever it says later.
        const bool posted = branch.heuristic == Heuristic::commit || (branch.heuristic == Heuristic::none && branch.phase == BranchPhase::committed);
        const bool open = branch.phase == BranchPhase::prepared || branch.phase == BranchPhase::active;
        if (commits ? posted : !posted && !open) ++there;
        else (feed::reached(view, branch.node) ? slow : silent) << feed::nodeTitle(view, branch.node);
        if (posted && t.payment)
            for (const auto& leg : t.payment->legs)
                if (leg.node == branch.node && leg.moves_money()) sum += leg.signed_minor();
    }
    Checked checked;
    if (there == all && t.decision != Outcome::none) {
        checked.final = true;
        checked.good = t.held_minor() == 0 && sum == 0 && !t.damage;
        checked.text = tr("Done and checked: %1 of %2 branches say %3").arg(there).arg(all).arg(commits ? tr("committed") : tr("rolled back"));
        checked.text += t.held_minor() == 0 ? tr(", hold released") : tr(", but %1 still on hold").arg(feed::amountText(t.held_minor(), t.payment->amount.currency));
        checked.text += sum == 0 ? tr(", sums agree.") : tr(", but the legs differ by %1.").arg(feed::amountText(sum, t.payment->amount.currency));
        return checked;
    }
    if (waitedNs < patience_ns && silent.isEmpty()) {
        checked.text = tr("Carried out; checking the branches: %1 of %2.").arg(there).arg(all);
        return checked;
    }
    checked.text = tr("%1 of %2.").arg(there).arg(all);
    if (!silent.isEmpty()) checked.text += u' ' + tr("%1 did not answer; the case stays open until it does.").arg(silent.join(tr(" and ")));
    else checked.text += u' ' + tr("%1 has not followed yet; the case stays open.").arg(slow.join(tr(" and ")));
    return checked;
}

Checked checkForced(const view::View& view, const view::Transaction& t, const view::Branch& branch, bool commits) {
    const QString bank = feed::nodeTitle(view, branch.node);
    if (branch.heuristic == Heuristic::none) return {false, false, tr("Carried out; waiting for the record of %1.").arg(bank)};
    const auto against = feed::forcedAgainst(view, t).branches;
    const bool contradicts = branch.damage || std::find(against.begin(), against.end(), branch.node) != against.end();
    Checked checked{true, !contradicts, tr("Done and checked: %1 holds %2 on disk (record %3)").arg(bank, commits ? tr("HEURISTIC COMMIT") : tr("HEURISTIC ROLLBACK"), feed::countText(branch.decided_lsn))};
    checked.text += branch.held_minor == 0 ? tr(", hold released.") : tr(", hold not released.");
    if (contradicts) checked.text += u' ' + tr("It contradicts the decision: damage.");
    else if (t.decision == Outcome::none) checked.text += u' ' + tr("The decision of %1 is still unknown; the case stays open until they are compared.").arg(qs(t.xid.coordinator.name()));
    return checked;
}

}  // namespace

Checked checkOutcome(const view::View& view, const view::Transaction& t, Action action, std::optional<base::NodeId> node, std::int64_t waitedNs) {
    const auto* branch = node ? t.branch(*node) : nullptr;
    const QString T = qs(t.xid.coordinator.name());
    switch (action) {
        case Action::resolve_commit:
        case Action::resolve_rollback:
            if (branch) return checkForced(view, t, *branch, action == Action::resolve_commit);
            break;
        case Action::forget:
            if (branch && branch->phase == BranchPhase::forgotten) return {true, true, tr("Done and checked: %1 has forgotten it. The orders stay in the log.").arg(feed::nodeTitle(view, branch->node))};
            return {waitedNs > patience_ns, false, tr("Carried out; waiting for the record.")};
        case Action::refuse:
            if (branch && branch->vote == events::Vote::no) return {true, true, tr("Done and checked: %1 has refused, on disk. No commit is possible any more.").arg(feed::nodeTitle(view, branch->node))};
            if (branch && branch->phase == BranchPhase::prepared) return {true, false, tr("%1 had voted YES meanwhile. Nothing has changed; look again.").arg(feed::nodeTitle(view, branch->node))};
            return {waitedNs > patience_ns, false, tr("Carried out; waiting for the record.")};
        case Action::retry:
            if (t.decision == Outcome::none && waitedNs > patience_ns)
                return {true, false, feed::reached(view, t.xid.coordinator) ? tr("%1 was asked and has not decided yet. Nothing has changed.").arg(T) : tr("%1 was asked and did not answer. Nothing has changed; nothing was forced.").arg(T)};
            if (t.decision == Outcome::none) return {false, false, tr("Asked; waiting for an answer.")};
            break;
        case Action::note:
        case Action::claim:
        case Action::unmask: return {true, true, tr("Written down.")};
        case Action::abort:
        case Action::deliver: break;
    }
    return checkWhole(view, t, waitedNs);
}

}  // namespace indoubt::console::desk
