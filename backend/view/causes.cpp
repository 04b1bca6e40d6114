// SPDX-License-Identifier: GPL-3.0-or-later
// Cause before cases: what is wrong, grouped by why, and the counters beside it.
#include <algorithm>
#include <sstream>

#include "base/limits.h"
#include "view/state.h"

namespace indoubt::view {

namespace {

constexpr std::int64_t stuck_after_ns = base::limits::stuck_after_ms * 1'000'000;

bool undelivered(const Transaction& tx, std::int64_t now_hlc) {
    return tx.decision == Outcome::commit && tx.decision_durable && tx.in_doubt_hlc != 0 && now_hlc - tx.decided_hlc > stuck_after_ns;
}

// "cut T and B", "cut T to B for XID": the ends of the link, and the payment it is cut for; empty: for all.
struct CutLink {
    NodeId from, to;
    std::string xid;
};

std::optional<CutLink> cut_of(const std::string& rule) {
    std::istringstream words(rule);
    std::string cut, from, how, to, one;
    if (!(words >> cut >> from >> how >> to) || cut != "cut" || (how != "and" && how != "to")) return std::nullopt;
    CutLink link{NodeId::of(from), NodeId::of(to), {}};
    while (words >> one)
        if (one == "for") words >> link.xid;
    return link;
}

// Payments by why they are stuck.
struct Groups {
    std::vector<Cause> causes;
    std::vector<std::vector<const Transaction*>> members;  // beside causes

