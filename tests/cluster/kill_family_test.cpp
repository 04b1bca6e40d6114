// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=600 serial
// SIGKILL of the daemon under load with every other safe protocol, and with three managers where the protocol has several.
#include "cluster/kill_run.h"
#include "support/test_main.h"

class KillFamilyTest : public QObject {
    Q_OBJECT

  private slots:
    void kills_under_load_lose_nothing_and_double_nothing_data() {
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<int>("faults");
        for (const char* protocol : {"2pc", "2pc-pc", "3pc", "3pc-quorum", "3pc-e3pc"}) QTest::newRow(protocol) << protocol << 0;
        for (const char* protocol : {"paxos-commit", "paxos-commit-fast", "raft-2pc"}) QTest::newRow(protocol) << protocol << 1;
    }
    void kills_under_load_lose_nothing_and_double_nothing() {
        QFETCH(QString, protocol);
        QFETCH(int, faults);
        indoubt::tests::KillRun run;
        run.rounds = 2;
        run.seed = 77;
        run.protocol = protocol.toStdString();
        run.faults = faults;
        run.warm_ms = protocol == "raft-2pc" ? 800 : 0;
        const std::string trouble = indoubt::tests::run_kills(run);
        QVERIFY2(trouble.empty(), trouble.c_str());
        qInfo("%s: %d payments acknowledged, %d not, %d of those found committed", qPrintable(protocol), run.acknowledged, run.unknown, run.committed_after);
        QVERIFY(run.acknowledged > 0);
    }
};

INDOUBT_TEST(KillFamilyTest);
#include "kill_family_test.moc"
