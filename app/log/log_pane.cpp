// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_pane.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QPaintEvent>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QVBoxLayout>

#include "feed/filter_language.h"
#include "feed/wording.h"
#include "log/event_inspector.h"
#include "log/log_language.h"
#include "log/log_model.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/cards.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"
#include "widgets/segmented_control.h"

namespace indoubt::console::log {

using feed::countText;
using feed::qs;

namespace {

// The row of the filter belongs to the list below it, so it stands on surface.
class SurfaceRow : public QWidget {
  public:
    using QWidget::QWidget;

  protected:
    void paintEvent(QPaintEvent* event) override { QPainter(this).fillRect(event->rect(), theme::tokensOf(this).surface); }
};

}  // namespace

LogPane::LogPane(const feed::Context& context, QWidget* parent)
    : Place(context, parent), m_filter(new LogFilter(this)), m_model(new LogModel(context, this)) {
    setObjectName(QStringLiteral("logPane"));
    build();
    registerCommands();
    connect(m_filter, &LogFilter::part, this, &LogPane::part);
    connect(context.feed, &feed::Feed::advanced, this, &LogPane::feedAdvanced);
    connect(context.feed, &feed::Feed::secondPassed, this, [this] {
        if (m_active && restless() && !m_filter->running()) refilter();
    });
    connect(context.selection, &feed::Selection::eventChanged, this, &LogPane::followSelection);
    connect(context.selection, &feed::Selection::paymentChanged, this, [this] {
        if (m_mode == LogMode::OnePayment) refilter();
    });
    connect(context.session, &feed::Session::preferencesChanged, this, [this] {
        m_model->refreshTexts();
        m_table->setSingleKeys(this->context().session->singleKeys());
    });
    refilter();
}

LogPane::~LogPane() = default;

void LogPane::buildHead() {
    m_head = new widgets::PaneHead(tr("Log"), this);
    const auto remark = [this] {
        m_head->setRemark(feed().isPast() ? tr("every event of every node up to %1").arg(feed::timeText(feed().nowHlc(), this->context().session->zone(), feed::Precision::Seconds)) : tr("every event of every node"));
    };
    remark();
    connect(&feed(), &feed::Feed::timeChanged, this, remark);
    m_modes = new widgets::SegmentedControl({tr("Follow"), tr("Causal order"), tr("One payment")}, this);
    m_modes->setAccessibleName(tr("What the log shows"));
    m_modes->setToolTip(tr("Follow: stays at the newest event. Causal order: stands still. One payment: only the selected one's events."));
    m_head->addRight(m_modes);
    connect(m_modes, &widgets::SegmentedControl::currentChanged, this, [this](int mode) { setMode(static_cast<LogMode>(mode)); });
    auto* copy = widgets::secondaryButton(tr("Copy"), this, true);
    copy->setAccessibleName(tr("Copy events"));
    m_head->addRight(copy);
    connect(copy, &QPushButton::clicked, this, [this, copy] {
        QMenu menu(this);
        menu.addAction(tr("Copy this event"), this, [this] { copyRows(false); });
        menu.addAction(tr("Copy up to 10,000 listed events as CSV"), this, [this] { copyRows(true); });
        menu.exec(copy->mapToGlobal(QPoint(0, copy->height())));
    });
    auto* tear = widgets::iconButton(theme::Glyph::TearOff, tr("Open in its own window"), this);
    m_head->addRight(tear);
    connect(tear, &QPushButton::clicked, this, [this] { context().navigator->run(QStringLiteral("window.tearoff")); });
}

QWidget* LogPane::buildList() {
    m_table = new widgets::DataTable(this);
    m_table->setObjectName(QStringLiteral("logTable"));
    m_table->setModel(m_model);
    m_table->setColumns({88, 140, 40, 206, 143, 120, 104, -1, 64});
    m_table->setItemDelegateForColumn(LogModel::Node, new widgets::PlateDelegate(m_table));
    m_table->setAccessibleName(tr("Events"));
    m_table->setSingleKeys(context().session->singleKeys());
    m_table->installEventFilter(this);
    connect(m_table, &widgets::DataTable::rowChosen, this, &LogPane::showEvent);
    connect(m_table, &widgets::DataTable::cellMenuRequested, this, &LogPane::cellMenu);
    connect(m_table, &widgets::DataTable::rowActivated, this, [this](const QModelIndex& index) {
        const events::Event e = m_model->eventAt(index.row());
        if (!e.xid.empty()) context().navigator->openPayment(QStringLiteral("timeline"), e.xid);
    });
    // Scrolling away from the end is the wish to stand still; coming back to it, the wish to follow.
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (m_selecting || m_mode == LogMode::OnePayment || !isVisible()) return;
        const bool end = value >= m_table->verticalScrollBar()->maximum();
        if (!end && m_mode == LogMode::Follow && m_table->verticalScrollBar()->isSliderDown())
            setMode(LogMode::Causal);
        else if (end && m_mode == LogMode::Causal && m_table->verticalScrollBar()->isSliderDown())
            setMode(LogMode::Follow);
    });

    m_empty = new widgets::EmptyState(this);
    m_empty->setCentred(true);
    m_empty->hide();
    auto* list = new QWidget(this);
    auto* listLayout = new QVBoxLayout(list);
    listLayout->setContentsMargins(0, 0, 0, 0);
    listLayout->setSpacing(0);
    listLayout->addWidget(m_table, 1);
    listLayout->addWidget(m_empty, 1);
    return list;
}

