// SPDX-License-Identifier: GPL-3.0-or-later
// The search against published numbers: reachable states of two specifications by Gray and Lamport.
#include "simulation/explore/spec_models.h"
#include "support/test_main.h"

using namespace indoubt::simulation::explore;

namespace {

// TwoPhase that commits without waiting for anybody's Prepared.
class HastySpec final : public Model {
  public:
    std::size_t words() const override { return m_right.words(); }
    void initial(Successors& out) override { m_right.initial(out); }
    void successors(const std::uint32_t* state, Successors& out) override {
        m_right.successors(state, out);
        if ((*state & (3u << 6)) == 0) *out.add(0) = *state | (1u << 6);
    }
    std::string violated(const std::uint32_t* state) override { return m_right.violated(state); }

  private:
    TwoPhaseSpec m_right{3};
};

template <class Spec>
Report explored(std::uint32_t managers) {
    Spec spec(managers);
    StateSet seen(spec.words());
    return search(spec, {}, seen);
}

}  // namespace

class ExploreSpecsTest : public QObject {
    Q_OBJECT

  private slots:
    void two_phase_has_its_published_number_of_states() {
        const std::vector<std::uint64_t> published = {56, 288, 1568, 8832, 50816};
        for (std::uint32_t managers = 2; managers <= 6; ++managers) {
            const Report report = explored<TwoPhaseSpec>(managers);
            QCOMPARE(report.states, published[managers - 2]);
            QVERIFY(report.complete);
            QVERIFY(report.violations.empty());
            if (managers == 6) qInfo("TwoPhase, 6 managers: %llu states, %llu generated, %.3f s", static_cast<unsigned long long>(report.states),
                                     static_cast<unsigned long long>(report.generated), report.seconds);
        }
    }

    void transaction_commit_has_its_published_number_of_states() {
        const std::vector<std::uint64_t> published = {12, 34, 96, 274, 792};
        for (std::uint32_t managers = 2; managers <= 6; ++managers) QCOMPARE(explored<TCommitSpec>(managers).states, published[managers - 2]);
    }

    void a_broken_rule_is_found_by_a_shortest_way() {
        HastySpec spec;
        StateSet seen(spec.words());
        const Report report = search(spec, {}, seen);
        QVERIFY(!report.complete);
        QCOMPARE(report.violations.size(), std::size_t{1});
        QCOMPARE(report.violations.front().invariant, std::string("TCConsistent"));
        QCOMPARE(report.violations.front().actions.size(), std::size_t{3});  // one aborts, the other hears a commit nobody may send
    }

    void a_bound_makes_it_incomplete_and_says_so() {
        TwoPhaseSpec spec(7);
        StateSet seen(spec.words());
        Bounds bounds;
        bounds.states_max = 60'000;
        const Report report = search(spec, bounds, seen);
        QVERIFY(!report.complete);
        QCOMPARE(report.stopped, std::string("the bound of 60000 states was reached"));
    }

    void whoever_watches_may_cancel() {
        TwoPhaseSpec spec(7);
        StateSet seen(spec.words());
        const Report report = search(spec, {}, seen, [](const Progress& progress) { return progress.states < 1; });
        QVERIFY(!report.complete);
        QCOMPARE(report.stopped, std::string("cancelled"));
    }
};
INDOUBT_TEST(ExploreSpecsTest);
#include "explore_specs_test.moc"
