// SPDX-License-Identifier: GPL-3.0-or-later
// What is safe depends on the protocol: a coordinator that came back with nothing has aborted only where nobody else can decide.
#include <QtTest>

#include "console/protocol_case.h"
#include "feed/customer_words.h"
#include "feed/evidence.h"
#include "support/test_main.h"

namespace indoubt::tests {

using commit::Verdict;
using console::feed::advise;
using console::feed::customerWords;

namespace {

std::string scenario(const std::string& head, const std::string& steps) {
    return head + R"(
        participants { node: "A" accounts { account: "mara" currency: "EUR" balance: "2480.00" } }
        participants { node: "B" accounts { account: "shop" currency: "EUR" balance: "310.75" } }
        steps { at_ms: 400 pay { reference: "INV-2042" currency: "EUR"
            legs { kind: "debit" node: "A" account: "mara" amount: "120.00" } legs { kind: "credit" node: "B" account: "shop" amount: "120.00" } } }
    )" + steps;
}

view::View folded(const std::vector<events::Event>& events) {
    view::View view;
    for (const auto& event : events) view.fold(event);
    return view;
}

}  // namespace

class DeskProtocolsTest : public QObject {
    Q_OBJECT
  private slots:
    void a_restarted_coordinator_without_a_record_proves_an_abort_only_where_it_decides_alone_data() {
        QTest::addColumn<QString>("head");
        QTest::addColumn<QString>("steps");
        QTest::addColumn<bool>("safe");
        QTest::addColumn<bool>("commits");
        // Its entry is on T's disk and at no other manager, for those are suspended: T's next life makes it the decision.
        QTest::newRow("raft-2pc") << R"(protocol: "raft-2pc" faults: 1)"
                                  << R"(steps { at_ms: 390 crash: "T3" } steps { at_ms: 395 pause: "T2" } steps { at_ms: 500 crash: "T" } steps { at_ms: 600 restart: "T" } steps { at_ms: 4000 resume: "T2" })"
                                  << false << true;
        // The votes are at T2, which takes over once a branch asks it.
        QTest::newRow("paxos-commit") << R"(protocol: "paxos-commit" faults: 1)"
                                      << R"(steps { at_ms: 5 fault: "crash after receive YES at T" } steps { at_ms: 390 crash: "T3" } steps { at_ms: 600 restart: "T" })" << false << true;
        // Alone, and without a COMMIT on disk: it has aborted, though the branches have not heard of it.
        QTest::newRow("2pc-pa") << R"(protocol: "2pc-pa")"
                                << R"(steps { at_ms: 5 fault: "crash before force COMMIT at T" } steps { at_ms: 5 fault: "drop ABORT from T to A" } steps { at_ms: 5 fault: "drop ABORT from T to B" }
                                      steps { at_ms: 600 restart: "T" })" << true << false;
    }
    void a_restarted_coordinator_without_a_record_proves_an_abort_only_where_it_decides_alone() {
        QFETCH(QString, head);
        QFETCH(QString, steps);
        QFETCH(bool, safe);
        QFETCH(bool, commits);
        const ProtocolCase made = protocol_case(scenario(head.toStdString(), steps.toStdString()), 300);  // T is up again
        view::View view = folded(made.until);
        auto payment = view.find(made.xid);
        QVERIFY(payment);
        QVERIFY(view.node(made.xid.coordinator)->incarnation > made.xid.incarnation);
        QCOMPARE(int(std::count_if(payment->branches.begin(), payment->branches.end(), [](const auto& b) { return b.in_doubt(); })), 2);
        QCOMPARE(advise(view, *payment).verdict == Verdict::safe_to_roll_back, safe);
        // Its bank has not heard of it: whatever is safe, the amount is on hold.
        const QString words = customerWords(view, *payment);
        QVERIFY2(!words.contains(QStringLiteral("you may pay again")), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("reserved")), qPrintable(words));
        for (const auto& event : made.later) view.fold(event);
        payment = view.find(made.xid);
        QCOMPARE(payment->state, commits ? view::PaymentState::committed : view::PaymentState::aborted);
        QCOMPARE(customerWords(view, *payment), commits ? QStringLiteral("Your payment went through.") : QStringLiteral("Your payment was not carried out. You may pay again."));
    }
};

}  // namespace indoubt::tests
using indoubt::tests::DeskProtocolsTest;
INDOUBT_TEST(DeskProtocolsTest);
#include "desk_protocols_test.moc"
