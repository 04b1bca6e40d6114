// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/timeline_pane.h"

#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

#include "feed/wording.h"
#include "log/event_inspector.h"
#include "timeline/events_model.h"
#include "timeline/payment_head.h"
#include "timeline/scene_builder.h"
#include "widgets/data_table.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::timeline {
namespace {

using feed::qs;

// "120.00 = 119.40 shop + 0.60 fee": only where every leg is in the payment's own currency.
QString legsText(const events::Payment& payment) {
    QStringList gives;
    for (const events::Leg& leg : payment.legs) {
        if (leg.amount.currency != payment.amount.currency) return {};
        if (leg.kind == events::LegKind::credit || leg.kind == events::LegKind::fee)
            gives << QStringLiteral("%1 %2").arg(qs(base::decimal_text(leg.amount.minor, leg.amount.currency.minor_digits(), true)),
                                                 qs(events::word(leg.kind)));
    }
    if (gives.size() < 2) return {};
    return QStringLiteral("%1 = %2").arg(qs(base::decimal_text(payment.amount.minor, payment.amount.currency.minor_digits(), true)),
                                         gives.join(QStringLiteral(" + ")));
}

}  // namespace

PaymentHeadText headTextOf(const view::Transaction& tx, const view::TimelineModel& model, std::int64_t nowHlc) {
    PaymentHeadText text;
    const events::PaymentPtr& payment = tx.payment ? tx.payment : model.payment;
    text.reference = feed::referenceText(tx);
    if (payment) {
        text.amount = qs(base::decimal_text(payment->amount.minor, payment->amount.currency.minor_digits(), true));
        text.currency = qs(payment->amount.currency.code());
        text.legs = legsText(*payment);
        // What it is for, in the payer's words, where they are few.
        if (const QString remark = qs(payment->remark); !remark.isEmpty() && remark.size() <= 40) text.legs = text.legs.isEmpty() ? remark : QStringLiteral("%1: %2").arg(remark, text.legs);
    }
    text.parties = feed::partiesText(tx);
    text.state = feed::stateOf(tx);
    text.age = feed::stateAgeText(tx, nowHlc);
    text.faults = static_cast<int>(faultMarks(model).size());
    text.xid = qs(tx.xid.short_text());
    text.protocol = protocolWords(tx.protocol, true);
    return text;
}

Cost costOf(const view::TimelineModel& model) {
    Cost cost;
    const view::TimelineCost& c = model.cost;
    cost.known = c.traced && c.messages_due > 0;
    cost.messages = {static_cast<int>(c.messages), static_cast<int>(c.messages_due), static_cast<int>(c.extra_messages)};
    cost.forced = {static_cast<int>(c.forced_writes), static_cast<int>(c.forced_writes_due), static_cast<int>(c.extra_forced)};
    cost.delays = {static_cast<int>(c.delays), static_cast<int>(c.delays_due), 0};
    for (const auto& [name, count] : c.extra) cost.beyond << (count == 1 ? qs(name) : QStringLiteral("%1 %2").arg(count).arg(qs(name)));
    return cost;
}

TimelinePane::TimelinePane(const feed::Context& context, QWidget* parent) : Place(context, parent) {
    setObjectName(QStringLiteral("timelinePane"));
    m_head = new PaymentHead(this);
    m_panel = new TimelinePanel(context, PanelStyle::Large, this);
    m_pin = widgets::iconButton(theme::Glyph::Pin, tr("Pin: keep this payment"), this);
    m_pin->setCheckable(true);
    connect(m_pin, &QPushButton::toggled, this, &TimelinePane::setPinned);
    auto* tear = widgets::iconButton(theme::Glyph::TearOff, tr("Open in its own window"), this);
    connect(tear, &QPushButton::clicked, this, [this] { this->context().navigator->run(QStringLiteral("window.tearoff")); });
    m_panel->head()->addRight(m_pin);
    m_panel->head()->addRight(tear);

    m_rows = new QSplitter(Qt::Vertical, this);
    m_rows->setObjectName(QStringLiteral("timelineRows"));
    m_rows->setChildrenCollapsible(false);
    m_rows->addWidget(m_panel);
    m_rows->addWidget(buildBelow());
    m_rows->setStretchFactor(0, 1);
    m_rows->setStretchFactor(1, 1);
    m_rows->setSizes({395, 368});

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(new widgets::Rule(Qt::Horizontal, false, this));
    layout->addWidget(m_rows, 1);

    connect(m_panel->payment(), &PaymentTimeline::changed, this, &TimelinePane::refreshHead);
    connect(m_panel, &TimelinePanel::eventShown, this, &TimelinePane::showEvent);
    connect(m_panel, &TimelinePanel::tableRequested, this, [this] {
        // It stands below already: go there, and be seen to.
        m_table->setProperty("indoubtRing", true);
        if (!m_table->currentIndex().isValid() && m_table->model()->rowCount() > 0) m_table->selectRow(0);
        m_table->setFocus(Qt::TabFocusReason);
    });
    connect(context.selection, &feed::Selection::paymentChanged, this, [this] {
        if (!m_pinned) showPayment(selection().xid());
    });
    registerCommands();
    showPayment(selection().xid());
    refreshHead();
}

