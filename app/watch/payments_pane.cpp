// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/payments_pane.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QVBoxLayout>

#include "feed/filter_language.h"
#include "feed/wording.h"
#include "theme/metrics.h"
#include "watch/cluster_pane.h"
#include "widgets/cards.h"
#include "widgets/chip.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/filter_field.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::watch {

using M = PaymentsModel;

namespace {
// Below, columns give way so that the list never scrolls sideways and names stay readable.
constexpr int narrow_width = 1300, small_width = 1060;

int roomOf(int width) { return width < small_width ? 0 : width < narrow_width ? 1 : 2; }
}

PaymentsPane::PaymentsPane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("paymentsPane"));
    m_model = new PaymentsModel(context, this);
    makeHead();
    auto* row = makeFilterRow();
    makeTable();
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_head);
    outer->addWidget(row);
    outer->addWidget(new widgets::Rule(Qt::Horizontal, false, this));
    outer->addWidget(m_table, 1);
    connectTable();
    loadPinned();
    arrange();
    applyFilter({});
}

void PaymentsPane::makeHead() {
    m_head = new widgets::PaneHead(tr("Payments"), this);
    m_columns = widgets::quietButton({}, this);
    m_columns->setObjectName(QStringLiteral("columnsShown"));
    m_columns->setToolTip(tr("Choose the columns; a head can be dragged to another place"));
    m_head->addRight(m_columns);
    connect(m_columns, &QPushButton::clicked, this, [this] {
        QMenu* menu = m_table->columnsMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->popup(m_columns->mapToGlobal(QPoint(0, m_columns->height())));
    });
    auto* tear = widgets::iconButton(theme::Glyph::TearOff, tr("Open in its own window"), this);
    auto* more = widgets::iconButton(theme::Glyph::More, tr("More"), this);
    m_head->addRight(tear);
    m_head->addRight(more);
    connect(tear, &QPushButton::clicked, this, &PaymentsPane::tearOffRequested);
    connect(more, &QPushButton::clicked, this, [this, more] { showMenu({}, more->mapToGlobal(QPoint(0, more->height()))); });
}

QWidget* PaymentsPane::makeFilterRow() {
    m_language = feed::paymentFilterLanguage(m_context);
    m_field = new widgets::FilterField(this);
    m_field->setObjectName(QStringLiteral("paymentsFilter"));
    m_field->setAccessibleName(tr("Filter payments"));
    m_field->setLanguage(m_language.get());
    m_field->setResults([this] { return m_table; });
    m_field->setFieldHint(QStringLiteral("state: age: node: ref: party: amount:"));
    m_field->setKeyHintText(QStringLiteral("Ctrl F"));
    m_field->setFixedWidth(560);
    m_count = new widgets::TextLabel({}, theme::TextRole::Strong, widgets::Ink::Text, this);
    m_countWords = new widgets::TextLabel({}, theme::TextRole::Body, widgets::Ink::Muted, this);
    m_new = widgets::secondaryButton({}, this, true);
    m_new->setObjectName(QStringLiteral("newPayments"));
    m_new->setToolTip(tr("The order holds while you work here; this takes in what came since"));
    m_new->hide();

    auto* row = new QWidget(this);
    row->setFixedHeight(theme::grid::filterRow - 1);  // and the rule below it
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(theme::grid::pad, 0, theme::grid::pad, 0);
    line->setSpacing(8);
    line->addWidget(m_field);
    m_pinned = new QHBoxLayout;
    m_pinned->setSpacing(8);
    line->addLayout(m_pinned);
    line->addStretch();
    line->addWidget(m_count);
    line->addWidget(m_countWords);
    line->addWidget(m_new);
    return row;
}

