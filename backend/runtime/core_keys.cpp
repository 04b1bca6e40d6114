// SPDX-License-Identifier: GPL-3.0-or-later
// Exactly once where a coordinator may forget: with several acceptors the others can commit a payment whose coordinator has lost its
// lazy BEGIN in a crash. A client that asks again with the same idempotency key then gets a new transaction, for the coordinator knows
// of none. So each branch guards the keys of what it has prepared or committed: it votes NO on another transaction with the same key,
// and its NO names the one that has it. Every branch of the first must have been ready before it could commit, so the second cannot:
// no message and no forced write more. (The end-to-end argument: Saltzer, Reed, Clark 1984.)
#include "runtime/core.h"
#include "runtime/digest.h"

namespace indoubt::runtime {

using events::Outcome;
using events::RecordKind;

// False: another transaction has the key, and this branch votes NO.
bool Core::guard_key(const Key& key, Instance& instance, std::uint64_t token, Outputs& outputs) {
    if (!m_guards_keys || !instance.key) return true;
    Xid other;
    if (const auto open = m_guarded.find(*instance.key); open != m_guarded.end()) other = open->second;
    else if (const auto paid = m_keys.find(*instance.key)) other = paid->xid;
    if (other.empty() || other == key.xid) {
        m_guarded.emplace(*instance.key, key.xid);
        return true;
    }
    run(key, commit::LocalVote{events::Vote::no, events::Refusal::paid_before, "its idempotency key belongs to " + other.short_text()}, token, outputs);
    return false;
}

// At replay: a prepared branch holds its key as before.
void Core::guard_again(const Key& key, Instance& instance, const events::Record& prepared) {
    if (!m_guards_keys || !prepared.payment || prepared.payment->idempotency_key.empty()) return;
    instance.key = key_digest(prepared.payment->idempotency_key);
    m_guarded.emplace(*instance.key, key.xid);
}

// The branch is over. What it has committed, by decision or by force, keeps the key for as long as a coordinator would.
void Core::unguard(const Key& key, const Instance& instance) {
    if (!m_guards_keys || !instance.key) return;
    if (const auto open = m_guarded.find(*instance.key); open != m_guarded.end() && open->second == key.xid) m_guarded.erase(open);
    if (m_keys.find(*instance.key)) return;  // a coordinator's half on this node knows more of it
    for (const auto& record : instance.records) {
        if ((record->kind != RecordKind::decision && record->kind != RecordKind::heuristic) || record->outcome != Outcome::commit) continue;
        return m_keys.put(*instance.key, {key.xid, record->at_ns / 1'000'000'000, {}});
    }
}

// A machine knows no keys: who has it is said here.
void Core::name_payer(const Key& key, const Instance& instance, events::Message& no) const {
    if (key.coordinator || no.refusal != events::Refusal::paid_before || !instance.key) return;
    events::LogEntry entry;
    if (const auto open = m_guarded.find(*instance.key); open != m_guarded.end()) entry.xid = open->second;
    if (const auto paid = m_keys.find(*instance.key)) {
        entry.xid = paid->xid;
        entry.outcome = Outcome::commit;
    }
    auto says = std::make_shared<events::Agreement>();
    says->entries.push_back(std::move(entry));
    no.agreement = std::move(says);
}

// An abort because the key is taken is no "not paid": the first transaction may be committed, or still become so.
bool Core::answer_paid(Instance& instance, OutAnswer& out) const {
    if (!instance.paid || out.outcome != Outcome::abort) return false;
    if (instance.paid->outcome == Outcome::commit) {
        out.xid = instance.paid->xid;
        out.outcome = Outcome::commit;
        out.refusal = events::Refusal::none;
        out.duplicate = out.applied = true;
        out.text = "this payment was made before";
    } else {
        out.outcome = Outcome::none;
        out.code = base::ErrorCode::unavailable;
        out.refusal = events::Refusal::paid_before;
        out.text = "this key belongs to " + instance.paid->xid.short_text() + ", which began before the coordinator restarted and is not decided yet; ask again with the same key";
    }
    return true;
}

}  // namespace indoubt::runtime
