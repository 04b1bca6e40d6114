// SPDX-License-Identifier: GPL-3.0-or-later
// Where the money is. Balances are taken from what the nodes report after each posting, so that a ledger that posts
// something else than the legs is found out.
#include <algorithm>
#include <map>

#include "checks/checkers.h"
#include "checks/rules.h"

namespace indoubt::checks {

using base::Currency;
using events::Leg;

namespace {

using AccountKey = std::pair<NodeId, std::string>;

// A COMMIT (or a forced one) that a crash kept from being posted while its record survived: the restart's replay posts it
// without an event of its own. By the restart event.
std::map<Index, std::vector<std::pair<const Story*, const Leg*>>> silent_postings(const Trace& trace) {
    std::map<Index, std::vector<std::pair<const Story*, const Leg*>>> silent;
    for (const Story& story : trace.stories()) {
        std::vector<Written> commits;
        for (const auto* list : {&story.decisions, &story.heuristics})
            for (const Written& w : *list) {
                if (w.record->coordinator || w.record->outcome != Outcome::commit || w.durable == never) continue;
                if (list == &story.decisions && story.heuristic_at(w.node)) continue;
                commits.push_back(w);
            }
        for (const Written& commit : commits) {
            const auto& list = trace.restarts(commit.node);
            const auto restart = std::lower_bound(list.begin(), list.end(), commit.durable);
            if (restart == list.end() || !story.payment) continue;
            const Index applied = trace.find_between(story, commit.node, commit.append, *restart, [](const Event& e) { return e.kind == EventKind::apply; });
            if (applied != never) continue;
            for (const Leg& leg : story.payment->legs)
                if (leg.node == commit.node && leg.moves_money()) silent[*restart].emplace_back(&story, &leg);
        }
    }
    return silent;
}

// Postings that a crash took back: their COMMIT was lazy (presumed commit) and did not reach the disk. The branch is in doubt again, and
// posts once more when it is told once more. By the restart event: the apply events.
std::map<Index, std::vector<Index>> taken_back(const Trace& trace) {
    std::map<Index, std::vector<Index>> lost;
    for (const Story& story : trace.stories()) {
        for (const Written& w : story.decisions) {
            if (w.record->coordinator || w.record->forced || w.record->outcome != Outcome::commit || w.durable != never) continue;
            const auto& restarts = trace.restarts(w.node);
            const auto restart = std::upper_bound(restarts.begin(), restarts.end(), w.append);
            if (restart == restarts.end()) continue;
            for (Index i : story.events)
                if (i > w.append && i < *restart && trace[i].node == w.node && trace[i].kind == EventKind::apply) lost[*restart].push_back(i);
        }
    }
    return lost;
}

std::map<std::string, int> moving_legs(const Story& story, NodeId node) {
    std::map<std::string, int> legs;
    if (story.payment)
        for (const Leg& leg : story.payment->legs)
            if (leg.node == node && leg.moves_money()) ++legs[leg.account];
    return legs;
}

}  // namespace

// 10. At most one ledger effect per (XID, participant) under duplication, reordering and restart: no leg is posted twice, and
// the balances that a restart recovers are those that the postings made.
CheckResult check_exactly_once(const Trace& trace, const CheckContext&) {
    Finding finding("Exactly once");
    const auto silent = silent_postings(trace);
    const auto lost = taken_back(trace);
    std::vector<bool> undone(trace.size(), false);
    for (const auto& [restart, list] : lost)
        for (Index i : list) undone[i] = true;
    std::map<std::pair<Xid, AccountKey>, Index> replayed;
    for (const auto& [restart, list] : silent)
        for (const auto& [story, leg] : list) replayed.try_emplace({story->xid, {leg->node, leg->account}}, restart);
    for (const Story& story : trace.stories()) {
        std::map<AccountKey, int> posted;
        for (Index i : story.events) {
            const Event& event = trace[i];
            if (event.kind != EventKind::apply || undone[i]) continue;
            finding.exercised();
            const auto legs = moving_legs(story, event.node);
            const auto leg = legs.find(event.note()->account);
            const int most = leg == legs.end() ? 0 : leg->second;
            const auto again = replayed.find({story.xid, {event.node, event.note()->account}});
            if (++posted[{event.node, event.note()->account}] > most || (again != replayed.end() && again->second < i)) {
                finding.broken(trace, i, story.xid.short_text() + " is posted " + (most == 0 ? "to an account it has no leg at" : "twice") + " at " + event.node.name());
            }
        }
    }
    std::map<std::string, Xid> paid;  // by idempotency key
    for (const Story& story : trace.stories()) {
        if (!story.payment || story.payment->idempotency_key.empty()) continue;
        // Where every leg only checks, nothing is made, however often it is asked.
        if (std::none_of(story.payment->legs.begin(), story.payment->legs.end(), [](const auto& leg) { return leg.moves_money(); })) continue;
        for (const Written& decision : story.decisions) {
            if (!decision.record->coordinator || decision.record->outcome != Outcome::commit || in_force(decision) == never) continue;
            finding.exercised();
            const auto [first, is_new] = paid.try_emplace(story.payment->idempotency_key, story.xid);
            if (!is_new && first->second != story.xid) {
                finding.broken(trace, decision.append, "the payment with the key " + story.payment->idempotency_key + " is made twice: " + first->second.short_text() + " and " + story.xid.short_text());
            }
        }
    }
    std::map<AccountKey, std::int64_t> balances;
    for (Index i = 0; i < trace.size(); ++i) {
        const Event& event = trace[i];
        if (event.kind == EventKind::apply) balances[{event.node, event.note()->account}] = event.note()->balance_minor;
        if (const auto at = lost.find(i); at != lost.end())
            for (Index k : at->second) balances[{trace[k].node, trace[k].note()->account}] -= trace[k].note()->amount.minor;
        if (const auto at = silent.find(i); at != silent.end())
            for (const auto& [story, leg] : at->second) balances[{leg->node, leg->account}] += leg->signed_minor();
        if (event.kind == EventKind::append && event.record()->kind == RecordKind::account && trace.durable_at(i) != never)
            for (const auto& line : event.record()->accounts) balances.try_emplace({event.node, line.account}, line.posted_minor);
        if (event.kind != EventKind::balance) continue;
        for (const auto& line : event.record()->accounts) {
            const auto known = balances.try_emplace({event.node, line.account}, line.posted_minor).first;
            finding.exercised();
            if (known->second != line.posted_minor) {
                finding.broken(trace, i, event.node.name() + " recovers " + base::text({line.posted_minor, line.currency}) + " for " + line.account +
                                             ", but its postings make " + base::text({known->second, line.currency}));
            }
        }
    }
    return finding.take();
}

namespace {

// What the payment's own leg says of this posting, whatever the node claims.
std::int64_t due_minor(const Story& story, NodeId node, const events::Note& note) {
    std::int64_t due = 0;
    if (!story.payment) return due;
    for (const Leg& leg : story.payment->legs) {
        if (leg.node != node || leg.account != note.account || leg.kind != note.leg) continue;
        due = leg.signed_minor();
        if (due == note.amount.minor) break;  // one account may have several legs of a kind
    }
    return due;
}

// Whether this branch has left the decision's hands through an operator before `until`.
bool forced_before(const Story& story, NodeId node, Index until) {
    const Written* heuristic = story.heuristic_at(node);
    return heuristic && heuristic->append <= until;
}

// Every leg sum of every payment, and what the nodes say happened to their accounts.
class Books {
  public:
    Books(const Trace& trace, Finding& finding) : m_trace(trace), m_finding(finding), m_silent(silent_postings(trace)), m_lost(taken_back(trace)) {
        for (const Story& story : trace.stories()) {
            Index first = never;  // the coordinator's; in a termination that of the branch that led it
            for (const Written& decision : story.decisions)
                if (decision.record->outcome == Outcome::commit) first = std::min(first, in_force(decision));
            if (first != never) m_commits_at[first_commit(story, first)].push_back(&story);
        }
    }

