// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=bench timeout=600 serial
// How fast the explorer is: figures to read, no limits to keep. On one core; a search is single-threaded.
#include "simulation/explore/reduced_model.h"
#include "simulation/explore/spec_models.h"
#include "support/test_main.h"

using namespace indoubt::simulation::explore;

class ExploreSpeedTest : public QObject {
    Q_OBJECT

    static void print(const char* what, const Report& report) {
        qInfo("%-52s %10llu distinct, %11llu generated, %7.3f s: %11.0f generated a second, %5llu MiB%s", what, static_cast<unsigned long long>(report.states),
              static_cast<unsigned long long>(report.generated), report.seconds, static_cast<double>(report.generated) / report.seconds, static_cast<unsigned long long>(report.memory_bytes >> 20),
              report.complete ? "" : ", not complete");
    }

  private slots:
    void specifications() {
        TwoPhaseSpec two_phase(6);
        StateSet seen(two_phase.words());
        const Report report = search(two_phase, {}, seen);
        print("TwoPhase, 6 resource managers", report);
        QCOMPARE(report.states, std::uint64_t{50816});
        TCommitSpec transaction_commit(6);
        StateSet others(transaction_commit.words());
        const Report commit = search(transaction_commit, {}, others);
        print("TCommit, 6 resource managers", commit);
        QCOMPARE(commit.states, std::uint64_t{792});
    }

    void real_two_phase_machines() {
        for (const char* protocol : {"2pc-pa", "2pc", "2pc-pc"}) {
            ClusterSetup setup;
            setup.protocol.name = protocol;
            setup.participants = 2;
            setup.crashes = setup.restarts = 1;
            ClusterModel exact(setup);
            StateSet seen(exact.words());
            const Report all = search(exact, {}, seen);
            print((std::string(protocol) + ", 2 participants, a crash and a restart, exact").c_str(), all);
            QVERIFY(all.complete && all.violations.empty());
            ClusterModel cores(setup);
            const Closure closure = close(cores, 10'000'000);
            QVERIFY(closure.finished);
            ReducedModel reduced(cores, closure, {});
            StateSet fewer(reduced.words());
            const Report less = search(reduced, {}, fewer);
            print((std::string(protocol) + ", the same, reduced").c_str(), less);
            QVERIFY(less.complete && less.violations.empty());
        }
    }
};
INDOUBT_TEST(ExploreSpeedTest);
#include "explore_speed_test.moc"