void PaymentsPane::makeTable() {
    m_table = new widgets::DataTable(this);
    m_table->setObjectName(QStringLiteral("paymentsTable"));
    m_table->setAccessibleName(tr("Payments"));
    m_table->setModel(m_model);
    m_table->setStretchMinimum(140);
    m_table->setItemDelegateForColumn(M::State, new widgets::StateDelegate(m_table));
    m_table->setItemDelegateForColumn(M::Amount, new widgets::AmountDelegate(m_table));
    m_table->setItemDelegateForColumn(M::OnHold, new widgets::AmountDelegate(m_table, true, true));
    m_table->setItemDelegateForColumn(M::Votes, new widgets::VotesDelegate(m_table));
    m_table->setOptionalColumns({M::EndToEnd, M::Instruction, M::Uetr, M::MessageId, M::PaymentInformation, M::File, M::DebtorAccount, M::CreditorAccount, M::Remark, M::Protocol, M::Claimed});
    connect(m_table, &widgets::DataTable::columnsChanged, this, &PaymentsPane::showColumns);
    m_empty = new widgets::EmptyState(m_table->viewport());
    m_empty->setObjectName(QStringLiteral("noPayments"));
    m_empty->setCentred(false);
    m_empty->hide();
}

void PaymentsPane::connectTable() {
    connect(m_field, &widgets::FilterField::filterChanged, this, &PaymentsPane::applyFilter);
    connect(m_new, &QPushButton::clicked, this, [this] {
        m_model->apply();
        m_table->scrollToTop();
    });
    connect(m_table, &widgets::DataTable::holdChanged, this, &PaymentsPane::updateHold);
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &PaymentsPane::updateHold);
    connect(m_table, &widgets::DataTable::rowChosen, this, [this](const QModelIndex& index) {
        const auto xid = m_model->xidAt(index.row());
        if (xid.empty() || m_selecting) return;
        m_selecting = true;
        m_context.selection->selectPayment(xid);
        m_selecting = false;
    });
    connect(m_table, &widgets::DataTable::rowActivated, this, [this](const QModelIndex& index) {
        if (m_model->isGroup(index.row())) m_model->toggleGroup(index.row());
        else if (const auto xid = m_model->xidAt(index.row()); !xid.empty()) m_context.navigator->openPayment(QStringLiteral("timeline"), xid);
    });
    connect(m_table, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        if (m_model->isGroup(index.row())) m_model->toggleGroup(index.row());
    });
    connect(m_table, &widgets::DataTable::cellMenuRequested, this, &PaymentsPane::showMenu);
    connect(m_model, &M::countsChanged, this, &PaymentsPane::showCounts);
    connect(m_model, &M::pendingChanged, this, [this](int payments) {
        m_new->setVisible(payments > 0);
        m_new->setText(tr("%1 new").arg(feed::countText(static_cast<std::uint64_t>(payments))));
    });
    connect(m_model, &M::rebuilt, this, [this] {
        letters();
        followSelection();
        showEmpty();
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, &PaymentsPane::followSelection);
    connect(m_context.selection, &feed::Selection::paymentChanged, this, &PaymentsPane::followSelection);
    for (const auto signal : {&feed::Feed::timeChanged, &feed::Feed::secondPassed})
        connect(m_context.feed, signal, this, [this] {
            showRemark();
            showEmpty();
        });
}

PaymentsPane::~PaymentsPane() = default;

QString PaymentsPane::filter() const { return m_filter; }

void PaymentsPane::setFilter(const QString& filter) {
    m_field->setText(filter);
    applyFilter(filter);
}

