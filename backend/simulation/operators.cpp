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
    } else if (m_prng->chance(600) && retries) {
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
        refuse_unheard(node);
    });
}

// Somebody asks this branch to refuse what the coordinator still collects votes for.
bool Operators::refuse_unheard(NodeId node) {
    const runtime::Core *core = m_world->core(node), *coordinator = m_world->core(m_world->coordinator());
    if (!core || !coordinator || m_world->suspended(node)) return false;
    for (const auto& [xid, text] : coordinator->describe()) {
        if (coordinator->instance(xid, true)->phase() != Phase::preparing || core->instance(xid, false)) continue;
        give(node, xid, OrderKind::refuse, "operator refuse");
        return true;
    }
    return false;
}

void Operators::ask_to_refuse(std::int64_t at_ns, NodeId node) {
    constexpr int looks = 40;
    auto done = std::make_shared<bool>(false);
    for (int i = 0; i < looks; ++i)
        m_world->scheduler().at(at_ns + i * 25 * ms, [this, node, done] { *done = *done || refuse_unheard(node); });
}

void Operators::force_and_forget(std::int64_t at_ns, NodeId node) {
    m_world->scheduler().at(at_ns, [this, node] { watch(node, 60, false); });
}

void Operators::watch(NodeId node, int looks, bool forced) {
    const runtime::Core* core = m_world->core(node);
    if (core && !m_world->suspended(node)) {
        const auto open = core->describe();
        const auto in_phase = [&](Phase phase) {
            return std::find_if(open.begin(), open.end(), [&](const auto& one) { return core->instance(one.first, false) && core->instance(one.first, false)->phase() == phase; });
        };
        const auto prepared = in_phase(Phase::prepared);
        if (in_phase(Phase::heuristic) != open.end()) forget_at(node);
        else if (!forced && prepared != open.end()) {
            forced = true;  // one is enough: the others shall end by the protocol
            give(node, prepared->first, OrderKind::force_rollback, "operator heuristic rollback");
        }
    }
    if (looks > 1) m_world->scheduler().after(40 * ms, [this, node, looks, forced] { watch(node, looks - 1, forced); });
}

void Operators::forget_at(NodeId node) {
    const runtime::Core* core = m_world->core(node);
    if (!core) return;
    std::vector<Xid> forced;
    for (const auto& [xid, text] : core->describe())
        if (core->instance(xid, false) && core->instance(xid, false)->phase() == Phase::heuristic) forced.push_back(xid);
    for (const Xid& xid : forced) give(node, xid, OrderKind::forget, "operator forget");
}

void Operators::forget_all() {
    for (const NodeId node : m_world->nodes()) forget_at(node);
}

}  // namespace indoubt::simulation
