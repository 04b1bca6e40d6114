// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/run.h"

#include <chrono>

#include "commit/machine.h"

namespace indoubt::simulation::explore {

namespace {

base::Result<> fits(const ExploreOptions& options) {
    const ClusterSetup& setup = options.setup;
    if (auto protocol = commit::find_protocol(setup.protocol.name); !protocol) return base::Error{base::ErrorCode::invalid_argument, "--protocol: " + protocol.error().message};
    if (setup.participants < 1 || setup.participants > 6) return base::invalid_argument("--participants: 1 to 6");
    if (setup.faults > 2) return base::invalid_argument("--faults: 0 to 2");
    if (setup.crashes > 15) return base::invalid_argument("--crashes: 0 to 15");
    if (setup.restarts > 15) return base::invalid_argument("--restarts: 0 to 15");
    if (setup.colocated && setup.participants < 2 * setup.faults + 1) return base::invalid_argument("--colocated: each of the 2F+1 managers needs a participant's node");
    if (options.partitions && setup.accurate_detector)
        return base::invalid_argument("--partitions: an accurate failure detector assumes that there are none; leave one of the two out");
    return base::Ok{};
}

std::vector<std::string> assumptions_of(const ClusterSetup& setup) {
    std::vector<std::string> list;
    list.push_back("one payment; votes are any of YES" + std::string(setup.no_votes ? ", NO" : "") + (setup.read_only_votes ? ", READ-ONLY" : "") + "; timers may run out at any time");
    list.push_back("a crash keeps any prefix of what was not yet synced; restarts replay the log");
    if (setup.accurate_detector) {
        list.push_back("failure reports are accurate, links lose nothing and keep order, what a site sent arrives before its failure is reported: no partition, no duplication");
    } else {
        list.push_back("messages may be lost, doubled, late and out of order, so every partition is included: what is cut off is not delivered in time");
    }
    if (setup.lying_disks) list.push_back("OUTSIDE OF THE MODEL: a crash may lose a record that was reported as synced");
    return list;
}

std::vector<std::string> names_of(const ClusterModel& model) {
    std::vector<std::string> names;
    for (std::uint32_t node = 0; node < model.nodes(); ++node) names.push_back(model.node(node).name());
    return names;
}

bool in_doubt(std::uint32_t deeds) { return (deeds & said_yes) != 0 && (deeds & (did_commit | did_abort)) == 0; }

void put(Blocked&& blocked, Exploration& result) {
    result.classified = true;
    result.blocked_states = blocked.states;
    result.blocking = std::move(blocked.who);
}

Violation told(ClusterModel& model, const std::string& invariant, const std::vector<std::uint32_t>& way) {
    Violation violation{invariant, {}, way, scenario_text(model, way, invariant)};
    for (const std::uint32_t action : way) violation.steps.push_back(model.describe(action));
    return violation;
}

void search_exactly(ClusterModel& model, const ExploreOptions& options, Exploration& result, const std::function<bool(const Progress&)>& progress) {
    StateSet seen(model.words());
    result.report = search(model, options.bounds, seen, progress);
    for (const Found& found : result.report.violations) {
        result.violations.push_back(told(model, found.invariant, found.actions));
    }
    if (!options.classify || !result.report.complete) return;
    put(classify_blocking(model, seen, names_of(model), [&](const std::uint32_t* state, std::uint32_t node) {
            const LocalState& local = model.local(state, node);
            return local.core && in_doubt(local.deeds);
        }), result);
}

void describe(const ReducedModel& reduced, std::size_t states, std::size_t messages, Exploration& result) {
    const Quotient& quotient = reduced.quotient();
    result.reductions.push_back(std::to_string(states) + " states of single nodes are " + std::to_string(quotient.node_of.size()) + " that anything can tell apart, " +
                                std::to_string(messages) + " messages " + std::to_string(quotient.messages) + " that anybody heeds");
    result.reductions.push_back("a message that its addressee will ignore for ever is dropped; what a node can say without changing counts as said");
    for (const auto& alike : reduced.symmetry().alike) {
        std::string names;
        for (const auto& name : alike) names += (names.empty() ? "" : ", ") + name;
        result.reductions.push_back("interchangeable: " + names);
    }
    for (const auto& refused : reduced.symmetry().refused) result.reductions.push_back(refused);
}

// False: too much to know beforehand, or a way must be found.
bool search_reduced(ClusterModel& model, const ExploreOptions& options, Exploration& result, const std::function<bool(const Progress&)>& progress) {
    if (options.exact || options.setup.accurate_detector) {
        result.reductions.push_back(options.exact ? "none: exact was asked for" : "none: links that keep their order are no set of messages");
        return false;
    }
    // Replicas check what they are told against each other's logs; what could never have been said together would end the program.
    if (const auto protocol = commit::find_protocol(options.setup.protocol.name); (*protocol)->make_group && options.setup.faults > 0) {
        result.reductions.push_back("none: what replicas say depends on all that was said before");
        return false;
    }
    const Closure closure = close(model, options.closure_steps_max, options.bounds.memory_bytes_max / 2);
    if (!closure.finished) {
        result.reductions.push_back("none: what single nodes could ever do is too much to know beforehand, within " + std::to_string(options.closure_steps_max) + " steps and half the memory");
        return false;
    }
    std::size_t messages = 0;
    for (const auto& inbox : closure.inbox) messages += inbox.size();
    Reductions reductions;
    reductions.symmetry = options.symmetry;
    Quotient quotient = quotient_of(closure);
    if (!ReducedModel::fits(quotient)) {
        result.reductions.push_back("none: too much can be told apart for the packing of reduced states");
        return false;
    }
    ReducedModel reduced(model, std::move(quotient), reductions);
    StateSet seen(reduced.words());
    result.report = search(reduced, options.bounds, seen, progress);
    if (!result.report.violations.empty()) {
        result.reductions.push_back("none: the reduced search has found a violation, and its way is told state by state");
        return false;
    }
    result.reduced = true;
    describe(reduced, closure.node_of.size(), messages, result);
    const bool renamed = !reduced.symmetry().alike.empty();
    for (std::uint32_t id = 0; renamed && id < seen.size(); ++id) result.states_unrenamed += reduced.orbit(seen.state(id));
    if (!options.classify || !result.report.complete) return true;
    const auto waits = [](const ReducedModel& by) {
        return [&by](const std::uint32_t* state, std::uint32_t node) { return by.up(state, node) && in_doubt(by.deeds(state, node)); };
    };
    if (!renamed) {
        put(classify_blocking(reduced, seen, names_of(model), waits(reduced)), result);
    } else if (result.states_unrenamed < 20'000'000) {
        reductions.symmetry = false;
        ReducedModel named(model, closure, reductions);
        StateSet all(named.words());
        if (search(named, options.bounds, all, progress).complete) put(classify_blocking(named, all, names_of(model), waits(named)), result);
    }
    return true;
}

}  // namespace

base::Result<Exploration> explore(const ExploreOptions& options, const std::function<bool(const Progress&)>& progress) {
    if (auto fit = fits(options); !fit) return fit.error();
    const auto began = std::chrono::steady_clock::now();
    Exploration result;
    result.assumptions = assumptions_of(options.setup);
    auto model = std::make_unique<ClusterModel>(options.setup);
    if (!search_reduced(*model, options, result, progress)) {
        model = std::make_unique<ClusterModel>(options.setup);  // what the other has looked at takes its room
        search_exactly(*model, options, result, progress);
    }
    if (options.walks.walks > 0 && result.violations.empty() && result.report.stopped != "cancelled") {
        result.walks = walk(*model, options.walks);
        if (!result.walks.invariant.empty()) result.violations.push_back(told(*model, result.walks.invariant, result.walks.way));
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return result;
}

}  // namespace indoubt::simulation::explore
