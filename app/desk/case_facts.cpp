// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/case_facts.h"

#include <QCoreApplication>
#include <algorithm>

#include "view/why.h"

namespace indoubt::console::desk {

using events::Heuristic;
using events::Outcome;
using feed::qs;
using theme::Glyph;
using view::BranchPhase;
using widgets::Tone;

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Desk", text); }

widgets::Amount amountOf(std::int64_t minor, base::Currency currency) { return {minor, qs(currency.code()), currency.minor_digits()}; }

QString recordText(const QString& word, std::uint64_t lsn) { return lsn ? tr("%1, record %2").arg(word, feed::countText(lsn)) : word; }

Cell text(const QString& words, Tone tone = Tone::Text) {
    Cell cell;
    cell.text = words;
    cell.tone = tone;
    return cell;
}

Cell money(std::int64_t minor, base::Currency currency, Tone tone = Tone::Text) {
    Cell cell;
    cell.isAmount = true;
    cell.amount = amountOf(minor, currency);
    cell.text = widgets::amountText(cell.amount);
    cell.tone = tone;
    return cell;
}

Cell plate(base::NodeId node) {
    Cell cell;
    cell.plate = qs(node.name());
    return cell;
}

QString readText(const view::View& view, base::NodeId node, std::int64_t nowHlc, const feed::Session& session) {
    const auto* row = view.node(node);
    if (!row || !row->last_hlc) return tr("never");
    if (!feed::reached(view, node)) return feed::timeText(row->last_hlc, session.zone(), feed::Precision::Seconds);
    // The stream is the reading: a node that is reached has no newer fact than the live edge.
    return view.last_hlc() && nowHlc - view.last_hlc() < 60'000'000'000 ? tr("now") : feed::timeText(view.last_hlc(), session.zone(), feed::Precision::Seconds);
}

CellRow coordinatorRow(const view::View& view, const view::Transaction& t, std::int64_t now, const feed::Session& session) {
    const auto node = t.xid.coordinator;
    CellRow row;
    Cell says;
    QString record, means;
    const bool within = feed::reached(view, node);
    switch (feed::coordinatorFact(view, t)) {
        case commit::Fact::committed:
            says = {tr("COMMIT"), Tone::Text, Glyph::Committed, {}, {}, false, false, {}};
            record = recordText(tr("COMMIT"), t.decision_lsn);
            means = tr("cannot end any other way");
            break;
        case commit::Fact::aborted:
            says = {tr("ABORT"), Tone::Text, Glyph::Aborted, {}, {}, false, false, {}};
            record = t.decision_lsn ? recordText(tr("ABORT"), t.decision_lsn) : tr("none: presumed abort");
            means = tr("every branch rolls back");
            break;
        case commit::Fact::preparing:
            says = {tr("collects votes"), Tone::Text, Glyph::Preparing, {}, {}, false, false, {}};
            record = tr("no decision");
            means = tr("may still decide either way");
            break;
        case commit::Fact::nothing:
            says = {tr("has ended it"), Tone::Text, Glyph::Check, {}, {}, false, false, {}};
            record = tr("END");
            means = tr("every branch knows");
            break;
        default:
            says = {tr("no answer"), Tone::Text, Glyph::Crash, {}, {}, false, false, {}};
            record = tr("not readable now");
            means = tr("may have decided");
    }
    const bool muted = !within;
    row.cells = {plate(node), text(feed::nodeTitle(view, node)), says, text(record, muted ? Tone::Muted : Tone::Text), text(means, Tone::Muted), text(readText(view, node, now, session), Tone::Muted)};
    row.cells.last().right = true;
    return row;
}

CellRow branchRow(const view::View& view, const view::Branch& branch, bool against, std::int64_t now, const feed::Session& session) {
    CellRow row;
    Cell says;
    QString record, means;
    const bool within = feed::reached(view, branch.node);
    switch (feed::branchFact(view, branch)) {
        case commit::Fact::forced_commit:
        case commit::Fact::forced_rollback: {
            const bool commits = branch.heuristic == Heuristic::commit;
            says = {branch.damage ? tr("damage") : commits ? tr("forced COMMIT") : tr("forced ROLLBACK"), Tone::Text, branch.damage ? Glyph::Damage : Glyph::Heuristic, {}, {}, false, false, {}};
            record = recordText(tr("HEURISTIC"), branch.decided_lsn);
            means = branch.damage || against ? tr(view::meaning::contradicts) : branch.phase == BranchPhase::forgotten ? tr(view::meaning::forgotten) : tr(view::meaning::no_evidence);
            break;
        }
        case commit::Fact::prepared:
            says = {tr("prepared"), Tone::Text, Glyph::InDoubt, {}, {}, false, false, {}};
            record = recordText(tr("PREPARED"), branch.prepared_lsn);
            means = tr(view::meaning::prepared);
            break;
        case commit::Fact::committed:
            says = {tr("committed"), Tone::Text, Glyph::Committed, {}, {}, false, false, {}};
            record = recordText(tr("COMMIT"), branch.decided_lsn);
            means = tr("proves the decision");
            break;
        case commit::Fact::aborted:
            says = {tr("rolled back"), Tone::Text, Glyph::Aborted, {}, {}, false, false, {}};
            record = recordText(tr("ABORT"), branch.decided_lsn);
            means = tr("proves the decision");
            break;
        case commit::Fact::refused:
            says = {tr("refused"), Tone::Text, Glyph::VoteNo, {}, {}, false, false, {}};
            record = branch.reason.empty() ? tr("REFUSED") : tr("REFUSED: %1").arg(qs(branch.reason));
            means = tr("no commit is possible");
            break;
        case commit::Fact::refusing:
            says = {tr("refused"), Tone::Text, Glyph::VoteNo, {}, {}, false, false, {}};
            record = tr("REFUSED, not on disk yet");
            means = within ? tr("settles it once it is on disk") : tr("may be lost with the node");
            break;
        case commit::Fact::read_only:
            says = {tr("read-only"), Tone::Text, Glyph::VoteReadOnly, {}, {}, false, false, {}};
            record = tr("none needed");
            means = tr("out of it");
            break;
        case commit::Fact::nothing:
            says = {branch.waiting ? tr("waits for a lock") : tr("has not voted"), Tone::Text, branch.waiting ? Glyph::Lock : Glyph::VotePending, {}, {}, false, false, {}};
            record = tr("none");
            means = tr(view::meaning::not_voted);
            break;
        default:
            says = {tr("no answer"), Tone::Text, Glyph::Crash, {}, {}, false, false, {}};
            record = tr("not readable now");
            means = tr(view::meaning::out_of_reach);
    }
    row.cells = {plate(branch.node), text(feed::nodeTitle(view, branch.node)), says, text(record, within ? Tone::Text : Tone::Muted), text(means, Tone::Muted),
                 text(readText(view, branch.node, now, session), Tone::Muted)};
    row.cells.last().right = true;
    return row;
}

}  // namespace

