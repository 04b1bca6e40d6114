// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=nightly timeout=7200 serial
// The explorations that the normal run has no time for: three participants, and the protocols with several managers or elections with
// the largest budget that has been seen to complete; beyond it bounded searches and random walks that say they are not complete.
#include "simulation/explore_runs.h"

using indoubt::tests::Explored;
using indoubt::tests::run_exploration;
using namespace indoubt::simulation::explore;

class ExploreNightlyTest : public QObject {
    Q_OBJECT

  private slots:
    void complete_and_without_a_violation_data() {
        QTest::addColumn<Explored>("one");
        for (const char* protocol : {"2pc-pa", "2pc", "2pc-pc"}) QTest::addRow("%s, three participants, two crashes", protocol) << Explored{protocol, 3, 0, 2, 2};
        QTest::addRow("paxos-commit, two participants, three acceptors, two crashes") << Explored{"paxos-commit", 2, 1, 2, 2, 2};
        QTest::addRow("paxos-commit-fast, two participants, three acceptors, a crash") << Explored{"paxos-commit-fast", 2, 1, 1, 1, 2};
    }
    void complete_and_without_a_violation() {
        QFETCH(Explored, one);
        const auto found = run_exploration(one);
        QVERIFY(found.violations.empty());
        QVERIFY2(found.report.complete, found.report.stopped.c_str());
    }

    void beyond_that_it_says_that_it_is_not_complete_data() {
        QTest::addColumn<Explored>("one");
        for (const char* protocol : {"3pc-quorum", "3pc-e3pc"}) QTest::addRow("%s", protocol) << Explored{protocol, 2, 0, 1, 1, 2};
        QTest::addRow("raft-2pc") << Explored{"raft-2pc", 2, 1, 1, 1, 2};
    }
    void beyond_that_it_says_that_it_is_not_complete() {
        QFETCH(Explored, one);
        Bounds bounds;
        bounds.states_max = 20'000'000;
        bounds.memory_bytes_max = 6ull << 30;
        const auto found = run_exploration(one, bounds, 20'000);
        QVERIFY(found.violations.empty());
        QVERIFY(!found.report.complete);
    }
};
INDOUBT_TEST(ExploreNightlyTest);
#include "explore_nightly_test.moc"
