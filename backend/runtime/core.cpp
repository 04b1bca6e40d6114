// SPDX-License-Identifier: GPL-3.0-or-later
// Inputs of the core: payments, messages, timers, orders. What they cause is released in core_effects.cpp.
#include "runtime/core.h"

#include <algorithm>

#include "runtime/digest.h"

namespace indoubt::runtime {

using commit::OrderKind;
using commit::TimerKind;
using events::MessageKind;
using events::RecordKind;
using events::Refusal;

void Core::step(const CoreInput& input, std::uint64_t token, Outputs& outputs) {
    if (!m_started) {  // nothing leaves before the incarnation record is durable
        m_deferred.push_back({input, token});
        return;
    }
    if (const auto* message = std::get_if<events::Message>(&input)) on_message(*message, token, outputs);
    else if (const auto* submit = std::get_if<Submit>(&input)) on_submit(*submit, token, outputs);
    else if (const auto* order = std::get_if<OperatorOrder>(&input)) on_order(*order, token, outputs);
    else if (const auto* open = std::get_if<OpenAccounts>(&input)) on_open(*open, token, outputs);
    else if (const auto* audit = std::get_if<AuditOrder>(&input)) on_audit(*audit, token, outputs);
    else if (const auto* peer = std::get_if<PeerUp>(&input)) m_peers[peer->node] = std::max(m_peers[peer->node], peer->incarnation);
    else if (const auto* down = std::get_if<PeerDown>(&input)) suspect(down->node, token, outputs);
    else if (const auto* vote = std::get_if<ExternalVote>(&input)) run({vote->xid, false}, vote->vote, token, outputs);
    else if (const auto* timer = std::get_if<TimerFired>(&input)) {
        if (timer->kind != TimerKind::lock) return run({timer->xid, timer->coordinator}, commit::Timeout{timer->kind}, token, outputs);
        std::vector<ledger::Granted> list;
        m_ledger.cancel_wait(timer->xid, list);
        run({timer->xid, false}, commit::LocalVote{events::Vote::no, Refusal::lock_timeout, "no lock within " + std::to_string(m_config.lock_timeout_ms) + " ms"},
            token, outputs);
        granted(list, 0, token, outputs);
    }
}

base::Result<> Core::accepts(const Submit& submit, const commit::Protocol*& protocol) const {
    if (!m_config.manages()) return base::failed_precondition("node " + m_config.self.name() + " is no coordinator; submit the payment to the coordinator");
    if (auto valid = events::validate(*submit.payment); !valid) return valid.error();
    for (const auto& leg : submit.payment->legs) {
        if (!m_config.shape->participates(leg.node)) return base::invalid_argument("legs: no participant is named \"" + leg.node.name() + "\" in this cluster");
    }
    auto found = commit::find_protocol(submit.protocol ? submit.protocol->name : m_config.shape->protocol.name);
    if (!found) return found.error();
    protocol = *found;
    if (!protocol->payments && !m_config.external_votes && !m_config.counter_examples) return base::failed_precondition("protocol: \"" + std::string(protocol->name) + "\" is a counter-example for lessons and never carries a payment");
    const bool replicated = protocol->make_group != nullptr;
    if (replicated && !m_instances.contains({Xid{}, true}))
        return base::failed_precondition("protocol: \"" + std::string(protocol->name) + "\" needs a cluster that was started with it: its decision log is a Raft group");
    if (replicated && !leadership().established) {
        const commit::Leadership known = leadership();
        return base::Error{base::ErrorCode::unavailable, known.leader.empty() || known.leader == m_config.self
                                                             ? "not leader: node " + m_config.self.name() + " knows of no established leader yet; ask again, or another manager"
                                                             : "not leader: submit the payment to " + known.leader.name() + ", which leads in term " + std::to_string(known.term)};
    }
    if (!replicated && !m_config.is_coordinator())
        return base::failed_precondition("node " + m_config.self.name() + " is a spare manager; submit the payment to the coordinator " + m_config.shape->coordinator.name());
    return base::Ok{};
}

// What became of this idempotency key. Answered: `answer` says it; under way: whoever asks is told with the others.
Core::KeyState Core::look_up(const Submit& submit, const base::Digest128& digest, OutAnswer& answer) {
    const auto another = [&](const Xid& xid) {
        answer.code = base::ErrorCode::invalid_argument;
        answer.text = "idempotency_key: \"" + submit.payment->idempotency_key + "\" was used for another payment, " + xid.short_text() +
                      "; nothing was paid now. Use a new key, or send the payment as it was";
        return KeyState::answered;
    };
    auto known = m_keys.find(digest);
    // Those under way first: a decided one is not applied before its last ACK.
    if (const auto open = m_open_keys.find(digest); open != m_open_keys.end()) {
        Instance& instance = m_instances.at(open->second);
        const auto paid = instance.payment ? payment_digest(*instance.payment) : known ? known->payment : base::Digest128{};
        if (paid != base::Digest128{} && paid != payment_digest(*submit.payment)) return another(open->second.xid);
        instance.requests.push_back(submit.request);
        if (!instance.answered) return KeyState::under_way;
        answer = *instance.answered;
        answer.request = submit.request;
        answer.duplicate = true;
        return KeyState::answered;
    }
    if (!known) known = m_keys.find_old(submit.payment->idempotency_key);
    if (!known) return KeyState::unused;
    if (known->payment != base::Digest128{} && known->payment != payment_digest(*submit.payment)) return another(known->xid);
    answer.xid = known->xid;  // paid before: the first outcome
    answer.outcome = events::Outcome::commit;
    answer.duplicate = answer.applied = true;
    answer.text = "this payment was made before";
    return KeyState::answered;
}

void Core::on_submit(const Submit& submit, std::uint64_t token, Outputs& outputs) {
    OutAnswer answer;
    answer.request = submit.request;
    const commit::Protocol* protocol = nullptr;
    if (auto accepted = accepts(submit, protocol); !accepted) {
        answer.code = accepted.error().code;
        answer.text = accepted.error().message;
        const bool wonders = protocol && protocol->make_group && answer.code == base::ErrorCode::unavailable;
        if (wonders) answer.refusal = Refusal::not_leader;
        outputs.push_back({std::move(answer), 0, token});
        if (wonders) run({Xid{}, true}, commit::Told{commit::ToldKind::asked, {}}, token, outputs);
        return;
    }
    const auto digest = key_digest(submit.payment->idempotency_key);
    const KeyState state = look_up(submit, digest, answer);
    if (state == KeyState::answered) outputs.push_back({std::move(answer), 0, token});
    if (state != KeyState::unused) return;

    const Xid xid{m_config.self, m_incarnation, m_next_counter++, m_config.shape->tag()};
    const Key key{xid, true};
    const auto choice = submit.protocol ? *submit.protocol : m_config.shape->protocol;
    Instance& instance = m_instances[key];
    instance.machine = protocol->make_coordinator(context(m_config.self), xid, choice);
    instance.requests.push_back(submit.request);
    instance.key = digest;
    instance.payment = submit.payment;
    m_open_keys.emplace(digest, key);
    m_open_counters.insert(xid.counter);

    commit::Begin begin;
    begin.payment = submit.payment;
    if (protocol->make_group) begin.term = leadership().term;
    for (const auto& leg : submit.payment->legs) {
        auto at = std::find_if(begin.enrolled.begin(), begin.enrolled.end(), [&](const auto& e) { return e.node == leg.node; });
        if (at == begin.enrolled.end()) {
            const auto peer = m_peers.find(leg.node);
            begin.enrolled.push_back({leg.node, false, peer == m_peers.end() ? 0 : peer->second});
            at = std::prev(begin.enrolled.end());
        }
        at->updater = at->updater || leg.moves_money();
    }
    events::Note note;
    note.payment = submit.payment;
    note.protocol = choice;
    note.enrolled = begin.enrolled;
    note.text = submit.payment->idempotency_key;
    observe(xid, events::EventKind::submit, std::move(note), 0, token, outputs);
    run(key, begin, token, outputs);
}

void Core::on_message(const events::Message& message, std::uint64_t token, Outputs& outputs) {
    if (message.to != m_config.self) return;
    if (!message.xid.empty() && message.xid.cluster != m_config.shape->tag()) return;  // another cluster's: nothing is known of it here
    auto& incarnation = m_peers[message.from];
    const bool stale = message.from_incarnation < incarnation;
    incarnation = std::max(incarnation, message.from_incarnation);

    const Key key{message.xid, message.to_manager || events::for_coordinator(message.kind)};
    // Where a group replicates decisions, whoever began a transaction may have lost the lead: its mark says nothing of what is acknowledged.
    const bool replicated = m_instances.contains({Xid{}, true});
    if (key.coordinator && message.low_water != 0 && message.xid.coordinator != m_config.self && !replicated) ended_elsewhere(message.xid, message.low_water, &outputs);
    if (const auto found = m_instances.find(key); found != m_instances.end() && message.refusal == Refusal::paid_before && message.agreement && !message.agreement->entries.empty())
        found->second.paid = message.agreement->entries.front();
    if (m_instances.contains(key) || open_manager(key, message)) return run(key, message, token, outputs);
    if (message.xid.coordinator.empty()) return;  // of a Raft group that this node has no part in
    if (message.kind == MessageKind::prepare) {
        // An older incarnation of the coordinator has presumed this transaction aborted when it restarted.
        if (stale) return refuse_prepare(message, Refusal::already_finished, "sent before the coordinator restarted", token, outputs);
        return start_participant(message, token, outputs);
    }
    if ((message.kind == MessageKind::peer_inquiry || message.kind == MessageKind::state_request) && !m_finished.contains(message.xid)) {
        const auto me = std::find_if(message.enrolled.begin(), message.enrolled.end(), [&](const auto& e) { return e.node == m_config.self; });
        const auto protocol = commit::find_protocol(message.protocol.name);
        // Only an updater may refuse: a reader that voted READ-ONLY left no record of it.
        if (me != message.enrolled.end() && me->updater && protocol && message.xid.coordinator != m_config.self) {
            m_instances[key].machine = (*protocol)->make_participant(context(message.xid.coordinator), message.xid, message.protocol);
            return run(key, message, token, outputs);
        }
    }
    presume(message, token, outputs);
}

void Core::start_participant(const events::Message& prepare, std::uint64_t token, Outputs& outputs) {
    // A coordinator that has not heard of this incarnation cannot tell whether a former one has voted: 0 is refused like any other.
    if (prepare.to_incarnation != m_incarnation) {
        const std::string meant = prepare.to_incarnation == 0 ? "no incarnation: its sender had not heard from this node yet" : "incarnation " + std::to_string(prepare.to_incarnation);
        return refuse_prepare(prepare, Refusal::wrong_incarnation, "PREPARE was meant for " + meant + ", this is " + std::to_string(m_incarnation), token, outputs);
    }
    m_finished.low_water(prepare.xid.coordinator, prepare.xid.incarnation, prepare.low_water);
    if (m_finished.contains(prepare.xid)) return refuse_prepare(prepare, Refusal::already_finished, "this transaction is over here", token, outputs);
    const auto protocol = commit::find_protocol(prepare.protocol.name);
    if (!protocol) return refuse_prepare(prepare, Refusal::injected, protocol.error().message, token, outputs);
    const bool mine = prepare.payment && !prepare.payment->legs.empty() &&
                      std::all_of(prepare.payment->legs.begin(), prepare.payment->legs.end(), [&](const auto& leg) { return leg.node == m_config.self; });
    if (!mine || prepare.xid.coordinator != prepare.from) return refuse_prepare(prepare, Refusal::unknown_account, "PREPARE names no leg of this participant", token, outputs);
    const Key key{prepare.xid, false};
    Instance& branch = m_instances[key];
    branch.machine = (*protocol)->make_participant(context(prepare.from), prepare.xid, prepare.protocol);
    if (m_guards_keys && !prepare.payment->idempotency_key.empty()) branch.key = key_digest(prepare.payment->idempotency_key);
    run(key, prepare, token, outputs);
}

void Core::refuse_prepare(const events::Message& prepare, Refusal refusal, std::string text, std::uint64_t token, Outputs& outputs) {
    events::Message no;
    no.kind = MessageKind::vote_no;
    no.xid = prepare.xid;
    no.from = m_config.self;
    no.from_incarnation = m_incarnation;
    no.to = prepare.from;
    no.protocol = prepare.protocol;
    no.refusal = refusal;
    no.text = std::move(text);
    send(std::move(no), 0, token, outputs);
}

void Core::presume(const events::Message& message, std::uint64_t token, Outputs& outputs) {
    auto protocol = commit::find_protocol(message.protocol.name);
    if (!protocol) protocol = commit::find_protocol(m_config.shape->protocol.name);
    if (!protocol) return;
    const Key group{Xid{}, true};
    if ((*protocol)->make_group && events::for_coordinator(message.kind) && m_instances.contains(group)) return run(group, message, token, outputs);
    commit::Effects effects;
    (*protocol)->presume(context(message.xid.coordinator), message, effects);
    for (auto& effect : effects)
        if (auto* out = std::get_if<commit::Send>(&effect)) {
            inform(message, out->message);
            send(std::move(out->message), 0, token, outputs);
        } else if (std::holds_alternative<commit::Finish>(effect)) {
            m_finished.finish(message.xid, events::Knowledge::aborted);
        }
}

// A branch that is over can still tell what it knows for good, instead of "unknown" or a bare ACK.
void Core::inform(const events::Message& asked, events::Message& reply) const {
    if (reply.kind == MessageKind::ack) {
        reply.heuristic = m_finished.heuristic(asked.xid);
        return;
    }
    if (reply.kind == MessageKind::undecided) {
        // What is over here was acknowledged by every branch, if it was committed: one that is still in doubt can only be told ABORT.
        if (m_ended.contains(asked.xid)) reply.kind = m_ended.knowledge(asked.xid) == events::Knowledge::committed ? MessageKind::commit : MessageKind::abort;
        reply.presumed = true;
    }
    if (reply.kind == MessageKind::learned) reply.knowledge = m_ended.knowledge(asked.xid);
    if (reply.kind != MessageKind::peer_answer && reply.kind != MessageKind::state_report) return;
    const events::Knowledge known = m_finished.knowledge(asked.xid);
    if (known == events::Knowledge::unknown) return;
    if (known == events::Knowledge::refused) {
        // As a living branch would: only of an updater, and only behind a durable refusal (protocols.md, amnesia).
        const bool updater = std::any_of(asked.enrolled.begin(), asked.enrolled.end(), [&](const auto& e) { return e.node == m_config.self && e.updater; });
        const bool lazy = std::any_of(m_lazy_refusals.begin(), m_lazy_refusals.end(), [&](const auto& entry) { return entry.second == asked.xid; });
        if (!updater || lazy) return;
    }
    reply.knowledge = known;
    reply.presumed = false;
}

void Core::on_order(const OperatorOrder& order, std::uint64_t token, Outputs& outputs) {
    const bool at_coordinator = order_for_manager(order);
    const Key key{order.xid, at_coordinator};
    OutAnswer answer;
    answer.request = order.request;
    answer.xid = order.xid;
    auto turn_away = [&](base::ErrorCode code, std::string text) {
        answer.code = code;
        answer.text = std::move(text);
        events::Note note;
        note.text = std::string(commit::word(order.kind)) + ": " + answer.text;
        note.order = order.note;
        observe(order.xid, events::EventKind::refuse, std::move(note), 0, token, outputs);
        outputs.push_back({std::move(answer), 0, token});
    };
    const commit::Order asked{order.kind, order.note, order.proof_lsn, order.proof_node, order.enrolled};
    if (!m_instances.contains(key) && order.kind == OrderKind::refuse && !at_coordinator && !m_finished.contains(order.xid)) {
        const auto protocol = commit::find_protocol(m_config.shape->protocol.name);
        if (protocol) m_instances[key].machine = (*protocol)->make_participant(context(order.xid.coordinator), order.xid, m_config.shape->protocol);
    }
    const auto found = m_instances.find(key);
    if (found == m_instances.end() || order.xid.empty()) {
        return turn_away(base::ErrorCode::failed_precondition,
                         at_coordinator ? "coordinator " + m_config.self.name() + " has no open transaction " + order.xid.short_text() + ": it has ended, or never began"
                                        : "node " + m_config.self.name() + " has no open branch of " + order.xid.short_text());
    }
    if (auto allowed = found->second.machine->permits(asked); !allowed) {
        if (found->second.machine->phase() == commit::Phase::none) m_instances.erase(found);  // made for this order alone
        return turn_away(allowed.error().code, allowed.error().message);
    }

    // The order itself is on disk before anything it causes leaves. It is chained to the one before as it is appended, for only
    // then is it sure to come behind that one (core_effects.cpp).
    auto note = std::make_shared<events::OperatorNote>(order.note ? *order.note : events::OperatorNote{});
    if (note->action.empty()) note->action = commit::word(order.kind);
    events::Record record;
    record.kind = RecordKind::order;
    record.forced = true;
    record.xid = order.xid;
    record.coordinator = at_coordinator;
    record.order = note;
    events::Note seen;
    seen.order = note;
    seen.text = note->action;
    observe(order.xid, events::EventKind::order, std::move(seen), 0, token, outputs);

    Instance& instance = found->second;
    instance.held.push_back({commit::Append{std::move(record), {}}, std::nullopt, 0, token});
    commit::Effects effects;
    instance.machine->step(commit::Order{asked.kind, note, asked.proof_lsn, asked.proof_node, asked.enrolled}, effects);
    for (auto& effect : effects) instance.held.push_back({std::move(effect), std::nullopt, 0, token});
    answer.text = std::string(commit::word(order.kind)) + " carried out at " + m_config.self.name();
    instance.held.push_back({commit::Effect{}, std::move(answer), 0, token});
    release(key, outputs);
}

void Core::on_open(const OpenAccounts& open, std::uint64_t token, Outputs& outputs) {
    constexpr std::size_t chunk = 500;  // lines of one record
    OutAnswer answer;
    answer.request = open.request;
    auto unopened = m_ledger.unopened(open.lines);
    const auto opened = unopened ? m_ledger.open(*unopened) : base::Result<std::size_t>(unopened.error());
    if (!opened) {
        answer.code = opened.error().code;
        answer.text = opened.error().message;
        outputs.push_back({std::move(answer), 0, token});
        return;
    }
    const std::vector<events::AccountLine>& fresh = *unopened;
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < fresh.size(); i += chunk) {
        auto record = std::make_shared<events::Record>();
        record->kind = RecordKind::account;
        record->order = open.note;
        record->forced = i + chunk >= fresh.size();  // one sync for all: the log is a prefix
        record->accounts.assign(fresh.begin() + static_cast<std::ptrdiff_t>(i), fresh.begin() + static_cast<std::ptrdiff_t>(std::min(i + chunk, fresh.size())));
        last = append(std::move(record), {}, token, 0, outputs);
    }
    answer.text = std::to_string(fresh.size());
    if (last == 0) outputs.push_back({std::move(answer), 0, token});
    else m_answers.push_back({last, std::move(answer), token});
}

