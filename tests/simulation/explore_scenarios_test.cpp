// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=600
// What the explorer finds is a scenario: taken again by the simulation, the independent checkers find the same invariant broken.
#include <algorithm>

#include "commit/machine.h"
#include "simulation/explore/run.h"
#include "simulation/scenario.h"
#include "support/test_main.h"

using namespace indoubt::simulation;
using namespace indoubt::simulation::explore;

class ExploreScenariosTest : public QObject {
    Q_OBJECT

    static ExploreOptions options_for(const std::string& protocol) {
        ExploreOptions options;
        ClusterSetup& setup = options.setup;
        setup.protocol.name = protocol;
        setup.participants = 2;
        setup.crashes = setup.restarts = 1;
        if (protocol == "x-quorum-commit-3pc" || protocol == "3pc") setup.crashes = setup.restarts = 0;
        if (protocol == "x-majority-2pc") setup.participants = 3;
        if (protocol == "x-unfenced-backup") setup.faults = 1;
        return options;
    }
    static bool same(std::string a, std::string b) {
        const auto lower = [](std::string& text) { std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); }); };
        lower(a);
        lower(b);
        return a == b;
    }
    static void breaks_again(const Violation& violation, const std::string& name) {
        const auto played = run_scenario(violation.scenario, name);
        QVERIFY2(played.ok(), played.ok() ? "" : played.error().message.c_str());
        for (const auto& remark : played->remarks) qInfo("%s", remark.c_str());
        QVERIFY2(std::none_of(played->remarks.begin(), played->remarks.end(), [](const std::string& remark) { return remark.find("cannot be made") != std::string::npos; }), violation.scenario.c_str());
        const auto broken = std::find_if(played->invariants.begin(), played->invariants.end(), [&](const auto& check) { return same(check.name, violation.invariant); });
        QVERIFY(broken != played->invariants.end());
        for (const auto& check : played->invariants)
            if (!check.holds) qInfo("  %s: %s", check.name.c_str(), check.why.c_str());
        QVERIFY2(broken->checked > 0 && !broken->holds, violation.scenario.c_str());
        QVERIFY(!played->good());
        QCOMPARE(played->transactions.size(), std::size_t{1});
    }

  private slots:
    void a_violation_breaks_the_same_invariant_when_it_is_simulated_data() {
        QTest::addColumn<QByteArray>("protocol");
        for (const auto& protocol : indoubt::commit::protocols())
            if (!protocol.payments) QTest::newRow(std::string(protocol.name).c_str()) << QByteArray(protocol.name.data(), static_cast<qsizetype>(protocol.name.size()));
        QTest::newRow("3pc without its assumptions") << QByteArray("3pc");
        QTest::newRow("a disk that lies") << QByteArray("2pc-pa");
    }
    void a_violation_breaks_the_same_invariant_when_it_is_simulated() {
        QFETCH(QByteArray, protocol);
        ExploreOptions options = options_for(protocol.toStdString());
        options.setup.lying_disks = protocol == "2pc-pa";
        options.exact = true;
        const auto found = explore::explore(options);
        QVERIFY(found.ok());
        QCOMPARE(found->violations.size(), std::size_t{1});
        QVERIFY(found->violations.front().steps.size() <= 25);
        breaks_again(found->violations.front(), protocol.toStdString());
    }

    // Also by way of the reduced search, which finds that there is one and leaves the way to the exact one.
    void the_reduced_search_hands_over_to_the_exact_one() {
        ExploreOptions options = options_for("x-premature-end");
        const auto reduced = explore::explore(options);
        options.exact = true;
        const auto exact = explore::explore(options);
        QVERIFY(reduced.ok() && exact.ok());
        QCOMPARE(reduced->violations.size(), std::size_t{1});
        QCOMPARE(reduced->violations.front().steps.size(), exact->violations.front().steps.size());
    }

    void a_walk_that_breaks_something_is_shortened() {
        for (const char* protocol : {"x-premature-end", "x-majority-2pc"}) {
            ClusterModel model(options_for(protocol).setup);
            WalkBounds bounds;
            bounds.walks = 2000;
            const Walks walks = walk(model, bounds);
            qInfo("%s: %llu walks, %llu steps, %.2f s: %s after %zu steps", protocol, static_cast<unsigned long long>(walks.walks), static_cast<unsigned long long>(walks.steps), walks.seconds,
                  walks.invariant.c_str(), walks.way.size());
            QVERIFY(!walks.invariant.empty());
            QVERIFY2(walks.way.size() <= 25, qPrintable(QString::number(walks.way.size())));
            const auto broken = follow(model, walks.way);
            QVERIFY(broken && broken->invariant == walks.invariant && broken->after == walks.way.size());
            // Nothing of it can be left out.
            for (std::size_t i = 0; i < walks.way.size(); ++i) {
                std::vector<std::uint32_t> shorter = walks.way;
                shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
                const auto still = follow(model, shorter);
                QVERIFY(!still || still->invariant != walks.invariant);
            }
            breaks_again({walks.invariant, {}, walks.way, scenario_text(model, walks.way, walks.invariant)}, protocol);
        }
    }

    void walks_are_the_same_for_a_seed_and_find_nothing_in_what_is_right() {
        WalkBounds bounds;
        bounds.walks = 300;
        bounds.seed = 7;
        for (const char* protocol : {"2pc-pa", "paxos-commit", "raft-2pc", "3pc-e3pc"}) {
            ExploreOptions options = options_for(protocol);
            options.setup.faults = protocol[0] == 'p' || protocol[0] == 'r' ? 1 : 0;
            ClusterModel once(options.setup), again(options.setup);
            const Walks first = walk(once, bounds), second = walk(again, bounds);
            qInfo("%s: %llu walks, %llu steps in %.2f s, %llu to a decision everywhere, %u states of single nodes", protocol, static_cast<unsigned long long>(first.walks),
                  static_cast<unsigned long long>(first.steps), first.seconds, static_cast<unsigned long long>(first.decided), first.local_states);
            QVERIFY(first.invariant.empty());
            QCOMPARE(first.steps, second.steps);
            QCOMPARE(first.local_states, second.local_states);
            QVERIFY(first.decided > 0);
        }
    }
};
INDOUBT_TEST(ExploreScenariosTest);
#include "explore_scenarios_test.moc"
