// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=300
// Paxos Commit with three managers: the others commit what the coordinator has forgotten, and a client that asks again under the same
// key is paid once all the same, for the branches guard their keys.
#include <algorithm>

#include "checks/check.h"
#include "simulation/seed_payments.h"
#include "simulation/world.h"
#include "support/test_main.h"

using namespace indoubt;
using namespace indoubt::simulation;
using events::Outcome;

namespace {

constexpr std::int64_t ms = 1'000'000;
const NodeId T = NodeId::of("T"), A = NodeId::of("A"), B = NodeId::of("B");

events::PaymentPtr payment(std::int64_t minor = 1000) {
    events::Payment made;
    made.idempotency_key = "INV-2042";
    made.debtor.account = "A-EUR-1";
    made.creditor.account = "B-EUR-1";
    made.amount = {minor, base::Currency::of("EUR")};
    made.legs = {{A, events::LegKind::debit, "A-EUR-1", made.amount}, {B, events::LegKind::credit, "B-EUR-1", made.amount}};
    return std::make_shared<const events::Payment>(std::move(made));
}

WorldSetup setup(const std::string& protocol) {
    WorldSetup setup;
    setup.participants = {A, B};
    setup.protocol.name = protocol;
    setup.faults = 1;
    return setup;
}

// T has sent its PREPAREs and crashed with its BEGIN unsynced; the votes are at the other acceptor.
struct Cluster {
    World world;
    std::vector<runtime::OutAnswer> answers;
    std::int64_t before = 0;
    explicit Cluster(const std::string& protocol, bool b_never_asked = false) : world(setup(protocol)) {
        for (const NodeId node : world.nodes()) world.start(node);
        for (const NodeId node : world.participants()) world.open_accounts(node, seed_accounts(node));
        world.run_until(20 * ms);
        before = posted();
        runtime::FaultRule die;
        die.act = runtime::FaultAct::crash;
        die.after = true;
        die.point = runtime::FaultPoint::receive;
        die.what = "YES";
        die.at = T;
        die.text = "crash after receive YES at T";
        world.faults().add(die);
        if (b_never_asked) {
            runtime::FaultRule lost;
            lost.act = runtime::FaultAct::drop;
            lost.what = "PREPARE";
            lost.to = B;
            lost.text = "drop PREPARE to B";
            world.faults().add(lost);
        }
        pay();
        while (world.up(T)) world.run_until(world.now_ns() + ms / 10);
        world.run_until(world.now_ns() + 5 * ms);
        world.faults().clear(std::nullopt);
    }
    bool pay(const events::PaymentPtr& what = payment()) {
        return world.submit(what, std::nullopt, [this](const runtime::OutAnswer& answer) { answers.push_back(answer); });
    }
    std::int64_t posted() const { return world.core(B)->ledger().find("B-EUR-1")->posted_minor; }
    runtime::OutAnswer ask_again() {
        answers.clear();
        pay();
        world.run_until(world.now_ns() + 300 * ms);
        return answers.empty() ? runtime::OutAnswer{} : answers.back();
    }
    std::string broken() const {
        checks::CheckContext context;
        context.managers = world.managers();
        for (const auto& check : checks::check_all(world.trace(), context))
            if (!check.holds) return check.name + ": " + check.why;
        return {};
    }
};

}  // namespace

class PaxosKeysTest : public QObject {
    Q_OBJECT
  private slots:
    void what_the_others_committed_is_not_paid_again_data() {
        QTest::addColumn<QString>("protocol");
        QTest::newRow("paxos-commit") << "paxos-commit";
        QTest::newRow("paxos-commit-fast") << "paxos-commit-fast";
    }
    void what_the_others_committed_is_not_paid_again() {
        QFETCH(QString, protocol);
        Cluster cluster(protocol.toStdString());
        World& world = cluster.world;
        world.run_until(world.now_ns() + 10'000 * ms);  // the branches ask; T2 takes over
        QCOMPARE(cluster.posted(), cluster.before + 1000);
        base::Xid first;
        for (const auto& event : world.trace())
            if (event.kind == events::EventKind::submit) first = event.xid;
        // Neither a snapshot nor a crash of the branches loses the key, and the coordinator remembers nothing.
        for (const NodeId node : {A, B}) {
            world.snapshot(node);
            world.run_until(world.now_ns() + 50 * ms);
            world.crash(node, "killed");
            world.start(node);
        }
        world.start(T);
        world.run_until(world.now_ns() + 100 * ms);
        const auto answer = cluster.ask_again();
        QCOMPARE(answer.outcome, Outcome::commit);
        QVERIFY(answer.duplicate);
        QCOMPARE(answer.xid, first);
        QCOMPARE(cluster.posted(), cluster.before + 1000);
        QCOMPARE(QString::fromStdString(cluster.broken()), QString());
    }
    void while_the_first_is_in_doubt_the_client_is_told_to_ask_again() {
        Cluster cluster("paxos-commit");
        World& world = cluster.world;
        world.crash(NodeId::of("T3"), "killed");  // so that whoever leads hears of T2's votes
        world.start(T);
        world.run_until(world.now_ns() + 10 * ms);
        const auto early = cluster.ask_again();
        QCOMPARE(early.code, base::ErrorCode::unavailable);
        QCOMPARE(early.outcome, Outcome::none);
        QCOMPARE(early.refusal, events::Refusal::paid_before);
        QVERIFY(early.text.find("ask again with the same key") != std::string::npos);
        world.run_until(world.now_ns() + 10'000 * ms);
        const auto late = cluster.ask_again();
        QCOMPARE(late.outcome, Outcome::commit);
        QVERIFY(late.duplicate);
        QCOMPARE(cluster.posted(), cluster.before + 1000);
        QCOMPARE(QString::fromStdString(cluster.broken()), QString());
    }
    void once_the_first_is_aborted_the_same_key_pays() {
        Cluster cluster("paxos-commit", true);
        World& world = cluster.world;
        world.run_until(world.now_ns() + 10'000 * ms);  // another manager takes over, and chooses aborted for B, which never voted
        world.start(T);
        world.run_until(world.now_ns() + 100 * ms);
        QCOMPARE(cluster.posted(), cluster.before);
        const auto answer = cluster.ask_again();
        QCOMPARE(answer.outcome, Outcome::commit);
        QVERIFY(!answer.duplicate);
        QCOMPARE(cluster.posted(), cluster.before + 1000);
        QCOMPARE(QString::fromStdString(cluster.broken()), QString());
    }
};
INDOUBT_TEST(PaxosKeysTest);
#include "paxos_keys_test.moc"
