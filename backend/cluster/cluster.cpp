// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/cluster.h"

#include <malloc.h>

#include <future>
#include <thread>

#include "cluster/impl.h"
#include "security/files.h"
#include "security/token.h"
#include "transport/channel.h"

namespace indoubt::cluster {
namespace {
using namespace std::chrono_literals;
constexpr std::int64_t links_most_ms = 2000;
constexpr auto accounts_most = 120s;
}  // namespace

// Batches come and go by the megabyte: memory that is given back to the kernel at once is cleared page by page when it returns.
static void keep_memory() {
    ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 512 << 20);
    ::mallopt(M_TOP_PAD, 4 << 20);
}

base::Result<std::unique_ptr<Cluster>> Cluster::start(ClusterOptions options) {
    keep_memory();
    if (auto valid = validate(options); !valid) return valid.error();
    auto directory = DataDirectory::lock(options.data_directory);
    if (!directory) return directory.error();
    auto impl = std::make_unique<Impl>(std::move(options), std::move(directory).value());
    if (auto started = impl->start(); !started) {
        impl->stop();
        return started.error();
    }
    return std::unique_ptr<Cluster>(new Cluster(std::move(impl)));
}

Cluster::Cluster(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Cluster::~Cluster() { stop(); }
const std::string& Cluster::address() const { return m_impl->facts().address; }
const std::filesystem::path& Cluster::token_file() const { return m_impl->token_file(); }
const events::ClusterShape& Cluster::shape() const { return m_impl->facts().shape; }
void Cluster::stop() { m_impl->stop(); }

Cluster::Impl::Impl(ClusterOptions options, DataDirectory directory)
    : m_options(std::move(options)),
      m_directory(std::move(directory)),
      m_hub([this] { return m_clock.host_ns(); }, m_options.hub_events_max),
      m_shell(std::make_unique<operators::Worker>("cluster-shell")) {}

Cluster::Impl::~Impl() { stop(); }

void Cluster::Impl::log(const std::string& line) const {
    if (m_options.log_line) m_options.log_line(line);
}

base::Result<> Cluster::Impl::start() {
    if (auto done = prepare(); !done) return done;
    if (auto done = open_nodes(); !done) return done;
    retell_history();
    m_hub.start();
    run_nodes();
    if (auto done = first_accounts_opened(); !done) return done;
    return serve();
}

base::Result<> Cluster::Impl::prepare() {
    const int found = m_directory.participants_found();
    const int participants = m_options.participants.value_or(found > 0 ? found : 3);
    if (found > 0 && participants != found)
        return base::failed_precondition("the directory " + m_directory.path().string() + " holds a cluster of " + std::to_string(found) +
                                         " participants; start it with --participants " + std::to_string(found) + ", or choose another directory");
    const int faults_found = m_directory.managers_found() / 2;
    const int faults = m_options.faults.value_or(faults_found);
    if (m_directory.managers_found() > 0 && faults != faults_found)
        return base::failed_precondition("the directory " + m_directory.path().string() + " holds a cluster of " + std::to_string(m_directory.managers_found()) +
                                         " managers; start it with --faults " + std::to_string(faults_found) + ", or choose another directory");
    m_shape = std::make_shared<const events::ClusterShape>(make_shape(m_options, participants, faults));
    auto token = security::make_token();
    if (!token) return token.error();
    m_token = std::move(token).value();
    m_token_file = m_directory.token_file();
    if (auto written = security::write_token_file(m_token_file, m_token); !written) return written.error();

    auto sockets = m_directory.socket_directory();
    if (!sockets) return sockets.error();
    m_facts.shape = *m_shape;
    m_facts.address = m_options.listen == "unix" ? "unix:" + (*sockets / "operator.sock").string() : m_options.listen;
    m_facts.data_directory = m_directory.path().string();
    m_facts.trace = word(m_options.trace);
    m_facts.faults_allowed = m_options.environment == "sandbox" || m_options.environment == "drill";
    m_facts.prepare_timeout_ms = m_options.prepare_timeout_ms;

    for (const auto& member : m_shape->members) {
        NodeSettings settings;
        settings.core.self = member.node;
        settings.core.shape = m_shape;
        settings.core.prepare_timeout_ms = m_options.prepare_timeout_ms;
        settings.core.lock_timeout_ms = m_options.lock_timeout_ms;
        settings.core.inquiry_first_ms = m_options.inquiry_first_ms;
        settings.core.retry_first_ms = m_options.retry_first_ms;
        settings.member = member;
        settings.database = m_directory.database(member.node);
        settings.listen = "unix:" + (*sockets / (member.node.name() + ".sock")).string();
        settings.token = m_token;
        settings.trace = m_options.trace;
        if (m_options.disk) settings.disk = m_options.disk(member.node);
        NodeLinks links;
        links.announce = [this](const base::Xid& xid) {
            // The node itself too: its driver announces on its next messages what its sampler has a reason to keep.
            for (const auto& node : m_nodes)
                if (!node->want_trace(xid)) promote_later(*node, {});
        };
        links.ended = [this](base::NodeId id, base::Incarnation incarnation, const std::string& why, bool broken) {
            m_shell->run([this, id, incarnation, why, broken] {
                // What the node sent in its last step is on its way: streams that are cut at once would eat it.
                if (!broken) std::this_thread::sleep_for(10ms);
                std::lock_guard lock(m_control_mutex);
                Node* node = find(id);
                log("node " + id.name() + " went down: " + why);
                auto life = node->life();
                if (!life || life->incarnation() != incarnation) return;  // an operator has restarted it meanwhile
                take_down(*node, why, false, broken ? why : std::string());
            });
        };
        links.linked = [this](base::NodeId node, base::NodeId peer) {
            std::lock_guard lock(m_link_mutex);
            m_linked[node].insert(peer);
            m_link_changed.notify_all();
        };
        links.log_line = [this](const std::string& line) { log(line); };
        m_nodes.push_back(std::make_unique<Node>(std::move(settings), m_hub, m_clock, m_faults, std::move(links)));
    }
    std::vector<Node*> managers;
    for (const auto manager : m_shape->managers()) managers.push_back(find(manager));
    m_desk = std::make_unique<LeaderDesk>(std::move(managers), m_options.prepare_timeout_ms);
    return base::Ok{};
}

base::Result<> Cluster::Impl::open_nodes() {
    // Side by side: each waits for its own file.
    const auto each = [this](auto step) {
        std::vector<std::future<base::Result<>>> opening;
        for (auto& node : m_nodes) opening.push_back(std::async(std::launch::async, [&node, &step] { return step(*node); }));
        base::Result<> result = base::Ok{};
        for (auto& one : opening)
            if (auto opened = one.get(); !opened && result.ok()) result = opened;
        return result;
    };
    if (auto opened = each([](Node& node) { return node.open(); }); !opened) return opened;
    if (auto named = identify(); !named) return named;
    return each([this](Node& node) { return node.begin(m_shape); });
}

// Whose the logs are: the coordinator's word first, for it makes the XIDs. One that is new takes the name of the others, which is
// none where they were made before clusters had one; where all are new, so is the cluster.
base::Result<> Cluster::Impl::identify() {
    std::optional<std::uint64_t> identity;
    for (const auto& node : m_nodes)
        if (!identity) identity = node->identity();
    // A node whose log was lost and is begun anew is not who it was: a coordinator would give out XIDs that the others have known as
    // other payments', a participant take a PREPARE that an earlier life has answered.
    for (const auto& lost : m_nodes)
        if (!lost->identity())
            for (const auto& node : m_nodes) lost->opening().begin_after(node->opening().seen_of(lost->id()));
    if (!identity) {
        auto made = security::make_identity();
        if (!made) return made.error();
        identity = *made;
    }
    auto shape = *m_shape;
    shape.identity = *identity;
    m_facts.shape = shape;
    m_shape = std::make_shared<const events::ClusterShape>(std::move(shape));
    return base::Ok{};
}

void Cluster::Impl::retell_history() {
    // The view is a fold over events, and events of earlier lives of this process are only in the logs: tell again what is open
    // anywhere, and of small logs everything, before the nodes' first events of today (their balances replace the sums).
    std::set<base::Xid> open;
    std::size_t total = 0;
    bool whole = true;
    for (const auto& node : m_nodes) {
        auto life = node->life();
        for (const auto& xid : life->core().open()) open.insert(xid);
        total += life->recovered().tail.size();
        whole = whole && life->recovered().snapshot_lsn == 0;
    }
    whole = whole && total <= m_options.retold_events_max;
    operators::HubSource& source = m_hub.add_source();
    for (const auto& node : m_nodes) {
        auto life = node->life();
        const auto& recovered = life->recovered();
        std::vector<events::Event> told;
        const auto wanted = [&](const events::Record& record, bool all) {
            return record.kind == events::RecordKind::account || (!record.xid.empty() && (all || open.contains(record.xid)));
        };
        for (const auto& record : recovered.snapshot) {
            if (!wanted(*record, false)) continue;
            events::Event event;  // its place in the log is not in the snapshot; it is before everything that is
            event.node = node->id();
            event.seq = told.size() + 1;
            event.lsn = 1;
            event.hlc = event.at_ns = 1 + static_cast<std::int64_t>(told.size());
            // Account lines are balances as of the snapshot, and nobody knows when that was: no incarnation says so.
            event.kind = record->kind == events::RecordKind::account ? events::EventKind::balance : events::EventKind::append;
            event.xid = record->xid;
            event.payload = record;
            told.push_back(std::move(event));
        }
        for (const auto& event : recovered.tail) {
            if (!event->record() || !wanted(*event->record(), whole)) continue;
            told.push_back(*event);
            told.back().durable = false;  // it is on disk: no sync will come that makes it so
            if (!whole && event->record()->kind == events::RecordKind::account) {  // what was posted since is not told with it
                told.back().kind = events::EventKind::balance;
                told.back().incarnation = 0;
            }
        }
        source.push(std::move(told));
    }
}

bool Cluster::Impl::eager(base::NodeId from, base::NodeId to) const { return m_shape->manages(from) || m_shape->manages(to); }

void Cluster::Impl::launch(Node& node) {
    std::map<base::NodeId, std::string> addresses;
    for (const auto& other : m_nodes) addresses[other->id()] = other->address();
    node.go(addresses, [this, &node](base::NodeId to) { return eager(node.id(), to); });
    for (const auto& other : m_nodes)
        if (auto life = other->life(); life && other.get() != &node) life->network().hurry(node.id());
}

void Cluster::Impl::run_nodes() {
    std::lock_guard lock(m_control_mutex);
    for (auto& node : m_nodes) launch(*node);
    if (!wait_linked(links_most_ms, nullptr)) log("some nodes are not linked yet");
}

bool Cluster::Impl::wait_linked(std::int64_t most_ms, const Node* one) {
    const auto complete = [&] {
        for (const auto& from : m_nodes)
            for (const auto& to : m_nodes) {
                const bool concerned = !one || from.get() == one || to.get() == one;
                if (from == to || !concerned || !eager(from->id(), to->id())) continue;
                auto a = from->life(), b = to->life();
                if (!a || !b || a->paused() || b->paused()) continue;
                auto found = m_linked.find(from->id());
                if (found == m_linked.end() || !found->second.contains(to->id())) return false;
            }
        return true;
    };
    std::unique_lock lock(m_link_mutex);
    return m_link_changed.wait_for(lock, std::chrono::milliseconds(most_ms), complete);
}

base::Result<> Cluster::Impl::first_accounts_opened() {
    std::vector<std::future<runtime::OutAnswer>> waiting;
    // Of a node that could not write them, what its disk said, not that it is down.
    const auto failed = [&](base::Error error) {
        for (const auto& node : m_nodes)
            if (auto why = node->broken()) return *why;
        return error;
    };
    for (auto& node : m_nodes) {
        if (!m_shape->participates(node->id()) || !node->is_new()) continue;
        const auto reached = node->reach();  // it may have failed already, with its very first record
        if (!reached) return failed(reached.error());
        const auto& life = *reached;
        auto lines = first_accounts(m_options, node->id());
        if (lines.empty()) continue;
        auto promise = std::make_shared<std::promise<runtime::OutAnswer>>();
        waiting.push_back(promise->get_future());
        auto sent = life->open_accounts(std::move(lines), nullptr, [promise](const runtime::OutAnswer& answer) { promise->set_value(answer); });
        if (!sent) return failed(sent.error());
    }
    for (auto& future : waiting) {
        if (future.wait_for(accounts_most) != std::future_status::ready) return base::unavailable("the first accounts could not be opened in time");
        if (const auto answer = future.get(); answer.code != base::ErrorCode::ok) return failed({answer.code, "the first accounts: " + answer.text});
    }
    return base::Ok{};
}

base::Result<> Cluster::Impl::serve() {
    int port = 0;
    grpc::ServerBuilder builder;
    if (auto listening = transport::listen_on(builder, m_facts.address, &port); !listening) return listening.error();
    auto server = operators::OperatorServer::start(*this, builder, m_facts.address, m_token);
    if (!server) return server.error();
    m_server = std::move(server).value();
    m_facts.address = transport::bound_address(m_facts.address, port);
    if (!m_options.announce) return base::Ok{};
    security::RunningCluster entry;
    entry.name = m_shape->name;
    entry.environment = m_shape->environment;
    entry.address = m_facts.address;
    entry.token_file = m_token_file.string();
    entry.data_directory = m_facts.data_directory;
    entry.started_ns = m_clock.now_ns();
    auto registered = security::Registration::enter(std::move(entry));
    if (registered) m_registration.emplace(std::move(registered).value());
    else log("not in the registry, name it with --connect: " + registered.error().message);  // it runs all the same
    return base::Ok{};
}

void Cluster::Impl::stop() {
    if (m_stopped) return;
    m_stopped = true;
    m_registration.reset();
    if (m_server) m_server->stop();
    if (m_desk) m_desk->stop();
    m_shell->stop();
    {
        std::lock_guard lock(m_control_mutex);
        std::vector<std::thread> ending;
        for (auto& node : m_nodes) ending.emplace_back([&node] { node->end("the cluster stops", true); });
        for (auto& thread : ending) thread.join();
    }
    m_hub.stop();
    m_server.reset();
    std::error_code ignored;
    if (m_facts.address.starts_with("unix:")) std::filesystem::remove(m_facts.address.substr(5), ignored);
}

}  // namespace indoubt::cluster
