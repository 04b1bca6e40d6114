// SPDX-License-Identifier: GPL-3.0-or-later
// Where the coordinator's half is more than one node: acceptors of Paxos Commit, replicas of a Raft group, and what failure
// detectors report. Nothing here concerns a cluster with a single coordinator and presumed abort.
#include <algorithm>

#include "runtime/core.h"

namespace indoubt::runtime {

// A message may make a coordinator's half here: an acceptor's first vote, a takeover. Never for a transaction that has ended, and
// never for one that this node began itself in this life: those exist, or are over.
bool Core::open_manager(const Key& key, const events::Message& message) {
    if (!key.coordinator || key.xid.coordinator.empty() || !m_config.manages()) return false;
    if (key.xid.coordinator == m_config.self && key.xid.incarnation == m_incarnation) return false;
    if (m_ended.contains(key.xid)) return false;
    auto protocol = commit::find_protocol(message.protocol.name);
    if (!protocol || !(*protocol)->opens) return false;
    const commit::Context ctx = context(key.xid.coordinator);
    if (!(*protocol)->opens(ctx, message)) return false;
    m_instances[key].machine = (*protocol)->make_coordinator(ctx, key.xid, message.protocol);
    if (key.xid.coordinator != m_config.self) m_foreign.insert(key.xid);
    return true;
}

// Where several managers can decide, each remembers what is over: another one may ask for it again.
void Core::over(const Xid& xid, events::Outcome outcome) {
    if (xid.coordinator == m_config.self && !m_several_managers) return;
    m_ended.finish(xid, outcome == events::Outcome::commit ? events::Knowledge::committed : outcome == events::Outcome::abort ? events::Knowledge::aborted : events::Knowledge::unknown);
}

// Whoever began them says that all its transactions below this mark are over, acknowledged everywhere: what is kept of them may go.
void Core::ended_elsewhere(const Xid& xid, std::uint64_t low_water, Outputs* outputs) {
    m_ended.low_water(xid.coordinator, xid.incarnation, low_water);
    const Xid first{xid.coordinator, xid.incarnation, 0, xid.cluster}, last{xid.coordinator, xid.incarnation, low_water, xid.cluster};
    if (!outputs) {  // replaying
        std::erase_if(m_instances, [&](const auto& entry) { return entry.first.coordinator && first <= entry.first.xid && entry.first.xid < last; });
        return;
    }
    for (auto at = m_foreign.lower_bound(first); at != m_foreign.end() && *at < last;) {
        const Key key{*at, true};
        ++at;
        const auto found = m_instances.find(key);
        if (found == m_instances.end() || found->second.head < found->second.held.size()) continue;  // something of it still waits for the disk
        finish(key, found->second, 0, *outputs);
    }
}

void Core::tell(const commit::Tell& tell, std::uint64_t token, Outputs& outputs) {
    const Key key{tell.xid, true};
    if (tell.told.kind == commit::ToldKind::adopt && !m_instances.contains(key)) {
        const auto protocol = commit::find_protocol(m_config.shape->protocol.name);
        Instance& instance = m_instances[key];
        instance.machine = (*protocol)->make_coordinator(context(tell.xid.coordinator), tell.xid, m_config.shape->protocol);
        if (tell.xid.coordinator != m_config.self) m_foreign.insert(tell.xid);
    }
    run(key, tell.told, token, outputs);
}

// The Raft group of a cluster that has one is there from the start of every life, with or without records.
void Core::make_group() {
    const auto protocol = commit::find_protocol(m_config.shape->protocol.name);
    if (!protocol || !(*protocol)->make_group || !m_config.manages()) return;
    m_instances[{Xid{}, true}].machine = (*protocol)->make_group(context(m_config.shape->coordinator), m_config.shape->protocol);
}

void Core::suspect(NodeId node, std::uint64_t token, Outputs& outputs) {
    std::vector<Key> keys;
    for (const auto& [key, instance] : m_instances) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    for (const Key& key : keys) run(key, commit::Suspect{node}, token, outputs);
}

// A node may host both halves of one transaction; what is ordered says which is meant.
bool Core::order_for_manager(const OperatorOrder& order) const {
    using commit::OrderKind;
    if (!m_config.manages()) return false;
    if (!m_config.participates()) return true;
    switch (order.kind) {
        case OrderKind::abort: return true;
        case OrderKind::retry: return m_instances.contains({order.xid, true});
        default: return false;
    }
}

}  // namespace indoubt::runtime
