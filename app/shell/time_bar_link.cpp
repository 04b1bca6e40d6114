// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/time_bar_link.h"

#include <algorithm>
#include <cmath>

#include "feed/wording.h"
#include "widgets/time_bar.h"

namespace indoubt::console::shell {

namespace {

constexpr std::int64_t s_ns = 1'000'000'000;

theme::Glyph glyphOf(feed::TimeBarMark::Kind kind) {
    switch (kind) {
        case feed::TimeBarMark::Kind::Crash: return theme::Glyph::Crash;
        case feed::TimeBarMark::Kind::Restart: return theme::Glyph::Restart;
        case feed::TimeBarMark::Kind::Fault: return theme::Glyph::FaultTag;
        case feed::TimeBarMark::Kind::Cut: return theme::Glyph::Partition;
        case feed::TimeBarMark::Kind::Suspend: return theme::Glyph::Suspended;
    }
    return theme::Glyph::None;
}

}  // namespace

TimeBarLink::TimeBarLink(const feed::Context& context, widgets::TimeBar* bar, QObject* parent) : QObject(parent), m_context(context), m_bar(bar) {
    auto* feed = context.feed;
    connect(bar, &widgets::TimeBar::firstRequested, feed, [feed] { feed->scrubTo(0); });
    connect(bar, &widgets::TimeBar::stepBackRequested, this, [this] { step(-1); });
    connect(bar, &widgets::TimeBar::stepForwardRequested, this, [this] { step(1); });
    connect(bar, &widgets::TimeBar::pauseToggled, feed, [feed] { feed->togglePause(); });
    connect(bar, &widgets::TimeBar::liveRequested, feed, [feed] { feed->setLive(); });
    connect(bar, &widgets::TimeBar::scrubbed, this, &TimeBarLink::scrub);
    connect(bar, &widgets::TimeBar::rangeResized, this, &TimeBarLink::redraw);
    connect(feed, &feed::Feed::secondPassed, this, &TimeBarLink::redraw);
    connect(feed, &feed::Feed::cutFolded, this,
            [this] { m_context.navigator->say(tr("The moment you looked at was folded away; this is the earliest one still known."), true); });
    connect(feed, &feed::Feed::timeChanged, this, [this] {
        redraw();
        tick();
    });
    connect(context.session, &feed::Session::preferencesChanged, this, &TimeBarLink::redraw);
    bar->setStepKeys(QStringLiteral("F8"));
    m_tick.setInterval(100);
    connect(&m_tick, &QTimer::timeout, this, &TimeBarLink::tick);
    m_tick.start();
    redraw();
    tick();
}

void TimeBarLink::setTrace(const QString& trace) {
    m_trace = trace;
    tick();
}

void TimeBarLink::step(int by) {
    const auto& xid = m_context.selection->xid();
    if (xid.empty() || m_context.feed->view().index_of(xid) == view::View::npos) m_context.feed->stepEvents(by);
    else m_context.feed->stepPayment(xid, by);
}

// Fifteen minutes up to now; less while the cluster is young; around the position when that is older.
void TimeBarLink::chooseRange() {
    const std::int64_t now = m_context.feed->liveHlc(), shown = m_context.feed->nowHlc();
    const auto& activity = m_context.feed->activity();
    const std::int64_t first = activity.empty() ? now : activity.front().second * s_ns;
    std::int64_t span = 15 * 60 * s_ns;
    for (const std::int64_t minutes : {2, 5})
        if (now - first < minutes * 60 * s_ns) {
            span = minutes * 60 * s_ns;
            break;
        }
    m_to = now;
    m_from = now - span;
    if (m_context.feed->isPast() && shown < m_from) {
        m_from = std::max(shown - span / 4, std::min(first, shown));
        m_to = std::min(now, std::max(m_from + span, shown));
        // The bar must always reach now, or a click could not bring it back: stretch rather than cut.
        m_to = now;
    }
}

void TimeBarLink::redraw() {
    chooseRange();
    const double span = static_cast<double>(m_to - m_from);
    const auto fraction = [&](std::int64_t hlc) { return static_cast<double>(hlc - m_from) / span; };
    const int bars = std::max(m_bar->activityBars(), 1);
    QList<float> heights(bars, 0.0F);
    std::vector<double> counts(static_cast<std::size_t>(bars), 0);
    for (const auto& bucket : m_context.feed->activity()) {
        // A bucket of one second may cover several bars: spread it.
        const double from = fraction(bucket.second * s_ns) * bars, to = fraction((bucket.second + 1) * s_ns) * bars;
        if (to <= 0 || from >= bars) continue;
        const int first = std::max(0, static_cast<int>(from)), last = std::min(bars - 1, static_cast<int>(std::ceil(to)) - 1);
        for (int b = first; b <= last; ++b) counts[static_cast<std::size_t>(b)] += static_cast<double>(bucket.events) / std::max(1.0, to - from);
    }
    const double most = *std::max_element(counts.begin(), counts.end());
    for (int b = 0; b < bars; ++b)
        if (most > 0 && counts[static_cast<std::size_t>(b)] > 0) heights[b] = static_cast<float>(0.15 + 0.85 * counts[static_cast<std::size_t>(b)] / most);
    m_bar->setActivity(heights);

    const auto zone = m_context.session->zone();
    QList<widgets::TimeMark> marks;
    for (const auto& mark : m_context.feed->marks())
        if (mark.hlc >= m_from && mark.hlc <= m_to)
            marks.push_back({fraction(mark.hlc), glyphOf(mark.kind), QStringLiteral("%1 %2").arg(mark.text, feed::timeText(mark.hlc, zone, feed::Precision::Seconds))});
    m_bar->setMarks(marks);

    QList<widgets::TimeTick> ticks;
    std::int64_t step = 60 * s_ns;
    for (const std::int64_t minutes : {1, 5, 15, 60, 240})
        if (step = minutes * 60 * s_ns; span / static_cast<double>(step) <= 4.0) break;
    for (std::int64_t at = (m_from / step + 1) * step; at < m_to; at += step)
        if (fraction(at) < 0.94) ticks.push_back({fraction(at), feed::timeText(at, zone, feed::Precision::Minutes)});
    ticks.push_back({1.0, tr("now")});
    m_bar->setTicks(ticks);
}

void TimeBarLink::tick() {
    const auto& feed = *m_context.feed;
    const auto zone = m_context.session->zone();
    const std::int64_t now = feed.nowHlc();
    if (feed.isLive()) {
        if (feed.connected()) m_bar->setLive();
        else m_bar->setNoContact();
        m_bar->setPaused(false);
        m_bar->setHead(1.0);
        const QString behind = tr("%1 s behind").arg(QString::number(static_cast<double>(feed.lagNs()) / s_ns, 'f', 1));
        const QString gaps = feed.newest().gaps() ? tr("%1 events missing").arg(feed::countText(feed.newest().gaps()))
                             : m_trace == QLatin1String("all") ? tr("nothing sampled")
                             : m_trace == QLatin1String("off") ? tr("no traces")
                                                               : tr("traces sampled");
        // A node that is down is no further than its last event, however quick the others are.
        const view::NodeRow* silent = nullptr;
        for (const auto& node : feed.newest().nodes())
            if (node.state == view::NodeState::down && node.last_hlc && (!silent || node.last_hlc < silent->last_hlc)) silent = &node;
        if (feed.connected() && silent)
            m_bar->setLag(tr("%1 as of %2, others %3 s").arg(feed::qs(silent->node.name()), feed::timeText(silent->last_hlc, zone, feed::Precision::Seconds), QString::number(static_cast<double>(feed.lagNs()) / s_ns, 'f', 1)));
        else if (feed.connected()) m_bar->setLag(tr("%1, %2").arg(behind, gaps));
        else m_bar->setLag(feed.newest().last_hlc() == 0 ? tr("Nothing read yet") : tr("As of %1").arg(feed::timeText(feed.newest().last_hlc(), zone, feed::Precision::Seconds)), true);
    } else {
        m_bar->setPast(feed::timeText(now, zone));
        m_bar->setPaused(true);
        m_bar->setHead(std::clamp(static_cast<double>(now - m_from) / static_cast<double>(std::max<std::int64_t>(m_to - m_from, 1)), 0.0, 1.0));
        m_bar->setLag(tr("+%1 events since").arg(feed::countText(feed.newEvents())), true);
    }
    m_bar->setTime(feed::timeText(now, zone), feed::zoneText(now, zone));
}

void TimeBarLink::scrub(double fraction) {
    if (fraction >= 0.999) m_context.feed->setLive();
    else m_context.feed->scrubToTime(m_from + static_cast<std::int64_t>(fraction * static_cast<double>(m_to - m_from)));
}

}  // namespace indoubt::console::shell
