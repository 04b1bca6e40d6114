// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/walk.h"

#include <algorithm>
#include <chrono>

#include "base/prng.h"

namespace indoubt::simulation::explore {

Walks walk(ClusterModel& model, const WalkBounds& bounds) {
    const auto began = std::chrono::steady_clock::now();
    base::Prng prng(bounds.seed);
    Walks out;
    Successors next(model.words());
    std::vector<std::uint32_t> state, way;
    std::vector<std::size_t> moving, crashing;
    while (out.walks < bounds.walks && out.invariant.empty() && out.stopped.empty()) {
        next.clear();
        model.initial(next);
        state.assign(next.state(0), next.state(0) + model.words());
        way.clear();
        while (way.size() < bounds.steps_max) {
            next.clear();
            model.successors(state.data(), next);
            // A crash has a choice for every record it may keep; left to chance alone a life would be over before it began.
            moving.clear();
            crashing.clear();
            for (std::size_t i = 0; i < next.size(); ++i)
                if (!std::equal(state.begin(), state.end(), next.state(i))) (ClusterModel::unpack(next.action(i)).move == Move::crash ? crashing : moving).push_back(i);
            if (moving.empty() || (!crashing.empty() && prng.chance(40))) moving = crashing;
            if (moving.empty()) break;
            const std::size_t picked = moving[prng.below(moving.size())];
            state.assign(next.state(picked), next.state(picked) + model.words());
            way.push_back(next.action(picked));
            ++out.steps;
            if (std::string broken = model.violated(state.data()); !broken.empty()) {
                out.invariant = std::move(broken);
                break;
            }
        }
        ++out.walks;
        bool decided = true;
        for (std::uint32_t node = 0; node < model.nodes(); ++node)
            if (model.participates(node)) decided = decided && (model.local(state.data(), node).deeds & (did_commit | did_abort)) != 0;
        if (decided) ++out.decided;
        if (model.memory_bytes() > bounds.memory_bytes_max) out.stopped = "the bound of " + std::to_string(bounds.memory_bytes_max >> 20) + " MiB was reached";
    }
    out.local_states = model.local_states();
    if (!out.invariant.empty()) out.way = shortened(model, way, out.invariant);
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return out;
}

}  // namespace indoubt::simulation::explore
