// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/readiness.h"

#include <algorithm>
#include <cmath>

#include "simulation/shape.h"
#include "simulation/world.h"

namespace indoubt::simulation {

namespace {

constexpr std::int64_t ms = 1'000'000;

// Each participant moves money between two accounts of its own; one that is not ready finds its account empty.
events::PaymentPtr payment_of(const std::vector<NodeId>& participants, const std::vector<bool>& ready, std::uint32_t number) {
    const auto eur = base::Currency::of("EUR");
    auto payment = std::make_shared<events::Payment>();
    payment->idempotency_key = "payment-" + std::to_string(number);
    for (std::size_t i = 0; i < participants.size(); ++i) {
        payment->legs.push_back({participants[i], events::LegKind::debit, ready[i] ? "rich" : "empty", {1, eur}});
        payment->legs.push_back({participants[i], events::LegKind::credit, "sink", {1, eur}});
    }
    payment->amount = {static_cast<std::int64_t>(participants.size()), eur};
    return payment;
}

}  // namespace

base::Result<Readiness> measure_readiness(const ReadinessSetup& setup) {
    if (auto known = commit::find_protocol(setup.protocol); !known) return known.error();
    if (setup.participants < 1 || setup.participants > 16) return base::invalid_argument("--participants: 1 to 16");
    if (setup.faults > 3) return base::invalid_argument("--faults: 0 to 3");
    if (!(setup.ready >= 0 && setup.ready <= 1)) return base::invalid_argument("--ready: a probability, 0 to 1");
    if (setup.payments < 1 || setup.payments > 100'000) return base::invalid_argument("--payments: 1 to 100000");

    const auto eur = base::Currency::of("EUR");
    WorldSetup made;
    made.shape = std::make_shared<const events::ClusterShape>(make_shape({{setup.protocol, false}, setup.participants, setup.faults, false}));
    made.seed = setup.seed;
    World world(made);
    for (const NodeId node : world.nodes()) world.start(node);
    world.run_until(1000 * ms);
    const std::vector<NodeId> participants = world.participants();
    for (const NodeId node : participants) world.open_accounts(node, {{"rich", "", eur, 1'000'000, -1}, {"empty", "", eur, 0, -1}, {"sink", "", eur, 0, -1}});
    world.run_until(1500 * ms);

    Readiness result;
    result.payments = setup.payments;
    const double n = setup.participants, p = setup.ready;
    result.all_theory = std::pow(p, n);
    result.one_theory = 1 - std::pow(1 - p, n);
    result.margin = 1.96 * std::sqrt(result.all_theory * (1 - result.all_theory) / setup.payments);
    base::Prng prng(setup.seed);
    for (std::uint32_t i = 0; i < setup.payments; ++i) {
        std::vector<bool> ready;
        for (std::uint32_t k = 0; k < setup.participants; ++k) ready.push_back(static_cast<double>(prng.below(1'000'000)) < p * 1e6);
        result.all_ready += std::all_of(ready.begin(), ready.end(), [](bool is) { return is; });
        result.one_ready += std::any_of(ready.begin(), ready.end(), [](bool is) { return is; });
        bool over = false;
        world.submit(payment_of(participants, ready, i), std::nullopt, [&](const runtime::OutAnswer& answer) {
            if (!answer.applied || over) return;
            over = true;
            result.committed += answer.outcome == events::Outcome::commit;
        });
        for (int step = 0; step < 10'000 && !over; ++step) world.run_until(world.now_ns() + ms);
        if (!over) return base::unavailable("payment " + std::to_string(i + 1) + " did not end within 10 s of virtual time");
        world.take_trace();  // nothing of it is needed, and it would grow
    }
    return result;
}

}  // namespace indoubt::simulation
