// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster by hand for tests of the driver: four nodes, a log that syncs when told, a network that delivers when told.
// No time passes and nothing is random; backend/simulation is the place for both.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/driver.h"

namespace indoubt::tests {

using base::NodeId;

inline base::Amount eur(std::int64_t minor) { return {minor, base::Currency::of("EUR")}; }

class HandCluster;

struct HandLog final : ports::Log {
    std::vector<ports::AppendPtr> durable, queued;
    std::vector<events::RecordPtr> snapshot_records;
    std::uint64_t snapshot_lsn = 0;
    void append(const ports::AppendPtr& event, bool) override { queued.push_back(event); }
    void snapshot(std::uint64_t lsn, std::vector<events::RecordPtr> records) override {
        snapshot_lsn = lsn;
        snapshot_records = std::move(records);
    }
    ports::Recovered recovered(bool with_snapshot = false) const {
        ports::Recovered r;
        if (with_snapshot) {
            r.snapshot = snapshot_records;
            r.snapshot_lsn = snapshot_lsn;
        }
        for (const auto& event : durable)
            if (event->lsn > r.snapshot_lsn) r.tail.push_back(event);
        r.last_lsn = durable.empty() ? r.snapshot_lsn : durable.back()->lsn;
        r.last_hlc = durable.empty() ? 0 : durable.back()->hlc;
        return r;
    }
};

struct HandNode final : ports::Network, ports::Clock, ports::Observer {
    HandNode(HandCluster& owner, NodeId node) : cluster(owner), id(node) {}
    void send(const events::Envelope& envelope) override;
    std::int64_t now_ns() const override;
    std::int64_t host_ns() const override { return now_ns(); }
    std::int64_t cluster_ns() const override { return now_ns(); }
    void publish(events::Event&& event) override;