void PaymentsPane::focusFilter() {
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void PaymentsPane::applyFilter(const QString& text) {
    m_filter = text.trimmed();
    auto predicate = feed::compilePaymentFilter(m_filter, m_context);
    if (!predicate.ok) return;  // the field itself points at the character
    const bool stuck = m_filter.contains(QLatin1String("is:stuck"));
    m_model->setFilter(std::move(predicate.matches), stuck ? M::Order::ByCause : M::Order::NewestFirst);
    for (auto* chip : m_chips) chip->setChecked(chip->property("filter").toString() == m_filter);
    showRemark();
    m_head->setRight(stuck ? tr("due, then (1 + waiting) × age × amount") : QString());
    arrange();
    showCounts();
}

void PaymentsPane::showRemark() {
    const bool stuck = m_model->order() == M::Order::ByCause;
    const QString order = stuck ? tr("most urgent first, by cause") : tr("newest first");
    if (!m_context.feed->actable()) m_head->setRemark(tr("as of %1, %2").arg(feed::timeText(m_context.feed->nowHlc(), m_context.session->zone(), feed::Precision::Seconds), order));
    else m_head->setRemark(stuck ? order : tr("live, %1").arg(order));
}

// What is stuck is read by its due time; what flows, by when it began.
void PaymentsPane::arrange() {
    const bool stuck = m_model->order() == M::Order::ByCause;
    m_table->placeColumn(M::Due, stuck ? 0 : M::Due);
    m_table->setColumnHidden(M::Started, stuck);
    m_table->setColumnHidden(M::XidColumn, width() < narrow_width);
    m_table->setColumnHidden(M::Waiting, width() < narrow_width);  // names before a count that is nearly always 0
    m_table->setColumnHidden(M::OnHold, width() < small_width);
    m_table->setColumnHidden(M::Due, width() < small_width && !stuck);
    const int votes = std::max(3, static_cast<int>(m_model->participants().size())) * widgets::VotesDelegate::pitch + 22;
    //                   started state age ref xid parties amount votes hold due waiting last
    const bool narrow = width() < narrow_width;
    m_table->setColumns({104, 108, 72, 120, 92, -1, 124, votes, 104, stuck ? (narrow ? 132 : 148) : 64, 60, 164,
                         // end-to-end instruction uetr message payment-information file debtor creditor remark protocol claimed
                         208, 148, 276, 148, 172, 148, 188, 188, 180, 84, 104});
    letters();
    showColumns();
}

void PaymentsPane::showColumns() {
    const QString text = tr("%1 columns, %2 shown").arg(static_cast<int>(M::ColumnCount)).arg(m_table->shownColumns());
    if (m_columns->text() == text) return;
    m_columns->setText(text);
    m_columns->setAccessibleName(tr("%1: choose the columns").arg(text));
}

void PaymentsPane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_field->setFixedWidth(std::clamp(event->size().width() - 680, 320, 560));
    if (const int room = roomOf(event->size().width()); room != m_room) {
        m_room = room;
        arrange();
    }
    if (m_empty->isVisible()) showEmpty();
}

void PaymentsPane::letters() {
    const auto names = m_model->participants();
    m_table->setLettersColumn(M::Votes, names);
    const int votes = std::max(3, static_cast<int>(names.size())) * widgets::VotesDelegate::pitch + 22;
    if (m_table->columnWidth(M::Votes) != votes) m_table->setColumnWidth(M::Votes, votes);
}

void PaymentsPane::updateHold() {
    // Also while somebody reads further down: rows coming in above would push the text away under the eye.
    m_model->setHeld(m_table->holds() || m_table->verticalScrollBar()->value() > 0);
}

void PaymentsPane::showCounts() {
    m_count->setText(feed::countText(m_model->matching()));
    m_countWords->setText(m_filter.isEmpty() ? tr("payments") : tr("of %1 payments match").arg(feed::countText(m_model->total())));
    showEmpty();
}

void PaymentsPane::showEmpty() {
    const bool empty = m_model->rowCount() == 0 && m_model->pending() == 0;
    m_empty->setVisible(empty);
    if (!empty) return;
    if (m_context.feed->isPast() && m_filter.isEmpty()) m_empty->setText(tr("No payment had begun."));
    else if (m_filter.isEmpty()) m_empty->setText(tr("No payment yet."), m_context.session->faultsAllowed() ? tr("Ctrl+N makes one; \"Generate traffic\" in Ctrl+K makes many.") : tr("Ctrl+N makes one."));
    else if (m_filter == QLatin1String("is:stuck")) m_empty->setText(m_context.feed->isPast() ? tr("Nothing was stuck.") : m_context.feed->outOfTouch() ? tr("Not known: no contact.") : tr("Nothing is stuck."), {}, m_context.feed->outOfTouch() ? theme::Glyph::Undetermined : theme::Glyph::Check);
    else m_empty->setText(tr("0 match."), feed::emptyFilterHint(m_filter, m_context));
    m_empty->setGeometry(QRect(0, 4, m_table->viewport()->width(), 96));
}