void TimelinePane::registerCommands() {
    feed::CommandRegistry& commands = *context().commands;
    const auto add = [&](const char* id, const QString& text, const QString& key, std::function<void()> run) {
        feed::Command command;
        command.id = QStringLiteral("timeline.") + QLatin1String(id);
        command.text = text;
        command.detail = tr("Timeline");
        command.key = key;
        command.glyph = theme::Glyph::Timeline;
        command.run = [this, run = std::move(run)] {
            context().navigator->open(this->id());
            run();
        };
        command.whyNot = [this] { return m_panel->xid().empty() && selection().xid().empty() ? tr("No payment is chosen.") : QString(); };
        commands.add(this, std::move(command));
    };
    TimelineCanvas* canvas = m_panel->canvas();
    add("folded", tr("Folded axis: empty stretches left out"), QStringLiteral("x"), [canvas] { canvas->setAxisKind(AxisKind::Folded); });
    add("order", tr("Order axis: one column for each causal step"), QStringLiteral("x"),
        [canvas] { canvas->setAxisKind(AxisKind::Order); });
    add("clock", tr("Clock axis: each node's own clock"), QStringLiteral("x"), [canvas] { canvas->setAxisKind(AxisKind::Clock); });
    add("fit", tr("Fit the whole payment"), QStringLiteral("f"), [canvas] { canvas->fit(); });
    add("export", tr("Export the timeline"), {}, [this] { m_panel->exportDialog(); });
    add("copy", tr("Copy the timeline as a picture"), {}, [this] { m_panel->copyPicture(); });
    add("pin", tr("Pin the timeline to this payment, or unpin it"), {}, [this] { setPinned(!m_pinned); });
}

QWidget* TimelinePane::buildBelow() {
    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->setObjectName(QStringLiteral("timelineColumns"));
    m_columns->setChildrenCollapsible(false);

    m_table = new widgets::DataTable(this);
    m_table->setObjectName(QStringLiteral("timelineEvents"));
    setUpEventsTable(m_table, m_panel->events(), false);
    m_table->setSingleKeys(context().session->singleKeys());
    connect(m_table, &widgets::DataTable::rowChosen, this, [this](const QModelIndex& index) {
        if (!index.isValid() || index.row() == m_panel->canvas()->selectedEvent()) return;
        emit m_panel->canvas()->eventChosen(index.row());
    });
    auto* events = new widgets::Pane(tr("Events"), m_table, this);
    m_tableHead = events->head();
    m_tableHead->setRemark(tr("in causal order"));

    m_inspector = new log::EventInspector(false, this);
    connect(m_inspector, &log::EventInspector::eventRequested, this, &TimelinePane::jump);
    connect(m_inspector, &log::EventInspector::filterRequested, this,
            [this](const QString& term) { context().navigator->openFiltered(QStringLiteral("log"), term); });
    m_inspector->facts()->choosePath(QStringLiteral("causes[0]"));  // what one asks first, and its bytes
    auto* detail = new widgets::Pane(tr("Detail"), m_inspector->facts(), this);
    m_detailHead = detail->head();
    auto* right = new QSplitter(Qt::Vertical, this);
    right->setObjectName(QStringLiteral("timelineRight"));
    right->setChildrenCollapsible(false);
    right->addWidget(detail);
    right->addWidget(m_inspector->bytes());
    right->setSizes({238, 130});

    m_table->installEventFilter(this);
    m_columns->addWidget(events);
    m_columns->addWidget(right);
    m_columns->setStretchFactor(0, 1);
    m_columns->setStretchFactor(1, 0);
    m_columns->setSizes({812, 556});
    return m_columns;
}

