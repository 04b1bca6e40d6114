// SPDX-License-Identifier: GPL-3.0-or-later
// What must be on disk before what is said.
#include <algorithm>

#include "checks/checkers.h"
#include "checks/raft.h"
#include "checks/rules.h"

namespace indoubt::checks {

namespace {

// A record of this node that was durable before `until`, in the order of its own events.
template <class Fits>
bool durable_before(const std::vector<Written>& list, NodeId node, Index until, Fits&& fits) {
    return std::any_of(list.begin(), list.end(), [&](const Written& w) { return w.node == node && w.durable != never && w.durable < until && fits(*w.record); });
}

bool any(const events::Record&) { return true; }

auto branch_stands(RecordKind kind) {
    return [kind](const events::Record& r) { return r.kind == kind && !r.coordinator; };
}

// A COMMIT of the coordinator's half here. Where it is lazy the decision rests on what others hold: their own checkers look at that.
bool commits_before(const Story& story, NodeId node, Index until) {
    const bool elsewhere = rules_of(story.protocol).decides_elsewhere;
    return std::any_of(story.decisions.begin(), story.decisions.end(), [&](const Written& w) {
        const Index since = elsewhere ? w.append : w.durable;
        return w.node == node && w.record->coordinator && w.record->outcome == Outcome::commit && since != never && since < until;
    });
}

// What this message claims, and whether the log of its sender backs it. nullptr: it claims nothing.
const char* unbacked(const Trace& trace, const Story& story, const Event& event, Index at) {
    const events::Message& message = *event.message();
    const auto commits = [](const events::Record& r) { return r.outcome == Outcome::commit; };
    const auto branch_settled = [](const events::Record& r) { return !r.coordinator; };
    const auto branch_commits = [](const events::Record& r) { return r.outcome == Outcome::commit && !r.coordinator; };
    switch (message.kind) {
        case MessageKind::vote_yes: return durable_before(story.prepared, event.node, at, any) ? nullptr : "a durable PREPARED";
        case MessageKind::prepare: return durable_before(story.begins, event.node, at, any) ? nullptr : "a durable BEGIN";
        case MessageKind::commit:
            if (message.presumed && rules_of(story.protocol).presumes_commit) return nullptr;  // rests on what is not there
            if (message.to_manager || event.node != story.xid.coordinator)  // from the branch that led a termination
                if (durable_before(story.decisions, event.node, at, branch_commits) || durable_before(story.damages, event.node, at, commits)) return nullptr;
            return commits_before(story, event.node, at) ? nullptr : "a durable COMMIT decision";
        case MessageKind::ack: {
            if (durable_before(story.decisions, event.node, at, branch_settled) || durable_before(story.damages, event.node, at, any)) return nullptr;
            const bool promised = durable_before(story.prepared, event.node, at, any);
            return !promised && rules_of(story.protocol).acks_abort ? nullptr : "a durable outcome of the branch";  // nothing was ever promised here
        }
        case MessageKind::pre_commit: return durable_before(story.stands, event.node, at, [](const events::Record& r) { return r.coordinator; }) ? nullptr : "a durable PRE-COMMITTED";
        case MessageKind::pre_commit_ack: return durable_before(story.stands, event.node, at, branch_stands(RecordKind::pre_committed)) ? nullptr : "a durable PRE-COMMITTED of the branch";
        case MessageKind::moved:
        case MessageKind::state_report: {
            if (message.knowledge == events::Knowledge::pre_committed && !durable_before(story.stands, event.node, at, branch_stands(RecordKind::pre_committed)))
                return "a durable PRE-COMMITTED of the branch";
            if (message.knowledge == events::Knowledge::pre_aborted && !durable_before(story.stands, event.node, at, branch_stands(RecordKind::pre_aborted)))
                return "a durable PRE-ABORTED of the branch";
            const auto grants = [&](const events::Record& r) { return r.agreement && !r.coordinator && r.agreement->ballot >= message.agreement->ballot; };
            if (message.agreement && message.agreement->granted && message.agreement->ballot > 0 && !durable_before(story.stands, event.node, at, grants)) return "a durable ELECTED";
            [[fallthrough]];
        }
        case MessageKind::peer_answer:
            if (message.knowledge == events::Knowledge::refused) return durable_before(story.refused, event.node, at, any) ? nullptr : "a durable refusal";
            if (message.knowledge == events::Knowledge::committed) {
                const bool known = durable_before(story.decisions, event.node, at, branch_commits) || durable_before(story.damages, event.node, at, commits);
                // Where a branch's own COMMIT is lazy, its word rests on the coordinator's.
                const bool passed_on = !rules_of(story.protocol).acks_commit && std::any_of(story.decisions.begin(), story.decisions.end(), [&](const Written& w) {
                    return w.record->coordinator && w.record->outcome == Outcome::commit && w.durable != never && trace.before(w.durable, at);
                });
                return known || passed_on ? nullptr : "a durable COMMIT of the branch";
            }
            return nullptr;
        default: return nullptr;
    }
}

bool claims(const Story& story, const events::Message& message) {
    switch (message.kind) {
        case MessageKind::prepare: return rules_of(story.protocol).collects;
        case MessageKind::vote_yes:
        case MessageKind::commit:
        case MessageKind::ack:
        case MessageKind::pre_commit:
        case MessageKind::pre_commit_ack:
        case MessageKind::moved: return true;
        case MessageKind::state_report: return message.knowledge != events::Knowledge::unknown && message.knowledge != events::Knowledge::prepared;
        case MessageKind::peer_answer: return message.knowledge == events::Knowledge::refused || message.knowledge == events::Knowledge::committed;
        default: return false;
    }
}

}  // namespace

// 6. YES after a durable prepare; COMMIT and the client's answer after a durable decision; ACK after its durable record; presumed
// commit's PREPARE after a durable collecting record; a Raft vote after the term, an acknowledgement after the entries;
// what three-phase commit says of a stand or an election after its record.
CheckResult check_log_before_send(const Trace& trace, const CheckContext&) {
    Finding finding("Log before send");
    for (const Story& story : trace.stories()) {
        const bool updates = std::any_of(story.enrolled.begin(), story.enrolled.end(), [](const Enrolled& e) { return e.updater; });
        for (Index i : story.events) {
            const Event& event = trace[i];
            if (event.kind == EventKind::answer && event.note() && event.note()->outcome == Outcome::commit && updates) {
                finding.exercised();
                if (!commits_before(story, event.node, i)) finding.broken(trace, i, "the client of " + story.xid.short_text() + " hears COMMIT before the decision is durable");
            }
            if (event.kind != EventKind::send || !event.message() || !claims(story, *event.message())) continue;
            finding.exercised();
            if (const char* missing = unbacked(trace, story, event, i)) {
                finding.broken(trace, i, event.node.name() + " sends " + std::string(word(event.message()->kind)) + " for " + story.xid.short_text() + " before " + missing);
            }
        }
    }
    Finding rules("Raft");
    watch_raft(trace, RaftStory(trace), rules, finding);
    return finding.take();
}

// 8. END of a commit only after the ACK of every updater; only then is "unknown means abort" sound.
CheckResult check_forgetting(const Trace& trace, const CheckContext&) {
    Finding finding("PA forgetting");
    for (const Story& story : trace.stories()) {
        for (const Written& end : story.ends) {
            if (end.record->outcome != Outcome::commit || !rules_of(story.protocol).acks_commit) continue;
            for (const Enrolled& enrolled : story.enrolled) {
                if (!enrolled.updater) continue;
                finding.exercised();
                const auto acknowledges = [&](const Event& event) {
                    return event.kind == EventKind::receive && event.message() && event.message()->kind == MessageKind::ack && event.message()->from == enrolled.node;
                };
                // Where several managers may collect them, one tells the others.
                const bool elsewhere = rules_of(story.protocol).decides_elsewhere &&
                                       std::any_of(story.events.begin(), story.events.end(), [&](Index i) { return acknowledges(trace[i]) && trace.before(i, end.append); });
                const Index ack = trace.find_between(story, end.node, 0, end.append, acknowledges);
                if (ack == never && !elsewhere) finding.broken(trace, end.append, end.node.name() + " forgets " + story.xid.short_text() + " without the ACK of " + enrolled.node.name());
            }
        }
    }
    return finding.take();
}

// 8. END of an abort only after the ACK of every YES voter; only then is "unknown means commit" sound. A YES voter that turns a repeated
// PREPARE away has ended it too, for a prepared branch would repeat its YES: what it told the coordinator before was lost.
CheckResult check_abort_forgetting(const Trace& trace, const CheckContext&) {
    Finding finding("PC forgetting");
    for (const Story& story : trace.stories()) {
        if (!rules_of(story.protocol).acks_abort) continue;
        for (const Written& end : story.ends) {
            if (end.record->outcome != Outcome::abort) continue;
            for (const Written& prepared : story.prepared) {  // also one that prepares later: it will find nobody who knows
                if (prepared.durable == never) continue;
                finding.exercised();
                const Index ack = trace.find_between(story, end.node, 0, end.append, [&](const Event& event) {
                    const events::Message* message = event.kind == EventKind::receive ? event.message() : nullptr;
                    if (!message || message->from != prepared.node) return false;
                    return message->kind == MessageKind::ack || message->kind == MessageKind::vote_no;
                });
                if (ack == never) finding.broken(trace, end.append, end.node.name() + " forgets " + story.xid.short_text() + " without the ACK of " + prepared.node.name());
            }
        }
    }
    return finding.take();
}

}  // namespace indoubt::checks
