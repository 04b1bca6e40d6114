// SPDX-License-Identifier: GPL-3.0-or-later
// Where the coordinator's half is more than one node: acceptors of Paxos Commit, replicas of a Raft group, and what failure
// detectors report. Nothing here concerns a cluster with a single coordinator and presumed abort.
#include <algorithm>

#include "runtime/core.h"
#include "runtime/digest.h"

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
    using commit::ToldKind;
    const Key key{tell.xid, true};
    const events::LogEntry& entry = tell.told.entry;
    if (tell.told.kind == ToldKind::known) return learn_key(entry, m_now_ns);
    if (tell.told.kind == ToldKind::deposed && tell.xid.empty()) {
        std::vector<Key> halves;
        for (const auto& [other, instance] : m_instances)
            if (other.coordinator && !other.xid.empty()) halves.push_back(other);
        std::sort(halves.begin(), halves.end());
        for (const Key& half : halves) run(half, tell.told, token, outputs);
        return;
    }
    if (tell.told.kind == ToldKind::adopt && !m_instances.contains(key)) {
        const auto protocol = commit::find_protocol(m_config.shape->protocol.name);
        Instance& instance = m_instances[key];
        instance.machine = (*protocol)->make_coordinator(context(tell.xid.coordinator), tell.xid, m_config.shape->protocol);
        instance.outcome = entry.outcome;
        if (!entry.idempotency_key.empty()) instance.key = key_digest(entry.idempotency_key);
        if (instance.key) m_open_keys.emplace(*instance.key, key);
        if (tell.xid.coordinator != m_config.self) m_foreign.insert(tell.xid);
    }
    if (tell.told.kind != ToldKind::propose) return run(key, tell.told, token, outputs);
    // A machine knows no digests: what its key paid for goes into the log here.
    commit::Told told = tell.told;
    const auto began = m_instances.find({entry.xid, true});
    if (began != m_instances.end() && began->second.payment && !entry.end) {
        const base::Digest128 paid = payment_digest(*began->second.payment);
        told.entry.payment_high = paid.high;
        told.entry.payment_low = paid.low;
    }
    run(key, told, token, outputs);
}

void Core::learn_key(const events::LogEntry& entry, std::int64_t ended_ns) {
    if (entry.idempotency_key.empty()) return;
    if (entry.end && entry.outcome == events::Outcome::none) {  // of a page: its digest and when it ended
        const auto key = digest_from(entry.idempotency_key);
        if (key && !m_keys.find(*key)) m_keys.put(*key, {entry.xid, static_cast<std::int64_t>(entry.term), {entry.payment_high, entry.payment_low}});
        return;
    }
    m_keys.put(key_digest(entry.idempotency_key), {entry.xid, ended_ns / 1'000'000'000, {entry.payment_high, entry.payment_low}});
}

// A snapshot says what is open; the keys of all that ended before go ahead of it, a page at each of its sendings.
void Core::put_key_page(events::Message& snapshot) {
    constexpr std::size_t page_keys = 256;
    const std::uint64_t page = snapshot.agreement->everywhere;
    auto& keys = m_key_pages[snapshot.to];
    if (page == 0 || keys.empty()) keys = m_keys.sorted();
    if (page * page_keys >= keys.size()) {
        m_key_pages.erase(snapshot.to);
        return;
    }
    auto says = std::make_shared<events::Agreement>(*snapshot.agreement);
    says->granted = true;
    says->entries.clear();
    for (std::size_t i = page * page_keys; i < std::min<std::size_t>(keys.size(), (page + 1) * page_keys); ++i) {
        events::LogEntry entry;
        entry.xid = keys[i].second.xid;
        entry.term = static_cast<std::uint64_t>(keys[i].second.ended_s);
        entry.end = true;
        entry.idempotency_key = digest_text(keys[i].first);
        entry.payment_high = keys[i].second.payment.high;
        entry.payment_low = keys[i].second.payment.low;
        says->entries.push_back(std::move(entry));
    }
    snapshot.agreement = std::move(says);
}

commit::Leadership Core::leadership() const {
    const auto protocol = commit::find_protocol(m_config.shape->protocol.name);
    const commit::Machine* group = instance(Xid{}, true);
    return group && protocol && (*protocol)->leads ? (*protocol)->leads(*group) : commit::Leadership{};
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