    HandCluster& cluster;
    NodeId id;
    HandLog log;
    runtime::FaultBox faults;
    std::unique_ptr<runtime::Driver> driver;
    std::uint64_t reported_lsn = 0;
    bool down = false;
};

class HandCluster {
  public:
    explicit HandCluster(std::string protocol = "2pc-pa", bool cooperative = false) {
        auto made = std::make_shared<events::ClusterShape>();
        made->coordinator = NodeId::of("T");
        made->protocol = {std::move(protocol), cooperative};
        for (const char* name : {"T", "A", "B", "C"}) made->members.push_back({NodeId::of(name), name, ""});
        shape = made;
        for (const auto& member : made->members) nodes.emplace(member.node, std::make_unique<HandNode>(*this, member.node));
        for (auto& [id, node] : nodes) start(id);
        settle();
    }
    HandNode& node(const char* name) { return *nodes.at(NodeId::of(name)); }
    void start(NodeId id, bool with_snapshot = false) {
        HandNode& n = *nodes.at(id);
        runtime::CoreConfig config;
        config.self = id;
        config.shape = shape;
        auto started = runtime::Driver::start(config, n.log.recovered(with_snapshot), {n.log, n, n, n, n.faults, [this](const runtime::OutAnswer& a) { answers.push_back(a); },
                                                                                      [this, id](const std::string&) { kill(id); }});
        INDOUBT_CHECK(started.ok(), "a hand-made cluster starts");
        n.driver = std::move(started).value();
        n.down = false;
        // The streams' handshake: each end learns the other's incarnation.
        for (auto& [other, peer] : nodes) {
            if (other == id || peer->down || !peer->driver) continue;
            peer->driver->handle(runtime::PeerUp{id, n.driver->core().incarnation()});
            n.driver->handle(runtime::PeerUp{other, peer->driver->core().incarnation()});
        }
    }
    void kill(NodeId id) {
        HandNode& n = *nodes.at(id);
        n.log.queued.clear();
        n.down = true;
    }
    void restart(const char* name, bool with_snapshot = false) {
        start(NodeId::of(name), with_snapshot);
        settle();
    }
    // Delivers and syncs until nothing moves.
    void settle() {
        for (bool moved = true; moved;) {
            moved = false;
            while (!wire.empty()) {
                const events::Envelope envelope = wire.front();
                wire.pop_front();
                HandNode& to = *nodes.at(envelope.message->to);
                if (!to.down) to.driver->handle(envelope);
                moved = true;
            }
            for (auto& [id, n] : nodes) moved = sync(*n) || moved;
        }
    }
    bool sync(HandNode& n) {
        if (n.down || n.log.queued.empty()) return false;
        const std::uint64_t count = n.log.queued.size();
        for (auto& event : n.log.queued) n.log.durable.push_back(event);
        n.log.queued.clear();
        n.driver->handle(runtime::Synced{n.log.durable.back()->lsn, 90'000, count});
        return true;
    }
    void pass_ms(std::int64_t ms) {
        now += ms * 1'000'000;
        for (auto& [id, n] : nodes)
            if (!n->down) n->driver->fire_timers();
        settle();
    }
    void open(const char* name, const std::string& account, std::int64_t minor, std::int64_t limit = -1) {
        events::AccountLine line;
        line.account = account;
        line.currency = base::Currency::of("EUR");
        line.posted_minor = minor;
        line.limit_minor = limit;
        node(name).driver->handle(runtime::OpenAccounts{0, {line}});
        settle();
    }
    static events::PaymentPtr payment(const std::string& key, std::int64_t fee = 60) {
        auto p = std::make_shared<events::Payment>();
        p->idempotency_key = key;
        p->refs.reference = key;
        p->debtor = {"Mara Lindholm", "DE1", ""};
        p->creditor = {"Velo Atelier", "LU1", ""};
        p->amount = eur(12000);
        p->legs = {{NodeId::of("A"), events::LegKind::debit, "DE1", eur(12000)},
                   {NodeId::of("B"), events::LegKind::credit, "LU1", eur(12000 - fee)},
                   {NodeId::of("C"), events::LegKind::fee, "NL1", eur(fee)}};
        return p;
    }
    void open_story_accounts() {
        open("A", "DE1", 248000);
        open("B", "LU1", 31075);
        open("C", "NL1", 0);
    }
    void submit(const events::PaymentPtr& payment) { node("T").driver->handle(runtime::Submit{++requests, payment, std::nullopt}); }
    void order(const char* at, const base::Xid& xid, commit::OrderKind kind, std::uint64_t proof_lsn = 0, NodeId proof_node = {}) {
        auto note = std::make_shared<events::OperatorNote>();
        note->actor = "Ana";
        note->reason = "customer waits";
        runtime::OperatorOrder order{++requests, xid, kind, note, proof_lsn, proof_node};
        order.enrolled = enrolled[xid];
        node(at).driver->handle(std::move(order));
        settle();
    }
    void heal(const char* at) { node(at).faults.clear(std::nullopt); }
    void fault(const char* at, const std::string& rule) { node(at).faults.add(runtime::parse_fault(rule).value()); }
    std::int64_t posted(const char* name, const std::string& account) { return node(name).driver->core().ledger().find(account)->posted_minor; }
    std::size_t count(events::EventKind kind, bool forced_only = false) const {
        std::size_t n = 0;
        for (const auto& event : trace) n += event.kind == kind && !event.xid.empty() && (!forced_only || event.durable) ? 1 : 0;
        return n;
    }

    std::shared_ptr<const events::ClusterShape> shape;
    std::map<NodeId, std::unique_ptr<HandNode>> nodes;
    std::deque<events::Envelope> wire;
    std::vector<events::Event> trace;                             // tests may take it away
    std::map<base::Xid, std::vector<events::Enrolled>> enrolled;  // of each payment submitted
    std::vector<runtime::OutAnswer> answers;
    std::int64_t now = 1'000'000'000;
    std::uint64_t requests = 0;
};

inline void HandNode::send(const events::Envelope& envelope) { cluster.wire.push_back(envelope); }
inline std::int64_t HandNode::now_ns() const { return cluster.now; }
inline void HandNode::publish(events::Event&& event) {
    if (event.kind == events::EventKind::submit) cluster.enrolled[event.xid] = event.note()->enrolled;
    cluster.trace.push_back(std::move(event));
}

}  // namespace indoubt::tests
