// SPDX-License-Identifier: GPL-3.0-or-later
// The running cluster as the operator service sees it: payments and orders to their nodes, nodes up and down, faults.
#include <algorithm>
#include <condition_variable>
#include <future>

#include "cluster/impl.h"
#include "commit/machine.h"

namespace indoubt::cluster {
namespace {
using operators::NodeAction;
constexpr std::int64_t relink_most_ms = 1000;
constexpr auto promote_most = std::chrono::milliseconds(100);
constexpr auto audit_most = std::chrono::milliseconds(500);
}  // namespace

bool Cluster::Impl::replicated(const std::string& protocol) const {
    const auto found = commit::find_protocol(protocol);
    return found && (*found)->make_group && m_shape->managers().size() > 1;
}

std::vector<Node*> Cluster::Impl::beginners() const {
    if (!replicated(m_shape->protocol.name)) return {m_nodes.front().get()};
    std::vector<Node*> nodes;
    for (const auto manager : m_shape->managers()) nodes.push_back(find(manager));
    return nodes;
}

Node* Cluster::Impl::find(base::NodeId id) const {
    for (const auto& node : m_nodes)
        if (node->id() == id) return node.get();
    return nullptr;
}

base::Result<Node*> Cluster::Impl::known(base::NodeId id) const {
    if (Node* node = find(id)) return node;
    std::string names;
    for (const auto& node : m_nodes) names += (names.empty() ? "" : ", ") + node->id().name();
    return base::not_found("node '" + id.name() + "' is not in this cluster; there are " + names);
}

std::vector<operators::NodeFacts> Cluster::Impl::nodes() const {
    std::vector<operators::NodeFacts> result;
    for (const auto& node : m_nodes) result.push_back(node->facts());
    m_hub.with_view([&](const view::View& view) {
        for (auto& facts : result)
            if (const auto* row = view.node(facts.node)) facts.in_doubt = row->in_doubt;
    });
    return result;
}

base::Result<> Cluster::Impl::submit(events::PaymentPtr payment, std::optional<events::ProtocolChoice> protocol, operators::ProgressCallback progress) {
    // Any manager may lead a protocol whose decision log is replicated; every other one has its coordinator.
    if (replicated(protocol ? protocol->name : m_shape->protocol.name)) return m_desk->submit({std::move(payment), std::move(protocol), std::move(progress)});
    auto life = m_nodes.front()->reach();
    if (!life) return life.error();
    return (*life)->submit(std::move(payment), std::move(protocol), std::move(progress));
}

base::Result<> Cluster::Impl::order(base::NodeId id, runtime::OperatorOrder order, operators::AnswerCallback answer) {
    auto node = known(id);
    if (!node) return node.error();
    auto life = (*node)->reach();
    if (!life) return life.error();
    return (*life)->order(std::move(order), std::move(answer));
}

base::Result<> Cluster::Impl::open_accounts(base::NodeId id, std::vector<events::AccountLine> lines, const events::OperatorNote& note,
                                            operators::AnswerCallback answer) {
    auto node = known(id);
    if (!node) return node.error();
    if (!m_shape->participates(id)) return base::invalid_argument("node: " + id.name() + " is a coordinator and keeps no accounts");
    auto life = (*node)->reach();
    if (!life) return life.error();
    return (*life)->open_accounts(std::move(lines), std::make_shared<const events::OperatorNote>(note), std::move(answer));
}

base::Result<> Cluster::Impl::remark(base::NodeId id, const base::Xid& xid, std::shared_ptr<const events::OperatorNote> note, operators::AnswerCallback answer) {
    auto node = known(id);
    if (!node) return node.error();
    auto life = (*node)->reach();
    if (!life) return life.error();
    return (*life)->audit(std::move(note), std::move(answer), xid);
}

void Cluster::Impl::keep_trace(const base::Xid& xid) {
    struct Latch {
        std::mutex mutex;
        std::condition_variable changed;
        int open = 0;
    };
    auto latch = std::make_shared<Latch>();
    const auto done = [latch] {
        std::lock_guard lock(latch->mutex);
        --latch->open;
        latch->changed.notify_all();
    };
    for (const auto& node : m_nodes) {
        auto life = node->life();
        const bool told = node->want_trace(xid);
        if (told && (!life || life->paused())) continue;  // it promotes when it goes on
        {
            std::lock_guard lock(latch->mutex);
            ++latch->open;
        }
        if (!told) promote_later(*node, done);
        else if (!life->after(done)) done();
    }
    std::unique_lock lock(latch->mutex);
    latch->changed.wait_for(lock, promote_most, [&] { return latch->open == 0; });
}

void Cluster::Impl::promote_later(Node& node, std::function<void()> done) {
    m_shell->run([this, &node, done = std::move(done)] {
        std::lock_guard lock(m_control_mutex);
        node.promote();
        if (done) done();
    });
}

base::Result<> Cluster::Impl::bring_up(Node& node) {
    if (auto opened = node.open(); !opened) return opened;
    if (auto begun = node.begin(m_shape); !begun) return begun;
    launch(node);
    wait_linked(relink_most_ms, &node);
    log("node " + node.id().name() + " is up");
    return base::Ok{};
}

void Cluster::Impl::take_down(Node& node, const std::string& why, bool gently, std::string problem) {
    node.end(why, gently, std::move(problem));
    std::lock_guard lock(m_link_mutex);
    m_linked.erase(node.id());
    for (auto& [from, to] : m_linked) to.erase(node.id());
}

// The log of one node keeps who did this: the coordinator's, else the next that is up. The struck node's own only if there is no
// other: what it has not synced shall stay unsynced when it is crashed. On disk before it is carried out, unless that disk stands
// still: an emergency must not wait for it.
bool Cluster::Impl::audit(std::string action, const events::OperatorNote& note, base::NodeId struck) {
    auto order = std::make_shared<events::OperatorNote>(note);
    order->action = std::move(action);
    std::vector<Node*> candidates;
    for (const auto& node : m_nodes)
        if (node->id() != struck) candidates.push_back(node.get());
    if (Node* last = find(struck)) candidates.push_back(last);
    for (Node* node : candidates) {
        auto life = node->life();
        if (!life || life->paused()) continue;
        auto promise = std::make_shared<std::promise<void>>();
        auto written = promise->get_future();
        if (!life->audit(order, [promise](const runtime::OutAnswer&) { promise->set_value(); })) continue;
        if (written.wait_for(audit_most) == std::future_status::ready) return true;
        log("node " + node->id().name() + " has not yet written down: " + order->action + " by " + order->actor);
        return true;
    }
    return false;
}

base::Result<operators::NodeFacts> Cluster::Impl::control(base::NodeId id, NodeAction action, const events::OperatorNote& note) {
    auto known_node = known(id);
    if (!known_node) return known_node.error();
    Node& node = **known_node;
    std::lock_guard lock(m_control_mutex);
    auto life = node.life();
    const std::string name = "node " + id.name();
    const std::string by = " by " + note.actor + (note.reason.empty() ? "" : ": " + note.reason);
    bool audited = false;
    const auto must_be_up = [&] { return base::failed_precondition(name + (action == NodeAction::stop || action == NodeAction::crash ? " is down already" : " is down; start it first")); };
    switch (action) {
        case NodeAction::start:
            if (life) return base::failed_precondition(name + " is " + (life->paused() ? "suspended; resume it instead" : "up already"));
            audited = audit("start " + name, note, id);
            if (auto up = bring_up(node); !up) return up.error();
            if (!audited) audit("start " + name, note);  // it is the only one
            break;
        case NodeAction::restart:
            audited = audit("restart " + name, note, id);
            // Where nothing may be broken on purpose, a restart is a stop and a start.
            if (life) take_down(node, (m_facts.faults_allowed ? "crashed" : "stopped") + by, !m_facts.faults_allowed);
            life.reset();
            if (auto up = bring_up(node); !up) return up.error();
            if (!audited) audit("restart " + name, note);
            break;
        case NodeAction::stop:
        case NodeAction::crash:
            if (!life) return must_be_up();
            audit((action == NodeAction::stop ? "stop " : "crash ") + name, note, id);
            take_down(node, (action == NodeAction::stop ? "stopped" : "crashed") + by, action == NodeAction::stop);
            break;
        case NodeAction::pause:
            if (!life) return must_be_up();
            if (life->paused()) return base::failed_precondition(name + " is suspended already");
            audit("pause " + name, note, id);
            if (!life->pause("suspended" + by)) return base::unavailable(name + " went down before it could be suspended");
            break;
        case NodeAction::resume:
            if (!life) return must_be_up();
            if (!life->paused()) return base::failed_precondition(name + " is not suspended");
            audit("resume " + name, note, id);
            if (!life->resume("resumed" + by)) return base::unavailable(name + " went down when it was to be resumed");
            break;
    }
    return node.facts();
}

// ---- faults ----

namespace {
operators::FaultFacts facts_of(const runtime::FaultRule& rule, const runtime::FaultBox& box) {
    operators::FaultFacts facts;
    facts.id = rule.id;
    facts.rule = rule.text;
    facts.active = rule.active();
    facts.hits = rule.hits;
    facts.held = static_cast<std::uint32_t>(box.held(rule.id));
    return facts;
}
}  // namespace

void Cluster::Impl::notice(const runtime::FaultRule& rule, bool on, const events::OperatorNote& note) {
    const auto order = std::make_shared<const events::OperatorNote>(note);
    // One node tells it, preferably the one it strikes; a rule can be set while that one is down.
    std::vector<base::NodeId> candidates{rule.at, rule.from, rule.to};
    for (const auto& node : m_nodes) candidates.push_back(node->id());
    for (const auto& candidate : candidates) {
        Node* node = find(candidate);
        auto life = node ? node->life() : nullptr;
        if (life && !life->paused() && life->post(runtime::FaultNotice{on, rule.id, rule.text, order})) return;
    }
}

// A message that was held back for a node that is down is lost now, as on any network; the sender's node tells it, else another.
void Cluster::Impl::lose(events::Envelope envelope, std::uint64_t rule) {
    std::vector<base::NodeId> candidates{envelope.message->from};
    for (const auto& node : m_nodes) candidates.push_back(node->id());
    for (const auto& candidate : candidates) {
        Node* node = find(candidate);
        auto life = node ? node->life() : nullptr;
        if (life && !life->paused() && life->post(runtime::Lost{envelope, rule})) return;
    }
}

base::Result<operators::FaultFacts> Cluster::Impl::add_fault(const std::string& text, const events::OperatorNote& note) {
    auto rule = runtime::parse_fault(text);
    if (!rule) return rule.error();
    if (m_faults.full())
        return base::Error{base::ErrorCode::resource_exhausted, "there are " + std::to_string(runtime::fault_rules_max) + " fault rules; clear some, then try again"};
    for (const base::NodeId named : {rule->at, rule->from, rule->to})
        if (!named.empty())
            if (auto node = known(named); !node) return base::invalid_argument("rule: " + node.error().message);
    if (!rule->xid.empty() && rule->xid.cluster != m_shape->tag()) return operators::of_another_cluster(rule->xid, *m_shape);
    audit("add fault: " + rule->text, note);
    rule->id = m_faults.add(*rule);
    notice(*rule, true, note);
    return facts_of(*rule, m_faults);
}

std::vector<operators::FaultFacts> Cluster::Impl::faults() const {
    std::vector<operators::FaultFacts> result;
    for (const auto& rule : m_faults.list()) result.push_back(facts_of(rule, m_faults));
    return result;
}

base::Result<std::size_t> Cluster::Impl::clear_faults(std::optional<std::uint64_t> id, const events::OperatorNote& note) {
    const auto known_rules = m_faults.list();
    const bool known = std::any_of(known_rules.begin(), known_rules.end(), [&](const auto& rule) { return !id || rule.id == *id; });
    if (id && !known) return base::not_found("no fault has the number " + std::to_string(*id));
    audit(id ? "clear fault " + std::to_string(*id) : "clear all faults", note);
    const auto rules = m_faults.clear(id);
    for (const auto& rule : rules) {
        notice(rule, false, note);
        for (auto& envelope : m_faults.release(rule.id)) {
            Node* node = find(envelope.message->to);
            auto life = node ? node->life() : nullptr;
            if (!life || !life->post(runtime::Released{envelope})) lose(std::move(envelope), rule.id);
        }
    }
    return rules.size();
}

base::Result<operators::Host::Records> Cluster::Impl::records(base::NodeId id, std::uint64_t from_lsn, std::size_t most) {
    auto node = known(id);
    if (!node) return node.error();
    auto life = (*node)->reach();
    if (!life) return base::Error{life.error().code, life.error().message + " (nobody reads the file of a node that is not up)"};
    auto events = (*life)->read(from_lsn, most);
    if (!events) return events.error();
    Records records;
    records.events = std::move(events).value();
    records.last_lsn = (*life)->figures().log.synced_lsn;
    return records;
}

}  // namespace indoubt::cluster
