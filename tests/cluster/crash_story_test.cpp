// SPDX-License-Identifier: GPL-3.0-or-later
// The stories of a coordinator that dies, without the window: what an operator sees and may do when the coordinator is gone.
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using client::Action;
using client::NodeAction;
using client::Wait;

namespace {
client::OrderRequest order_of(const base::Xid& xid, Action action, std::optional<NodeId> branch = {}, const std::string& reason = "test") {
    client::OrderRequest request;
    request.xid = xid;
    request.action = action;
    request.branch = branch;
    request.actor = "Ana Ruiz";
    request.reason = reason;
    return request;
}
bool all_in_doubt(const view::Transaction& t) {
    int prepared = 0;
    for (const auto& branch : t.branches) prepared += branch.phase == view::BranchPhase::prepared;
    return prepared == 3;
}
constexpr const char* mara = "DE37900000010000471108";
}  // namespace

class CrashStoryTest : public QObject {
    Q_OBJECT

    // Submits a payment that the coordinator will not answer; returns its XID.
    static base::Xid submit_into_crash(tests::LiveCluster& live, const std::string& key) {
        auto reply = live.client().submit(tests::story_payment(key), std::nullopt, Wait::decided);
        if (reply) return reply->xid;
        auto xid = live.client().resolve_reference(key);
        return xid ? *xid : base::Xid{};
    }