    // Where others hold the decision, a branch may learn it before the coordinator writes it down.
    static Index first_commit(const Story& story, Index at) {
        if (!rules_of(story.protocol).decides_elsewhere) return at;
        for (const Written& decision : story.decisions)
            if (decision.record->outcome == Outcome::commit && in_force(decision) != never) at = std::min(at, decision.append);
        return at;
    }

    void take(Index i) {
        const Event& event = m_trace[i];
        bool changed = commits(i);
        if (event.kind == EventKind::append && event.record()->kind == RecordKind::account && m_trace.durable_at(i) != never) open(event);
        if (event.kind == EventKind::balance) open(event);
        changed = takes_back(i) || changed;
        changed = replays(i) || changed;
        if (event.kind == EventKind::append && event.record()->kind == RecordKind::heuristic && m_committed[event.xid]) forced_late(i);
        if (event.kind == EventKind::apply) {
            posts(i);
            changed = true;
        }
        if (event.kind == EventKind::lock || event.kind == EventKind::apply) {
            const events::Note& note = *event.note();
            m_finding.exercised();
            if (note.held_minor < 0 || note.held_minor > note.balance_minor) m_finding.broken(m_trace, i, "the holds of " + note.account + " do not lie inside its balance");
        }
        if (!changed) return;
        m_finding.exercised();
        Currency currency;
        if (!balanced(currency)) m_finding.broken(m_trace, i, "the books in " + currency.code() + " do not balance after this event");
    }

  private:
    struct Line {
        Currency currency;
        std::int64_t balance = 0;
        bool opened = false;
    };
    using Sums = std::map<Currency, std::int64_t>;

    bool balanced(Currency& which) const {
        for (const auto& [currency, sum] : m_posted) {
            auto of = [c = currency](const Sums& m) {
                const auto at = m.find(c);
                return at == m.end() ? std::int64_t{0} : at->second;
            };
            which = currency;
            if (sum + of(m_pending) != of(m_openings) + of(m_forced)) return false;
        }
        return true;
    }

