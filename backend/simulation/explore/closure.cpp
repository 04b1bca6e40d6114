// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/closure.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace indoubt::simulation::explore {
namespace {

// How often each node must have crashed and restarted by now, at least: what a node has heard tells it of others too. Of several ways
// to one state the least of each counts, so it is never said of more than is so.
struct Evidence {
    std::array<std::uint8_t, 16> crashes{}, restarts{};
    friend bool operator==(const Evidence&, const Evidence&) = default;
};

Evidence joined(Evidence a, const Evidence& b) {
    for (std::size_t i = 0; i < a.crashes.size(); ++i) {
        a.crashes[i] = std::max(a.crashes[i], b.crashes[i]);
        a.restarts[i] = std::max(a.restarts[i], b.restarts[i]);
    }
    return a;
}

bool lower(Evidence& a, const Evidence& b) {
    const Evidence before = a;
    for (std::size_t i = 0; i < a.crashes.size(); ++i) {
        a.crashes[i] = std::min(a.crashes[i], b.crashes[i]);
        a.restarts[i] = std::min(a.restarts[i], b.restarts[i]);
    }
    return !(a == before);
}

class Closing {
  public:
    Closing(ClusterModel& model, std::uint64_t steps_max, std::uint64_t memory_bytes_max) : m_model(model), m_steps_max(steps_max), m_memory_bytes_max(memory_bytes_max) {}

    Closure go() {
        m_out.nodes = m_model.nodes();
        m_out.inbox.resize(m_out.nodes);
        m_out.sets.push_back({});
        m_numbers.emplace(std::vector<std::uint32_t>{}, 0);
        Successors first(m_model.words());
        m_model.initial(first);
        m_out.initially_sent = m_model.under_way(first.state(0));
        for (const std::uint32_t message : m_out.initially_sent) heard_of(message, {});
        for (std::uint32_t node = 0; node < m_out.nodes; ++node) m_out.initial.push_back(reached(first.state(0)[2 + node], node, {}));
        // A state is done with once it has met every message; both grow while others are met.
        for (bool grows = true; grows;) {
            grows = false;
            for (std::uint32_t state = 0; state < m_out.node_of.size(); ++state) {
                if (m_fresh[state]) moves(state);
                else if (m_again[state]) tell_again(state);
                else if (m_out.next[state].size() == m_out.inbox[m_out.node_of[state]].size()) continue;
                m_fresh[state] = m_again[state] = false;
                grows = true;
                deliver(state);
                if (m_out.steps > m_steps_max || (state % 256 == 0 && m_model.memory_bytes() > m_memory_bytes_max)) return {};
            }
            if (!std::exchange(m_lowered, false)) continue;
            grows = true;
            m_again.assign(m_again.size(), true);
        }
        m_out.finished = true;
        return std::move(m_out);
    }

  private:
    bool possible(const Evidence& evidence) const {
        std::uint32_t crashes = 0, restarts = 0;
        for (const std::uint8_t count : evidence.crashes) crashes += count;
        for (const std::uint8_t count : evidence.restarts) restarts += count;
        return crashes <= m_model.setup().crashes && restarts <= m_model.setup().restarts;
    }

    std::uint32_t reached(std::uint32_t local, std::uint32_t node, const Evidence& evidence) {
        const auto [at, fresh] = m_states.try_emplace(local, static_cast<std::uint32_t>(m_out.node_of.size()));
        const std::uint32_t state = at->second;
        if (fresh) {
            m_out.node_of.push_back(node);
            m_out.deeds.push_back(m_model.deeds(local));
            m_out.up.push_back(m_model.local_state(local).core.has_value());
            m_out.own.emplace_back();
            m_out.next.emplace_back();
            m_out.sends.emplace_back();
            m_local.push_back(local);
            m_evidence.push_back(evidence);
            m_fresh.push_back(true);
            m_again.push_back(false);
            m_left_out.emplace_back();
        } else if (lower(m_evidence[state], evidence)) {
            m_again[state] = true;
        }
        return state;
    }

    void heard_of(std::uint32_t message, const Evidence& evidence) {
        if (m_out.place.size() <= message) {
            m_out.place.resize(message + 1, UINT32_MAX);
            m_needs.resize(message + 1);
        }
        if (m_out.place[message] != UINT32_MAX) {
            m_lowered = lower(m_needs[message], evidence) || m_lowered;
            return;
        }
        m_needs[message] = evidence;
        auto& inbox = m_out.inbox[m_model.addressee(message)];
        m_out.place[message] = static_cast<std::uint32_t>(inbox.size());
        inbox.push_back(message);
    }

    std::uint32_t set_of(std::vector<std::uint32_t> sent, const Evidence& evidence) {
        std::sort(sent.begin(), sent.end());
        sent.erase(std::unique(sent.begin(), sent.end()), sent.end());
        for (const std::uint32_t message : sent) heard_of(message, evidence);
        const auto [at, fresh] = m_numbers.try_emplace(std::move(sent), static_cast<std::uint32_t>(m_out.sets.size()));
        if (fresh) m_out.sets.push_back(at->first);
        return at->second;
    }

