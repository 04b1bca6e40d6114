// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/feed.h"

#include <QThreadPool>
#include <QTimer>
#include <algorithm>
#include <chrono>

#include "feed/feed_engine.h"

namespace indoubt::console::feed {

namespace {

std::int64_t steadyNs() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
std::int64_t wallNs() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }
constexpr std::int64_t day_ns = 86'400'000'000'000;
constexpr std::int64_t second_ns = 1'000'000'000, activity_seconds_max = 86'400;

}  // namespace

struct Feed::Inside {
    Inside(Feed* feed, std::size_t eventsMax)
        : engine([feed] { QMetaObject::invokeMethod(feed, [feed] { feed->drain(); }, Qt::QueuedConnection); }, eventsMax) {
        pool.setMaxThreadCount(1);
    }
    ~Inside() {
        pool.waitForDone();
        subscription.reset();
    }
    FeedEngine engine;
    std::shared_ptr<client::OperatorClient> client;
    std::unique_ptr<client::Subscription> subscription;  // touched on the pool's one thread only, and at the end
    QThreadPool pool;
    QTimer second;
};

Feed::Feed(QObject* parent) : Feed(kept_events_max, parent) {}

Feed::Feed(std::size_t eventsMax, QObject* parent) : QObject(parent), m_inside(std::make_unique<Inside>(this, eventsMax)), m_wallAnchorNs(wallNs()) {
    qRegisterMetaType<FeedDelta>();
    m_monotonic.start();
    m_inside->second.setInterval(1000);
    connect(&m_inside->second, &QTimer::timeout, this, &Feed::secondPassed);
    m_inside->second.start();
}

Feed::~Feed() = default;

void Feed::attach(std::shared_ptr<client::OperatorClient> client) {
    auto* inside = m_inside.get();
    inside->client = client;
    m_attached = true;
    inside->pool.start([inside, client] {
        inside->subscription.reset();
        inside->engine.restart();
        inside->subscription = client->watch(inside->engine, 0);
    });
}

void Feed::detach() {
    auto* inside = m_inside.get();
    inside->client.reset();
    m_attached = false;
    inside->pool.start([inside] { inside->subscription.reset(); });
}

void Feed::inject(std::vector<events::Event> batch) { m_inside->engine.events(std::move(batch)); }

