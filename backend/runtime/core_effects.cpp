// SPDX-License-Identifier: GPL-3.0-or-later
// Release of effects: FIFO per machine instance, and nothing passes a forced append that is not yet durable
// (architecture.md of the design: "the core as a value").
#include "runtime/core.h"

#include <algorithm>

#include "runtime/digest.h"

namespace indoubt::runtime {

using events::RecordKind;

namespace {

constexpr std::size_t effects_of_a_step = 8;  // they are large: a vector that grows by doubling moves each several times

bool tells_outcome(const events::Message& message, bool from_coordinator) {
    using events::Knowledge;
    if (from_coordinator || message.kind == events::MessageKind::commit) return message.kind == events::MessageKind::commit;
    return (message.kind == events::MessageKind::peer_answer || message.kind == events::MessageKind::state_report) &&
           (message.knowledge == Knowledge::refused || message.knowledge == Knowledge::committed || message.knowledge == Knowledge::aborted);
}

// Works on records, messages, answers, decisions and notes alike.
template <class Said>
void take_words(Said& said) {
    said.refusal = events::Refusal::none;
    said.text.clear();
}

void take_words(commit::Effect& effect) {
    if (auto* append = std::get_if<commit::Append>(&effect)) take_words(append->record);
    else if (auto* send = std::get_if<commit::Send>(&effect)) take_words(send->message);
    else if (auto* answer = std::get_if<commit::Answer>(&effect)) take_words(*answer);
    else if (auto* decide = std::get_if<commit::Decide>(&effect)) take_words(*decide);
    else if (auto* observe = std::get_if<commit::Observe>(&effect)) take_words(observe->note);
}

bool binds_outcome(RecordKind kind) { return kind == RecordKind::decision || kind == RecordKind::refused || kind == RecordKind::damage; }

}  // namespace

void Core::run(const Key& key, const commit::Input& input, std::uint64_t token, Outputs& outputs) {
    const auto found = m_instances.find(key);
    if (found == m_instances.end() || !found->second.machine) return;
    Instance& instance = found->second;
    commit::Effects effects;
    effects.reserve(effects_of_a_step);
    instance.machine->step(input, effects);
    if (m_config.wordless)
        for (auto& effect : effects) take_words(effect);
    instance.held.reserve(std::max(instance.held.size() + effects.size(), instance.held.capacity()));
    for (auto& effect : effects)
        if (!waits(instance, effect)) instance.held.push_back({std::move(effect), std::nullopt, 0, token});
    if (!instance.releasing) release(key, outputs);
}

// A repeated message makes a machine repeat its answer. While the first answer still waits for its record one is enough: without
// this, what a node holds would grow with every duplicate.
bool Core::waits(const Instance& instance, const commit::Effect& effect) {
    const auto* send = std::get_if<commit::Send>(&effect);
    if (!send) return false;
    for (std::size_t i = instance.head; i < instance.held.size(); ++i)
        if (const auto* held = std::get_if<commit::Send>(&instance.held[i].effect); held && !instance.held[i].reply && *held == *send) return true;
    return false;
}

void Core::release(const Key& key, Outputs& outputs) {
    const auto found = m_instances.find(key);
    if (found == m_instances.end()) return;
    Instance& instance = found->second;
    instance.releasing = true;
    while (instance.head < instance.held.size()) {
        Held& front = instance.held[instance.head];
        auto* out = front.reply ? nullptr : std::get_if<commit::Append>(&front.effect);
        if (out && front.lsn == 0) {
            auto record = std::make_shared<events::Record>(std::move(out->record));
            if (record->coordinator || m_guards_keys) record->at_ns = m_now_ns;  // dates an idempotency key
            const bool forced = record->forced, binds = binds_outcome(record->kind), refused = record->kind == RecordKind::refused;
            if (record->kind == RecordKind::order) chain(*record);
            else {
                if (record->kind == RecordKind::raft_snapshot) instance.records.clear();
                instance.records.push_back(record);
            }
            const std::uint64_t lsn = append(std::move(record), std::move(out->quorum), front.token, instance.released_by, outputs);
            if (refused && !forced) instance.refused_lsn = lsn;
            if (forced) {
                if (binds) instance.proof_lsn = lsn;
                front.lsn = lsn;
                m_waiting.emplace(lsn, key);
                break;
            }
            ++instance.head;
            continue;
        }
        if (out) {
            if (front.lsn > m_synced_lsn) break;
            instance.released_by = front.lsn;
            ++instance.head;
            continue;
        }
        Held held = std::move(front);  // performing may step the machine and grow `held`
        ++instance.head;
        perform(key, instance, std::move(held), outputs);
    }
    instance.releasing = false;
    if (instance.head < instance.held.size()) return;
    instance.held.clear();
    instance.head = 0;
    if (instance.finishing) finish(key, instance, 0, outputs);
}

void Core::perform(const Key& key, Instance& instance, Held&& held, Outputs& outputs) {
    const std::uint64_t after = instance.released_by, token = held.token;
    if (held.reply) {
        outputs.push_back({std::move(*held.reply), after, token});
        return;
    }
    struct Visitor {
        Core& core;
        const Key& key;
        Instance& instance;
        std::uint64_t after, token;
        Outputs& outputs;
        void operator()(commit::Send& send) {
            // A machine knows no lsn. The record that binds the outcome is on disk by now: nothing passes a forced append.
            if (tells_outcome(send.message, key.coordinator) && !core.m_config.wordless) send.message.proof_lsn = instance.proof_lsn;
            if (send.message.kind == events::MessageKind::raft_snapshot) core.put_key_page(send.message);
            if (send.message.kind == events::MessageKind::vote_no) core.name_payer(key, instance, send.message);
            core.send(std::move(send.message), after, token, outputs);
        }
        void operator()(commit::Append&) { INDOUBT_CHECK(false, "appends are released by release()"); }
        void operator()(commit::SetTimer& timer) { outputs.push_back({OutTimer{key.xid, key.coordinator, timer.kind, timer.delay_ms, timer.backoff}, after, token}); }
        void operator()(commit::CancelTimer& timer) { outputs.push_back({OutCancelTimer{key.xid, key.coordinator, timer.kind}, after, token}); }
        void operator()(commit::AskVote& ask) { core.ask_vote(key, ask.payment, token, outputs); }
        void operator()(commit::Apply&) { core.release_locks(key, instance, true, token, outputs); }
        void operator()(commit::Undo&) { core.release_locks(key, instance, false, token, outputs); }
        void operator()(commit::Decide& decide) {
            instance.outcome = decide.outcome;
            events::Note note;
            note.outcome = decide.outcome;
            note.refusal = decide.refusal;
            note.text = std::move(decide.text);
            core.observe(key.xid, events::EventKind::decide, std::move(note), after, token, outputs, std::move(decide.quorum));
        }
        void operator()(commit::Answer& answer) { core.send_answer(key, instance, answer, token, outputs); }
        void operator()(commit::Observe& observe) { core.observe(key.xid, observe.kind, std::move(observe.note), after, token, outputs); }
        void operator()(commit::Tell& tell) { core.tell(tell, token, outputs); }
        void operator()(commit::Finish& finish) {
            instance.finishing = true;
            instance.remember = finish.remember;
        }
    };
    std::visit(Visitor{*this, key, instance, after, token, outputs}, held.effect);
}

void Core::send_answer(const Key& key, Instance& instance, const commit::Answer& answer, std::uint64_t token, Outputs& outputs) {
    OutAnswer out;
    out.xid = key.xid;
    out.outcome = answer.outcome;
    out.refusal = answer.refusal;
    out.text = answer.text;
    out.applied = answer.applied;
    const bool paid = answer_paid(instance, out);
    if (answer.outcome == events::Outcome::none) out.code = base::ErrorCode::unavailable;
    else if (!paid) instance.answered = out;
    events::Note note;
    note.outcome = answer.outcome;
    note.refusal = answer.refusal;
    note.text = answer.applied ? "applied" : "decided";
    observe(key.xid, events::EventKind::answer, std::move(note), instance.released_by, token, outputs);
    for (const std::uint64_t request : instance.requests) {
        out.request = request;
        outputs.push_back({out, instance.released_by, token});
    }
    if (paid) instance.requests.clear();  // they have their last word
}

void Core::ask_vote(const Key& key, const events::PaymentPtr& payment, std::uint64_t token, Outputs& outputs) {
    const std::uint64_t after = m_instances.at(key).released_by;
    if (m_config.external_votes) {
        outputs.push_back({OutAskVote{key.xid, payment}, after, token});
        return;
    }
    if (!guard_key(key, m_instances.at(key), token, outputs)) return;
    std::vector<ledger::Touch> touched;
    const ledger::Verdict verdict = m_ledger.prepare(key.xid, payment, touched);
    if (verdict.vote == events::Vote::none) {
        observe_wait(key.xid, verdict, after, token, outputs);
        outputs.push_back({OutTimer{key.xid, false, commit::TimerKind::lock, m_config.lock_timeout_ms, false}, after, token});
        return;
    }
    observe_locks(key.xid, touched, after, token, outputs);
    run(key, commit::LocalVote{verdict.vote, verdict.refusal, verdict.text}, token, outputs);
}

void Core::observe_wait(const Xid& xid, const ledger::Verdict& verdict, std::uint64_t after, std::uint64_t token, Outputs& outputs) {
    events::Note note;
    note.account = verdict.account;
    note.other = verdict.blocker;
    note.text = verdict.text;
    observe(xid, events::EventKind::wait, std::move(note), after, token, outputs);
}

void Core::observe_locks(const Xid& xid, const std::vector<ledger::Touch>& touched, std::uint64_t after, std::uint64_t token, Outputs& outputs) {
    for (const auto& touch : touched) {
        events::Note note;
        note.account = touch.account;
        note.leg = touch.leg;
        note.amount = touch.amount;
        note.balance_minor = touch.balance_minor;
        note.held_minor = touch.held_minor;
        observe(xid, events::EventKind::lock, std::move(note), after, token, outputs);
    }
}

void Core::release_locks(const Key& key, Instance& instance, bool post, std::uint64_t token, Outputs& outputs) {
    std::vector<ledger::Granted> list;
    const auto touches = post ? m_ledger.apply(key.xid, list) : m_ledger.undo(key.xid, list);
    if (instance.machine->phase() == commit::Phase::heuristic) instance.posted = post;
    for (const auto& touch : touches) {
        events::Note note;
        note.account = touch.account;
        note.leg = touch.leg;
        note.amount = touch.amount;
        note.balance_minor = touch.balance_minor;
        note.held_minor = touch.held_minor;
        events::Note unlock = note;
        if (touch.amount.minor != 0) observe(key.xid, post ? events::EventKind::apply : events::EventKind::undo, std::move(note), instance.released_by, token, outputs);
        observe(key.xid, events::EventKind::unlock, std::move(unlock), instance.released_by, token, outputs);
    }
    granted(list, instance.released_by, token, outputs);
}

void Core::granted(std::vector<ledger::Granted>& list, std::uint64_t after, std::uint64_t token, Outputs& outputs) {
    for (auto& grant : list) {
        const Key key{grant.xid, false};
        if (grant.verdict.vote == events::Vote::none) {  // this account is free, another it needs is not
            observe_wait(grant.xid, grant.verdict, after, token, outputs);
            continue;
        }
        outputs.push_back({OutCancelTimer{grant.xid, false, commit::TimerKind::lock}, after, token});
        observe_locks(grant.xid, grant.locked, after, token, outputs);
        run(key, commit::LocalVote{grant.verdict.vote, grant.verdict.refusal, grant.verdict.text}, token, outputs);
    }
}

void Core::finish(const Key& key, Instance& instance, std::uint64_t token, Outputs& outputs) {
    if (key.coordinator) {
        if (key.xid.coordinator == m_config.self) {
            if (key.xid.incarnation == m_incarnation) m_open_counters.erase(key.xid.counter);
        } else {
            m_foreign.erase(key.xid);
        }
        over(key.xid, instance.outcome);
        if (instance.key) m_open_keys.erase(*instance.key);
        if (instance.outcome == events::Outcome::commit) remember_key(key, instance, m_now_ns);
    } else {
        unguard(key, instance);
        if (instance.remember) remember_outcome(key, instance);
    }
    const Key gone = key;  // `key` may live inside what is erased
    m_instances.erase(gone);
    outputs.push_back({OutFinished{gone.xid, gone.coordinator}, 0, token});
}

void Core::remember_key(const Key& key, const Instance& instance, std::int64_t ended_ns) {
    if (!instance.key) return;
    base::Digest128 paid = instance.payment ? payment_digest(*instance.payment) : base::Digest128{};
    if (const auto known = m_keys.find(*instance.key); !instance.payment && known && known->xid == key.xid) paid = known->payment;  // as the group has told
    m_keys.put(*instance.key, {key.xid, ended_ns / 1'000'000'000, paid});
}

// From its records alone, so that a replay remembers the same.
void Core::remember_outcome(const Key& key, const Instance& instance) {
    auto knowledge = events::Knowledge::unknown;
    auto heuristic = events::Heuristic::none;
    for (const auto& record : instance.records) {
        if (record->kind == RecordKind::refused) knowledge = events::Knowledge::refused;
        if (record->kind == RecordKind::heuristic) heuristic = record->heuristic;
        if (record->kind != RecordKind::decision && record->kind != RecordKind::damage) continue;
        knowledge = record->outcome == events::Outcome::commit ? events::Knowledge::committed : events::Knowledge::aborted;
    }
    m_finished.finish(key.xid, knowledge, heuristic);
    if (instance.refused_lsn > m_synced_lsn) m_lazy_refusals.emplace(instance.refused_lsn, key.xid);
}

void Core::expire_keys() {
    constexpr std::int64_t day_s = 24 * 60 * 60;
    m_keys.expire(m_now_ns / 1'000'000'000 - base::limits::idempotency_days * day_s);
}

void Core::synced(std::uint64_t lsn, Outputs& outputs) {
    m_synced_lsn = std::max(m_synced_lsn, lsn);
    m_lazy_refusals.erase(m_lazy_refusals.begin(), m_lazy_refusals.upper_bound(m_synced_lsn));
    if (!m_started && m_synced_lsn >= m_start_lsn) {
        m_started = true;
        resume_instances(outputs);
        auto deferred = std::move(m_deferred);
        m_deferred.clear();
        for (auto& input : deferred) step(input.input, input.token, outputs);
    }
    while (!m_waiting.empty() && m_waiting.begin()->first <= m_synced_lsn) {
        const Key key = m_waiting.begin()->second;
        m_waiting.erase(m_waiting.begin());
        release(key, outputs);
    }
    while (!m_answers.empty() && m_answers.front().lsn <= m_synced_lsn) {
        outputs.push_back({std::move(m_answers.front().answer), m_answers.front().lsn, m_answers.front().token});
        m_answers.erase(m_answers.begin());
    }
}

// Each order names the one before it in this log. An order that a crash took before it was appended was never one.
void Core::chain(events::Record& record) {
    auto note = std::make_shared<events::OperatorNote>(*record.order);
    note->previous = m_order_hash;
    record.order = std::move(note);
    m_order_hash = events::hash_value(record);
}

std::uint64_t Core::append(events::RecordPtr record, std::vector<NodeId> quorum, std::uint64_t token, std::uint64_t after, Outputs& outputs) {
    const std::uint64_t lsn = m_next_lsn++;
    outputs.push_back({OutAppend{lsn, std::move(record), std::move(quorum)}, after, token});
    return lsn;
}

void Core::send(events::Message&& message, std::uint64_t after, std::uint64_t token, Outputs& outputs) {
    if (message.kind == events::MessageKind::prepare) message.low_water = low_water();
    if (m_config.wordless) take_words(message);  // of those that no machine sent
    if (message.to == m_config.self) return on_message(message, token, outputs);  // between two halves here, or to itself behind a forced write: it crosses no nodes
    outputs.push_back({OutSend{std::make_shared<const events::Message>(std::move(message))}, after, token});
}

void Core::observe(const Xid& xid, events::EventKind kind, events::Note note, std::uint64_t after, std::uint64_t token, Outputs& outputs, std::vector<NodeId> quorum) {
    outputs.push_back({OutObserve{xid, kind, std::make_shared<const events::Note>(std::move(note)), std::move(quorum)}, after, token});
}

std::uint64_t Core::low_water() const { return m_open_counters.empty() ? m_next_counter : *m_open_counters.begin(); }

}  // namespace indoubt::runtime