void PaymentsPane::followSelection() {
    if (m_selecting) return;
    const int row = m_model->rowOf(m_context.selection->xid());
    m_selecting = true;
    if (row < 0) m_table->selectionModel()->clear();
    else if (m_table->currentIndex().row() != row) m_table->selectionModel()->setCurrentIndex(m_model->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_selecting = false;
}

QString PaymentsPane::cellFilter(const QModelIndex& index) const {
    const auto t = m_context.feed->view().find(m_model->xidAt(index.row()));
    if (!t) return {};
    switch (index.column()) {
        case M::State: return QStringLiteral("state:") + feed::qs(view::word(t->state));
        case M::Reference: return QStringLiteral("ref:") + feed::referenceText(*t);
        case M::XidColumn: return QStringLiteral("xid:") + feed::qs(t->xid.short_text());
        case M::Parties: return t->payment && !t->payment->debtor.name.empty() ? QStringLiteral("party:\"%1\"").arg(feed::qs(t->payment->debtor.name)) : QString();
        case M::Amount: return t->payment ? QStringLiteral("amount:%1%2").arg(feed::qs(base::decimal_text(t->payment->amount.minor, t->payment->amount.currency.minor_digits())), feed::qs(t->payment->amount.currency.code())) : QString();
        case M::LastEvent: return t->refusal != events::Refusal::none ? QStringLiteral("reason:\"%1\"").arg(feed::qs(events::word(t->refusal))) : QString();
        case M::Waiting: return QStringLiteral("waiting>0");
        default: return {};
    }
}

void PaymentsPane::showMenu(const QModelIndex& index, QPoint pos) {
    QMenu menu(this);
    const auto xid = index.isValid() ? m_model->xidAt(index.row()) : base::Xid{};
    if (!xid.empty()) {
        for (const auto& [place, label] : {std::pair{"timeline", tr("Open the timeline")}, {"desk", tr("Open at the Desk")}, {"log", tr("Open in the Log")}})
            menu.addAction(label, this, [this, xid, place = QString::fromLatin1(place)] { m_context.navigator->openPayment(place, xid); });
        menu.addSeparator();
        const QString term = cellFilter(index);
        if (!term.isEmpty()) {
            menu.addAction(tr("Apply as filter: %1").arg(term), this, [this, term] { setFilter(term); });
            if (!m_filter.isEmpty()) menu.addAction(tr("Add to the filter: %1").arg(term), this, [this, term] { setFilter(m_filter + u' ' + term); });
            menu.addSeparator();
        }
        menu.addAction(tr("Copy row"), this, [this, row = index.row()] { QGuiApplication::clipboard()->setText(m_table->rowText(row)); });
        menu.addAction(tr("Copy xid"), this, [xid] { QGuiApplication::clipboard()->setText(feed::qs(xid.text())); });
        menu.addAction(tr("Copy ticket text"), this, [this] { m_context.navigator->run(QStringLiteral("copy.ticket")); });
    }
    menu.addMenu(m_table->columnsMenu(&menu));
    menu.addAction(tr("Copy table as CSV"), this, [this] { QGuiApplication::clipboard()->setText(m_table->asCsv(10'000)); });
    if (!m_filter.isEmpty()) {
        menu.addAction(tr("Pin this filter..."), this, [this] {
            bool ok = false;
            const QString name = QInputDialog::getText(this, tr("Pin a filter"), tr("Name"), QLineEdit::Normal, m_filter, &ok).trimmed();
            if (!ok || name.isEmpty()) return;
            QSettings settings;
            auto pinned = settings.value(QStringLiteral("watch/pinned")).toStringList();
            pinned << name + u'\t' + m_filter;
            settings.setValue(QStringLiteral("watch/pinned"), pinned);
            addPinned(name, m_filter);
        });
    }
    menu.exec(pos);
}

void PaymentsPane::addPinned(const QString& name, const QString& filter) {
    auto* chip = new widgets::Chip(name, theme::Glyph::Pin, this);
    chip->setPressable(true);
    chip->setCheckable(true);
    chip->setProperty("filter", filter);
    chip->setObjectName(QStringLiteral("pinned.") + name);
    chip->setToolTip(filter);
    m_pinned->addWidget(chip);
    m_chips << chip;
    connect(chip, &QAbstractButton::clicked, this, [this, filter](bool on) { setFilter(on ? filter : QString()); });
}

void PaymentsPane::loadPinned() {
    addPinned(tr("stuck"), QStringLiteral("is:stuck"));
    addPinned(tr("due<1h"), QStringLiteral("due<1h"));
    addPinned(tr("aborted"), QStringLiteral("state:aborted"));
    for (const QString& line : QSettings().value(QStringLiteral("watch/pinned")).toStringList())
        if (const auto tab = line.indexOf(u'\t'); tab > 0) addPinned(line.left(tab), line.mid(tab + 1));
}

}  // namespace indoubt::console::watch