void Feed::drain() {
    Publication p;
    if (!m_inside->engine.take(p)) return;
    if (p.restarted) {
        m_marks.clear();
        m_activity.clear();
        m_mode = TimeMode::Live;
    }
    const quint64 before = p.folded ? 0 : m_total;
    std::optional<events::EventRef> aim;  // what a paused view stands behind, before the places change
    if (p.folded && m_mode == TimeMode::Paused && m_target > 0 && m_target <= m_rows.size()) {
        const auto& row = m_rows.row(m_rows.at(static_cast<std::size_t>(m_target - 1)));
        aim = events::EventRef{m_rows.node(row), row.incarnation, row.seq};
    }
    m_newest = std::move(p.newest);
    m_rows = std::move(p.rows);
    m_total = m_rows.size();
    m_generation = p.generation;
    m_firstCut = p.firstCut;
    m_foldedAway = p.foldedAway;
    m_marks.insert(m_marks.end(), p.marks.begin(), p.marks.end());
    for (const auto& second : p.activity) {
        const auto it = std::lower_bound(m_activity.begin(), m_activity.end(), second.second, [](const ActivitySecond& a, std::int64_t s) { return a.second < s; });
        if (it != m_activity.end() && it->second == second.second) it->events += second.events;
        else m_activity.insert(it, second);
    }
    // The bar begins where time travel does.
    const std::int64_t oldest = std::max(p.firstHlc, m_activity.empty() ? 0 : (m_activity.back().second - activity_seconds_max) * second_ns);
    std::erase_if(m_activity, [&](const ActivitySecond& second) { return second.second < oldest / second_ns; });
    if (p.folded) std::erase_if(m_marks, [&](const TimeBarMark& mark) { return mark.hlc < oldest; });
    if (p.arrivedAtNs) {
        m_lastHlc = p.lastHlc;
        m_lastHlcAtNs = steadyNs();
        // A host clock behind the cluster's would give negative ages: the anchor follows the newest event.
        if (m_lastHlc > runningHlc()) m_wallAnchorNs += m_lastHlc - runningHlc();
        // From the event to here. The first batch of an idle cluster is old without anybody being late: then only our own share.
        m_lagNs = runningHlc() - m_lastHlc;
        if (m_lagNs > 10'000'000'000) m_lagNs = std::max<std::int64_t>(steadyNs() - p.arrivedAtNs, 0);
    }
    if (p.connection) {
        const bool was = m_connection.isEmpty();
        m_connection = QString::fromStdString(*p.connection);
        if (m_connection.isEmpty()) m_lostHlc = 0;
        else if (was && m_lastHlc) m_lostHlc = runningHlc();
        emit connectionChanged(m_connection);
    }
    emit arrived();
    if (m_mode == TimeMode::Live) {
        const bool moved = p.any && (m_total != before || p.restarted || p.folded || !p.changed.empty());
        m_view = m_newest;
        m_shown = m_total;
        if (!moved) return;
        std::sort(p.changed.begin(), p.changed.end());
        p.changed.erase(std::unique(p.changed.begin(), p.changed.end()), p.changed.end());
        emit advanced({std::move(p.changed), std::min(p.firstRow, before), m_total, p.reordered, p.restarted || p.folded, p.restarted || p.folded});
        return;
    }
    if (p.folded) {
        const auto place = aim ? placeOf(*aim) : std::nullopt;
        takeFolded(place ? *place + 1 : 0);
        return;
    }
    if (p.past && p.past->number == m_seekNumber) {
        m_view = std::move(p.past->view);
        m_shown = p.past->events;
        m_cut = {};
        m_cutHlc = 0;
        if (m_shown > 0) {
            const auto& row = m_rows.row(m_rows.at(static_cast<std::size_t>(m_shown - 1)));
            m_cut = {m_rows.node(row), row.incarnation, row.seq};
            m_cutHlc = row.hlc;
        }
        emit advanced({{}, 0, m_shown, false, true});
        emit timeChanged();
        return;
    }
    // Late events may have gone in before the cut: the same moment is now one place further, and knows more.
    if (p.reordered && m_shown > 0)
        if (const auto place = placeOf(m_cut); place && *place + 1 != m_shown) seek(*place + 1);
}

// A paused view stands where it stood, under another number; or, if that is folded away, at the earliest state there is, and says so.
void Feed::takeFolded(quint64 cutPlace) {
    m_shown = std::clamp(cutPlace, m_firstCut, m_total);
    emit advanced({{}, 0, m_shown, false, true, true});
    seek(m_shown);
    if (cutPlace < m_firstCut) emit cutFolded();
}

void Feed::setLive() {
    if (m_mode == TimeMode::Live) return;
    m_mode = TimeMode::Live;
    ++m_seekNumber;
    m_view = m_newest;
    m_shown = m_total;
    emit advanced({{}, 0, m_total, false, true});
    emit timeChanged();
}

void Feed::pause() {
    if (m_mode == TimeMode::Paused) return;
    m_mode = TimeMode::Paused;
    m_target = m_shown;
    m_cut = {};
    m_cutHlc = liveHlc();
    if (m_shown > 0) {
        const auto& row = m_rows.row(m_rows.at(static_cast<std::size_t>(m_shown - 1)));
        m_cut = {m_rows.node(row), row.incarnation, row.seq};
    }
    emit timeChanged();
}

void Feed::seek(quint64 events) {
    const bool was = m_mode == TimeMode::Live;
    m_mode = TimeMode::Paused;
    m_target = std::min(events, m_total);
    m_inside->engine.seek(++m_seekNumber, m_target, m_generation);
    if (was) {
        m_cutHlc = liveHlc();
        emit timeChanged();
    }
}

void Feed::scrubTo(quint64 events) { seek(events); }
void Feed::scrubToTime(std::int64_t hlc) { seek(m_rows.lower_bound(hlc + 1)); }

void Feed::scrubToEvent(const events::EventRef& event) {
    if (const auto place = placeOf(event)) seek(*place + 1);
}

void Feed::stepEvents(int by) {
    if (m_mode == TimeMode::Live) pause();
    const qint64 wanted = static_cast<qint64>(m_target) + by;
    seek(static_cast<quint64>(std::clamp<qint64>(wanted, 0, static_cast<qint64>(m_total))));
}

void Feed::stepPayment(const base::Xid& xid, int by) {
    if (m_mode == TimeMode::Live) pause();
    std::vector<quint64> cuts;  // after each event of the payment
    for (const view::RowId id : m_rows.rows_of(xid)) cuts.push_back(m_rows.position_of(id) + 1);
    if (cuts.empty()) {
        stepEvents(by);
        return;
    }
    if (by > 0) {
        const auto next = std::upper_bound(cuts.begin(), cuts.end(), m_target);
        seek(next == cuts.end() ? m_total : *next);
    } else {
        const auto here = std::lower_bound(cuts.begin(), cuts.end(), m_target);
        seek(here == cuts.begin() ? cuts.front() - 1 : *std::prev(here));
    }
}

std::int64_t Feed::runningHlc() const {
    const std::int64_t wall = m_wallAnchorNs + m_monotonic.nsecsElapsed();
    // Simulated and recorded time is far from ours: follow the events alone.
    if (m_lastHlc && wall - m_lastHlc > day_ns) return m_lastHlc + (steadyNs() - m_lastHlcAtNs);
    return wall;
}

std::int64_t Feed::liveHlc() const { return m_lostHlc ? m_lostHlc : runningHlc(); }
std::int64_t Feed::nowHlc() const { return m_mode == TimeMode::Live ? liveHlc() : m_cutHlc; }

// What came late after a gap says nothing of now: a stream that is read and silent is not behind.
std::int64_t Feed::lagNs() const { return steadyNs() - m_lastHlcAtNs > 2 * second_ns ? 0 : m_lagNs; }

std::optional<quint64> Feed::placeOf(const events::EventRef& event) const {
    const view::RowId id = m_rows.find(event);
    if (id == view::no_row) return std::nullopt;
    return m_rows.position_of(id);
}

std::vector<events::Event> Feed::eventsOf(const base::Xid& xid) const {
    std::vector<events::Event> events;
    for (const view::RowId id : m_rows.rows_of(xid))
        if (m_mode == TimeMode::Live || m_rows.position_of(id) < m_shown) events.push_back(m_rows.event(id));
    return events;
}

void Feed::wantTrace(const base::Xid& xid) {
    auto* inside = m_inside.get();
    if (!inside->client || xid.empty()) return;
    inside->pool.start([inside, client = inside->client, xid] {
        // A service that has the trace no longer, or does not answer, changes nothing here: the pane says "not traced".
        if (!client->keep_trace(xid).ok()) return;
        auto events = client->timeline(xid);
        if (events.ok() && !events->empty()) inside->engine.told(std::move(events.value()));
    });
}

}  // namespace indoubt::console::feed
