// SPDX-License-Identifier: GPL-3.0-or-later
// What was decided, by whom, on what ground. Happens-before is the yardstick, never a clock.
#include <algorithm>
#include <map>

#include "checks/checkers.h"
#include "checks/rules.h"

namespace indoubt::checks {

using events::Refusal;

namespace {

std::string at_node(const Trace& trace, Index i) { return "at " + trace[i].node.name(); }

bool refuses(Outcome known, events::Knowledge knowledge) {
    if (known == Outcome::commit) return knowledge == events::Knowledge::committed;
    return knowledge == events::Knowledge::aborted || knowledge == events::Knowledge::refused;
}

// A message that carries this outcome.
bool tells(const Event& event, Outcome outcome) {
    const events::Message* message = event.message();
    if (event.kind != EventKind::receive || !message) return false;
    if (message->kind == MessageKind::commit) return outcome == Outcome::commit;
    if (message->kind == MessageKind::abort) return outcome == Outcome::abort;
    if (message->kind == MessageKind::phase_2b_all) return outcome == Outcome::commit;
    return (message->kind == MessageKind::peer_answer || message->kind == MessageKind::state_report) && refuses(outcome, message->knowledge);
}

}  // namespace

// 1. Never commit at one branch and abort at another, over the whole trace and across restarts (heuristics excepted).
CheckResult check_consistency(const Trace& trace, const CheckContext&) {
    Finding finding("TCConsistent");
    for (const Story& story : trace.stories()) {
        Index committed = never, aborted = never;
        std::vector<NodeId> decided;
        for (const Written& decision : story.decisions) {
            const Index since = in_force(decision);
            if (since == never || story.heuristic_at(decision.node)) continue;
            Index& slot = decision.record->outcome == Outcome::commit ? committed : aborted;
            if (slot == never) slot = since;
            decided.push_back(decision.node);
        }
        for (const Written& refusal : story.refused)  // an updater that said NO has aborted; a reader has nothing to abort
            if (aborted == never && refusal.durable != never && story.enrolled_as_updater(refusal.node)) aborted = refusal.append;
        if (decided.size() >= 2) finding.exercised();
        if (committed != never && aborted != never) {
            finding.broken(trace, std::max(committed, aborted),
                           story.xid.short_text() + " is committed " + at_node(trace, committed) + " and aborted " + at_node(trace, aborted));
        }
    }
    return finding.take();
}

// 2. No node decides twice differently. A COMMIT that a crash took before it was durable was never decided.
CheckResult check_stability(const Trace& trace, const CheckContext&) {
    Finding finding("Stability");
    for (const Story& story : trace.stories()) {
        for (std::size_t i = 0; i < story.decisions.size(); ++i) {
            const Written& first = story.decisions[i];
            finding.exercised();
            for (std::size_t k = i + 1; k < story.decisions.size(); ++k) {
                const Written& second = story.decisions[k];
                if (second.node != first.node || second.record->coordinator != first.record->coordinator) continue;
                if (second.record->outcome == first.record->outcome) continue;
                const bool same_life = trace[first.append].incarnation == trace[second.append].incarnation;
                if (same_life || in_force(first) != never) {
                    finding.broken(trace, second.append, first.node.name() + " decided " + std::string(word(first.record->outcome)) + " for " +
                                                             story.xid.short_text() + " and later " + std::string(word(second.record->outcome)));
                }
            }
        }
    }
    return finding.take();
}

// 3. A commit is preceded, in happens-before, by a forced prepare of every enrolled updating participant.
CheckResult check_commit_validity(const Trace& trace, const CheckContext&) {
    Finding finding("Commit validity");
    for (const Story& story : trace.stories()) {
        if (story.enrolled.empty()) continue;
        auto judge = [&](Index commit) {
            finding.exercised();
            for (const Enrolled& enrolled : story.enrolled) {
                if (!enrolled.updater) continue;
                const bool prepared = std::any_of(story.prepared.begin(), story.prepared.end(), [&](const Written& w) {
                    return w.node == enrolled.node && w.record->forced && trace.before(w.durable, commit);
                });
                if (!prepared) {
                    finding.broken(trace, commit, story.xid.short_text() + " is committed " + at_node(trace, commit) + " without a forced PREPARED of " +
                                                      enrolled.node.name() + " in its past");
                }
            }
        };
        for (Index i : story.events) {
            const Event& event = trace[i];
            if (event.kind == EventKind::decide && event.note() && event.note()->outcome == Outcome::commit) judge(i);
        }
        for (const Written& decision : story.decisions)
            if (decision.record->outcome == Outcome::commit && !story.heuristic_at(decision.node)) judge(decision.append);
    }
    return finding.take();
}

namespace {

// Three-phase commit: this node leads a termination, or hears how one has ended.
bool terminates(const Event& event) {
    if (event.kind == EventKind::elect) return true;
    return event.kind == EventKind::receive && event.message() && (event.message()->kind == MessageKind::abort || event.message()->kind == MessageKind::state_report);
}

// What may end a transaction before it has committed: a NO, a timeout, a crash, an operator, a termination.
Index ground_for_abort(const Trace& trace, const Story& story, Index decision) {
    const Event& decided = trace[decision];
    const Refusal claimed = decided.note() ? decided.note()->refusal : Refusal::none;
    for (Index i : story.events) {
        if (i >= decision) break;
        const Event& event = trace[i];
        if (!trace.before(i, decision)) continue;
        const bool here = event.node == decided.node;
        if (claimed == Refusal::timeout) {
            if (here && event.kind == EventKind::timer) return i;
        } else if (claimed == Refusal::operator_order) {
            if (here && event.kind == EventKind::order) return i;
        } else if (claimed == Refusal::terminated) {  // by another node's word, or by a ballot or election of its own, for which it needs a reason
            const bool told = event.kind == EventKind::receive && event.message() && event.message()->kind == MessageKind::learned && event.message()->knowledge == events::Knowledge::aborted;
            const bool refused = event.kind == EventKind::receive && event.message() && event.message()->kind == MessageKind::vote_no;
            if (here && (told || refused || terminates(event) || event.kind == EventKind::timer || event.kind == EventKind::order)) return i;
        } else if (here && event.kind == EventKind::receive && event.message() && event.message()->kind == MessageKind::vote_no) {
            return i;
        }
    }
    if (claimed == Refusal::terminated && rules_of(story.protocol).termination == Rules::sites)  // a failure that a detector reported: by no message, so in the one order of the trace
        for (Index i = decision; i-- > 0;)
            if (trace[i].kind == EventKind::crash) return i;
    if (claimed != Refusal::coordinator_restart) return never;
    for (Index i = decision; i-- > 0;)
        if (trace[i].kind == EventKind::restart && trace[i].node == decided.node) return trace[i].incarnation > story.xid.incarnation ? i : never;
    return never;
}

}  // namespace

// 4. An abort has a cause in its past: a NO, a timeout, a crash, an operator, or a presumption.
CheckResult check_abort_validity(const Trace& trace, const CheckContext&) {
    Finding finding("Abort validity");
    for (const Story& story : trace.stories()) {
        std::vector<Index> decided;  // by whoever may: several managers, or a branch that terminates
        for (Index i : story.events) {
            const Event& event = trace[i];
            if (event.kind != EventKind::decide || !event.note() || event.note()->outcome != Outcome::abort) continue;
            finding.exercised();
            decided.push_back(i);
            if (ground_for_abort(trace, story, i) == never) {
                finding.broken(trace, i, story.xid.short_text() + " is aborted " + at_node(trace, i) + " with no NO, timeout, crash or order before it");
            }
        }
        for (const Written& abort : story.decisions) {
            if (abort.record->coordinator || abort.record->outcome != Outcome::abort) continue;
            finding.exercised();
            const bool told = std::any_of(decided.begin(), decided.end(), [&](Index i) { return trace.before(i, abort.append); });
            const bool refused = std::any_of(story.refused.begin(), story.refused.end(), [&](const Written& w) { return trace.before(w.append, abort.append); });
            // A presumption, heard here or by the peer that passes it on.
            const bool presumed = std::any_of(story.events.begin(), story.events.end(), [&](Index i) {
                const Event& event = trace[i];
                const bool ordered = event.kind == EventKind::order && event.node == abort.node;
                const bool heard = event.kind == EventKind::receive && event.message() && event.message()->kind == MessageKind::abort && event.message()->presumed;
                return i < abort.append && (ordered || (heard && trace.before(i, abort.append)));
            });
            if (!told && !refused && !presumed) {
                finding.broken(trace, abort.append, "the branch of " + story.xid.short_text() + " aborts " + at_node(trace, abort.append) + " and nobody decided so");
            }
        }
    }
    return finding.take();
}

// 7. After a durable YES only a decision, a termination rule or a heuristic order decides.
CheckResult check_no_unilateral_exit(const Trace& trace, const CheckContext&) {
    Finding finding("No unilateral exit");
    for (const Story& story : trace.stories()) {
        auto exits = [&](const Written& exit, bool by_order) {
            Index prepared = never;
            for (const Written& w : story.prepared)
                if (w.node == exit.node && w.append < exit.append) prepared = w.append;
            if (prepared == never) return;
            finding.exercised();
            // In this life of the node. It may have come before the prepare: a node that is starting keeps its messages waiting.
            const Index ground = trace.find_between(story, exit.node, 0, exit.append, [&](const Event& event) {
                if (event.incarnation != trace[exit.append].incarnation) return false;
                if (event.kind == EventKind::order) return true;
                // It led a termination: whether by the rule, the checkers of three-phase commit say.
                const bool leads = event.kind == EventKind::decide && event.note() && event.note()->outcome == exit.record->outcome;
                return !by_order && (leads || tells(event, exit.record->outcome));
            });
            if (ground == never) {
                finding.broken(trace, exit.append, "the prepared branch of " + story.xid.short_text() + " leaves with " + events::word(*exit.record) + " " +
                                                       at_node(trace, exit.append) + " and nobody told it to");
            }
        };
        for (const Written& decision : story.decisions)
            if (!decision.record->coordinator) exits(decision, false);
        for (const Written& heuristic : story.heuristics) exits(heuristic, true);
    }
    return finding.take();
}

}  // namespace indoubt::checks
