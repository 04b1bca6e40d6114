// SPDX-License-Identifier: GPL-3.0-or-later
#include <set>

#include "simulation/scenario.h"
#include "simulation/seed.h"
#include "simulation/transcript.h"
#include "support/test_main.h"

using namespace indoubt::simulation;

class DeterminismTest : public QObject {
    Q_OBJECT
  private slots:
    void the_same_seed_is_the_same_life_event_for_event() {
        SeedOptions options;
        options.keep_trace = true;
        for (const std::uint64_t seed : {1, 17, 4711}) {
            const SeedReport first = run_seed(seed, options), second = run_seed(seed, options);
            QCOMPARE(first.trace_hash, second.trace_hash);
            QCOMPARE(first.trace.size(), second.trace.size());
            for (std::size_t i = 0; i < first.trace.size(); ++i) QVERIFY(indoubt::events::same_content(first.trace[i], second.trace[i]));
        }
    }
    void other_seeds_are_other_lives() {
        std::set<std::uint64_t> hashes;
        for (std::uint64_t seed = 1; seed <= 200; ++seed) hashes.insert(run_seed(seed).trace_hash);
        QCOMPARE(hashes.size(), std::size_t{200});
    }
    void a_transcript_is_the_trace_in_words() {
        SeedOptions options;
        options.keep_trace = true;
        const SeedReport report = run_seed(5, options);
        const QString text = QString::fromStdString(transcript(report.trace));
        QCOMPARE(static_cast<std::size_t>(text.count('\n')), report.trace.size());
        QVERIFY(text.contains("append PREPARED, forced"));
    }
    void seeds_that_once_broke_something_stay_good() {
        for (const std::uint64_t seed : {69, 264, 1183, 1191, 1688, 2250, 2299, 3290, 3625, 4150, 5056, 6121, 33228, 37326, 40784, 48379}) {
            const SeedReport report = run_seed(seed);
            QVERIFY2(report.good(), report.failure().c_str());
        }
    }
    // A waiting check leg was asked by a peer and "refused": in an earlier life it might have voted READ-ONLY, and the others
    // would then have rolled back a committed payment.
    void a_reader_that_has_not_voted_may_not_refuse() {
        const auto result = run_scenario(R"(cooperative: true
            participants { node: "A" accounts { account: "mara" currency: "EUR" balance: "100.00" } }
            participants { node: "B" accounts { account: "shop" currency: "EUR" } }
            participants { node: "D" accounts { account: "limit" currency: "EUR" balance: "9.00" } accounts { account: "other" currency: "EUR" } }
            steps { at_ms: 0 fault: "hold COMMIT from T to D" }
            steps { at_ms: 1 pay { reference: "LOCK" currency: "EUR" legs { kind: "debit" node: "D" account: "limit" amount: "1.00" } legs { kind: "credit" node: "D" account: "other" amount: "1.00" } } }
            steps { at_ms: 50 pay { reference: "PAY" currency: "EUR" legs { kind: "debit" node: "A" account: "mara" amount: "5.00" } legs { kind: "credit" node: "B" account: "shop" amount: "5.00" }
                                                  legs { kind: "check" node: "D" account: "limit" amount: "5.00" } } }
            steps { at_ms: 100 crash: "T" }
            stop_at_ms: 900
            expect { reference: "PAY" outcome: "in-doubt" blocked: "yes" }
            expect { reference: "PAY" node: "A" state: "prepared" blocked: "yes" }
            expect { reference: "PAY" node: "B" state: "prepared" blocked: "yes" })", "reader");
        QVERIFY2(result.ok(), result ? "" : result.error().message.c_str());
        for (const auto& expectation : result->expectations) QVERIFY2(expectation.holds, qPrintable(QString::fromStdString(expectation.text + "; found " + expectation.found)));
        QVERIFY(transcript(result->trace).find("receive PEER-INQUIRY") != std::string::npos);
    }
};
INDOUBT_TEST(DeterminismTest);
#include "determinism_test.moc"
