// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/force_dialog.h"

#include <QLineEdit>
#include <QPushButton>
#include <QUuid>
#include <algorithm>

#include "desk/verdict_delegate.h"
#include "feed/wording.h"
#include "theme/metrics.h"
#include "widgets/data_table.h"

namespace indoubt::console::desk {

using feed::qs;

AbortDialog::AbortDialog(const feed::Context& context, const base::Xid& xid, QWidget* parent)
    : DialogFrame(context.session->environment(), context.session->cluster(), tr("Abort at the coordinator"), parent) {
    setObjectName(QStringLiteral("abortDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    const auto transaction = context.feed->view().find(xid);
    addWords(tr("The coordinator still collects votes for %1. It decides ABORT itself; every branch follows, nothing is forced and no money moves.")
                 .arg(transaction ? feed::referenceText(*transaction) : qs(xid.short_text())));
    auto* reason = addField(tr("Reason"));
    reason->setObjectName(QStringLiteral("abortReason"));
    setSafeButton(tr("Keep waiting"));
    setActButton(tr("Abort"), false);
    actButton()->setObjectName(QStringLiteral("abortConfirm"));
    connect(this, &DialogFrame::acted, this, [this, reason] {
        emit confirmed(reason->text().trimmed());
        accept();
    });
}

NoteDialog::NoteDialog(const feed::Context& context, const base::Xid& xid, QWidget* parent)
    : DialogFrame(context.session->environment(), context.session->cluster(), tr("Note"), parent) {
    setObjectName(QStringLiteral("noteDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    const auto transaction = context.feed->view().find(xid);
    addWords(tr("On <b>%1</b>, under the name of %2. It stays in the log and cannot be taken back.")
                 .arg((transaction ? feed::referenceText(*transaction) : qs(xid.short_text())).toHtmlEscaped(), context.session->person().toHtmlEscaped()));
    auto* words = addField(tr("Note"));
    words->setObjectName(QStringLiteral("noteWords"));
    words->setMaxLength(120);  // 500 bytes in any script
    auto* ticket = addField(tr("Ticket"), false);
    setSafeButton(tr("Cancel"));
    setActButton(tr("Write it down"), false);
    actButton()->setObjectName(QStringLiteral("noteConfirm"));
    connect(this, &DialogFrame::acted, this, [this, words, ticket] {
        emit written(words->text().trimmed(), ticket->text().trimmed());
        accept();
    });
}

ForgetDialog::ForgetDialog(const feed::Context& context, const base::Xid& xid, base::NodeId branch, QWidget* parent)
    : DialogFrame(context.session->environment(), context.session->cluster(), tr("Forget the forced branch at %1").arg(feed::nodeTitle(context.feed->view(), branch)), parent) {
    setObjectName(QStringLiteral("forgetDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    const auto transaction = context.feed->view().find(xid);
    const auto* forced = transaction ? transaction->branch(branch) : nullptr;
    const bool damage = forced && forced->damage;
    addWords(tr("<b>%1</b> leaves the lists of forced outcomes here; the orders stay in the log, with this reason.").arg((transaction ? feed::referenceText(*transaction) : qs(xid.short_text())).toHtmlEscaped()));
    if (damage) addConsequence(theme::Glyph::Damage, tr("It contradicts the decision"), tr("%1 at stake: say how it was compensated").arg(feed::amountsText(transaction->damages())));
    auto* reason = addField(tr("Reason"));
    reason->setObjectName(QStringLiteral("forgetReason"));
    setSafeButton(tr("Keep it listed"));
    setActButton(tr("Forget"), damage);
    actButton()->setObjectName(QStringLiteral("forgetConfirm"));
    connect(this, &DialogFrame::acted, this, [this, reason] {
        emit confirmed(reason->text().trimmed());
        accept();
    });
}

ForceDialog::ForceDialog(const feed::Context& context, const base::Xid& xid, const Force& force, QWidget* parent)
    : DialogFrame(context.session->environment(), context.session->cluster(),
                  (force.outcome == events::Outcome::commit ? tr("Force COMMIT at %1") : tr("Force ROLLBACK at %1")).arg(feed::nodeTitle(context.feed->view(), force.branch)), parent),
      m_context(context), m_xid(xid), m_force(force) {
    setObjectName(QStringLiteral("forceDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    const auto& view = context.feed->view();
    const auto transaction = view.find(xid);
    const QString reference = transaction ? feed::referenceText(*transaction) : qs(xid.short_text());
    setMinimumWidth(720);  // the books beside each other, and all of it on a screen of 720 lines
    QString target = QStringLiteral("<b>%1</b>").arg(reference.toHtmlEscaped());
    if (transaction && transaction->payment)
        target += QStringLiteral(", %1, %2").arg(feed::amountText(transaction->payment->amount.minor, transaction->payment->amount.currency), feed::partiesText(*transaction).toHtmlEscaped());
    target += QStringLiteral(", xid ") + qs(xid.short_text());
    addWords(target + QStringLiteral("<br>") + tr("You decide without the coordinator. This cannot be undone, only compensated."));
    if (transaction) {
        QString effects = forceEffects(view, *transaction, force, *context.session).join(u'\n').toHtmlEscaped();
        addWords(effects.replace(u'\n', QStringLiteral("<br>")));
        const auto what = whatIf(view, *transaction, force);
        auto add = [&](events::Outcome decision, const QString& condition) {
            addConsequence(what.agrees(decision) ? theme::Glyph::Check : theme::Glyph::Damage, condition, consequenceText(view, *transaction, m_force, decision));
        };
        QStringList evidence;
        for (const auto& row : evidenceRows(view, *transaction, context.feed->nowHlc(), *context.session)) evidence << QStringLiteral("%1 %2 (%3)").arg(row.cells[0].plate, row.cells[2].text, row.cells[3].text);
        addWords(tr("Evidence, read %1: %2.").arg(feed::timeText(context.feed->nowHlc(), context.session->zone(), feed::Precision::Seconds), evidence.join(QStringLiteral("; ")).toHtmlEscaped()));
        const QString T = qs(xid.coordinator.name());
        addBooks(what, T);
        add(events::Outcome::abort, tr("If %1 decided rollback").arg(T));
        add(events::Outcome::commit, tr("If %1 decided commit").arg(T));
        m_verdict = feed::advise(view, *transaction).verdict;
    }
    beginRow();
    m_reason = addField(tr("Reason"));
    m_reason->setObjectName(QStringLiteral("forceReason"));
    m_ticket = addField(tr("Ticket"), false);
    m_ticket->setObjectName(QStringLiteral("forceTicket"));
    m_ticket->setMaximumWidth(220);
    beginRow();
    m_told = addField(tr("What the customer was told"), false);
    if (transaction && transaction->payment) {
        const auto& amount = transaction->payment->amount;
        auto* typed = addTypeToContinue(tr("Type the amount in %1 to continue").arg(qs(amount.currency.code())), qs(base::decimal_text(amount.minor, amount.currency.minor_digits())));
        typed->setObjectName(QStringLiteral("forceAmount"));
    }
    endRow();
    setSafeButton(tr("Keep waiting"));
    setActButton(force.outcome == events::Outcome::commit ? tr("Force COMMIT") : tr("Force ROLLBACK"));
    actButton()->setObjectName(QStringLiteral("forceConfirm"));
    connect(this, &DialogFrame::acted, this, &ForceDialog::carryOut);
    connect(context.feed, &feed::Feed::advanced, this, &ForceDialog::review);
}

// Every account with what it would hold after either decision.
void ForceDialog::addBooks(const WhatIf& what, const QString& coordinator) {
    const bool mixed = std::any_of(what.lines.begin(), what.lines.end(), [&](const auto& line) { return line.currency != what.currency; });
    auto* model = new widgets::CellsModel({mixed ? tr("booked balance") : tr("booked balance, %1").arg(qs(what.currency.code())), tr("now"), tr("if %1 decided COMMIT").arg(coordinator), tr("if %1 decided ROLLBACK").arg(coordinator)}, this);
    model->setRightHeads({1, 2, 3});
    const auto rows = whatIfRows(what);
    model->setRows(rows);
    auto* table = new widgets::DataTable(this);
    table->setObjectName(QStringLiteral("forceBooks"));
    table->setAccessibleName(tr("Balances after each decision"));
    table->setModel(model);
    table->setColumns({-1, 96, 184, 184});  // a verdict is never cut
    for (int column = 2; column < 4; ++column) table->setItemDelegateForColumn(column, new VerdictDelegate(table));
    table->setFocusPolicy(Qt::TabFocus);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setFixedHeight(theme::grid::tableHead + static_cast<int>(rows.size()) * theme::grid::row + 1);
    body()->addWidget(table);
    if (!what.known) addWords(tr("Not every account of this payment is known here; the table is not complete."));
}

// The evidence is read again with every event: a decision that arrives meanwhile makes forcing pointless.
void ForceDialog::review() {
    const auto& view = m_context.feed->view();
    const auto transaction = view.find(m_xid);
    if (!transaction) return;
    const auto* branch = transaction->branch(m_force.branch);
    if (!branch || branch->phase != view::BranchPhase::prepared || branch->heuristic != events::Heuristic::none)
        return setBlockedWhy(tr("Not possible any more: this branch is no longer prepared."));
    const auto verdict = feed::advise(view, *transaction).verdict;
    if (m_verdict == commit::Verdict::undetermined && verdict == commit::Verdict::safe_to_commit) setBlockedWhy(tr("Evidence has changed: it is now safe to commit. Close this and pass the decision on."));
    else if (m_verdict == commit::Verdict::undetermined && verdict == commit::Verdict::safe_to_roll_back) setBlockedWhy(tr("Evidence has changed: it is now safe to roll back. Close this and pass the decision on."));
}

void ForceDialog::carryOut() {
    client::OrderRequest request;
    request.xid = m_xid;
    request.action = m_force.outcome == events::Outcome::commit ? client::Action::resolve_commit : client::Action::resolve_rollback;
    request.branch = m_force.branch;
    request.actor = m_context.session->actor();
    request.reason = m_reason->text().trimmed().toStdString();
    if (const QString told = m_told->text().trimmed(); !told.isEmpty()) request.reason += " / customer was told: " + told.toStdString();
    request.ticket = m_ticket->text().trimmed().toStdString();
    request.idempotency_key = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    disconnect(m_context.feed, &feed::Feed::advanced, this, &ForceDialog::review);
    setBusy(true, tr("Carrying out..."));
    m_context.executor->run(this, windowTitle(), [request](client::OperatorClient& c) { return c.order(request); }, [this](const base::Result<client::OrderReply>& reply) {
        setBusy(false);
        if (reply.ok()) {
            emit carriedOut();
            accept();
        } else {
            setBlockedWhy(tr("Not carried out. %1").arg(feed::errorText(reply.error())));
        }
    });
}

}  // namespace indoubt::console::desk
