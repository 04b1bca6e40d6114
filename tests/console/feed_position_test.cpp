// SPDX-License-Identifier: GPL-3.0-or-later
// The console's position in time, over events of a live cluster.
#include "console/feed_support.h"
#include "support/test_main.h"

using namespace indoubt;
using console::feed::Feed;
using console::feed::FeedDelta;

class FeedPositionTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { QVERIFY(m_fed.start()); }

    void live_view_follows_the_cluster_and_names_what_changed() {
        QSignalSpy spy(&m_fed.feed(), &Feed::advanced);
        const auto xid = m_fed.pay("P-1");
        QVERIFY(m_fed.untilKnown(xid));
        bool named = false;
        for (const auto& call : spy) {
            const auto delta = call.at(0).value<FeedDelta>();
            named = named || std::find(delta.changed.begin(), delta.changed.end(), xid) != delta.changed.end();
        }
        QVERIFY(named);
        QVERIFY(m_fed.feed().isLive());
        QCOMPARE(m_fed.feed().shownEvents(), m_fed.feed().totalEvents());
        QCOMPARE(m_fed.feed().totalEvents(), quint64(m_fed.feed().rows().size()));
    }

    void paused_view_stands_still_while_the_cluster_runs_on() {
        auto& feed = m_fed.feed();
        feed.pause();
        const auto shown = feed.shownEvents();
        const auto folded = feed.view().folded();
        const auto xid = m_fed.pay("P-2");
        QVERIFY(m_fed.untilKnown(xid));
        QVERIFY(feed.isPast());
        QVERIFY(feed.newEvents() > 0);
        QVERIFY(!feed.view().find(xid));
        QVERIFY(feed.newest().find(xid) != nullptr);
        QCOMPARE(feed.view().folded(), folded);
        QCOMPARE(feed.shownEvents(), shown);
        const auto then = feed.nowHlc();
        QTest::qWait(30);
        QCOMPARE(feed.nowHlc(), then);
        feed.setLive();
        QVERIFY(feed.view().find(xid) != nullptr);
        QCOMPARE(feed.newEvents(), quint64(0));
    }

    void scrubbing_shows_the_fold_of_exactly_so_many_events() {
        auto& feed = m_fed.feed();
        QVERIFY(feed.totalEvents() > 40);
        for (const quint64 cut : {quint64(0), quint64(7), feed.totalEvents() / 2, feed.totalEvents()}) {
            QSignalSpy spy(&feed, &Feed::advanced);
            feed.scrubTo(cut);
            QTRY_VERIFY(!spy.isEmpty() && feed.shownEvents() == cut);
            view::View expected;
            for (quint64 i = 0; i < cut; ++i) expected.fold(feed.rows().event(feed.rows().at(i)));
            QCOMPARE(feed.view().size(), expected.size());
            QCOMPARE(feed.view().sums(), expected.sums());
            QCOMPARE(feed.view().open_transactions(), expected.open_transactions());
        }
        feed.setLive();
    }

    void stepping_goes_from_event_to_event_of_one_payment() {
        auto& feed = m_fed.feed();
        const auto xid = m_fed.pay("P-3");
        QVERIFY(m_fed.untilKnown(xid));
        const auto& all = feed.rows().rows_of(xid);
        QVERIFY(all.size() > 4);
        feed.scrubTo(0);
        QTRY_COMPARE(feed.shownEvents(), quint64(0));
        for (std::size_t i = 0; i < 3; ++i) {
            feed.stepPayment(xid, 1);
            const auto wanted = quint64(feed.rows().position_of(feed.rows().rows_of(xid)[i]) + 1);
            QTRY_COMPARE(feed.shownEvents(), wanted);
        }
        feed.stepPayment(xid, -1);
        QTRY_COMPARE(feed.shownEvents(), quint64(feed.rows().position_of(feed.rows().rows_of(xid)[1]) + 1));
        QCOMPARE(feed.eventsOf(xid).size(), std::size_t(2));
        feed.setLive();
    }

    void fetched_trace_of_a_payment_joins_in_its_place() {
        const auto xid = m_fed.pay("P-4");
        QVERIFY(m_fed.untilKnown(xid));
        m_fed.feed().wantTrace(xid);
        QTRY_VERIFY_WITH_TIMEOUT(std::ranges::any_of(m_fed.feed().eventsOf(xid), [](const events::Event& e) { return e.kind == events::EventKind::send; }), 5000);
        const auto events = m_fed.feed().eventsOf(xid);
        QVERIFY(std::ranges::is_sorted(events, {}, [](const events::Event& e) { return events::position(e); }));
    }

    void crash_and_return_leave_marks_on_the_time_bar() {
        const auto node = base::NodeId::of("C");
        const auto before = m_fed.feed().marks().size();
        QVERIFY(m_fed.cluster().client().node(node, client::NodeAction::crash, "test").ok());
        QVERIFY(m_fed.cluster().client().node(node, client::NodeAction::restart, "test").ok());
        QTRY_VERIFY_WITH_TIMEOUT(m_fed.feed().marks().size() >= before + 2, 5000);
        QCOMPARE(m_fed.feed().marks()[before].kind, console::feed::TimeBarMark::Kind::Crash);
        QCOMPARE(m_fed.feed().marks()[before + 1].kind, console::feed::TimeBarMark::Kind::Restart);
    }

  private:
    tests::FedCluster m_fed;
};

INDOUBT_TEST(FeedPositionTest);
#include "feed_position_test.moc"
