// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/seed.h"
#include "simulation/transcript.h"
#include "support/test_main.h"

using namespace indoubt::simulation;

class SeedsTest : public QObject {
    Q_OBJECT
  private slots:
    void many_seeds_keep_every_invariant() {
        Coverage coverage;
        const std::uint64_t from = qEnvironmentVariableIsSet("INDOUBT_SEED") ? qEnvironmentVariable("INDOUBT_SEED").toULongLong() : 1;
        const std::uint64_t count = qEnvironmentVariableIsSet("INDOUBT_SEEDS") ? qEnvironmentVariable("INDOUBT_SEEDS").toULongLong() : 300;
        std::uint64_t events = 0, bad = 0;
        for (std::uint64_t seed = from; seed < from + count; ++seed) {
            SeedOptions options;
            options.check_determinism = seed % 50 == 0;
            const SeedReport report = run_seed(seed, options);
            coverage.merge(report.coverage);
            events += report.events;
            if (!report.good() && qEnvironmentVariableIsSet("INDOUBT_SHOW")) {
                TranscriptOptions show;
                for (const auto& check : report.checks)
                    for (const auto& event : report.trace)
                        if (check.event && event.ref() == *check.event && !event.xid.empty()) show.xid = event.xid;
                fputs(transcript(report.trace, show).c_str(), stderr);
            }
            if (!report.good() && ++bad <= 10) qWarning("seed %llu: %s", static_cast<unsigned long long>(seed), report.failure().c_str());
        }
        for (const auto& name : coverage.missing()) qWarning("never hit: %s", name.c_str());
        for (const auto& [name, n] : coverage.faults) qInfo("%s %llu", name.c_str(), (unsigned long long)n);
        for (const auto& [name, n] : coverage.points) qInfo("%s %llu", name.c_str(), (unsigned long long)n);
        for (const auto& [name, n] : coverage.checks) qInfo("%s %llu", name.c_str(), (unsigned long long)n);
        qInfo("%llu events", (unsigned long long)events);
        QCOMPARE(bad, std::uint64_t{0});
    }
};
INDOUBT_TEST(SeedsTest);
#include "seeds_test.moc"
