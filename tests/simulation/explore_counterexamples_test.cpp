// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=600
// Each counter-example is refuted by a trace that the explorer finds, and a short one.
#include "commit/machine.h"
#include "simulation/explore/cluster_model.h"
#include "support/test_main.h"

using namespace indoubt::simulation::explore;

class ExploreCounterexamplesTest : public QObject {
    Q_OBJECT

    static ClusterSetup setup_for(const std::string& protocol) {
        ClusterSetup setup;
        setup.protocol.name = protocol;
        setup.participants = 2;
        setup.crashes = setup.restarts = 1;
        if (protocol == "x-quorum-commit-3pc") setup.crashes = setup.restarts = 0;
        if (protocol == "x-majority-2pc") setup.participants = 3;
        if (protocol == "x-unfenced-backup") setup.faults = 1;
        return setup;
    }

  private slots:
    void the_explorer_refutes_it_data() {
        QTest::addColumn<QByteArray>("protocol");
        for (const auto& protocol : indoubt::commit::protocols())
            if (!protocol.payments) QTest::newRow(std::string(protocol.name).c_str()) << QByteArray(protocol.name.data(), static_cast<qsizetype>(protocol.name.size()));
    }
    void the_explorer_refutes_it() {
        QFETCH(QByteArray, protocol);
        ClusterModel model(setup_for(protocol.toStdString()));
        StateSet seen(model.words());
        const Report report = search(model, {}, seen);
        QCOMPARE(report.violations.size(), std::size_t{1});
        const Found& found = report.violations.front();
        qInfo("%s: %s after %zu steps, %llu states looked at", protocol.constData(), found.invariant.c_str(), found.actions.size(), static_cast<unsigned long long>(report.states));
        for (const std::uint32_t action : found.actions) qInfo("  %s", model.describe(action).c_str());
        QVERIFY2(found.actions.size() <= 25, qPrintable(QString::number(found.actions.size())));
    }
};
INDOUBT_TEST(ExploreCounterexamplesTest);
#include "explore_counterexamples_test.moc"
