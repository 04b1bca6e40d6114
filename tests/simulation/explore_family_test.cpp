// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=600
// What of each protocol can be explored completely in the time of a normal run.
#include "simulation/explore_runs.h"

using indoubt::tests::Explored;
using indoubt::tests::run_exploration;

class ExploreFamilyTest : public QObject {
    Q_OBJECT

  private slots:
    void complete_and_without_a_violation_data() {
        QTest::addColumn<Explored>("one");
        for (const char* protocol : {"2pc-pa", "2pc", "2pc-pc"}) QTest::addRow("%s, two participants, two crashes", protocol) << Explored{protocol, 2, 0, 2, 2};
        QTest::addRow("2pc-pa, three participants, a crash") << Explored{"2pc-pa", 3, 0, 1, 1};
        QTest::addRow("2pc-pa, two participants that may only read, a crash") << Explored{"2pc-pa", 2, 0, 1, 1, 3, true};
        for (const char* protocol : {"paxos-commit", "paxos-commit-fast"}) QTest::addRow("%s, two participants, three acceptors", protocol) << Explored{protocol, 2, 1, 0, 0, 2};
        QTest::addRow("paxos-commit, two participants, three acceptors, a crash") << Explored{"paxos-commit", 2, 1, 1, 1, 2};
        QTest::addRow("E3PC, one participant, a crash") << Explored{"3pc-e3pc", 1, 0, 1, 1};
    }
    void complete_and_without_a_violation() {
        QFETCH(Explored, one);
        const auto found = run_exploration(one);
        QVERIFY(found.violations.empty());
        QVERIFY2(found.report.complete, found.report.stopped.c_str());
        QVERIFY(found.reduced);
    }
};
INDOUBT_TEST(ExploreFamilyTest);
#include "explore_family_test.moc"
