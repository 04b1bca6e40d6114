// SPDX-License-Identifier: GPL-3.0-or-later
// The cost table of presumed abort, counted from the events of real runs.
#include "checks/cost.h"

#include "simulation/world.h"
#include "support/test_main.h"

using namespace indoubt;
using checks::Cost;
using events::LegKind;

namespace {

constexpr std::int64_t ms = 1'000'000;
const base::Currency eur = base::Currency::of("EUR");

// One payment over n participants: `no` of them have too little money, `readers` only check.
Cost run(int n, int no, int readers) {
    simulation::WorldSetup setup;
    for (int i = 0; i < n; ++i) setup.participants.push_back(base::NodeId::of("P" + std::to_string(i)));
    simulation::World world(setup);
    for (const auto node : world.nodes()) world.start(node);
    world.run_until(20 * ms);
    for (const auto node : setup.participants) world.open_accounts(node, {{"rich", "", eur, 1'000'000, -1}, {"poor", "", eur, 0, -1}});
    world.run_until(50 * ms);
    events::Payment payment;
    payment.idempotency_key = "k";
    for (int i = 0; i < n; ++i) {
        const auto node = setup.participants[static_cast<std::size_t>(i)];
        if (i < readers) payment.legs.push_back({node, LegKind::check, "rich", {100, eur}});
        else {  // each updater moves money between two accounts of its own: its legs sum to zero
            payment.legs.push_back({node, LegKind::debit, i < readers + no ? "poor" : "rich", {100, eur}});
            payment.legs.push_back({node, LegKind::credit, i < readers + no ? "rich" : "poor", {100, eur}});
        }
    }
    payment.amount = {100 * std::max(1, n - readers), eur};
    world.submit(std::make_shared<const events::Payment>(payment), std::nullopt, {});
    world.run_until_quiet(5000 * ms);
    const checks::Trace trace(world.trace());
    return checks::cost_of(trace, trace.stories().front());
}

std::string words(const Cost& cost) {
    return std::to_string(cost.messages) + " messages, " + std::to_string(cost.delays) + " delays, " + std::to_string(cost.forced_writes) + " forced writes";
}

}  // namespace

class CostTest : public QObject {
    Q_OBJECT
    static Cost cost(int messages, int delays, int forced) { return {static_cast<std::uint32_t>(messages), static_cast<std::uint32_t>(delays), static_cast<std::uint32_t>(forced)}; }

  private slots:
    void a_commit_costs_4n_messages_3_delays_and_2n_plus_1_forced_writes() {
        for (int n = 1; n <= 8; ++n) QCOMPARE(words(run(n, 0, 0)), words(cost(4 * n, 3, 2 * n + 1)));
    }
    void an_abort_by_k_no_votes_costs_3n_minus_k_messages_and_n_minus_k_forced_writes() {
        for (int n = 1; n <= 8; ++n)
            for (int k = 1; k <= n; ++k) {
                const Cost counted = run(n, k, 0);
                QCOMPARE(words(counted), words(cost(3 * n - k, static_cast<int>(counted.delays), n - k)));
            }
    }
    void readers_leave_the_second_phase() {
        for (int n = 2; n <= 8; ++n)
            for (int r = 1; r < n; ++r) QCOMPARE(words(run(n, 0, r)), words(cost(4 * n - 2 * r, 3, 2 * (n - r) + 1)));
    }
    void nothing_but_readers_forces_nothing() {
        for (int n = 1; n <= 8; ++n) QCOMPARE(words(run(n, 0, n)), words(cost(2 * n, 0, 0)));
    }
};
INDOUBT_TEST(CostTest);
#include "cost_test.moc"
