// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/watch_place.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include "feed/cause_words.h"
#include "theme/metrics.h"
#include "watch/causes_pane.h"
#include "watch/cluster_map.h"
#include "watch/cluster_pane.h"
#include "watch/flow_pane.h"
#include "watch/payments_pane.h"
#include "widgets/alert_bar.h"
#include "widgets/data_table.h"
#include "widgets/pane_head.h"

namespace indoubt::console::watch {

namespace {
constexpr int top_height = 300, top_least = 240, causes_width = 320, causes_width_small = 296, map_width = 328, map_width_small = 300;
}

WatchPlace::WatchPlace(const feed::Context& context, QWidget* parent) : Place(context, parent) {
    setObjectName(QStringLiteral("watchPlace"));
    m_alert = new widgets::AlertBar(this);
    m_alert->setObjectName(QStringLiteral("alertBar"));
    m_alert->hide();
    m_causes = new CausesPane(context, this);
    m_flow = new FlowPane(context, this);
    m_cluster = new ClusterPane(context, this);
    m_payments = new PaymentsPane(context, this);
    m_causes->setFixedWidth(causes_width);
    m_cluster->setFixedWidth(map_width);

    auto* split = new QSplitter(Qt::Vertical, this);
    split->setObjectName(QStringLiteral("watchSplit"));
    split->setChildrenCollapsible(false);
    auto* top = new QWidget(split);
    top->setMinimumHeight(top_least);
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_causes);
    row->addWidget(new widgets::Rule(Qt::Vertical, false, top));
    row->addWidget(m_flow, 3);
    row->addWidget(new widgets::Rule(Qt::Vertical, false, top));
    row->addWidget(m_cluster, 1);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_alert);
    split->addWidget(top);
    split->addWidget(m_payments);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({top_height, 540});
    outer->addWidget(split, 1);

    connect(m_causes, &CausesPane::filterWanted, m_payments, &PaymentsPane::setFilter);
    connect(m_payments, &PaymentsPane::tearOffRequested, this, [this] { this->context().navigator->run(QStringLiteral("window.tearoff")); });
    connect(context.feed, &feed::Feed::secondPassed, this, &WatchPlace::showAlert);
    connect(context.feed, &feed::Feed::timeChanged, this, &WatchPlace::showAlert);
    connect(context.feed, &feed::Feed::connectionChanged, this, [this] {
        if (isVisible()) activate();
    });
    connect(m_alert, &widgets::AlertBar::acknowledged, this, [this] {
        m_acknowledged.insert(m_alerted);
        showAlert();
    });
    connect(m_alert, &widgets::AlertBar::opened, this, [this] { setFilter(QStringLiteral("is:stuck")); });
}

// One alert per cause, by the newest events whatever moment is shown.
void WatchPlace::showAlert() {
    const auto& view = feed().newest();
    const std::int64_t now = feed().liveHlc();
    const auto causes = view.causes(now);
    QSet<QString> open;
    bool shown = false;
    int more = 0;
    QString also, strong, told, remark;
    theme::Glyph glyph = theme::Glyph::Blocked;
    for (const auto& cause : causes) {
        const auto words = feed::wordsOf(view, cause, now, *context().session);
        open.insert(words.key);
        if (m_acknowledged.contains(words.key)) continue;
        if (shown) {
            // One line for all: the next one is at least named, or a damage case hides that everything stands.
            if (++more == 1) also = cause.payments.empty() ? words.title : tr("%1 (%2)").arg(words.title, feed::counted(cause.payments.size(), tr("1 payment"), tr("%1 payments")));
            continue;
        }
        shown = true;
        m_alerted = words.key;
        const auto count = cause.payments.size();
        const QString wait = count == 0 ? tr("Nothing waits") : feed::counted(count, tr("1 payment waits"), tr("%1 payments wait"));
        const QString raised = feed::timeText(cause.since_hlc, context().session->zone(), feed::Precision::Seconds);
        QString rest = cause.kind == view::Cause::Kind::damage ? words.size : cause.held_minor.empty() ? wait : tr("%1, %2 on hold").arg(wait, feed::amountsText(cause.held_minor));
        if (!words.due.isEmpty()) rest += QStringLiteral(", ") + words.due;
        if (!rest.endsWith(u'.')) rest += u'.';
        // The bar tells what is, beside panes that show what was.
        const QString sentence = feed().outOfTouch() ? tr("As of %1: %2").arg(feed::timeText(now, context().session->zone(), feed::Precision::Seconds), words.sentence) : words.sentence;
        strong = feed().isPast() && !feed().outOfTouch() ? tr("Now: %1").arg(sentence) : sentence;
        told = rest;
        remark = count == 0 ? tr("raised %1").arg(raised) : tr("one alert for %1, raised %2").arg(feed::counted(count, tr("1 payment"), tr("%1 payments")), raised);
        glyph = words.glyph == theme::Glyph::Crash ? theme::Glyph::Blocked : words.glyph;
    }
    if (more == 1) told += u' ' + tr("Also: %1.").arg(also);
    else if (more > 1) told += u' ' + tr("Also: %1, and %2 more.").arg(also).arg(more - 1);
    if (shown) m_alert->setText(strong, told, remark, glyph);
    m_acknowledged.intersect(open);
    m_alert->setVisible(shown);
}

// At the design's width everything has its own; below, charts and map share the loss.
void WatchPlace::resizeEvent(QResizeEvent* event) {
    Place::resizeEvent(event);
    const int width = event->size().width();
    m_cluster->setFixedWidth(width >= 1360 ? map_width : map_width_small);
    m_causes->setFixedWidth(width >= 1240 ? causes_width : causes_width_small);
}

void WatchPlace::activate() {
    showAlert();
    m_causes->refresh();
    m_flow->refresh();
    m_cluster->refresh();
}

bool WatchPlace::focusFilter() {
    m_payments->focusFilter();
    return true;
}

void WatchPlace::setFilter(const QString& filter) { m_payments->setFilter(filter); }

QList<QWidget*> WatchPlace::regions() const { return {m_causes, m_flow, m_cluster->map(), m_payments->table()}; }

}  // namespace indoubt::console::watch