QList<CellRow> evidenceRows(const view::View& view, const view::Transaction& t, std::int64_t nowHlc, const feed::Session& session, bool past) {
    QList<CellRow> rows{coordinatorRow(view, t, nowHlc, session)};
    const auto readings = feed::readingsOf(view, t);
    const auto against = feed::forcedAgainst(view, t).branches;
    for (const auto& branch : t.branches) rows << branchRow(view, branch, std::find(against.begin(), against.end(), branch.node) != against.end(), nowHlc, session);
    if (past)
        for (std::size_t i = 0; i < readings.size(); ++i)
            if (readings[i].reached) rows[static_cast<int>(i)].cells.last().text = feed::timeText(nowHlc, session.zone(), feed::Precision::Seconds);
    return rows;
}

QList<CellRow> moneyRows(const view::View& view, const view::Transaction& t, const feed::Session& session) {
    QList<CellRow> rows;
    if (!t.payment) return rows;
    std::int64_t sum = 0;
    base::Currency currency = t.payment->amount.currency;
    for (const auto& leg : t.payment->legs) {
        const auto account = view.account(leg.node, leg.account);
        CellRow row;
        Cell name = text(account && !account->holder.empty() ? qs(account->holder) : feed::accountText(leg.account, session));
        name.tail = feed::nodeTitle(view, leg.node);
        row.cells = {name, text(qs(events::word(leg.kind)), Tone::Muted), money(leg.signed_minor(), leg.amount.currency),
                     account ? money(account->posted_minor, account->currency) : text(tr("not known"), Tone::Muted),
                     account ? money(account->held_minor, account->currency, account->held_minor ? Tone::Text : Tone::Muted) : text({})};
        sum += leg.signed_minor();
        rows << row;
    }
    CellRow total;
    total.tint = widgets::RowTint::Sum;
    total.cells = {text(tr("Sum of the legs"), Tone::Strong), text({}), money(sum, currency), text({}), text({})};
    rows << total;
    return rows;
}

