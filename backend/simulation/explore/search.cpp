// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/search.h"

#include <chrono>

namespace indoubt::simulation::explore {
namespace {

class Run {
  public:
    Run(Model& model, const Bounds& bounds, StateSet& seen) : m_model(model), m_bounds(bounds), m_seen(seen), m_next(model.words()) {}

    Report go(const std::function<bool(const Progress&)>& progress) {
        const auto began = std::chrono::steady_clock::now();
        m_model.initial(m_next);
        take(StateSet::none);
        // Breadth first: ids are in order of discovery, so the next to expand is the next id, and a level ends where the ids stood.
        std::uint32_t level_end = m_seen.size();
        std::uint32_t at = 0;
        for (; at < m_seen.size() && m_report.stopped.empty(); ++at) {
            if (at == level_end) {
                ++m_report.depth;
                level_end = m_seen.size();
            }
            if (at % 65536 == 65535 && !goes_on(at, progress)) break;
            m_next.clear();
            m_model.successors(m_seen.state(at), m_next);
            take(at);
        }
        m_report.states = m_seen.size();
        m_report.complete = m_report.stopped.empty() && at == m_seen.size();
        m_report.memory_bytes = m_seen.memory_bytes() + m_model.memory_bytes();
        m_report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        return std::move(m_report);
    }

  private:
    void take(std::uint32_t from) {
        m_report.generated += m_next.size();
        for (std::size_t i = 0; i < m_next.size(); ++i) {
            const auto [id, fresh] = m_seen.insert(m_next.state(i), from, m_next.action(i));
            if (!fresh) continue;
            std::string broken = m_model.violated(m_seen.state(id));
            if (broken.empty()) continue;
            m_report.violations.push_back({std::move(broken), id, m_seen.path(id)});
            if (m_report.violations.size() < m_bounds.violations_max) continue;
            m_report.stopped = "a violation was found";
            return;
        }
    }

    bool goes_on(std::uint32_t at, const std::function<bool(const Progress&)>& progress) {
        const std::uint64_t memory = m_seen.memory_bytes() + m_model.memory_bytes();
        if (m_seen.size() >= m_bounds.states_max) m_report.stopped = "the bound of " + std::to_string(m_bounds.states_max) + " states was reached";
        else if (memory >= m_bounds.memory_bytes_max) m_report.stopped = "the bound of " + std::to_string(m_bounds.memory_bytes_max >> 20) + " MiB was reached";
        else if (progress && !progress({m_seen.size(), m_report.generated, m_seen.size() - at, memory, m_report.depth})) m_report.stopped = "cancelled";
        return m_report.stopped.empty();
    }

    Model& m_model;
    const Bounds& m_bounds;
    StateSet& m_seen;
    Successors m_next;
    Report m_report;
};

}  // namespace

Report search(Model& model, const Bounds& bounds, StateSet& seen, const std::function<bool(const Progress&)>& progress) {
    return Run(model, bounds, seen).go(progress);
}

}  // namespace indoubt::simulation::explore
