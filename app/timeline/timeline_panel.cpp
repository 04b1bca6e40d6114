// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/timeline_panel.h"

#include <QClipboard>
#include <QDateTime>
#include <QDir>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "feed/wording.h"
#include "theme/fonts.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "timeline/events_model.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/export_dialog.h"
#include "widgets/image_export.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"
#include "widgets/segmented_control.h"

namespace indoubt::console::timeline {

void setUpEventsTable(widgets::DataTable* table, EventsModel* model, bool narrow) {
    table->setModel(model);
    if (narrow)
        table->setColumns({40, 32, 84, -1, 116, 0, 76});
    else
        table->setColumns({44, 34, 100, 214, -1, 72, 170});
    model->setShort(narrow);
    if (narrow) table->setColumnHidden(EventsModel::Bytes, true);
    table->setItemDelegateForColumn(EventsModel::Node, new widgets::PlateDelegate(table));
    table->setAccessibleName(QCoreApplication::translate("timeline", "Events of this payment in causal order"));
}

TimelinePanel::TimelinePanel(const feed::Context& context, PanelStyle style, QWidget* parent)
    : QWidget(parent), m_context(context), m_style(style), m_payment(new PaymentTimeline(context, this)) {
    setObjectName(QStringLiteral("timelinePanel"));
    m_canvas = new TimelineCanvas(this);
    m_canvas->setCompact(style == PanelStyle::Embedded);
    m_canvas->setSingleKeys(context.session->singleKeys());
    m_canvas->setEmptyText(tr("Choose a payment: its messages, votes, forced writes and locks stand here."));
    m_events = new EventsModel(context.session, this);
    m_head = new widgets::PaneHead(tr("Timeline"), this);

    m_axis = new widgets::SegmentedControl({tr("Folded"), tr("Order"), tr("Clock")}, this);
    m_axis->setObjectName(QStringLiteral("timelineAxis"));
    m_axis->setAccessibleName(tr("Axis of the timeline"));
    m_axis->setToolTip(
        tr("Folded: to scale, empty stretches left out. Order: one column for each causal step. Clock: each node's own clock."));
    auto* gap = new QWidget(this);
    gap->setFixedWidth(5);
    m_head->addLeft(gap);
    m_head->addLeft(m_axis);
    auto* key = new widgets::KeyHint(QStringLiteral("x"), this);
    m_head->addLeft(key);
    m_counts = new widgets::TextLabel({}, theme::TextRole::Small, widgets::Ink::Muted, this);
    m_counts->setObjectName(QStringLiteral("timelineCounts"));
    m_counts->setContentsMargins(style == PanelStyle::Embedded ? 10 : 0, 0, 0, 0);
    m_head->addLeft(m_counts);
    connect(m_axis, &widgets::SegmentedControl::currentChanged, this,
            [this](int kind) { m_canvas->setAxisKind(static_cast<AxisKind>(kind)); });
    connect(m_canvas, &TimelineCanvas::axisKindChanged, this, [this](AxisKind kind) {
        m_axis->setCurrentIndex(static_cast<int>(kind));
        m_counts->setText(countsText());
    });

    if (style == PanelStyle::Large) {
        const auto hint = [this](const QStringList& keys, const QString& word) {
            for (const QString& one : keys) {
                auto* cap = new widgets::KeyHint(one, this);
                m_head->addRight(cap);
                m_hints << cap;
            }
            auto* label = new widgets::TextLabel(word, theme::TextRole::Small, widgets::Ink::Muted, this);
            m_head->addRight(label);
            m_hints << label;
        };
        hint({QStringLiteral("w"), QStringLiteral("s")}, tr("zoom"));
        hint({QStringLiteral("a"), QStringLiteral("d")}, tr("pan"));
        hint({QStringLiteral("f")}, tr("fit"));
        hint({QStringLiteral(","), QStringLiteral(".")}, tr("event"));
    } else {
        auto* zoom = widgets::quietButton(tr("Zoom"), this);
        zoom->setAccessibleName(tr("Zoom in about the selected event"));
        m_head->addRight(zoom);
        connect(zoom, &QPushButton::clicked, m_canvas, [this] { m_canvas->zoomBy(1.5); });
        auto* fit = widgets::quietButton(tr("Fit"), this);
        fit->setAccessibleName(tr("Fit the whole payment"));
        m_head->addRight(fit);
        connect(fit, &QPushButton::clicked, m_canvas, &TimelineCanvas::fit);
    }
    auto* save = widgets::quietButton(tr("Export"), this);
    save->setAccessibleName(tr("Export the timeline"));
    m_head->addRight(save);
    connect(save, &QPushButton::clicked, this, [this, save] {
        QMenu menu(this);
        menu.addAction(tr("Save as SVG, PNG, PDF or CSV..."), this, &TimelinePanel::exportDialog);
        menu.addSeparator();
        menu.addAction(tr("Copy picture"), this, &TimelinePanel::copyPicture);
        menu.addAction(tr("Copy events as a table"), this, [this] {
            QGuiApplication::clipboard()->setText(m_events->asCsv());
        });
        menu.exec(save->mapToGlobal(QPoint(0, save->height())));
    });
    m_table = widgets::quietButton(tr("Table"), this);
    m_table->setAccessibleName(tr("The same as a table"));
    m_head->addRight(m_table);
    if (style == PanelStyle::Embedded) {
        m_head->layout()->setContentsMargins(0, 0, 12, 1);  // quiet buttons show no edge: their words end at the pad
        m_head->layout()->setSpacing(6);
    }

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    if (style == PanelStyle::Embedded) {
        m_twin = new widgets::DataTable(this);
        m_twin->setObjectName(QStringLiteral("timelineTwin"));
        setUpEventsTable(m_twin, m_events, true);
        m_stack = new QStackedWidget(this);
        m_stack->addWidget(m_canvas);
        m_stack->addWidget(m_twin);
        layout->addWidget(m_stack, 1);
        m_table->setCheckable(true);
        connect(m_table, &QPushButton::toggled, this, [this](bool table) {
            m_stack->setCurrentIndex(table ? 1 : 0);
            m_stack->currentWidget()->setFocus();
        });
        connect(m_twin, &widgets::DataTable::rowChosen, this, [this](const QModelIndex& index) { choose(index.row()); });
    } else {
        layout->addWidget(m_canvas, 1);
        connect(m_table, &QPushButton::clicked, this, &TimelinePanel::tableRequested);
    }
    connect(m_canvas, &TimelineCanvas::eventChosen, this, &TimelinePanel::choose);
    connect(m_canvas, &TimelineCanvas::copyRequested, this, &TimelinePanel::copyPicture);
    connect(m_payment, &PaymentTimeline::changed, this, &TimelinePanel::refresh);
    connect(context.selection, &feed::Selection::eventChanged, this, &TimelinePanel::followSelection);
    connect(context.session, &feed::Session::preferencesChanged, this,
            [this] { m_canvas->setSingleKeys(m_context.session->singleKeys()); });
}

void TimelinePanel::showPayment(const base::Xid& xid) {
    m_payment->setPayment(xid);
    if (m_follows) followSelection();
}

void TimelinePanel::setFollowsSelection(bool follows) {
    m_follows = follows;
    if (follows) followSelection();
}

void TimelinePanel::refresh() {
    const view::TimelineModel& model = *m_payment->model();
    m_canvas->setScene(m_payment->scene(), QString::fromStdString(m_payment->xid().empty() ? std::string() : m_payment->xid().text()));
    m_canvas->setNow(model.end_hlc);
    m_events->setModel(m_payment->model());
    const QString reference = model.payment ? feed::qs(events::best_reference(*model.payment)) : QString();
    m_canvas->setAccessibleName(reference.isEmpty() ? tr("Timeline") : tr("Timeline of %1").arg(reference));
    m_counts->setText(countsText());
    if (m_follows) followSelection();
}

QString TimelinePanel::countsText() const {
    const view::TimelineModel& model = *m_payment->model();
    if (model.events.empty()) return {};
    QString text = model.events.size() == 1 ? tr("1 event") : tr("%1 events").arg(feed::countText(model.events.size()));
    if (m_style == PanelStyle::Embedded) return tr("%1, %2").arg(text, feed::ageText(model.age_ns));
    text += model.untraced == 0 ? tr(", all traced") : tr(", %1 messages not traced").arg(model.untraced);
    if (const auto& stretches = m_payment->scene()->stretches; m_canvas->axisKind() == AxisKind::Folded && !stretches.empty()) {
        QStringList lengths;
        for (const Stretch& gap : stretches) lengths << gap.text;
        if (lengths.size() == 1)
            text += tr("      one stretch folded: %1").arg(lengths[0]);
        else if (lengths.size() <= 3)
            text += tr("      %1 stretches folded: %2")
                        .arg(lengths.size() == 2 ? tr("two") : tr("three"),
                             lengths.mid(0, lengths.size() - 1).join(QStringLiteral(", ")) + tr(" and ") + lengths.last());
        else
            text += tr("      %1 stretches folded").arg(lengths.size());
    }
    if (m_canvas->axisKind() == AxisKind::Clock && !model.skew_note.empty()) text += QStringLiteral("      ") + feed::qs(model.skew_note);
    return text;
}

void TimelinePanel::choose(int event) {
    const auto& all = m_payment->model()->events;
    if (event < 0 || static_cast<std::size_t>(event) >= all.size()) return;
    m_canvas->setSelectedEvent(event);
    if (m_follows) m_context.selection->selectEvent(all[static_cast<std::size_t>(event)].ref(), m_payment->xid());
    if (m_twin && m_twin->currentIndex().row() != event) m_twin->selectRow(event);
    emit eventShown(event);
}

void TimelinePanel::followSelection() {
    if (!m_follows) return;
    const events::EventRef& ref = m_context.selection->event();
    const int at = ref.empty() ? -1 : m_payment->indexOf(ref);
    if (at == m_canvas->selectedEvent()) return;
    m_canvas->setSelectedEvent(at);
    if (m_twin && at >= 0 && m_twin->currentIndex().row() != at) m_twin->selectRow(at);
    emit eventShown(at);
}

bool TimelinePanel::tableShown() const { return m_stack && m_stack->currentIndex() == 1; }

QString TimelinePanel::exportName() const {
    const auto& model = *m_payment->model();
    return model.payment ? feed::qs(events::best_reference(*model.payment)) : QStringLiteral("timeline");
}

namespace {
constexpr int caption_height = 48;
}

QSize TimelinePanel::pictureSize() const { return m_canvas->exportSize() + QSize(0, caption_height); }

// A picture goes where the window does not: it says itself of what payment it is, how that stood, and when.
void TimelinePanel::paintPicture(QPainter& painter, const theme::Tokens& tokens) const {
    const QSize size = m_canvas->exportSize();
    const auto& model = *m_payment->model();
    const auto* session = m_context.session;
    const auto t = m_context.feed->view().find(m_payment->xid());
    QString first = exportName(), second = session->cluster();
    if (model.payment) first += QStringLiteral("   ") + feed::amountText(model.payment->amount.minor, model.payment->amount.currency);
    if (t) first += QStringLiteral("   ") + feed::partiesText(*t) + QStringLiteral("   ") + feed::stateWord(*t) + (t->open() ? QString() : u' ' + feed::stateAgeText(*t, m_context.feed->nowHlc()));
    second += tr("   xid %1").arg(feed::qs(m_payment->xid().text()));
    if (model.begin_hlc) {
        const auto offset = feed::offsetMinutes(model.begin_hlc, session->zone());
        const QString began = QDateTime::fromMSecsSinceEpoch(model.begin_hlc / 1'000'000, Qt::OffsetFromUTC, offset * 60).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
        second += tr("   begun %1 %2").arg(began, feed::zoneText(model.begin_hlc, session->zone()));
    }
    painter.fillRect(QRect(0, 0, size.width(), caption_height), tokens.surface);
    painter.setFont(theme::font(theme::TextRole::Strong));
    painter.setPen(tokens.text);
    theme::drawTabular(painter, QRectF(14, 6, size.width() - 28, 20), Qt::AlignLeft | Qt::AlignVCenter, first);
    painter.setFont(theme::font(theme::TextRole::Small));
    painter.setPen(tokens.muted);
    theme::drawTabular(painter, QRectF(14, 25, size.width() - 28, 18), Qt::AlignLeft | Qt::AlignVCenter, second);
    painter.save();
    painter.translate(0, caption_height);
    m_canvas->paintWhole(painter, size, tokens);
    painter.restore();
}

void TimelinePanel::exportTo(const QString& path) {
    widgets::ExportResult result;
    if (path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)) {
        result = widgets::exportText(path, m_events->asCsv());
    } else {
        result = widgets::exportByName(path, pictureSize(), exportName(), [this](QPainter& painter, const theme::Tokens& tokens) { paintPicture(painter, tokens); });
    }
    m_context.navigator->say(result.ok ? tr("Saved %1").arg(QDir::toNativeSeparators(path)) : result.message, !result.ok);
}