QList<CellRow> referenceRows(const view::Transaction& t, const feed::Session& session) {
    QList<CellRow> rows;
    auto add = [&](const QString& what, const QString& value, Tone tone = Tone::Text) {
        if (!value.isEmpty()) rows << CellRow{{text(what, Tone::Muted), text(value, tone)}, widgets::RowTint::None};
    };
    add(tr("xid"), qs(t.xid.text()), Tone::Mono);
    if (!t.payment) return rows;
    const auto& p = *t.payment;
    add(tr("reference"), qs(p.refs.reference), Tone::Reference);
    add(tr("end-to-end id"), qs(p.refs.end_to_end_id));
    add(tr("instruction id"), qs(p.refs.instruction_id));
    add(tr("UETR"), qs(p.refs.uetr), Tone::Mono);
    add(tr("message id"), qs(p.refs.message_id));
    add(tr("payment information id"), qs(p.refs.payment_information_id));
    add(tr("file"), qs(p.refs.file));
    add(tr("debtor"), qs(p.debtor.name) + QStringLiteral("  ") + feed::accountText(p.debtor.account, session) + (p.debtor.bic.empty() ? QString() : QStringLiteral("  ") + qs(p.debtor.bic)));
    add(tr("creditor"), qs(p.creditor.name) + QStringLiteral("  ") + feed::accountText(p.creditor.account, session) + (p.creditor.bic.empty() ? QString() : QStringLiteral("  ") + qs(p.creditor.bic)));
    add(tr("remark"), qs(p.remark));
    add(tr("idempotency key"), qs(p.idempotency_key), Tone::Mono);
    return rows;
}

QList<CellRow> eventRows(const std::vector<events::Event>& events, const feed::Session& session) {
    QList<CellRow> rows;
    int number = 0;
    for (const auto& event : events) {
        CellRow row;
        Cell n = text(QString::number(++number), Tone::Muted);
        n.right = true;
        row.cells = {n, plate(event.node), text(feed::timeText(event.hlc, session.zone()), Tone::MonoMuted), text(qs(events::title(event))), text(event.lsn ? tr("record %1").arg(event.lsn) : QString(), Tone::Muted)};
        rows << row;
    }
    return rows;
}

QList<CellRow> historyRows(const std::vector<events::Event>& events, const feed::Session& session) {
    QList<CellRow> rows;
    for (const auto& event : events) {
        const auto* note = event.note();
        const events::OperatorNote* order = note && note->order ? note->order.get() : event.record() && event.kind == events::EventKind::append && event.record()->order ? event.record()->order.get() : nullptr;
        if (!order || (event.kind != events::EventKind::order && event.kind != events::EventKind::refuse)) continue;
        const bool refused = event.kind == events::EventKind::refuse;
        CellRow row;
        row.cells = {text(feed::timeText(event.hlc, session.zone(), feed::Precision::Seconds), Tone::MonoMuted), text(qs(order->actor), Tone::Reference), plate(event.node),
                     text(refused ? tr("refused: %1").arg(qs(note->text)) : qs(order->action)), text(qs(order->reason) + (order->ticket.empty() ? QString() : QStringLiteral(" (") + qs(order->ticket) + u')'), Tone::Muted)};
        rows << row;
    }
    return rows;
}

