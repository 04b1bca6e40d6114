// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/labels.h"

#include <algorithm>

#include "checks/rules.h"

namespace indoubt::simulation {

using commit::Phase;

std::vector<NodeId> reachable_from(const World& world, Network& network, NodeId node) {
    std::vector<NodeId> list;
    if (!world.up(node) || world.suspended(node)) return list;
    for (const NodeId other : world.nodes())
        if (other != node && world.up(other) && !world.suspended(other) && network.open(node, other) && network.open(other, node)) list.push_back(other);
    return list;
}

namespace {

// Where acceptors decide: a manager that knows the outcome, or enough of them to choose one.
bool acceptors_can_tell(const World& world, const std::vector<NodeId>& reachable, const Xid& xid) {
    std::size_t managers = 0;
    for (const NodeId node : reachable) {
        const runtime::Core& there = *world.core(node);
        if (!there.config().manages()) continue;
        ++managers;
        const commit::Machine* machine = there.instance(xid, true);
        const bool knows = machine && (machine->phase() == Phase::committing || machine->phase() == Phase::committed || machine->phase() == Phase::aborted);
        const bool concludes = !machine && node == xid.coordinator && there.incarnation() == xid.incarnation;  // it ended it in this life
        if (knows || concludes) return true;
    }
    return managers >= world.managers().size() / 2 + 1;
}

bool by_acceptors(const World& world, const std::vector<events::RecordPtr>* branch) {
    return world.managers().size() > 1 && branch && std::any_of(branch->begin(), branch->end(), [](const auto& record) { return record->protocol.name.starts_with("paxos-commit"); });
}

// Whoever may tell the outcome without asking anybody: the coordinator, or whichever manager leads its replicas.
// A leader of a term before the one in which the transaction began does not know of it.
bool reaches_manager(const World& world, const std::vector<NodeId>& reachable, const Xid& xid, const std::vector<events::RecordPtr>* branch) {
    std::uint64_t began = 0;
    for (const auto& record : branch ? *branch : std::vector<events::RecordPtr>{})
        if (record->kind == events::RecordKind::prepared && record->agreement) began = record->agreement->ballot;
    return std::any_of(reachable.begin(), reachable.end(), [&](NodeId node) {
        if (began == 0) return node == xid.coordinator;
        const commit::Leadership leadership = world.core(node)->leadership();
        return leadership.established && leadership.term >= began;
    });
}

// Where a branch stands by its records; prepared, pre-committed or pre-aborted.
events::RecordKind stand_of(const std::vector<events::RecordPtr>& records) {
    auto stand = events::RecordKind::prepared;
    for (const auto& record : records)
        if (record->kind == events::RecordKind::pre_committed || record->kind == events::RecordKind::pre_aborted) stand = record->kind;
    return stand;
}

// By the site-failure rule a coordinator that has failed since it sent PRE-COMMIT leads nothing.
bool only_asks(World& world, const Xid& xid) {
    const runtime::Core* there = world.core(xid.coordinator);
    const auto* records = there ? there->records(xid, true) : nullptr;
    return records && there->incarnation() > xid.incarnation && std::any_of(records->begin(), records->end(), [](const auto& record) {
        return record->kind == events::RecordKind::pre_committed && checks::rules_of(record->protocol.name).termination == checks::Rules::sites;
    }) && std::none_of(records->begin(), records->end(), [](const auto& record) { return record->kind == events::RecordKind::decision; });
}

// Three-phase commit, and the coordinator out of reach: may those within reach of this branch end the transaction? The branch itself leads.
bool peers_may_end(World& world, NodeId node, const Xid& xid, const events::Record& prepared, const std::vector<NodeId>& reachable) {
    const auto termination = checks::rules_of(prepared.protocol.name).termination;
    std::size_t updaters = 0, here = 0, pre_committed = 0, pre_aborted = 0, operational = 0;
    for (const events::Enrolled& peer : prepared.enrolled) {
        if (!peer.updater) continue;
        ++updaters;
        if (peer.node != node && std::find(reachable.begin(), reachable.end(), peer.node) == reachable.end()) continue;
        const runtime::Core& there = *world.core(peer.node);
        const commit::Machine* machine = there.instance(xid, false);
        const auto* records = there.records(xid, false);
        if (!machine && !records) return true;  // over, and it knows how; or not voted, and it will refuse
        if (machine && (machine->phase() == Phase::active || machine->phase() == Phase::committed || machine->phase() == Phase::aborted)) return true;
        ++here;
        if (there.incarnation() == peer.incarnation) ++operational;
        const auto stand = records ? stand_of(*records) : events::RecordKind::prepared;
        if (stand == events::RecordKind::pre_committed) ++pre_committed;
        if (stand == events::RecordKind::pre_aborted) ++pre_aborted;
    }
    const std::size_t quorum = updaters / 2 + 1, prepared_ones = here - pre_committed - pre_aborted;
    switch (termination) {
        case checks::Rules::elected: return here >= quorum;
        case checks::Rules::quorum:
            return (pre_committed > 0 && pre_committed + prepared_ones >= quorum) || ((pre_committed == 0 || pre_aborted > 0) && pre_aborted + prepared_ones >= quorum);
        case checks::Rules::sites: return operational > 0;
        case checks::Rules::none: break;
    }
    return false;
}

}  // namespace

bool blocked(World& world, NodeId node, const Xid& xid) {
    const runtime::Core* core = world.core(node);
    const commit::Machine* machine = core ? core->instance(xid, false) : nullptr;
    if (!machine || (machine->phase() != Phase::prepared && machine->phase() != Phase::pre_committed && machine->phase() != Phase::pre_aborted)) return false;
    const std::vector<NodeId> reachable = reachable_from(world, world.network(), node);
    const auto* branch = core->records(xid, false);
    if (by_acceptors(world, branch)) {
        if (acceptors_can_tell(world, reachable, xid)) return false;
    } else if (reaches_manager(world, reachable, xid, branch) && !only_asks(world, xid)) {
        return false;
    }
    if (!branch) return true;
    for (const auto& record : *branch) {
        if (record->kind != events::RecordKind::prepared) continue;
        if (checks::rules_of(record->protocol.name).termination != checks::Rules::none) return !peers_may_end(world, node, xid, *record, reachable);
        if (!record->protocol.cooperative) continue;
        for (const events::Enrolled& peer : record->enrolled) {
            if (peer.node == node || std::find(reachable.begin(), reachable.end(), peer.node) == reachable.end()) continue;
            const runtime::Core& there = *world.core(peer.node);
            const commit::Machine* other = there.instance(xid, false);
            if (!other && there.records(xid, false)) continue;  // prepared in its log, and just about to read it
            // It may still refuse if it has not voted, may change anything, and is not done with this transaction already.
            const bool unvoted = other ? other->phase() == Phase::active : !there.finished(xid);
            const bool knows = other && (other->phase() == Phase::committed || other->phase() == Phase::aborted);  // an operator's choice is no knowledge
            if (knows || (unvoted && peer.updater)) return false;
        }
    }
    return true;
}

std::vector<checks::BlockedLabel> label_branches(World& world) {
    std::vector<checks::BlockedLabel> labels;
    // Hybrid clocks run a little ahead when much happens at once; then no cut separates before from after at this moment.
    const std::int64_t cut = epoch_ns + world.now_ns() - 1;
    if (world.last_hlc() > cut) return labels;
    for (const NodeId node : world.nodes()) {
        const runtime::Core* core = world.core(node);
        if (!core || world.suspended(node) || !core->config().participates()) continue;
        for (const auto& [xid, text] : core->describe()) {
            if (!core->instance(xid, false)) continue;
            checks::BlockedLabel label;
            label.hlc = cut;
            label.xid = xid;
            label.branch = node;
            label.reachable = reachable_from(world, world.network(), node);
            label.shown = blocked(world, node, xid);
            labels.push_back(std::move(label));
        }
    }
    return labels;
}

}  // namespace indoubt::simulation
