// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/case_pane.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QUuid>
#include <QVBoxLayout>
#include <algorithm>

#include "desk/force_dialog.h"
#include "desk/verdict_delegate.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "timeline/timeline_panel.h"
#include "widgets/cards.h"
#include "widgets/chip.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"
#include "widgets/segmented_control.h"

namespace indoubt::console::desk {

using feed::qs;
using theme::TextRole;
using widgets::Ink;

namespace {

enum Tab { Evidence, Money, Events, References, History };

int tableHeight(int rows) { return theme::grid::tableHead + rows * theme::grid::row; }

}  // namespace

CasePane::CasePane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("casePane"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* nothing = new widgets::EmptyState(this);
    nothing->setText(tr("No payment is selected."), tr("Choose one from a queue at the left, or press Ctrl+K and type the customer's reference, the tail of an IBAN or the amount."));
    m_nothing = nothing;
    outer->addWidget(m_nothing, 1);
    m_case = new QWidget(this);
    outer->addWidget(m_case, 1);

    auto* column = new QVBoxLayout(m_case);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(new widgets::Rule(Qt::Horizontal, false, m_case));
    auto* split = new QSplitter(Qt::Vertical, m_case);
    split->setObjectName(QStringLiteral("deskCaseSplit"));
    split->setChildrenCollapsible(false);
    m_timeline = new timeline::TimelinePanel(context, timeline::PanelStyle::Embedded, split);
    connect(m_timeline->payment(), &timeline::PaymentTimeline::changed, this, [this] {
        if (m_tab && m_timeline->xid() == m_xid) refresh();
    });
    split->addWidget(m_timeline);
    // What does not fit below scrolls: no table of it shrinks to a stripe.
    auto* scroll = new QScrollArea(split);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* below = new QWidget(scroll);
    m_below = new QVBoxLayout(below);
    m_below->setContentsMargins(0, 0, 0, 0);
    m_below->setSpacing(0);
    m_below->addWidget(makeEvidence());
    m_below->addWidget(makeWhatIf());
    m_below->addWidget(makeWaiting());
    m_below->addStretch(1);
    scroll->setWidget(below);
    scroll->viewport()->setAutoFillBackground(false);
    below->setAutoFillBackground(false);
    split->addWidget(scroll);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({282, 600});
    column->addWidget(split, 1);
    connect(context.selection, &feed::Selection::paymentChanged, this, &CasePane::refresh);
    refresh();
}

QWidget* CasePane::makeHead() {
    auto* head = new QWidget(m_case);
    head->setFixedHeight(91);  // and the rule below it
    auto* lines = new QVBoxLayout(head);
    lines->setContentsMargins(14, 8, 14, 8);
    lines->setSpacing(4);
    auto* first = new QHBoxLayout;
    first->setSpacing(12);
    m_reference = new widgets::TextLabel({}, TextRole::Title, Ink::Text, head);
    m_reference->setObjectName(QStringLiteral("caseReference"));
    m_amount = new widgets::AmountLabel({}, TextRole::Title, head);
    m_parties = new widgets::ElidedLabel({}, TextRole::Parties, Ink::Text, head);
    first->addWidget(m_reference);
    first->addWidget(m_amount);
    first->addWidget(m_parties, 1);
    first->addStretch();
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    first->addLayout(buttons);
    m_claim = widgets::secondaryButton(tr("Claim"), head, true);
    m_claim->setObjectName(QStringLiteral("claim"));
    buttons->addWidget(m_claim);
    connect(m_claim, &QPushButton::clicked, this, [this] { remark(client::Action::claim, {}, {}, tr("Claimed: others see that you work on it.")); });
    m_note = widgets::secondaryButton(tr("Note"), head, true);
    m_note->setObjectName(QStringLiteral("note"));
    m_note->setAccessibleName(tr("Write a note on this payment"));
    buttons->addWidget(m_note);
    connect(m_note, &QPushButton::clicked, this, &CasePane::writeNote);
    auto* ticket = widgets::secondaryButton(tr("Copy ticket text"), head, true);
    ticket->setObjectName(QStringLiteral("copyTicket"));
    ticket->setToolTip(tr("Ctrl+Shift+C"));
    buttons->addWidget(ticket);
    connect(ticket, &QPushButton::clicked, this, [this] {
        const auto transaction = m_context.feed->view().find(m_xid);
        if (!transaction) return;
        QApplication::clipboard()->setText(feed::ticketText(m_context.feed->view(), *transaction, m_context.feed->nowHlc(), *m_context.session));
        m_context.navigator->say(tr("Ticket text copied."));
    });
    lines->addLayout(first);
    auto* second = new QHBoxLayout;
    second->setSpacing(8);
    m_state = new widgets::StateChip(theme::PaymentState::Active, head);
    m_heuristic = new widgets::Chip({}, theme::Glyph::Heuristic, head);
    m_due = new widgets::Chip({}, theme::Glyph::Clock, head);
    m_held = new widgets::Chip({}, theme::Glyph::Lock, head);
    m_waits = new widgets::Chip({}, theme::Glyph::None, head);
    m_claimed = new widgets::Chip({}, theme::Glyph::None, head);
    m_claimed->setObjectName(QStringLiteral("claimedBy"));
    for (QWidget* chip : std::initializer_list<QWidget*>{m_state, m_heuristic, m_due, m_held, m_waits, m_claimed}) second->addWidget(chip);
    second->addStretch();
    lines->addLayout(second);
    m_accounts = new widgets::ElidedLabel({}, TextRole::Small, Ink::Muted, head);
    lines->addWidget(m_accounts);
    return head;
}

widgets::DataTable* CasePane::addTable(const QStringList& heads, const QList<int>& widths, const QString& name, const QList<int>& amounts, int plate) {
    auto* table = new widgets::DataTable(this);
    auto* model = new widgets::CellsModel(heads, table);
    model->setRightHeads(amounts);
    table->setModel(model);
    table->setColumns(widths);
    table->setAccessibleName(name);
    for (const int column : amounts) table->setItemDelegateForColumn(column, new widgets::AmountDelegate(table));
    if (plate >= 0) table->setItemDelegateForColumn(plate, new widgets::PlateDelegate(table));
    m_tables << table;
    m_models << model;
    return table;
}

QWidget* CasePane::makeEvidence() {
    m_stack = new QStackedWidget(m_case);
    m_stack->addWidget(addTable({QString(), tr("node"), tr("says"), tr("record on disk"), tr("means"), tr("read")}, {36, 112, 152, 172, -1, 72}, tr("Evidence per node"), {}, 0));
    m_models[Evidence]->setRightHeads({5});
    m_stack->addWidget(addTable({tr("account"), tr("leg"), tr("this payment"), tr("booked"), tr("on hold")}, {-1, 72, 128, 144, 128}, tr("Money of this payment"), {2, 3, 4}));
    m_stack->addWidget(addTable({QStringLiteral("#"), QString(), tr("time"), tr("event"), tr("on disk")}, {48, 36, 108, -1, 104}, tr("Events of this payment"), {}, 1));
    m_stack->addWidget(addTable({tr("reference"), tr("value")}, {168, -1}, tr("References of this payment")));
    m_stack->addWidget(addTable({tr("time"), tr("who"), QString(), tr("order"), tr("reason")}, {80, 96, 36, 172, -1}, tr("Orders for this payment"), {}, 2));
    m_tables[Evidence]->setObjectName(QStringLiteral("evidenceTable"));
    m_tables[History]->setObjectName(QStringLiteral("historyTable"));
    auto* pane = new widgets::Pane(tr("Evidence"), m_stack, m_case);
    pane->head()->setRemark(tr("durable facts only"));
    m_tab = new widgets::SegmentedControl({tr("Evidence"), tr("Money"), tr("Events"), tr("References"), tr("History")}, pane);
    m_tab->setObjectName(QStringLiteral("caseTab"));
    m_tab->setAccessibleName(tr("What to show of this payment"));
    pane->head()->addRight(m_tab);
    connect(m_tab, &widgets::SegmentedControl::currentChanged, this, [this, pane](int tab) {
        m_stack->setCurrentIndex(tab);
        pane->head()->setTitle(m_tab->label(tab).section(u' ', 0, 0));
        pane->head()->setRemark(tab == Evidence && !m_narrow ? tr("durable facts only") : QString());
        refresh();
    });
    auto* again = widgets::secondaryButton(tr("Read again"), pane, true);
    again->setObjectName(QStringLiteral("readAgain"));
    m_again = again;
    pane->head()->addRight(again);
    connect(again, &QPushButton::clicked, this, &CasePane::readAgain);
    m_evidenceHead = pane->head();
    // The branch that is chosen here is the one the preview below speaks of.
    connect(m_tables[Evidence], &widgets::DataTable::rowChosen, this, [this] { refresh(); });
    return pane;
}

QWidget* CasePane::makeWhatIf() {
    auto* body = new QWidget(m_case);
    auto* lines = new QVBoxLayout(body);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    m_whatIfModel = new widgets::CellsModel({tr("booked balance"), tr("now"), {}, {}}, body);
    m_whatIfModel->setRightHeads({1, 2, 3});
    m_whatIf = new widgets::DataTable(body);
    m_whatIf->setObjectName(QStringLiteral("whatIfTable"));
    m_whatIf->setAccessibleName(tr("Balances after each decision"));
    m_whatIf->setModel(m_whatIfModel);
    m_whatIf->setColumns({-1, 96, 176, 176});
    for (int column = 2; column < 4; ++column) m_whatIf->setItemDelegateForColumn(column, new VerdictDelegate(m_whatIf));
    m_whatIf->setFocusPolicy(Qt::TabFocus);
    m_whatIf->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    lines->addWidget(m_whatIf);
    m_consequence = new widgets::TextLabel({}, TextRole::Small, Ink::Muted, body);
    m_consequence->setWordWrap(true);
    m_consequence->setContentsMargins(8, 8, 8, 8);
    lines->addWidget(m_consequence);
    auto* pane = new widgets::Pane(tr("What if"), body, m_case);
    m_whatIfHead = pane->head();
    m_whatIfHead->setRemark(tr("a preview, nothing is sent"));
    m_whatIfPane = pane;
    return pane;
}

QWidget* CasePane::makeWaiting() {
    m_waitingModel = new widgets::CellsModel({tr("state"), tr("reference"), tr("debtor → creditor"), tr("amount")}, this);
    m_waitingModel->setRightHeads({3});
    m_waiting = new widgets::DataTable(m_case);
    m_waiting->setObjectName(QStringLiteral("waitingTable"));
    m_waiting->setAccessibleName(tr("Payments that wait behind this one"));
    m_waiting->setModel(m_waitingModel);
    m_waiting->setColumns({128, 112, -1, 132});
    m_waiting->horizontalHeader()->hide();
    m_waiting->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_waiting->setItemDelegateForColumn(3, new widgets::AmountDelegate(m_waiting));
    connect(m_waiting, &widgets::DataTable::rowActivated, this, [this](const QModelIndex& index) {
        const auto waiting = m_context.feed->view().waiting_behind(m_xid);
        if (static_cast<std::size_t>(index.row()) < waiting.size()) m_context.selection->selectPayment(waiting[static_cast<std::size_t>(index.row())]);
    });
    auto* pane = new widgets::Pane(tr("Waiting behind it"), m_waiting, m_case);
    m_waitingHead = pane->head();
    m_waitingPane = pane;
    return pane;
}

void CasePane::refresh() {
    const bool other = m_xid != m_context.selection->xid();
    m_xid = m_context.selection->xid();
    const auto& view = m_context.feed->view();
    const auto transaction = m_xid.empty() ? nullptr : view.find(m_xid);
    m_nothing->setVisible(!transaction);
    m_case->setVisible(transaction != nullptr);
    if (!transaction) return;
    if (m_timeline->xid() != m_xid) m_timeline->showPayment(m_xid);
    const std::int64_t now = m_context.feed->nowHlc();
    showHead(*transaction, now);
    const int tab = m_tab->currentIndex();
    const auto evidence = evidenceRows(view, *transaction, now, *m_context.session, !m_context.feed->actable());
    m_models[Evidence]->setRows(evidence);
    if (other) chooseBranch(*transaction);
    if (tab == Money) m_models[Money]->setRows(moneyRows(view, *transaction, *m_context.session));
    if (tab == References) m_models[References]->setRows(referenceRows(*transaction, *m_context.session));
    // The same events as in the diagram, those of its nodes that befell it included: both say one number.
    if (const auto& shown = m_timeline->payment()->model(); other || shown != m_eventsShown) {
        m_eventsShown = shown;
        const auto& events = shown->events;
        m_models[Events]->setRows(eventRows(events, *m_context.session));
        m_models[History]->setRows(historyRows(events, *m_context.session));
        m_tab->setLabel(Events, tr("Events %1").arg(m_models[Events]->rowCount()));
        const int orders = m_models[History]->rowCount();
        m_tab->setLabel(History, orders ? tr("History %1").arg(orders) : tr("History"));
    }
    // Evidence is as high as its rows and what follows stands right below; the other tabs take all the height there is.
    m_stack->setMinimumHeight(tableHeight(std::max(3, static_cast<int>(evidence.size()))));
    m_stack->setMaximumHeight(tab == Evidence ? m_stack->minimumHeight() : QWIDGETSIZE_MAX);
    m_below->setStretch(0, tab == Evidence ? 0 : 1);
    m_below->setStretch(m_below->count() - 1, tab == Evidence ? 1 : 0);
    showWhatIf(*transaction);
    showWaiting(*transaction, now);
}

// Who comes to a payment gets the first branch that could be asked to decide; the coordinator decides for all.
void CasePane::chooseBranch(const view::Transaction& transaction) {
    const auto nodes = forceable(m_context.feed->view(), transaction);
    int row = 0;
    for (std::size_t i = 0; i < transaction.branches.size(); ++i)
        if (row == 0 && !nodes.empty() && transaction.branches[i].node == nodes.front()) row = static_cast<int>(i) + 1;
    const QSignalBlocker quiet(m_tables[Evidence]);
    m_tables[Evidence]->setCurrentIndex(m_models[Evidence]->index(row, 0));
}

void CasePane::readAgain() {
    m_context.feed->wantTrace(m_xid);
    m_context.executor->run(this, tr("read again"), [xid = m_xid](client::OperatorClient& c) { return c.show(xid); }, [this, xid = m_xid](const base::Result<view::TransactionPtr>& answer) {
        if (!answer.ok()) return m_context.navigator->say(feed::errorText(answer.error()), true);
        const auto shown = m_context.feed->newest().find(xid);
        const bool same = shown && *answer && shown->state == (*answer)->state && shown->decision == (*answer)->decision;
        m_context.navigator->say(same ? tr("Read again: unchanged.") : tr("Read again: it has changed to %1.").arg(*answer ? feed::stateWord(**answer) : tr("not known")));
    });
}

void CasePane::showWaiting(const view::Transaction& transaction, std::int64_t now) {
    const auto waiting = waitingRows(m_context.feed->view(), transaction, now);
    m_waitingPane->setVisible(!waiting.isEmpty());
    if (waiting.isEmpty()) return;
    m_waitingModel->setRows(waiting);
    m_waiting->setFixedHeight(static_cast<int>(waiting.size()) * theme::grid::row + 1);
    const auto head = waitingHead(m_context.feed->view(), transaction, *m_context.session);
    m_waitingHead->setRemark(head.wants);
    m_waitingHead->setRight(head.since);
}

void CasePane::showHead(const view::Transaction& t, std::int64_t now) {
    m_reference->setText(feed::referenceText(t));
    const auto currency = t.payment ? t.payment->amount.currency : base::Currency{};
    if (t.payment) m_amount->setAmount({t.payment->amount.minor, qs(currency.code()), currency.minor_digits()});
    m_parties->setText(feed::partiesText(t));
    m_state->setState(feed::stateOf(t), feed::stateAgeText(t, now));
    const bool forced = t.heuristic != events::Heuristic::none;
    m_heuristic->setVisible(forced && !t.damage);
    m_heuristic->setText(tr("forced: %1").arg(qs(events::word(t.heuristic))));
    const std::int64_t due = t.payment ? t.payment->due_at_ns : 0;
    m_due->setVisible(due != 0 && t.open());
    m_due->setText(tr("due %1").arg(feed::dueText(due, now, m_context.session->zone())));
    m_held->setVisible(t.held_minor() > 0);
    m_held->setText(tr("%1 on hold").arg(feed::amountText(t.held_minor(), currency)));
    const auto waiting = m_context.feed->view().waiting_behind(t.xid).size();
    m_waits->setVisible(waiting > 0);
    m_waits->setText(m_narrow ? tr("%1 wait").arg(waiting) : feed::counted(waiting, tr("1 payment waits behind it"), tr("%1 payments wait behind it")));
    // Where the buttons leave no room for the names they lead the line of the accounts.
    m_parties->setVisible(!m_narrow);
    // The banks stand in the lanes and the accounts under Money: they go before a reference is cut.
    const QString lead = m_narrow ? feed::partiesText(t) + QStringLiteral("  ·  ") : QString();
    QStringList lines{lead + accountsLine(m_context.feed->view(), t, false), lead + tr("xid %1").arg(qs(t.xid.short_text()))};
    if (!m_narrow) lines.prepend(accountsLine(m_context.feed->view(), t, true));
    const QFontMetricsF metrics(theme::font(TextRole::Small));
    while (lines.size() > 1 && theme::tabularWidth(metrics, lines.first()) + 2 > m_accounts->width()) lines.removeFirst();
    m_accounts->setText(lines.first());
    const bool mine = t.claimed_by == m_context.session->actor();
    m_claimed->setVisible(!t.claimed_by.empty());
    m_claimed->setText(mine ? tr("claimed by you") : tr("claimed by %1").arg(qs(t.claimed_by)));
    const bool can = m_context.feed->isLive() && m_context.executor->hasClient() && m_context.feed->connection().isEmpty();
    const QString whyNot = m_context.feed->isPast() ? tr("This is the past: read only") : !can ? tr("No cluster answers") : mine ? tr("It is yours already") : QString();
    m_claim->setEnabled(can && !mine);
    m_claim->setToolTip(whyNot.isEmpty() ? tr("Tells everybody who opens it that you work on it") : whyNot);
    m_claim->setAccessibleName(tr("Claim this payment"));
    m_again->setEnabled(can);
    m_again->setToolTip(can ? tr("Asks every node that answers for what it holds of this payment now") : whyNot);
    m_note->setEnabled(can);
    m_note->setToolTip(can ? tr("A remark for whoever opens the case next; it stays in the log") : whyNot);
}

void CasePane::writeNote() {
    auto* dialog = new NoteDialog(m_context, m_xid, this);
    connect(dialog, &NoteDialog::written, this, [this](const QString& words, const QString& ticket) { remark(client::Action::note, words, ticket, tr("The note is in the log, under History.")); });
    dialog->open();
}

// Bound to the payment of now: the answer may come when another one is shown.
void CasePane::remark(client::Action action, const QString& words, const QString& ticket, const QString& done) {
    client::OrderRequest request;
    request.xid = m_xid;
    request.action = action;
    request.actor = m_context.session->actor();
    request.reason = words.toStdString();
    request.ticket = ticket.toStdString();
    request.idempotency_key = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    m_context.executor->run(this, done, [request](client::OperatorClient& c) { return c.order(request); }, [this, done](const base::Result<client::OrderReply>& reply) {
        m_context.navigator->say(reply.ok() ? done : tr("Not recorded. %1").arg(feed::errorText(reply.error())), !reply.ok());
    });
}

void CasePane::fillWhatIfChoices(const view::Transaction& transaction) {
    const auto& view = m_context.feed->view();
    const auto nodes = forceable(view, transaction);
    const int row = m_tables[Evidence]->currentIndex().row();
    const bool chosen_one = row > 0 && static_cast<std::size_t>(row) <= transaction.branches.size();
    auto node = chosen_one ? transaction.branches[static_cast<std::size_t>(row) - 1].node : nodes.front();
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) node = nodes.front();
    const std::vector<std::optional<Force>> choices{std::nullopt, Force{node, events::Outcome::abort}, Force{node, events::Outcome::commit}};
    const QString name = m_narrow ? qs(node.name()) : feed::nodeTitle(view, node);
    const QStringList labels{tr("Wait for %1").arg(qs(transaction.xid.coordinator.name())), tr("ROLLBACK at %1").arg(name), tr("COMMIT at %1").arg(name)};
    if (m_choice && choices == m_choices && labels[1] == m_choice->label(1)) return;
    const int chosen = m_choice ? m_choice->currentIndex() : 0;  // the same question, asked of another branch
    m_choices = choices;
    delete m_choice;
    m_choice = new widgets::SegmentedControl(labels, m_whatIfHead);
    m_choice->setObjectName(QStringLiteral("whatIfChoice"));
    m_choice->setAccessibleName(tr("What to preview"));
    m_choice->setCurrentIndex(chosen);
    m_whatIfHead->addRight(m_choice);
    m_choice->show();
    connect(m_choice, &widgets::SegmentedControl::currentChanged, this, &CasePane::refresh);
}

