// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/advice_words.h"

#include <QCoreApplication>
#include <algorithm>

#include "desk/case_facts.h"
#include "events/stake.h"
#include "feed/customer_words.h"
#include "feed/evidence.h"

namespace indoubt::console::desk {

using commit::Ground;
using commit::Verdict;
using feed::nodeTitle;
using feed::qs;

namespace {

QString tr(const char* text, int count = -1) { return QCoreApplication::translate("Desk", text, nullptr, count); }

// "T wrote COMMIT to disk (record 13)": also of a node that is down now, for a durable fact stays true.
QString recordOf(const view::View& view, const view::Transaction& t, const commit::Advice& advice, bool commits) {
    const QString word = commits ? tr("COMMIT") : tr("ABORT");
    const bool coordinator = advice.node == t.xid.coordinator;
    const QString who = coordinator ? qs(advice.node.name()) : nodeTitle(view, advice.node);
    if (!advice.lsn) return tr("%1 knows the decision: %2.").arg(who, word);
    const QString record = feed::countText(advice.lsn);
    if (!feed::reached(view, advice.node)) return tr("%1 wrote %2 to disk before it went down (record %3).").arg(who, word, record);
    return coordinator ? tr("%1 holds its %2 on disk (record %3).").arg(who, word, record) : tr("%1 holds the coordinator's %2 on disk (record %3).").arg(who, word, record);
}

AdviceAction deliver(const commit::Advice& advice, bool commits) {
    const int count = static_cast<int>(advice.to_tell.size());
    return {Act::Deliver, count == 1 ? tr("Deliver %1 to 1 branch").arg(commits ? tr("COMMIT") : tr("ROLLBACK")) : tr("Deliver %1 to %2 branches").arg(commits ? tr("COMMIT") : tr("ROLLBACK")).arg(count), advice.node};
}

void fillUndetermined(AdviceWords& words, const view::View& view, const view::Transaction& t, const commit::Advice& advice, bool faultsAllowed) {
    const QString T = qs(t.xid.coordinator.name());
    const bool down = !feed::reached(view, t.xid.coordinator);
    words.glyph = theme::Glyph::Undetermined;
    words.title = tr("Undetermined");
    words.reason = tr("Nobody we can reach knows, and both endings are possible. Every branch that answers said YES; only %1 may have decided. <b>How long it has waited is not evidence.</b>").arg(T);
    QStringList others;
    for (const auto& node : advice.would_settle)
        if (node != t.xid.coordinator) others << tr("a refusal at %1").arg(qs(node.name()));
    words.settles = tr("an answer from %1, or its decision log").arg(T) + (others.isEmpty() ? QString() : tr(", or %1").arg(others.join(tr(" or ")))) + u'.';
    words.actions << AdviceAction{Act::AskCoordinator, tr("Ask %1 now").arg(T), t.xid.coordinator};
    if (down && faultsAllowed) words.actions << AdviceAction{Act::Restart, tr("Restart %1").arg(T), t.xid.coordinator};
    words.actions << AdviceAction{Act::ReadLog, tr("Read %1's log").arg(T), t.xid.coordinator};
    words.actions << AdviceAction{Act::TellMe, tr("Tell me when %1 answers").arg(T), t.xid.coordinator};
    const bool forced = std::any_of(t.branches.begin(), t.branches.end(), [](const view::Branch& b) { return b.heuristic != events::Heuristic::none; });
    words.rule = (forced ? tr("What was forced is an operator's choice, no knowledge of the decision. ") : tr("Every branch in reach is prepared: it may neither commit nor roll back alone. ")) +
                 tr("%1 decides COMMIT only after all YES, so it may have; it may as well have gone down before. No record in reach excludes either.").arg(T);
}

// Forced against what is proved: the amount is said now, not only once the branch has heard the decision.
QString damageAhead(const view::View& view, const feed::ForcedAgainst& against) {
    QStringList where;
    for (const auto& node : against.branches) where << feed::nodeTitle(view, node);
    const QString forced = against.proved == events::Outcome::commit ? tr("ROLLBACK") : tr("COMMIT");
    const QString stake = against.stake.empty() ? QString() : tr(" <b>%1 at stake.</b>").arg(feed::amountsText(against.stake));
    return tr("%1 was forced at %2 against it: damage, recorded as soon as the decision reaches it.").arg(forced, where.join(tr(" and ")).toHtmlEscaped()) + stake +
           u' ' + tr("It cannot be undone, only compensated by a payment the other way.");
}

void fillSafe(AdviceWords& words, const view::View& view, const view::Transaction& t, const commit::Advice& advice) {
    const bool commits = advice.verdict == Verdict::safe_to_commit;
    words.glyph = theme::Glyph::Check;
    words.title = commits ? tr("Safe to commit") : tr("Safe to roll back");
    switch (advice.ground) {
        case Ground::presumed_abort: words.reason = tr("%1 has read its decision log again and holds no decision: presumed abort.").arg(qs(advice.node.name())); break;
        case Ground::forced_refusal: words.reason = tr("%1 refused, and its refusal is on disk: no commit is possible.").arg(nodeTitle(view, advice.node)); break;
        default: words.reason = recordOf(view, t, advice, commits);
    }
    const auto against = feed::forcedAgainst(view, t);
    if (!against.branches.empty()) {
        words.glyph = theme::Glyph::Damage;
        words.title = commits ? tr("Commits with damage") : tr("Rolls back with damage");
        words.reason += u' ' + damageAhead(view, against) + u' ' + tr("The other branches cannot end any other way: passing it on to them is not forcing.");
    } else {
        words.reason += u' ' + tr("This payment cannot end any other way. <b>Passing it on is not forcing.</b>");
    }
    words.rule = commits ? tr("A decision on disk is never taken back. Whoever asks the coordinator will be told the same.") : tr("Without a decision on disk, or with a refusal there, the coordinator can only answer ABORT: presumed abort.");
    words.actions << deliver(advice, commits);
    if (advice.lsn) words.actions << AdviceAction{Act::ShowRecord, tr("Show the record"), advice.node};
    if (!feed::reached(view, t.xid.coordinator)) words.actions << AdviceAction{Act::TellMe, tr("Tell me when %1 answers").arg(qs(t.xid.coordinator.name())), t.xid.coordinator};
}

void fillFence(AdviceWords& words, const view::View& view, const view::Transaction& t, const commit::Advice& advice) {
    words.glyph = theme::Glyph::Clock;
    words.title = tr("Safe after one step");
    if (advice.ground == Ground::abort_at_coordinator) {
        words.reason = tr("%1 still collects votes. An abort there is the coordinator's own decision: every branch will follow it, and nothing is forced.").arg(qs(advice.node.name()));
        words.actions << AdviceAction{Act::AbortAtCoordinator, tr("Abort at %1").arg(qs(advice.node.name())), advice.node};
        words.actions << AdviceAction{Act::TellMe, tr("Tell me when it is settled"), advice.node};
    } else {
        words.reason = tr("%1 has not voted. Once its refusal is on disk, no commit is possible. If it has voted meanwhile, nothing changes and we look again.").arg(nodeTitle(view, advice.node));
        words.actions << AdviceAction{Act::AskToRefuse, tr("Ask %1 to refuse").arg(qs(advice.node.name())), advice.node};
        words.actions << AdviceAction{Act::AskCoordinator, tr("Ask %1 now").arg(qs(t.xid.coordinator.name())), t.xid.coordinator};
    }
    words.rule = tr("As long as one vote is missing and its branch refuses first, COMMIT can never be decided: it needs every YES.");
}

void fillSettled(AdviceWords& words, const view::View& view, const view::Transaction& t) {
    words.rule = tr("The decision and every branch agree; readings of different times may be put together, for durable facts do not change.");
    words.glyph = theme::Glyph::Check;
    const bool commits = t.decision == events::Outcome::commit || t.state == view::PaymentState::committed;
    if (t.damage || !feed::forcedAgainst(view, t).branches.empty())
        words.rule = tr("The decision is on disk and so is what was forced against it: neither is ever taken back. What one branch did is not what the others did.");
    if (t.damage) {
        words.glyph = theme::Glyph::Damage;
        words.title = tr("Damage");
        words.reason = tr("A forced outcome contradicts the decision. %1 at stake. It cannot be undone, only compensated by a payment the other way.")
                           .arg(feed::amountsText(t.damages()));
    } else if (const auto against = feed::forcedAgainst(view, t); !against.branches.empty()) {
        words.glyph = theme::Glyph::Damage;
        words.title = tr("Damage");
        words.reason = tr("The decision is %1.").arg(against.proved == events::Outcome::commit ? tr("COMMIT") : tr("ABORT")) + u' ' + damageAhead(view, against);
    } else {
        words.title = commits ? tr("Committed") : tr("Rolled back");
        const auto forced = std::count_if(t.branches.begin(), t.branches.end(), [](const view::Branch& b) { return b.heuristic != events::Heuristic::none; });
        if (forced) words.reason = tr("What was forced agrees with the decision: no damage. %1").arg(t.heuristic != events::Heuristic::none ? tr("Forget it when it has been compared.") : QString());
        else words.reason = commits ? tr("Every branch says committed. Nothing is left to do.") : tr("No branch has booked anything. Nothing is on hold for this payment.");
        if (!commits && !t.reason.empty()) words.reason += u' ' + tr("Reason: %1.").arg(qs(t.reason).toHtmlEscaped());
    }
    for (const auto& branch : t.branches) {
        if (branch.heuristic == events::Heuristic::none || branch.phase == view::BranchPhase::forgotten) continue;
        const QString id = qs(branch.node.name());
        words.actions << AdviceAction{Act::Forget, tr("Forget the forced branch at %1").arg(id), branch.node,
                                      branch.heard ? QString() : tr("%1 has not heard the decision of %2 yet: forgetting now could hide damage.").arg(id, qs(t.xid.coordinator.name()))};
    }
}

}  // namespace

QList<QPair<QString, QString>> nextSteps(const view::View& view, const view::Transaction& t, std::int64_t nowHlc, const feed::Session& session) {
    QList<QPair<QString, QString>> steps;
    if (!t.open()) return steps;
    const QString T = qs(t.xid.coordinator.name());
    std::uint32_t asks = 0;
    std::int64_t last = 0;
    QStringList who;
    for (const auto& branch : t.branches) {
        if (!branch.in_doubt() || !feed::reached(view, branch.node)) continue;
        who << qs(branch.node.name());
        asks = std::max(asks, branch.asks);
        last = std::max(last, branch.asked_hlc);
    }
    if (!who.isEmpty()) {
        steps.append({tr("%1 ask %2 again by themselves").arg(who.join(QStringLiteral(", ")), T), {}});
        if (who.size() == 1) steps.last().first = tr("%1 asks %2 again by itself").arg(who.first(), T);
        if (asks && last) steps.append({tr("asked %1 so far, last").arg(feed::counted(asks, tr("once"), tr("%1 times"))), nowHlc - last < 1'000'000'000 ? tr("now") : tr("%1 ago").arg(wholeAgeText(nowHlc - last))});
    }
    if (t.decision != events::Outcome::none && !feed::reached(view, t.xid.coordinator)) steps.append({tr("%1 tells all as soon as it is back").arg(T), {}});
    if (t.payment && t.payment->due_at_ns) steps.append({tr("due"), feed::dueText(t.payment->due_at_ns, nowHlc, session.zone())});
    return steps;
}

AdviceWords wordsOf(const view::View& view, const view::Transaction& t, const commit::Advice& advice, bool faultsAllowed) {
    AdviceWords words;
    words.customer = feed::customerWords(view, t);
    switch (advice.verdict) {
        case Verdict::undetermined: fillUndetermined(words, view, t, advice, faultsAllowed); break;
        case Verdict::safe_to_commit:
        case Verdict::safe_to_roll_back: fillSafe(words, view, t, advice); break;
        case Verdict::safe_once_fenced: fillFence(words, view, t, advice); break;
        case Verdict::settled: fillSettled(words, view, t); break;
    }
    return words;
}

}  // namespace indoubt::console::desk
