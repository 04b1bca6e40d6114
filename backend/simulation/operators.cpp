// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/operators.h"

#include <algorithm>

namespace indoubt::simulation {

using commit::OrderKind;
using commit::Phase;

namespace {
constexpr std::int64_t ms = 1'000'000;
}  // namespace

void Clients::plan(std::int64_t at_ns, events::PaymentPtr payment) {
    auto client = std::make_shared<Client>();
    client->payment = std::move(payment);
    m_world->scheduler().at(at_ns, [this, client] { submit(client); });
}

void Clients::submit(const std::shared_ptr<Client>& client) {
    ++client->tries;
    const bool taken = m_world->submit(client->payment, std::nullopt, [client](const runtime::OutAnswer&) { client->answered = true; });
    if (client->tries > 12) return;
    if (!taken) {
        m_world->scheduler().after(m_prng->between(100, 600) * ms, [this, client] { submit(client); });
    } else if (m_prng->chance(600)) {
        m_world->scheduler().after(m_prng->between(300, 2500) * ms, [this, client] {
            if (client->answered && !m_prng->chance(50)) return;
            ++m_coverage->faults["client retry"];
            submit(client);
        });
    }
}

void Operators::give(NodeId node, const Xid& xid, OrderKind kind, const char* counted) {
    auto note = std::make_shared<events::OperatorNote>();
    note->actor = "ana";
    note->reason = "the customer waits";
    note->ticket = "OPS-7";
    runtime::OperatorOrder order;
    order.xid = xid;
    order.kind = kind;
    order.note = std::move(note);
    if (const runtime::Core* core = m_world->core(m_world->coordinator()))
        if (const auto* records = core->records(xid, true); records && !records->empty()) order.enrolled = records->front()->enrolled;
    m_world->order(node, std::move(order), [this, counted](const runtime::OutAnswer& answer) {
        if (answer.code == base::ErrorCode::ok) ++m_coverage->faults[counted];
    });
}

void Operators::plan(std::int64_t at_ns) {
    m_world->scheduler().at(at_ns, [this] {
        const NodeId node = m_world->nodes()[m_prng->chance(300) ? 0 : m_prng->below(m_world->nodes().size())];
        const runtime::Core* core = m_world->core(node);
        if (!core || m_world->suspended(node)) return;
        const auto open = core->describe();
        if (node == m_world->coordinator()) {
            if (open.empty()) return;
            const Xid xid = open[m_prng->below(open.size())].first;
            const bool abort = m_prng->chance(700);
            return give(node, xid, abort ? OrderKind::abort : OrderKind::retry, abort ? "operator abort" : "operator retry");
        }
        std::vector<Xid> prepared;
        for (const auto& [xid, text] : open)
            if (core->instance(xid, false) && core->instance(xid, false)->phase() == Phase::prepared) prepared.push_back(xid);
        if (!prepared.empty() && m_prng->chance(800)) {
            const Xid xid = prepared[m_prng->below(prepared.size())];
            switch (m_prng->below(5)) {
                case 0:
                case 1: return give(node, xid, OrderKind::force_commit, "operator heuristic commit");
                case 2:
                case 3: return give(node, xid, OrderKind::force_rollback, "operator heuristic rollback");
                default: return give(node, xid, OrderKind::retry, "operator retry");
            }
        }
        // Somebody asks this branch to refuse what the coordinator still collects votes for.
        const runtime::Core* coordinator = m_world->core(m_world->coordinator());
        if (!coordinator) return;
        for (const auto& [xid, text] : coordinator->describe()) {
            if (coordinator->instance(xid, true)->phase() != Phase::preparing || core->instance(xid, false)) continue;
            return give(node, xid, OrderKind::refuse, "operator refuse");
        }
    });
}

void Operators::forget_all() {
    for (const NodeId node : m_world->nodes()) {
        const runtime::Core* core = m_world->core(node);
        if (!core) continue;
        std::vector<Xid> forced;
        for (const auto& [xid, text] : core->describe())
            if (core->instance(xid, false) && core->instance(xid, false)->phase() == Phase::heuristic) forced.push_back(xid);
        for (const Xid& xid : forced) give(node, xid, OrderKind::forget, "operator forget");
    }
}

}  // namespace indoubt::simulation
