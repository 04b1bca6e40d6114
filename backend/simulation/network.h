// SPDX-License-Identifier: GPL-3.0-or-later
// The network between the nodes: latency and jitter, loss, duplication, reordering, cuts. FIFO per direction unless it reorders.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "base/prng.h"
#include "ports/ports.h"
#include "simulation/scheduler.h"

namespace indoubt::simulation {

using base::NodeId;

struct NetworkCounters {
    std::uint64_t sent = 0, lost = 0, duplicated = 0, reordered = 0, cut = 0, delayed = 0, replayed = 0;
};

class Network {
  public:
    using Deliver = std::function<void(NodeId to, events::Envelope&& envelope)>;
    Network(Scheduler& scheduler, base::Prng& prng, Deliver deliver) : m_scheduler(&scheduler), m_prng(&prng), m_deliver(std::move(deliver)) {}

    void send(const events::Envelope& envelope);
    // One-way; both ways are two cuts.
    void cut(NodeId from, NodeId to) { m_cuts.insert({from, to}); }
    void heal();
    bool open(NodeId from, NodeId to) const { return m_cuts.empty() || !m_cuts.contains({from, to}); }

    std::int64_t latency_ns = 150'000, jitter_ns = 200'000;
    std::int64_t extra_ns = 0;                       // a slow spell
    std::uint32_t loss_per_thousand = 0, duplicate_per_thousand = 0, reorder_per_thousand = 0;
    NetworkCounters counters;
    // By hand: nothing arrives by itself; what was sent is kept here, in order.
    bool by_hand = false;
    std::vector<events::Envelope> under_way;

  private:
    void carry(const events::Envelope& envelope, std::int64_t delay_ns, bool in_order);

    Scheduler* m_scheduler;
    base::Prng* m_prng;
    Deliver m_deliver;
    std::set<std::pair<NodeId, NodeId>> m_cuts;
    std::map<std::pair<NodeId, NodeId>, std::int64_t> m_last;  // arrival of the last message in order
};

// One node's end of it.
class Endpoint final : public ports::Network {
  public:
    explicit Endpoint(simulation::Network& network) : m_network(&network) {}
    void send(const events::Envelope& envelope) override { m_network->send(envelope); }

  private:
    simulation::Network* m_network;
};

}  // namespace indoubt::simulation
