// SPDX-License-Identifier: GPL-3.0-or-later
// Runs stretches of seeds and remembers what they exercised. A failing seed prints the command that replays it.
#pragma once
#include "simulation/seed.h"
#include "support/test_main.h"

namespace indoubt::tests {

class SeedBatch {
  public:
    // Rows of 1000 seeds for a data-driven slot.
    static void rows(std::uint64_t first, std::uint64_t count) {
        QTest::addColumn<qulonglong>("first");
        for (std::uint64_t seed = first; seed < first + count; seed += 1000)
            QTest::newRow(qPrintable(QString("seeds %1 to %2").arg(seed).arg(seed + 999))) << static_cast<qulonglong>(seed);
    }
    void run() {
        QFETCH(qulonglong, first);
        int failed = 0;
        for (std::uint64_t seed = first; seed < first + 1000; ++seed) {
            simulation::SeedOptions options;
            options.check_determinism = seed % 50 == 0;
            const simulation::SeedReport report = simulation::run_seed(seed, options);
            m_coverage.merge(report.coverage);
            QVERIFY(report.payments >= 20 && report.faults >= 5);
            if (!report.good() && ++failed <= 5) qWarning("seed %llu\n%s", static_cast<unsigned long long>(seed), report.failure().c_str());
        }
        QCOMPARE(failed, 0);
    }
    void verify_everything_was_hit() const {
        QStringList missing;
        for (const std::string& name : m_coverage.missing()) missing << QString::fromStdString(name);
        QVERIFY2(missing.isEmpty(), qPrintable("never hit: " + missing.join(", ")));
    }

  private:
    simulation::Coverage m_coverage;
};

}  // namespace indoubt::tests
