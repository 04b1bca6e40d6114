// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=600
// Every reachable state of the real three-phase cores, as far as the normal run has time for.
#include "simulation/explore/cluster_model.h"
#include "support/test_main.h"

using namespace indoubt::simulation::explore;

namespace {

Report explored(const ClusterSetup& setup, const Bounds& bounds = {}) {
    ClusterModel model(setup);
    StateSet seen(model.words());
    const Report report = search(model, bounds, seen);
    qInfo("%s: %u participants, %u crashes, %u restarts: %llu states, %llu generated (%.0f a second), depth %u, %llu MiB, %u local states, %u messages%s", setup.protocol.name.c_str(),
          setup.participants, setup.crashes, setup.restarts, static_cast<unsigned long long>(report.states), static_cast<unsigned long long>(report.generated),
          static_cast<double>(report.generated) / report.seconds, report.depth, static_cast<unsigned long long>(report.memory_bytes >> 20), model.local_states(), model.messages(), report.complete ? "" : ", not complete");
    for (const Found& found : report.violations) {
        qWarning("%s is broken by:", found.invariant.c_str());
        for (const std::uint32_t action : found.actions) qWarning("  %s", model.describe(action).c_str());
    }
    return report;
}

}  // namespace

class ExploreThreePhaseTest : public QObject {
    Q_OBJECT

    static ClusterSetup setup_of(const char* protocol, std::uint32_t participants, std::uint32_t crashes, std::uint32_t restarts) {
        ClusterSetup setup;
        setup.protocol.name = protocol;
        setup.participants = participants;
        setup.crashes = crashes;
        setup.restarts = restarts;
        return setup;
    }

  private slots:
    // Failures are detected accurately, links lose nothing and keep their order, restarted sites only ask; any number may fail, all of them too.
    void the_site_failure_rule_holds_under_its_assumptions_data() {
        QTest::addColumn<int>("participants");
        QTest::addColumn<int>("crashes");
        QTest::addColumn<int>("restarts");
        QTest::newRow("two participants, two crashes, two restarts") << 2 << 2 << 2;
        QTest::newRow("two participants, three crashes, one restart") << 2 << 3 << 1;
        QTest::newRow("three participants, one crash, one restart") << 3 << 1 << 1;
    }
    void the_site_failure_rule_holds_under_its_assumptions() {
        QFETCH(int, participants);
        QFETCH(int, crashes);
        QFETCH(int, restarts);
        ClusterSetup setup = setup_of("3pc", static_cast<std::uint32_t>(participants), static_cast<std::uint32_t>(crashes), static_cast<std::uint32_t>(restarts));
        setup.accurate_detector = true;
        setup.timeouts = false;  // over such links nothing need be said twice, and nothing is decided by time
        const Report report = explored(setup);
        QVERIFY(report.violations.empty());
        QVERIFY2(report.complete, report.stopped.c_str());
    }
    void and_breaks_without_them() {
        const Report report = explored(setup_of("3pc", 2, 0, 0));
        QCOMPARE(report.violations.size(), std::size_t{1});
        QVERIFY(report.violations.front().actions.size() <= 25);
    }
    void quorums_hold_whatever_fails_data() {
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<int>("participants");
        QTest::addColumn<int>("crashes");
        QTest::addColumn<bool>("complete");
        QTest::newRow("quorum, one participant, one crash") << QByteArray("3pc-quorum") << 1 << 1 << true;
        // Too many for the normal run: a bounded search, nearest states first, that says it is not complete.
        QTest::newRow("quorum, two participants, one crash") << QByteArray("3pc-quorum") << 2 << 1 << false;
        QTest::newRow("E3PC, two participants, one crash") << QByteArray("3pc-e3pc") << 2 << 1 << false;
    }
    void quorums_hold_whatever_fails() {
        QFETCH(QByteArray, protocol);
        QFETCH(int, participants);
        QFETCH(int, crashes);
        QFETCH(bool, complete);
        const auto failures = static_cast<std::uint32_t>(crashes);
        Bounds bounds;
        if (!complete) bounds.states_max = 2'000'000;
        const Report report = explored(setup_of(protocol.constData(), static_cast<std::uint32_t>(participants), failures, failures), bounds);
        QVERIFY(report.violations.empty());
        QVERIFY2(report.complete == complete, report.stopped.c_str());
    }
};
INDOUBT_TEST(ExploreThreePhaseTest);
#include "explore_three_phase_test.moc"
