// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/feed_engine.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

namespace indoubt::console::feed {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto publish_interval = std::chrono::milliseconds(33);
constexpr std::size_t slice_events = 4096;          // between two looks at orders: some milliseconds
constexpr std::size_t overlap_events_max = 16384;   // an heir begins so far back, so that what comes late finds its place in it
constexpr auto retire_time = std::chrono::seconds(5);
constexpr std::size_t inbox_events_max = 1u << 20;  // beyond it traces are left out, and the gap is marked

std::int64_t steadyNs() { return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count(); }

void addActivity(std::vector<ActivitySecond>& activity, std::int64_t second, quint32 events) {
    if (activity.empty() || activity.back().second < second) {
        activity.push_back({second, events});
        return;
    }
    const auto it = std::lower_bound(activity.begin(), activity.end(), second, [](const ActivitySecond& a, std::int64_t s) { return a.second < s; });
    if (it != activity.end() && it->second == second) it->events += events;
    else activity.insert(it, {second, events});
}

}  // namespace

FeedEngine::FeedEngine(std::function<void()> wake, std::size_t eventsMax) : m_wake(std::move(wake)), m_eventsMax(std::max<std::size_t>(eventsMax, 16)) {
    m_thread = std::thread([this] {
        pthread_setname_np(pthread_self(), "feed");
        run();
    });
}

FeedEngine::~FeedEngine() {
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_something.notify_one();
    m_thread.join();
}

