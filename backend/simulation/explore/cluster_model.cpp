// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/cluster_model.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "simulation/shape.h"

namespace indoubt::simulation::explore {
namespace {

constexpr std::uint32_t crash_unit = 1, restart_unit = 16;
std::uint32_t crashes_left(std::uint32_t budget) { return budget % 16; }
std::uint32_t restarts_left(std::uint32_t budget) { return budget / 16; }

std::string account_of(NodeId node) { return node.name() + "-1"; }

}  // namespace

std::vector<events::AccountLine> accounts_of(NodeId node) {
    const auto eur = base::Currency::of("EUR");
    return {{account_of(node), "Somebody", eur, 1000, -1}, {account_of(node) + "b", "Somebody", eur, 1000, -1}};
}

ClusterModel::ClusterModel(const ClusterSetup& setup) : m_setup(setup) {
    INDOUBT_CHECK(setup.participants >= 1 && setup.participants <= 6 && setup.crashes < 16 && setup.restarts < 16, "a budget that fits its packing");
    const auto shape = std::make_shared<const events::ClusterShape>(make_shape({setup.protocol, setup.participants, setup.faults, setup.colocated}));
    INDOUBT_CHECK(shape->members.size() <= 15, "node numbers that fit their packing");
    const auto protocol = commit::find_protocol(setup.protocol.name);
    m_listens = protocol.ok() && (*protocol)->hears_failures;
    for (const auto& member : shape->members) {
        runtime::CoreConfig config;
        config.self = member.node;
        config.shape = shape;
        config.external_votes = true;
        config.wordless = true;
        config.counter_examples = true;
        m_configs.push_back(config);
    }
}

events::PaymentPtr ClusterModel::payment() const {
    std::vector<NodeId> participants;
    for (const auto& config : m_configs)
        if (config.participates()) participants.push_back(config.self);
    const auto eur = base::Currency::of("EUR");
    auto payment = std::make_shared<events::Payment>();
    payment->idempotency_key = "explored";
    payment->amount = {static_cast<std::int64_t>(100 * participants.size()), eur};
    payment->debtor.name = "whoever pays";
    payment->creditor.name = "whoever is paid";
    for (const NodeId node : participants) {
        payment->legs.push_back({node, events::LegKind::debit, account_of(node), {100, eur}});
        payment->legs.push_back({node, events::LegKind::credit, account_of(node) + "b", {100, eur}});
    }
    return payment;
}

std::uint32_t pack_action(const Action& action) { return static_cast<std::uint32_t>(action.move) << 28 | action.node << 24 | action.with; }
Action ClusterModel::unpack(std::uint32_t action) { return {static_cast<Move>(action >> 28), (action >> 24) & 15, action & 0xffffff}; }

std::uint32_t ClusterModel::local_number(LocalState&& state) {
    const std::uint64_t hash = state.hash();
    const std::uint32_t number = m_locals.number(std::move(state), hash);
    if (number == m_deeds.size()) m_deeds.push_back(m_locals[number].deeds);
    return number;
}

ClusterModel::Taken ClusterModel::number(LocalStep&& step) {
    Taken taken;
    taken.ballot = step.elected;  // what it says to itself crosses no link
    if (step.next.core) taken.ballot = std::max(taken.ballot, step.next.core->leadership().term);  // a candidate has its term before it says so
    taken.next = local_number(std::move(step.next));
    for (events::Message& message : step.sent) {
        const NodeId to = message.to, from = message.from;
        if (message.agreement) taken.ballot = std::max(taken.ballot, message.agreement->ballot);
        message.repeat = false;  // for those who watch; no machine reads it
        const std::uint64_t hash = events::hash_value(message);
        const std::uint32_t number = m_messages.number(std::move(message), hash);
        if (number == m_addressee.size()) {
            const auto index = [&](NodeId name) {
                const auto at = std::find_if(m_configs.begin(), m_configs.end(), [&](const auto& config) { return config.self == name; });
                INDOUBT_CHECK(at != m_configs.end(), "messages go between members");
                return static_cast<std::uint32_t>(at - m_configs.begin());
            };
            m_addressee.push_back(index(to));
            m_sender.push_back(index(from));
        }
        taken.sent.push_back(number);
    }
    return taken;
}

const ClusterModel::Taken& ClusterModel::take(std::uint32_t local, const Action& action) {
    const std::uint64_t key = std::uint64_t{local} << 32 | (pack_action(action) & 0xf0ffffffu);
    if (const auto found = m_taken.find(key); found != m_taken.end()) return found->second;
    return m_taken.emplace(key, compute(local, action)).first->second;
}

ClusterModel::Taken ClusterModel::compute(std::uint32_t local, const Action& action) {
    const LocalState& from = m_locals[local];
    LocalStep step;
    switch (action.move) {
        case Move::deliver: step = on_input(from, m_messages[action.with]); break;
        case Move::timer: step = on_timer(from, from.armed[action.with]); break;
        case Move::vote: step = on_vote(from, from.asked.front(), static_cast<events::Vote>(action.with)); break;
        case Move::sync: step = on_sync(from); break;
        case Move::crash: step = action.with > crash_lost ? on_lossy_crash(from, action.with - crash_lost) : on_crash(from, action.with); break;
        case Move::restart: step = on_restart(from, m_configs[action.node]); break;
        case Move::suspect: step = on_suspect(from, m_configs[action.with].self); break;
    }
    return number(std::move(step));
}

std::uint32_t ClusterModel::numbered_set(std::vector<std::uint32_t>&& set) {
    base::Hasher hasher;
    for (const std::uint32_t number : set) hasher.add(number);
    return m_sets.number(std::move(set), hasher.value());
}

std::uint32_t ClusterModel::add(std::uint32_t set, const std::vector<std::uint32_t>& sent) {
    for (const std::uint32_t message : sent) {
        const auto [known, fresh] = m_added.try_emplace(std::uint64_t{set} << 32 | message);
        if (fresh) {
            std::vector<std::uint32_t> grown = m_sets[set];
            const auto at = std::lower_bound(grown.begin(), grown.end(), message);
            if (at == grown.end() || *at != message) grown.insert(at, message);
            known->second = numbered_set(std::move(grown));
        }
        set = known->second;
    }
    return set;
}

// Links that lose nothing while both ends live: what was delivered goes, what a crash cut off goes, what is sent joins the end of its link.
std::uint32_t ClusterModel::queue(const std::uint32_t* state, const Action& action, const std::vector<std::uint32_t>& sent) {
    std::vector<std::uint32_t> links = m_sets[state[0]];
    if (action.move == Move::deliver) links.erase(std::find(links.begin(), links.end(), action.with));
    if (action.move == Move::crash) std::erase_if(links, [&](std::uint32_t message) { return m_addressee[message] == action.node; });
    const auto link = [&](std::uint32_t message) { return m_sender[message] * 16 + m_addressee[message]; };
    for (const std::uint32_t message : sent) {
        const std::uint32_t to = m_addressee[message];
        if (to != action.node && !m_locals[state[2 + to]].core) continue;
        links.insert(std::upper_bound(links.begin(), links.end(), message, [&](std::uint32_t a, std::uint32_t b) { return link(a) < link(b); }), message);
    }
    return numbered_set(std::move(links));
}

bool ClusterModel::agrees(std::uint32_t node) const {
    std::uint32_t before = 0;
    for (std::uint32_t i = 0; i < node; ++i) before += m_configs[i].participates() ? 1 : 0;
    return before < m_setup.agreeable;
}

bool ClusterModel::arrived(const std::uint32_t* state, std::uint32_t from, std::uint32_t to) const {
    const auto& links = m_sets[state[0]];
    return std::none_of(links.begin(), links.end(), [&](std::uint32_t message) { return m_sender[message] == from && m_addressee[message] == to; });
}

// A replicated coordinator takes payments once it leads: the exploration begins with the leader that a healthy cluster elects, all of
// its log on every disk, and nothing under way.
void ClusterModel::elect(std::vector<LocalStep>& steps) const {
    const auto protocol = commit::find_protocol(m_setup.protocol.name);
    if (!protocol || !(*protocol)->make_group) return;
    const auto go = [&](std::size_t i, LocalStep&& next) {
        std::vector<events::Message> sent = std::move(steps[i].sent);
        sent.insert(sent.end(), next.sent.begin(), next.sent.end());
        steps[i] = {std::move(next.next), std::move(sent), 0};
    };
    for (int beats = 0; beats < 3; ++beats) {
        for (bool moved = true; moved;) {
            moved = false;
            for (std::size_t i = 0; i < steps.size(); ++i) {
                if (!steps[i].next.unsynced.empty()) go(i, on_sync(steps[i].next)), moved = true;
                for (const events::Message& message : std::exchange(steps[i].sent, {})) {
                    const auto to = std::find_if(m_configs.begin(), m_configs.end(), [&](const auto& config) { return config.self == message.to; }) - m_configs.begin();
                    go(static_cast<std::size_t>(to), on_input(steps[static_cast<std::size_t>(to)].next, message)), moved = true;
                }
            }
        }
        for (std::size_t i = 0; i < steps.size(); ++i)
            for (const ArmedTimer& timer : std::vector<ArmedTimer>(steps[i].next.armed))
                if (timer.kind == commit::TimerKind::heartbeat) go(i, on_timer(steps[i].next, timer));
    }
}

void ClusterModel::initial(Successors& out) {
    std::uint32_t* state = out.add(0);
    std::uint32_t set = m_sets.number({}, 0);
    state[1] = m_setup.crashes * crash_unit + m_setup.restarts * restart_unit;
    std::vector<std::uint32_t> sent;
    std::vector<LocalStep> steps;
    for (const auto& config : m_configs) steps.push_back(first_start(config, config.participates() ? accounts_of(config.self) : std::vector<events::AccountLine>{}));
    elect(steps);
    for (std::uint32_t i = 0; i < nodes(); ++i) {
        LocalStep started = std::move(steps[i]);
        const std::vector<events::Message> first = started.sent;
        if (i == 0) {
            for (std::uint32_t peer = 0; peer < nodes(); ++peer) started = on_input(started.next, runtime::PeerUp{m_configs[peer].self, 1});
            runtime::Submit submit;
            submit.payment = payment();
            started = on_input(started.next, submit);
        }
        started.sent.insert(started.sent.begin(), first.begin(), first.end());
        const Taken taken = number(std::move(started));
        state[2 + i] = taken.next;
        sent.insert(sent.end(), taken.sent.begin(), taken.sent.end());
    }
    m_first_sent = sent;
    if (m_setup.accurate_detector) std::stable_sort(sent.begin(), sent.end(), [&](std::uint32_t a, std::uint32_t b) { return m_sender[a] * 16 + m_addressee[a] < m_sender[b] * 16 + m_addressee[b]; });
    state[0] = m_setup.accurate_detector ? numbered_set(std::move(sent)) : add(set, sent);
}

void ClusterModel::move(const std::uint32_t* state, const Action& action, std::uint32_t budget, Successors& out) {
    const Taken& taken = take(state[2 + action.node], action);
    if (taken.ballot > m_setup.max_ballot) return;
    const std::uint32_t set = m_setup.accurate_detector ? queue(state, action, taken.sent) : add(state[0], taken.sent);
    std::uint32_t* next = out.add(pack_action(action));
    std::copy(state, state + words(), next);
    next[0] = set;
    next[1] = budget;
    next[2 + action.node] = taken.next;
}

void ClusterModel::deliveries(const std::uint32_t* state, Successors& out) {
    std::uint32_t last_link = UINT32_MAX;
    for (const std::uint32_t message : m_sets[state[0]]) {
        const std::uint32_t to = m_addressee[message], link = m_sender[message] * 16 + to;
        if (m_setup.accurate_detector && std::exchange(last_link, link) == link) continue;  // behind the first of its link
        if (m_locals[state[2 + to]].core) move(state, {Move::deliver, to, message}, state[1], out);
    }
}

// An accurate detector reports who is down, once all that it had sent is here; any other may report anybody at any time.
bool ClusterModel::reported(const std::uint32_t* state, const Action& action) const {
    return !m_setup.accurate_detector || (!m_locals[state[2 + action.with]].core && arrived(state, action.with, action.node));
}

void ClusterModel::own_moves(std::uint32_t node, std::uint32_t number, std::vector<Action>& out) const {
    const LocalState& local = m_locals[number];
    if (!local.core) return out.push_back({Move::restart, node, 0});
    if (!local.unsynced.empty()) out.push_back({Move::sync, node, 0});
    if (!local.asked.empty()) {
        out.push_back({Move::vote, node, static_cast<std::uint32_t>(events::Vote::yes)});
        if (m_setup.no_votes && !agrees(node)) out.push_back({Move::vote, node, static_cast<std::uint32_t>(events::Vote::no)});
        if (m_setup.read_only_votes) out.push_back({Move::vote, node, static_cast<std::uint32_t>(events::Vote::read_only)});
    }
    if (m_setup.timeouts)
        for (std::uint32_t t = 0; t < local.armed.size(); ++t) out.push_back({Move::timer, node, t});
    if (m_listens)
        for (std::uint32_t other = 0; other < nodes(); ++other)
            if (other != node) out.push_back({Move::suspect, node, other});
    for (std::uint32_t kept = 0; kept <= local.unsynced.size(); ++kept) out.push_back({Move::crash, node, kept});
    if (m_setup.lying_disks && !local.log.empty()) out.push_back({Move::crash, node, crash_lost + 1});
}

// Where nothing can crash any more the disk's time matters to what waits for it alone: a forced record, or a refusal that others are to be told.
ClusterModel::Need ClusterModel::need_of(std::uint32_t local, const Action& action) const {
    if (action.move == Move::crash) return Need::spends_crash;
    if (action.move == Move::restart) return Need::spends_restart;
    return action.move == Move::sync && !m_locals[local].awaited() ? Need::crash_left : Need::nothing;
}

void ClusterModel::successors(const std::uint32_t* state, Successors& out) {
    const std::uint32_t budget = state[1];
    deliveries(state, out);
    for (std::uint32_t i = 0; i < nodes(); ++i) {
        m_own.clear();
        own_moves(i, state[2 + i], m_own);
        for (const Action& action : m_own) {
            if (action.move == Move::suspect && !reported(state, action)) continue;
            switch (need_of(state[2 + i], action)) {
                case Need::nothing: move(state, action, budget, out); break;
                case Need::crash_left: if (crashes_left(budget) > 0) move(state, action, budget, out); break;
                case Need::spends_crash: if (crashes_left(budget) > 0) move(state, action, budget - crash_unit, out); break;
                case Need::spends_restart: if (restarts_left(budget) > 0) move(state, action, budget - restart_unit, out); break;
            }
        }
    }
}

std::string ClusterModel::violated(const std::uint32_t* state) {
    std::array<std::uint32_t, 16> deeds{};
    for (std::uint32_t i = 0; i < nodes(); ++i) deeds[i] = m_deeds[state[2 + i]];
    return broken_by(deeds.data());
}

std::string ClusterModel::broken_by(const std::uint32_t* all_deeds) const {
    std::uint32_t branches = 0, managers = 0;
    bool ready = true;
    for (std::uint32_t i = 0; i < nodes(); ++i) {
        const std::uint32_t deeds = all_deeds[i];
        if ((deeds & did_commit) != 0 && (deeds & did_abort) != 0) return "stability";
        if ((deeds & led_commit) != 0 && (deeds & led_abort) != 0) return "stability";
        managers |= deeds & (led_commit | led_abort | told_commit | told_abort);
        if (!m_configs[i].participates()) continue;
        branches |= deeds & (did_commit | did_abort | said_yes | said_read_only);
        if ((deeds & (said_yes | said_read_only)) == 0) ready = false;
    }
    // Where every branch read only, nothing rests on the outcome and none is kept: a coordinator may say commit, crash, and presume abort.
    const std::uint32_t all = branches | ((branches & said_yes) != 0 ? managers : 0);
    const bool commits = (all & (did_commit | led_commit | told_commit)) != 0;
    if (commits && (all & (did_abort | led_abort | told_abort)) != 0) return "TCConsistent";
    if (commits && !ready) return "commit validity";
    return {};
}

std::uint64_t ClusterModel::memory_bytes() const {
    // Rough: a core with its log takes about 8 KiB, and a step or a set of messages 100 bytes.
    return std::uint64_t{m_locals.size()} * 8192 + (m_taken.size() + m_added.size() + m_sets.size()) * 100;
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
        case Move::suspect: return name + " is told that " + node(action.with).name() + " is down";
    }
    return name;
}

}  // namespace indoubt::simulation::explore
