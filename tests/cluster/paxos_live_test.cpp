// SPDX-License-Identifier: GPL-3.0-or-later
// A live cluster with three acceptors: payments are decided while any one manager is down, the coordinator included, and a client that
// asks again pays once.
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using client::NodeAction;
using client::Wait;

class PaxosLiveTest : public QObject {
    Q_OBJECT
  private slots:
    void payments_are_decided_while_any_one_manager_is_down_data() {
        QTest::addColumn<QString>("protocol");
        QTest::newRow("paxos-commit") << "paxos-commit";
        QTest::newRow("paxos-commit-fast") << "paxos-commit-fast";
    }
    void payments_are_decided_while_any_one_manager_is_down() {
        QFETCH(QString, protocol);
        tests::LiveCluster live;
        cluster::ClusterOptions options = live.options();
        options.protocol.name = protocol.toStdString();
        options.faults = 1;
        QVERIFY(live.start(options).ok());
        const char* mara = "DE37900000010000471108";
        const std::int64_t before = live.posted(mara);
        const auto pays = [&](const std::string& key) { return live.client().submit(tests::story_payment(key, 1000, 10), std::nullopt, Wait::applied); };
        std::int64_t paid = 0;
        for (const char* name : {"", "T3", "T2"}) {
            if (*name) QVERIFY(live.client().node(NodeId::of(name), NodeAction::crash, "Ana").ok());
            const auto reply = pays(std::string("without-") + name);
            QVERIFY2(reply.ok() && reply->outcome == events::Outcome::commit, reply.ok() ? reply->text.c_str() : reply.error().message.c_str());
            paid += 1000;
            if (*name) QVERIFY(live.client().node(NodeId::of(name), NodeAction::restart, "Ana").ok());
        }
        QCOMPARE(live.posted(mara), before - paid);

        // T asks for votes and dies: the others decide without it.
        QVERIFY(live.client().add_fault("crash after receive YES at T", "Ana").ok());
        (void)live.client().submit(tests::story_payment("INV-2042", 1000, 10), std::nullopt, Wait::decided);
        QTRY_COMPARE_WITH_TIMEOUT(live.posted(mara), before - paid - 1000, 15000);
        auto info = live.client().info();
        QVERIFY(info.ok());
        QCOMPARE(info->nodes.front().state, std::string("down"));
        paid += 1000;
        // It comes back with or without its BEGIN: the same key is the same payment.
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::restart, "Ana").ok());
        const auto again = pays("INV-2042");
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
        QCOMPARE(again->outcome, events::Outcome::commit);
        QVERIFY(again->duplicate);
        QCOMPARE(live.posted(mara), before - paid);
    }
};
INDOUBT_TEST(PaxosLiveTest);
#include "paxos_live_test.moc"
