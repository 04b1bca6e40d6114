// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/case_pane.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "theme/metrics.h"
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
}

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
    split->addWidget(m_timeline);
    auto* below = new QWidget(split);
    auto* belowLayout = new QVBoxLayout(below);
    belowLayout->setContentsMargins(0, 0, 0, 0);
    belowLayout->setSpacing(0);
    belowLayout->addWidget(makeEvidence(), 3);
    belowLayout->addWidget(makeWhatIf());
    belowLayout->addWidget(makeWaiting(), 1);
    split->addWidget(below);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({296, 420});
    column->addWidget(split, 1);
    connect(context.selection, &feed::Selection::paymentChanged, this, &CasePane::refresh);
    refresh();
}

QWidget* CasePane::makeHead() {
    auto* head = new QWidget(m_case);
    head->setFixedHeight(92);
    auto* lines = new QVBoxLayout(head);
    lines->setContentsMargins(14, 8, 14, 8);
    lines->setSpacing(4);
    auto* first = new QHBoxLayout;
    first->setSpacing(12);
    m_reference = new widgets::TextLabel({}, TextRole::Title, Ink::Text, head);
    m_reference->setObjectName(QStringLiteral("caseReference"));
    m_amount = new widgets::AmountLabel({}, TextRole::Title, head);
    m_parties = new widgets::TextLabel({}, TextRole::Name, Ink::Text, head);
    m_parties->setFont(theme::font(TextRole::Body));
    first->addWidget(m_reference);
    first->addWidget(m_amount);
    first->addWidget(m_parties, 1);
    auto* ticket = widgets::secondaryButton(tr("Copy ticket text"), head, true);
    ticket->setObjectName(QStringLiteral("copyTicket"));
    ticket->setToolTip(tr("Ctrl+Shift+C"));
    first->addWidget(ticket);
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
    for (QWidget* chip : std::initializer_list<QWidget*>{m_state, m_heuristic, m_due, m_held, m_waits}) second->addWidget(chip);
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
    m_stack->addWidget(addTable({QString(), tr("node"), tr("says"), tr("record on disk"), tr("means"), tr("read")}, {32, 132, 128, 168, -1, 88}, tr("Evidence per node"), {}, 0));
    m_models[Evidence]->setRightHeads({5});
    m_stack->addWidget(addTable({tr("account"), tr("leg"), tr("this payment"), tr("booked"), tr("on hold")}, {-1, 72, 128, 144, 128}, tr("Money of this payment"), {2, 3, 4}));
    m_stack->addWidget(addTable({QStringLiteral("#"), QString(), tr("time"), tr("event"), tr("on disk")}, {48, 32, 112, -1, 112}, tr("Events of this payment"), {}, 1));
    m_stack->addWidget(addTable({tr("reference"), tr("value")}, {168, -1}, tr("References of this payment")));
    m_stack->addWidget(addTable({tr("time"), tr("who"), QString(), tr("order"), tr("reason")}, {88, 112, 32, 220, -1}, tr("Orders for this payment"), {}, 2));
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
        pane->head()->setRemark(tab == Evidence ? tr("durable facts only") : QString());
        refresh();
    });
    pane->setMinimumHeight(theme::grid::paneHead + theme::grid::tableHead + 4 * theme::grid::row);
    return pane;
}

QWidget* CasePane::makeWhatIf() {
    auto* body = new QWidget(m_case);
    auto* lines = new QVBoxLayout(body);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    m_whatIfModel = new widgets::CellsModel({tr("booked balance"), tr("now"), tr("if the coordinator decided COMMIT"), tr("if it decided ROLLBACK")}, body);
    m_whatIfModel->setRightHeads({1, 2, 3});
    m_whatIf = new widgets::DataTable(body);
    m_whatIf->setObjectName(QStringLiteral("whatIfTable"));
    m_whatIf->setAccessibleName(tr("Balances after each decision"));
    m_whatIf->setModel(m_whatIfModel);
    m_whatIf->setColumns({-1, 132, 212, 196});
    for (int column = 1; column < 4; ++column) m_whatIf->setItemDelegateForColumn(column, new widgets::AmountDelegate(m_whatIf));
    lines->addWidget(m_whatIf);
    m_consequence = new widgets::TextLabel({}, TextRole::Small, Ink::Muted, body);
    m_consequence->setWordWrap(true);
    m_consequence->setContentsMargins(12, 6, 12, 6);
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
    m_waiting->setItemDelegateForColumn(3, new widgets::AmountDelegate(m_waiting));
    auto* pane = new widgets::Pane(tr("Waiting behind it"), m_waiting, m_case);
    m_waitingHead = pane->head();
    m_waitingPane = pane;
    return pane;
}

