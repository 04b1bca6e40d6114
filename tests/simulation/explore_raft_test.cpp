// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=600
// Two-phase commit over a replicated coordinator: every reachable state of the real cores, within its budget.
#include "simulation/explore/cluster_model.h"
#include "support/test_main.h"

using namespace indoubt::simulation::explore;

class ExploreRaftTest : public QObject {
    Q_OBJECT

  private slots:
    void a_replicated_coordinator_keeps_its_promises_data() {
        QTest::addColumn<int>("participants");
        QTest::addColumn<int>("faults");
        QTest::addColumn<int>("crashes");
        QTest::addColumn<int>("terms");
        QTest::addColumn<bool>("whole");
        QTest::addRow("two participants, one manager, one crash") << 2 << 0 << 1 << 2 << true;
        QTest::addRow("one participant, three managers, no crash, one term, as far as it goes") << 1 << 1 << 0 << 1 << false;
        QTest::addRow("two participants, three managers, two terms, as far as it goes") << 2 << 1 << 1 << 2 << false;
    }
    void a_replicated_coordinator_keeps_its_promises() {
        QFETCH(int, participants);
        QFETCH(int, faults);
        QFETCH(int, crashes);
        QFETCH(int, terms);
        QFETCH(bool, whole);
        ClusterSetup setup;
        setup.protocol.name = "raft-2pc";
        setup.participants = static_cast<std::uint32_t>(participants);
        setup.faults = static_cast<std::uint32_t>(faults);
        setup.crashes = setup.restarts = static_cast<std::uint32_t>(crashes);
        setup.max_ballot = static_cast<std::uint64_t>(terms);
        setup.no_votes = whole;
        ClusterModel model(setup);
        StateSet seen(model.words());
        Bounds bounds;
        bounds.states_max = whole ? 20'000'000 : 50'000;
        const Report report = search(model, bounds, seen);
        qInfo("%llu states, %llu generated (%.0f a second), depth %u, %llu MiB, %u local states, %u messages, %s", static_cast<unsigned long long>(report.states),
              static_cast<unsigned long long>(report.generated), static_cast<double>(report.generated) / report.seconds, report.depth,
              static_cast<unsigned long long>(report.memory_bytes >> 20), model.local_states(), model.messages(), report.complete ? "complete" : report.stopped.c_str());
        for (const Found& found : report.violations) {
            qWarning("%s is broken by:", found.invariant.c_str());
            for (const std::uint32_t action : found.actions) qWarning("  %s", model.describe(action).c_str());
        }
        QVERIFY(report.violations.empty());
        QVERIFY(report.states > 1000);
        if (whole) QVERIFY2(report.complete, report.stopped.c_str());
    }
};
INDOUBT_TEST(ExploreRaftTest);
#include "explore_raft_test.moc"
