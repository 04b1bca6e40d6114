// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated cluster in which nothing happens by itself: a way that an exploration has found is taken again, step by step.
#include "simulation/world.h"

namespace indoubt::simulation {

void World::take_over() {
    m_by_hand = true;
    m_network.by_hand = true;
    for (auto& [id, node] : m_nodes) node->disk.by_hand = true;
}

bool World::hand_over(const events::Envelope& envelope) { return deliver(at(envelope.message->to), events::Envelope(envelope)); }

bool World::sync_now(NodeId id) {
    Node& node = at(id);
    if (!node.driver) return false;
    node.disk.sync_now();
    return true;
}

bool World::time_out(NodeId id, const Xid& xid, bool coordinator, commit::TimerKind kind) {
    Node& node = at(id);
    if (!node.driver || !node.driver->fire_now(xid, coordinator, kind)) return false;
    after_step(node, true);
    return true;
}

bool World::vote(NodeId id, const Xid& xid, events::Vote vote) {
    commit::LocalVote local{vote};
    if (vote == events::Vote::no) local.refusal = events::Refusal::injected;
    return deliver(at(id), runtime::ExternalVote{xid, local});
}

bool World::cut_power(NodeId id, std::size_t kept, std::size_t lost) {
    Node& node = at(id);
    if (!node.driver) return false;
    node.disk.crash_keeps = kept;
    node.disk.crash_loses = lost;
    crash(id, lost > 0 ? "its disk had lied" : "power cut");
    return true;
}

bool World::report_down(NodeId id, NodeId down) { return deliver(at(id), runtime::PeerDown{down}); }

}  // namespace indoubt::simulation
