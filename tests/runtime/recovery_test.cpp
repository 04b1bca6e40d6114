// SPDX-License-Identifier: GPL-3.0-or-later
// What a node knows after a restart, from its records and from a snapshot of them.
#include <set>

#include "support/hand_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using commit::OrderKind;
using events::LegKind;
using events::Outcome;
using tests::HandCluster;
using tests::HandNode;

namespace {

events::PaymentPtr transfer(const std::string& key, const char* from, const std::string& debtor, const char* to, const std::string& creditor, std::int64_t minor) {
    auto payment = std::make_shared<events::Payment>();
    payment->idempotency_key = payment->refs.reference = key;
    payment->debtor.account = debtor;
    payment->creditor.account = creditor;
    payment->amount = tests::eur(minor);
    payment->legs = {{base::NodeId::of(from), LegKind::debit, debtor, payment->amount}, {base::NodeId::of(to), LegKind::credit, creditor, payment->amount}};
    return payment;
}

base::Xid last_submitted(const HandCluster& cluster) {
    base::Xid xid;
    for (const auto& event : cluster.trace)
        if (event.kind == events::EventKind::submit) xid = event.xid;
    return xid;
}

base::Result<runtime::Core> recovered(HandNode& node, bool with_snapshot) {
    runtime::Outputs outputs;
    return runtime::Core::recover(node.driver->core().config(), node.log.recovered(with_snapshot), 1, outputs);
}

void take_snapshot(HandNode& node) { node.log.snapshot(node.driver->core().next_lsn() - 1, node.driver->core().snapshot()); }

}  // namespace

