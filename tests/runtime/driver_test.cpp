// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "support/hand_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using tests::HandCluster;
using commit::OrderKind;
using events::EventKind;
using events::Outcome;

class DriverTest : public QObject {
    Q_OBJECT
  private slots:
    void fault_free_commit_costs_4n_messages_and_2n_plus_1_forced_writes() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        QCOMPARE(cluster.answers.back().outcome, Outcome::commit);
        QVERIFY(cluster.answers.back().applied);
        QCOMPARE(cluster.count(EventKind::send), std::size_t{12});
        QCOMPARE(cluster.count(EventKind::durable), std::size_t{7});
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{236000});
        QCOMPARE(cluster.posted("B", "LU1"), std::int64_t{31075 + 11940});
        QCOMPARE(cluster.posted("C", "NL1"), std::int64_t{60});
        for (auto& [id, node] : cluster.nodes) QCOMPARE(node->driver->core().instances(), std::size_t{0});
    }

    void yes_leaves_only_behind_its_durable_prepare() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.submit(HandCluster::payment("INV-1"));
        while (!cluster.wire.empty()) {  // PREPAREs only: nothing is synced
            auto envelope = cluster.wire.front();
            cluster.wire.pop_front();
            cluster.nodes.at(envelope.message->to)->driver->handle(envelope);
        }
        QVERIFY(cluster.wire.empty());
        cluster.sync(cluster.node("B"));
        QCOMPARE(cluster.wire.size(), std::size_t{1});
        QCOMPARE(cluster.wire.front().message->kind, events::MessageKind::vote_yes);
    }

    void coordinator_crash_after_forced_decision_blocks_until_restart() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "crash after force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        QVERIFY(cluster.node("T").down);
        QCOMPARE(cluster.node("A").driver->core().instances(), std::size_t{1});
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{248000});
        cluster.pass_ms(600);
        QCOMPARE(cluster.count(EventKind::ask), std::size_t{3});
        cluster.restart("T");
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{236000});
        for (auto& [id, node] : cluster.nodes) QCOMPARE(node->driver->core().instances(), std::size_t{0});
        // The retry of the client finds the first outcome.
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        QVERIFY(cluster.answers.back().duplicate);
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{236000});
    }

    void a_branch_that_gets_no_lock_in_time_says_no_and_why() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "hold YES from B to T");  // the first keeps its lock at A while its vote is on its way
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        cluster.submit(HandCluster::payment("INV-2"));
        cluster.settle();
        QCOMPARE(cluster.count(EventKind::wait), std::size_t{1});
        cluster.pass_ms(base::limits::lock_timeout_ms - 1);
        QVERIFY(cluster.answers.empty() || cluster.answers.back().outcome == Outcome::none);
        cluster.pass_ms(1);
        const auto vote = std::find_if(cluster.trace.begin(), cluster.trace.end(),
                                       [](const events::Event& event) { return event.kind == EventKind::vote && event.note()->vote == events::Vote::no; });
        QVERIFY(vote != cluster.trace.end());
        QCOMPARE(vote->node, base::NodeId::of("A"));
        QCOMPARE(vote->note()->refusal, events::Refusal::lock_timeout);
        QCOMPARE(vote->note()->text, std::string("no lock within 1000 ms"));
        const auto& told = cluster.answers.back();
        QCOMPARE(told.outcome, Outcome::abort);
        QCOMPARE(told.refusal, events::Refusal::lock_timeout);
        QVERIFY2(told.text.find("no lock within 1000 ms") != std::string::npos, told.text.c_str());
        // Nothing of it is left at A, and the first goes its way.
        QCOMPARE(cluster.node("A").driver->core().ledger().find("DE1")->held_minor, std::int64_t{12000});
        QCOMPARE(cluster.node("A").driver->core().instances(), std::size_t{1});
    }

    void who_gets_no_answer_asks_and_repeats_ever_more_rarely() {
        const auto gaps_ms = [](const HandCluster& cluster, EventKind kind, const char* node) {
            std::vector<std::int64_t> at, gaps;
            for (const auto& event : cluster.trace)
                if (event.kind == kind && event.node == base::NodeId::of(node) && (kind == EventKind::ask || event.note()->text == "retry")) at.push_back(event.at_ns / 1'000'000);
            for (std::size_t i = 1; i < at.size(); ++i) gaps.push_back(at[i] - at[i - 1]);
            return gaps;
        };
        {
            HandCluster cluster;
            cluster.open_story_accounts();
            cluster.fault("T", "crash after force COMMIT at T");
            cluster.submit(HandCluster::payment("INV-1"));
            cluster.settle();
            for (int i = 0; i < 340; ++i) cluster.pass_ms(100);
            QCOMPARE(gaps_ms(cluster, EventKind::ask, "A"), (std::vector<std::int64_t>{1000, 2000, 4000, 8000, 8000, 8000}));
        }
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("A", "hold COMMIT from T to A always");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        for (int i = 0; i < 1300; ++i) cluster.pass_ms(25);
        QCOMPARE(gaps_ms(cluster, EventKind::timer, "T"), (std::vector<std::int64_t>{500, 1000, 2000, 4000, 8000, 8000, 8000}));
    }

    void coordinator_crash_before_forced_decision_is_presumed_abort() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "crash before force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        QVERIFY(cluster.node("T").down);
        cluster.restart("T");
        cluster.pass_ms(600);
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{248000});
        for (auto& [id, node] : cluster.nodes) QCOMPARE(node->driver->core().instances(), std::size_t{0});
    }

    void heuristic_rollback_agrees_with_presumed_abort_and_is_forgotten() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "crash before force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        base::Xid xid;
        for (const auto& event : cluster.trace)
            if (event.kind == EventKind::submit) xid = event.xid;
        for (const char* name : {"A", "B", "C"}) {
            cluster.order(name, xid, OrderKind::forget);  // too early: refused with the state
            QCOMPARE(cluster.answers.back().code, base::ErrorCode::failed_precondition);
            cluster.order(name, xid, OrderKind::force_rollback);
            QCOMPARE(cluster.answers.back().code, base::ErrorCode::ok);
        }
        QCOMPARE(cluster.node("A").driver->core().ledger().find("DE1")->held_minor, std::int64_t{0});
        cluster.restart("T");
        cluster.pass_ms(600);
        QCOMPARE(cluster.count(EventKind::damage), std::size_t{0});
        for (const char* name : {"A", "B", "C"}) cluster.order(name, xid, OrderKind::forget);
        for (auto& [id, node] : cluster.nodes) QCOMPARE(node->driver->core().instances(), std::size_t{0});
    }

    void heuristic_rollback_against_commit_is_damage_and_survives_a_restart() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "crash after force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        base::Xid xid;
        for (const auto& event : cluster.trace)
            if (event.kind == EventKind::submit) xid = event.xid;
        cluster.order("A", xid, OrderKind::force_rollback);
        cluster.restart("A");
        cluster.restart("T");
        cluster.pass_ms(600);
        QCOMPARE(cluster.count(EventKind::damage), std::size_t{1});
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{248000});
        QCOMPARE(cluster.posted("B", "LU1"), std::int64_t{31075 + 11940});
        cluster.restart("A");
        QCOMPARE(cluster.node("A").driver->core().instances(), std::size_t{1});  // until it is forgotten
        cluster.order("A", xid, OrderKind::forget);
        QCOMPARE(cluster.node("A").driver->core().instances(), std::size_t{0});
    }

    void a_snapshot_replays_to_the_same_state_as_all_records() {
        HandCluster cluster;
        cluster.open_story_accounts();
        for (int i = 0; i < 5; ++i) {
            cluster.submit(HandCluster::payment("INV-" + std::to_string(i)));
            cluster.settle();
        }
        cluster.fault("T", "crash after force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-9"));
        cluster.settle();
        base::Xid xid;
        for (const auto& event : cluster.trace)
            if (event.kind == EventKind::submit) xid = event.xid;
        cluster.order("B", xid, OrderKind::force_commit);
        for (const char* name : {"A", "B", "C"}) {
            auto& node = cluster.node(name);
            node.log.snapshot(node.driver->core().next_lsn() - 1, node.driver->core().snapshot());
            runtime::Outputs outputs;
            const auto whole = runtime::Core::recover(node.driver->core().config(), node.log.recovered(false), 1, outputs);
            const auto brief = runtime::Core::recover(node.driver->core().config(), node.log.recovered(true), 1, outputs);
            QVERIFY(whole.ok() && brief.ok());
            QVERIFY(whole.value() == brief.value());
            QCOMPARE(whole.value().hash(), brief.value().hash());
        }
    }

    void a_snapshot_tells_whose_log_it_is() {
        HandCluster cluster;
        for (const auto& record : cluster.node("A").driver->core().snapshot()) {
            if (record->kind != events::RecordKind::shape) continue;
            QCOMPARE(record->shape->environment, cluster.shape->environment);
            QCOMPARE(record->shape->members.size(), std::size_t{4});
            return;
        }
        QFAIL("no SHAPE record in the snapshot: a restart from it would not know its cluster");
    }

    void a_late_prepare_starts_nothing() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.submit(HandCluster::payment("INV-1"));
        const events::Envelope prepare = cluster.wire.front();
        cluster.settle();
        cluster.nodes.at(prepare.message->to)->driver->handle(prepare);
        QCOMPARE(cluster.nodes.at(prepare.message->to)->driver->core().instances(), std::size_t{0});
        QCOMPARE(cluster.wire.front().message->refusal, events::Refusal::already_finished);
        cluster.restart(prepare.message->to.name().c_str());
        cluster.nodes.at(prepare.message->to)->driver->handle(prepare);
        QCOMPARE(cluster.nodes.at(prepare.message->to)->driver->core().instances(), std::size_t{0});
    }

    // It could have voted in a life the sender knows nothing of: NO, lost with it, and now YES.
    void a_prepare_that_names_no_incarnation_starts_nothing() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.submit(HandCluster::payment("INV-1"));
        events::Envelope envelope = cluster.wire.front();
        cluster.wire.clear();
        auto unaddressed = std::make_shared<events::Message>(*envelope.message);
        unaddressed->to_incarnation = 0;
        envelope.message = unaddressed;
        cluster.nodes.at(unaddressed->to)->driver->handle(envelope);
        QCOMPARE(cluster.nodes.at(unaddressed->to)->driver->core().instances(), std::size_t{0});
        QCOMPARE(cluster.wire.size(), std::size_t{1});
        QCOMPARE(cluster.wire.front().message->refusal, events::Refusal::wrong_incarnation);
    }

    void an_abort_order_is_safe_while_a_vote_is_held_back() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "hold YES from C to T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        QCOMPARE(cluster.count(EventKind::hold), std::size_t{1});
        base::Xid xid = cluster.trace.back().xid;
        for (const auto& event : cluster.trace)
            if (event.kind == EventKind::submit) xid = event.xid;
        cluster.order("T", xid, OrderKind::abort);
        bool told = false;
        for (const auto& answer : cluster.answers) told = told || (answer.outcome == Outcome::abort && answer.refusal == events::Refusal::operator_order);
        QVERIFY(told);
        for (auto& envelope : cluster.node("T").faults.release(std::nullopt)) cluster.node("T").driver->handle(runtime::Released{envelope});
        cluster.settle();
        for (auto& [id, node] : cluster.nodes) QCOMPARE(node->driver->core().instances(), std::size_t{0});
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{248000});
    }

    void every_effect_names_its_cause() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        for (const auto& event : cluster.trace) {
            if (event.xid.empty() || event.kind == EventKind::submit) continue;
            QVERIFY2(!event.causes.empty(), events::title(event).c_str());
        }
    }

    void cooperative_branches_learn_the_refusal_of_one_that_has_not_voted() {
        HandCluster cluster("2pc-pa", true);
        cluster.open_story_accounts();
        cluster.fault("T", "drop PREPARE from T to C");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        cluster.kill(base::NodeId::of("T"));
        cluster.pass_ms(600);
        for (const char* name : {"A", "B", "C"}) QCOMPARE(cluster.node(name).driver->core().instances(), std::size_t{0});
        cluster.restart("T");
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{248000});
    }

    void a_commit_names_the_record_that_proves_it_even_after_a_restart_from_a_snapshot() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "drop COMMIT from T to A times 2");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        auto& t = cluster.node("T");
        t.log.snapshot(t.driver->core().next_lsn() - 1, t.driver->core().snapshot());
        cluster.kill(base::NodeId::of("T"));
        cluster.restart("T", true);
        cluster.pass_ms(600);
        std::uint64_t decided = 0;
        int named = 0, proved = 0;
        for (const auto& event : cluster.trace) {
            const auto* record = event.record();
            if (record && event.kind == EventKind::append && record->kind == events::RecordKind::decision && record->coordinator) decided = event.lsn;
            if (event.kind == EventKind::send && event.message()->kind == events::MessageKind::commit) {
                QCOMPARE(event.message()->proof_lsn, decided);
                ++named;
            }
            if (record && event.kind == EventKind::append && record->kind == events::RecordKind::decision && !record->coordinator) {
                QCOMPARE(record->proof_lsn, decided);
                QCOMPARE(record->node, base::NodeId::of("T"));
                ++proved;
            }
        }
        QVERIFY(decided != 0);
        QVERIFY2(named >= 5, qPrintable(QString::number(named)));
        QCOMPARE(proved, 3);
    }

    void a_peer_that_refuses_names_its_record() {
        HandCluster cluster("2pc-pa", true);
        cluster.open_story_accounts();
        cluster.fault("T", "drop PREPARE from T to C");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        cluster.kill(base::NodeId::of("T"));
        cluster.pass_ms(600);
        std::uint64_t refused = 0;
        int answers = 0;
        for (const auto& event : cluster.trace) {
            if (event.kind == EventKind::append && event.record()->kind == events::RecordKind::refused) refused = event.lsn;
            if (event.kind != EventKind::send || event.message()->knowledge != events::Knowledge::refused) continue;
            QCOMPARE(event.message()->proof_lsn, refused);
            ++answers;
        }
        QVERIFY(answers > 0);
    }

    void a_refusal_is_ordered_only_of_a_branch_that_moves_money() {
        HandCluster cluster;
        cluster.open_story_accounts();
        auto payment = std::make_shared<events::Payment>(*HandCluster::payment("INV-1"));
        payment->legs[1].amount.minor += payment->legs[2].amount.minor;
        payment->legs[2] = {base::NodeId::of("C"), events::LegKind::check, "NL1", tests::eur(12000)};
        cluster.fault("T", "drop PREPARE from T to C");
        cluster.fault("T", "drop PREPARE from T to B");
        cluster.submit(payment);
        cluster.settle();
        base::Xid xid;
        for (const auto& event : cluster.trace)
            if (event.kind == EventKind::submit) xid = event.xid;
        cluster.order("C", xid, OrderKind::refuse);
        QCOMPARE(cluster.answers.back().code, base::ErrorCode::failed_precondition);
        QVERIFY2(cluster.answers.back().text.find("READ-ONLY") != std::string::npos, cluster.answers.back().text.c_str());
        QCOMPARE(cluster.node("C").driver->core().instances(), std::size_t{0});
        cluster.order("B", xid, OrderKind::refuse);
        QCOMPARE(cluster.answers.back().code, base::ErrorCode::ok);
    }

    void a_decision_is_delivered_only_with_a_record_that_can_prove_it() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "crash after force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        base::Xid xid;
        std::uint64_t decided = 0;
        for (const auto& event : cluster.trace) {
            if (event.kind == EventKind::submit) xid = event.xid;
            if (event.kind == EventKind::append && event.record()->kind == events::RecordKind::decision) decided = event.lsn;
        }
        const auto refused = [&](std::uint64_t lsn, base::NodeId node) {
            cluster.order("A", xid, OrderKind::deliver_commit, lsn, node);
            return cluster.answers.back().code == base::ErrorCode::failed_precondition;
        };
        QVERIFY(refused(0, base::NodeId::of("T")));
        QVERIFY(refused(decided, {}));
        QVERIFY(refused(decided, base::NodeId::of("A")));  // its own log knows no decision
        QVERIFY(refused(decided, base::NodeId::of("D")));  // takes no part
        QVERIFY(!refused(decided, base::NodeId::of("T")));
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{236000});
    }
};

INDOUBT_TEST(DriverTest);
#include "driver_test.moc"
