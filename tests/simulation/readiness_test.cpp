// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=300
// All must be ready: p^n, and not the chance that at least one is.
#include <cmath>

#include "simulation/readiness.h"
#include "support/test_main.h"

using namespace indoubt::simulation;

class ReadinessTest : public QObject {
    Q_OBJECT
  private slots:
    void payments_commit_as_often_as_all_are_ready_data() {
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<int>("participants");
        QTest::addColumn<int>("faults");
        QTest::addColumn<double>("ready");
        QTest::newRow("2pc-pa") << "2pc-pa" << 5 << 0 << 0.9;
        QTest::newRow("3pc-e3pc") << "3pc-e3pc" << 3 << 0 << 0.7;
        QTest::newRow("paxos-commit") << "paxos-commit" << 3 << 1 << 0.8;
        QTest::newRow("raft-2pc") << "raft-2pc" << 3 << 1 << 0.8;
    }
    void payments_commit_as_often_as_all_are_ready() {
        QFETCH(QString, protocol);
        QFETCH(int, participants);
        QFETCH(int, faults);
        QFETCH(double, ready);
        ReadinessSetup setup;
        setup.protocol = protocol.toStdString();
        setup.participants = static_cast<std::uint32_t>(participants);
        setup.faults = static_cast<std::uint32_t>(faults);
        setup.ready = ready;
        setup.payments = 1000;
        const auto measured = measure_readiness(setup);
        QVERIFY2(measured.ok(), measured ? "" : measured.error().message.c_str());
        QCOMPARE(measured->committed, measured->all_ready);  // exactly when all are ready
        QVERIFY(std::abs(measured->all_theory - std::pow(ready, participants)) < 1e-12);
        QVERIFY2(std::abs(measured->share() - measured->all_theory) < 2 * measured->margin, "one run in 20,000 would fail: this one has a fixed seed");
        // The other formula is another question: far off here.
        QVERIFY(measured->one_theory - measured->share() > 0.2);
        QVERIFY(std::abs(static_cast<double>(measured->one_ready) / measured->payments - measured->one_theory) < 0.05);
    }
    void certainty_and_impossibility_are_exact() {
        ReadinessSetup setup;
        setup.payments = 50;
        for (const double ready : {0.0, 1.0}) {
            setup.ready = ready;
            const auto measured = measure_readiness(setup);
            QVERIFY(measured.ok());
            QCOMPARE(measured->committed, ready == 0.0 ? 0u : 50u);
        }
        setup.ready = 1.5;
        QVERIFY(!measure_readiness(setup));
        setup.ready = std::nan("");
        QVERIFY(!measure_readiness(setup));
    }
};
INDOUBT_TEST(ReadinessTest);
#include "readiness_test.moc"
