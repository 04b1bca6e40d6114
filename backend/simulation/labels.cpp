// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/labels.h"

#include <algorithm>

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

}  // namespace

bool blocked(World& world, NodeId node, const Xid& xid) {
    const runtime::Core* core = world.core(node);
    const commit::Machine* machine = core ? core->instance(xid, false) : nullptr;
    if (!machine || machine->phase() != Phase::prepared) return false;
    const std::vector<NodeId> reachable = reachable_from(world, world.network(), node);
    const auto* branch = core->records(xid, false);
    if (by_acceptors(world, branch)) {
        if (acceptors_can_tell(world, reachable, xid)) return false;
    } else if (reaches_manager(world, reachable, xid, branch)) {
        return false;
    }
    if (!branch) return true;
    for (const auto& record : *branch) {
        if (record->kind != events::RecordKind::prepared || !record->protocol.cooperative) continue;
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