class RecoveryTest : public QObject {
    Q_OBJECT
  private slots:
    void forced_money_that_was_spent_does_not_make_a_snapshot_unreadable() {
        HandCluster cluster;
        cluster.open("A", "DE1", 248000);
        cluster.open("B", "LU1", 0);
        cluster.open("C", "NL1", 0);
        cluster.fault("T", "crash after force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        cluster.order("B", last_submitted(cluster), OrderKind::force_commit);
        cluster.restart("T");
        QCOMPARE(cluster.posted("B", "LU1"), std::int64_t{11940});
        cluster.submit(transfer("SPENT", "B", "LU1", "A", "DE1", 11940));
        cluster.settle();
        QCOMPARE(cluster.posted("B", "LU1"), std::int64_t{0});

        HandNode& b = cluster.node("B");
        QCOMPARE(b.driver->core().instances(), std::size_t{1});  // the forced branch, until it is forgotten
        take_snapshot(b);
        const auto brief = recovered(b, true), whole = recovered(b, false);
        QVERIFY2(brief.ok(), brief.ok() ? "" : brief.error().message.c_str());
        QCOMPARE(brief->ledger().find("LU1")->posted_minor, std::int64_t{0});
        QVERIFY(*brief == *whole);
        cluster.restart("B", true);
        cluster.order("B", last_submitted(cluster), OrderKind::forget);
        QCOMPARE(cluster.posted("B", "LU1"), std::int64_t{0});
    }

    void accounts_are_opened_once_and_never_in_another_currency() {
        HandCluster cluster;
        cluster.open("A", "DE1", 248000);
        const auto open = [&](std::vector<events::AccountLine> lines) {
            cluster.node("A").driver->handle(runtime::OpenAccounts{7, std::move(lines)});
            cluster.settle();
            return cluster.answers.back();
        };
        const base::Currency eur = base::Currency::of("EUR"), usd = base::Currency::of("USD");
        QCOMPARE(open({{"NEW", "N", eur, 5, -1}, {"NEW", "N", eur, 5, -1}, {"DE1", "", eur, 1, -1}}).text, std::string("1"));
        const auto& record = *cluster.node("A").log.durable.back()->record();
        QCOMPARE(record.accounts.size(), std::size_t{1});
        const auto unlike = open({{"TWICE", "N", eur, 5, -1}, {"TWICE", "N", eur, 6, -1}});
        QCOMPARE(unlike.code, base::ErrorCode::invalid_argument);
        const auto foreign = open({{"OTHER", "N", eur, 5, -1}, {"DE1", "", usd, 1, -1}});
        QCOMPARE(foreign.code, base::ErrorCode::failed_precondition);
        QVERIFY2(foreign.text.find("DE1") != std::string::npos && foreign.text.find("EUR") != std::string::npos, foreign.text.c_str());
        QVERIFY(!cluster.node("A").driver->core().ledger().find("OTHER"));
    }

    void a_key_that_paid_never_swallows_another_payment() {
        HandCluster cluster;
        cluster.open_story_accounts();
        const auto first = transfer("KEY", "A", "DE1", "B", "LU1", 100), other = transfer("KEY", "A", "DE1", "B", "LU1", 999);
        const auto refused = [&] {
            cluster.submit(other);
            cluster.settle();
            const auto at = std::find_if(cluster.answers.rbegin(), cluster.answers.rend(), [&](const auto& a) { return a.request == cluster.requests; });
            return at->code == base::ErrorCode::invalid_argument && at->text.starts_with("idempotency_key") && !at->duplicate;
        };
        cluster.submit(first);
        QVERIFY(refused());  // under way
        QVERIFY(refused());  // over
        auto again = *first;
        again.remark = "sent a day later";
        cluster.submit(std::make_shared<const events::Payment>(again));
        cluster.settle();
        QVERIFY(cluster.answers.back().duplicate);
        cluster.restart("T");
        QVERIFY(refused());  // from the records
        take_snapshot(cluster.node("T"));
        cluster.restart("T", true);
        QVERIFY(refused());  // from a snapshot
        QCOMPARE(cluster.posted("A", "DE1"), std::int64_t{248000 - 100});
    }

    void a_retry_is_told_applied_only_after_the_last_ack() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "crash after force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        cluster.kill(base::NodeId::of("B"));
        cluster.restart("T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        QVERIFY(cluster.answers.back().duplicate);
        QCOMPARE(cluster.answers.back().outcome, Outcome::commit);
        QVERIFY(!cluster.answers.back().applied);  // B has not applied it
        cluster.restart("B");
        cluster.pass_ms(600);
        QVERIFY(cluster.answers.back().applied);
    }

    void keys_are_dropped_30_days_after_their_end() {
        HandCluster cluster;
        cluster.open_story_accounts();
        constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000LL;
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        cluster.pass_ms(20 * day_ms);
        cluster.submit(HandCluster::payment("INV-2"));
        cluster.settle();
        QCOMPARE(cluster.node("T").driver->core().snapshot_entries(), std::size_t{2});
        cluster.pass_ms(9 * day_ms);
        cluster.restart("T");
        QCOMPARE(cluster.node("T").driver->core().snapshot_entries(), std::size_t{2});
        cluster.pass_ms(2 * day_ms);
        cluster.restart("T");
        QCOMPARE(cluster.node("T").driver->core().snapshot_entries(), std::size_t{1});
        cluster.submit(HandCluster::payment("INV-2"));
        cluster.settle();
        QVERIFY(cluster.answers.back().duplicate);
    }

    void an_order_chains_to_the_one_before_it_in_the_log() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "crash after force COMMIT at T");
        for (const char* key : {"INV-1", "INV-2"}) cluster.submit(transfer(key, "A", "DE1", "B", "LU1", 100));
        cluster.settle();
        // The second order waits behind the first one's force; a crash takes it before it is ever appended.
        const base::Xid xid = cluster.node("B").driver->core().open().front();
        HandNode& b = cluster.node("B");
        const auto order = [&](OrderKind kind) {
            auto note = std::make_shared<events::OperatorNote>();
            note->actor = "Ana";
            b.driver->handle(runtime::OperatorOrder{++cluster.requests, xid, kind, note, 0, {}});
        };
        order(OrderKind::retry);
        order(OrderKind::force_rollback);
        std::uint64_t previous = 0;
        const auto check_chain = [&] {
            previous = 0;
            for (const auto* list : {&b.log.durable, &b.log.queued}) {
                for (const auto& event : *list) {
                    if (event->record()->kind != events::RecordKind::order) continue;
                    if (event->record()->order->previous != previous) return false;
                    previous = events::hash_value(*event->record());
                }
            }
            return true;
        };
        QVERIFY(check_chain());
        // Another branch's order comes in between: it is appended before the one that waits.
        const base::Xid other = b.driver->core().open().back();
        QVERIFY(other != xid);
        auto note = std::make_shared<events::OperatorNote>();
        b.driver->handle(runtime::OperatorOrder{++cluster.requests, other, OrderKind::retry, note, 0, {}});
        QVERIFY(check_chain());
        cluster.settle();
        QVERIFY(check_chain());
        QVERIFY(previous != 0);
    }

    void a_finished_branch_tells_its_peers_the_outcome() {
        for (const bool with_snapshot : {false, true}) {
            HandCluster cluster("2pc-pa", true);
            cluster.open_story_accounts();
            cluster.fault("T", "drop COMMIT from T to B");
            cluster.submit(HandCluster::payment("INV-1"));
            cluster.settle();
            QCOMPARE(cluster.node("B").driver->core().instances(), std::size_t{1});
            cluster.kill(base::NodeId::of("T"));
            take_snapshot(cluster.node("A"));
            cluster.restart("A", with_snapshot);
            cluster.kill(base::NodeId::of("C"));
            cluster.pass_ms(600);
            QCOMPARE(cluster.node("B").driver->core().instances(), std::size_t{0});
            QCOMPARE(cluster.posted("B", "LU1"), std::int64_t{31075 + 11940});
        }
    }

    void a_refusal_is_told_only_once_it_is_on_disk() {
        HandCluster cluster("2pc-pa", true);
        cluster.open_story_accounts();
        cluster.fault("T", "drop PREPARE from T to C");
        cluster.submit(transfer("TOO-MUCH", "A", "DE1", "B", "LU1", 999'999'999));
        while (!cluster.wire.empty()) {
            const auto envelope = cluster.wire.front();
            cluster.wire.pop_front();
            if (envelope.message->kind == events::MessageKind::prepare) cluster.nodes.at(envelope.message->to)->driver->handle(envelope);
        }
        auto asked = std::make_shared<events::Message>();
        asked->kind = events::MessageKind::peer_inquiry;
        asked->xid = last_submitted(cluster);
        asked->from = base::NodeId::of("B");
        asked->to = base::NodeId::of("A");
        asked->from_incarnation = 1;
        asked->protocol = {"2pc-pa", true};
        asked->enrolled = {{base::NodeId::of("A"), true, 1}, {base::NodeId::of("B"), true, 1}};
        const auto answer = [&] {
            cluster.wire.clear();
            cluster.node("A").driver->handle(events::Envelope{asked, {}, 0, false});
            return cluster.wire.back().message->knowledge;
        };
        QCOMPARE(answer(), events::Knowledge::unknown);  // A said NO, and has not written it yet
        cluster.sync(cluster.node("A"));
        QCOMPARE(answer(), events::Knowledge::refused);
        asked->enrolled[0].updater = false;
        QCOMPARE(answer(), events::Knowledge::unknown);  // as a reader it may have voted before, without a record
    }

    void a_forgotten_branch_still_tells_that_it_was_forced() {
        HandCluster cluster;
        cluster.open_story_accounts();
        cluster.fault("T", "crash after force COMMIT at T");
        cluster.submit(HandCluster::payment("INV-1"));
        cluster.settle();
        const base::Xid xid = last_submitted(cluster);
        cluster.order("B", xid, OrderKind::force_rollback);
        cluster.kill(base::NodeId::of("A"));  // its ACK keeps the transaction open
        cluster.restart("T");
        cluster.order("B", xid, OrderKind::forget);
        QCOMPARE(cluster.node("B").driver->core().instances(), std::size_t{0});
        cluster.kill(base::NodeId::of("T"));  // with what it had heard from B
        cluster.restart("T");
        cluster.restart("A");
        cluster.pass_ms(600);
        const auto& end = *cluster.node("T").log.durable.back()->record();
        QCOMPARE(end.kind, events::RecordKind::end);
        QCOMPARE(end.heuristic, events::Heuristic::mixed);
    }

    void no_two_events_share_a_name_although_a_life_ended_before_its_incarnation_was_durable() {
        HandCluster cluster;
        const base::NodeId a = base::NodeId::of("A");
        const auto names_are_unique = [&] {
            std::set<events::EventRef> names;
            for (const auto& event : cluster.trace)
                if (!names.insert(event.ref()).second) return false;
            for (const auto& event : cluster.node("A").log.durable) names.insert(event->ref());
            return true;
        };
        const std::size_t published = cluster.trace.size();
        cluster.start(a);  // the process dies with nothing on disk
        cluster.kill(a);
        QCOMPARE(cluster.trace.size(), published);  // it was never there
        cluster.start(a);  // it dies with the first of its two records on disk
        HandNode& node = cluster.node("A");
        node.log.durable.push_back(node.log.queued.front());
        const auto landed = node.log.durable.back()->incarnation;
        cluster.kill(a);
        cluster.restart("A");
        QVERIFY(node.driver->core().incarnation() > landed);
        QVERIFY(names_are_unique());
        QCOMPARE(cluster.trace[published].kind, events::EventKind::restart);
        QVERIFY(node.driver->announced());
    }

    void a_clock_that_was_set_back_does_not_put_events_before_older_ones() {
        HandCluster cluster;
        cluster.open_story_accounts();
        HandNode& node = cluster.node("A");
        for (const bool with_snapshot : {false, true}) {
            take_snapshot(node);
            const std::int64_t written = node.log.durable.back()->hlc;
            const std::size_t published = cluster.trace.size();
            cluster.now -= 400'000'000;
            cluster.restart("A", with_snapshot);
            QVERIFY(cluster.trace.size() > published);
            for (std::size_t i = published; i < cluster.trace.size(); ++i) {
                QVERIFY(cluster.trace[i].hlc > written);
                QCOMPARE(cluster.trace[i].at_ns, cluster.now);  // that one tells what the node's clock showed
            }
        }
    }

    void traces_to_keep_are_bounded_and_none_is_kept_for_a_stranger() {
        HandCluster cluster;
        cluster.open_story_accounts();
        auto& driver = *cluster.node("A").driver;
        for (std::uint64_t n = 1; n < 100; ++n) driver.handle(runtime::KeepTrace{{base::NodeId::of("T"), 1, n}});
        QCOMPARE(driver.kept(), std::size_t{0});
        cluster.fault("A", "drop YES from A to T");
        for (int i = 0; i < 3; ++i) cluster.submit(transfer("K" + std::to_string(i), "A", "DE1", "B", "LU1", 100));
        cluster.settle();
        QVERIFY(driver.kept() > 0);
        cluster.pass_ms(10'000);
        for (int i = 0; i < 3; ++i) cluster.pass_ms(10'000);
        QCOMPARE(driver.core().instances(), std::size_t{0});
        QCOMPARE(driver.kept(), std::size_t{0});
    }
};

INDOUBT_TEST(RecoveryTest);
#include "recovery_test.moc"