void CasePane::refresh() {
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
    if (tab == Evidence) m_models[Evidence]->setRows(evidenceRows(view, *transaction, now, *m_context.session));
    if (tab == Money) m_models[Money]->setRows(moneyRows(view, *transaction, *m_context.session));
    if (tab == References) m_models[References]->setRows(referenceRows(*transaction, *m_context.session));
    if (tab == Events || tab == History) {
        const auto events = m_context.feed->eventsOf(m_xid);
        m_models[Events]->setRows(eventRows(events, *m_context.session));
        m_models[History]->setRows(historyRows(events, *m_context.session));
    }
    m_tab->setLabel(Events, tr("Events %1").arg(transaction->events));
    showWhatIf(*transaction);
    const auto waiting = waitingRows(view, *transaction, now);
    m_waitingPane->setVisible(!waiting.isEmpty());
    m_waitingModel->setRows(waiting);
    m_waitingHead->setRemark(tr("%n payment(s) want its lock", nullptr, static_cast<int>(waiting.size())));
}

void CasePane::showHead(const view::Transaction& t, std::int64_t now) {
    m_reference->setText(feed::referenceText(t));
    const auto currency = t.payment ? t.payment->amount.currency : base::Currency{};
    if (t.payment) m_amount->setAmount({t.payment->amount.minor, qs(currency.code()), currency.minor_digits()});
    m_parties->setText(feed::partiesText(t));
    const std::int64_t since = t.in_doubt_hlc ? t.in_doubt_hlc : t.begun_hlc;
    const QString age = t.open() ? feed::ageText((now - since) > 1'000'000'000 ? (now - since) / 1'000'000'000 * 1'000'000'000 : now - since)
                                 : tr("after %1").arg(feed::ageText((t.ended_hlc ? t.ended_hlc : t.decided_hlc) - t.begun_hlc));
    m_state->setState(feed::stateOf(t), age);
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
    m_waits->setText(tr("%n payment(s) wait behind it", nullptr, static_cast<int>(waiting)));
    QStringList parts;
    if (t.payment) {
        for (const auto& leg : t.payment->legs) {
            const QString where = feed::accountText(leg.account, *m_context.session) + u' ' + feed::nodeTitle(m_context.feed->view(), leg.node);
            parts << (leg.kind == events::LegKind::fee ? tr("fee %1").arg(where) : leg.kind == events::LegKind::check ? tr("check %1").arg(where) : where);
        }
        if (!t.payment->refs.end_to_end_id.empty()) parts << tr("e2e %1").arg(qs(t.payment->refs.end_to_end_id));
    }
    parts << tr("xid %1").arg(qs(t.xid.short_text()));
    m_accounts->setText(parts.join(QStringLiteral("  ·  ")));
}

void CasePane::fillWhatIfChoices(const view::Transaction& transaction) {
    std::vector<std::optional<Force>> choices{std::nullopt};
    QStringList labels{tr("Wait")};
    for (const auto& node : forceable(m_context.feed->view(), transaction)) {
        choices.push_back(Force{node, events::Outcome::abort});
        choices.push_back(Force{node, events::Outcome::commit});
        labels << tr("ROLLBACK at %1").arg(qs(node.name())) << tr("COMMIT at %1").arg(qs(node.name()));
    }
    if (m_choice && choices == m_choices) return;
    const std::optional<Force> chosen = m_choice ? m_choices[static_cast<std::size_t>(m_choice->currentIndex())] : std::nullopt;
    m_choices = choices;
    delete m_choice;
    m_choice = new widgets::SegmentedControl(labels, m_whatIfHead);
    m_choice->setObjectName(QStringLiteral("whatIfChoice"));
    m_choice->setAccessibleName(tr("What to preview"));
    const auto at = std::find(choices.begin(), choices.end(), chosen);
    if (at != choices.end()) m_choice->setCurrentIndex(static_cast<int>(at - choices.begin()));
    m_whatIfHead->addRight(m_choice);
    m_choice->show();
    connect(m_choice, &widgets::SegmentedControl::currentChanged, this, &CasePane::refresh);
}

void CasePane::showWhatIf(const view::Transaction& t) {
    const bool useful = t.open() && t.payment && !forceable(m_context.feed->view(), t).empty();
    m_whatIfPane->setVisible(useful);
    if (!useful) return;
    fillWhatIfChoices(t);
    const auto force = m_choices[static_cast<std::size_t>(m_choice->currentIndex())];
    const auto what = whatIf(m_context.feed->view(), t, force);
    const auto rows = whatIfRows(what);
    m_whatIfModel->setRows(rows);
    m_whatIf->setFixedHeight(theme::grid::tableHead + static_cast<int>(rows.size()) * theme::grid::row + 1);
    if (!what.known) m_consequence->setText(tr("Not every account of this payment is known here; the preview is not complete."));
    else if (!force) m_consequence->setText(tr("Waiting forces nothing: whatever the coordinator decided, all branches will agree."));
    else {
        const QString T = qs(t.xid.coordinator.name());
        const QString commit = consequenceText(m_context.feed->view(), t, *force, events::Outcome::commit), rollback = consequenceText(m_context.feed->view(), t, *force, events::Outcome::abort);
        m_consequence->setText(what.commitSum ? tr("If %1 decided COMMIT: %2.").arg(T, commit) : tr("If %1 decided ROLLBACK: %2.").arg(T, rollback));
    }
}

void CasePane::previewForce(const Force& force) {
    for (std::size_t i = 0; i < m_choices.size(); ++i)
        if (m_choice && m_choices[i] == std::optional<Force>(force)) m_choice->setCurrentIndex(static_cast<int>(i));
}

}  // namespace indoubt::console::desk
