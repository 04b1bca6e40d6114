// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=300
// The replicated coordinator in a simulated cluster: who leads, what is decided by whom, and what each failure changes.
#include <algorithm>

#include "checks/check.h"
#include "simulation/seed_payments.h"
#include "simulation/transcript.h"
#include "simulation/world.h"
#include "support/test_main.h"

using namespace indoubt;
using namespace indoubt::simulation;
using events::EventKind;

namespace {

constexpr std::int64_t ms = 1'000'000;
const NodeId T = NodeId::of("T"), T2 = NodeId::of("T2"), T3 = NodeId::of("T3"), A = NodeId::of("A"), B = NodeId::of("B");

events::PaymentPtr payment(int number, std::int64_t minor = 1000) {
    events::Payment made;
    made.idempotency_key = "key-" + std::to_string(number);
    made.debtor.account = "A-EUR-1";
    made.creditor.account = "B-EUR-1";
    made.amount = {minor, base::Currency::of("EUR")};
    made.legs = {{A, events::LegKind::debit, "A-EUR-1", made.amount}, {B, events::LegKind::credit, "B-EUR-1", made.amount}};
    return std::make_shared<const events::Payment>(std::move(made));
}

WorldSetup setup(std::uint32_t faults) {
    WorldSetup setup;
    setup.participants = {A, B};
    setup.protocol.name = "raft-2pc";
    setup.faults = faults;
    return setup;
}

struct Cluster {
    World world;
    std::vector<runtime::OutAnswer> answers;
    explicit Cluster(const WorldSetup& setup) : world(setup) {
        for (const NodeId node : world.nodes()) world.start(node);
        for (const NodeId node : world.participants()) world.open_accounts(node, seed_accounts(node));
        world.run_until(20 * ms);
    }
    bool pay(const events::PaymentPtr& payment) {
        return world.submit(payment, std::nullopt, [this](const runtime::OutAnswer& answer) { answers.push_back(answer); });
    }
    struct Cost { std::uint32_t messages = 0, forced = 0; };
    // What the one payment of this run cost: what bears its XID, and of the group what carries its decision, with the answers to that.
    Cost cost() const {
        const auto carries = [](const events::Agreement* says) {
            return says && std::any_of(says->entries.begin(), says->entries.end(), [](const auto& entry) { return !entry.xid.empty() && !entry.end; });
        };
        Cost sum;
        for (const auto& event : world.trace()) {
            const bool own = !event.xid.empty();
            const events::Message* message = event.message();
            if (event.kind == EventKind::append && event.durable && (own || carries(event.record()->agreement.get()))) ++sum.forced;
            if (event.kind != EventKind::send) continue;
            sum.messages += own || carries(message->agreement.get()) ? 1 : 0;
            if (message->kind == events::MessageKind::raft_append_reply && message->agreement->index == 2) ++sum.messages;  // the no-op was the first
        }
        return sum;
    }
    void crash_when(NodeId node, EventKind kind, std::string_view what = {}) {
        const auto come = [&] { return seen(kind, what, node); };
        for (int i = 0; i < 20000 && !come(); ++i) world.run_until(world.now_ns() + 10'000);
        world.crash(node, "killed");
    }
    bool seen(EventKind kind, std::string_view what, NodeId node) const {
        return std::any_of(world.trace().begin(), world.trace().end(), [&](const events::Event& event) {
            return event.kind == kind && event.node == node && (what.empty() || events::title(event).find(what) != std::string::npos);
        });
    }
    std::int64_t balance(NodeId node, const std::string& account) const { return world.core(node)->ledger().find(account)->posted_minor; }
    std::string broken() {
        std::string text;
        for (const auto& check : checks::check_all(world.trace(), {}))
            if (!check.holds) text += check.name + ": " + check.why + "\n";
        return text;
    }
};

}  // namespace

class RaftGroupTest : public QObject {
    Q_OBJECT
  private slots:
    void the_first_manager_leads_a_healthy_cluster_and_then_nothing_is_said() {
        for (const std::uint32_t faults : {0u, 1u, 2u}) {
            Cluster cluster(setup(faults));
            QVERIFY(cluster.world.run_until_quiet(2000 * ms));
            QVERIFY(cluster.world.now_ns() < 1000 * ms);
            QCOMPARE(cluster.world.leader(), T);
            QCOMPARE(cluster.world.core(T)->leadership().term, std::uint64_t{1});
        }
    }
    void a_payment_commits_once_a_majority_has_the_entry() {
        for (const std::uint32_t faults : {0u, 1u, 2u}) {
            Cluster cluster(setup(faults));
            QVERIFY(cluster.pay(payment(1)));
            QVERIFY(cluster.world.run_until_quiet(3000 * ms));
            QCOMPARE(cluster.answers.size(), std::size_t{2});
            QCOMPARE(cluster.answers.back().outcome, events::Outcome::commit);
            QVERIFY(cluster.answers.back().applied);
            QCOMPARE(cluster.balance(A, "A-EUR-1"), std::int64_t{99'000});
            QCOMPARE(QString::fromStdString(cluster.broken()), QString());
            // As built: 4N + 4F messages; 2N + 2F + 1 forced writes, the decision entry at each manager among them.
            const Cluster::Cost cost = cluster.cost();
            QCOMPARE(cost.messages, 8 + 4 * faults);
            QCOMPARE(cost.forced, 4 + 2 * faults + 1);
        }
    }
    void the_next_leader_goes_on_with_what_is_decided_and_answers_a_retry() {
        Cluster cluster(setup(1));
        QVERIFY(cluster.pay(payment(1)));
        cluster.crash_when(T, EventKind::decide);
        QVERIFY(!cluster.world.up(T));
        QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 3000 * ms));
        QVERIFY(!cluster.world.leader().empty() && cluster.world.leader() != T);
        QCOMPARE(cluster.balance(A, "A-EUR-1"), std::int64_t{99'000});
        QCOMPARE(cluster.balance(B, "B-EUR-1"), std::int64_t{101'000});
        QVERIFY(cluster.pay(payment(1)));  // the same key: nothing is paid again
        QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 1000 * ms));
        QVERIFY(cluster.answers.back().duplicate);
        QCOMPARE(cluster.answers.back().outcome, events::Outcome::commit);
        QVERIFY(cluster.pay(payment(1, 1234)));  // and nothing else for that key
        QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 1000 * ms));
        QCOMPARE(cluster.answers.back().code, base::ErrorCode::invalid_argument);
        QCOMPARE(cluster.balance(A, "A-EUR-1"), std::int64_t{99'000});
        QCOMPARE(QString::fromStdString(cluster.broken()), QString());
    }
    void what_no_leader_wrote_is_aborted_by_the_next() {
        Cluster cluster(setup(1));
        QVERIFY(cluster.pay(payment(1)));
        cluster.crash_when(T, EventKind::receive, "YES");
        QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 5000 * ms));
        QVERIFY(!cluster.world.leader().empty());
        for (const NodeId node : {A, B}) QVERIFY(cluster.world.core(node)->open().empty());
        QCOMPARE(cluster.balance(A, "A-EUR-1"), std::int64_t{100'000});
        QVERIFY(cluster.pay(payment(1)));  // the key is free: the old transaction can no longer commit
        QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 1000 * ms));
        QCOMPARE(cluster.answers.back().outcome, events::Outcome::commit);
        QVERIFY(!cluster.answers.back().duplicate);
        QCOMPARE(cluster.balance(A, "A-EUR-1"), std::int64_t{99'000});
        QCOMPARE(QString::fromStdString(cluster.broken()), QString());
    }
    void payments_go_on_with_f_managers_down() {
        for (const std::uint32_t faults : {1u, 2u}) {
            Cluster cluster(setup(faults));
            for (std::uint32_t i = 0; i < faults; ++i) {
                cluster.world.crash(cluster.world.managers()[i], "killed");
                const std::int64_t until = cluster.world.now_ns() + 8000 * ms;
                while (!cluster.pay(payment(static_cast<int>(i) + 1)) && cluster.world.now_ns() < until) cluster.world.run_until(cluster.world.now_ns() + 100 * ms);
                QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 1000 * ms));
                QVERIFY(!cluster.answers.empty());
                QCOMPARE(cluster.answers.back().outcome, events::Outcome::commit);
                QVERIFY(cluster.answers.back().applied);
            }
            cluster.world.crash(cluster.world.managers()[faults], "killed");  // one too many
            cluster.world.run_until(cluster.world.now_ns() + 100 * ms);
            cluster.answers.clear();
            for (int i = 0; i < 20; ++i) {
                cluster.pay(payment(9));
                cluster.world.run_until(cluster.world.now_ns() + 200 * ms);
            }
            QVERIFY(std::none_of(cluster.answers.begin(), cluster.answers.end(), [](const auto& answer) { return answer.outcome == events::Outcome::commit; }));
            QCOMPARE(QString::fromStdString(cluster.broken()), QString());
        }
    }
    void a_leader_cut_off_commits_nothing_and_yields_when_it_comes_back() {
        Cluster cluster(setup(1));
        for (const NodeId other : {T2, T3}) {
            cluster.world.network().cut(T, other);
            cluster.world.network().cut(other, T);
        }
        QVERIFY(cluster.pay(payment(1)));
        QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 3000 * ms));
        QVERIFY(cluster.answers.empty());  // voted on, proposed, and not committed
        QVERIFY(cluster.world.leader() != T);
        QVERIFY(cluster.balance(A, "A-EUR-1") == 100'000);
        cluster.world.network().heal();
        QVERIFY(cluster.world.run_until_quiet(cluster.world.now_ns() + 60'000 * ms));
        QCOMPARE(cluster.answers.size(), std::size_t{1});
        QCOMPARE(cluster.answers.back().refusal, events::Refusal::deposed);
        QCOMPARE(cluster.answers.back().code, base::ErrorCode::unavailable);
        for (const NodeId node : {A, B}) QVERIFY(cluster.world.core(node)->open().empty());
        QCOMPARE(cluster.balance(A, "A-EUR-1"), std::int64_t{100'000});
        QCOMPARE(QString::fromStdString(cluster.broken()), QString());
    }
    void a_replica_that_was_away_for_long_gets_a_snapshot() {
        WorldSetup small = setup(1);
        small.raft_compact_entries = 4;
        small.raft_keep_entries = 8;
        Cluster cluster(small);
        cluster.world.crash(T3, "killed");
        for (int i = 1; i <= 20; ++i) {
            QVERIFY(cluster.pay(payment(i, 10)));
            QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 100 * ms));
        }
        cluster.world.start(T3);
        QVERIFY(cluster.world.run_until_quiet(cluster.world.now_ns() + 20'000 * ms));
        QVERIFY(cluster.seen(EventKind::receive, "RAFT-SNAPSHOT", T3));
        // It is as good as the others: with it alone beside T2 payments go on, and old keys are known.
        cluster.world.crash(T, "killed");
        const std::int64_t until = cluster.world.now_ns() + 8000 * ms;
        while (!cluster.pay(payment(21, 10)) && cluster.world.now_ns() < until) cluster.world.run_until(cluster.world.now_ns() + 100 * ms);
        QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 1000 * ms));
        QCOMPARE(cluster.answers.back().outcome, events::Outcome::commit);
        QCOMPARE(cluster.balance(A, "A-EUR-1"), std::int64_t{100'000 - 21 * 10});
        QCOMPARE(QString::fromStdString(cluster.broken()), QString());
    }
    void the_log_stays_short_and_keys_outlive_it_across_restarts() {
        WorldSetup small = setup(1);
        small.raft_compact_entries = 4;
        Cluster cluster(small);
        for (int i = 1; i <= 20; ++i) {
            QVERIFY(cluster.pay(payment(i, 10)));
            QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 150 * ms));
        }
        QVERIFY(cluster.seen(EventKind::append, "RAFT-SNAPSHOT", T));
        QVERIFY(cluster.seen(EventKind::append, "RAFT-SNAPSHOT", T3));
        for (const NodeId manager : cluster.world.managers()) {
            QVERIFY(cluster.world.core(manager)->records(base::Xid{}, true)->size() < 20);
            cluster.world.crash(manager, "killed");
        }
        for (const NodeId manager : {T2, T3}) cluster.world.start(manager);
        QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 3000 * ms));
        for (int i = 1; i <= 20; ++i) {
            QVERIFY(cluster.pay(payment(i, 10)));
            QVERIFY(cluster.world.run_until(cluster.world.now_ns() + 100 * ms));
            QVERIFY(cluster.answers.back().duplicate);
        }
        QCOMPARE(cluster.balance(A, "A-EUR-1"), std::int64_t{100'000 - 20 * 10});
        QCOMPARE(QString::fromStdString(cluster.broken()), QString());
    }
    void a_node_that_does_not_lead_names_the_one_that_does() {
        Cluster cluster(setup(1));
        const auto to_t2 = cluster.world.core(T2)->leadership();
        QVERIFY(!to_t2.established);
        QCOMPARE(to_t2.leader, T);
        QCOMPARE(to_t2.term, std::uint64_t{1});
    }
};
INDOUBT_TEST(RaftGroupTest);
#include "raft_group_test.moc"
