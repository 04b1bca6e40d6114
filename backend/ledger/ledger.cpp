// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/ledger.h"

#include <algorithm>
#include <limits>

#include "base/limits.h"
#include "ledger/wording.h"

namespace indoubt::ledger {

using base::add_minor;
using events::LegKind;

namespace {

constexpr std::int64_t balance_most = std::int64_t{1} << 62;

bool debits(const Leg& leg) { return leg.kind == LegKind::debit && leg.amount.minor != 0; }
bool credits(const Leg& leg) { return (leg.kind == LegKind::credit || leg.kind == LegKind::fee) && leg.amount.minor != 0; }
bool checks(const Leg& leg) { return leg.kind == LegKind::check; }
bool takes_lock(const Leg& leg) { return debits(leg) || credits(leg) || checks(leg); }

// What the whole branch debits from (or credits to) one account. Capped, so that a hostile sum cannot wrap.
std::int64_t total(const Payment& branch, const std::string& account, bool (*counts)(const Leg&)) {
    std::int64_t sum = 0;
    for (const Leg& leg : branch.legs)
        if (leg.account == account && counts(leg) && !add_minor(sum, leg.amount.minor)) return balance_most;
    return sum;
}

void leave(std::vector<Xid>& list, const Xid& xid) {
    if (const auto it = std::find(list.begin(), list.end(), xid); it != list.end()) list.erase(it);
}

Verdict waits(const std::string& account, const Xid& blocker) {
    Verdict verdict;
    verdict.account = account;
    verdict.blocker = blocker;
    return verdict;
}

}  // namespace

base::Result<std::size_t> Ledger::open(const std::vector<AccountLine>& lines) {
    for (const AccountLine& line : lines) {
        if (line.account.empty()) return base::invalid_argument("an account needs a name");
        if (line.account.size() > base::limits::text_bytes_max) return base::invalid_argument("the account name \"" + line.account.substr(0, 40) + "\" is too long");
        if (line.currency.empty()) return base::invalid_argument("account " + line.account + " has no currency");
        if (line.posted_minor < 0 || line.posted_minor > balance_most) {
            return base::invalid_argument("account " + line.account + " cannot open with " + base::text({line.posted_minor, line.currency}));
        }
    }
    std::size_t opened = 0;
    for (const AccountLine& line : lines) {
        const auto [it, is_new] = m_accounts.try_emplace(line.account);
        if (!is_new) continue;
        it->second.holder = line.holder;
        it->second.currency = line.currency;
        it->second.posted_minor = line.posted_minor;
        it->second.limit_minor = line.limit_minor;
        ++opened;
    }
    return opened;
}

base::Result<std::vector<AccountLine>> Ledger::unopened(const std::vector<AccountLine>& lines) const {
    std::vector<AccountLine> fresh;
    std::unordered_map<std::string_view, const AccountLine*> named;
    for (const AccountLine& line : lines) {
        const auto [seen, first] = named.try_emplace(line.account, &line);
        if (!first && !(*seen->second == line)) return base::invalid_argument("account " + line.account + " is named twice, and not alike; name it once");
        if (!first) continue;
        const Account* account = find(line.account);
        if (account && account->currency != line.currency) {
            return base::failed_precondition("account " + line.account + " is kept in " + account->currency.code() + " and cannot be opened in " + line.currency.code() +
                                             "; choose another name for it");
        }
        if (!account) fresh.push_back(line);
    }
    return fresh;
}

void Ledger::restore_accounts(const std::vector<AccountLine>& lines) {
    for (const AccountLine& line : lines) {
        Account& account = m_accounts[line.account];
        account.holder = line.holder;
        account.currency = line.currency;
        account.posted_minor = line.posted_minor;
        account.limit_minor = line.limit_minor;
    }
}

// What no lock can change: such a branch says NO at once, even while another payment has the account.
Verdict Ledger::refusal(const Payment& branch) const {
    for (const Leg& leg : branch.legs) {
        const Account* account = find(leg.account);
        if (!account) return wording::unknown_account(leg.account);
        if (account->currency != leg.amount.currency) return wording::wrong_currency(leg.account, account->currency, leg.amount.currency);
        if (account->limit_minor < 0) continue;
        const std::int64_t asked = checks(leg) ? leg.amount.minor : total(branch, leg.account, debits);
        if (asked > account->limit_minor) return wording::over_limit(leg.account, account->limit_minor, asked, account->currency);
    }
    return {};
}

// Vote none and no account: no lock is in the way. At `granted_at` the branch heads the queue, so only holders count there.
Verdict Ledger::conflict(const Payment& branch, const std::string* granted_at) const {
    for (const Leg& leg : branch.legs) {
        if (!debits(leg) && !checks(leg)) continue;
        const Account& account = *find(leg.account);
        if (!account.debitors.empty()) return waits(leg.account, account.debitors.front());
        if (debits(leg) && !account.checkers.empty()) return waits(leg.account, account.checkers.front());
        const bool heads_queue = granted_at && *granted_at == leg.account;
        if (!account.waiters.empty() && !heads_queue) return waits(leg.account, account.waiters.back());
    }
    return {};
}

// Asked only once no other payment debits these accounts.
Verdict Ledger::funds(const Payment& branch) const {
    for (const Leg& leg : branch.legs) {
        const Account& account = *find(leg.account);
        if (debits(leg)) {
            const std::int64_t asked = total(branch, leg.account, debits);
            const std::int64_t available = account.posted_minor - account.held_minor;
            if (asked > available) return wording::insufficient_funds(leg.account, available, asked, account.currency);
        }
        if (credits(leg)) {
            std::int64_t balance = account.posted_minor;
            const bool fits = add_minor(balance, account.expected_minor) && add_minor(balance, total(branch, leg.account, credits));
            if (!fits || balance > balance_most) return wording::balance_overflow(leg.account);
        }
    }
    return {};
}

Verdict Ledger::decide(const Xid& xid, const PaymentPtr& branch, const std::string* granted_at, std::vector<Touch>& touched) {
    if (Verdict verdict = refusal(*branch); verdict.vote != Vote::none) return verdict;
    if (Verdict verdict = conflict(*branch, granted_at); !verdict.account.empty()) return verdict;
    if (Verdict verdict = funds(*branch); verdict.vote != Vote::none) return verdict;
    take(xid, *branch, touched);
    Verdict verdict;
    const bool changes = std::any_of(branch->legs.begin(), branch->legs.end(), [](const Leg& leg) { return leg.moves_money(); });
    verdict.vote = changes ? Vote::yes : Vote::read_only;
    return verdict;
}

Verdict Ledger::prepare(const Xid& xid, const PaymentPtr& branch, std::vector<Touch>& touched) {
    INDOUBT_CHECK(branch && !m_branches.contains(xid), "a branch asks for its locks once");
    Verdict verdict = decide(xid, branch, nullptr, touched);
    if (verdict.vote == Vote::no) return verdict;
    if (verdict.vote == Vote::none) {
        std::vector<Xid>& waiters = m_accounts.at(verdict.account).waiters;
        if (waiters.size() >= base::limits::lock_waiters_max) return wording::too_many_waiters(verdict.account, waiters.size());
        waiters.push_back(xid);
    }
    m_branches[xid] = {branch, verdict.account};
    return verdict;
}

void Ledger::cancel_wait(const Xid& xid, std::vector<Granted>& granted) {
    const auto it = m_branches.find(xid);
    if (it == m_branches.end() || it->second.waits_at.empty()) return;
    const std::string account = it->second.waits_at;
    leave(m_accounts.at(account).waiters, xid);
    m_branches.erase(it);
    grant_waiters(account, granted);  // a check behind a waiting debit conflicts with nobody once that debit is gone
}

void Ledger::restore(const Xid& xid, const PaymentPtr& branch) {
    INDOUBT_CHECK(branch && !m_branches.contains(xid), "a prepared branch is restored once");
    for (const Leg& leg : branch->legs) INDOUBT_CHECK(find(leg.account), "a prepared record names an account that the log never opened");
    std::vector<Touch> touched;
    take(xid, *branch, touched);
    m_branches[xid] = {branch, {}};
}

void Ledger::take(const Xid& xid, const Payment& branch, std::vector<Touch>& touched) {
    for (const Leg& leg : branch.legs) {
        if (!takes_lock(leg)) continue;
        Account& account = m_accounts.at(leg.account);
        bool sums_hold = true;
        if (debits(leg)) {
            sums_hold = add_minor(account.held_minor, leg.amount.minor);
            if (std::find(account.debitors.begin(), account.debitors.end(), xid) == account.debitors.end()) account.debitors.push_back(xid);
        } else if (credits(leg)) {
            sums_hold = add_minor(account.expected_minor, leg.amount.minor);
        } else if (std::find(account.checkers.begin(), account.checkers.end(), xid) == account.checkers.end()) {
            account.checkers.push_back(xid);
        }
        INDOUBT_CHECK(sums_hold, "holds of an account overflow although every one was checked");
        touched.push_back({leg.account, leg.kind, leg.amount, account.posted_minor, account.held_minor});
    }
}

std::vector<Touch> Ledger::apply(const Xid& xid, std::vector<Granted>& granted) { return release(xid, true, granted); }
std::vector<Touch> Ledger::undo(const Xid& xid, std::vector<Granted>& granted) { return release(xid, false, granted); }

std::vector<Touch> Ledger::release(const Xid& xid, bool post, std::vector<Granted>& granted) {
    std::vector<Touch> touched;
    const auto it = m_branches.find(xid);
    if (it == m_branches.end()) return touched;
    if (!it->second.waits_at.empty()) {  // it has no locks yet, so there is nothing to post or to free
        cancel_wait(xid, granted);
        return touched;
    }
    const PaymentPtr payment = it->second.payment;
    m_branches.erase(it);
    for (const Leg& leg : payment->legs) {
        if (!takes_lock(leg)) continue;
        Account& account = m_accounts.at(leg.account);
        if (debits(leg)) account.held_minor -= leg.amount.minor;
        if (credits(leg)) account.expected_minor -= leg.amount.minor;
        if (debits(leg)) leave(account.debitors, xid);
        if (checks(leg)) leave(account.checkers, xid);
        events::Amount amount = leg.amount;
        if (checks(leg)) amount.minor = 0;  // it had a lock and no money
        if (post) {
            amount.minor = leg.signed_minor();
            INDOUBT_CHECK(add_minor(account.posted_minor, amount.minor), "a posting overflows although its prepare was checked");
        }
        touched.push_back({leg.account, leg.kind, amount, account.posted_minor, account.held_minor});
    }
    for (const Touch& touch : touched) grant_waiters(touch.account, granted);
    return touched;
}

// First come, first served: the head of the queue goes on, or stands aside into the queue of another account it needs, or
// holds up everybody behind it.
void Ledger::grant_waiters(const std::string& name, std::vector<Granted>& granted) {
    Account& account = m_accounts.at(name);
    while (!account.waiters.empty()) {
        const Xid xid = account.waiters.front();
        Branch& branch = m_branches.at(xid);
        Granted grant{xid, {}, {}};
        grant.verdict = decide(xid, branch.payment, &name, grant.locked);
        if (grant.verdict.vote == Vote::none) {
            if (grant.verdict.account == name) return;
            std::vector<Xid>& next = m_accounts.at(grant.verdict.account).waiters;
            if (next.size() >= base::limits::lock_waiters_max) grant.verdict = wording::too_many_waiters(grant.verdict.account, next.size());
            else next.push_back(xid);
        }
        account.waiters.erase(account.waiters.begin());
        if (grant.verdict.vote == Vote::no) m_branches.erase(xid);
        else branch.waits_at = grant.verdict.account;
        granted.push_back(std::move(grant));
    }
}

const Account* Ledger::find(const std::string& account) const {
    const auto it = m_accounts.find(account);
    return it == m_accounts.end() ? nullptr : &it->second;
}

std::vector<AccountLine> Ledger::lines() const {
    std::vector<AccountLine> lines;
    lines.reserve(m_accounts.size());
    for (const auto& [name, account] : m_accounts) lines.push_back({name, account.holder, account.currency, account.posted_minor, account.limit_minor});
    std::sort(lines.begin(), lines.end(), [](const AccountLine& a, const AccountLine& b) { return a.account < b.account; });
    return lines;
}

std::map<Currency, std::int64_t> Ledger::sums() const {
    std::map<Currency, std::int64_t> sums;
    for (const auto& [name, account] : m_accounts) {
        std::int64_t& sum = sums[account.currency];
        // Each balance fits, a hostile set of openings may not: the sum then stands at its limit instead of wrapping.
        if (!add_minor(sum, account.posted_minor)) sum = std::numeric_limits<std::int64_t>::max();
    }
    return sums;
}

std::uint64_t Ledger::hash() const {
    // Sums of element hashes: equal ledgers may keep their maps in different orders.
    std::uint64_t accounts = 0, branches = 0;
    for (const auto& [name, account] : m_accounts) {
        base::Hasher hasher;
        hasher.add(name).add(account.holder).add(account.currency.packed()).add(static_cast<std::uint64_t>(account.posted_minor));
        hasher.add(static_cast<std::uint64_t>(account.held_minor)).add(static_cast<std::uint64_t>(account.expected_minor));
        hasher.add(static_cast<std::uint64_t>(account.limit_minor));
        for (const auto* list : {&account.debitors, &account.checkers, &account.waiters}) {
            for (const Xid& xid : *list) hasher.add(base::hash_value(xid));
            hasher.add(list->size());
        }
        accounts += hasher.value();
    }
    for (const auto& [xid, branch] : m_branches)
        branches += base::Hasher().add(base::hash_value(xid)).add(events::hash_value(*branch.payment)).add(branch.waits_at).value();
    return base::Hasher().add(accounts).add(branches).add(m_accounts.size()).add(m_branches.size()).value();
}

}  // namespace indoubt::ledger
