// SPDX-License-Identifier: GPL-3.0-or-later
// 9. Locks span durable prepare to decision; a heuristic release is marked. A debit is alone with its account.
#include <algorithm>
#include <map>
#include <set>

#include "checks/checkers.h"

namespace indoubt::checks {

namespace {

struct Holders {
    std::set<Xid> debits, checks;
};

struct NodeLocks {
    std::map<std::string, Holders> accounts;
    std::map<Xid, Index> bound;  // prepared, from the append of PREPARED until a decision frees it
};

void rebuild(const Trace& trace, NodeLocks& locks, NodeId node, Index restart) {
    locks = {};
    for (const Story& story : trace.stories()) {
        for (const Written& prepared : story.prepared) {
            if (prepared.node != node || prepared.durable == never || prepared.append > restart || prepared.durable > restart || !prepared.record->payment) continue;
            auto settled = [&](const Written& w) { return w.node == node && !w.record->coordinator && w.durable != never && w.durable <= restart && w.append > prepared.append; };
            if (std::any_of(story.decisions.begin(), story.decisions.end(), settled) || std::any_of(story.heuristics.begin(), story.heuristics.end(), settled)) continue;
            for (const events::Leg& leg : prepared.record->payment->legs) {
                if (leg.kind == events::LegKind::debit) locks.accounts[leg.account].debits.insert(story.xid);
                if (leg.kind == events::LegKind::check) locks.accounts[leg.account].checks.insert(story.xid);
            }
            locks.bound[story.xid] = prepared.append;
        }
    }
}

}  // namespace

CheckResult check_locks(const Trace& trace, const CheckContext&) {
    Finding finding("Locks");
    std::vector<NodeLocks> nodes(trace.nodes().size());
    for (Index i = 0; i < trace.size(); ++i) {
        const Event& event = trace[i];
        NodeLocks& locks = nodes[trace.node_index(event.node)];
        switch (event.kind) {
            case EventKind::crash: locks = {}; break;
            case EventKind::restart: rebuild(trace, locks, event.node, i); break;
            case EventKind::append: {
                const events::Record& record = *event.record();
                if (record.kind == RecordKind::prepared) {
                    locks.bound[event.xid] = i;
                    finding.exercised();
                }
                // A forced record frees the locks only once it is durable; a lazy ABORT at once.
                if (record.kind == RecordKind::decision && !record.coordinator && !record.forced) locks.bound.erase(event.xid);
                break;
            }
            case EventKind::durable: {
                const events::Record& record = *event.record();
                if ((record.kind == RecordKind::decision && !record.coordinator) || record.kind == RecordKind::heuristic) locks.bound.erase(event.xid);
                break;
            }
            case EventKind::lock: {
                const events::Note& note = *event.note();
                Holders& holders = locks.accounts[note.account];
                const bool debit = note.leg == events::LegKind::debit, check = note.leg == events::LegKind::check;
                const auto other = [&](const std::set<Xid>& list) { return std::any_of(list.begin(), list.end(), [&](const Xid& x) { return x != event.xid; }); };
                if ((debit && (other(holders.debits) || other(holders.checks))) || (check && other(holders.debits)))
                    finding.broken(trace, i, event.xid.short_text() + " gets a lock " + event.node.name() + " had given away");
                if (debit) holders.debits.insert(event.xid);
                if (check) holders.checks.insert(event.xid);
                break;
            }
            case EventKind::unlock: {
                if (locks.bound.contains(event.xid)) {
                    finding.broken(trace, i, event.node.name() + " frees a lock of " + event.xid.short_text() + ", which is prepared and undecided");
                }
                Holders& holders = locks.accounts[event.note()->account];
                holders.debits.erase(event.xid);
                holders.checks.erase(event.xid);
                break;
            }
            default: break;
        }
    }
    return finding.take();
}

}  // namespace indoubt::checks
