// SPDX-License-Identifier: GPL-3.0-or-later
// A node's state is exactly the replay of its records; a snapshot is a shorter list of records with the same replay.
#include <algorithm>

#include "runtime/core.h"
#include "runtime/digest.h"

namespace indoubt::runtime {

using events::Outcome;
using events::RecordKind;

namespace {

// A coordinator that recovers from a snapshot still names its decision record to the branches it tells.
events::RecordPtr with_own_lsn(bool coordinator, const events::RecordPtr& record, std::uint64_t lsn) {
    if (!coordinator || record->kind != RecordKind::decision || lsn == 0) return record;
    auto copy = std::make_shared<events::Record>(*record);
    copy->proof_lsn = lsn;
    return copy;
}

}  // namespace

base::Result<Core> Core::recover(CoreConfig config, const ports::Recovered& log, std::uint64_t token, Outputs& outputs) {
    Core core;
    core.m_config = std::move(config);
    core.m_start_token = token;
    core.m_several_managers = core.m_config.shape && core.m_config.shape->managers().size() > 1;
    const auto protocol = commit::find_protocol(core.m_config.shape ? core.m_config.shape->protocol.name : "");
    core.m_guards_keys = core.m_several_managers && core.m_config.participates() && !(protocol && (*protocol)->make_group);  // a group replicates them
    for (const auto& record : log.snapshot) {
        // Its balances are what the records behind it lead back to the truth from, not openings: no rule for openings binds them.
        if (record->kind == RecordKind::account) core.m_ledger.restore_accounts(record->accounts);
        else if (auto replayed = core.replay(record, 0); !replayed) return replayed.error();
    }
    for (const auto& event : log.tail) {
        const auto* record = std::get_if<events::RecordPtr>(&event->payload);
        if (!record || !*record) return base::data_loss("record " + std::to_string(event->lsn) + " has no content; the database is damaged");
        if (auto replayed = core.replay(*record, event->lsn); !replayed) {
            return base::Error{replayed.error().code, "record " + std::to_string(event->lsn) + ": " + replayed.error().message};
        }
        // A life can end between its first record and that of its incarnation: what it wrote bears its number all the same.
        core.m_incarnation = std::max(core.m_incarnation, event->incarnation);
    }
    core.m_next_lsn = log.last_lsn + 1;
    core.m_synced_lsn = log.last_lsn;
    core.m_incarnation = std::max(core.m_incarnation + 1, core.m_config.least_incarnation);
    core.m_next_counter = 1;
    if (core.m_config.manages() && core.m_config.participates()) core.m_peers[core.m_config.self] = core.m_incarnation;  // its own branches are its peers too

    auto shape = std::make_shared<events::Record>();
    shape->kind = RecordKind::shape;
    shape->shape = core.m_config.shape;
    core.append(std::move(shape), {}, token, 0, outputs);
    auto start = std::make_shared<events::Record>();
    start->kind = RecordKind::incarnation;
    start->forced = true;
    start->incarnation = core.m_incarnation;
    core.m_start_lsn = core.append(std::move(start), {}, token, 0, outputs);
    return core;
}

base::Result<> Core::replay(const events::RecordPtr& record, std::uint64_t lsn) {
    const Key key{record->xid, record->coordinator};
    switch (record->kind) {
        case RecordKind::incarnation: m_incarnation = std::max(m_incarnation, record->incarnation); break;
        case RecordKind::shape: break;  // the composition root compares it with what it was asked to start
        case RecordKind::account:
            if (auto opened = m_ledger.open(record->accounts); !opened) return opened.error();
            break;
        case RecordKind::begin: {
            Instance& instance = m_instances[key];
            instance.records.push_back(record);
            instance.payment = record->payment;
            if (!record->idempotency_key.empty()) instance.key = key_digest(record->idempotency_key);
            break;
        }
        case RecordKind::prepared: {
            if (!record->payment) return base::data_loss("a PREPARED record carries no payment; the database is damaged");
            for (const auto& leg : record->payment->legs)
                if (!m_ledger.find(leg.account)) return base::data_loss("a PREPARED record names the account " + leg.account + ", which no record opened; the database is damaged");
            m_instances[key].records.push_back(record);
            guard_again(key, m_instances[key], *record);
            m_finished.low_water(record->xid.coordinator, record->xid.incarnation, record->low_water);
            m_ledger.restore(record->xid, record->payment);
            break;
        }
        case RecordKind::refused:
            m_finished.finish(record->xid, events::Knowledge::refused);
            break;
        case RecordKind::decision: {
            std::vector<ledger::Granted> nobody;
            if (record->coordinator) {
                if (record->outcome != Outcome::commit && record->enrolled.empty()) {  // nobody has to acknowledge it: nothing is kept
                    m_instances.erase(key);
                    if (m_several_managers) over(record->xid, record->outcome);  // what it had accepted is gone: it must not accept anew
                    break;
                }
                Instance& instance = m_instances[key];
                instance.records.push_back(record);
                if (record->outcome != Outcome::commit) break;  // kept until its ACKs are in
                instance.proof_lsn = lsn != 0 ? lsn : record->proof_lsn;
                if (!instance.key && !record->idempotency_key.empty()) instance.key = key_digest(record->idempotency_key);
                instance.outcome = Outcome::commit;
                break;
            }
            const auto found = m_instances.find(key);
            const bool heuristic = found != m_instances.end() && std::any_of(found->second.records.begin(), found->second.records.end(),
                                                                             [](const auto& r) { return r->kind == RecordKind::heuristic; });
            if (heuristic) {  // the money moved when the operator forced it; the branch stays until it is forgotten
                found->second.records.push_back(record);
                found->second.proof_lsn = lsn;
                break;
            }
            if (record->outcome == Outcome::commit) m_ledger.apply(record->xid, nobody);
            else m_ledger.undo(record->xid, nobody);
            if (found != m_instances.end()) {
                found->second.records.push_back(record);
                unguard(key, found->second);
            }
            m_instances.erase(key);
            m_finished.finish(record->xid, record->outcome == Outcome::commit ? events::Knowledge::committed : events::Knowledge::aborted);
            break;
        }
        case RecordKind::end:
            over(record->xid, record->outcome);
            // Only a commit ends in a record; until then its key is found through the instance, which is not applied yet.
            if (const auto found = m_instances.find(key); found != m_instances.end()) {
                if (found->second.outcome == Outcome::commit) remember_key(key, found->second, record->at_ns);
                m_instances.erase(found);
            }
            break;
        case RecordKind::heuristic: {
            std::vector<ledger::Granted> nobody;
            Instance& instance = m_instances[key];
            instance.records.push_back(record);
            instance.posted = record->outcome == Outcome::commit;
            if (instance.posted) m_ledger.apply(record->xid, nobody);
            else m_ledger.undo(record->xid, nobody);
            break;
        }
        case RecordKind::damage:
            m_instances[key].records.push_back(record);
            m_instances[key].proof_lsn = lsn;
            break;
        case RecordKind::forget:
            if (const auto found = m_instances.find(key); found != m_instances.end()) {
                unguard(key, found->second);
                remember_outcome(key, found->second);
                m_instances.erase(found);
            } else {
                m_finished.finish(record->xid);
            }
            break;
        case RecordKind::order: m_order_hash = events::hash_value(*record); break;
        case RecordKind::finished: (record->coordinator ? m_ended : m_finished).restore(*record); break;
        case RecordKind::keys:
            if (record->agreement) {  // from another replica
                for (const auto& entry : record->agreement->entries) learn_key(entry, record->at_ns);
                break;
            }
            if (!m_keys.restore(*record)) return base::data_loss("the idempotency keys of a snapshot are damaged");
            break;
        case RecordKind::accepted:
            if (record->low_water != 0) ended_elsewhere(record->xid, record->low_water, nullptr);
            m_instances[key].records.push_back(record);
            break;
        case RecordKind::pre_committed:
        case RecordKind::pre_aborted: m_instances[key].records.push_back(record); break;  // only E3PC's name an election
        case RecordKind::elected:
        case RecordKind::promised:
        case RecordKind::raft_term:
        case RecordKind::raft_entries:
            if (!record->agreement) return base::data_loss("a " + events::word(*record) + " record says nothing; the database is damaged");
            m_instances[key].records.push_back(record); break;
        case RecordKind::raft_snapshot: {
            if (!record->agreement) return base::data_loss("a RAFT-SNAPSHOT record says nothing; the database is damaged");
            m_instances[key].records.assign(1, record);
            const auto& entries = record->agreement->entries;
            for (std::size_t i = 0; i < std::min<std::size_t>(record->agreement->committed, entries.size()); ++i)
                if (entries[i].end) learn_key(entries[i], record->at_ns);
            break;
        }
        case RecordKind::counters: m_order_hash = record->low_water; break;
    }
    return base::Ok{};
}

void Core::resume_instances(Outputs& outputs) {
    make_group();
    std::vector<Key> keys;
    for (const auto& [key, instance] : m_instances) keys.push_back(key);
    std::sort(keys.begin(), keys.end());  // the order of a hash table is no order to act in
    for (const Key& key : keys) {
        Instance& instance = m_instances.at(key);
        events::ProtocolChoice choice = m_config.shape->protocol;
        for (const auto& record : instance.records)
            if (!record->protocol.name.empty()) choice = record->protocol;
        auto protocol = commit::find_protocol(choice.name);
        if (!protocol) protocol = commit::find_protocol(m_config.shape->protocol.name);
        INDOUBT_CHECK(protocol.ok(), "a cluster runs a protocol that is registered");
        const auto ctx = context(key.coordinator ? m_config.self : key.xid.coordinator);
        if (key.xid.coordinator.empty()) {
            run(key, commit::Restart{instance.records}, m_start_token, outputs);
            continue;
        }
        if (key.coordinator && key.xid.coordinator != m_config.self) m_foreign.insert(key.xid);
        instance.machine = key.coordinator ? (*protocol)->make_coordinator(ctx, key.xid, choice) : (*protocol)->make_participant(ctx, key.xid, choice);
        if (key.coordinator && instance.key) m_open_keys.emplace(*instance.key, key);
        if (key.coordinator && instance.outcome == Outcome::commit) {
            OutAnswer decided;  // a client that asks again learns the decision at once
            decided.xid = key.xid;
            decided.outcome = Outcome::commit;
            instance.answered = decided;
        }
        run(key, commit::Restart{instance.records}, m_start_token, outputs);
    }
}

std::vector<events::RecordPtr> Core::snapshot() const {
    std::vector<events::RecordPtr> list;
    auto start = std::make_shared<events::Record>();
    start->kind = RecordKind::incarnation;
    start->incarnation = m_incarnation;
    list.push_back(std::move(start));
    auto shape = std::make_shared<events::Record>();  // whose log this is must outlive the records it replaces
    shape->kind = RecordKind::shape;
    shape->shape = m_config.shape;
    list.push_back(std::move(shape));
    auto counters = std::make_shared<events::Record>();
    counters->kind = RecordKind::counters;
    counters->low_water = m_order_hash;
    list.push_back(std::move(counters));

    // A heuristic commit is in the balances, and its records will post it again at replay: take it out here.
    auto lines = m_ledger.lines();
    for (const auto& [key, instance] : m_instances) {
        if (!instance.posted) continue;
        for (const auto& record : instance.records) {
            if (record->kind != RecordKind::prepared) continue;
            for (const auto& leg : record->payment->legs) {
                auto at = std::lower_bound(lines.begin(), lines.end(), leg.account, [](const auto& line, const std::string& name) { return line.account < name; });
                if (at != lines.end() && at->account == leg.account) at->posted_minor -= leg.signed_minor();
            }
        }
    }
    constexpr std::size_t chunk = 500;
    for (std::size_t i = 0; i < lines.size(); i += chunk) {
        auto record = std::make_shared<events::Record>();
        record->kind = RecordKind::account;
        record->accounts.assign(std::make_move_iterator(lines.begin() + static_cast<std::ptrdiff_t>(i)),
                                std::make_move_iterator(lines.begin() + static_cast<std::ptrdiff_t>(std::min(i + chunk, lines.size()))));
        list.push_back(std::move(record));
    }
    for (auto& record : m_finished.records()) list.push_back(std::move(record));
    for (const auto& record : m_ended.records()) {
        auto of_managers = std::make_shared<events::Record>(*record);
        of_managers->coordinator = true;
        list.push_back(std::move(of_managers));
    }
    for (auto& record : m_keys.records()) list.push_back(std::move(record));
    std::vector<Key> open;
    for (const auto& [key, instance] : m_instances) open.push_back(key);
    std::sort(open.begin(), open.end());
    for (const Key& key : open)
        for (const auto& record : m_instances.at(key).records) list.push_back(with_own_lsn(key.coordinator, record, m_instances.at(key).proof_lsn));
    return list;
}

bool operator==(const Core& a, const Core& b) {
    auto same_instance = [](const Core::Instance& x, const Core::Instance& y) {
        if (!(x.machine == y.machine) || x.held.size() - x.head != y.held.size() - y.head || x.requests.size() != y.requests.size()) return false;
        for (std::size_t i = 0; i < x.held.size() - x.head; ++i) {
            const auto& p = x.held[x.head + i];
            const auto& q = y.held[y.head + i];
            if (p.lsn != q.lsn || p.reply.has_value() != q.reply.has_value() || !(p.effect == q.effect)) return false;
        }
        return true;
    };
    if (a.m_config.self != b.m_config.self || a.m_incarnation != b.m_incarnation || a.m_next_lsn != b.m_next_lsn || a.m_synced_lsn != b.m_synced_lsn ||
        a.m_next_counter != b.m_next_counter || a.m_started != b.m_started || !(a.m_finished == b.m_finished) || !(a.m_ended == b.m_ended) || !(a.m_keys == b.m_keys) || a.m_lazy_refusals != b.m_lazy_refusals ||
        a.m_order_hash != b.m_order_hash || a.m_peers != b.m_peers || !(a.m_ledger == b.m_ledger) || a.m_instances.size() != b.m_instances.size())
        return false;
    for (const auto& [key, instance] : a.m_instances) {
        const auto other = b.m_instances.find(key);
        if (other == b.m_instances.end() || !same_instance(instance, other->second)) return false;
    }
    return true;
}

std::uint64_t Core::hash() const {
    base::Hasher hasher;
    hasher.add(m_config.self.packed()).add(m_incarnation).add(m_next_lsn).add(m_synced_lsn).add(m_next_counter).add(m_started ? 1 : 0);
    hasher.add(m_finished.hash()).add(m_ended.hash()).add(m_keys.hash()).add(m_order_hash).add(m_ledger.hash());
    std::uint64_t instances = 0;  // order-free: the table is unordered
    for (const auto& [key, instance] : m_instances) {
        base::Hasher one;
        one.add(base::hash_value(key.xid)).add(key.coordinator ? 1 : 0).add(instance.machine ? instance.machine->hash() : 0);
        for (std::size_t i = instance.head; i < instance.held.size(); ++i) one.add(instance.held[i].effect.index()).add(instance.held[i].lsn);
        instances += one.value();
    }
    return hasher.add(instances).value();
}

}  // namespace indoubt::runtime
