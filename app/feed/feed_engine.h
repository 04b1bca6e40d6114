// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of Feed, away from the GUI thread: takes batches from the source, keeps the history, folds, publishes. One thread
// of its own ("feed"); the source's thread only queues. At most one publication is on its way to the GUI; what comes meanwhile
// is merged into it, so a slow GUI costs no memory and no order.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "feed/feed.h"
#include "view/history.h"

namespace indoubt::console::feed {

struct Publication {
    view::View newest;
    view::EventRows rows;
    std::vector<base::Xid> changed;
    quint64 firstRow = 0, endRow = 0;
    bool any = false, reordered = false, restarted = false;   // restarted: the history began anew
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
    explicit FeedEngine(std::function<void()> wake);   // wake: from the feed thread; asks the GUI thread to take()
    ~FeedEngine() override;

    void events(std::vector<events::Event>&& batch) override;   // any thread, never blocks
    void connection(const std::string& text) override;
    void restart();                                             // forget everything
    void seek(quint64 number, quint64 events);                  // the latest wins
    bool take(Publication& publication);                        // GUI thread

  private:
    void run();
    void absorb(std::vector<events::Event>& batch, std::size_t from, std::size_t to);
    void remark(const events::Event& event);
    void publish();
    void answerSeek();

    std::function<void()> m_wake;
    std::mutex m_mutex;                                         // inbox, orders, m_published
    std::condition_variable m_something;
    std::vector<events::Event> m_inbox;
    std::uint64_t m_overrun = 0;
    std::optional<std::string> m_connection;
    std::optional<std::pair<quint64, quint64>> m_seekOrder;
    bool m_restartOrder = false, m_stop = false;
    Publication m_published;
    bool m_onItsWay = false;

    // feed thread only
    view::History m_history;
    Publication m_draft;
    bool m_dirty = false;
    std::vector<base::NodeId> m_seenDown;
    std::thread m_thread;
};

}  // namespace indoubt::console::feed
