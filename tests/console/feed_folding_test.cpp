// SPDX-License-Identifier: GPL-3.0-or-later
// The console keeps a bounded number of events: older ones are folded away, and nobody who looks at the past is misled.
#include "feed/feed.h"

#include <QSignalSpy>
#include <QtTest>

#include "console/desk_cases.h"
#include "support/test_main.h"

using namespace indoubt;
using console::feed::Feed;
using console::feed::FeedDelta;

namespace {

constexpr std::size_t kept = 600;

// So many payments of a cluster driven by hand, one batch each.
class Traffic {
  public:
    void run(Feed& feed, int payments) {
        for (int i = 0; i < payments; ++i) {
            m_case.pay("INV-" + std::to_string(++m_number));
            auto events = m_case.takeEvents();
            m_log.insert(m_log.end(), events.begin(), events.end());
            feed.inject(std::move(events));
        }
    }
    std::size_t sent() const { return m_log.size(); }
    const std::vector<events::Event>& log() const { return m_log; }

  private:
    tests::DeskCase m_case;
    std::vector<events::Event> m_log;
    int m_number = 0;
};

// All that was sent is shown or folded away; the gap is a row, too.
bool allThere(const Feed& feed, const Traffic& traffic) { return feed.totalEvents() + feed.foldedAway() == traffic.sent() + (feed.foldedAway() ? 1 : 0); }

view::View foldOf(const std::vector<events::Event>& log, const events::Event& last) {
    view::View view;
    for (const auto& event : log) {
        view.fold(event);
        if (event.ref() == last.ref()) break;
    }
    return view;
}

}  // namespace

class FeedFoldingTest : public QObject {
    Q_OBJECT
  private slots:
    void the_console_keeps_no_more_than_its_bound_and_its_state_is_whole() {
        Feed feed(kept, nullptr);
        Traffic traffic;
        traffic.run(feed, 80);
        QVERIFY(traffic.sent() > 2 * kept);
        QTRY_VERIFY(allThere(feed, traffic));
        QVERIFY2(feed.totalEvents() < kept * 3 / 2, qPrintable(QString::number(feed.totalEvents())));
        QVERIFY(feed.totalEvents() > kept / 4);
        QVERIFY(feed.foldedAway() > 0);
        QCOMPARE(feed.newest().sums(), foldOf(traffic.log(), traffic.log().back()).sums());
    }

    void the_earliest_moment_is_the_gap_and_every_later_cut_is_true() {
        Feed feed(kept, nullptr);
        Traffic traffic;
        traffic.run(feed, 80);
        QTRY_VERIFY(allThere(feed, traffic));
        for (const quint64 wanted : {quint64(0), feed.firstCut() + 40, feed.totalEvents() - 3}) {
            QSignalSpy spy(&feed, &Feed::advanced);
            feed.scrubTo(wanted);
            QTRY_VERIFY(!spy.isEmpty());
            QCOMPARE(feed.shownEvents(), std::max(wanted, feed.firstCut()));
            if (wanted == 0) continue;
            const auto last = feed.rows().event(feed.rows().at(feed.shownEvents() - 1));
            QCOMPARE(feed.view().sums(), foldOf(traffic.log(), last).sums());
            QCOMPARE(feed.view().open_transactions(), foldOf(traffic.log(), last).open_transactions());
        }
        feed.setLive();
    }

    void a_paused_view_stands_where_it_stood_though_the_places_have_other_numbers() {
        Feed feed(kept, nullptr);
        Traffic traffic;
        traffic.run(feed, 8);
        QTRY_VERIFY(allThere(feed, traffic));
        QCOMPARE(feed.foldedAway(), quint64(0));
        feed.pause();
        const auto sums = feed.view().sums();
        const auto cut = feed.rows().event(feed.rows().at(feed.shownEvents() - 1)).ref();
        QSignalSpy moved(&feed, &Feed::cutFolded);
        QSignalSpy spy(&feed, &Feed::advanced);
        // Until the first fold: then the cut is in what is kept.
        while (feed.foldedAway() == 0) {
            traffic.run(feed, 1);
            QTRY_VERIFY(allThere(feed, traffic));
            QVERIFY(traffic.sent() < 3 * kept);
        }
        QVERIFY(!spy.isEmpty());
        QVERIFY(spy.first().at(0).value<FeedDelta>().renumbered);
        QCOMPARE(moved.count(), 0);
        QTRY_COMPARE(feed.placeOf(cut).value_or(0) + 1, feed.shownEvents());
        QCOMPARE(feed.view().sums(), sums);
        // And when its moment is gone, it says so and shows the earliest one that is known.
        traffic.run(feed, 60);
        QTRY_VERIFY(allThere(feed, traffic));
        QTRY_VERIFY(moved.count() > 0);
        QVERIFY(feed.isPast());
        QTRY_COMPARE(feed.shownEvents(), feed.firstCut());
        feed.setLive();
        QCOMPARE(feed.shownEvents(), feed.totalEvents());
    }

    void the_time_bar_begins_where_time_travel_does() {
        Feed feed(kept, nullptr);
        Traffic traffic;
        traffic.run(feed, 80);
        QTRY_VERIFY(allThere(feed, traffic));
        QVERIFY(!feed.activity().empty());
        const auto& first = feed.rows().row(feed.rows().at(static_cast<std::size_t>(feed.firstCut()) - 1));
        QVERIFY(feed.activity().front().second >= first.hlc / 1'000'000'000);
    }
};

INDOUBT_TEST(FeedFoldingTest);
#include "feed_folding_test.moc"
