// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=600
// Every reachable state of the real two-phase cores, as far as the normal run has time for.
#include "simulation/explore/cluster_model.h"
#include "support/test_main.h"

using namespace indoubt::simulation::explore;

namespace {

Report explored(const ClusterSetup& setup) {
    ClusterModel model(setup);
    StateSet seen(model.words());
    Report report = search(model, {}, seen);
    qInfo("%s: %u participants, %u crashes, %u restarts: %llu states, %llu generated (%.0f a second), depth %u, %llu MiB, %u local states, %u messages", setup.protocol.name.c_str(), setup.participants, setup.crashes,
          setup.restarts, static_cast<unsigned long long>(report.states), static_cast<unsigned long long>(report.generated), static_cast<double>(report.generated) / report.seconds,
          report.depth, static_cast<unsigned long long>(report.memory_bytes >> 20), model.local_states(), model.messages());
    for (const Found& found : report.violations) {
        qWarning("%s is broken by:", found.invariant.c_str());
        for (const std::uint32_t action : found.actions) qWarning("  %s", model.describe(action).c_str());
    }
    return report;
}

}  // namespace

class ExploreTwoPhaseTest : public QObject {
    Q_OBJECT

  private slots:
    void variants_keep_their_promises_data() {
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<int>("participants");
        QTest::addColumn<int>("crashes");
        QTest::addColumn<int>("restarts");
        for (const char* protocol : {"2pc-pa", "2pc", "2pc-pc"}) {
            QTest::addRow("%s, one participant, two crashes", protocol) << QByteArray(protocol) << 1 << 2 << 2;
            QTest::addRow("%s, two participants, no crash", protocol) << QByteArray(protocol) << 2 << 0 << 0;
        }
        QTest::addRow("2pc-pa, two participants, one crash") << QByteArray("2pc-pa") << 2 << 1 << 1;
    }
    void variants_keep_their_promises() {
        QFETCH(QByteArray, protocol);
        QFETCH(int, participants);
        QFETCH(int, crashes);
        QFETCH(int, restarts);
        ClusterSetup setup;
        setup.protocol.name = protocol.toStdString();
        setup.participants = static_cast<std::uint32_t>(participants);
        setup.crashes = static_cast<std::uint32_t>(crashes);
        setup.restarts = static_cast<std::uint32_t>(restarts);
        setup.read_only_votes = participants == 1;
        const Report report = explored(setup);
        QVERIFY(report.violations.empty());
        QVERIFY2(report.complete, report.stopped.c_str());
        QVERIFY(report.states > 1000);
    }

    // The search can fail: a disk that forgets a forced PREPARED lets a branch vote twice, or leaves a COMMIT nobody recovers.
    void a_disk_that_lies_breaks_them() {
        ClusterSetup setup;
        setup.participants = 2;
        setup.crashes = setup.restarts = 1;
        setup.lying_disks = true;
        ClusterModel model(setup);
        StateSet seen(model.words());
        const Report report = search(model, {}, seen);
        QCOMPARE(report.violations.size(), std::size_t{1});
        QVERIFY(!report.complete);
        const Found& found = report.violations.front();
        QVERIFY2(found.actions.size() <= 25, qPrintable(QString::number(found.actions.size())));
        bool lied = false;
        for (const std::uint32_t action : found.actions) {
            qInfo("  %s", model.describe(action).c_str());
            lied = lied || model.describe(action).find("lied") != std::string::npos;
        }
        QVERIFY(lied);
        qInfo("%s", found.invariant.c_str());
    }
};
INDOUBT_TEST(ExploreTwoPhaseTest);
#include "explore_two_phase_test.moc"