bool TimelinePane::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_table && event->type() == QEvent::Resize) {
        // In a narrow table the event's own words keep their room.
        const bool narrow = m_table->width() < 740;
        const bool small = m_table->width() < 500;
        if (narrow != m_table->isColumnHidden(EventsModel::Bytes) || small != m_table->isColumnHidden(EventsModel::OnDisk)) {
            m_table->setColumnHidden(EventsModel::Bytes, narrow);
            m_table->setColumnHidden(EventsModel::OnDisk, small);
            m_panel->events()->setShort(narrow);
            if (small)
                m_table->setColumns({40, 34, 72, -1, 0, 0, 64});
            else if (narrow)
                m_table->setColumns({40, 34, 84, -1, 132, 0, 76});
            else
                m_table->setColumns({44, 34, 100, 214, -1, 72, 170});
        }
    }
    return Place::eventFilter(watched, event);
}

void TimelinePane::activate() {
    m_panel->setActive(true);
    if (!m_pinned) showPayment(selection().xid());
    m_panel->canvas()->setFocus();
}

void TimelinePane::deactivate() { m_panel->setActive(false); }

QList<QWidget*> TimelinePane::regions() const { return {m_panel->canvas(), m_table, m_inspector->facts(), m_inspector->bytes()}; }

void TimelinePane::showPayment(const base::Xid& xid) {
    const bool other = xid != m_panel->xid();
    m_panel->showPayment(xid);
    if (other && m_panel->canvas()->selectedEvent() < 0) showEvent(-1);
}

void TimelinePane::setPinned(bool pinned) {
    m_pinned = pinned;
    m_pin->setChecked(pinned);
    m_pin->setAccessibleName(pinned ? tr("Pinned: keeps this payment") : tr("Pin: keep this payment"));
    m_panel->setFollowsSelection(!pinned);
    if (!pinned) showPayment(selection().xid());
}

void TimelinePane::refreshHead() {
    const view::TransactionPtr tx = m_panel->payment()->transaction();
    const view::TimelineModel& model = *m_panel->payment()->model();
    if (!tx) {
        m_head->clear();
        m_tableHead->setRight({});
        return;
    }
    m_head->setText(headTextOf(*tx, model, feed().nowHlc()));
    m_head->setCost(costOf(model));
    showEvent(m_panel->canvas()->selectedEvent());
}

void TimelinePane::showEvent(int index) {
    const view::TimelineModel& model = *m_panel->payment()->model();
    const int count = static_cast<int>(model.events.size());
    m_tableHead->setRight(index >= 0 ? tr("%1 of %2").arg(index + 1).arg(count) : count ? QString::number(count) : QString());
    if (index < 0 || index >= count) {
        m_inspector->clear();
        m_detailHead->setRight({});
        m_table->clearSelection();
        m_table->setCurrentIndex({});
        return;
    }
    if (m_table->currentIndex().row() != index) {
        m_table->selectRow(index);
        m_table->scrollTo(m_table->model()->index(index, 0));
    }
    const events::Event& event = model.events[static_cast<std::size_t>(index)];
    log::FactContext facts;
    facts.view = &feed().view();
    facts.session = context().session;
    facts.short_identity = true;
    facts.number = [&](const events::EventRef& ref) {
        const int at = model.index_of(ref);
        return at < 0 ? QString() : QStringLiteral("#%1").arg(at + 1);
    };
    facts.title = [&](const events::EventRef& ref) {
        const int at = model.index_of(ref);
        return at < 0 ? QString() : log::titleText(model.events[static_cast<std::size_t>(at)]);
    };
    for (const int effect : highlightOf(*m_panel->payment()->scene(), index).effects)
        facts.effects.push_back(model.events[static_cast<std::size_t>(effect)].ref());
    m_inspector->setEvent(event, facts);
    m_detailHead->setRight(tr("event %1, %2 bytes").arg(index + 1).arg(m_inspector->bytes()->shown().bytes.size()));
}

void TimelinePane::jump(const events::EventRef& event) {
    const int at = m_panel->payment()->indexOf(event);
    if (at >= 0) emit m_panel->canvas()->eventChosen(at);
}

}  // namespace indoubt::console::timeline