void CasePane::showWhatIf(const view::Transaction& t) {
    const bool useful = t.open() && t.payment && !forceable(m_context.feed->view(), t).empty();
    m_whatIfPane->setVisible(useful);
    if (!useful) return;
    // With the decision known there is nothing left to weigh: only what delivering it will do.
    const bool decided = t.decision != events::Outcome::none && t.decision_durable;
    // Nor with the outcome proved, or a commit impossible: that ending is not offered.
    const auto verdict = feed::advise(m_context.feed->view(), t).verdict;
    const auto free = whatIf(m_context.feed->view(), t, std::nullopt);
    const bool aborts = decided ? t.decision == events::Outcome::abort : verdict == commit::Verdict::safe_to_roll_back || (free.known && !free.committable);
    const bool commits = decided ? t.decision == events::Outcome::commit : verdict == commit::Verdict::safe_to_commit;
    const bool known = decided || aborts || commits;
    if (!known) fillWhatIfChoices(t);
    if (m_choice) m_choice->setVisible(!known);
    const auto force = known ? std::nullopt : m_choices[static_cast<std::size_t>(m_choice->currentIndex())];
    const auto what = whatIf(m_context.feed->view(), t, force);
    const auto rows = whatIfRows(what);
    m_whatIfModel->setRows(rows);
    const QString T = qs(t.xid.coordinator.name());
    m_whatIf->setColumnHidden(2, aborts);
    m_whatIf->setColumnHidden(3, commits);
    setWhatIfColumns();
    const bool mixed = std::any_of(what.lines.begin(), what.lines.end(), [&](const auto& line) { return line.currency != what.currency; });
    m_whatIfModel->setHeads({mixed ? tr("booked balance") : tr("booked balance, %1").arg(qs(what.currency.code())), !m_context.feed->actable() ? tr("then") : tr("now"), known ? tr("after COMMIT") : tr("if %1 decided COMMIT").arg(T), known ? tr("after ROLLBACK") : tr("if %1 decided ROLLBACK").arg(T)});
    m_whatIf->setFixedHeight(tableHeight(static_cast<int>(rows.size())) + 1);
    QString words;
    if (!what.known) words = tr("Not every account of this payment is known here; the preview is not complete.");
    else if (!decided && !free.committable) words = tr("No commit is possible: an account is kept in another currency and refuses its leg.");
    else if (!decided && known) words = tr("The outcome is proved: this is where every account will stand once all branches know.");
    else if (known) words = tr("%1 has decided: this is where every account will stand once all branches know.").arg(T);
    else if (!force) words = tr("Waiting forces nothing: whatever %1 decided, all branches will agree.").arg(T);
    else if (what.agrees(events::Outcome::commit) && what.agrees(events::Outcome::abort)) words = tr("All branches agree either way.");
    else {
        const bool commitsWrong = !what.agrees(events::Outcome::commit);
        const auto decision = commitsWrong ? events::Outcome::commit : events::Outcome::abort;
        words = (commitsWrong ? tr("If %1 decided COMMIT, %2.") : tr("If %1 decided ROLLBACK, %2.")).arg(T, consequenceText(m_context.feed->view(), t, *force, decision));
    }
    m_consequence->setText(words);
}

