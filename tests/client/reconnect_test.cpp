// SPDX-License-Identifier: GPL-3.0-or-later
// A client across the life and death of its service, and in front of several services.
#include <atomic>
#include <set>

#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::ErrorCode;
using base::NodeId;
using client::Wait;

class ReconnectTest : public QObject {
    Q_OBJECT

  private slots:
    void a_subscription_survives_a_restart_of_the_service_without_telling_anything_twice() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const client::Connection where{live.cluster().address(), live.cluster().token_file().string()};
        auto client = client::connect({where}).value();
        tests::FoldingSink sink;
        auto watching = client->watch(sink, 0);
        auto paid = client->submit(tests::story_payment("ONE"), std::nullopt, Wait::applied);
        QVERIFY(paid.ok());
        QTRY_VERIFY(sink.view().find(paid->xid) && sink.view().find(paid->xid)->state == view::PaymentState::committed);
        QVERIFY(sink.trouble().empty());

        live.stop();
        QTRY_VERIFY(!sink.trouble().empty());
        auto nobody = client->info();
        QVERIFY(!nobody.ok());
        QCOMPARE(nobody.error().code, ErrorCode::unavailable);
        QVERIFY(live.start().ok());

        // The token is another one now; client and subscription read it again by themselves.
        auto again = client->submit(tests::story_payment("TWO"), std::nullopt, Wait::applied);
        for (int i = 0; i < 50 && !again.ok(); ++i) {
            QTest::qWait(100);
            again = client->submit(tests::story_payment("TWO"), std::nullopt, Wait::applied);
        }
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
        QTRY_VERIFY_WITH_TIMEOUT(sink.view().find(again->xid) && sink.view().find(again->xid)->state == view::PaymentState::committed, 10000);
        QVERIFY(sink.trouble().empty());
        std::set<std::tuple<std::string, std::uint32_t, std::uint64_t>> seen;
        for (const auto& event : sink.seen()) {
            if (event.seq == 0) continue;
            QVERIFY2(seen.insert({event.node.name(), event.incarnation, event.seq}).second, qPrintable(QString::fromStdString(events::title(event))));
        }
        const auto mara = sink.view().account(NodeId::of("A"), "DE37900000010000471108");
        QVERIFY(mara.has_value());
        QCOMPARE(mara->posted_minor, 248000 - 2 * 12000);
    }

    void a_session_tells_what_is_lost_and_opens_again() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto client = client::connect({{live.cluster().address(), live.cluster().token_file().string()}}).value();
        auto session = client->submit_session();
        std::atomic<int> decided{0}, applied{0}, failed{0};
        const auto count = [&](const base::Result<client::SubmitReply>& reply) { reply ? ++(reply->applied ? applied : decided) : ++failed; };
        for (int i = 0; i < 50; ++i) session->submit(tests::story_payment("S-" + std::to_string(i), 100, 10), Wait::applied, count);
        QTRY_COMPARE(applied.load(), 50);
        QCOMPARE(decided.load(), 50);
        QCOMPARE(failed.load(), 0);
        live.stop();
        QTest::qWait(50);
        session->submit(tests::story_payment("LOST"), Wait::decided, count);
        QTRY_COMPARE(failed.load(), 1);
        QVERIFY(live.start().ok());
        const int before = decided.load();
        for (int i = 0; i < 100 && decided.load() == before; ++i) {
            session->submit(tests::story_payment("BACK", 100, 10), Wait::decided, count);
            QTest::qWait(100);
        }
        QVERIFY(decided.load() > before || applied.load() > 50);
    }

    void nothing_there_is_unavailable_and_names_the_place() {
        QTemporaryDir directory;
        const std::string place = "unix:" + directory.path().toStdString() + "/nobody.sock";
        auto client = client::connect({{place, directory.path().toStdString() + "/token"}}).value();
        auto info = client->info();
        QVERIFY(!info.ok());
        QVERIFY2(info.error().message.find(place) != std::string::npos, info.error().message.c_str());
    }

    void services_of_two_clusters_are_not_taken_for_one() {
        tests::LiveCluster here, there;
        QVERIFY(here.start().ok() && there.start().ok());
        std::vector<client::Connection> targets;
        for (auto* live : {&here, &there}) targets.push_back({live->cluster().address(), live->cluster().token_file().string()});
        const auto refused = [](const base::Error& error) { return error.code == ErrorCode::invalid_argument && error.message.find("different clusters") != std::string::npos; };
        auto both = client::connect(targets).value();
        QVERIFY(refused(both->node(NodeId::of("B"), client::NodeAction::pause, "Ana").error()));
        QVERIFY(refused(both->add_fault("cut T and B", "Ana").error()));
        QVERIFY(refused(both->submit(tests::story_payment("NOWHERE"), std::nullopt, Wait::decided).error()));
        QVERIFY(refused(both->list({}, 10).error()));
        QVERIFY(refused(both->info().error()));
        for (auto* live : {&here, &there}) {
            QVERIFY(live->client().faults()->empty());
            const auto info = live->client().info();
            QVERIFY(info.ok() && !info->nodes.empty());
            for (const auto& node : info->nodes) QCOMPARE(node.state, std::string("up"));
        }
    }

    void of_several_services_one_may_be_away_and_is_told() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const client::Connection there{live.cluster().address(), live.cluster().token_file().string()};
        auto both = client::connect({{"unix:" + live.path() + "/nobody.sock", there.token_file}, there}).value();
        auto info = both->info();
        QVERIFY2(info.ok(), info.ok() ? "" : info.error().message.c_str());
        QCOMPARE(info->nodes.size(), std::size_t{4});
        auto paid = both->submit(tests::story_payment("MERGED"), std::nullopt, Wait::applied);
        QVERIFY2(paid.ok(), paid.ok() ? "" : paid.error().message.c_str());
        auto list = both->list("ref:MERGED", 10);
        QVERIFY(list.ok());
        QCOMPARE(list->transactions.size(), std::size_t{1});
        QCOMPARE(list->coverage.size(), std::size_t{4});
        QCOMPARE(both->list("state:nonsense", 10).error().code, ErrorCode::invalid_argument);
        QCOMPARE(*both->resolve_reference("MERGED"), paid->xid);
        auto paused = both->node(NodeId::of("B"), client::NodeAction::pause, "Ana");
        QVERIFY(paused.ok());
        QCOMPARE(both->node(NodeId::of("Z"), client::NodeAction::pause, "Ana").error().code, ErrorCode::unavailable);
    }
};

INDOUBT_TEST(ReconnectTest);
#include "reconnect_test.moc"
