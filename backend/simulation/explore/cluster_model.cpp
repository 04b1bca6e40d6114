// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/cluster_model.h"

#include <algorithm>

#include "base/check.h"

namespace indoubt::simulation::explore {
namespace {

constexpr std::uint32_t crash_unit = 1, restart_unit = 16;
std::uint32_t crashes_left(std::uint32_t budget) { return budget % 16; }
std::uint32_t restarts_left(std::uint32_t budget) { return budget / 16; }

std::string account_of(NodeId node) { return node.name() + "-1"; }

// A takes, everybody else gets: a leg at each participant, so each is an updater.
events::PaymentPtr payment_over(const std::vector<runtime::CoreConfig>& nodes) {
    const auto eur = base::Currency::of("EUR");
    auto payment = std::make_shared<events::Payment>();
    payment->idempotency_key = "explored";
    const auto others = static_cast<std::int64_t>(nodes.size()) - 2;
    payment->amount = {others == 0 ? 100 : 100 * others, eur};
    payment->debtor.account = account_of(nodes[1].self);
    payment->creditor.account = account_of(nodes.back().self);
    payment->legs.push_back({nodes[1].self, events::LegKind::debit, account_of(nodes[1].self), payment->amount});
    if (others == 0) payment->legs.push_back({nodes[1].self, events::LegKind::credit, account_of(nodes[1].self) + "b", payment->amount});
    for (std::size_t i = 2; i < nodes.size(); ++i) payment->legs.push_back({nodes[i].self, events::LegKind::credit, account_of(nodes[i].self), {100, eur}});
    return payment;
}

std::vector<events::AccountLine> accounts_of(NodeId node) {
    const auto eur = base::Currency::of("EUR");
    return {{account_of(node), "Somebody", eur, 1000, -1}, {account_of(node) + "b", "Somebody", eur, 1000, -1}};
}

}  // namespace

ClusterModel::ClusterModel(const ClusterSetup& setup) : m_setup(setup) {
    INDOUBT_CHECK(setup.participants >= 1 && setup.participants <= 6 && setup.crashes < 16 && setup.restarts < 16, "a budget that fits its packing");
    auto shape = std::make_shared<events::ClusterShape>();
    shape->coordinator = NodeId::of("T");
    shape->protocol = setup.protocol;
    shape->members.push_back({shape->coordinator, "T", ""});
    for (std::uint32_t i = 0; i < setup.participants; ++i) {
        const std::string name(1, static_cast<char>('A' + i));
        shape->members.push_back({NodeId::of(name), name, ""});
    }
    for (const auto& member : shape->members) {
        runtime::CoreConfig config;
        config.self = member.node;
        config.shape = shape;
        config.external_votes = true;
        m_configs.push_back(config);
    }
}

std::uint32_t ClusterModel::pack(const Action& action) { return static_cast<std::uint32_t>(action.move) << 28 | action.node << 24 | action.with; }
Action ClusterModel::unpack(std::uint32_t action) { return {static_cast<Move>(action >> 28), (action >> 24) & 15, action & 0xffffff}; }

std::uint32_t ClusterModel::local_number(LocalState&& state) {
    const std::uint64_t hash = state.hash();
    const std::uint32_t number = m_locals.number(std::move(state), hash);
    if (number == m_deeds.size()) m_deeds.push_back(m_locals[number].deeds);
    return number;
}

ClusterModel::Taken ClusterModel::number(LocalStep&& step) {
    Taken taken;
    taken.next = local_number(std::move(step.next));
    for (events::Message& message : step.sent) {
        const NodeId to = message.to;
        message.repeat = false;  // for those who watch; no machine reads it
        const std::uint64_t hash = events::hash_value(message);
        const std::uint32_t number = m_messages.number(std::move(message), hash);
        if (number == m_addressee.size()) {
            const auto at = std::find_if(m_configs.begin(), m_configs.end(), [&](const auto& config) { return config.self == to; });
            INDOUBT_CHECK(at != m_configs.end(), "messages go to members");
            m_addressee.push_back(static_cast<std::uint32_t>(at - m_configs.begin()));
        }
        taken.sent.push_back(number);
    }
    return taken;
}

const ClusterModel::Taken& ClusterModel::take(std::uint32_t local, const Action& action) {
    const std::uint64_t key = std::uint64_t{local} << 32 | (pack(action) & 0xf0ffffffu);
    if (const auto found = m_taken.find(key); found != m_taken.end()) return found->second;
    const LocalState& from = m_locals[local];
    LocalStep step;
    switch (action.move) {
        case Move::deliver: step = on_input(from, m_messages[action.with]); break;
        case Move::timer: step = on_timer(from, from.armed[action.with]); break;
        case Move::vote: step = on_vote(from, from.asked.front(), static_cast<events::Vote>(action.with)); break;
        case Move::sync: step = on_sync(from); break;
        case Move::crash: step = action.with > crash_lost ? on_lossy_crash(from, action.with - crash_lost) : on_crash(from, action.with); break;
        case Move::restart: step = on_restart(from, m_configs[action.node]); break;
    }
    return m_taken.emplace(key, number(std::move(step))).first->second;
}

std::uint32_t ClusterModel::add(std::uint32_t set, const std::vector<std::uint32_t>& sent) {
    for (const std::uint32_t message : sent) {
        const auto [known, fresh] = m_added.try_emplace(std::uint64_t{set} << 32 | message);
        if (fresh) {
            std::vector<std::uint32_t> grown = m_sets[set];
            const auto at = std::lower_bound(grown.begin(), grown.end(), message);
            if (at == grown.end() || *at != message) grown.insert(at, message);
            base::Hasher hasher;
            for (const std::uint32_t number : grown) hasher.add(number);
            known->second = m_sets.number(std::move(grown), hasher.value());
        }
        set = known->second;
    }
    return set;
}

void ClusterModel::initial(Successors& out) {
    std::uint32_t* state = out.add(0);
    std::uint32_t set = m_sets.number({}, 0);
    state[1] = m_setup.crashes * crash_unit + m_setup.restarts * restart_unit;
    for (std::uint32_t i = 0; i < nodes(); ++i) {
        LocalStep started = first_start(m_configs[i], i == 0 ? std::vector<events::AccountLine>{} : accounts_of(m_configs[i].self));
        if (i == 0) {
            for (std::uint32_t peer = 1; peer < nodes(); ++peer) started = on_input(started.next, runtime::PeerUp{m_configs[peer].self, 1});
            runtime::Submit submit;
            submit.payment = payment_over(m_configs);
            started = on_input(started.next, submit);
        }
        const Taken taken = number(std::move(started));
        state[2 + i] = taken.next;
        set = add(set, taken.sent);
    }
    state[0] = set;
}

void ClusterModel::move(const std::uint32_t* state, const Action& action, std::uint32_t budget, Successors& out) {
    const Taken& taken = take(state[2 + action.node], action);
    const std::uint32_t set = add(state[0], taken.sent);
    std::uint32_t* next = out.add(pack(action));
    std::copy(state, state + words(), next);
    next[0] = set;
    next[1] = budget;
    next[2 + action.node] = taken.next;
}

void ClusterModel::successors(const std::uint32_t* state, Successors& out) {
    const std::uint32_t budget = state[1];
    for (const std::uint32_t message : m_sets[state[0]]) {
        const std::uint32_t to = m_addressee[message];
        if (m_locals[state[2 + to]].core) move(state, {Move::deliver, to, message}, budget, out);
    }
    for (std::uint32_t i = 0; i < nodes(); ++i) {
        const LocalState& local = m_locals[state[2 + i]];
        if (!local.core) {
            if (restarts_left(budget) > 0) move(state, {Move::restart, i, 0}, budget - restart_unit, out);
            continue;
        }
        if (!local.unsynced.empty()) move(state, {Move::sync, i, 0}, budget, out);
        if (!local.asked.empty()) {
            move(state, {Move::vote, i, static_cast<std::uint32_t>(events::Vote::yes)}, budget, out);
            if (m_setup.no_votes) move(state, {Move::vote, i, static_cast<std::uint32_t>(events::Vote::no)}, budget, out);
            if (m_setup.read_only_votes) move(state, {Move::vote, i, static_cast<std::uint32_t>(events::Vote::read_only)}, budget, out);
        }
        if (m_setup.timeouts)
            for (std::uint32_t t = 0; t < local.armed.size(); ++t) move(state, {Move::timer, i, t}, budget, out);
        if (crashes_left(budget) > 0)
            for (std::uint32_t kept = 0; kept <= local.unsynced.size(); ++kept) move(state, {Move::crash, i, kept}, budget - crash_unit, out);
        if (crashes_left(budget) > 0 && m_setup.lying_disks && !local.log.empty()) move(state, {Move::crash, i, crash_lost + 1}, budget - crash_unit, out);
    }
}

std::string ClusterModel::violated(const std::uint32_t* state) {
    std::uint32_t branches = 0;
    bool ready = true;
    for (std::uint32_t i = 0; i < nodes(); ++i) {
        const std::uint32_t deeds = m_deeds[state[2 + i]];
        if ((deeds & did_commit) != 0 && (deeds & did_abort) != 0) return "stability";
        if (i == 0) continue;
        branches |= deeds;
        if ((deeds & (said_yes | said_read_only)) == 0) ready = false;
    }
    // Where every branch read only, nothing rests on the outcome and none is kept: a coordinator may say commit, crash, and presume abort.
    const std::uint32_t all = branches | ((branches & said_yes) != 0 ? m_deeds[state[2]] : 0);
    const bool commits = (all & (did_commit | told_commit)) != 0;
    if (commits && (all & (did_abort | told_abort)) != 0) return "TCConsistent";
    if (commits && !ready) return "commit validity";
    return {};
}

std::uint64_t ClusterModel::memory_bytes() const {
    // Rough: a core with its log takes about 4 KiB, and a step or a set of messages 100 bytes.
    return std::uint64_t{m_locals.size()} * 4096 + (m_taken.size() + m_added.size() + m_sets.size()) * 100;
}

std::string ClusterModel::describe(std::uint32_t packed) const {
    const Action action = unpack(packed);
    const std::string name = node(action.node).name();
    switch (action.move) {
        case Move::deliver: {
            const events::Message& message = m_messages[action.with];
            return name + " receives " + std::string(events::word(message.kind)) + " from " + message.from.name();
        }
        case Move::timer: return name + ": a timer runs out";
        case Move::vote: return name + " votes " + std::string(events::word(static_cast<events::Vote>(action.with)));
        case Move::sync: return name + ": what it wrote is on disk";
        case Move::crash:
            if (action.with > crash_lost) return name + " crashes, and its disk had lied about the last " + std::to_string(action.with - crash_lost) + " records";
            return name + " crashes, " + std::to_string(action.with) + " unsynced records had reached the disk";
        case Move::restart: return name + " restarts";
    }
    return name;
}

}  // namespace indoubt::simulation::explore
