// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/cause_words.h"

#include <QCoreApplication>

#include "feed/evidence.h"

namespace indoubt::console::feed {

namespace {

struct Causes {
    Q_DECLARE_TR_FUNCTIONS(Causes)
};

QString payments(std::size_t count) { return count == 1 ? Causes::tr("1 payment") : Causes::tr("%1 payments").arg(countText(count)); }

QString adviceCounts(const view::View& view, const view::Cause& cause) {
    std::size_t undetermined = 0, oneStep = 0, safe = 0;
    for (const auto& xid : cause.payments) {
        const auto t = view.find(xid);
        if (!t) continue;
        switch (adviceOf(view, *t)) {
            case Advice::Undetermined: ++undetermined; break;
            case Advice::SafeAfterOneStep: ++oneStep; break;
            case Advice::SafeToCommit:
            case Advice::SafeToRollBack: ++safe; break;
            default: break;
        }
    }
    QStringList parts;
    if (undetermined) parts << Causes::tr("%1 undetermined").arg(countText(undetermined));
    if (oneStep) parts << Causes::tr("%1 safe after one step").arg(countText(oneStep));
    if (safe) parts << Causes::tr("%1 safe").arg(countText(safe));
    return parts.join(QStringLiteral(", "));
}

void fillDown(CauseWords& words, const view::View& view, const view::Cause& cause, const QString& id, const QString& since) {
    const view::NodeRow* row = view.node(cause.node);
    const bool coordinator = row && row->coordinator;
    words.glyph = theme::Glyph::Crash;
    words.title = Causes::tr("%1 down since %2").arg(id, since);
    words.sentence = coordinator ? Causes::tr("Coordinator %1 does not answer (%2).").arg(id, words.age) : Causes::tr("%1 does not answer (%2).").arg(nodeTitle(view, cause.node), words.age);
    words.best = Causes::tr("Best next step: bring %1 back.").arg(id);
    words.remark = Causes::tr("Nothing needs forcing.");
    words.steps = {{Causes::tr("Restart %1").arg(id), QStringLiteral("node.restart.") + id, {}}};
}

}  // namespace

Advice adviceOf(const view::View& view, const view::Transaction& t) {
    if (!t.open()) return Advice::None;
    switch (advise(view, t).verdict) {
        case commit::Verdict::safe_to_commit: return Advice::SafeToCommit;
        case commit::Verdict::safe_to_roll_back: return Advice::SafeToRollBack;
        case commit::Verdict::safe_once_fenced: return Advice::SafeAfterOneStep;
        case commit::Verdict::undetermined: return Advice::Undetermined;
        case commit::Verdict::settled: return Advice::Settling;
    }
    return Advice::None;
}

QString adviceWord(Advice advice) {
    switch (advice) {
        case Advice::None: return {};
        case Advice::Settling: return Causes::tr("settling");
        case Advice::SafeToCommit: return Causes::tr("safe to commit");
        case Advice::SafeToRollBack: return Causes::tr("safe to roll back");
        case Advice::SafeAfterOneStep: return Causes::tr("safe after one step");
        case Advice::Undetermined: return Causes::tr("undetermined");
    }
    return {};
}

QString adviceWord(const view::View& view, const view::Transaction& transaction) {
    const auto advice = adviceOf(view, transaction);
    if (advice == Advice::None || forcedAgainst(view, transaction).branches.empty()) return adviceWord(advice);
    return Causes::tr("damage: force against decision");
}

CauseWords wordsOf(const view::View& view, const view::Cause& cause, std::int64_t nowHlc, const Session& session) {
    using Kind = view::Cause::Kind;
    CauseWords words;
    const QString id = qs(cause.node.name()), since = timeText(cause.since_hlc, session.zone(), Precision::Seconds);
    const std::int64_t age = std::max<std::int64_t>(nowHlc - cause.since_hlc, 0);
    words.key = QStringLiteral("%1.%2").arg(int(cause.kind)).arg(id + qs(cause.peer.name()));
    // It ticks in seconds; after ten minutes those only take the room of the cause's name.
    const std::int64_t second = 1'000'000'000, tick = age < 600 * second ? second : 60 * second;
    words.age = ageText(age < second ? age : age / tick * tick);
    words.size = cause.payments.empty() ? Causes::tr("nothing waits")
                 : cause.kind == Kind::damage && !cause.held_minor.empty() ? Causes::tr("%1, %2 at stake").arg(payments(cause.payments.size()), amountsText(cause.held_minor))
                 : cause.held_minor.empty() ? (cause.payments.size() == 1 ? Causes::tr("1 payment waits") : Causes::tr("%1 wait").arg(payments(cause.payments.size())))
                                            : Causes::tr("%1, %2 on hold").arg(payments(cause.payments.size()), amountsText(cause.held_minor));
    if (cause.first_due_ns) words.due = Causes::tr("first due %1").arg(dueText(cause.first_due_ns, nowHlc, session.zone()));
    const QString filter = QStringLiteral("is:stuck");
    const SafeStep single{Causes::tr("Single payments"), {}, filter};
    words.detail = adviceCounts(view, cause);
    switch (cause.kind) {
        case Kind::node_down: fillDown(words, view, cause, id, since); break;
        case Kind::node_suspended:
            words.glyph = theme::Glyph::Suspended;
            words.title = Causes::tr("%1 suspended since %2").arg(id, since);
            words.sentence = Causes::tr("%1 is suspended (%2).").arg(nodeTitle(view, cause.node), words.age);
            words.best = Causes::tr("Best next step: resume %1.").arg(id);
            words.remark = Causes::tr("Nothing needs forcing.");
            words.steps = {{Causes::tr("Resume %1").arg(id), QStringLiteral("node.resume.") + id, {}}};
            break;
        case Kind::no_answer:
            words.glyph = theme::Glyph::Undetermined;
            words.title = Causes::tr("No answer from %1 since %2").arg(id, since);
            words.sentence = Causes::tr("%1 is up but does not answer (%2).").arg(nodeTitle(view, cause.node), words.age);
            words.best = Causes::tr("Best next step: ask %1 again.").arg(id);
            words.remark = Causes::tr("Nothing needs forcing.");
            words.steps = {{Causes::tr("Ask %1 again").arg(id), QStringLiteral("cause.retry"), {}}};
            break;
        case Kind::held_message:
            words.glyph = theme::Glyph::HeldBack;
            words.title = Causes::tr("Message held back since %1").arg(since);
            words.sentence = Causes::tr("A message is held back (%1).").arg(words.age);
            words.best = Causes::tr("Best next step: release it.");
            words.remark = Causes::tr("Or abort at the coordinator while it still collects.");
            words.steps = {{Causes::tr("Heal all"), QStringLiteral("fault.clear"), {}}};
            break;
        case Kind::cut_link:
            words.glyph = theme::Glyph::Partition;
            words.title = Causes::tr("Link %1 - %2 cut since %3").arg(id, qs(cause.peer.name()), since);
            words.sentence = Causes::tr("The link between %1 and %2 is cut (%3): both are up and cannot talk.").arg(id, qs(cause.peer.name()), words.age);
            words.best = Causes::tr("Best next step: heal the link.");
            words.remark = Causes::tr("Asking again cannot help; nothing needs forcing.");
            words.steps = {{Causes::tr("Heal all"), QStringLiteral("fault.clear"), {}}};
            break;
        case Kind::lock_wait:
            words.glyph = theme::Glyph::Lock;
            words.title = Causes::tr("Waiting behind a lock since %1").arg(since);
            words.sentence = Causes::tr("Payments wait behind a lock (%1).").arg(words.age);
            words.best = Causes::tr("Best next step: settle the payment that holds it.");
            words.steps = {};
            break;
        case Kind::not_delivered:
            words.glyph = theme::Glyph::Committing;
            words.title = id.isEmpty() ? Causes::tr("Decided, not delivered since %1").arg(since) : Causes::tr("Not delivered to %1 since %2").arg(id, since);
            words.sentence = Causes::tr("A decision has not reached every branch (%1).").arg(words.age);
            words.best = Causes::tr("Best next step: deliver it again.");
            words.remark = Causes::tr("Passing it on is not forcing.");
            words.steps = {{Causes::tr("Deliver again"), QStringLiteral("cause.retry"), {}}};
            break;
        case Kind::heuristic:
            words.glyph = theme::Glyph::Heuristic;
            words.title = Causes::tr("Forced outcomes since %1").arg(since);
            words.sentence = Causes::tr("Outcomes were forced (%1).").arg(words.age);
            words.best = Causes::tr("Best next step: compare with the coordinator, then forget.");
            words.steps = {};
            break;
        case Kind::damage:
            words.glyph = theme::Glyph::Damage;
            words.title = Causes::tr("Damage since %1").arg(since);
            words.sentence = Causes::tr("A forced outcome contradicts the decision (%1).").arg(words.age);
            words.best = Causes::tr("Best next step: compensate, then forget.");
            words.steps = {};
            break;
    }
    if (!cause.payments.empty()) words.steps << single;
    return words;
}

}  // namespace indoubt::console::feed