void FeedEngine::events(std::vector<events::Event>&& batch) {
    {
        const std::lock_guard lock(m_mutex);
        if (m_inbox.size() + batch.size() > inbox_events_max) {
            const std::size_t before = batch.size();
            std::erase_if(batch, [](const events::Event& event) { return events::is_trace(event); });
            m_overrun += before - batch.size();
        }
        if (m_inbox.empty()) m_inbox = std::move(batch);
        else m_inbox.insert(m_inbox.end(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    }
    m_something.notify_one();
}

void FeedEngine::connection(const std::string& text) {
    {
        const std::lock_guard lock(m_mutex);
        m_connection = text;
    }
    m_something.notify_one();
}

void FeedEngine::told(std::vector<events::Event>&& batch) {
    {
        const std::lock_guard lock(m_mutex);
        m_toldInbox.insert(m_toldInbox.end(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    }
    m_something.notify_one();
}

void FeedEngine::restart() {
    {
        const std::lock_guard lock(m_mutex);
        m_inbox.clear();
        m_toldInbox.clear();
        m_restartOrder = true;
    }
    m_something.notify_one();
}

void FeedEngine::seek(quint64 number, quint64 events, quint64 generation) {
    {
        const std::lock_guard lock(m_mutex);
        m_seekOrder = Seek{number, events, generation};
    }
    m_something.notify_one();
}

bool FeedEngine::take(Publication& publication) {
    const std::lock_guard lock(m_mutex);
    m_onItsWay = false;
    if (!m_published.any) return false;
    publication = std::move(m_published);
    m_published = {};
    return true;
}

void FeedEngine::run() {
    auto last = Clock::now() - publish_interval;
    while (true) {
        std::vector<events::Event> batch, again;
        {
            std::unique_lock lock(m_mutex);
            const auto ready = [this] { return m_stop || m_restartOrder || m_seekOrder || m_connection || !m_inbox.empty() || !m_toldInbox.empty(); };
            if (m_dirty) m_something.wait_until(lock, last + publish_interval, ready);
            else if (m_retired) m_something.wait_until(lock, m_retiredAt + retire_time, ready);
            else m_something.wait(lock, ready);
            if (m_stop) return;
            if (m_restartOrder) {
                m_restartOrder = false;
                m_history = view::History();
                m_heir.reset();
                m_draft = {};
                m_draft.restarted = true;
                m_seenDown.clear();
                m_dirty = true;
            }
            if (m_connection) {
                m_draft.connection = std::move(m_connection);
                m_connection.reset();
                m_dirty = true;
            }
            batch.swap(m_inbox);
            again.swap(m_toldInbox);
        }
        if (m_retired && Clock::now() - m_retiredAt >= retire_time) m_retired.reset();
        if (!batch.empty()) m_draft.arrivedAtNs = steadyNs();
        const std::size_t slice = std::min(slice_events, m_eventsMax / 8);  // a slice is what the bound may be passed by
        for (std::size_t from = 0; from < batch.size(); from += slice) {
            absorb(batch, from, std::min(batch.size(), from + slice));
            foldOld();
            answerSeek();
            if (Clock::now() - last >= publish_interval) {
                publish();
                last = Clock::now();
            }
        }
        if (!again.empty()) absorb(again, 0, again.size(), true);
        answerSeek();
        if (m_dirty && Clock::now() - last >= publish_interval) {
            publish();
            last = Clock::now();
        }
    }
}

void FeedEngine::absorb(std::vector<events::Event>& batch, std::size_t from, std::size_t to, bool again) {
    const std::size_t before = m_history.size();
    if (!m_draft.any) m_draft.firstRow = before;
    for (std::size_t i = from; i < to; ++i) {
        const events::Event& event = batch[i];
        const events::Position newest = m_history.now().last_position();
        if (!m_history.append(event, again)) continue;
        if (m_heir) m_heir->append(event, again);
        if (events::position(event) < newest) {
            // Late: it took a place ahead, everything from there on has moved by one.
            m_draft.reordered = true;
            m_draft.firstRow = std::min<quint64>(m_draft.firstRow, m_history.events().lower_bound(events::position(event)));
        }
        addActivity(m_draft.activity, event.hlc / 1'000'000'000, 1);
        if (!again) remark(event);
    }
    m_draft.any = m_draft.any || m_history.size() != before;
    m_draft.endRow = m_history.size();
    m_dirty = m_dirty || m_draft.any;
}

void FeedEngine::foldOld() {
    const std::size_t size = m_history.size();
    const std::size_t own = size - m_history.first_cut();  // what is told of open payments from before is not ours to bound
    if (!m_heir && own >= m_eventsMax / 2) m_heir = m_history.after(size - std::min({size, overlap_events_max, m_eventsMax / 4}));
    if (!m_heir || own < m_eventsMax) return;
    m_retired = std::move(m_history);
    m_retiredAt = Clock::now();
    m_history = std::move(*m_heir);
    m_heir.reset();
    ++m_generation;
    m_draft.past.reset();
    m_draft.any = m_draft.folded = m_draft.reordered = m_dirty = true;
    m_draft.firstRow = 0;
    m_draft.endRow = m_history.size();
}

void FeedEngine::remark(const events::Event& event) {
    using Kind = TimeBarMark::Kind;
    const auto add = [&](Kind kind, const QString& text) { m_draft.marks.push_back({kind, event.hlc, event.node, text}); };
    const QString id = QString::fromStdString(event.node.name());
    switch (event.kind) {
        case events::EventKind::crash:
            m_seenDown.push_back(event.node);
            add(Kind::Crash, Feed::tr("%1 crashed").arg(id));
            break;
        case events::EventKind::restart:
            // The first start of a node is not worth a mark, its return is.
            if (std::erase(m_seenDown, event.node)) add(Kind::Restart, Feed::tr("%1 back").arg(id));
            break;
        case events::EventKind::suspend: add(Kind::Suspend, Feed::tr("%1 suspended").arg(id)); break;
        case events::EventKind::fault_on:
            if (const auto* note = event.note()) add(note->text.rfind("cut ", 0) == 0 ? Kind::Cut : Kind::Fault, QString::fromStdString(note->text));
            break;
        default: break;
    }
}

void FeedEngine::answerSeek() {
    std::optional<Seek> order;
    {
        const std::lock_guard lock(m_mutex);
        order.swap(m_seekOrder);
    }
    if (!order || order->generation != m_generation) return;
    // Before the earliest state that is known there is none to show.
    const quint64 events = std::clamp<quint64>(order->events, m_history.first_cut(), m_history.size());
    m_draft.past = Publication::Past{order->number, events, m_history.at(static_cast<std::size_t>(events))};
    m_dirty = true;
    publish();  // a person waits for it
}

void FeedEngine::publish() {
    if (!m_dirty) return;
    m_dirty = false;
    auto changed = m_history.now().take_changed();
    m_draft.changed.insert(m_draft.changed.end(), changed.begin(), changed.end());
    m_draft.newest = m_history.now();
    m_draft.rows = m_history.events();
    m_draft.lastHlc = m_history.now().last_hlc();
    m_draft.generation = m_generation;
    m_draft.firstCut = m_history.first_cut();
    m_draft.foldedAway = m_history.folded_away();
    if (m_draft.firstCut > 0) m_draft.firstHlc = m_draft.rows.row(m_draft.rows.at(static_cast<std::size_t>(m_draft.firstCut) - 1)).hlc;
    m_draft.any = true;
    bool wake = false;
    std::uint64_t overrun = 0;
    {
        const std::lock_guard lock(m_mutex);
        std::swap(overrun, m_overrun);
        if (!m_published.any || m_draft.restarted) {
            m_published = std::move(m_draft);
        } else {
            auto& p = m_published;
            p.newest = std::move(m_draft.newest);
            p.rows = std::move(m_draft.rows);
            p.changed.insert(p.changed.end(), m_draft.changed.begin(), m_draft.changed.end());
            p.firstRow = std::min(p.firstRow, m_draft.firstRow);
            p.endRow = m_draft.endRow;
            p.reordered = p.reordered || m_draft.reordered;
            p.marks.insert(p.marks.end(), m_draft.marks.begin(), m_draft.marks.end());
            for (const auto& second : m_draft.activity) addActivity(p.activity, second.second, second.events);
            p.lastHlc = m_draft.lastHlc;
            if (m_draft.arrivedAtNs) p.arrivedAtNs = m_draft.arrivedAtNs;
            if (m_draft.connection) p.connection = std::move(m_draft.connection);
            p.generation = m_draft.generation;
            p.firstCut = m_draft.firstCut;
            p.foldedAway = m_draft.foldedAway;
            p.firstHlc = m_draft.firstHlc;
            if (m_draft.folded) {
                p.folded = true;
                p.past.reset();
            }
            if (m_draft.past) p.past = std::move(m_draft.past);
        }
        if (!m_onItsWay) wake = m_onItsWay = true;
    }
    m_draft = {};
    m_draft.firstRow = m_draft.endRow = m_history.size();
    if (overrun > 0) {
        events::Event gap;
        gap.kind = events::EventKind::gap;
        gap.hlc = m_history.now().last_hlc();
        gap.node = m_history.now().last_position().node;
        auto note = std::make_shared<events::Note>();
        note->count = overrun;
        note->text = "the console fell behind and left out traces";
        gap.payload = std::shared_ptr<const events::Note>(std::move(note));
        m_history.append(gap);
        if (m_heir) m_heir->append(gap);
        m_dirty = true;
    }
    if (wake) m_wake();
}

}  // namespace indoubt::console::feed
