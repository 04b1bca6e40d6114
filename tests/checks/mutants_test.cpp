// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks/mutants.h"

#include <set>

#include "checks/check.h"
#include "simulation/seed.h"
#include "support/test_main.h"

using namespace indoubt;
using simulation::SeedOptions;
using simulation::SeedReport;

class MutantsTest : public QObject {
    Q_OBJECT
    // The first seed at which the invariant of this name breaks; 0: none did.
    static std::uint64_t caught_at(const SeedOptions& options, const std::string& invariant, std::uint64_t most) {
        for (std::uint64_t seed = 1; seed <= most; ++seed) {
            const SeedReport report = simulation::run_seed(seed, options);
            for (const auto& check : report.checks)
                if (check.name == invariant && !check.holds) return seed;
        }
        return 0;
    }

  private slots:
    void every_invariant_has_a_mutant() {
        std::set<std::string> caught;
        for (const auto& mutant : tests::mutants()) caught.insert(mutant.caught_by);
        caught.insert("Blocked label");  // its liar is below
        for (const auto name : checks::check_names()) QVERIFY2(caught.contains(std::string(name)), std::string(name).c_str());
        QCOMPARE(caught.size(), checks::check_names().size());
    }
    void its_checker_catches_every_mutant_by_name_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < tests::mutants().size(); ++i)
            QTest::newRow((tests::mutants()[i].protocol + " by " + tests::mutants()[i].caught_by).c_str()) << static_cast<int>(i);
    }
    void its_checker_catches_every_mutant_by_name() {
        QFETCH(int, index);
        const auto& mutant = tests::mutants()[static_cast<std::size_t>(index)];
        SeedOptions options;
        options.protocol = mutant.protocol;
        options.faults = mutant.faults;
        options.check_determinism = mutant.caught_by == "Determinism";
        QVERIFY2(caught_at(options, mutant.caught_by, mutant.faults ? 600 : 5) != 0, "nobody noticed");
    }
    void a_liar_about_blocked_branches_is_caught_both_ways() {
        SeedOptions options;
        options.distort_label = [](bool) { return true; };
        QVERIFY(caught_at(options, "Blocked label", 20) != 0);
        options.distort_label = [](bool) { return false; };
        QVERIFY(caught_at(options, "Blocked label", 200) != 0);
    }
    void the_wrapper_itself_breaks_nothing() {
        SeedOptions options;
        options.protocol = "m-healthy";
        for (std::uint64_t seed = 1; seed <= 50; ++seed) {
            const SeedReport report = simulation::run_seed(seed, options);
            QVERIFY2(report.good(), report.failure().c_str());
        }
    }
    void a_failing_seed_names_the_command_that_replays_it() {
        SeedOptions options;
        options.protocol = "m-two-faced";
        options.faults = false;
        const SeedReport report = simulation::run_seed(3, options);
        QVERIFY(!report.good());
        QVERIFY2(report.failure().find("indoubtctl simulate --protocol m-two-faced --seed 3\n") != std::string::npos, report.failure().c_str());
        QVERIFY(!report.trace.empty());
    }
};
INDOUBT_TEST(MutantsTest);
#include "mutants_test.moc"
