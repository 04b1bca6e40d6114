// SPDX-License-Identifier: GPL-3.0-or-later
// One participant's money: accounts, holds, locks and who waits. A value, event-sourced: its durable part is the replay of
// account, prepared, decision and heuristic records; locks of branches that have not voted are volatile.
//
// Locks: a debit is exclusive against debits and checks of the same account; credits are increments and never conflict.
// A debit puts its amount on hold at once: available = posted - held. First come, first served behind one account.
// Double entry: every posting has a counter-posting in the payment (legs sum to zero), so sums per currency over all
// participants change only by accounts opened, and by the legs of a branch that was forced against the decision (damage).
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/record.h"

namespace indoubt::ledger {

using base::Currency;
using base::Xid;
using events::AccountLine;
using events::Leg;
using events::Payment;
using events::PaymentPtr;
using events::Refusal;
using events::Vote;

struct Account {
    std::string holder;
    Currency currency;
    std::int64_t posted_minor = 0;
    std::int64_t held_minor = 0;
    std::int64_t expected_minor = 0;  // credits of branches that hold it: a balance can never overflow at a commit
    std::int64_t limit_minor = -1;
    std::vector<Xid> debitors;  // lock holders; at most one debitor
    std::vector<Xid> checkers;
    std::vector<Xid> waiters;   // first come, first served
    friend bool operator==(const Account&, const Account&) = default;
};

struct Verdict {
    Vote vote = Vote::none;  // none: it waits for a lock
    Refusal refusal = Refusal::none;
    std::string text;
    std::string account;     // waiting: the account, and who has it
    Xid blocker;
    friend bool operator==(const Verdict&, const Verdict&) = default;
};

// What changed at one account through one leg, for events; in the order of the legs. A check leg is touched too (it has a
// lock to free, its amount is what it checked); a waived fee of 0.00 locks nothing and is not.
struct Touch {
    std::string account;
    events::LegKind leg = events::LegKind::debit;
    events::Amount amount;  // as in the leg when locked or undone, signed when posted; of a check 0 when it ends
    std::int64_t balance_minor = 0, held_minor = 0;  // after it
    friend bool operator==(const Touch&, const Touch&) = default;
};

// A waiter whose lock came free, with its verdict. Vote none: another account of its legs is locked; it now waits there.
struct Granted {
    Xid xid;
    Verdict verdict;
    std::vector<Touch> locked;
};

class Ledger {
  public:
    // Opens accounts; an account that exists keeps its balance and is reported. Returns how many were new.
    base::Result<std::size_t> open(const std::vector<AccountLine>& lines);
    // Which of these are to be opened: each once, and not those that exist. Errors: an account that exists in another currency,
    // or is named twice with different words.
    base::Result<std::vector<AccountLine>> unopened(const std::vector<AccountLine>& lines) const;
    // Accounts as a snapshot has them, whatever their balance: it can be below zero until the records behind it are replayed.
    void restore_accounts(const std::vector<AccountLine>& lines);

    // Tries to lock and hold all legs of the branch (all or none). Verdict YES/READ-ONLY/NO, or none = queued behind a lock.
    // `touched` gets one entry per lock taken.
    Verdict prepare(const Xid& xid, const PaymentPtr& branch, std::vector<Touch>& touched);
    // The waiter gives up: NO, lock timeout. Who stood behind it may go on.
    void cancel_wait(const Xid& xid, std::vector<Granted>& granted);
    // Rebuilds the holds and locks of a prepared branch from its record, unconditionally (recovery).
    void restore(const Xid& xid, const PaymentPtr& branch);

    // Posts all legs / releases all holds; both free the locks and may grant waiters. No effect for an unknown XID.
    std::vector<Touch> apply(const Xid& xid, std::vector<Granted>& granted);
    std::vector<Touch> undo(const Xid& xid, std::vector<Granted>& granted);

    const Account* find(const std::string& account) const;
    const std::unordered_map<std::string, Account>& accounts() const { return m_accounts; }
    bool holds(const Xid& xid) const { return m_branches.contains(xid); }  // locks, or a place in a queue
    std::vector<AccountLine> lines() const;  // sorted by account, for snapshots
    std::map<Currency, std::int64_t> sums() const;

    friend bool operator==(const Ledger&, const Ledger&) = default;
    std::uint64_t hash() const;

  private:
    struct Branch {
        PaymentPtr payment;
        std::string waits_at;  // the account whose queue it stands in; empty: it holds its locks
        friend bool operator==(const Branch& a, const Branch& b) { return a.waits_at == b.waits_at && *a.payment == *b.payment; }
    };
    Verdict refusal(const Payment& branch) const;
    Verdict conflict(const Payment& branch, const std::string* granted_at) const;
    Verdict funds(const Payment& branch) const;
    Verdict decide(const Xid& xid, const PaymentPtr& branch, const std::string* granted_at, std::vector<Touch>& touched);
    void take(const Xid& xid, const Payment& branch, std::vector<Touch>& touched);
    std::vector<Touch> release(const Xid& xid, bool post, std::vector<Granted>& granted);
    void grant_waiters(const std::string& account, std::vector<Granted>& granted);

    std::unordered_map<std::string, Account> m_accounts;
    std::unordered_map<Xid, Branch, base::IdHash> m_branches;
};

}  // namespace indoubt::ledger
