// SPDX-License-Identifier: GPL-3.0-or-later
// What happens to nodes: life and death, syncs, accounts, faults; and the flow buckets.
#include <algorithm>
#include <utility>

#include "view/state.h"

namespace indoubt::view {

using events::Event;
using events::EventKind;

namespace {

constexpr std::size_t sync_samples_max = 256;
constexpr std::size_t latency_samples_max = 256;
constexpr std::size_t latency_samples_old = 32;
constexpr std::int64_t fresh_seconds = 900;   // buckets older than this keep fewer samples
constexpr std::size_t buckets_max = 86400;

void change_state(NodeRow& row, NodeState state, std::int64_t hlc) {
    if (row.state == state) return;
    row.state = state;
    row.since_hlc = hlc;
}

}  // namespace

void View::State::fold_node(const Event& event) {
    const std::size_t index = node_index(event.node);
    {
        NodeRow& row = nodes[index];
        ++row.events;
        row.last_hlc = std::max(row.last_hlc, event.hlc);
        if (row.state == NodeState::unknown) change_state(row, NodeState::up, event.hlc);
        row.incarnation = std::max(row.incarnation, event.incarnation);
        row.last_lsn = event.kind == EventKind::append ? std::max(row.last_lsn, event.lsn) : row.last_lsn;
    }
    const auto* note = event.note();
    const auto* record = event.record();
    switch (event.kind) {
        case EventKind::send: ++nodes[index].sends; break;
        case EventKind::append:
            if (!record) break;
            if (event.durable) ++nodes[index].forced;
            if (event.lsn > nodes[index].synced_lsn) {
                auto& unsynced = books[index].unsynced;  // by lsn, even when a re-stated history comes out of order
                auto place = unsynced.end();
                while (place != unsynced.begin() && std::prev(place)->lsn > event.lsn) --place;
                unsynced.insert(place, {event.lsn, event.hlc, event.durable, *std::get_if<events::RecordPtr>(&event.payload)});
            }
            if (!event.durable && event.xid.empty()) take_effect(event.node, *record, event.lsn, event.hlc);
            break;
        case EventKind::sync: {
            NodeRow& row = nodes[index];
            ++row.syncs;
            if (note) {
                if (row.recent_sync_ns.size() >= sync_samples_max) row.recent_sync_ns.erase(row.recent_sync_ns.begin());
                row.recent_sync_ns.push_back(note->duration_ns);
            }
            synced(event.node, event.lsn, event.hlc);
            break;
        }
        case EventKind::durable: synced(event.node, event.lsn, event.hlc); break;
        case EventKind::crash: fold_crash(event); break;
        case EventKind::restart: fold_restart(event); break;
        case EventKind::suspend:
            change_state(nodes[index], NodeState::suspended, event.hlc);
            node_changed(event.node, event.hlc);
            break;
        case EventKind::resume:
            change_state(nodes[index], NodeState::up, event.hlc);
            node_changed(event.node, event.hlc);
            break;
        case EventKind::balance:
            if (record)
                for (const auto& line : record->accounts) accounts.set(event.node, line, event.hlc, event.incarnation == 0 ? AccountTable::Line::told : AccountTable::Line::balance);
            break;
        case EventKind::fault_on:
            if (note) {
                const auto known = std::find_if(faults.begin(), faults.end(), [&](const FaultRow& row) { return row.id == note->count; });
                if (known == faults.end()) faults.push_back({note->count, note->text, true, event.hlc});
                else known->active = true;
            }
            break;
        case EventKind::fault_off:
            if (note)
                for (FaultRow& row : faults)
                    if (row.id == note->count) row.active = false;
            break;
        case EventKind::gap: gaps += note ? std::max<std::uint64_t>(note->count, 1) : 1; break;
        default: break;
    }
}

void View::State::synced(NodeId id, std::uint64_t lsn, std::int64_t hlc) {
    NodeRow& row = node(id);
    row.synced_lsn = std::max(row.synced_lsn, lsn);
    auto& waiting = books[node_index(id)].unsynced;
    if (waiting.empty() || waiting.front().lsn > lsn) return;
    // Taken out first: a record of the cluster's shape adds nodes, and the books move.
    std::vector<Unsynced> due;
    for (; !waiting.empty() && waiting.front().lsn <= lsn; waiting.pop_front())
        due.push_back(std::move(waiting.front()));
    for (const Unsynced& one : due) {
        if (one.forced) take_effect(id, *one.record, one.lsn, hlc);
        else on_disk(id, *one.record, one.lsn);
    }
}

// What was volatile is gone. Unsynced records stay in the book until the node returns: a sync that was under way may still
// have landed, and the restart says up to where.
void View::State::fold_crash(const Event& event) {
    change_state(node(event.node), NodeState::down, event.hlc);
    const std::size_t index = node_index(event.node);
    for (const Unsynced& one : books[index].unsynced) {
        if (!one.forced || one.record->xid.empty()) continue;
        const Slot slot = transactions.find(one.record->xid);
        if (slot == TransactionTable::none) continue;
        Transaction& tx = transactions.edit(slot);
        if (one.record->kind == events::RecordKind::decision && one.record->coordinator && !tx.decision_durable) tx.decision = Outcome::none;
        if (one.record->kind == events::RecordKind::prepared) {
            Branch& branch = branch_of(tx, event.node);
            if (branch.phase == BranchPhase::active || branch.phase == BranchPhase::none) branch.vote = Vote::none;
        }
        tx.last_hlc = std::max(tx.last_hlc, event.hlc);
        derive(tx, slot, event.hlc);
    }
    for (Slot slot : open_slots()) {
        const Transaction& seen = *transactions.get(slot);
        const Branch* branch = seen.branch(event.node);
        if (!branch || (branch->phase != BranchPhase::active && !branch->waiting)) continue;
        Transaction& tx = transactions.edit(slot);
        Branch& own_branch = branch_of(tx, event.node);
        stop_waiting(slot, own_branch);
        if (own_branch.phase == BranchPhase::active) {
            own_branch.phase = BranchPhase::none;
            if (!own_branch.vote_received) own_branch.vote = Vote::none;
        }
    }
    std::erase_if(held, [&](const Held& one) { return one.node == event.node; });
    node_changed(event.node, event.hlc);
}

void View::State::fold_restart(const Event& event) {
    change_state(node(event.node), NodeState::up, event.hlc);
    synced(event.node, event.lsn, event.hlc);
    auto lost = std::exchange(books[node_index(event.node)].unsynced, {});
    while (!lost.empty()) {  // newest first, so that a branch steps back through what it had done
        if (!lost.back().forced) take_back(event.node, *lost.back().record, event.hlc);
        lost.pop_back();
    }
    node(event.node).last_lsn = node(event.node).synced_lsn = event.lsn;
    // Whoever had asked this coordinator will ask again or be told; until then it is merely in doubt.
    for (Slot slot : open_slots()) {
        if (transactions.get(slot)->xid.coordinator != event.node) continue;
        Transaction& tx = transactions.edit(slot);
        for (Branch& branch : tx.branches) branch.asked_hlc = 0;
    }
    node_changed(event.node, event.hlc);
}

void View::State::node_changed(NodeId id, std::int64_t hlc) {
    for (Slot slot : open_slots()) {
        const Transaction& seen = *transactions.get(slot);
        if (seen.xid.coordinator != id && !seen.branch(id)) continue;
        if (changed) changed->push_back(seen.xid);
        derive(transactions.edit(slot), slot, hlc);
    }
}

FlowBucket* View::State::bucket(std::int64_t hlc) {
    const std::int64_t second = hlc / 1'000'000'000;
    if (flow.empty() || flow.back().second < second) {
        FlowBucket fresh;
        fresh.second = second;
        flow.push_back(std::move(fresh));
        if (flow.size() > buckets_max) flow.pop_front();
        if (flow.size() > fresh_seconds) {
            FlowBucket& old = flow.edit(flow.size() - 1 - fresh_seconds);
            for (auto* one : {&old.latency, &old.abort_latency})
                if (one->us.size() > latency_samples_old) {
                    one->us.resize(latency_samples_old);
                    one->us.shrink_to_fit();
                }
        }
        return &flow.edit(flow.size() - 1);
    }
    for (std::size_t i = flow.size(); i-- > 0 && flow.size() - i <= 16;) {
        if (flow[i].second == second) return &flow.edit(i);
        if (flow[i].second < second) return nullptr;
    }
    return nullptr;
}

// Seconds are over: whoever is still in doubt was so at the end of each of them, also of those in which nothing happened.
void View::State::roll_over(std::int64_t second) {
    if (flow.empty()) return;
    std::int64_t since = 0;
    for (Slot slot : open) {
        if (slot & gone) continue;
        const Transaction& tx = *transactions.get(slot);
        if (tx.in_doubt_hlc != 0 && (since == 0 || tx.in_doubt_hlc < since)) since = tx.in_doubt_hlc;
    }
    if (since == 0) return;
    const auto at_end_of = [since](std::int64_t of) { return (of + 1) * 1'000'000'000 - since; };
    const std::int64_t known = flow.back().second;
    if (at_end_of(known) > flow.back().oldest_in_doubt_ns) flow.edit(flow.size() - 1).oldest_in_doubt_ns = at_end_of(known);
    for (std::int64_t quiet = std::max(known + 1, second - static_cast<std::int64_t>(buckets_max)); quiet < second; ++quiet)
        if (FlowBucket* empty = bucket(quiet * 1'000'000'000)) empty->oldest_in_doubt_ns = at_end_of(quiet);
}

void View::State::decided(Transaction& tx, Outcome outcome, std::int64_t hlc) {
    if (tx.decided_hlc != 0) return;
    tx.decided_hlc = hlc;
    if (outcome == Outcome::commit) last_commit_hlc = std::max(last_commit_hlc, hlc);
    FlowBucket* now = bucket(hlc);
    if (!now) return;
    ++(outcome == Outcome::commit ? now->committed : now->aborted);
    const std::int64_t us = std::clamp<std::int64_t>((hlc - tx.begun_hlc) / 1000, 0, 0xffffffff);
    // Reservoir sampling (Vitter 1985, algorithm R) with a hash for the die, so that every fold of the same events agrees.
    auto& latency = outcome == Outcome::commit ? now->latency : now->abort_latency;
    const std::uint32_t count = latency.count++;
    if (latency.us.size() < latency_samples_max) {
        latency.us.push_back(static_cast<std::uint32_t>(us));
    } else {
        const std::uint64_t at = base::mix64(base::hash_value(tx.xid)) % (count + 1);
        if (at < latency_samples_max) latency.us[at] = static_cast<std::uint32_t>(us);
    }
}

}  // namespace indoubt::view
