// SPDX-License-Identifier: GPL-3.0-or-later
// The console's one source of truth: the events of the cluster, folded, at the shown position in time.
//
// Threads: the source's thread only queues; a thread named "feed" stores and folds, and publishes at most 30 times a second a
// cheap copy of the View with what changed; the GUI thread takes it in one drain (one mutex, one pending call). Everything here
// is called on the GUI thread; nothing blocks. rows() and view() are frozen values: copy them (cheap) into work for a worker.
//
// Position: an index in causal order ("the first n events"), never a clock reading, so every cut is consistent.
#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "client/operator_client.h"
#include "view/event_store.h"
#include "view/view.h"

namespace indoubt::console::feed {

class FeedEngine;

// What one publication brought. `reset`: the position jumped (paused, scrubbed, back to live): anything may differ.
struct FeedDelta {
    std::vector<base::Xid> changed;       // payments that changed, each once
    quint64 firstRow = 0, endRow = 0;     // places in rows() that are new: [firstRow, endRow); all behind the ones before
    bool reordered = false;               // late events went in further ahead: places from firstRow on have shifted
    bool reset = false;
    bool renumbered = false;              // with reset: rows() began anew, places and row ids of before name nothing in it
};

// A mark on the time bar: something happened to a node, or a fault.
struct TimeBarMark {
    enum class Kind { Crash, Restart, Fault, Cut, Suspend } kind = Kind::Crash;
    std::int64_t hlc = 0;
    base::NodeId node;
    QString text;
};

// Events per second of hlc time, for the time bar; oldest first, at most a day, seconds without events left out.
struct ActivitySecond {
    std::int64_t second = 0;
    quint32 events = 0;
};

enum class TimeMode {
    Live,    // the shown position is the newest
    Paused,  // stands still where it was when paused, or where it was scrubbed to: PAST, read only
};

class Feed : public QObject {
    Q_OBJECT
  public:
    explicit Feed(QObject* parent = nullptr);
    Feed(std::size_t eventsMax, QObject* parent);  // keeps at most so many events, at least half as many
    ~Feed() override;  // returns when the feed thread has ended; detach earlier to have it quick

    // Subscribes. What was shown before goes. The client must not be used by others for subscriptions of this sink.
    void attach(std::shared_ptr<client::OperatorClient> client);
    void detach();
    // Without a cluster: tests, simulation, a recording. May be called from any thread.
    void inject(std::vector<events::Event> batch);

    // The fold at the shown position. The reference is good until control returns to the event loop; a copy is cheap.
    const view::View& view() const { return m_view; }
    // The newest fold, whatever is shown: alerts and badges never sleep.
    const view::View& newest() const { return m_newest; }

    TimeMode mode() const { return m_mode; }
    bool isLive() const { return m_mode == TimeMode::Live; }
    bool isPast() const { return m_mode == TimeMode::Paused; }  // actions are off
    quint64 shownEvents() const { return m_shown; }             // events folded into view()
    quint64 totalEvents() const { return m_total; }             // events in the store
    quint64 newEvents() const { return m_total - m_shown; }     // "+1,204 events"
    // Older events were folded away: places before this have no state of their own, and so many events are no longer in rows().
    quint64 firstCut() const { return m_firstCut; }
    quint64 foldedAway() const { return m_foldedAway; }
    void setLive();
    void pause();
    void togglePause() { isLive() ? pause() : setLive(); }
    void scrubTo(quint64 events);                               // firstCut()..totalEvents(); answers within 50 ms by advanced(reset)
    void scrubToTime(std::int64_t hlc);
    void scrubToEvent(const events::EventRef& event);           // just after it
    void stepEvents(int by);
    void stepPayment(const base::Xid& xid, int by);             // to the next or previous event of this payment

    // Now in the cluster's hybrid clock: ages are nowHlc() - x. Live it runs with the console's monotonic clock; in the past it is
    // the cut's.
    std::int64_t nowHlc() const;
    std::int64_t liveHlc() const;                               // without contact it stands where contact was lost
    std::int64_t lagNs() const;                                 // how far the newest event was behind its arrival here; 0 once none has come for a while

    QString connection() const { return m_connection; }         // empty: connected; else why not
    bool connected() const { return m_attached && m_connection.isEmpty(); }
    // The cluster does not answer: everything shown is as of liveHlc(), what has happened since is not known, and nothing can be
    // acted on.
    bool outOfTouch() const { return m_attached && !m_connection.isEmpty(); }
    bool actable() const { return isLive() && !outOfTouch(); }

    // All events, frozen: places 0..totalEvents()-1 in causal order; the first shownEvents() are at or before the cut.
    const view::EventRows& rows() const { return m_rows; }
    std::optional<quint64> placeOf(const events::EventRef& event) const;
    std::vector<events::Event> eventsOf(const base::Xid& xid) const;     // in causal order, up to the shown position
    // Has the trace of this payment kept and fetched (sampled clusters): events arrive as late ones.
    void wantTrace(const base::Xid& xid);

    const std::vector<TimeBarMark>& marks() const { return m_marks; }
    const std::vector<ActivitySecond>& activity() const { return m_activity; }

  signals:
    void advanced(const indoubt::console::feed::FeedDelta& delta);  // view() has changed
    void arrived();                                                 // newest(), totalEvents(), marks() have changed; also while paused
    void timeChanged();                                             // mode or position
    void cutFolded();                                               // the paused view's events were folded away: it moved to the earliest known
    void connectionChanged(const QString& text);
    void secondPassed();                                            // once a second: ages tick

  private:
    friend class FeedEngine;
    struct Inside;
    void drain();
    std::int64_t runningHlc() const;
    void seek(quint64 events);
    void takeFolded(quint64 cutPlace);
    std::unique_ptr<Inside> m_inside;
    view::View m_view, m_newest;
    view::EventRows m_rows;
    std::vector<TimeBarMark> m_marks;
    std::vector<ActivitySecond> m_activity;
    TimeMode m_mode = TimeMode::Live;
    quint64 m_shown = 0, m_total = 0, m_target = 0, m_seekNumber = 0;
    quint64 m_firstCut = 0, m_foldedAway = 0, m_generation = 0;
    events::EventRef m_cut;                                     // the last event shown, while paused
    std::int64_t m_cutHlc = 0, m_lagNs = 0;
    std::int64_t m_lostHlc = 0;                                 // 0: in touch, or never was
    QString m_connection;
    bool m_attached = false;
    std::int64_t m_wallAnchorNs = 0, m_lastHlc = 0, m_lastHlcAtNs = 0;
    QElapsedTimer m_monotonic;
};

}  // namespace indoubt::console::feed

Q_DECLARE_METATYPE(indoubt::console::feed::FeedDelta)
