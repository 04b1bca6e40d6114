// SPDX-License-Identifier: GPL-3.0-or-later
// What a node knows after a restart, from its records and from a snapshot of them.
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
};

INDOUBT_TEST(RecoveryTest);
#include "recovery_test.moc"