    void open(const Event& event) {
        for (const events::AccountLine& line : event.record()->accounts) {
            Line& account = m_accounts[{event.node, line.account}];
            if (account.opened) continue;
            account = {line.currency, line.posted_minor, true};
            m_openings[line.currency] += line.posted_minor;
            m_posted[line.currency] += line.posted_minor;
        }
    }

    // The first COMMIT is durable here: its legs are under way. They sum to zero: what a branch was forced to do before
    // stands against the rest.
    bool commits(Index i) {
        const auto decided = m_commits_at.find(i);
        if (decided == m_commits_at.end()) return false;
        for (const Story* story : decided->second) {
            if (!story->payment) continue;
            m_committed[story->xid] = true;
            for (const Leg& leg : story->payment->legs) {
                const bool forced = forced_before(*story, leg.node, i);
                (forced ? m_forced : m_pending)[leg.amount.currency] += (forced ? -1 : 1) * leg.signed_minor();
            }
        }
        return true;
    }

    bool takes_back(Index i) {
        const auto at = m_lost.find(i);
        if (at == m_lost.end()) return false;
        for (Index k : at->second) {
            const Event& event = m_trace[k];
            const base::Amount amount = event.note()->amount;
            m_accounts[{event.node, event.note()->account}].balance -= amount.minor;
            m_posted[amount.currency] -= amount.minor;
            if (m_committed[event.xid]) m_pending[amount.currency] += amount.minor;
        }
        return true;
    }

    bool replays(Index i) {
        const auto at = m_silent.find(i);
        if (at == m_silent.end()) return false;
        for (const auto& [story, leg] : at->second) {
            m_accounts[{leg->node, leg->account}].balance += leg->signed_minor();
            m_posted[leg->amount.currency] += leg->signed_minor();
            settle(*story, leg->node, leg->amount.currency, leg->signed_minor(), i);
        }
        return true;
    }

    // Forced after the decision: from here on this branch no longer waits for it.
    void forced_late(Index i) {
        const Event& event = m_trace[i];
        const Story* story = m_trace.story(event.xid);
        if (!story->payment || m_trace.durable_at(i) == never || story->heuristic_at(event.node)->append != i) return;
        for (const Leg& leg : story->payment->legs) {
            if (leg.node != event.node) continue;
            m_pending[leg.amount.currency] -= leg.signed_minor();
            m_forced[leg.amount.currency] -= leg.signed_minor();
        }
    }

    void posts(Index i) {
        const Event& event = m_trace[i];
        const events::Note& note = *event.note();
        const Currency currency = note.amount.currency;
        Line& account = m_accounts[{event.node, note.account}];
        const std::int64_t moved = note.balance_minor - account.balance;
        account.balance = note.balance_minor;
        m_posted[currency] += moved;
        const Story* story = m_trace.story(event.xid);
        const std::int64_t due = story ? due_minor(*story, event.node, note) : 0;
        if (story) settle(*story, event.node, currency, due, i);
        if (moved != due) m_finding.broken(m_trace, i, note.account + " moves by " + base::text({moved, currency}) + ", the leg is " + base::text({due, currency}));
    }

    void settle(const Story& story, NodeId node, Currency currency, std::int64_t minor, Index at) {
        if (forced_before(story, node, at)) m_forced[currency] += minor;
        else if (m_committed[story.xid]) m_pending[currency] -= minor;
    }

    const Trace& m_trace;
    Finding& m_finding;
    const std::map<Index, std::vector<std::pair<const Story*, const Leg*>>> m_silent;
    const std::map<Index, std::vector<Index>> m_lost;
    std::map<Index, std::vector<const Story*>> m_commits_at;  // the event that puts the first COMMIT in force
    std::map<Xid, bool> m_committed;
    std::map<AccountKey, Line> m_accounts;
    Sums m_posted, m_pending, m_openings, m_forced;  // forced: what heuristics moved against the decision
};

}  // namespace

// 11. At any consistent cut, per currency: posted balances + signed legs of transactions durably committed in the cut but not
// yet applied at their branch = openings. Holds lie inside balances. Legs sum to zero; a heuristic shows as its own legs.
CheckResult check_conservation(const Trace& trace, const CheckContext&) {
    Finding finding("Conservation");
    for (const Story& story : trace.stories()) {
        if (!story.payment) continue;
        std::map<Currency, std::int64_t> sums;
        for (const Leg& leg : story.payment->legs) sums[leg.amount.currency] += leg.signed_minor();
        finding.exercised();
        for (const auto& [currency, sum] : sums)
            if (sum != 0) finding.broken(trace, story.submit, "the legs of " + story.xid.short_text() + " leave " + base::text({sum, currency}));
    }
    Books books(trace, finding);
    for (Index i = 0; i < trace.size(); ++i) books.take(i);
    return finding.take();
}

}  // namespace indoubt::checks
