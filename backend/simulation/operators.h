// SPDX-License-Identifier: GPL-3.0-or-later
// The people of one seed: clients that ask again with the same key, and operators who abort, force, retry, refuse and forget.
#pragma once
#include <memory>
#include <vector>

#include "simulation/coverage.h"
#include "simulation/world.h"

namespace indoubt::simulation {

class Clients {
  public:
    Clients(World& world, base::Prng& prng, Coverage& coverage) : m_world(&world), m_prng(&prng), m_coverage(&coverage) {}
    // Submits it then, tries again while the coordinator is down, and sometimes once more when no answer came.
    void plan(std::int64_t at_ns, events::PaymentPtr payment);
    bool retries = true;  // false: never once more under the same key

  private:
    struct Client {
        events::PaymentPtr payment;
        bool answered = false;
        int tries = 0;
    };
    void submit(const std::shared_ptr<Client>& client);

    World* m_world;
    base::Prng* m_prng;
    Coverage* m_coverage;
};

class Operators {
  public:
    Operators(World& world, base::Prng& prng, Coverage& coverage) : m_world(&world), m_prng(&prng), m_coverage(&coverage) {}
    void plan(std::int64_t at_ns);  // one order of a random kind, if its moment fits
    void ask_to_refuse(std::int64_t at_ns, NodeId node);    // the first payment from then on that this node has not heard of
    void force_and_forget(std::int64_t at_ns, NodeId node); // the first branch in doubt here from then on, and once its outcome is known
    void forget_all();              // every heuristic branch whose outcome is known

  private:
    void give(NodeId node, const Xid& xid, commit::OrderKind kind, const char* counted);
    bool refuse_unheard(NodeId node);
    void watch(NodeId node, int looks, bool forced);
    void forget_at(NodeId node);

    World* m_world;
    base::Prng* m_prng;
    Coverage* m_coverage;
};

}  // namespace indoubt::simulation
