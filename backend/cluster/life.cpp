// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/life.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

namespace indoubt::cluster {
namespace {
using namespace std::chrono_literals;
constexpr auto idle_most = 3600s;
constexpr int stop_streams_ms = 200, stop_streams_most_ms = 5000;
}  // namespace

Life::Life(LifeSettings settings) : m_settings(std::move(settings)), m_name(m_settings.core.self.name()) {}

base::Result<std::unique_ptr<Life>> Life::open(LifeSettings settings) {
    std::unique_ptr<Life> self(new Life(std::move(settings)));
    Life* life = self.get();
    storage::LogOptions options;
    options.node = life->m_name;
    options.vfs = life->m_settings.disk;
    storage::LogCallbacks callbacks;
    callbacks.synced = [life](const storage::SyncDone& done) {
        life->m_mailbox.push_unbounded(Input(runtime::DriverInput(runtime::Synced{done.lsn, done.duration_ns, done.records})));
    };
    callbacks.failed = [life](const base::Error& error) {
        {
            std::lock_guard lock(life->m_state_mutex);
            life->m_broken = error.message;
            life->m_broken_code = error.code;
            life->m_ending = true;
        }
        life->m_state_changed.notify_all();
        life->m_mailbox.close();
    };
    auto opened = storage::SqliteLog::open(life->m_settings.database, std::move(options), std::move(callbacks));
    if (!opened) return opened.error();
    life->m_log = std::move(opened->log);
    life->m_recovered = std::move(opened->recovered);
    life->m_remarks = std::move(opened->remarks);
    life->begin_after(static_cast<base::Incarnation>(opened->last_incarnation));
    if (auto fits = life->check_shape(); !fits) return fits.error();
    return self;
}

base::Result<> Life::start(std::shared_ptr<const events::ClusterShape> shape) {
    if (m_identity && *m_identity != shape->identity)
        return base::failed_precondition("the database " + m_settings.database + " belongs to another cluster than the others of its directory, whose payments it would mix with its own; "
                                         "put back the file that was made here");
    m_settings.core.shape = std::move(shape);
    m_settings.clock.start_after(m_recovered.last_hlc);
    m_settings.sampler.hub().busy();  // until its events are published, which is once its incarnation is durable
    runtime::Ports ports{*m_log, *this, m_settings.clock, m_settings.sampler, m_settings.faults,
                         [this](const runtime::OutAnswer& answer) { m_requests.answer(answer); },
                         [this](const std::string& why) {
                             std::lock_guard lock(m_state_mutex);
                             m_why = why;
                         }};
    auto driver = runtime::Driver::start(m_settings.core, m_recovered, std::move(ports));
    if (!driver) {
        m_settings.sampler.hub().idle();
        return driver.error();
    }
    m_driver = std::move(driver).value();
    m_incarnation = m_driver->core().incarnation();
    if (auto begun = m_log->begin_incarnation(m_incarnation); !begun) {  // its events wait: nobody has heard of it
        m_settings.sampler.hub().idle();
        m_driver.reset();
        return begun;
    }

    transport::PeerSettings peer;
    peer.self = m_settings.core.self;
    peer.incarnation = m_incarnation;
    peer.cluster = m_settings.core.shape->name;
    peer.token = m_settings.token;
    peer.listen = m_settings.listen;
    auto network = transport::PeerNetwork::start(std::move(peer), *this);
    if (!network) {
        finish("it cannot listen: " + network.error().message, false);
        return network.error();
    }
    m_network = std::move(network).value();
    return base::Ok{};
}

// The environment guards production against faults: a directory stays what it was when it was made, and whose. The first record of a
// log is its shape; a log whose first records are gone has it in the snapshot. Each of its records names the node that wrote it.
base::Result<> Life::check_shape() {
    const events::ClusterShape* found = nullptr;
    base::NodeId writer = m_settings.core.self;
    const auto look = [&](const events::Record* record) {
        if (!found && record && record->kind == events::RecordKind::shape) found = record->shape.get();
    };
    const auto look_at = [&](const events::Event& event) {
        look(event.record());
        if (event.node != m_settings.core.self) writer = event.node;
    };
    auto first = m_log->read(1, 1);
    if (first)
        for (const auto& event : *first) look_at(event);
    for (const auto& record : m_recovered.snapshot) look(record.get());
    for (const auto& event : m_recovered.tail) look_at(*event);
    if (writer != m_settings.core.self)
        return base::failed_precondition("the database " + m_settings.database + " holds the log of node " + writer.name() + ", not of " + m_settings.core.self.name() +
                                         ": its money and its votes would count twice; put back the file that was made here");
    if (found) m_identity = found->identity;
    const auto& wanted = *m_settings.core.shape;
    if (found)
        for (const auto& member : found->members) {
            const bool kept = std::any_of(wanted.members.begin(), wanted.members.end(), [&](const auto& other) { return other.node == member.node; });
            if (kept) continue;
            return base::failed_precondition("node " + member.node.name() + " is missing: the database " + m_settings.database + " was made in a cluster with it, and " + member.node.name() +
                                             ".db is not here. What it held would be gone without a word; put it back");
        }
    if (!found || found->environment == wanted.environment) return base::Ok{};
    return base::failed_precondition("the database " + m_settings.database + " belongs to the environment '" + found->environment + "', not '" +
                                     wanted.environment + "'; start it with --environment " + found->environment + ", or choose another directory");
}

base::Incarnation Life::seen_of(base::NodeId node) const {
    base::Incarnation last = 0;
    const auto look = [&](const events::Record& record) {
        if (record.xid.coordinator == node) last = std::max(last, record.xid.incarnation);
        if (record.kind == events::RecordKind::finished && record.node == node) last = std::max(last, record.incarnation);
        for (const auto& enrolled : record.enrolled)
            if (enrolled.node == node) last = std::max(last, enrolled.incarnation);
    };
    for (const auto& record : m_recovered.snapshot) look(*record);
    for (const auto& event : m_recovered.tail) look(*event->record());
    return last;
}

void Life::begin_after(base::Incarnation incarnation) { m_settings.core.least_incarnation = std::max(m_settings.core.least_incarnation, incarnation + 1); }

Life::~Life() { finish("the program ends", false); }

void Life::go() {
    m_recovered = {};
    m_thread = std::thread([this] {
        pthread_setname_np(pthread_self(), ("node " + m_name).substr(0, 15).c_str());
        run();
    });
}

// ---- the loop ----

void Life::run() {
    std::vector<Input> batch;
    std::vector<std::function<void()>> after_batch;
    bool lives = true;
    while (lives && !m_ending.load()) {
        const auto next = m_driver->next_timer_ns();
        const auto deadline = next ? HostClock::at_cluster_ns(*next) : std::chrono::steady_clock::now() + idle_most;
        if (!m_mailbox.take(batch, deadline)) break;
        if (m_driver->announced()) m_settings.sampler.hub().busy();
        for (auto& input : batch) {
            if (m_pause_wanted.load(std::memory_order_relaxed)) stand_still();
            if (m_ending.load(std::memory_order_relaxed)) break;
            if (auto* wake = std::get_if<Wake>(&input)) {
                if (wake->after_batch) after_batch.push_back(std::move(wake->after_batch));
            } else if (!process(std::move(std::get<runtime::DriverInput>(input)))) {
                lives = false;
                break;
            }
        }
        if (lives && !m_ending.load()) {
            const auto due = m_driver->next_timer_ns();
            if (due && *due <= m_settings.clock.cluster_ns()) lives = m_driver->fire_timers();
        }
        // What a step released before a fault struck has left the node; what an order or the disk cut off has not.
        if (!m_ending.load()) m_network->flush();
        m_settings.sampler.flush();
        if (m_driver->announced()) m_settings.sampler.hub().idle();
        publish_figures();
        for (const auto& done : after_batch) done();
        after_batch.clear();
    }
    std::string why, broken;
    {
        std::lock_guard lock(m_state_mutex);
        why = m_why;
        broken = m_broken;
    }
    const bool by_itself = !broken.empty() || m_driver->crashed();
    tell_crash(broken.empty() ? why : "its log failed: " + broken);
    {
        std::lock_guard lock(m_state_mutex);
        m_loop_over = true;
    }
    m_state_changed.notify_all();
    if (by_itself) m_settings.ended(m_incarnation, broken.empty() ? why : broken, !broken.empty());
}

void Life::tell_crash(const std::string& why) {
    if (!m_driver->crashed()) {
        if (m_driver->announced()) m_settings.sampler.hub().busy();
        m_driver->crash_now(why);
        m_settings.sampler.flush();
    }
    m_settings.sampler.hub().idle();
}

bool Life::process(runtime::DriverInput&& input) {
    if (auto* submit = std::get_if<runtime::Submit>(&input)) {
        const std::uint64_t request = submit->request;
        const bool lives = m_driver->handle(std::move(input));
        if (auto xid = m_settings.sampler.take_submitted()) m_requests.accepted(request, *xid);
        return lives;
    }
    if (const auto* envelope = std::get_if<events::Envelope>(&input); envelope && envelope->keep_trace)
        m_settings.sampler.keep(envelope->message->xid);
    else if (const auto* kept = std::get_if<runtime::KeepTrace>(&input))
        m_settings.sampler.keep(kept->xid);
    return m_driver->handle(std::move(input));
}

void Life::stand_still() {
    std::string suspended, resumed;
    {
        std::lock_guard lock(m_state_mutex);
        suspended = m_suspend_why;
    }
    m_driver->handle(runtime::Suspension{true, std::move(suspended)});
    m_network->flush();
    m_settings.sampler.flush();
    m_settings.sampler.hub().idle();
    {
        std::unique_lock lock(m_state_mutex);
        m_paused = true;
        m_state_changed.notify_all();
        m_state_changed.wait(lock, [this] { return !m_pause_wanted.load() || m_ending.load(); });
        m_paused = false;
        resumed = m_resume_why;
        m_state_changed.notify_all();
    }
    m_settings.sampler.hub().busy();
    if (!m_ending.load()) m_driver->handle(runtime::Suspension{false, std::move(resumed)});
}

void Life::publish_figures() {
    const auto& stats = m_driver->stats();
    m_forced.store(stats.forced_writes, std::memory_order_relaxed);
    m_messages.store(stats.messages_sent, std::memory_order_relaxed);
    const bool group = m_driver->core().instance(base::Xid{}, true) != nullptr;  // of the node itself, and always there
    m_instances.store(m_driver->core().instances() - (group ? 1 : 0), std::memory_order_relaxed);
}

// ---- what comes in ----

void Life::received(std::vector<events::Envelope>&& envelopes) {
    m_mailbox.push_all(std::move(envelopes));  // what does not fit is lost, as on any network
}

void Life::connected(base::NodeId node, base::Incarnation incarnation) {
    m_mailbox.push_unbounded(Input(runtime::DriverInput(runtime::PeerUp{node, incarnation})));
    if (m_settings.core.shape->manages(node)) m_mailbox.push_unbounded(Input(runtime::DriverInput(runtime::AskNow{node})));
    m_settings.linked(node);
}

void Life::rejected(const std::string& why) { m_settings.log_line("node " + m_name + ": " + why); }

void Life::send(const events::Envelope& envelope) {
    if (envelope.keep_trace) m_settings.sampler.keep(envelope.message->xid);
    if (m_network) m_network->send(envelope);
}

std::optional<base::Error> Life::broken() const {
    std::lock_guard lock(m_state_mutex);
    return m_broken.empty() ? std::nullopt : std::optional(base::Error{m_broken_code, "node " + m_name + ": " + m_broken});
}

base::Error Life::gone() const {
    const auto why = broken();
    return base::unavailable(why ? why->message : "node " + m_name + " is down; start it first");
}

bool Life::post(runtime::DriverInput input) { return m_mailbox.push_unbounded(Input(std::move(input))); }

bool Life::after(std::function<void()> done) { return m_mailbox.push_unbounded(Input(Wake{std::move(done)})); }

base::Result<> Life::submit(events::PaymentPtr payment, std::optional<events::ProtocolChoice> protocol, operators::ProgressCallback progress) {
    if (m_mailbox.full())
        return base::Error{base::ErrorCode::resource_exhausted, "node " + m_name + " has " + std::to_string(base::limits::mailbox_inputs_max) + " inputs waiting; try again in a second"};
    const std::uint64_t request = m_requests.add(std::move(progress));
    runtime::Submit submit;
    submit.request = request;
    submit.payment = std::move(payment);
    submit.protocol = std::move(protocol);
    if (m_mailbox.push_unbounded(Input(runtime::DriverInput(std::move(submit))))) return base::Ok{};
    m_requests.remove(request);
    return gone();
}

base::Result<> Life::order(runtime::OperatorOrder order, operators::AnswerCallback answer) {
    order.request = m_requests.add(std::move(answer));
    const std::uint64_t request = order.request;
    if (post(std::move(order))) return base::Ok{};
    m_requests.remove(request);
    return gone();
}

base::Result<> Life::open_accounts(std::vector<events::AccountLine> lines, std::shared_ptr<const events::OperatorNote> note, operators::AnswerCallback answer) {
    const std::uint64_t request = m_requests.add(std::move(answer));
    if (post(runtime::OpenAccounts{request, std::move(lines), std::move(note)})) return base::Ok{};
    m_requests.remove(request);
    return gone();
}

base::Result<> Life::audit(std::shared_ptr<const events::OperatorNote> note, operators::AnswerCallback answer, const base::Xid& xid) {
    const std::uint64_t request = m_requests.add(std::move(answer));
    if (post(runtime::AuditOrder{request, std::move(note), xid})) return base::Ok{};
    m_requests.remove(request);
    return gone();
}

// ---- orders of the shell ----

bool Life::pause(const std::string& why) {
    std::unique_lock lock(m_state_mutex);
    if (m_ending.load()) return false;
    m_suspend_why = why;
    m_pause_wanted = true;
    m_mailbox.push_unbounded(Input(Wake{{}}));
    // A fault may end the loop at any moment, and whoever orders a pause holds up those who clean up after it.
    m_state_changed.wait(lock, [this] { return m_paused.load() || m_ending.load() || m_loop_over; });
    return m_paused.load();
}

bool Life::resume(const std::string& why) {
    std::unique_lock lock(m_state_mutex);
    m_resume_why = why;
    m_pause_wanted = false;
    m_state_changed.notify_all();
    m_state_changed.wait(lock, [this] { return !m_paused.load() || m_ending.load() || m_loop_over; });
    return !m_ending.load() && !m_loop_over;
}

LifeFigures Life::figures() const {
    return {m_incarnation, m_forced.load(std::memory_order_relaxed), m_messages.load(std::memory_order_relaxed), m_instances.load(std::memory_order_relaxed), m_log->stats()};
}

void Life::finish(const std::string& why, bool gently) {
    if (m_finished) return;
    m_finished = true;
    {
        std::lock_guard lock(m_state_mutex);
        if (m_why.empty()) m_why = why;
        m_ending = true;
    }
    m_state_changed.notify_all();
    m_mailbox.close();
    if (m_thread.joinable()) m_thread.join();
    else if (m_driver) tell_crash(why);  // it started and never ran: its restart must not stand alone
    if (m_network && !m_network->stop(stop_streams_ms)) {  // under load
        m_settings.log_line("node " + m_name + ": its links take their time to end");
        m_network->stop(stop_streams_most_ms);
    }
    if (m_log && gently) m_log->close();
    else if (m_log) m_log->abandon();
    m_requests.fail_all("node " + m_name + " went down before it answered; what became of this shows when it is back");
}

}  // namespace indoubt::cluster
