// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=600 serial
#include "cluster/kill_run.h"
#include "support/test_main.h"

class KillTest : public QObject {
    Q_OBJECT

  private slots:
    void thirty_kills_under_load_lose_nothing_and_double_nothing() {
        indoubt::tests::KillRun run;
        run.rounds = qEnvironmentVariableIntValue("INDOUBT_KILLS") > 0 ? qEnvironmentVariableIntValue("INDOUBT_KILLS") : 30;
        const std::string trouble = indoubt::tests::run_kills(run);
        QVERIFY2(trouble.empty(), trouble.c_str());
        qInfo("%d rounds: %d answers, %d payments without one, of which %d had been committed", run.rounds, run.acknowledged, run.unknown, run.committed_after);
        QVERIFY(run.acknowledged > 10 * run.rounds);
        QVERIFY(run.unknown > 0);
    }
};

INDOUBT_TEST(KillTest);
#include "kill_test.moc"