    void add(Cause::Kind kind, NodeId node, std::int64_t since_hlc, const Transaction& tx, NodeId peer = {}) {
        std::size_t i = 0;
        while (i < causes.size() && !(causes[i].kind == kind && causes[i].node == node && causes[i].peer == peer)) ++i;
        if (i == causes.size()) {
            Cause cause;
            cause.kind = kind;
            cause.node = node;
            cause.peer = peer;
            cause.since_hlc = since_hlc;
            causes.push_back(std::move(cause));
            members.emplace_back();
        }
        causes[i].since_hlc = std::min(causes[i].since_hlc, since_hlc);
        members[i].push_back(&tx);
    }
    // Those due first stand first; the money is what they hold, or what is at stake.
    void sum_up(std::size_t i) {
        const auto due = [](const Transaction* tx) { return tx->payment && tx->payment->due_at_ns != 0 ? tx->payment->due_at_ns : INT64_MAX; };
        auto& payments = members[i];
        std::stable_sort(payments.begin(), payments.end(), [&](const Transaction* a, const Transaction* b) { return due(a) < due(b); });
        if (!payments.empty() && due(payments.front()) != INT64_MAX) causes[i].first_due_ns = due(payments.front());
        for (const Transaction* tx : payments) {
            causes[i].payments.push_back(tx->xid);
            for (const auto& [currency, minor] : causes[i].kind == Cause::Kind::damage ? tx->damages() : tx->held())
                if (minor != 0) events::add(causes[i].held_minor, currency, minor);
        }
    }
};

}  // namespace

std::optional<View::State::Reason> View::State::broken_node(NodeId id) const {
    const NodeRow* row = find_node(id);
    if (!row) return std::nullopt;
    if (row->state == NodeState::down) return Reason{Cause::Kind::node_down, id, row->since_hlc};
    if (row->state == NodeState::suspended) return Reason{Cause::Kind::node_suspended, id, row->since_hlc};
    return std::nullopt;
}

// A cut between the coordinator and a branch that still has to vote, to hear or to confirm. The node behind it is up, and asking
// it again would change nothing.
std::optional<View::State::Reason> View::State::broken_link(const Transaction& tx) const {
    for (const FaultRow& fault : faults) {
        const auto link = fault.active ? cut_of(fault.rule) : std::nullopt;
        if (!link || (!link->xid.empty() && link->xid != tx.xid.text())) continue;
        for (const auto& [from, to] : {std::pair{link->from, link->to}, std::pair{link->to, link->from}}) {
            if (from != tx.xid.coordinator) continue;
            const Branch* branch = tx.branch(to);
            if (!branch || branch->phase == BranchPhase::read_only) continue;
            if (branch->in_doubt() || branch->vote == Vote::none || !branch->vote_received || (tx.decision == Outcome::commit && branch->updater && !branch->acked))
                return Reason{Cause::Kind::cut_link, link->from, fault.since_hlc, link->to};
        }
    }
    return std::nullopt;
}

std::optional<View::State::Reason> View::State::why_in_doubt(Slot slot, const Transaction& tx, std::int64_t now_hlc) const {
    if (const auto broken = broken_node(tx.xid.coordinator)) return broken;
    for (const Branch& branch : tx.branches)
        if (branch.in_doubt())
            if (const auto broken = broken_node(branch.node)) return broken;
    for (const Held& message : held)
        if (message.slot == slot) return Reason{Cause::Kind::held_message, message.node, tx.in_doubt_hlc};
    if (const auto cut = broken_link(tx)) return cut;
    for (const Branch& branch : tx.branches)  // its vote is still out, and its node is not there to cast it
        if (branch.vote == Vote::none || !branch.vote_received)
            if (const auto broken = broken_node(branch.node)) return broken;
    if (!tx.stuck(now_hlc)) return std::nullopt;  // one unanswered question is no cause yet
    for (const Branch& branch : tx.branches)
        if (branch.waiting) return Reason{Cause::Kind::lock_wait, branch.node, branch.waiting_hlc};
    if (undelivered(tx, now_hlc)) return Reason{Cause::Kind::not_delivered, tx.xid.coordinator, tx.decided_hlc};
    return Reason{Cause::Kind::no_answer, tx.xid.coordinator, tx.in_doubt_hlc};
}

std::optional<View::State::Reason> View::State::why_open(Slot slot, const Transaction& tx, std::int64_t now_hlc) const {
    if (tx.in_doubt_hlc != 0 && (tx.stuck(now_hlc) || tx.state == PaymentState::blocked)) return why_in_doubt(slot, tx, now_hlc);
    for (const Branch& branch : tx.branches) {
        if (!branch.waiting || now_hlc - branch.waiting_hlc <= stuck_after_ns) continue;
        // Behind a stuck payment's lock: that payment's cause is the one to remedy.
        const auto holder = transactions.find(branch.waits_for);
        if (holder != TransactionTable::none && transactions.get(holder)->stuck(now_hlc)) continue;
        return Reason{Cause::Kind::lock_wait, branch.node, branch.waiting_hlc};
    }
    if (tx.state == PaymentState::committing && tx.decided_hlc != 0 && now_hlc - tx.decided_hlc > stuck_after_ns) {
        for (const Branch& branch : tx.branches)
            if (branch.updater && branch.phase != BranchPhase::committed)
                if (const auto broken = broken_node(branch.node)) return broken;
        if (const auto cut = broken_link(tx)) return cut;
        return Reason{Cause::Kind::not_delivered, tx.xid.coordinator, tx.decided_hlc};
    }
    return std::nullopt;
}

std::vector<Cause> View::causes(std::int64_t now_hlc) const {
    const State& state = *m_state;
    Groups groups;
    for (const auto slot : state.open_slots()) {
        const Transaction& tx = *state.transactions.get(slot);
        if (const auto reason = state.why_open(slot, tx, now_hlc)) groups.add(reason->kind, reason->node, reason->since_hlc, tx, reason->peer);
    }
    for (const auto slot : state.notable) {
        const Transaction& tx = *state.transactions.get(slot);
        const bool damage = tx.damage_open();  // it is the graver one, wherever it stands
        for (const Branch& branch : tx.branches) {
            if (branch.heuristic == Heuristic::none || branch.phase == BranchPhase::forgotten || branch.damage != damage) continue;
            groups.add(branch.damage ? Cause::Kind::damage : Cause::Kind::heuristic, branch.node, branch.decided_hlc, tx);
            break;
        }
    }
    // A node that is not there is a cause before anything waits for it: new payments go unanswered.
    for (const NodeRow& row : state.nodes) {
        const auto broken = state.broken_node(row.node);
        if (!broken || std::any_of(groups.causes.begin(), groups.causes.end(), [&](const Cause& c) { return c.kind == broken->kind && c.node == broken->node; })) continue;
        Cause cause;
        cause.kind = broken->kind;
        cause.node = broken->node;
        cause.since_hlc = broken->since_hlc;
        groups.causes.push_back(std::move(cause));
        groups.members.emplace_back();
    }
    for (std::size_t i = 0; i < groups.causes.size(); ++i) groups.sum_up(i);
    std::stable_sort(groups.causes.begin(), groups.causes.end(), [](const Cause& a, const Cause& b) {
        if ((a.kind == Cause::Kind::damage) != (b.kind == Cause::Kind::damage)) return a.kind == Cause::Kind::damage;
        return a.payments.size() > b.payments.size();
    });
    return std::move(groups.causes);
}

Counters View::counters(std::int64_t now_hlc) const {
    Counters counters;
    const State& state = *m_state;
    for (const auto slot : state.open_slots()) {
        const Transaction& tx = *state.transactions.get(slot);
        ++counters.open;
        if (tx.in_doubt_hlc != 0) ++counters.in_doubt;
        if (tx.stuck(now_hlc)) ++counters.stuck;
        if (tx.state == PaymentState::blocked) ++counters.blocked;
        if (undelivered(tx, now_hlc)) ++counters.not_delivered;
        if (tx.waiting()) ++counters.waiting;
        if (tx.payment && tx.payment->due_at_ns != 0 && tx.payment->due_at_ns < now_hlc) ++counters.past_due;
    }
    for (const auto slot : state.notable) {
        const Transaction& tx = *state.transactions.get(slot);
        if (tx.damage_open()) ++counters.damage;
        else if (tx.forced_open()) ++counters.heuristic;
    }
    return counters;
}

std::int64_t View::oldest_in_doubt_ns(std::int64_t now_hlc) const {
    std::int64_t oldest = 0;
    for (const auto slot : m_state->open_slots()) {
        const Transaction& tx = *m_state->transactions.get(slot);
        if (tx.in_doubt_hlc != 0) oldest = std::max(oldest, now_hlc - tx.in_doubt_hlc);
    }
    return oldest;
}

}  // namespace indoubt::view