  private slots:
    void coordinator_crash_after_forced_decision_leaves_three_in_doubt_until_it_is_back() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().add_fault("crash after force COMMIT at T", "Ana").ok());
        const base::Xid xid = submit_into_crash(live, "INV-2042");
        QVERIFY(!xid.empty());
        QVERIFY(live.until(xid, all_in_doubt));
        auto info = live.client().info();
        QVERIFY(info.ok());
        QCOMPARE(info->nodes.front().state, std::string("down"));

        auto aborted = live.client().order(order_of(xid, Action::abort));
        QVERIFY(!aborted.ok());
        QCOMPARE(aborted.error().code, base::ErrorCode::failed_precondition);  // its COMMIT is known, so this is no matter of reaching it
        QVERIFY2(aborted.error().message.find("COMMIT") != std::string::npos, aborted.error().message.c_str());

        auto account = live.client().history(mara);
        QVERIFY(account.ok());
        QCOMPARE(account->account.held_minor, 12000);

        QElapsedTimer timer;
        timer.start();
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::restart, "Ana").ok());
        QVERIFY(live.until(xid, [](const view::Transaction& t) { return t.state == view::PaymentState::committed; }));
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString("settled %1 ms after the restart").arg(timer.elapsed())));
        QCOMPARE(live.posted(mara), 236000);
        account = live.client().history(mara);
        QCOMPARE(account->account.held_minor, 0);
    }

    void a_vote_held_back_lets_the_operator_abort_safely() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().add_fault("hold YES from C to T", "Ana").ok());
        auto submitted = live.client().submit(tests::story_payment("HELD"), std::nullopt, Wait::none);
        QVERIFY2(submitted.ok(), submitted.ok() ? "" : submitted.error().message.c_str());
        QVERIFY(!submitted->xid.empty());
        QVERIFY(live.until(submitted->xid, all_in_doubt));
        auto aborted = live.client().order(order_of(submitted->xid, Action::abort));
        QVERIFY2(aborted.ok(), aborted.ok() ? "" : aborted.error().message.c_str());
        QVERIFY(live.until(submitted->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::aborted; }));
        QCOMPARE(live.posted(mara), 248000);
        auto cleared = live.client().clear_faults(std::nullopt, "Ana");
        QVERIFY(cleared.ok());
        QCOMPARE(*cleared, std::size_t{1});
        auto late = live.client().order(order_of(submitted->xid, Action::abort));
        QVERIFY(!late.ok());
        QCOMPARE(late.error().code, base::ErrorCode::failed_precondition);
    }

    void heuristic_rollback_agrees_with_the_presumed_abort_and_is_forgotten() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().add_fault("crash before force COMMIT at T", "Ana").ok());
        const base::Xid xid = submit_into_crash(live, "BAD-DAY");
        QVERIFY(!xid.empty());
        QVERIFY(live.until(xid, all_in_doubt));
        auto without_reason = live.client().order(order_of(xid, Action::resolve_rollback, NodeId::of("A"), ""));
        QVERIFY(!without_reason.ok());
        QCOMPARE(without_reason.error().code, base::ErrorCode::invalid_argument);
        for (const char* node : {"A", "B", "C"}) {
            auto forced = live.client().order(order_of(xid, Action::resolve_rollback, NodeId::of(node), "customer waits"));
            QVERIFY2(forced.ok(), forced.ok() ? "" : forced.error().message.c_str());
        }
        QVERIFY(live.until(xid, [](const view::Transaction& t) { return t.heuristic == events::Heuristic::rollback; }));
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::restart, "Ana").ok());
        QVERIFY(live.until(xid, [](const view::Transaction& t) { return t.decision == events::Outcome::abort; }));
        auto shown = live.show(xid);
        QVERIFY(!shown->damage);
        // A branch that does not know the decision yet refuses to forget, for that could hide damage.
        bool forgotten = false;
        QTRY_VERIFY_WITH_TIMEOUT(forgotten = forgotten || live.client().order(order_of(xid, Action::forget)).ok(), 15000);
        QVERIFY(live.until(xid, [](const view::Transaction& t) { return t.branch(NodeId::of("A"))->phase == view::BranchPhase::forgotten; }));
        QCOMPARE(live.posted(mara), 248000);
    }

    void the_trace_of_a_coordinator_that_crashed_is_kept_though_it_was_down_when_somebody_had_a_reason() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().add_fault("crash before force COMMIT at T", "Ana").ok());
        const base::Xid xid = submit_into_crash(live, "NO-ARROWS");
        QVERIFY(!xid.empty());
        const auto sends = [&] {
            int count = 0;
            auto events = live.client().timeline(xid);
            if (!events) return -1;
            for (const auto& event : *events)
                count += event.kind == events::EventKind::send && event.node == NodeId::of("T") && event.message()->kind == events::MessageKind::prepare;
            return count;
        };
        QTRY_COMPARE(sends(), 3);  // the branches ask after half a second: that is the reason
    }

    void the_timeline_of_a_payment_shows_every_message_though_traces_are_sampled() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto reply = live.client().submit(tests::story_payment("LOOK"), std::nullopt, Wait::applied);
        QVERIFY(reply.ok());
        auto timeline = live.client().timeline(reply->xid);
        QVERIFY2(timeline.ok(), timeline.ok() ? "" : timeline.error().message.c_str());
        int sends = 0, receives = 0, appends = 0;
        for (const auto& event : *timeline) {
            sends += event.kind == events::EventKind::send;
            receives += event.kind == events::EventKind::receive;
            appends += event.kind == events::EventKind::append && event.durable;
        }
        QCOMPARE(sends, 12);
        QCOMPARE(receives, 12);
        QCOMPARE(appends, 7);
    }

    void the_whole_process_starts_again_and_still_knows_what_is_in_doubt() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().add_fault("crash before force COMMIT at T", "Ana").ok());
        const base::Xid xid = submit_into_crash(live, "OVERNIGHT");
        QVERIFY(live.until(xid, all_in_doubt));
        live.stop();
        QVERIFY(live.start().ok());
        QVERIFY(live.until(xid, [](const view::Transaction& t) { return t.state == view::PaymentState::aborted; }));
        QCOMPARE(live.posted(mara), 248000);
        QCOMPARE(live.client().history(mara)->account.held_minor, 0);
    }

    void branches_ask_at_once_when_the_coordinator_is_back_whatever_their_back_off() {
        tests::LiveCluster live;
        auto options = live.options();
        options.inquiry_first_ms = 200;
        QVERIFY(live.start(options).ok());
        QVERIFY(live.client().add_fault("crash before force COMMIT at T", "Ana").ok());
        const base::Xid xid = submit_into_crash(live, "LONG-WAIT");
        QVERIFY(live.until(xid, all_in_doubt));
        QTest::qWait(1600);  // asked at 0.2, 0.6, 1.4 s: the next would be at 3.0 s
        QElapsedTimer timer;
        timer.start();
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::restart, "Ana").ok());
        QVERIFY(live.until(xid, [](const view::Transaction& t) { return t.state == view::PaymentState::aborted; }));
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString("settled %1 ms after the restart").arg(timer.elapsed())));
    }

    void a_branch_that_restarts_asks_and_learns() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().add_fault("crash after send YES at B", "Ana").ok());
        auto submitted = live.client().submit(tests::story_payment("B-DOWN"), std::nullopt, Wait::decided);
        QVERIFY2(submitted.ok(), submitted.ok() ? "" : submitted.error().message.c_str());
        QCOMPARE(submitted->outcome, events::Outcome::commit);
        QVERIFY(live.client().node(NodeId::of("B"), NodeAction::restart, "Ana").ok());
        QVERIFY(live.until(submitted->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::committed; }));
        QCOMPARE(live.posted("LU289990000000471200"), 43015);
    }
};

INDOUBT_TEST(CrashStoryTest);
#include "crash_story_test.moc"