QWidget* LogPane::buildDetail() {
    m_inspector = new EventInspector(true, this);
    m_inspector->facts()->choosePath(QStringLiteral("xid"));
    connect(m_inspector, &EventInspector::eventRequested, this, &LogPane::goTo);
    connect(m_inspector, &EventInspector::filterRequested, this, [this](const QString& term) { applyAsFilter(term); });
    auto* detail = new widgets::Pane(tr("Detail"), m_inspector->facts(), this);
    m_detailHead = detail->head();
    auto* byThis = widgets::secondaryButton(tr("Filter by this"), this, true);
    byThis->setAccessibleName(tr("Filter by the chosen detail"));
    m_detailHead->addRight(byThis);
    connect(byThis, &QPushButton::clicked, this, [this] {
        const Fact* fact = m_inspector->facts()->facts()->factAt(m_inspector->facts()->currentIndex());
        if (fact && !fact->filter.isEmpty())
            applyAsFilter(fact->filter);
        else if (const auto& event = m_inspector->event())
            applyAsFilter(event->xid.empty() ? QStringLiteral("kind:") + qs(events::word(event->kind))
                                             : QStringLiteral("xid:") + qs(event->xid.text()));
    });

    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->setObjectName(QStringLiteral("logColumns"));
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(detail);
    m_columns->addWidget(m_inspector->bytes());
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setSizes({486, 882});
    return m_columns;
}

void LogPane::build() {
    buildHead();
    m_rows = new QSplitter(Qt::Vertical, this);
    m_rows->setObjectName(QStringLiteral("logRows"));
    m_rows->setChildrenCollapsible(false);
    m_rows->addWidget(buildList());
    m_rows->addWidget(buildDetail());
    m_rows->setStretchFactor(0, 1);
    m_rows->setStretchFactor(1, 1);
    m_rows->setSizes({384, 368});

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(buildFilterRow());
    layout->addWidget(new widgets::Rule(Qt::Horizontal, false, this));
    layout->addWidget(m_rows, 1);
}

