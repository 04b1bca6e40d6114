// SPDX-License-Identifier: GPL-3.0-or-later
// A live cluster whose coordinator is replicated over three managers: payments go on while any one of them is down.
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using client::NodeAction;
using client::Wait;

class RaftLiveTest : public QObject {
    Q_OBJECT
  private slots:
    void payments_go_on_while_any_one_manager_is_down() {
        tests::LiveCluster live;
        cluster::ClusterOptions options = live.options();
        options.protocol.name = "raft-2pc";
        options.faults = 1;
        QVERIFY(live.start(options).ok());
        QCOMPARE(live.cluster().shape().managers().size(), std::size_t{3});
        const std::int64_t before = live.posted("DE37900000010000471108");
        std::int64_t paid = 0;
        const auto pays = [&](const std::string& key) {
            auto reply = live.client().submit(tests::story_payment(key, 1000, 10), std::nullopt, Wait::applied);
            if (!reply) qWarning("%s: %s", key.c_str(), reply.error().message.c_str());
            if (reply && reply->outcome == events::Outcome::commit) paid += 1000;
            return reply && reply->outcome == events::Outcome::commit;
        };
        QVERIFY(pays("all-up"));
        for (const char* name : {"T", "T2", "T3"}) {
            QVERIFY(live.client().node(NodeId::of(name), NodeAction::crash, "Ana").ok());
            QVERIFY(pays(std::string("without-") + name));
            QVERIFY(live.client().node(NodeId::of(name), NodeAction::restart, "Ana").ok());
            QVERIFY(pays(std::string("with-again-") + name));
        }
        QVERIFY(pays("all-up") && (paid -= 1000, true));  // the first key once more: its first outcome, and no money
        QCOMPARE(live.posted("DE37900000010000471108"), before - paid);
    }
    // T2 led last and is down. Where T3, the next in the row, does not lead either, the payment must come to T all the same.
    void a_payment_finds_the_leader_past_a_manager_that_is_down_and_one_that_does_not_lead() {
        tests::LiveCluster live;
        cluster::ClusterOptions options = live.options();
        options.protocol.name = "raft-2pc";
        options.faults = 1;
        QVERIFY(live.start(options).ok());
        QVERIFY(live.client().add_fault("drop RAFT-VOTE to T3 always", "Ana").ok());
        const auto pays = [&](const std::string& key) {
            auto reply = live.client().submit(tests::story_payment(key, 1000, 10), std::nullopt, Wait::applied);
            if (!reply) qWarning("%s: %s", key.c_str(), reply.error().message.c_str());
            return reply && reply->outcome == events::Outcome::commit ? reply->xid.coordinator.name() : std::string();
        };
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::crash, "Ana").ok());
        QCOMPARE(pays("second-leads"), std::string("T2"));
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::restart, "Ana").ok());
        QVERIFY(live.client().clear_faults(std::nullopt, "Ana").ok());
        QVERIFY(live.client().node(NodeId::of("T2"), NodeAction::crash, "Ana").ok());
        QVERIFY(!pays("whoever-leads").empty());
    }
    // Its own protocol has a coordinator, whoever leads the group; and what other managers began is found in their logs.
    void a_payment_with_a_protocol_of_its_own_goes_to_the_coordinator_and_all_are_found_again() {
        tests::LiveCluster live;
        cluster::ClusterOptions options = live.options();
        options.protocol.name = "raft-2pc";
        options.faults = 1;
        QVERIFY(live.start(options).ok());
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::crash, "Ana").ok());
        auto led = live.client().submit(tests::story_payment("LED-ELSEWHERE", 1000, 10), std::nullopt, Wait::applied);
        QVERIFY2(led.ok() && led->outcome == events::Outcome::commit, led.ok() ? led->text.c_str() : led.error().message.c_str());
        QVERIFY(led->xid.coordinator != NodeId::of("T"));
        auto down = live.client().submit(tests::story_payment("OWN", 1000, 10), events::ProtocolChoice{"2pc-pa", false}, Wait::applied);
        QVERIFY2(!down.ok() && down.error().message.find("node T") != std::string::npos, down.ok() ? "" : down.error().message.c_str());
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::restart, "Ana").ok());
        auto own = live.client().submit(tests::story_payment("OWN", 1000, 10), events::ProtocolChoice{"2pc-pa", false}, Wait::applied);
        QVERIFY2(own.ok(), own.ok() ? "" : own.error().message.c_str());
        QVERIFY(own->outcome == events::Outcome::commit && own->xid.coordinator == NodeId::of("T"));
        live.stop();

        options.retold_events_max = 0;  // as after a start of large logs: nothing that is over is told again
        QVERIFY(live.start(options).ok());
        for (const auto& [reference, xid] : {std::pair{"LED-ELSEWHERE", led->xid}, {"OWN", own->xid}}) {
            auto found = live.client().resolve_reference(reference);
            QVERIFY2(found.ok() && *found == xid, found.ok() ? "another" : found.error().message.c_str());
        }
        auto listed = live.client().list({}, 10);
        QVERIFY(listed.ok() && listed->complete);
        QCOMPARE(listed->transactions.size(), std::size_t{2});
        QVERIFY(live.client().node(NodeId::of("T3"), NodeAction::crash, "Ana").ok());
        QVERIFY(!live.client().list({}, 10)->complete);  // what it began, if anything, nobody else knows
    }
    void a_directory_of_three_managers_is_opened_as_one() {
        tests::LiveCluster live;
        cluster::ClusterOptions options = live.options();
        options.protocol.name = "raft-2pc";
        options.faults = 1;
        QVERIFY(live.start(options).ok());
        live.stop();
        options.faults.reset();
        QVERIFY(live.start(options).ok());
        QCOMPARE(live.cluster().shape().managers().size(), std::size_t{3});
        live.stop();
        options.faults = 2;
        const auto other = live.start(options);
        QVERIFY(!other.ok());
        QVERIFY2(other.error().message.find("--faults 1") != std::string::npos, other.error().message.c_str());
    }
};
INDOUBT_TEST(RaftLiveTest);
#include "raft_live_test.moc"