    Evidence after(std::uint32_t state, EdgeKind kind) const {
        Evidence evidence = m_evidence[state];
        if (kind == EdgeKind::crash) ++evidence.crashes[m_out.node_of[state]];
        if (kind == EdgeKind::restart) ++evidence.restarts[m_out.node_of[state]];
        return evidence;
    }

    void moves(std::uint32_t state) {
        const std::uint32_t node = m_out.node_of[state];
        std::vector<Action> actions;
        m_model.own_moves(node, m_local[state], actions);
        std::vector<OwnEdge> edges;
        m_left_out[state].own = false;
        for (const Action& action : actions) {
            EdgeKind kind = EdgeKind::free;
            switch (m_model.need_of(m_local[state], action)) {
                case ClusterModel::Need::nothing: break;
                case ClusterModel::Need::crash_left: kind = EdgeKind::sync_lazy; break;
                case ClusterModel::Need::spends_crash: kind = EdgeKind::crash; break;
                case ClusterModel::Need::spends_restart: kind = EdgeKind::restart; break;
            }
            const Evidence evidence = after(state, kind);
            if (!possible(evidence)) {
                m_left_out[state].own = true;
                continue;
            }
            ClusterModel::Taken taken = m_model.compute(m_local[state], action);
            ++m_out.steps;
            if (taken.ballot > m_model.setup().max_ballot) continue;
            const std::uint32_t sends = set_of(std::move(taken.sent), evidence);
            const std::uint32_t next = reached(taken.next, node, evidence);
            if (kind != EdgeKind::free || next != state || sends != 0) edges.push_back({kind, next, sends});
        }
        m_out.own[state] = std::move(edges);
    }

    void deliver(std::uint32_t state) {
        const auto& inbox = m_out.inbox[m_out.node_of[state]];
        while (m_out.next[state].size() < inbox.size()) {
            m_out.next[state].push_back(state);
            m_out.sends[state].push_back(0);
            take(state, static_cast<std::uint32_t>(m_out.next[state].size() - 1));
        }
    }

    void take(std::uint32_t state, std::uint32_t place) {
        const std::uint32_t node = m_out.node_of[state];
        if (!m_out.up[state]) return;
        const std::uint32_t message = m_out.inbox[node][place];
        const Evidence evidence = joined(m_evidence[state], m_needs[message]);
        if (!possible(evidence)) return m_left_out[state].places.push_back(place);
        ClusterModel::Taken taken = m_model.compute(m_local[state], {Move::deliver, node, message});
        ++m_out.steps;
        if (taken.ballot > m_model.setup().max_ballot) return;
        m_out.sends[state][place] = set_of(std::move(taken.sent), evidence);
        const std::uint32_t next = reached(taken.next, node, evidence);
        m_out.next[state][place] = next;
    }

    // Less is known to have happened by then than was thought: what follows may be possible after all, and so may what was left out.
    void tell_again(std::uint32_t state) {
        const std::uint32_t node = m_out.node_of[state];
        if (m_left_out[state].own && possible(after(state, m_out.up[state] ? EdgeKind::crash : EdgeKind::restart))) moves(state);
        const auto say = [&](std::uint32_t next, std::uint32_t sends, const Evidence& evidence) {
            reached(m_local[next], node, evidence);
            for (const std::uint32_t message : m_out.sets[sends]) heard_of(message, evidence);
        };
        for (const OwnEdge& edge : std::vector<OwnEdge>(m_out.own[state])) say(edge.next, edge.sends, after(state, edge.kind));
        for (const std::uint32_t place : std::exchange(m_left_out[state].places, {})) take(state, place);
        for (std::uint32_t place = 0; place < m_out.next[state].size(); ++place)
            if (m_out.next[state][place] != state || m_out.sends[state][place] != 0)
                say(m_out.next[state][place], m_out.sends[state][place], joined(m_evidence[state], m_needs[m_out.inbox[node][place]]));
    }

    struct LeftOut { bool own = false; std::vector<std::uint32_t> places; };

    ClusterModel& m_model;
    const std::uint64_t m_steps_max, m_memory_bytes_max;
    Closure m_out;
    std::unordered_map<std::uint32_t, std::uint32_t> m_states;  // by local state
    std::vector<std::uint32_t> m_local;
    std::vector<Evidence> m_evidence, m_needs;                  // by state; by message: of whoever said it
    std::vector<bool> m_fresh, m_again;
    std::vector<LeftOut> m_left_out;                            // by state: what the budget does not allow, as far as is known
    bool m_lowered = false;
    std::map<std::vector<std::uint32_t>, std::uint32_t> m_numbers;
};

}  // namespace

Closure close(ClusterModel& model, std::uint64_t steps_max, std::uint64_t memory_bytes_max) { return Closing(model, steps_max, memory_bytes_max).go(); }

}  // namespace indoubt::simulation::explore
