// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/blocking.h"

#include <map>

namespace indoubt::simulation::explore {

namespace {

class Classifier {
  public:
    Classifier(Model& model, const StateSet& seen, const std::vector<std::string>& nodes, const std::function<bool(const std::uint32_t*, std::uint32_t)>& waits)
        : m_model(model), m_seen(seen), m_nodes(nodes), m_waits(waits), m_next(model.words()), m_free(seen.size(), 0) {}

    Blocked run() {
        Blocked result;
        for (std::uint32_t id = 0; id < m_seen.size(); ++id) m_free[id] = static_cast<std::uint16_t>(~waiting(id));
        while (pass()) {
        }
        std::map<std::pair<std::uint32_t, std::string>, std::uint64_t> counts;
        for (std::uint32_t id = 0; id < m_seen.size(); ++id) {
            const auto blocked = static_cast<std::uint16_t>(~m_free[id]);
            if (blocked == 0) continue;
            ++result.states;
            for (std::uint32_t node = 0; node < m_nodes.size(); ++node)
                if ((blocked >> node & 1) != 0) ++counts[{node, freed_by(id, node)}];
        }
        for (const auto& [key, count] : counts) result.who.push_back({m_nodes[key.first], key.second, count});
        return result;
    }

  private:
    // Prepared, undecided and up, a bit for each.
    std::uint16_t waiting(std::uint32_t id) const {
        std::uint16_t mask = 0;
        for (std::uint32_t node = 0; node < m_nodes.size(); ++node)
            if (m_waits(m_seen.state(id), node)) mask = static_cast<std::uint16_t>(mask | 1u << node);
        return mask;
    }

    // A state is as free as its successors without crashes and restarts. States found later are mostly nearer to the end: from the back.
    bool pass() {
        bool changed = false;
        for (std::uint32_t id = m_seen.size(); id-- > 0;) {
            if (m_free[id] == 0xffff) continue;
            std::uint16_t mask = m_free[id];
            successors(id, [&](Move move, std::uint32_t, std::uint32_t next) {
                if (move != Move::crash && move != Move::restart) mask = static_cast<std::uint16_t>(mask | m_free[next]);
            });
            changed = changed || mask != m_free[id];
            m_free[id] = mask;
        }
        return changed;
    }

    std::string freed_by(std::uint32_t id, std::uint32_t who) {
        std::string freed, also;
        bool restarts = false;
        successors(id, [&](Move move, std::uint32_t node, std::uint32_t next) {
            if (move != Move::restart) return;
            restarts = true;
            if ((m_free[next] >> who & 1) != 0) freed += (freed.empty() ? "" : " or ") + m_nodes[node];
        });
        if (!freed.empty()) return "restart of " + freed;
        return restarts ? "more than one restart" : "nothing within this budget: no restart is left";
    }

    template <class Visit>
    void successors(std::uint32_t id, Visit&& visit) {
        m_next.clear();
        m_model.successors(m_seen.state(id), m_next);
        for (std::size_t i = 0; i < m_next.size(); ++i) {
            const std::uint32_t next = m_seen.find(m_next.state(i));
            const Action action = ClusterModel::unpack(m_next.action(i));
            if (next != StateSet::none) visit(action.move, action.node, next);
        }
    }

    Model& m_model;
    const StateSet& m_seen;
    const std::vector<std::string>& m_nodes;
    const std::function<bool(const std::uint32_t*, std::uint32_t)>& m_waits;
    Successors m_next;
    std::vector<std::uint16_t> m_free;  // by state: a bit for each node that is not blocked
};

}  // namespace

Blocked classify_blocking(Model& model, const StateSet& seen, const std::vector<std::string>& nodes, const std::function<bool(const std::uint32_t*, std::uint32_t)>& waits) {
    return Classifier(model, seen, nodes, waits).run();
}

}  // namespace indoubt::simulation::explore
