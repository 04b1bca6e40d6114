// SPDX-License-Identifier: GPL-3.0-or-later
// The faults of one seed: drawn at random, planned in virtual time, counted when they strike.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "simulation/coverage.h"
#include "simulation/operators.h"
#include "simulation/world.h"

namespace indoubt::simulation {

// A place of the protocol where a node can be made to crash.
struct PointKind {
    runtime::FaultPoint point;
    std::string_view what;   // record or message word
    bool coordinator;
    std::string name() const;  // "force COMMIT at the coordinator"
};
// Those that runs of this protocol can reach.
const std::vector<PointKind>& point_kinds(std::string_view protocol = "2pc-pa");

class FaultPlan {
  public:
    FaultPlan(World& world, base::Prng& prng, Coverage& coverage, Operators& operators);
    // Plans one fault somewhere in [from, until).
    void plan(std::int64_t from_ns, std::int64_t until_ns);
    // Ends every fault: rules cleared, held messages released, links healed, nodes resumed and restarted.
    void heal();

  private:
    void crash(std::int64_t at_ns, NodeId node);
    void crash_all(std::int64_t at_ns);
    void crash_at_point(std::int64_t at_ns);
    void lead_to(const runtime::FaultRule& rule, std::int64_t at_ns);
    void message_fault(std::int64_t at_ns, runtime::FaultAct act);
    void spell(std::int64_t at_ns, std::uint32_t Network::*rate, std::uint32_t per_thousand);
    void cut(std::int64_t at_ns, const std::string& kind);
    void died(NodeId node, bool by_fault, Disk::Landed landed);
    NodeId any_node();
    NodeId any_participant();
    std::int64_t between(std::int64_t low, std::int64_t high) { return m_prng->between(low, high); }

    World* m_world;
    base::Prng* m_prng;
    Coverage* m_coverage;
    Operators* m_operators;
    std::uint64_t m_late_accounts = 0;
    bool m_healed = false;
    bool m_crashes_only = false;  // the protocol promises for nothing else of nodes and network
};

}  // namespace indoubt::simulation