QWidget* LogPane::buildFilterRow() {
    auto* row = new SurfaceRow(this);
    row->setFixedHeight(43);  // and the rule below it
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    m_field = new widgets::FilterField(row);
    m_field->setObjectName(QStringLiteral("logFilter"));
    m_field->setAccessibleName(tr("Filter of the log"));
    m_field->setFieldHint(tr("kind: node: ref: xid: vote: reason: since: amount:"));
    m_field->setKeyHintText(QStringLiteral("Ctrl F"));
    auto language = std::make_unique<LogLanguage>(context(), [this] { m_field->refreshCompletion(); });
    m_language = std::move(language);
    m_field->setLanguage(m_language.get());
    m_field->setResults([this] { return m_table; });
    m_field->setMinimumWidth(240);
    m_field->setMaximumWidth(622);
    layout->addWidget(m_field, 3);
    m_pin = widgets::secondaryButton(tr("Name and pin"), row);
    m_pin->setAccessibleName(tr("Keep this filter under a name"));
    layout->addWidget(m_pin);
    connect(m_pin, &QPushButton::clicked, this, &LogPane::pinFilter);
    m_clear = widgets::quietButton(tr("Clear"), row);
    m_clear->setAccessibleName(tr("Clear the filter"));
    layout->addWidget(m_clear);
    connect(m_clear, &QPushButton::clicked, this, [this] { setFilter({}); });
    m_pins = new QHBoxLayout;
    m_pins->setSpacing(6);
    layout->addLayout(m_pins);
    showPins();
    layout->addStretch(1);
    m_counts = new widgets::TextLabel({}, theme::TextRole::Small, widgets::Ink::Muted, row);
    m_counts->setObjectName(QStringLiteral("logCounts"));
    m_counts->setTextFormat(Qt::RichText);
    layout->addWidget(m_counts);
    connect(m_field, &widgets::FilterField::filterChanged, this, [this](const QString& text) {
        if (text == m_text) return;
        m_text = text;
        refilter();
    });
    connect(m_field, &widgets::FilterField::filterInvalid, this,
            [this](const QString& message, int) {
                // The field points at the mistake; here it is said what the rows are, for they are not of this filter.
                m_counts->setText(m_text.trimmed().isEmpty() ? tr("not filtered: all events") : tr("still of %1").arg(m_text.toHtmlEscaped()));
                m_counts->setToolTip(message);
            });
    return row;
}

QString LogPane::filterText() const { return m_text; }

void LogPane::setFilter(const QString& filter) {
    m_field->setText(filter);
    m_text = filter;
    refilter();
}

void LogPane::applyAsFilter(const QString& term, bool negated) {
    const QString addition = negated ? QStringLiteral("not ") + term : term;
    if (m_text.contains(addition)) return;
    setFilter(m_text.trimmed().isEmpty() ? addition : m_text.trimmed() + QLatin1Char(' ') + addition);
}

bool LogPane::focusFilter() {
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    return true;
}

QList<QWidget*> LogPane::regions() const { return {m_field, m_table, m_inspector->facts(), m_inspector->bytes()}; }

void LogPane::activate() {
    m_active = true;
    if (m_stale) refilter();
    followSelection();
    m_table->setFocus();
}

void LogPane::deactivate() { m_active = false; }

void LogPane::setMode(LogMode mode) {
    const bool narrower = (mode == LogMode::OnePayment) != (m_mode == LogMode::OnePayment);
    m_mode = mode;
    m_modes->setCurrentIndex(static_cast<int>(mode));
    if (narrower) refilter();
    if (mode == LogMode::Follow) m_table->scrollToBottom();
}

QString LogPane::wholeFilter() const {
    if (m_mode != LogMode::OnePayment) return m_text;
    const QString xid = selection().xid().empty() ? QStringLiteral("xid:none") : QStringLiteral("xid:") + qs(selection().xid().text());
    return m_text.trimmed().isEmpty() ? xid : QStringLiteral("%1 (%2)").arg(xid, m_text);
}

bool LogPane::restless() const {
    static const QRegularExpression timely(QStringLiteral("\\b(state|is|since|due|age|waiting|held):|\\b(age|due|waiting|held)[<>]"));
    return timely.match(m_text).hasMatch();
}

