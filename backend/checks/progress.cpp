// SPDX-License-Identifier: GPL-3.0-or-later
// That good things happen: commits without need to abort, blocked branches named, every transaction decided after healing.
#include <algorithm>

#include "checks/checkers.h"
#include "checks/cost.h"
#include "checks/raft.h"
#include "checks/rules.h"

namespace indoubt::checks {

namespace {

// The stretch of the trace in which this payment ran undisturbed; false when something of it was.
bool undisturbed(const Trace& trace, const Story& story, Index first_trouble_after_submit) {
    if (story.submit == never || first_trouble_after_submit < story.events.back()) return false;
    std::size_t sent = 0, received = 0;
    for (Index i : story.events) {
        const EventKind kind = trace[i].kind;
        sent += kind == EventKind::send ? 1 : 0;
        received += kind == EventKind::receive ? 1 : 0;
        if (kind == EventKind::timer || kind == EventKind::order || kind == EventKind::wait || kind == EventKind::drop || kind == EventKind::hold) return false;
        if (kind == EventKind::vote && trace[i].note()->vote == events::Vote::no) return false;
        if (kind == EventKind::send && (trace[i].message()->kind == MessageKind::vote_no || trace[i].message()->repeat)) return false;
    }
    return sent == received;  // nothing lost, nothing doubled
}

bool trouble(EventKind kind) {
    return kind == EventKind::crash || kind == EventKind::restart || kind == EventKind::fault_on || kind == EventKind::fault_off || kind == EventKind::suspend ||
           kind == EventKind::resume || kind == EventKind::drop || kind == EventKind::hold || kind == EventKind::release;
}

}  // namespace

// 5. No faults, no timeouts, all YES means commit within the table's delays.
CheckResult check_non_triviality(const Trace& trace, const CheckContext&) {
    Finding finding("Non-triviality");
    const RaftStory raft(trace);
    std::vector<Index> next_trouble(trace.size() + std::size_t{1}, never);
    for (Index i = trace.size(); i-- > 0;) next_trouble[i] = trouble(trace[i].kind) ? i : next_trouble[i + std::size_t{1}];
    for (const Story& story : trace.stories()) {
        if (story.submit == never || !undisturbed(trace, story, next_trouble[story.submit])) continue;
        for (Index i : story.events) {
            if (trace[i].kind != EventKind::decide) continue;
            finding.exercised();
            if (trace[i].note()->outcome != Outcome::commit) {
                finding.broken(trace, i, story.xid.short_text() + " aborts although all said YES and nothing went wrong");
            } else if (const Cost cost = cost_of(trace, story); cost.delays > rules_of(story.protocol).delays && raft.appended_once(trace, story.xid)) {
                finding.broken(trace, i, "the last participant of " + story.xid.short_text() + " learns after " + std::to_string(cost.delays) + " delays, not " +
                                             std::to_string(rules_of(story.protocol).delays));
            }
        }
    }
    return finding.take();
}

namespace {

// Where this branch stands after the events up to `hlc`.
struct Standing {
    bool prepared = false;
    bool forcing = false;   // its PREPARED is written and not yet durable: neither in doubt nor out of it
    bool settled = false;   // decided, forced or refused
    bool voted = false;
    bool pre_committed = false, pre_aborted = false;  // three-phase commit, by its last record
    bool failed = false;    // crashed since the transaction began
};

Standing standing(const Trace& trace, const Story& story, NodeId node, std::int64_t hlc) {
    const auto written = [&](const Written& w) {  // and not lost in a crash before the cut
        if (w.node != node || trace[w.append].hlc > hlc) return false;
        const auto& restarts = trace.restarts(node);
        const bool lost = w.durable == never && std::any_of(restarts.begin(), restarts.end(), [&](Index r) { return r > w.append && trace[r].hlc <= hlc; });
        return !lost;
    };
    Standing now;
    for (const Written& w : story.prepared) {
        if (!written(w)) continue;
        now.voted = true;
        const bool durable = w.durable != never && trace[w.durable].hlc <= hlc;
        (durable ? now.prepared : now.forcing) = true;
    }
    for (const auto* list : {&story.decisions, &story.heuristics})
        for (const Written& w : *list) now.settled = now.settled || (!w.record->coordinator && written(w));
    for (const Written& w : story.stands) {
        if (w.record->coordinator || !written(w)) continue;
        if (w.durable == never || trace[w.durable].hlc > hlc) now.forcing = true;
        if (w.record->kind == RecordKind::elected) continue;
        now.pre_committed = w.record->kind == RecordKind::pre_committed;
        now.pre_aborted = !now.pre_committed;
    }
    const auto& restarts = trace.restarts(node);
    now.failed = std::any_of(restarts.begin(), restarts.end(), [&](Index r) { return r > story.events.front() && trace[r].hlc <= hlc; });
    for (const Written& w : story.refused)
        if (written(w)) now.settled = now.voted = true;
    return now;
}

}  // namespace

// Three-phase commit: may those within reach of this branch end the transaction, by what the trace says of them?
struct Peers {
    bool end = false, hidden = false;
};

Peers peers_of(const Trace& trace, const Story& story, const BlockedLabel& label, const std::vector<Enrolled>& enrolled) {
    Peers peers;
    std::size_t updaters = 0, here = 0, pre_committed = 0, pre_aborted = 0, operational = 0;
    for (const Enrolled& peer : enrolled) {
        if (!peer.updater) continue;
        ++updaters;
        if (peer.node != label.branch && std::find(label.reachable.begin(), label.reachable.end(), peer.node) == label.reachable.end()) continue;
        const Standing there = standing(trace, story, peer.node, label.hlc);
        peers.hidden = peers.hidden || there.forcing || (there.settled && peer.node != label.branch);
        peers.end = peers.end || !there.voted;
        ++here;
        pre_committed += there.pre_committed ? 1 : 0;
        pre_aborted += there.pre_aborted ? 1 : 0;
        operational += there.failed ? 0 : 1;
    }
    const std::size_t quorum = updaters / 2 + 1, prepared = here - pre_committed - pre_aborted;
    switch (rules_of(story.protocol).termination) {
        case Rules::elected: peers.end = peers.end || here >= quorum; break;
        case Rules::quorum:
            peers.end = peers.end || (pre_committed > 0 ? pre_committed + prepared >= quorum : pre_aborted + prepared >= quorum) || (pre_aborted > 0 && pre_aborted + prepared >= quorum);
            break;
        case Rules::sites: peers.end = peers.end || operational > 0; break;
        case Rules::none: break;
    }
    return peers;
}

// By the site-failure rule a coordinator that has failed since it sent PRE-COMMIT leads nothing.
bool only_asks(const Trace& trace, const Story& story, std::int64_t hlc) {
    if (rules_of(story.protocol).termination != Rules::sites || story.submit == never) return false;
    const NodeId coordinator = story.xid.coordinator;
    const auto at = [&](const Written& w) { return w.node == coordinator && w.record->coordinator && w.durable != never && trace[w.durable].hlc <= hlc; };
    return standing(trace, story, coordinator, hlc).failed && std::any_of(story.stands.begin(), story.stands.end(), at) && std::none_of(story.decisions.begin(), story.decisions.end(), at);
}

// 16. The blocked label is exact: shown iff prepared and no permitted terminator is reachable.
CheckResult check_blocked_label(const Trace& trace, const CheckContext& context) {
    Finding finding("Blocked label");
    const RaftStory raft(trace);
    for (const BlockedLabel& label : context.labels) {
        const Story* story = trace.story(label.xid);
        if (!story) continue;
        const Standing branch = standing(trace, *story, label.branch, label.hlc);
        const bool three_phase = rules_of(story->protocol).termination != Rules::none;
        if (branch.forcing && (three_phase || !branch.prepared)) continue;
        // An operator's order under way: the branch waits for the disk, not for the decision.
        const Index ordered = trace.find_between(*story, label.branch, 0, trace.size(), [&](const Event& e) { return e.kind == EventKind::order && e.hlc <= label.hlc; });
        if (ordered != never) continue;
        const auto reachable = [&](NodeId node) { return std::find(label.reachable.begin(), label.reachable.end(), node) != label.reachable.end(); };
        bool terminator = reachable(label.xid.coordinator) && !only_asks(trace, *story, label.hlc);
        if (rules_of(story->protocol).acceptors && context.managers.size() > 1) {  // enough of them to choose; one that knows may have forgotten since
            const auto count = std::count_if(context.managers.begin(), context.managers.end(), reachable);
            const bool knows = std::any_of(story->events.begin(), story->events.end(), [&](Index i) { return trace[i].kind == EventKind::decide && trace[i].hlc <= label.hlc && reachable(trace[i].node); });
            if (knows) continue;
            terminator = static_cast<std::size_t>(count) * 2 > context.managers.size();
        }
        std::uint64_t began = 0;
        for (const Written& w : story->prepared)
            if (w.node == label.branch && w.record->agreement) began = w.record->agreement->ballot;
        if (began != 0) terminator = false;
        bool wavers = false;
        if (began != 0) {  // whoever leads the replicas may tell, unless it leads in a term before this transaction
            for (const NodeId manager : raft.managers()) {
                if (!reachable(manager)) continue;
                wavers = wavers || raft.unsettled(trace, manager, label.hlc);
                terminator = terminator || raft.established(manager, label.hlc) >= began;
            }
        }
        if (wavers) continue;
        bool cooperative = false;
        std::vector<Enrolled> enrolled;
        for (const Written& w : story->prepared) {
            if (w.node != label.branch) continue;
            cooperative = w.record->protocol.cooperative;
            enrolled = w.record->enrolled;
        }
        bool hidden = false;  // a peer that has settled may have forgotten since, or may not: the trace does not tell
        if (three_phase && !terminator) {
            const Peers peers = peers_of(trace, *story, label, enrolled);
            hidden = peers.hidden || std::any_of(story->events.begin(), story->events.end(), [&](Index i) { return trace[i].kind == EventKind::decide && trace[i].hlc <= label.hlc; });
            terminator = peers.end;
        } else if (cooperative && !terminator) {
            hidden = std::any_of(story->events.begin(), story->events.end(), [&](Index i) {
                const bool dropped = trace[i].kind == EventKind::answer && trace[i].note() && trace[i].note()->refusal == events::Refusal::deposed;  // and its mark may pass it
                return (trace[i].kind == EventKind::decide || dropped) && trace[i].hlc <= label.hlc;
            });
            for (const Enrolled& peer : enrolled) {
                if (peer.node == label.branch || !reachable(peer.node)) continue;
                const Standing other = standing(trace, *story, peer.node, label.hlc);
                hidden = hidden || other.settled || other.forcing;
                terminator = terminator || (!other.voted && peer.updater);
            }
        }
        if (hidden) continue;
        const bool blocked = branch.prepared && !branch.settled && !terminator;
        finding.exercised();
        if (blocked != label.shown) {
            const Index at = story->events.empty() ? never : story->events.back();
            finding.broken(trace, at, "the branch of " + label.xid.short_text() + " at " + label.branch.name() + (blocked ? " is blocked and not shown so" : " is shown as blocked and is not") + ", " + std::to_string(label.hlc % 1'000'000'000'000 / 1'000'000) + " ms after the start");
        }
    }
    return finding.take();
}

// Quorum 3PC: so many stand on either side that neither can ever have its quorum. Its own rule leaves it so, and it is shown as blocked.
bool tied(const Trace& trace, const Story& story) {
    if (rules_of(story.protocol).termination != Rules::quorum || trace.size() == 0) return false;
    std::size_t updaters = 0, pre_committed = 0, pre_aborted = 0;
    for (const Enrolled& peer : story.enrolled) {
        if (!peer.updater) continue;
        ++updaters;
        const Standing last = standing(trace, story, peer.node, trace[trace.size() - 1].hlc);
        pre_committed += last.pre_committed ? 1 : 0;
        pre_aborted += last.pre_aborted ? 1 : 0;
    }
    const std::size_t most_other = updaters - (updaters / 2 + 1);
    return pre_committed > most_other && pre_aborted > most_other;
}

// 18. Stop the faults and heal, and every non-heuristic transaction decides within a bound.
CheckResult check_liveness(const Trace& trace, const CheckContext& context) {
    Finding finding("Liveness");
    if (!context.healed_hlc) return finding.take();
    const std::int64_t limit = *context.healed_hlc + context.liveness_bound_ns;
    const auto last_life = [&](Index i) {
        const auto& restarts = trace.restarts(trace[i].node);
        return restarts.empty() || i >= restarts.back();
    };
    for (const Story& story : trace.stories()) {
        if (tied(trace, story)) continue;
        for (const Written& prepared : story.prepared) {
            if (prepared.durable == never || story.heuristic_at(prepared.node)) continue;
            finding.exercised();
            const bool decided = std::any_of(story.decisions.begin(), story.decisions.end(), [&](const Written& w) {
                return w.node == prepared.node && !w.record->coordinator && w.append > prepared.append && (w.durable != never || last_life(w.append)) &&
                       trace[w.append].hlc <= limit;
            });
            if (!decided) finding.broken(trace, prepared.append, "the branch of " + story.xid.short_text() + " at " + prepared.node.name() + " is still in doubt");
        }
        // A coordinator owes an end to all it began in this life, and to every COMMIT it has on disk.
        const auto owes = [&](const Written& decision) { return !rules_of(story.protocol).acceptors || decision.node == story.xid.coordinator; };  // the others may keep it until a mark passes
        Index owed = story.submit != never && last_life(story.submit) ? story.submit : never;
        for (const Written& decision : story.decisions)
            if (decision.record->coordinator && decision.record->outcome == Outcome::commit && decision.durable != never && owes(decision)) owed = decision.append;
        // Whoever leads may have ended it; a late leader of before may still learn that it had decided.
        const bool replicated = rules_of(story.protocol).replicates;
        // A leader that was deposed owes nothing any more; whoever leads next owes what was decided.
        if (owed != never && trace[owed].kind == EventKind::submit && rules_of(story.protocol).replicates) {
            const Index deposed = trace.find_between(story, trace[owed].node, owed, trace.size(), [](const Event& e) { return e.kind == EventKind::answer && e.note() && e.note()->refusal == events::Refusal::deposed; });
            if (deposed != never) owed = never;
        }
        if (owed == never || !story.heuristics.empty()) continue;
        finding.exercised();
        const bool ended = std::any_of(story.events.begin(), story.events.end(), [&](Index i) { return trace[i].kind == EventKind::end && (i > owed || replicated) && trace[i].hlc <= limit; });
        if (!ended) finding.broken(trace, owed, trace[owed].node.name() + " never finishes " + story.xid.short_text());
    }
    return finding.take();
}

// 19. The same seed and script give the same trace hash.
CheckResult check_determinism(const Trace& trace, const CheckContext& context) {
    Finding finding("Determinism");
    if (!context.trace_hashes) return finding.take();
    finding.exercised();
    if (context.trace_hashes->first != context.trace_hashes->second) finding.broken(trace, trace.size() > 0 ? 0 : never, "a second run of the same seed gives another trace");
    return finding.take();
}

}  // namespace indoubt::checks
