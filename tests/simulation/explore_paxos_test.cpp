// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=600
// Paxos Commit over real cores: two participants, three managers of which one may fail.
#include "simulation/explore/cluster_model.h"
#include "support/test_main.h"

using namespace indoubt::simulation::explore;

class ExplorePaxosTest : public QObject {
    Q_OBJECT

    static ClusterSetup setup_for(const char* protocol, std::uint32_t participants, std::uint32_t faults) {
        ClusterSetup setup;
        setup.protocol.name = protocol;
        setup.participants = participants;
        setup.faults = faults;
        return setup;
    }
    static Report explored(const ClusterSetup& setup, std::uint64_t states_max) {
        ClusterModel model(setup);
        StateSet seen(model.words());
        Bounds bounds;
        bounds.states_max = states_max;
        const Report report = search(model, bounds, seen);
        qInfo("%s: N=%u F=%u, %u crashes, %u restarts, ballots to %llu: %llu states, %llu generated (%.0f a second), depth %u, %s, %u local states, %u messages", setup.protocol.name.c_str(), setup.participants,
              setup.faults, setup.crashes, setup.restarts, static_cast<unsigned long long>(setup.max_ballot), static_cast<unsigned long long>(report.states),
              static_cast<unsigned long long>(report.generated), static_cast<double>(report.generated) / report.seconds, report.depth, report.complete ? "complete" : report.stopped.c_str(),
              model.local_states(), model.messages());
        for (const Found& found : report.violations) {
            qWarning("%s is broken by:", found.invariant.c_str());
            for (const std::uint32_t action : found.actions) qWarning("  %s", model.describe(action).c_str());
        }
        return report;
    }

  private slots:
    void without_faults_to_tolerate_it_is_two_phase_commit() {
        for (const char* protocol : {"paxos-commit", "paxos-commit-fast"}) {
            auto setup = setup_for(protocol, 2, 0);
            const Report report = explored(setup, 10'000'000);
            QVERIFY(report.violations.empty() && report.complete);
            setup = setup_for(protocol, 1, 0);
            setup.crashes = setup.restarts = 2;
            const Report crashed = explored(setup, 10'000'000);
            QVERIFY(crashed.violations.empty() && crashed.complete);
        }
    }
    void no_takeover_contradicts_another_data() {
        QTest::addColumn<QByteArray>("protocol");
        for (const char* protocol : {"paxos-commit", "paxos-commit-fast"}) QTest::newRow(protocol) << QByteArray(protocol);
    }
    void no_takeover_contradicts_another() {
        QFETCH(QByteArray, protocol);
        auto setup = setup_for(protocol.constData(), 1, 1);
        setup.max_ballot = 4;
        const Report report = explored(setup, 1'000'000);
        QVERIFY(report.violations.empty());
        setup.crashes = setup.restarts = 1;
        QVERIFY(explored(setup, 1'000'000).violations.empty());
    }
};
INDOUBT_TEST(ExplorePaxosTest);
#include "explore_paxos_test.moc"
