// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated cluster: the same driver as live, in virtual time over a simulated network and disk. One thread, one seed, no
// clock or randomness from outside: the same calls give the same trace.
#pragma once
#include <map>
#include <memory>
#include <optional>

#include "runtime/driver.h"
#include "simulation/clock.h"
#include "simulation/disk.h"
#include "simulation/network.h"

namespace indoubt::simulation {

using base::Xid;
using events::Event;

struct WorldSetup {
    std::vector<NodeId> participants;
    NodeId coordinator = NodeId::of("T");
    std::uint32_t faults = 0;  // F: 2F+1 managers, the coordinator first, then T2, T3...
    events::ProtocolChoice protocol;
    std::vector<events::ClusterShape::Member> members;  // titles and BICs, coordinator first; empty: made up
    std::shared_ptr<const events::ClusterShape> shape;  // instead of all above: its members are the nodes
    std::string name = "Simulation";
    std::uint64_t seed = 1;
    bool by_hand = false;                   // it will be: votes come from outside, and any protocol may be tried
    std::int64_t prepare_timeout_ms = base::limits::prepare_timeout_ms;
    std::int64_t lock_timeout_ms = base::limits::lock_timeout_ms;
    std::int64_t inquiry_first_ms = base::limits::inquiry_first_ms;
    std::int64_t retry_first_ms = base::limits::retry_first_ms;
    std::uint64_t raft_compact_entries = base::limits::raft_compact_entries;
    std::uint64_t raft_keep_entries = base::limits::raft_keep_entries;
};

class World {
  public:
    explicit World(const WorldSetup& setup);
    World(const World&) = delete;

    Scheduler& scheduler() { return m_scheduler; }
    Network& network() { return m_network; }
    runtime::FaultBox& faults() { return m_faults; }
    base::Prng& prng() { return m_prng; }
    std::int64_t now_ns() const { return m_scheduler.now_ns(); }
    // Runs until this time, or until nothing is planned; false: a node could not recover from its own log (see problem()).
    bool run_until(std::int64_t time_ns);
    bool run_until_quiet(std::int64_t limit_ns);  // no message under way, no timer armed, nothing unsynced
    const std::string& problem() const { return m_problem; }

    // ---- nodes ----
    const std::vector<NodeId>& nodes() const { return m_order; }  // the coordinator, the participants, further managers
    const std::vector<NodeId>& participants() const { return m_participants; }
    const std::vector<NodeId>& managers() const { return m_managers; }  // the coordinator first
    // Where payments go: the established leader of a replicated coordinator that can be talked to, else empty; or the coordinator.
    NodeId leader() const;
    NodeId coordinator() const { return m_order.front(); }
    const events::ProtocolChoice& protocol() const { return m_config.shape->protocol; }
    bool up(NodeId node) const { return at(node).driver != nullptr; }
    bool suspended(NodeId node) const { return at(node).suspended; }
    void start(NodeId node);                            // no effect when it is up
    void crash(NodeId node, const std::string& why);    // no effect when it is down
    void suspend(NodeId node);
    void resume(NodeId node);
    const runtime::Core* core(NodeId node) const;       // null: down
    Disk& disk(NodeId node) { return at(node).disk; }
    NodeClock& clock(NodeId node) { return at(node).clock; }
    // Called after a node crashed, by order or by a fault.
    std::function<void(NodeId, bool by_fault, Disk::Landed)> on_crash;

    // ---- inputs; false: the node is down or suspended, nothing was delivered. Answers come as actions of their own ----
    using Answer = std::function<void(const runtime::OutAnswer&)>;
    bool submit(const events::PaymentPtr& payment, std::optional<events::ProtocolChoice> protocol, Answer answer);
    bool order(NodeId node, runtime::OperatorOrder order, Answer answer);
    bool open_accounts(NodeId node, std::vector<events::AccountLine> lines);
    void release_held(std::optional<std::uint64_t> rule);  // to their recipients, those that are up
    void notice(NodeId node, const runtime::FaultNotice& notice);
    // ---- by hand: from now on nothing happens by itself, neither deliveries nor syncs, timers, greetings or failure reports. Each of
    // these does one thing; false: it cannot be done now ----
    void take_over();
    bool hand_over(const events::Envelope& envelope);
    bool sync_now(NodeId node);
    bool time_out(NodeId node, const Xid& xid, bool coordinator, commit::TimerKind kind);
    bool vote(NodeId node, const Xid& xid, events::Vote vote);
    bool cut_power(NodeId node, std::size_t kept, std::size_t lost);
    bool report_down(NodeId node, NodeId down);

    // Takes a snapshot of this node now, as its log would have it.
    void snapshot(NodeId node);

    const std::vector<Event>& trace() const { return m_trace; }
    std::vector<Event> take_trace() { return std::move(m_trace); }
    std::int64_t last_hlc() const { return m_last_hlc; }  // the greatest so far

  private:
    class Tracer final : public ports::Observer {
      public:
        explicit Tracer(World& world) : m_world(&world) {}
        void publish(Event&& event) override {
            m_world->m_last_hlc = std::max(m_world->m_last_hlc, event.hlc);
            m_world->m_trace.push_back(std::move(event));
        }

      private:
        World* m_world;
    };
    struct Node {
        Node(NodeId id, World& world);
        NodeId id;
        NodeClock clock;
        Disk disk;
        Endpoint endpoint;
        Tracer tracer;
        std::unique_ptr<runtime::Driver> driver;
        std::uint64_t life = 0;
        base::Incarnation incarnation = 0;           // of the last life, also when it never reached the disk
        std::int64_t last_hlc = 0;                   // of the life before
        bool suspended = false, failed = false;
        std::vector<runtime::DriverInput> inbox;     // while suspended
        std::int64_t wake_ns = -1;                   // the earliest wake-up planned
    };

    Node& at(NodeId node) { return *m_nodes.at(node); }
    const Node& at(NodeId node) const { return *m_nodes.at(node); }
    bool deliver(Node& node, runtime::DriverInput&& input);
    void after_step(Node& node, bool lives);
    void buried(Node& node, bool by_fault);
    void wake_when_due(Node& node);
    void report_failure(NodeId node);
    void introduce(NodeId who, NodeId to, base::Incarnation incarnation);

    Scheduler m_scheduler;
    base::Prng m_prng;
    Network m_network;
    runtime::FaultBox m_faults;
    runtime::CoreConfig m_config;
    std::vector<NodeId> m_order, m_participants, m_managers;
    std::map<NodeId, std::unique_ptr<Node>> m_nodes;
    std::map<std::uint64_t, Answer> m_answers;
    std::uint64_t m_next_request = 1;
    std::vector<Event> m_trace;
    std::int64_t m_last_hlc = 0;
    std::string m_problem;
    bool m_by_hand = false;
};

}  // namespace indoubt::simulation
