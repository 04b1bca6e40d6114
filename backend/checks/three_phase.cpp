// SPDX-License-Identifier: GPL-3.0-or-later
// What three-phase commit promises beyond the invariants of all: Skeen's of the site-failure rule, and the quorums.
#include <algorithm>
#include <map>
#include <set>

#include "checks/checkers.h"
#include "checks/rules.h"

namespace indoubt::checks {

namespace {

bool commits(const Written& decision) { return decision.record->outcome == Outcome::commit; }

std::size_t updaters_of(const Story& story) {
    return static_cast<std::size_t>(std::count_if(story.enrolled.begin(), story.enrolled.end(), [](const Enrolled& e) { return e.updater; }));
}

// Faults that the site-failure rule does not promise for.
bool outside_its_assumptions(const Trace& trace) {
    for (Index i = 0; i < trace.size(); ++i) {
        const EventKind kind = trace[i].kind;
        if (kind == EventKind::drop || kind == EventKind::hold || kind == EventKind::suspend || kind == EventKind::fault_on) return true;
    }
    return false;
}

}  // namespace

// 12. Site-failure rule, under its assumptions: no operational site is uncertain while any site has committed.
CheckResult check_skeen(const Trace& trace, const CheckContext&) {
    Finding finding("Skeen");
    bool promised = false, asked = false;
    for (const Story& story : trace.stories()) {
        if (rules_of(story.protocol).termination != Rules::sites) continue;
        if (!std::exchange(asked, true)) promised = !outside_its_assumptions(trace);
        if (!promised) break;
        for (const Written& decision : story.decisions) {
            if (!commits(decision) || decision.durable == never) continue;
            const Index committed = decision.durable;
            const auto failed = [&](NodeId node) {  // since the transaction began: from then on it only asks
                for (Index i = story.events.front(); i < committed; ++i)
                    if (trace[i].kind == EventKind::crash && trace[i].node == node) return true;
                return false;
            };
            for (const Written& prepared : story.prepared) {
                if (prepared.durable == never || prepared.durable > committed || story.heuristic_at(prepared.node) || failed(prepared.node)) continue;
                const auto knows = [&](const Written& w) { return w.node == prepared.node && !w.record->coordinator && w.durable != never && w.durable <= committed; };
                finding.exercised();
                if (std::none_of(story.stands.begin(), story.stands.end(), knows) && std::none_of(story.decisions.begin(), story.decisions.end(), knows))
                    finding.broken(trace, committed, story.xid.short_text() + " is committed at " + decision.node.name() + " while " + prepared.node.name() + " is uncertain");
            }
        }
    }
    return finding.take();
}

namespace {

class Quorums {
  public:
    Quorums(const Trace& trace, const Story& story, Finding& finding) : m_trace(trace), m_story(story), m_finding(finding), m_elected(rules_of(story.protocol).termination == Rules::elected) {}

    void judge() {
        if (m_elected) numbers();
        else directions();
        for (const Written& decision : m_story.decisions)
            if (commits(decision) && !m_story.heuristic_at(decision.node)) commit(decision.append);
        for (Index i : m_story.events) {
            const Event& event = m_trace[i];
            if (event.kind == EventKind::decide && event.note() && event.note()->outcome == Outcome::abort) abort(i, *event.note());
        }
    }

  private:
    // Of this branch, not lost in a crash before it was durable.
    bool stood(const Written& w) const { return !w.record->coordinator && w.durable != never; }

    void directions() {
        std::map<NodeId, RecordKind> first;
        for (const Written& w : m_story.stands) {
            if (!stood(w)) continue;
            m_finding.exercised();
            if (first.try_emplace(w.node, w.record->kind).first->second != w.record->kind)
                m_finding.broken(m_trace, w.append, w.node.name() + " turns from pre-committed to pre-aborted or back in " + m_story.xid.short_text());
        }
    }

