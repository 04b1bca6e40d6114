// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/world.h"

#include <algorithm>

namespace indoubt::simulation {

World::Node::Node(NodeId node, World& world)
    : id(node),
      clock(world.m_scheduler),
      disk(world.m_scheduler, world.m_prng,
           [this, &world](std::uint64_t lsn, std::int64_t duration_ns, std::uint64_t records) {
               world.deliver(*this, runtime::Synced{lsn, duration_ns, records});
           }),
      endpoint(world.m_network),
      tracer(world) {}

World::World(const WorldSetup& setup)
    : m_prng(setup.seed), m_network(m_scheduler, m_prng, [this](NodeId to, events::Envelope&& envelope) { deliver(at(to), std::move(envelope)); }) {
    auto shape = std::make_shared<events::ClusterShape>();
    shape->name = setup.name;
    shape->coordinator = setup.coordinator;
    shape->protocol = setup.protocol;
    m_participants = setup.participants;
    m_order.push_back(setup.coordinator);
    m_order.insert(m_order.end(), setup.participants.begin(), setup.participants.end());
    shape->members = setup.members;
    if (shape->members.empty())
        for (const NodeId node : m_order) shape->members.push_back({node, node == setup.coordinator ? "Coordinator" : "Participant " + node.name(), ""});
    for (std::uint32_t i = 2; i <= 2 * setup.faults + 1; ++i) {
        const NodeId spare = NodeId::of(setup.coordinator.name() + std::to_string(i));
        m_order.push_back(spare);
        shape->members.push_back({spare, "Manager " + spare.name(), "", events::ClusterShape::manager});
    }
    m_managers = shape->managers();
    m_config.shape = std::move(shape);
    if (setup.shape) {
        m_config.shape = setup.shape;
        m_order.clear();
        m_participants.clear();
        for (const auto& member : setup.shape->members) {
            m_order.push_back(member.node);
            if (setup.shape->participates(member.node)) m_participants.push_back(member.node);
        }
        m_managers = setup.shape->managers();
    }
    m_config.external_votes = m_config.counter_examples = setup.by_hand;
    m_config.prepare_timeout_ms = setup.prepare_timeout_ms;
    m_config.lock_timeout_ms = setup.lock_timeout_ms;
    m_config.inquiry_first_ms = setup.inquiry_first_ms;
    m_config.retry_first_ms = setup.retry_first_ms;
    m_config.raft_compact_entries = setup.raft_compact_entries;
    m_config.raft_keep_entries = setup.raft_keep_entries;
    for (const NodeId node : m_order) m_nodes.emplace(node, std::make_unique<Node>(node, *this));
    m_trace.reserve(4096);
}

bool World::run_until(std::int64_t time_ns) {
    while (m_problem.empty() && m_scheduler.step(time_ns)) {
    }
    return m_problem.empty();
}

bool World::run_until_quiet(std::int64_t limit_ns) {
    while (m_problem.empty() && !m_scheduler.idle() && m_scheduler.step(limit_ns)) {
    }
    return m_problem.empty();
}

const runtime::Core* World::core(NodeId node) const {
    const Node& entry = at(node);
    return entry.driver ? &entry.driver->core() : nullptr;
}

void World::start(NodeId id) {
    Node& node = at(id);
    if (node.driver || node.failed) return;
    ++node.life;
    runtime::CoreConfig config = m_config;
    config.self = id;
    config.least_incarnation = node.incarnation + 1;
    runtime::Ports ports{node.disk, node.endpoint, node.clock, node.tracer, m_faults,
                         [this](const runtime::OutAnswer& answer) {
                             if (!m_answers.contains(answer.request)) return;
                             m_scheduler.after(0, [this, answer] { m_answers.at(answer.request)(answer); });
                         },
                         [](const std::string&) {}};
    auto driver = runtime::Driver::start(std::move(config), node.disk.recover(), std::move(ports), node.last_hlc);
    if (!driver) {
        node.failed = true;
        m_problem = id.name() + " cannot recover: " + driver.error().message;
        return;
    }
    node.driver = std::move(driver).value();
    node.incarnation = node.driver->core().incarnation();
    node.suspended = false;
    node.wake_ns = -1;
    after_step(node, !node.driver->crashed());
    if (!node.driver || m_by_hand) return;
    const base::Incarnation mine = node.driver->core().incarnation();
    for (const NodeId other : m_order) {
        if (other == id || !at(other).driver) continue;
        introduce(id, other, mine);
        introduce(other, id, at(other).driver->core().incarnation());
    }
}

// The handshake of a stream tells who is at its other end; it is tried again until the link works.
void World::introduce(NodeId who, NodeId to, base::Incarnation incarnation) {
    const std::int64_t delay = m_network.latency_ns + (m_network.jitter_ns > 0 ? m_prng.between(0, m_network.jitter_ns) : 0);
    m_scheduler.after(delay, [this, who, to, incarnation] {
        const Node& from = at(who);
        if (!from.driver || from.driver->core().incarnation() != incarnation) return;
        if (!m_network.open(who, to) || !m_network.open(to, who)) {
            m_scheduler.after(250'000'000, [this, who, to, incarnation] { introduce(who, to, incarnation); });
            return;
        }
        deliver(at(to), runtime::PeerUp{who, incarnation});
    });
}

void World::crash(NodeId id, const std::string& why) {
    Node& node = at(id);
    if (!node.driver) return;
    node.driver->crash_now(why);
    buried(node, false);
}

void World::buried(Node& node, bool by_fault) {
    node.last_hlc = node.driver->last_hlc();
    node.driver.reset();
    node.inbox.clear();
    node.suspended = false;
    ++node.life;
    const Disk::Landed landed = node.disk.crash();
    report_failure(node.id);
    if (on_crash) on_crash(node.id, by_fault, landed);
}

// The accurate failure detector that the site-failure rule assumes: everybody hears of every crash, once all that the crashed node had
// sent has arrived.
void World::report_failure(NodeId node) {
    const auto found = commit::find_protocol(protocol().name);
    if (!found || !(*found)->hears_failures || m_by_hand) return;
    const std::int64_t delay = 2 * (m_network.latency_ns + m_network.jitter_ns) + m_network.extra_ns;
    m_scheduler.after(delay, [this, node] {
        for (const NodeId other : m_order)
            if (other != node) deliver(at(other), runtime::PeerDown{node});
    });
}

void World::suspend(NodeId id) {
    Node& node = at(id);
    if (!node.driver || node.suspended) return;
    deliver(node, runtime::Suspension{true, "suspended"});
    node.suspended = node.driver != nullptr;
}

void World::resume(NodeId id) {
    Node& node = at(id);
    if (!node.driver || !node.suspended) return;
    node.suspended = false;
    deliver(node, runtime::Suspension{false, "goes on"});
    std::vector<runtime::DriverInput> inbox = std::move(node.inbox);
    node.inbox.clear();
    const std::uint64_t life = node.life;
    for (runtime::DriverInput& input : inbox)
        if (node.life == life) deliver(node, std::move(input));
    if (node.life == life && node.driver) after_step(node, node.driver->fire_timers());
}

bool World::deliver(Node& node, runtime::DriverInput&& input) {
    if (!node.driver) return false;
    if (node.suspended) {
        node.inbox.push_back(std::move(input));
        return true;
    }
    after_step(node, node.driver->handle(std::move(input)));
    return true;
}

void World::after_step(Node& node, bool lives) {
    if (!lives) buried(node, true);
    else wake_when_due(node);
}

void World::wake_when_due(Node& node) {
    if (m_by_hand) return;
    const auto next = node.driver->next_timer_ns();
    if (!next || (node.wake_ns >= 0 && node.wake_ns <= *next)) return;
    node.wake_ns = *next;
    m_scheduler.at(*next, [this, &node, life = node.life, due = *next] {
        if (node.life != life || node.wake_ns != due) return;
        node.wake_ns = -1;
        if (node.suspended) return;
        after_step(node, node.driver->fire_timers());
    });
}

NodeId World::leader() const {
    const auto protocol = commit::find_protocol(m_config.shape->protocol.name);
    if (!protocol || !(*protocol)->make_group) return coordinator();
    NodeId found;
    std::uint64_t term = 0;
    for (const NodeId manager : m_managers) {
        const runtime::Core* there = core(manager);
        if (!there || suspended(manager)) continue;
        const commit::Leadership leadership = there->leadership();
        if (!leadership.established || leadership.term <= term) continue;
        found = manager;
        term = leadership.term;
    }
    return found;
}

bool World::submit(const events::PaymentPtr& payment, std::optional<events::ProtocolChoice> protocol, Answer answer) {
    NodeId to = leader();
    const bool led = !to.empty();
    if (!led) {  // the client tries a manager that is up: it refuses, and begins to look for a leader
        const auto any = std::find_if(m_managers.begin(), m_managers.end(), [this](NodeId manager) { return up(manager) && !suspended(manager); });
        if (any == m_managers.end()) return false;
        to = *any;
        answer = nullptr;
    }
    Node& node = at(to);
    if (!node.driver || node.suspended) return false;
    const std::uint64_t request = m_next_request++;
    if (answer) m_answers[request] = std::move(answer);
    runtime::Submit submit;
    submit.request = request;
    submit.payment = payment;
    submit.protocol = std::move(protocol);
    return deliver(node, std::move(submit)) && led;
}

bool World::order(NodeId id, runtime::OperatorOrder order, Answer answer) {
    Node& node = at(id);
    if (!node.driver || node.suspended) return false;
    order.request = m_next_request++;
    if (answer) m_answers[order.request] = std::move(answer);
    return deliver(node, std::move(order));
}

bool World::open_accounts(NodeId node, std::vector<events::AccountLine> lines) {
    runtime::OpenAccounts open;
    open.lines = std::move(lines);
    return deliver(at(node), std::move(open));
}

void World::release_held(std::optional<std::uint64_t> rule) {
    for (events::Envelope& envelope : m_faults.release(rule)) {
        const NodeId to = envelope.message->to;
        deliver(at(to), runtime::Released{std::move(envelope)});
    }
}

void World::notice(NodeId node, const runtime::FaultNotice& notice) { deliver(at(node), runtime::FaultNotice(notice)); }

void World::snapshot(NodeId id) {
    Node& node = at(id);
    if (node.driver) node.disk.snapshot(node.driver->core().next_lsn() - 1, node.driver->core().snapshot());
}

}  // namespace indoubt::simulation