// Bound to the payment it was opened for: the selection may move on while the dialog is open.
void TimelinePanel::exportDialog() {
    auto* dialog = new widgets::ExportDialog(tr("Export the timeline"), exportName(),
                                             {{tr("Picture, SVG"), QStringLiteral("svg")}, {tr("Picture, PNG"), QStringLiteral("png")}, {tr("Document, PDF"), QStringLiteral("pdf")}, {tr("Table of events, CSV"), QStringLiteral("csv")}}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &widgets::ExportDialog::chosen, this, [this, xid = m_payment->xid()](const QString& path) {
        if (m_payment->xid() == xid) return exportTo(path);
        m_context.navigator->say(tr("Not saved: another payment is shown now. Export again."), true);
    });
    dialog->open();
}

void TimelinePanel::copyPicture() {
    QGuiApplication::clipboard()->setImage(widgets::renderImage(
        pictureSize(), 2, [this](QPainter& painter, const theme::Tokens& t) { paintPicture(painter, t); }, theme::tokensOf(this)));
    m_context.navigator->say(tr("Picture copied"));
}

void TimelinePanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_payment->setActive(true);
}

void TimelinePanel::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_payment->setActive(false);
}

void TimelinePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool room = width() >= 1080;
    for (QWidget* hint : std::as_const(m_hints)) hint->setVisible(room);
    m_counts->setVisible(width() >= 640);  // the Desk in a small window: the title goes before the count
}

}  // namespace indoubt::console::timeline
