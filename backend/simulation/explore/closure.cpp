// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/closure.h"

#include <algorithm>
#include <map>

namespace indoubt::simulation::explore {
namespace {

class Closing {
  public:
    Closing(ClusterModel& model, std::uint64_t steps_max) : m_model(model), m_steps_max(steps_max) {}

    Closure go() {
        m_out.nodes = m_model.nodes();
        m_out.inbox.resize(m_out.nodes);
        m_out.sets.push_back({});
        m_numbers.emplace(std::vector<std::uint32_t>{}, 0);
        Successors first(m_model.words());
        m_model.initial(first);
        m_out.initially_sent = m_model.under_way(first.state(0));
        for (const std::uint32_t message : m_out.initially_sent) heard_of(message);
        for (std::uint32_t node = 0; node < m_out.nodes; ++node) m_out.initial.push_back(reached(first.state(0)[2 + node], node, {0, 0}));
        // A state is done with once it has met every message; both grow while others are met.
        for (bool grows = true; grows;) {
            grows = false;
            for (std::uint32_t state = 0; state < m_out.node_of.size(); ++state) {
                if (m_again[state]) m_again[state] = false, grows = true, moves(state);
                grows = deliver(state) || grows;
                if (m_out.steps > m_steps_max) return {};
            }
        }
        m_out.finished = true;
        return std::move(m_out);
    }

  private:
    struct Spent { std::uint32_t crashes, restarts; };

    // The fewest crashes it was reached with bound how many more there may be; restarts likewise.
    std::uint32_t reached(std::uint32_t local, std::uint32_t node, Spent spent) {
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
            m_spent.push_back(spent);
            m_again.push_back(true);
        } else if (spent.crashes < m_spent[state].crashes || spent.restarts < m_spent[state].restarts) {
            m_spent[state] = {std::min(spent.crashes, m_spent[state].crashes), std::min(spent.restarts, m_spent[state].restarts)};
            m_again[state] = true;
        }
        return state;
    }

    void heard_of(std::uint32_t message) {
        if (m_out.place.size() <= message) m_out.place.resize(message + 1, UINT32_MAX);
        if (m_out.place[message] != UINT32_MAX) return;
        auto& inbox = m_out.inbox[m_model.addressee(message)];
        m_out.place[message] = static_cast<std::uint32_t>(inbox.size());
        inbox.push_back(message);
    }

    std::uint32_t set_of(std::vector<std::uint32_t> sent) {
        std::sort(sent.begin(), sent.end());
        sent.erase(std::unique(sent.begin(), sent.end()), sent.end());
        for (const std::uint32_t message : sent) heard_of(message);
        const auto [at, fresh] = m_numbers.try_emplace(std::move(sent), static_cast<std::uint32_t>(m_out.sets.size()));
        if (fresh) m_out.sets.push_back(at->first);
        return at->second;
    }

    void moves(std::uint32_t state) {
        const std::uint32_t node = m_out.node_of[state];
        const Spent spent = m_spent[state];
        std::vector<Action> actions;
        m_model.own_moves(node, m_local[state], actions);
        std::vector<OwnEdge> edges;
        for (const Action& action : actions) {
            Spent after = spent;
            EdgeKind kind = EdgeKind::free;
            switch (m_model.need_of(m_local[state], action)) {
                case ClusterModel::Need::nothing: break;
                case ClusterModel::Need::crash_left: kind = EdgeKind::sync_lazy; break;
                case ClusterModel::Need::spends_crash: kind = EdgeKind::crash; ++after.crashes; break;
                case ClusterModel::Need::spends_restart: kind = EdgeKind::restart; ++after.restarts; break;
            }
            if (after.crashes > m_model.setup().crashes || after.restarts > m_model.setup().restarts) continue;
            ClusterModel::Taken taken = m_model.compute(m_local[state], action);
            ++m_out.steps;
            if (taken.ballot > m_model.setup().max_ballot) continue;
            const std::uint32_t sends = set_of(std::move(taken.sent));
            const std::uint32_t next = reached(taken.next, node, after);
            if (kind != EdgeKind::free || next != state || sends != 0) edges.push_back({kind, next, sends});
        }
        m_out.own[state] = std::move(edges);
        // What it led to before was reached by as few.
        for (std::size_t at = 0; at < m_out.next[state].size(); ++at) reached(m_local[m_out.next[state][at]], node, spent);
    }

    bool deliver(std::uint32_t state) {
        const std::uint32_t node = m_out.node_of[state];
        bool any = false;
        for (std::size_t at = m_out.next[state].size(); at < m_out.inbox[node].size(); ++at) {
            any = true;
            std::uint32_t next = state, sends = 0;
            if (m_out.up[state]) {
                ClusterModel::Taken taken = m_model.compute(m_local[state], {Move::deliver, node, m_out.inbox[node][at]});
                ++m_out.steps;
                if (taken.ballot <= m_model.setup().max_ballot) {
                    sends = set_of(std::move(taken.sent));
                    next = reached(taken.next, node, m_spent[state]);
                }
            }
            m_out.next[state].push_back(next);
            m_out.sends[state].push_back(sends);
        }
        return any;
    }

    ClusterModel& m_model;
    const std::uint64_t m_steps_max;
    Closure m_out;
    std::unordered_map<std::uint32_t, std::uint32_t> m_states;  // by local state
    std::vector<std::uint32_t> m_local;
    std::vector<Spent> m_spent;
    std::vector<bool> m_again;
    std::map<std::vector<std::uint32_t>, std::uint32_t> m_numbers;
};

}  // namespace

Closure close(ClusterModel& model, std::uint64_t steps_max) { return Closing(model, steps_max).go(); }

}  // namespace indoubt::simulation::explore
