// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/flow_pane.h"

#include <QHBoxLayout>
#include <QSettings>
#include <QVBoxLayout>
#include <cmath>

#include "feed/wording.h"
#include "plots/time_series_plot.h"
#include "widgets/pane_head.h"
#include "widgets/segmented_control.h"

namespace indoubt::console::watch {

namespace {

QString rate(double perSecond) { return perSecond >= 100 ? feed::countText(static_cast<std::uint64_t>(std::lround(perSecond))) : QString::number(perSecond, 'f', perSecond > 0 ? 1 : 0); }

plots::MarkerKind markerOf(feed::TimeBarMark::Kind kind) {
    switch (kind) {
        case feed::TimeBarMark::Kind::Crash: return plots::MarkerKind::Crash;
        case feed::TimeBarMark::Kind::Restart: return plots::MarkerKind::Restart;
        default: return plots::MarkerKind::Fault;
    }
}

// "41" + "s", "3.2" + "ms": the number large, its unit beside it.
std::pair<QString, QString> lengthParts(double ms) {
    const QString text = feed::ageText(static_cast<std::int64_t>(ms * 1e6));
    const auto space = text.indexOf(u' ');
    return {text.left(space), text.mid(space + 1)};
}

}  // namespace

FlowPane::FlowPane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("flowPane"));
    m_head = new widgets::PaneHead(tr("Flow"), this);
    m_range = new widgets::SegmentedControl({tr("1 min"), tr("15 min"), tr("1 h"), tr("Day")}, this);
    m_range->setAccessibleName(tr("Time shown by the charts"));
    m_range->setCurrentIndex(QSettings().value(QStringLiteral("watch/flow"), 0).toInt());
    m_head->addRight(m_range);
    m_throughput = new plots::TimeSeriesPlot(tr("Throughput"), this);
    m_commit = m_throughput->addSeries({tr("commit"), plots::SeriesInk::Committed, true, false});
    m_abort = m_throughput->addSeries({tr("abort"), plots::SeriesInk::Aborted, false, false});
    m_latency = new plots::TimeSeriesPlot(tr("Latency"), this);
    m_latency->setDurations(true);
    m_p99 = m_latency->addSeries({tr("p99"), plots::SeriesInk::Muted, false, true});
    m_p50 = m_latency->addSeries({tr("p50"), plots::SeriesInk::Text, false, false});
    m_abortP50 = m_latency->addSeries({tr("abort"), plots::SeriesInk::Aborted, false, true});
    m_oldest = new plots::TimeSeriesPlot(tr("Oldest in doubt"), this);
    m_age = m_oldest->addSeries({tr("oldest"), plots::SeriesInk::InDoubt, true, false});
    m_oldest->setScale(plots::Scale::Logarithmic);
    m_oldest->setDurations(true);
    m_oldest->setThreshold(base::limits::stuck_after_ms, tr("stuck"));

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_head);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    for (auto* plot : {m_throughput, m_latency, m_oldest}) {
        if (plot != m_throughput) row->addWidget(new widgets::Rule(Qt::Vertical, false, this));
        row->addWidget(plot, 1);
    }
    outer->addLayout(row, 1);
    connect(m_range, &widgets::SegmentedControl::currentChanged, this, [this](int index) {
        QSettings().setValue(QStringLiteral("watch/flow"), index);
        refresh();
    });
    connect(context.feed, &feed::Feed::secondPassed, this, &FlowPane::refresh);
    connect(context.feed, &feed::Feed::timeChanged, this, &FlowPane::refresh);
}

const FlowWindow& FlowPane::window() const { return flowWindows[static_cast<std::size_t>(m_range->currentIndex())]; }

void FlowPane::refresh() {
    if (m_counting || !isVisible()) return;
    m_counting = true;
    const auto& activity = m_context.feed->activity();
    auto work = [view = m_context.feed->view(), now = m_context.feed->nowHlc(), window = window(), begun = activity.empty() ? 0 : activity.front().second] {
        return flowSeries(view, now, window, begun);
    };
    m_context.executor->background(this, {}, work, [this](const FlowSeries& series) {
        m_counting = false;
        show(series);
    });
}

void FlowPane::show(const FlowSeries& series) {
    const std::int64_t now = m_context.feed->nowHlc();
    const auto& range = window();
    const QString until = !m_context.feed->actable() ? feed::timeText(now, m_context.session->zone(), feed::Precision::Seconds) : QString();
    const QString length = m_range->label(m_range->currentIndex()).toLower(), bucket = feed::ageText(range.bucketSeconds * 1'000'000'000);
    m_head->setRemark(until.isEmpty() ? tr("last %1, %2 buckets, worst value kept").arg(length, bucket) : tr("%1 up to %2, %3 buckets, worst value kept").arg(length, until, bucket));
    const double to = static_cast<double>(now) / 1e6, from = to - static_cast<double>(range.spanSeconds) * 1000.0;
    QList<plots::Marker> markers;
    for (const auto& mark : m_context.feed->marks())
        if (const double at = static_cast<double>(mark.hlc) / 1e6; at >= from && at <= to) markers.push_back({at, markerOf(mark.kind), mark.text});
    for (auto* plot : {m_throughput, m_latency, m_oldest}) {
        plot->setOffsetMinutes(feed::offsetMinutes(now, m_context.session->zone()));
        plot->setWindow(from, to);
        plot->setEndLabel(until.isEmpty() ? QString() : tr("then"));
        plot->setMarkers(markers);
    }
    m_throughput->setData(m_commit, series.times, series.commits);
    m_throughput->setData(m_abort, series.times, series.aborts);
    m_latency->setData(m_p50, series.times, series.p50);
    m_latency->setData(m_p99, series.times, series.p99);
    m_latency->setData(m_abortP50, series.times, series.abortP50);
    m_oldest->setData(m_age, series.times, series.oldest);

    const bool stopped = series.commitsNow == 0 && series.commitsBefore >= 1;
    m_throughput->setBigNumber(rate(series.commitsNow), stopped ? tr("commits/s, was %1").arg(rate(series.commitsBefore)) : tr("commits/s"));
    if (series.p50Now >= 0) {
        const auto [number, unit] = lengthParts(series.p50Now);
        m_latency->setBigNumber(number, tr("%1 p50 of commits").arg(unit));
        m_latency->setGapText(0, {});
    } else if (series.lastCommitSecond > 0) {
        m_latency->setBigNumber(tr("none"), tr("no commit since %1").arg(feed::timeText(series.lastCommitSecond * 1'000'000'000, m_context.session->zone(), feed::Precision::Seconds)));
        m_latency->setGapText(static_cast<double>((series.lastCommitSecond + 1) * 1000), stopped ? tr("no commits") : QString());
    } else {
        m_latency->setBigNumber(tr("none"), tr("no commit yet"));
        m_latency->setGapText(0, {});
    }
    const auto [number, unit] = lengthParts(series.oldestNow);
    m_oldest->setBigNumber(series.oldestNow > 0 ? number : QStringLiteral("0"), series.oldestNow > 0 ? unit : tr("ms"));
}

}  // namespace indoubt::console::watch
