// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=900
// Random lives of every protocol that may carry a payment, beside the default one, which has the two halves to itself.
#include "checks/rules.h"
#include "commit/machine.h"
#include "simulation/seed.h"
#include "support/test_main.h"

using namespace indoubt;


class SeedsFamilyTest : public QObject {
    Q_OBJECT
    static constexpr std::uint64_t seeds = 1000;

  private slots:
    void random_lives_keep_every_invariant_data() {
        QTest::addColumn<QByteArray>("protocol");
        for (const commit::Protocol& protocol : commit::protocols())
            if (protocol.payments && protocol.name != "2pc-pa") QTest::newRow(std::string(protocol.name).c_str()) << QByteArray(protocol.name.data(), static_cast<qsizetype>(protocol.name.size()));
    }
    void random_lives_keep_every_invariant() {
        QFETCH(QByteArray, protocol);
        int failed = 0;
        std::uint64_t committed = 0, aborted = 0;
        simulation::Coverage coverage;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            simulation::SeedOptions options;
            options.protocol = protocol.toStdString();
            options.check_determinism = seed % 50 == 0;
            const simulation::SeedReport report = simulation::run_seed(seed, options);
            coverage.merge(report.coverage);
            committed += report.committed;
            aborted += report.aborted;
            if (!report.good() && ++failed <= 3) qWarning("seed %llu\n%s", static_cast<unsigned long long>(seed), report.failure().c_str());
        }
        qInfo("%s: %llu seeds, %llu commits and %llu aborts decided", protocol.constData(), static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(committed),
              static_cast<unsigned long long>(aborted));
        for (const auto& [name, count] : coverage.checks)
            if (checks::rules_of(protocol.toStdString()).concerns(name)) QVERIFY2(count > 0, (name + " was never exercised").c_str());
        QCOMPARE(failed, 0);
    }
};
INDOUBT_TEST(SeedsFamilyTest);
#include "seeds_family_test.moc"