void CasePane::setWhatIfColumns() { m_whatIf->setColumns(m_narrow ? QList<int>{-1, 80, 172, 172} : QList<int>{-1, 96, 184, 184}); }

void CasePane::previewForce(const Force& force) {
    const auto transaction = m_context.feed->view().find(m_xid);
    if (!transaction) return;
    for (std::size_t i = 0; i < transaction->branches.size(); ++i)
        if (transaction->branches[i].node == force.branch) m_tables[Evidence]->setCurrentIndex(m_models[Evidence]->index(static_cast<int>(i) + 1, 0));
    for (std::size_t i = 0; i < m_choices.size(); ++i)
        if (m_choice && m_choices[i] == std::optional<Force>(force)) m_choice->setCurrentIndex(static_cast<int>(i));
}

// Below this a column would hide behind a scroll bar: the least telling one goes, the others move together.
void CasePane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool narrow = event->size().width() < 676;
    if (narrow == m_narrow) return;
    m_narrow = narrow;
    m_tables[Evidence]->setColumnHidden(4, narrow);
    m_tables[Evidence]->setColumns(narrow ? QList<int>{36, 112, 152, -1, 0, 72} : QList<int>{36, 112, 152, 172, -1, 72});
    m_tables[Money]->setColumns(narrow ? QList<int>{-1, 60, 104, 124, 108} : QList<int>{-1, 72, 128, 144, 128});
    setWhatIfColumns();
    m_evidenceHead->setRemark(narrow || m_tab->currentIndex() != Evidence ? QString() : tr("durable facts only"));
    refresh();
}

void CasePane::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::tokensOf(this).surface);
}

}  // namespace indoubt::console::desk