void Core::on_audit(const AuditOrder& audit, std::uint64_t token, Outputs& outputs) {
    auto note = std::make_shared<events::OperatorNote>(audit.note ? *audit.note : events::OperatorNote{});
    note->previous = m_order_hash;
    auto record = std::make_shared<events::Record>();
    record->kind = RecordKind::order;
    record->forced = true;
    record->xid = audit.xid;
    record->coordinator = m_config.manages();
    record->order = note;
    m_order_hash = events::hash_value(*record);
    events::Note seen;
    seen.order = note;
    seen.text = note->action;
    observe(audit.xid, events::EventKind::order, std::move(seen), 0, token, outputs);
    OutAnswer answer;
    answer.request = audit.request;
    answer.xid = audit.xid;
    answer.text = note->action;
    m_answers.push_back({append(std::move(record), {}, token, 0, outputs), std::move(answer), token});
}

commit::Context Core::context(NodeId coordinator) const {
    commit::Context context;
    context.self = m_config.self;
    context.incarnation = m_incarnation;
    context.coordinator = coordinator;
    context.shape = m_config.shape;
    context.prepare_timeout_ms = m_config.prepare_timeout_ms;
    context.lock_timeout_ms = m_config.lock_timeout_ms;
    context.inquiry_first_ms = m_config.inquiry_first_ms;
    context.retry_first_ms = m_config.retry_first_ms;
    context.raft_compact_entries = m_config.raft_compact_entries;
    context.raft_keep_entries = m_config.raft_keep_entries;
    return context;
}

std::vector<Xid> Core::open() const {
    std::vector<Xid> list;
    for (const auto& [key, instance] : m_instances)
        if (!key.xid.coordinator.empty()) list.push_back(key.xid);
    std::sort(list.begin(), list.end());
    return list;
}

const commit::Machine* Core::instance(const Xid& xid, bool coordinator) const {
    const auto found = m_instances.find({xid, coordinator});
    return found == m_instances.end() || !found->second.machine ? nullptr : found->second.machine.operator->();
}

const std::vector<events::RecordPtr>* Core::records(const Xid& xid, bool coordinator) const {
    const auto found = m_instances.find({xid, coordinator});
    return found == m_instances.end() ? nullptr : &found->second.records;
}

std::vector<std::pair<Xid, std::string>> Core::describe() const {
    std::vector<std::pair<Xid, std::string>> list;
    for (const auto& [key, instance] : m_instances)
        if (instance.machine) list.emplace_back(key.xid, instance.machine->describe());
    std::sort(list.begin(), list.end());
    return list;
}

}  // namespace indoubt::runtime
