// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/node.h"

namespace indoubt::cluster {
namespace {
constexpr std::size_t wanted_max = 1024;  // of these, only what a crash kept from being read costs a look into the ring
}  // namespace

Node::Node(NodeSettings settings, operators::Hub& hub, HostClock& clock, runtime::FaultBox& faults, NodeLinks links)
    : m_settings(std::move(settings)),
      m_clock(clock),
      m_faults(faults),
      m_links(std::move(links)),
      m_sampler(hub.add_source(), m_settings.trace, m_links.announce) {}

base::Result<> Node::open() {
    promote();
    runtime::CoreConfig core = m_settings.core;
    {
        std::lock_guard lock(m_mutex);
        core.least_incarnation = m_last.incarnation + 1;
    }
    LifeSettings settings{std::move(core),
                          m_settings.database,
                          m_settings.listen,
                          m_settings.token,
                          m_settings.disk,
                          m_clock,
                          m_sampler,
                          m_faults,
                          [this](base::Incarnation incarnation, const std::string& why, bool broken) { m_links.ended(id(), incarnation, why, broken); },
                          [this](base::NodeId peer) { m_links.linked(id(), peer); },
                          m_links.log_line};
    auto life = Life::open(std::move(settings));
    if (!life) return failed(life.error());
    m_opening = std::move(life).value();
    return base::Ok{};
}

base::Result<> Node::begin(std::shared_ptr<const events::ClusterShape> shape) {
    m_settings.core.shape = shape;
    auto life = std::move(m_opening);
    if (auto started = life->start(std::move(shape)); !started) return failed(started.error());
    for (const auto& remark : life->remarks()) m_links.log_line("node " + id().name() + ": " + remark);
    std::lock_guard lock(m_mutex);
    m_life = std::move(life);
    m_address = m_life->network().address();
    m_problem.clear();
    m_broken.reset();
    m_new = m_life->core().ledger().accounts().empty() && m_settings.core.participates();
    return base::Ok{};
}

base::Error Node::failed(const base::Error& error) {
    std::lock_guard lock(m_mutex);
    m_problem = error.message;
    return {error.code, "node " + id().name() + ": " + error.message};
}

void Node::go(const std::map<base::NodeId, std::string>& addresses, const std::function<bool(base::NodeId)>& eager) {
    auto own = life();
    for (const auto& [node, address] : addresses)
        if (node != id() && !address.empty()) own->network().connect(node, address, eager(node));
    own->go();
}

void Node::end(const std::string& why, bool gently, std::string problem) {
    std::shared_ptr<Life> own;
    {
        std::lock_guard lock(m_mutex);
        own = std::move(m_life);
        m_life = nullptr;
        if (own) m_broken = own->broken();
        if (!problem.empty()) m_problem = std::move(problem);
    }
    if (!own) return;
    own->finish(why, gently);
    promote();
    std::lock_guard lock(m_mutex);
    m_last = own->figures();
}

bool Node::want_trace(const base::Xid& xid) {
    std::lock_guard lock(m_mutex);
    m_wanted.push_back(xid);
    if (m_wanted.size() > wanted_max) m_wanted.pop_front();
    return m_life && m_life->post(runtime::KeepTrace{xid});
}

void Node::promote() {
    std::deque<base::Xid> wanted;
    {
        std::lock_guard lock(m_mutex);
        if (m_life) return;  // it has come up meanwhile, and its thread owns the ring again; open() has promoted
        wanted.swap(m_wanted);
    }
    for (const auto& xid : wanted) m_sampler.keep(xid);
    m_sampler.flush();
}

std::optional<base::Error> Node::broken() const {
    std::lock_guard lock(m_mutex);
    return m_life ? m_life->broken() : m_broken;
}

std::shared_ptr<Life> Node::life() const {
    std::lock_guard lock(m_mutex);
    return m_life;
}

base::Result<std::shared_ptr<Life>> Node::reach() const {
    std::lock_guard lock(m_mutex);
    const std::string name = "node " + id().name() + (m_settings.member.title.empty() ? "" : " (" + m_settings.member.title + ")");
    if (!m_life) return base::unavailable(name + " is down" + (m_problem.empty() ? "; start it first" : ": " + m_problem));
    if (m_life->paused()) return base::unavailable(name + " is suspended; resume it first");
    return m_life;
}

std::string Node::address() const {
    std::lock_guard lock(m_mutex);
    return m_address;
}

operators::NodeFacts Node::facts() const {
    std::lock_guard lock(m_mutex);
    operators::NodeFacts facts;
    facts.node = id();
    facts.title = m_settings.member.title;
    facts.bic = m_settings.member.bic;
    facts.state = !m_life ? "down" : m_life->paused() ? "suspended" : "up";
    facts.coordinator = m_settings.core.manages() && !m_settings.core.participates();
    facts.address = m_address;
    facts.database = m_settings.database;
    facts.problem = m_problem;
    const LifeFigures figures = m_life ? m_life->figures() : m_last;
    facts.incarnation = figures.incarnation;
    facts.forced_writes = figures.forced_writes;
    facts.messages = figures.messages;
    facts.instances = m_life ? figures.instances : 0;
    facts.last_lsn = figures.log.appended_lsn;
    facts.synced_lsn = figures.log.synced_lsn;
    facts.syncs = figures.log.commit_syncs;
    facts.checkpoint_syncs = figures.log.checkpoint_syncs;
    return facts;
}

}  // namespace indoubt::cluster
