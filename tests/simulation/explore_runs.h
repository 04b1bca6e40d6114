// SPDX-License-Identifier: GPL-3.0-or-later
// One exploration of a test: its figures printed, its violations told.
#pragma once
#include "simulation/explore/run.h"
#include "support/test_main.h"

namespace indoubt::tests {

struct Explored {
    QByteArray protocol;
    std::uint32_t participants, faults, crashes, restarts;
    std::uint64_t ballots = 3;
    bool read_only = false;
};

inline simulation::explore::Exploration run_exploration(const Explored& one, const simulation::explore::Bounds& bounds = {}, std::uint64_t walks = 0) {
    using namespace simulation::explore;
    ExploreOptions options;
    ClusterSetup& setup = options.setup;
    setup.protocol.name = one.protocol.toStdString();
    setup.participants = one.participants;
    setup.faults = one.faults;
    setup.crashes = one.crashes;
    setup.restarts = one.restarts;
    setup.max_ballot = one.ballots;
    setup.read_only_votes = one.read_only;
    options.bounds = bounds;
    options.classify = false;
    options.walks.walks = walks;
    auto result = explore(options);
    if (!result.ok()) {
        qWarning("%s", result.error().message.c_str());
        return {};
    }
    const Report& report = result->report;
    qInfo("%s: N=%u F=%u, %u crashes, %u restarts, ballots to %llu: %llu states (%llu without symmetry), %llu generated, depth %u, %.1f s in all, %llu MiB, %s", one.protocol.constData(), one.participants, one.faults, one.crashes,
          one.restarts, static_cast<unsigned long long>(one.ballots), static_cast<unsigned long long>(report.states), static_cast<unsigned long long>(std::max(result->states_unrenamed, report.states)),
          static_cast<unsigned long long>(report.generated), report.depth, result->seconds, static_cast<unsigned long long>(report.memory_bytes >> 20), report.complete ? "complete" : report.stopped.c_str());
    for (const auto& line : result->reductions) qInfo("  %s", line.c_str());
    if (result->walks.walks > 0)
        qInfo("  beyond it %llu walks, %llu steps, %llu to a decision everywhere, %u states of single nodes in %.1f s: not complete", static_cast<unsigned long long>(result->walks.walks),
              static_cast<unsigned long long>(result->walks.steps), static_cast<unsigned long long>(result->walks.decided), result->walks.local_states, result->walks.seconds);
    for (const Violation& violation : result->violations) {
        qWarning("%s is broken by:", violation.invariant.c_str());
        for (const auto& step : violation.steps) qWarning("  %s", step.c_str());
    }
    return *result;
}

}  // namespace indoubt::tests
Q_DECLARE_METATYPE(indoubt::tests::Explored)
