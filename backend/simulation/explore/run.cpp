// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/run.h"

#include "commit/machine.h"
#include "simulation/explore/blocking.h"

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

}  // namespace

base::Result<Exploration> explore(const ExploreOptions& options, const std::function<bool(const Progress&)>& progress) {
    if (auto fit = fits(options); !fit) return fit.error();
    Exploration result;
    result.assumptions = assumptions_of(options.setup);
    ClusterModel model(options.setup);
    StateSet seen(model.words());
    result.report = search(model, options.bounds, seen, progress);
    for (const Found& found : result.report.violations) {
        Violation violation{found.invariant, {}, found.actions};
        for (const std::uint32_t action : found.actions) violation.steps.push_back(model.describe(action));
        result.violations.push_back(std::move(violation));
    }
    if (options.classify && result.report.complete) classify_blocking(model, seen, result);
    return result;
}

}  // namespace indoubt::simulation::explore
