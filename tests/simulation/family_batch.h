// SPDX-License-Identifier: GPL-3.0-or-later
// Random lives of one protocol of the family, `count` seeds from `first` on.
#pragma once
#include "checks/rules.h"
#include "commit/machine.h"
#include "simulation/seed.h"

#include <QtTest>

namespace indoubt::tests {

// Every protocol that may carry a payment; presumed abort, whose seeds are elsewhere, only if asked for.
inline void family_rows(bool with_default) {
    QTest::addColumn<QByteArray>("protocol");
    for (const commit::Protocol& protocol : commit::protocols())
        if (protocol.payments && (with_default || protocol.name != "2pc-pa"))
            QTest::newRow(std::string(protocol.name).c_str()) << QByteArray(protocol.name.data(), static_cast<qsizetype>(protocol.name.size()));
}

inline void run_family(const QByteArray& protocol, std::uint64_t first, std::uint64_t count) {
    int failed = 0;
    std::uint64_t committed = 0, aborted = 0;
    simulation::Coverage coverage;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        simulation::SeedOptions options;
        options.protocol = protocol.toStdString();
        options.check_determinism = seed % 50 == 0;
        const simulation::SeedReport report = simulation::run_seed(seed, options);
        coverage.merge(report.coverage);
        committed += report.committed;
        aborted += report.aborted;
        if (!report.good() && ++failed <= 3) qWarning("seed %llu\n%s", static_cast<unsigned long long>(seed), report.failure().c_str());
    }
    qInfo("%s: %llu seeds, %llu commits and %llu aborts decided", protocol.constData(), static_cast<unsigned long long>(count), static_cast<unsigned long long>(committed),
          static_cast<unsigned long long>(aborted));
    for (const auto& [name, hits] : coverage.checks)
        if (checks::rules_of(protocol.toStdString()).concerns(name)) QVERIFY2(hits > 0, (name + " was never exercised").c_str());
    QCOMPARE(failed, 0);
}

}  // namespace indoubt::tests