FilterJob LogPane::job(std::size_t from) const {
    FilterJob job;
    job.filter = m_compiled;
    job.rows = feed().rows();
    job.view = feed().view();
    job.from = from;
    job.to = std::min<std::size_t>(feed().shownEvents(), job.rows.size());
    job.now_hlc = feed().nowHlc();
    job.zone_offset_s = feed::offsetMinutes(job.now_hlc, context().session->zone()) * 60;
    job.actor = context().session->actor();
    job.whole = from == 0;
    return job;
}

void LogPane::refilter() {
    m_stale = false;
    view::FilterError error;
    const std::string text = wholeFilter().toStdString();
    view::Filter compiled;
    if (!view::Filter::parse(text, compiled, error)) {
        m_counts->setText(qs(error.message).toHtmlEscaped());
        return;
    }
    m_compiled = compiled;
    if (m_compiled.empty()) {
        m_filter->cancel();
        const bool end = m_mode == LogMode::Follow;
        const auto chosen = m_inspector->event();
        m_model->showAll(feed().rows(), feed().shownEvents(), m_model->isFiltered() || m_model->rowCount() == 0);
        if (end)
            m_table->scrollToBottom();
        else if (chosen)
            followSelection();
        showCounts();
        return;
    }
    m_filter->start(job(0));
    showCounts();
}

void LogPane::feedAdvanced(const feed::FeedDelta& delta) {
    if (delta.renumbered) {  // old events were folded away: no row id of before means anything now
        m_filter->cancel();
        m_model->showAll({}, 0, true);
        m_scanned = 0;
    }
    if (!m_active) {
        m_stale = true;
        return;
    }
    if (delta.reset || delta.reordered) {
        if (!m_compiled.empty()) {
            refilter();
            return;
        }
        const bool end = m_mode == LogMode::Follow && (m_table->atEnd() || !m_table->holds());
        m_model->showAll(feed().rows(), feed().shownEvents(), true);
        if (end) m_table->scrollToBottom();
        followSelection();
        showCounts();
        return;
    }
    if (m_compiled.empty()) {
        const bool end = m_mode == LogMode::Follow && m_table->atEnd();
        m_model->showAll(feed().rows(), feed().shownEvents(), false);
        if (end) m_table->scrollToBottom();
        showCounts();
    } else {
        filterNew();
    }
}

void LogPane::filterNew() {
    if (m_filter->running() || m_scanned >= feed().shownEvents()) return;
    m_filter->start(job(m_scanned));
}

void LogPane::part(const FilterPart& part) {
    const bool end = m_mode == LogMode::Follow && (m_table->atEnd() || m_model->rowCount() == 0 || part.whole);
    if (part.whole && part.first) {
        // The same answer again (a filter that looks at ages is asked every second) must not disturb the list.
        if (!(part.last && m_model->isFiltered() && part.matches == m_model->matches())) {
            const auto chosen = m_inspector->event();
            m_model->showMatches(part.rows, part.matches);
            if (chosen) followSelection();
        }
    } else {
        m_model->appendMatches(part.rows, part.matches);
    }
    m_scanned = part.scanned;
    if (end) m_table->scrollToBottom();
    showCounts();
    if (part.last) filterNew();
}

void LogPane::showCounts() {
    const auto bold = [&](std::uint64_t count) { return QStringLiteral("<b>%1</b>").arg(countText(count)); };
    const std::uint64_t all = feed().shownEvents();
    QString text = m_compiled.empty()
                       ? tr("%1 events").arg(bold(all))
                       : tr("%1 of %2 events match").arg(bold(static_cast<std::uint64_t>(m_model->rowCount())), countText(all));
    if (m_filter->running()) text += tr(", counting");
    if (feed().foldedAway() > 0) text += tr(", %1 older ones folded away").arg(bold(feed().foldedAway()));
    // In the past nobody knows yet what will be kept.
    const std::uint64_t unseen = feed().isLive() ? feed().rows().unseen() : 0, known = feed().foldedAway() + feed().view().gaps();
    if (unseen > known) text += tr(", a further %1 of %2 were sampled out").arg(bold(unseen - known), countText(unseen - known + all + feed().foldedAway()));
    if (feed().view().gaps() > 0) text += tr(", a further %1 are missing").arg(bold(feed().view().gaps()));
    m_counts->setText(text);
    m_counts->setToolTip({});
    m_pin->setEnabled(!m_text.trimmed().isEmpty());
    m_clear->setVisible(!m_text.isEmpty());
    const bool none = m_model->rowCount() == 0 && !m_filter->running();
    m_empty->setVisible(none);
    m_table->setVisible(!none);
    if (none) {
        if (m_compiled.empty())
            m_empty->setText(tr("No event yet."), feed().connected() ? tr("They come as payments flow.") : feed().connection());
        else
            m_empty->setText(tr("0 of %1 events match.").arg(countText(all)), feed::emptyFilterHint(m_text, context()));
    }
}

