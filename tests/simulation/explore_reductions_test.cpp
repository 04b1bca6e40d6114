// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=600
// What the reduced search leaves out changes no verdict: it is compared with the exact one, and each reduction with its absence.
#include <algorithm>
#include <set>

#include "simulation/explore/reduced_model.h"
#include "support/test_main.h"

using namespace indoubt::simulation::explore;

namespace {

// What was done at each node, and who is up.
using Deeds = std::vector<std::pair<std::uint32_t, bool>>;

ClusterSetup setup_of(const char* protocol, std::uint32_t participants, std::uint32_t crashes) {
    ClusterSetup setup;
    setup.protocol.name = protocol;
    setup.participants = participants;
    setup.crashes = setup.restarts = crashes;
    return setup;
}

struct Searched {
    Report report;
    std::set<Deeds> deeds;
    std::uint64_t orbits = 0;
    std::size_t renamings = 0;
    std::vector<std::string> refused;
};

Searched exactly(const ClusterSetup& setup) {
    ClusterModel model(setup);
    StateSet seen(model.words());
    Searched out;
    out.report = search(model, {}, seen);
    for (std::uint32_t id = 0; id < seen.size(); ++id) {
        Deeds deeds;
        for (std::uint32_t node = 0; node < model.nodes(); ++node) {
            const LocalState& local = model.local(seen.state(id), node);
            deeds.push_back({local.deeds, local.core.has_value()});
        }
        out.deeds.insert(deeds);
    }
    return out;
}

Searched reduced(const ClusterSetup& setup, const Reductions& reductions) {
    ClusterModel model(setup);
    const Closure closure = close(model, 10'000'000);
    Searched out;
    if (!closure.finished) return out;
    ReducedModel by(model, closure, reductions);
    StateSet seen(by.words());
    out.report = search(by, {}, seen);
    out.renamings = by.symmetry().renamings.size();
    out.refused = by.symmetry().refused;
    for (std::uint32_t id = 0; id < seen.size(); ++id) {
        out.orbits += by.orbit(seen.state(id));
        Deeds deeds;
        for (std::uint32_t node = 0; node < model.nodes(); ++node) deeds.push_back({by.deeds(seen.state(id), node), by.up(seen.state(id), node)});
        out.deeds.insert(deeds);
        for (const Renaming& renaming : by.symmetry().renamings) {
            Deeds renamed = deeds;
            for (std::uint32_t node = 0; node < model.nodes(); ++node) renamed[renaming.node[node]] = deeds[node];
            out.deeds.insert(renamed);
        }
    }
    return out;
}

constexpr Reductions nothing{false, false, false}, all{};

}  // namespace

class ExploreReductionsTest : public QObject {
    Q_OBJECT

    static void print(const char* what, const Searched& one) {
        qInfo("  %-34s %9llu states, %10llu generated%s", what, static_cast<unsigned long long>(one.report.states), static_cast<unsigned long long>(one.report.generated), one.report.complete ? "" : ", not complete");
    }

  private slots:
    void the_reduced_search_sees_what_the_exact_one_sees_data() {
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<int>("participants");
        QTest::addColumn<int>("crashes");
        for (const char* protocol : {"2pc-pa", "2pc", "2pc-pc"}) {
            QTest::addRow("%s, one participant, two crashes", protocol) << QByteArray(protocol) << 1 << 2;
            QTest::addRow("%s, two participants, one crash", protocol) << QByteArray(protocol) << 2 << 1;
        }
        QTest::addRow("2pc-pa, three participants, no crash") << QByteArray("2pc-pa") << 3 << 0;
        QTest::addRow("3pc-quorum, one participant, one crash") << QByteArray("3pc-quorum") << 1 << 1;
        QTest::addRow("3pc-e3pc, one participant, no crash") << QByteArray("3pc-e3pc") << 1 << 0;
    }
    // Every combination of deeds at all nodes that one search reaches the other reaches too, so both come to one verdict about anything
    // that can be said of deeds.
    void the_reduced_search_sees_what_the_exact_one_sees() {
        QFETCH(QByteArray, protocol);
        QFETCH(int, participants);
        QFETCH(int, crashes);
        const ClusterSetup setup = setup_of(protocol.constData(), static_cast<std::uint32_t>(participants), static_cast<std::uint32_t>(crashes));
        const Searched exact = exactly(setup);
        print("exact", exact);
        QVERIFY(exact.report.complete && exact.report.violations.empty());
        Reductions steps[] = {nothing, {false, true, false}, {false, true, true}, all};
        const char* names[] = {"what anything can tell apart", "without dead messages", "what can be said is said", "and renamed"};
        for (int i = 0; i < 4; ++i) {
            const Searched less = reduced(setup, steps[i]);
            print(names[i], less);
            QVERIFY(less.report.complete && less.report.violations.empty());
            QCOMPARE(less.deeds.size(), exact.deeds.size());
            QVERIFY(less.deeds == exact.deeds);
            QVERIFY(less.report.states <= exact.report.states);
        }
    }

