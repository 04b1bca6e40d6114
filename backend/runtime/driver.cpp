// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/driver.h"

#include <algorithm>

namespace indoubt::runtime {

using events::Event;
using events::EventKind;
using events::EventRef;

namespace {

constexpr std::size_t outputs_of_a_step = 16;  // they are large: a vector that grows by doubling moves each several times

// Several of these together can be the ground of one step.
bool is_counted(events::MessageKind kind) {
    using events::MessageKind;
    if (kind == MessageKind::pre_commit_ack || kind == MessageKind::state_report || kind == MessageKind::moved) return true;
    return kind == MessageKind::vote_yes || kind == MessageKind::vote_no || kind == MessageKind::vote_read_only || kind == MessageKind::ack;
}

}  // namespace

Driver::Driver(Ports ports, Core core) : m_ports(std::move(ports)), m_core(std::move(core)) {}

base::Result<std::unique_ptr<Driver>> Driver::start(CoreConfig config, const ports::Recovered& log, Ports ports, std::int64_t after_hlc) {
    Outputs outputs;
    // The token of a step is the seq of the event that caused it; the restart event is the first of its incarnation.
    auto core = Core::recover(std::move(config), log, 1, outputs);
    if (!core) return core.error();
    std::unique_ptr<Driver> driver(new Driver(std::move(ports), std::move(core).value()));
    driver->m_hlc = std::max(after_hlc, log.last_hlc);
    driver->read_clock();
    driver->m_core.expire_keys();
    driver->m_snapshot_lsn = log.snapshot_lsn;
    driver->m_last_lsn = driver->m_synced_lsn = log.last_lsn;
    Event restart = driver->make(EventKind::restart, {}, {});
    restart.lsn = log.last_lsn;
    auto note = std::make_shared<events::Note>();
    note->count = log.snapshot.size() + log.tail.size();
    note->text = log.last_lsn == 0 ? "first start" : "replayed " + std::to_string(note->count) + " records";
    restart.payload = std::shared_ptr<const events::Note>(std::move(note));
    driver->emit(std::move(restart));
    driver->perform(outputs);
    driver->emit_balances();
    return driver;
}

void Driver::read_clock() {
    m_now_ns = m_ports.clock.now_ns();
    m_host_ns = m_ports.clock.host_ns();
    m_core.tell_time(m_now_ns);
}

void Driver::announce() {
    m_announced = true;
    for (auto& event : m_early) m_ports.observer.publish(std::move(event));
    m_early = {};
}

bool Driver::handle(DriverInput&& input) {
    if (m_crashed) return false;
    read_clock();
    ++m_stats.inputs;
    if (auto* envelope = std::get_if<events::Envelope>(&input)) return deliver(std::move(*envelope), true);
    if (auto* sync = std::get_if<Synced>(&input)) return synced(*sync);
    if (auto* submit = std::get_if<Submit>(&input)) return step(*submit, {});
    if (auto* order = std::get_if<OperatorOrder>(&input)) {
        keep(order->xid);
        return step(*order, {});
    }
    if (auto* open = std::get_if<OpenAccounts>(&input)) return step(*open, {});
    if (auto* audit = std::get_if<AuditOrder>(&input)) return step(*audit, {});
    if (auto* peer = std::get_if<PeerUp>(&input)) return step(*peer, {});
    if (auto* down = std::get_if<PeerDown>(&input)) return step(*down, {});
    if (auto* vote = std::get_if<ExternalVote>(&input)) return step(*vote, {});
    if (auto* ask = std::get_if<AskNow>(&input)) {
        ask_now(ask->coordinator);
        return true;
    }
    if (auto* kept = std::get_if<KeepTrace>(&input)) {
        if (lives_here(kept->xid)) keep(kept->xid);
        return true;
    }
    if (auto* released = std::get_if<Released>(&input)) {
        Event event = make(EventKind::release, released->envelope.message->xid, {released->envelope.sent});
        event.peer = released->envelope.message->from;
        event.payload = released->envelope.message;
        emit(std::move(event));
        return deliver(std::move(released->envelope), false);
    }
    if (auto* lost = std::get_if<Lost>(&input)) {
        Event event = make(EventKind::drop, lost->envelope.message->xid, {lost->envelope.sent});
        event.peer = lost->envelope.message->to;
        event.fault = lost->fault;
        event.payload = lost->envelope.message;
        emit(std::move(event));
        return true;
    }
    if (auto* suspension = std::get_if<Suspension>(&input)) {
        auto note = std::make_shared<events::Note>();
        note->text = suspension->text;
        Event event = make(suspension->on ? EventKind::suspend : EventKind::resume, {}, {});
        event.payload = std::shared_ptr<const events::Note>(std::move(note));
        emit(std::move(event));
        return true;
    }
    if (auto* fault = std::get_if<FaultNotice>(&input)) {
        auto note = std::make_shared<events::Note>();
        note->text = fault->text;
        note->count = fault->id;
        note->order = fault->order;
        Event event = make(fault->on ? EventKind::fault_on : EventKind::fault_off, {}, {});
        event.fault = fault->id;
        event.payload = std::shared_ptr<const events::Note>(std::move(note));
        emit(std::move(event));
    }
    return true;
}

bool Driver::deliver(events::Envelope&& envelope, bool faults) {
    const auto message = envelope.message;
    m_hlc = std::max(m_hlc, envelope.hlc);
    const bool keeps = envelope.keep_trace;
    if (keeps) keep(message->xid);
    ++m_stats.messages_received;
    if (faults && !m_ports.faults.idle()) {
        const FaultVerdict verdict = m_ports.faults.at_receive(m_core.config().self, false, *message);
        if (verdict.kind == FaultVerdict::Kind::crash) return crash(verdict);
        if (verdict.kind == FaultVerdict::Kind::hold) {
            keep(message->xid);
            const EventRef sent = envelope.sent;
            const bool held = m_ports.faults.hold(verdict.rule, std::move(envelope));  // else it is lost, as any message may be
            Event event = make(held ? EventKind::hold : EventKind::drop, message->xid, {sent});
            event.peer = held ? message->from : message->to;
            event.fault = verdict.rule;
            event.payload = message;
            emit(std::move(event));
            return true;
        }
    }
    Event event = make(EventKind::receive, message->xid, {envelope.sent});
    event.peer = message->from;
    event.payload = message;
    const EventRef ref = emit(std::move(event));
    if (is_counted(message->kind) && lives_here(message->xid)) {
        auto& received = m_beside[message->xid].received;
        const auto at = std::find_if(received.begin(), received.end(), [&](const auto& entry) { return entry.first == message->from; });
        if (at == received.end()) received.emplace_back(message->from, ref);
        else at->second = ref;
    }
    if (!step(*message, ref)) return false;
    if (keeps && !lives_here(message->xid)) m_kept.erase(message->xid);
    if (faults && !m_ports.faults.idle()) {
        const FaultVerdict verdict = m_ports.faults.at_receive(m_core.config().self, true, *message);
        if (verdict.kind == FaultVerdict::Kind::crash) return crash(verdict);
    }
    return true;
}

bool Driver::step(const CoreInput& input, const EventRef& cause) {
    Outputs outputs;
    outputs.reserve(outputs_of_a_step);
    m_origin = {};
    m_core.step(input, cause.seq, outputs);
    return perform(outputs);
}

bool Driver::perform(Outputs& outputs) {
    for (Output& output : outputs)
        if (!perform_one(output)) return false;
    return true;
}

bool Driver::perform_one(Output& output) {
    if (auto* out = std::get_if<OutSend>(&output.body)) return send(output, *out);
    if (auto* out = std::get_if<OutAppend>(&output.body)) return append(output, *out);
    if (auto* out = std::get_if<OutObserve>(&output.body)) observe(output, *out);
    else if (auto* timer = std::get_if<OutTimer>(&output.body)) arm(*timer);
    else if (auto* cancel = std::get_if<OutCancelTimer>(&output.body)) m_timers.erase({cancel->xid, cancel->coordinator, cancel->kind});
    else if (auto* answer = std::get_if<OutAnswer>(&output.body)) m_ports.answer(*answer);
    else if (auto* done = std::get_if<OutFinished>(&output.body)) finished(*done);
    return true;
}

void Driver::observe(const Output& output, OutObserve& out) {
    // Whoever first has a reason to keep a trace announces it on its next messages.
    const bool abort = out.kind == EventKind::decide && out.note->outcome == events::Outcome::abort;
    if (abort || out.kind == EventKind::ask || out.kind == EventKind::heuristic || out.kind == EventKind::damage) keep(out.xid);
    Event event = make(out.kind, out.xid, causes_of(output, out.xid, out.quorum));
    event.payload = std::move(out.note);
    const EventRef ref = emit(std::move(event));
    // A payment or an order has no event before this one: the rest of its step is caused by it.
    if (out.kind == EventKind::submit || out.kind == EventKind::order) m_origin = ref;
}

bool Driver::append(const Output& output, const OutAppend& out) {
    const bool forced = out.record->forced;
    if (forced && !m_ports.faults.idle()) {
        const FaultVerdict verdict = m_ports.faults.at_force(m_core.config().self, false, *out.record);
        if (verdict.kind == FaultVerdict::Kind::crash) return crash(verdict);
    }
    auto event = std::make_shared<Event>(make(EventKind::append, out.record->xid, causes_of(output, out.record->xid, out.quorum)));
    event->lsn = out.lsn;
    event->durable = forced;
    event->payload = out.record;
    m_last_lsn = out.lsn;
    if (forced) {
        ++m_stats.forced_writes;
        m_unsynced.push_back({out.lsn, event->ref(), out.record});
    }
    emit(Event(*event));
    m_ports.log.append(event, forced);
    return true;
}

bool Driver::send(const Output& output, const OutSend& out) {
    const events::Message& message = *out.message;
    const auto kind = static_cast<std::size_t>(message.kind);
    std::uint32_t index = 0;
    const bool faulty = !m_ports.faults.idle();
    FaultVerdict verdict;
    if (faulty) {
        auto beside = m_beside.find(message.xid);  // still there when this very step has finished the instance
        if (beside == m_beside.end() && lives_here(message.xid)) beside = m_beside.try_emplace(message.xid).first;
        if (beside != m_beside.end() && kind < sizeof(beside->second.sends)) index = ++beside->second.sends[kind];
        verdict = m_ports.faults.at_send(m_core.config().self, false, message, index);
        if (verdict.kind == FaultVerdict::Kind::crash) return crash(verdict);
        if (verdict.kind != FaultVerdict::Kind::pass) keep(message.xid);
    }
    if (message.repeat) keep(message.xid);
    Event event = make(EventKind::send, message.xid, causes_of(output, message.xid, {}));
    event.peer = message.to;
    event.payload = out.message;
    event.fault = verdict.rule;
    const std::int64_t hlc = event.hlc;
    const EventRef sent = emit(std::move(event));
    ++m_stats.messages_sent;
    const events::Envelope envelope{out.message, sent, hlc, !m_kept.empty() && m_kept.contains(message.xid)};
    switch (verdict.kind) {
        case FaultVerdict::Kind::drop: {
            Event drop = make(EventKind::drop, message.xid, {sent});
            drop.peer = message.to;
            drop.fault = verdict.rule;
            drop.payload = out.message;
            emit(std::move(drop));
            break;
        }
        case FaultVerdict::Kind::delay: m_delayed.emplace(m_ports.clock.cluster_ns() + verdict.delay_ms * 1'000'000, envelope); break;
        case FaultVerdict::Kind::duplicate:
            m_ports.network.send(envelope);
            m_ports.network.send(envelope);
            break;
        default: m_ports.network.send(envelope);
    }
    if (faulty) {
        const FaultVerdict later = m_ports.faults.at_send(m_core.config().self, true, message, index);
        if (later.kind == FaultVerdict::Kind::crash) return crash(later);
    }
    return true;
}

bool Driver::synced(const Synced& synced) {
    m_synced_lsn = std::max(m_synced_lsn, synced.lsn);
    if (!m_announced && synced.lsn >= m_core.start_lsn()) announce();
    Event sync = make(EventKind::sync, {}, {});
    sync.lsn = synced.lsn;
    auto note = std::make_shared<events::Note>();
    note->count = synced.records;
    note->duration_ns = synced.duration_ns;
    sync.payload = std::shared_ptr<const events::Note>(std::move(note));
    emit(std::move(sync));
    while (!m_unsynced.empty() && m_unsynced.front().lsn <= synced.lsn) {
        const Unsynced done = std::move(m_unsynced.front());
        m_unsynced.pop_front();
        Event durable = make(EventKind::durable, done.record->xid, {done.append});
        durable.lsn = done.lsn;
        durable.durable = true;
        durable.payload = done.record;
        m_durable[done.lsn] = emit(std::move(durable));
        if (m_ports.faults.idle()) continue;
        const FaultVerdict verdict = m_ports.faults.at_force(m_core.config().self, true, *done.record);
        if (verdict.kind == FaultVerdict::Kind::crash) return crash(verdict);
    }
    Outputs outputs;
    outputs.reserve(outputs_of_a_step);
    m_core.synced(synced.lsn, outputs);
    const bool lives = perform(outputs);
    m_durable.clear();
    if (lives) maybe_snapshot();
    return lives;
}

bool Driver::fire_timers() {
    if (m_crashed) return false;
    read_clock();
    const std::int64_t now = m_ports.clock.cluster_ns();
    while (!m_delayed.empty() && m_delayed.begin()->first <= now) {
        m_ports.network.send(m_delayed.begin()->second);
        m_delayed.erase(m_delayed.begin());
    }
    while (!m_deadlines.empty() && m_deadlines.top().at_ns <= now) {
        const Deadline due = m_deadlines.top();
        m_deadlines.pop();
        const auto armed = m_timers.find(due.key);
        if (armed == m_timers.end() || !armed->second.armed || armed->second.generation != due.generation) continue;
        armed->second.armed = false;
        if (!expire(due.key)) return false;
    }
    return true;
}

bool Driver::expire(const TimerKey& key) {
    auto note = std::make_shared<events::Note>();
    note->text = commit::word(key.kind);
    Event event = make(EventKind::timer, key.xid, {});
    event.payload = std::shared_ptr<const events::Note>(std::move(note));
    const EventRef ref = emit(std::move(event));
    return step(TimerFired{key.xid, key.coordinator, key.kind}, ref);
}

bool Driver::fire_now(const Xid& xid, bool coordinator, commit::TimerKind kind) {
    if (m_crashed) return false;
    read_clock();
    const auto armed = m_timers.find({xid, coordinator, kind});
    if (armed == m_timers.end() || !armed->second.armed) return false;
    armed->second.armed = false;
    return expire({xid, coordinator, kind});
}

std::optional<std::int64_t> Driver::next_timer_ns() const {
    std::optional<std::int64_t> next;
    if (!m_deadlines.empty()) next = m_deadlines.top().at_ns;
    if (!m_delayed.empty() && (!next || m_delayed.begin()->first < *next)) next = m_delayed.begin()->first;
    return next;
}

void Driver::arm(const OutTimer& timer) {
    const TimerKey key{timer.xid, timer.coordinator, timer.kind};
    Armed& armed = m_timers[key];
    std::int64_t delay_ms = timer.delay_ms;
    if (timer.backoff) {
        for (std::uint32_t i = 0; i < armed.attempts && delay_ms < base::limits::backoff_most_ms; ++i) delay_ms *= 2;
        delay_ms = std::min(delay_ms, std::max(timer.delay_ms, base::limits::backoff_most_ms));
        ++armed.attempts;
    }
    armed.armed = true;
    armed.generation = ++m_generation;
    m_deadlines.push({m_ports.clock.cluster_ns() + delay_ms * 1'000'000, armed.generation, key});
}

void Driver::ask_now(NodeId coordinator) {
    std::vector<TimerKey> keys;
    for (const auto& [key, armed] : m_timers)
        if (key.kind == commit::TimerKind::inquiry && armed.armed && armed.attempts > 1 && key.xid.coordinator == coordinator) keys.push_back(key);
    std::sort(keys.begin(), keys.end(), [](const TimerKey& a, const TimerKey& b) { return a.xid < b.xid; });
    for (const auto& key : keys) {
        Armed& armed = m_timers[key];
        armed.attempts = 0;
        armed.generation = ++m_generation;
        m_deadlines.push({m_ports.clock.cluster_ns(), armed.generation, key});
    }
}

Event Driver::make(EventKind kind, const Xid& xid, std::vector<EventRef> causes) {
    m_hlc = std::max(m_hlc + 1, m_host_ns);
    Event event;
    event.node = m_core.config().self;
    event.incarnation = m_core.incarnation();
    event.seq = m_next_seq++;
    event.at_ns = m_now_ns;
    event.hlc = m_hlc;
    event.kind = kind;
    event.xid = xid;
    event.causes = std::move(causes);
    return event;
}

EventRef Driver::emit(Event&& event) {
    const EventRef ref = event.ref();
    if (m_announced) m_ports.observer.publish(std::move(event));
    else m_early.push_back(std::move(event));
    return ref;
}

std::vector<EventRef> Driver::causes_of(const Output& output, const Xid& xid, const std::vector<NodeId>& quorum) const {
    std::vector<EventRef> causes;
    const auto durable = output.after_lsn == 0 ? m_durable.end() : m_durable.find(output.after_lsn);
    if (durable != m_durable.end()) causes.push_back(durable->second);
    else if (output.token != 0) causes.push_back({m_core.config().self, m_core.incarnation(), output.token});
    else if (!m_origin.empty()) causes.push_back(m_origin);
    if (quorum.empty()) return causes;
    const auto beside = m_beside.find(xid);
    if (beside == m_beside.end()) return causes;
    for (const auto& [node, ref] : beside->second.received) {
        const bool counted = std::find(quorum.begin(), quorum.end(), node) != quorum.end();
        if (counted && std::find(causes.begin(), causes.end(), ref) == causes.end()) causes.push_back(ref);
    }
    return causes;
}

void Driver::keep(const Xid& xid) {
    if (xid.empty() || !m_kept.insert(xid).second) return;
    m_kept_order.push_back(xid);
    if (m_kept_order.size() <= kept_max) return;
    m_kept.erase(m_kept_order.front());
    m_kept_order.pop_front();
}

void Driver::finished(const OutFinished& out) {
    for (const auto kind : {commit::TimerKind::prepare, commit::TimerKind::retry, commit::TimerKind::inquiry, commit::TimerKind::lock})
        m_timers.erase({out.xid, out.coordinator, kind});
    m_beside.erase(out.xid);
    m_kept.erase(out.xid);
}

bool Driver::crash(const FaultVerdict& verdict) {
    auto note = std::make_shared<events::Note>();
    note->text = "fault: " + verdict.text;
    note->count = verdict.rule;
    Event event = make(EventKind::crash, {}, {});
    event.fault = verdict.rule;
    event.payload = std::shared_ptr<const events::Note>(std::move(note));
    emit(std::move(event));
    if (!m_announced) announce();
    m_crashed = true;
    m_ports.crash("fault: " + verdict.text);
    return false;
}

void Driver::crash_now(const std::string& why) {
    if (m_crashed) return;
    read_clock();
    auto note = std::make_shared<events::Note>();
    note->text = why;
    Event event = make(EventKind::crash, {}, {});
    event.payload = std::shared_ptr<const events::Note>(std::move(note));
    emit(std::move(event));
    if (!m_announced) announce();
    m_crashed = true;
}

void Driver::emit_balances() {
    constexpr std::size_t chunk = 500;
    const auto lines = m_core.ledger().lines();
    for (std::size_t i = 0; i < lines.size(); i += chunk) {
        auto record = std::make_shared<events::Record>();
        record->kind = events::RecordKind::account;
        record->accounts.assign(lines.begin() + static_cast<std::ptrdiff_t>(i), lines.begin() + static_cast<std::ptrdiff_t>(std::min(i + chunk, lines.size())));
        Event event = make(EventKind::balance, {}, {});
        event.payload = events::RecordPtr(std::move(record));
        emit(std::move(event));
    }
}

void Driver::maybe_snapshot() {
    // The more it has to say, the rarer: what snapshots cost stays in proportion to what was written since.
    if (m_last_lsn - m_snapshot_lsn < std::max<std::uint64_t>(base::limits::snapshot_records, m_core.snapshot_entries())) return;
    m_core.expire_keys();
    m_snapshot_lsn = m_core.next_lsn() - 1;
    m_ports.log.snapshot(m_snapshot_lsn, m_core.snapshot());
}

}  // namespace indoubt::runtime