QList<CellRow> waitingRows(const view::View& view, const view::Transaction& t, std::int64_t nowHlc) {
    QList<CellRow> rows;
    for (const auto& xid : view.waiting_behind(t.xid)) {
        const auto other = view.find(xid);
        if (!other) continue;
        CellRow row;
        Cell state = text(tr("waiting"));
        state.tail = wholeAgeText(nowHlc - other->begun_hlc);
        state.glyph = Glyph::Lock;
        row.cells = {state, text(feed::referenceText(*other), Tone::Reference), text(feed::partiesText(*other)), other->payment ? money(other->payment->amount.minor, other->payment->amount.currency) : text({})};
        rows << row;
    }
    return rows;
}

QString wholeAgeText(std::int64_t ns) { return feed::ageText(ns < 1'000'000'000 ? ns : ns / 1'000'000'000 * 1'000'000'000); }

WaitingHead waitingHead(const view::View& view, const view::Transaction& t, const feed::Session& session) {
    const auto count = view.waiting_count(t.xid);
    if (count == 0) return {};
    for (const auto& lock : view.locks()) {
        if (lock.holder != t.xid || lock.waiters.empty()) continue;
        const auto account = view.account(lock.node, lock.account);
        const QString name = (account && !account->holder.empty() ? qs(account->holder) + u' ' : QString()) + qs(events::mask_account(lock.account));
        return {feed::counted(count, tr("1 payment wants the lock on %1").arg(name), tr("%1 payments want the lock on %2").arg(QStringLiteral("%1"), name)),
                tr("lock since %1").arg(feed::timeText(lock.since_hlc, session.zone()))};
    }
    return {feed::counted(count, tr("1 payment waits"), tr("%1 payments wait")), {}};
}

QString accountsLine(const view::View& view, const view::Transaction& t, bool banks) {
    QStringList parts;
    if (t.payment) {
        QStringList between;
        for (const auto& leg : t.payment->legs) {
            const QString where = qs(events::mask_account(leg.account)) + (banks ? u' ' + feed::nodeTitle(view, leg.node) : QString());
            if (leg.kind == events::LegKind::fee) parts << tr("fee %1").arg(where);
            else if (leg.kind == events::LegKind::check) parts << tr("check %1").arg(where);
            else between << where;
        }
        parts.prepend(between.join(QStringLiteral(" → ")));
    }
    parts << tr("xid %1").arg(qs(t.xid.short_text()));
    if (t.payment && !t.payment->refs.end_to_end_id.empty()) parts << tr("e2e %1").arg(qs(t.payment->refs.end_to_end_id));
    return parts.join(QStringLiteral("  ·  "));
}

std::vector<base::NodeId> forceable(const view::View& view, const view::Transaction& t) {
    std::vector<base::NodeId> nodes;
    for (const auto& branch : t.branches)
        if (branch.phase == BranchPhase::prepared && branch.heuristic == Heuristic::none && feed::reached(view, branch.node)) nodes.push_back(branch.node);
    return nodes;
}

WhatIf whatIf(const view::View& view, const view::Transaction& t, const std::optional<Force>& force) {
    WhatIf what;
    if (!t.payment) {
        what.known = false;
        return what;
    }
    what.currency = t.payment->amount.currency;
    for (const auto& leg : t.payment->legs) {
        if (!leg.moves_money()) continue;
        const auto account = view.account(leg.node, leg.account);
        const auto* branch = t.branch(leg.node);
        if (!account || !branch) {
            what.known = false;
            continue;
        }
        // What this branch does under each decision: what was forced, or would be, does not follow the decision.
        Outcome fixed = Outcome::none;
        if (branch->heuristic == Heuristic::commit) fixed = Outcome::commit;
        if (branch->heuristic == Heuristic::rollback) fixed = Outcome::abort;
        if (fixed == Outcome::none && force && force->branch == leg.node) fixed = force->outcome;
        if (fixed != Outcome::none)
            if (auto& against = fixed == Outcome::commit ? what.againstRollback : what.againstCommit; std::find(against.begin(), against.end(), leg.node) == against.end()) against.push_back(leg.node);
        // The account's own money is what is shown; a leg in another currency never touches it.
        const bool same = account->currency == leg.amount.currency;
        what.committable = what.committable && same;
        const std::int64_t moves = same ? leg.signed_minor() : 0;
        const bool posted = branch->heuristic == Heuristic::commit || (branch->heuristic == Heuristic::none && branch->phase == BranchPhase::committed);
        const std::int64_t before = account->posted_minor - (posted ? moves : 0);
        auto after = [&](Outcome decision) { return (fixed == Outcome::none ? decision : fixed) == Outcome::commit ? leg.signed_minor() : 0; };
        WhatIf::Line line;
        line.leg = leg;
        line.currency = account->currency;
        line.holder = account->holder.empty() ? qs(leg.account) : qs(account->holder);
        line.bank = feed::nodeTitle(view, leg.node);
        line.now = account->posted_minor;
        line.commit = before + (after(Outcome::commit) ? moves : 0);
        line.rollback = before + (after(Outcome::abort) ? moves : 0);
        what.nowSum += posted ? leg.signed_minor() : 0;
        what.commitSum += after(Outcome::commit);
        what.rollbackSum += after(Outcome::abort);
        what.lines.push_back(line);
    }
    return what;
}

QString differenceText(std::int64_t sum, base::Currency currency) {
    if (sum == 0) return tr("all agree, %1").arg(widgets::amountNumber(amountOf(0, currency)));
    // Legs that sum above zero: credited without a debit. The difference is missing at the one who should have paid.
    const QString amount = feed::amountText(sum < 0 ? -sum : sum, currency);
    return sum > 0 ? tr("%1 missing").arg(amount) : tr("%1 not given").arg(amount);
}

static QString againstBranches(std::size_t count) { return feed::counted(count, tr("1 branch"), tr("%1 branches")); }

QString againstText(const std::vector<base::NodeId>& against) { return tr("damage at %1").arg(againstBranches(against.size())); }

QList<CellRow> whatIfRows(const WhatIf& what) {
    QList<CellRow> rows;
    const bool mixed = std::any_of(what.lines.begin(), what.lines.end(), [&](const auto& line) { return line.currency != what.currency; });
    const auto number = [mixed](std::int64_t minor, base::Currency currency, Tone tone) {
        Cell cell = text(mixed ? widgets::amountText(amountOf(minor, currency)) : widgets::amountNumber(amountOf(minor, currency)), tone);
        cell.right = true;
        return cell;
    };
    for (const auto& line : what.lines) {
        Cell name = text(line.holder);
        name.tail = line.bank;
        const auto currency = line.currency;
        rows << CellRow{{name, number(line.now, currency, Tone::Muted), number(line.commit, currency, Tone::Text), number(line.rollback, currency, Tone::Text)}, widgets::RowTint::None};
    }
    auto verdict = [&](std::int64_t sum, const std::vector<base::NodeId>& against) {
        // Sums that agree are no comfort where branches have done what was not decided.
        Cell cell = text(sum == 0 && !against.empty() ? againstText(against) : differenceText(sum, what.currency), Tone::Strong);
        cell.glyph = sum == 0 && against.empty() ? Glyph::Check : Glyph::Damage;
        cell.right = true;
        return cell;
    };
    CellRow total;
    total.tint = widgets::RowTint::Sum;
    total.cells = {text(what.lines.size() == 3 ? tr("Sum of the three legs") : tr("Sum of the legs"), Tone::Strong), number(what.nowSum, what.currency, Tone::Muted), verdict(what.commitSum, what.againstCommit), verdict(what.rollbackSum, what.againstRollback)};
    rows << total;
    return rows;
}

QString consequenceText(const view::View& view, const view::Transaction& t, const Force& force, Outcome decision) {
    const WhatIf what = whatIf(view, t, force);
    const std::int64_t sum = decision == Outcome::commit ? what.commitSum : what.rollbackSum;
    const auto& against = decision == Outcome::commit ? what.againstCommit : what.againstRollback;
    if (sum == 0 && against.empty()) return tr("all agree, difference %1").arg(feed::amountText(0, what.currency));
    if (sum == 0) {
        QStringList where;
        for (const auto& node : against) where << feed::nodeTitle(view, node);
        return (decision == Outcome::commit ? tr("%1 has rolled back against it: the sums agree and the payment is wrong at %2; damage cases open in your name") : tr("%1 has committed against it: the sums agree and the payment is wrong at %2; damage cases open in your name"))
            .arg(where.join(tr(" and ")), againstBranches(against.size()));
    }
    // Who is credited or debited, and who is not: each with the one verb it takes.
    enum { Credited, NotCredited, Debited, NotDebited };
    QStringList who[4];
    for (const auto& line : what.lines) {
        const auto* branch = t.branch(line.leg.node);
        Outcome does = decision;
        if (branch && branch->heuristic != Heuristic::none) does = branch->heuristic == Heuristic::commit ? Outcome::commit : Outcome::abort;
        else if (line.leg.node == force.branch) does = force.outcome;
        const bool debit = line.leg.kind == events::LegKind::debit;
        who[(debit ? Debited : Credited) + (does == Outcome::commit ? 0 : 1)] << line.holder;
    }
    const auto clause = [&](int which, const QString& one, const QString& several) {
        const QStringList& names = who[which];
        if (names.isEmpty()) return QString();
        const QString all = names.size() == 1 ? names.first() : tr("%1 and %2").arg(names.mid(0, names.size() - 1).join(QStringLiteral(", ")), names.last());
        return (names.size() == 1 ? one : several).arg(all);
    };
    QStringList moved{clause(Credited, tr("%1 is credited"), tr("%1 are credited")), clause(Debited, tr("%1 is debited"), tr("%1 are debited"))};
    QStringList still{clause(NotCredited, tr("%1 is not credited"), tr("%1 are not credited")), clause(NotDebited, tr("%1 is not debited"), tr("%1 are not debited"))};
    moved.removeAll(QString());
    still.removeAll(QString());
    return tr("%1 and %2: %3; a damage case opens in your name").arg(moved.join(tr(" and ")), still.join(tr(" and ")), differenceText(sum, what.currency));
}

QStringList forceEffects(const view::View& view, const view::Transaction& t, const Force& force, const feed::Session& session) {
    QStringList effects, waiting, forced;
    const bool commits = force.outcome == Outcome::commit;
    for (const auto& branch : t.branches) {
        const QString bank = feed::nodeTitle(view, branch.node);
        if (branch.node != force.branch) {
            if (branch.in_doubt()) waiting << bank;
            else if (branch.heuristic != Heuristic::none) forced << tr("%1 (%2)").arg(bank, branch.heuristic == Heuristic::commit ? tr("COMMIT") : tr("ROLLBACK"));
            continue;
        }
        if (!t.payment) continue;
        for (const auto& leg : t.payment->legs) {
            if (leg.node != branch.node || !leg.moves_money()) continue;
            const auto account = view.account(leg.node, leg.account);
            const QString who = (account && !account->holder.empty() ? qs(account->holder) + u' ' : QString()) + feed::accountText(leg.account, session);
            const QString amount = feed::amountText(leg.amount.minor, leg.amount.currency);
            const bool debit = leg.signed_minor() < 0;
            if (commits) effects << (debit ? tr("%1: %2 is taken from %3, and its hold ends.") : tr("%1: %2 is credited to %3.")).arg(bank, amount, who);
            else effects << (debit ? tr("%1: the hold of %2 on %3 is released, nothing is taken.") : tr("%1: %2 is not credited to %3.")).arg(bank, amount, who);
        }
    }
    const QString T = qs(t.xid.coordinator.name());
    if (waiting.size() == 1) effects << tr("%1 stays in doubt and will follow %2.").arg(waiting.first(), T);
    else if (!waiting.isEmpty()) effects << tr("%1 stay in doubt and will follow %2.").arg(waiting.join(tr(" and ")), T);
    if (!forced.isEmpty()) effects << tr("Forced before: %1.").arg(forced.join(QStringLiteral(", ")));
    return effects;
}

}  // namespace indoubt::console::desk
