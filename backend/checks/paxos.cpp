// SPDX-License-Identifier: GPL-3.0-or-later
// 14. Paxos: at most one value chosen per instance; one 2a value per (instance, ballot); ballot 0 only from its own participant; a commit
// iff every instance chose prepared; with nothing reported a later ballot proposes aborted.
#include <algorithm>
#include <map>
#include <set>

#include "checks/checkers.h"
#include "checks/rules.h"

namespace indoubt::checks {

namespace {

using Vote = events::Vote;

bool ready(Vote vote) { return vote == Vote::yes || vote == Vote::read_only; }
const char* value_of(Vote vote) { return ready(vote) ? "prepared" : "aborted"; }

// The instances of one transaction.
class Instances {
  public:
    Instances(const Trace& trace, const Story& story, std::size_t quorum, Finding& finding) : m_trace(trace), m_story(story), m_quorum(quorum), m_finding(finding) {}

    void check() {
        for (Index i : m_story.events) {
            const Event& event = m_trace[i];
            if (event.kind == EventKind::send && event.message()) sends(i, *event.message());
            if (event.kind == EventKind::append && event.record() && event.record()->kind == RecordKind::accepted && event.record()->agreement) accepts(i, *event.record());
            if (event.kind == EventKind::decide && event.note() && event.note()->outcome == Outcome::commit) commits(i);
        }
    }

  private:
    using Slot = std::pair<NodeId, std::uint64_t>;  // instance, ballot

    void sends(Index i, const events::Message& message) {
        if (message.kind == MessageKind::vote_yes || message.kind == MessageKind::vote_read_only) m_voted_ready.insert(message.from);
        if (!message.agreement) return;
        if (message.kind == MessageKind::phase_1b) m_reports.push_back(i);
        if (message.kind != MessageKind::phase_2a) return;
        for (const events::InstanceVote& v : message.agreement->votes) {
            const Slot slot{v.node, message.agreement->ballot};
            const auto [known, fresh] = m_proposed.try_emplace(slot, v.vote);
            m_finding.exercised();
            if (message.agreement->ballot == 0) m_finding.broken(m_trace, i, message.from.name() + " proposes in ballot 0 for " + v.node.name() + ", whose alone it is");
            if (!fresh && ready(known->second) != ready(v.vote)) m_finding.broken(m_trace, i, "two values are proposed for " + v.node.name() + " in ballot " + std::to_string(slot.second));
            if (fresh && ready(v.vote) && !reported(i, v.node, message.agreement->ballot))
                m_finding.broken(m_trace, i, message.from.name() + " proposes prepared for " + v.node.name() + " in ballot " + std::to_string(slot.second) + ", and no acceptor had reported so");
        }
    }

    // A 1b of this ballot in the leader's past, its own included, that reports this instance as prepared.
    bool reported(Index at, NodeId instance, std::uint64_t ballot) const {
        const auto says = [&](const events::AgreementPtr& agreement) {
            return agreement && agreement->ballot == ballot &&
                   std::any_of(agreement->votes.begin(), agreement->votes.end(), [&](const events::InstanceVote& v) { return v.node == instance && ready(v.vote); });
        };
        if (std::any_of(m_reports.begin(), m_reports.end(), [&](Index i) { return m_trace.before(i, at) && says(m_trace[i].message()->agreement); })) return true;
        return std::any_of(m_story.events.begin(), m_story.events.end(), [&](Index i) {  // its own promise crosses no node
            const events::Record* record = m_trace[i].kind == EventKind::append ? m_trace[i].record() : nullptr;
            return record && m_trace[i].node == m_trace[at].node && i < at && record->kind == RecordKind::promised && says(record->agreement);
        });
    }

    void accepts(Index i, const events::Record& record) {
        const bool durable = m_trace.durable_at(i) != never;
        for (const events::InstanceVote& v : record.agreement->votes) {
            if (v.vote == Vote::none) continue;
            m_finding.exercised();
            if (v.ballot == 0 && ready(v.vote) && !m_voted_ready.contains(v.node))
                m_finding.broken(m_trace, i, m_trace[i].node.name() + " accepts prepared for " + v.node.name() + " in ballot 0, which it never said");
            if (!durable) continue;
            auto& holders = m_accepted[{v.node, v.ballot}][ready(v.vote)];
            holders.insert(m_trace[i].node);
            if (holders.size() < m_quorum) continue;
            const auto [chosen, fresh] = m_chosen.try_emplace(v.node, v.vote);
            if (!fresh && ready(chosen->second) != ready(v.vote))
                m_finding.broken(m_trace, i, "the instance of " + v.node.name() + " chose " + value_of(chosen->second) + " and " + value_of(v.vote));
        }
    }

    void commits(Index i) {
        for (const Enrolled& enrolled : m_story.enrolled) {
            m_finding.exercised();
            const bool chosen = std::any_of(m_accepted.begin(), m_accepted.end(), [&](const auto& entry) {
                const auto at = entry.second.find(true);
                return entry.first.first == enrolled.node && at != entry.second.end() && at->second.size() >= m_quorum;
            });
            if (!chosen) m_finding.broken(m_trace, i, m_story.xid.short_text() + " is committed, and the instance of " + enrolled.node.name() + " has not chosen prepared");
        }
    }

    const Trace& m_trace;
    const Story& m_story;
    const std::size_t m_quorum;
    Finding& m_finding;
    std::set<NodeId> m_voted_ready;
    std::vector<Index> m_reports;
    std::map<Slot, Vote> m_proposed;
    std::map<Slot, std::map<bool, std::set<NodeId>>> m_accepted;  // durable
    std::map<NodeId, Vote> m_chosen;
};

}  // namespace

CheckResult check_paxos(const Trace& trace, const CheckContext& context) {
    Finding finding("Paxos");
    for (const Story& story : trace.stories())
        if (rules_of(story.protocol).acceptors) Instances(trace, story, context.managers.size() / 2 + 1, finding).check();
    return finding.take();
}

}  // namespace indoubt::checks