void LogPane::selectRow(int row) {
    if (row < 0 || row >= m_model->rowCount()) return;
    m_table->selectRow(row);
    m_table->scrollTo(m_model->index(row, 0));
}

void LogPane::showEvent(const QModelIndex& index) {
    if (!index.isValid() || m_quiet) return;
    const view::RowId id = m_model->idAt(index.row());
    showEventOf(id);
    const events::Event e = m_model->rows().event(id);
    m_selecting = true;
    selection().selectEvent(e.ref(), e.xid);
    m_selecting = false;
}

void LogPane::showEventOf(view::RowId id) {
    const view::EventRows& rows = m_model->rows();
    const events::Event e = rows.event(id);
    FactContext facts;
    facts.view = &feed().view();
    facts.session = context().session;
    facts.number = [&](const events::EventRef& ref) {
        const view::RowId at = rows.find(ref);
        return at == view::no_row ? QString() : QStringLiteral("#%1").arg(countText(rows.position_of(at) + 1));
    };
    facts.title = [&](const events::EventRef& ref) {
        const view::RowId at = rows.find(ref);
        return at == view::no_row ? QString() : titleText(rows.event(at));
    };
    // What an event led to stands behind it: among its payment's events, or, for a node's own, among the next few hundred.
    constexpr std::size_t ahead = 400;
    const auto consider = [&](view::RowId other) {
        const events::Event candidate = rows.event(other);
        if (std::find(candidate.causes.begin(), candidate.causes.end(), e.ref()) != candidate.causes.end())
            facts.effects.push_back(candidate.ref());
    };
    if (!e.xid.empty()) {
        for (const view::RowId other : rows.rows_of(e.xid)) consider(other);
    } else {
        const std::size_t from = rows.position_of(id) + 1;
        rows.scan(from, std::min(from + ahead, rows.size()), [&](std::size_t, view::RowId other, const view::EventRow&) {
            consider(other);
            return true;
        });
    }
    m_inspector->setEvent(e, facts);
    m_detailHead->setRemark(QStringLiteral("#%1 %2").arg(countText(rows.position_of(id) + 1), titleText(e)));
}

void LogPane::goTo(const events::EventRef& event) {
    const view::RowId id = m_model->rows().find(event);
    if (id == view::no_row) {
        context().navigator->say(tr("This event was not traced."), true);
        return;
    }
    const int row = m_model->rowOf(id);
    if (row < 0) {
        context().navigator->say(tr("The filter hides this event; shown without it."));
        setFilter({});
    }
    if (m_mode == LogMode::Follow) setMode(LogMode::Causal);
    selectRow(m_model->rowOf(id));
}

void LogPane::followSelection() {
    if (m_selecting || !m_active) return;
    const events::EventRef& ref = selection().event();
    if (ref.empty()) return;
    const view::RowId id = m_model->rows().find(ref);
    if (id == view::no_row) return;
    const int row = m_model->rowOf(id);
    if (row >= 0 && row != m_table->currentIndex().row()) {
        m_selecting = true;
        selectRow(row);
        m_selecting = false;
    }
    showEventOf(id);
}

}  // namespace indoubt::console::log