    void states_without_symmetry_are_the_sum_of_the_orbits_data() {
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<int>("participants");
        QTest::addColumn<int>("crashes");
        QTest::addColumn<int>("renamings");
        for (const char* protocol : {"2pc-pa", "2pc", "2pc-pc"}) QTest::addRow("%s, two participants", protocol) << QByteArray(protocol) << 2 << 1 << 2;
        QTest::addRow("2pc-pa, three participants") << QByteArray("2pc-pa") << 3 << 0 << 6;
    }
    void states_without_symmetry_are_the_sum_of_the_orbits() {
        QFETCH(QByteArray, protocol);
        QFETCH(int, participants);
        QFETCH(int, crashes);
        QFETCH(int, renamings);
        const ClusterSetup setup = setup_of(protocol.constData(), static_cast<std::uint32_t>(participants), static_cast<std::uint32_t>(crashes));
        for (Reductions reductions : {nothing, Reductions{false, true, false}, all}) {
            reductions.symmetry = false;
            const Searched named = reduced(setup, reductions);
            reductions.symmetry = true;
            const Searched renamed = reduced(setup, reductions);
            QCOMPARE(renamed.renamings, static_cast<std::size_t>(renamings));
            QVERIFY(renamed.report.complete && named.report.complete);
            QVERIFY(renamed.report.states < named.report.states);
            QCOMPARE(renamed.orbits, named.report.states);
            QVERIFY(renamed.deeds == named.deeds);
        }
    }

    void participants_that_differ_are_not_interchangeable() {
        ClusterSetup setup = setup_of("2pc-pa", 2, 1);
        setup.agreeable = 1;  // A never votes NO
        const Searched two = reduced(setup, all);
        QCOMPARE(two.renamings, std::size_t{1});
        QCOMPARE(two.refused.size(), std::size_t{1});
        qInfo("%s", two.refused.front().c_str());
        QVERIFY(two.deeds == exactly(setup).deeds);
        setup.participants = 3;
        setup.crashes = setup.restarts = 0;
        QCOMPARE(reduced(setup, all).renamings, std::size_t{2});  // B and C still are
    }

    void a_protocol_that_is_wrong_stays_wrong_data() {
        QTest::addColumn<QByteArray>("protocol");
        for (const char* protocol : {"x-majority-2pc", "x-premature-end", "x-pc-unforced-collecting", "a disk that lies"}) QTest::newRow(protocol) << QByteArray(protocol);
    }
    void a_protocol_that_is_wrong_stays_wrong() {
        QFETCH(QByteArray, protocol);
        ClusterSetup setup = setup_of(protocol.constData(), 2, 1);
        if (protocol == "x-majority-2pc") setup = setup_of(protocol.constData(), 3, 0);
        if (!protocol.startsWith("x-")) setup.protocol.name = "2pc-pa", setup.lying_disks = true;
        for (const Reductions& reductions : {nothing, Reductions{true, false, false}, Reductions{false, true, false}, Reductions{false, false, true}, all}) {
            const Searched found = reduced(setup, reductions);
            QCOMPARE(found.report.violations.size(), std::size_t{1});
            QVERIFY(found.report.violations.front().actions.size() <= 25);
        }
    }
};
INDOUBT_TEST(ExploreReductionsTest);
#include "explore_reductions_test.moc"