    void numbers() {
        std::map<NodeId, std::uint64_t> last;
        std::map<std::uint64_t, RecordKind> direction;
        for (const Written& w : m_story.stands) {
            if (!stood(w) || !w.record->agreement) continue;
            const events::Agreement& counters = *w.record->agreement;
            m_finding.exercised();
            std::uint64_t& elected = last[w.node];
            const bool grows = counters.ballot > elected || (counters.ballot == elected && w.record->kind != RecordKind::elected);
            if (!grows) m_finding.broken(m_trace, w.append, "LastElected does not grow at " + w.node.name() + " in " + m_story.xid.short_text());
            elected = std::max(elected, counters.ballot);
            if (counters.attempt > counters.ballot) m_finding.broken(m_trace, w.append, "LastAttempt passes LastElected at " + w.node.name() + " in " + m_story.xid.short_text());
            if (w.record->kind == RecordKind::elected) continue;
            if (direction.try_emplace(counters.attempt, w.record->kind).first->second != w.record->kind)
                m_finding.broken(m_trace, w.append, "attempt " + std::to_string(counters.attempt) + " of " + m_story.xid.short_text() + " has two directions");
        }
    }

    // Branches that durably stood so in the past of an event; E3PC: in one attempt.
    std::size_t quorum_before(RecordKind kind, Index at) const {
        std::map<std::uint64_t, std::set<NodeId>> nodes;
        for (const Written& w : m_story.stands)
            if (stood(w) && w.record->kind == kind && m_trace.before(w.durable, at)) nodes[m_elected && w.record->agreement ? w.record->agreement->attempt : 0].insert(w.node);
        std::size_t most = 0;
        for (const auto& [attempt, list] : nodes) most = std::max(most, list.size());
        return most;
    }

    // All that have voted YES are as good as a quorum: where nobody else voted, nobody else can go the other way.
    void commit(Index at) {
        std::set<NodeId> voters;
        for (const Written& w : m_story.prepared)
            if (m_trace.before(w.append, at)) voters.insert(w.node);
        m_finding.exercised();
        if (quorum_before(RecordKind::pre_committed, at) < std::min(voters.size(), updaters_of(m_story) / 2 + 1))
            m_finding.broken(m_trace, at, m_story.xid.short_text() + " is committed at " + m_trace[at].node.name() + " and no quorum was pre-committed");
    }

    // An abort needs a quorum unless somebody has refused, the coordinator had not sent PRE-COMMIT, or it is told what was decided so.
    void abort(Index at, const events::Note& note) {
        m_finding.exercised();
        const bool by_coordinator = note.refusal != events::Refusal::terminated;
        const bool pre_committed = std::any_of(m_story.stands.begin(), m_story.stands.end(), [&](const Written& w) { return w.record->coordinator && w.durable != never && m_trace.before(w.durable, at); });
        if (by_coordinator && !pre_committed) return;
        const auto past = [&](const Written& w) { return w.append != at && m_trace.before(w.append, at); };
        const auto aborted = [&](const Written& w) { return w.record->outcome == Outcome::abort && past(w); };
        // A branch that an operator forced the other way learns the outcome in its DAMAGE record.
        const bool decided = std::any_of(m_story.decisions.begin(), m_story.decisions.end(), aborted) || std::any_of(m_story.damages.begin(), m_story.damages.end(), aborted);
        const bool refused = std::any_of(m_story.refused.begin(), m_story.refused.end(), past);
        if (decided || refused || quorum_before(RecordKind::pre_aborted, at) >= updaters_of(m_story) / 2 + 1) return;
        m_finding.broken(m_trace, at, m_story.xid.short_text() + " is aborted at " + m_trace[at].node.name() + " and no quorum was pre-aborted");
    }

    const Trace& m_trace;
    const Story& m_story;
    Finding& m_finding;
    const bool m_elected;
};

}  // namespace

// 13. Quorum 3PC never turns pre-committed into pre-aborted or back; E3PC may, guarded by its counters. COMMIT, and an ABORT by
// termination, need a quorum (E3PC: in one attempt).
CheckResult check_quorum_three_phase(const Trace& trace, const CheckContext&) {
    Finding finding("Quorum 3PC");
    for (const Story& story : trace.stories()) {
        const auto termination = rules_of(story.protocol).termination;
        if (termination == Rules::quorum || termination == Rules::elected) Quorums(trace, story, finding).judge();
    }
    return finding.take();
}

}  // namespace indoubt::checks
