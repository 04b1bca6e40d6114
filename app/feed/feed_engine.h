// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of Feed, away from the GUI thread: takes batches from the source, keeps the history, folds, publishes. One thread
// of its own ("feed"); the source's thread only queues. At most one publication is on its way to the GUI; what comes meanwhile
// is merged into it, so a slow GUI costs no memory and no order.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "feed/feed.h"
#include "view/history.h"

namespace indoubt::console::feed {

// About 100 bytes each, and up to half as many again while the next half is being gathered.
inline constexpr std::size_t kept_events_max = 10'000'000;

struct Publication {
    view::View newest;
    view::EventRows rows;
    std::vector<base::Xid> changed;
    quint64 firstRow = 0, endRow = 0;
    bool any = false, reordered = false, restarted = false;   // restarted: the history began anew
    bool folded = false;                                       // old events went away: every place and row id is another one now
    quint64 generation = 0;                                    // of the rows: counts the times they were renumbered
    quint64 firstCut = 0, foldedAway = 0;                      // the earliest cut whose state is known; events no longer in rows
    std::int64_t firstHlc = 0;                                 // its time; 0: nothing was folded away
    std::vector<TimeBarMark> marks;                            // additional ones
    std::vector<ActivitySecond> activity;                      // to add
    std::int64_t lastHlc = 0, arrivedAtNs = 0;                 // newest event; steady clock when its batch came
    std::optional<std::string> connection;
    struct Past {
        quint64 number = 0, events = 0;
        view::View view;
    };
    std::optional<Past> past;
};

class FeedEngine : public client::EventSink {
  public:
    // wake: from the feed thread; asks the GUI thread to take(). At most `eventsMax` events are shown, at least half as many.
    explicit FeedEngine(std::function<void()> wake, std::size_t eventsMax = kept_events_max);
    ~FeedEngine() override;

    void events(std::vector<events::Event>&& batch) override;   // any thread, never blocks
    void connection(const std::string& text) override;
    void told(std::vector<events::Event>&& batch);              // asked for, and perhaps here already or folded away; any thread
    void restart();                                             // forget everything
    // The latest wins. `generation`: of the rows that `events` counts; one that is over is dropped, for its asker hears of the new one.
    void seek(quint64 number, quint64 events, quint64 generation);
    bool take(Publication& publication);                        // GUI thread

  private:
    void run();
    void absorb(std::vector<events::Event>& batch, std::size_t from, std::size_t to, bool again = false);
    void foldOld();
    void remark(const events::Event& event);
    void publish();
    void answerSeek();

    std::function<void()> m_wake;
    std::mutex m_mutex;                                         // inbox, orders, m_published
    std::condition_variable m_something;
    std::vector<events::Event> m_inbox, m_toldInbox;
    std::uint64_t m_overrun = 0;
    std::optional<std::string> m_connection;
    struct Seek { quint64 number, events, generation; };
    std::optional<Seek> m_seekOrder;
    bool m_restartOrder = false, m_stop = false;
    Publication m_published;
    bool m_onItsWay = false;

    // feed thread only
    // The history grows to its bound and is then replaced by its heir, which began half way and takes every event too: nobody waits
    // for millions of events to be moved. What is replaced is let go a little later, when the GUI thread has let go of it.
    const std::size_t m_eventsMax;
    view::History m_history;
    std::optional<view::History> m_heir, m_retired;
    std::chrono::steady_clock::time_point m_retiredAt;
    quint64 m_generation = 0;
    Publication m_draft;
    bool m_dirty = false;
    std::vector<base::NodeId> m_seenDown;
    std::thread m_thread;
};

}  // namespace indoubt::console::feed
