// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/network.h"

#include <algorithm>

namespace indoubt::simulation {

void Network::send(const events::Envelope& envelope) {
    ++counters.sent;
    if (by_hand) return under_way.push_back(envelope);
    const NodeId from = envelope.message->from, to = envelope.message->to;
    if (!open(from, to)) {
        ++counters.cut;
        return;
    }
    if (loss_per_thousand > 0 && m_prng->chance(loss_per_thousand)) {
        ++counters.lost;
        return;
    }
    const std::int64_t delay = latency_ns + (jitter_ns > 0 ? m_prng->between(0, jitter_ns) : 0) + extra_ns;
    if (extra_ns > 0) ++counters.delayed;
    if (duplicate_per_thousand > 0 && m_prng->chance(duplicate_per_thousand)) {
        // The second copy may come much later: into a finished transaction, or into the next life of its recipient.
        const bool late = m_prng->chance(300);
        ++(late ? counters.replayed : counters.duplicated);
        carry(envelope, delay + (late ? m_prng->between(100'000'000, 4'000'000'000) : m_prng->between(0, 3'000'000)), false);
    }
    const bool reorders = reorder_per_thousand > 0 && m_prng->chance(reorder_per_thousand);
    if (reorders) ++counters.reordered;
    carry(envelope, reorders ? delay + m_prng->between(1'000'000, 700'000'000) : delay, !reorders);
}

void Network::carry(const events::Envelope& envelope, std::int64_t delay_ns, bool in_order) {
    const NodeId from = envelope.message->from, to = envelope.message->to;
    std::int64_t arrives = m_scheduler->now_ns() + delay_ns;
    if (in_order) {
        std::int64_t& last = m_last[{from, to}];
        arrives = last = std::max(arrives, last + 1);
    }
    m_scheduler->at(arrives, [this, copy = envelope, from, to]() mutable {
        if (!open(from, to)) {
            ++counters.cut;
            return;
        }
        m_deliver(to, std::move(copy));
    });
}

void Network::heal() {
    m_cuts.clear();
    extra_ns = 0;
    loss_per_thousand = duplicate_per_thousand = reorder_per_thousand = 0;
}

}  // namespace indoubt::simulation
