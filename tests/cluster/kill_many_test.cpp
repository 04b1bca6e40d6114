// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=nightly timeout=7200 serial
#include <QTextStream>

#include "cluster/kill_run.h"
#include "support/test_main.h"

class KillManyTest : public QObject {
    Q_OBJECT

  private slots:
    void a_thousand_kills_under_load_lose_nothing_and_double_nothing() {
        // Ten directories of a hundred kills: the logs stay of a size that one night can replay.
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            indoubt::tests::KillRun run;
            run.rounds = 100;
            run.seed = 1000 + seed;
            const std::string trouble = indoubt::tests::run_kills(run);
            QVERIFY2(trouble.empty(), trouble.c_str());
            QTextStream(stdout) << seed * 100 << " kills under load; of these hundred: " << run.acknowledged << " payments acknowledged, " << run.unknown << " not, " << run.committed_after
                                << " of those found committed" << Qt::endl;
        }
    }
};

INDOUBT_TEST(KillManyTest);
#include "kill_many_test.moc"
