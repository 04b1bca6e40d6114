// SPDX-License-Identifier: GPL-3.0-or-later
// One payment's space-time diagram, without any layout: lanes, messages, states, locks, forced writes and marks, computed from its
// events (and the crashes, suspensions and faults of its nodes meanwhile). Drawn by app/timeline, printed by `tx timeline`.
//
// Everything refers to events by index into `events` (causal order); -1 = none. Times are hlc nanoseconds.
#pragma once
#include <functional>
#include <map>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "view/transaction.h"

namespace indoubt::view {

// manager: an acceptor, or a replica of the coordinator; it has no branch and casts no vote.
enum class LaneRole : std::uint8_t { coordinator, manager, debit, credit, fee, check, none };
std::string_view word(LaneRole role);

struct TimelineLane {
    NodeId node;
    std::string title;                     // "Hafenbank"; the node's name if unknown
    LaneRole role = LaneRole::none;
    events::Amount amount;                 // of its first leg; empty currency: none
    std::string account;
    Vote vote = Vote::none;
    bool vote_received = false;
    Outcome outcome = Outcome::none;       // durable here
    Heuristic heuristic = Heuristic::none;
    bool damage = false;
    std::string reason;                    // of a NO
    std::int64_t skew_ns = 0;              // its clock minus the host's, as seen in its events
};

enum class MessageFate : std::uint8_t { received, lost, held, under_way };
struct TimelineMessage {
    events::MessageKind kind = events::MessageKind::prepare;
    int from = 0, to = 0;                  // lanes; -1: a node that has none
    int sent = -1, received = -1, dropped = -1, held = -1, released = -1;  // events
    MessageFate fate = MessageFate::under_way;
    bool repeat = false, presumed = false;
    int number = 1;                        // how many of this kind went this way, this one included: "COMMIT x2"
    int duplicates = 0;                    // deliveries beyond the first
    bool injected = false;                 // a fault made its fate
    std::string label;                     // "PREPARE", "COMMIT x2", "asks T"
};

enum class BandKind : std::uint8_t { in_doubt, blocked, waiting, down, suspended, heuristic, damage };
std::string_view word(BandKind kind);
struct TimelineBand {
    BandKind kind = BandKind::in_doubt;
    int lane = 0;
    int begin = -1, end = -1;              // events; end -1: still so
    std::int64_t from_hlc = 0, to_hlc = 0; // to: of the end event, or `now`
    std::string label;                     // "in doubt 2.9 ms", "blocked 41 s", "T down 43.1 s"
};

struct TimelineWrite {
    int lane = 0;
    int append = -1, durable = -1;         // durable -1: syncing, or lost in a crash; an untraced one ends at its sync
    bool forced = false, lost = false;
    std::uint64_t lsn = 0;
    std::string label;                     // "PREPARED"
};

struct TimelineLock {
    int lane = 0;
    int begin = -1, end = -1;              // events; end -1: still held
    std::string account;
    events::Amount amount;
    events::LegKind leg = events::LegKind::debit;
};

enum class MarkKind : std::uint8_t { submit, decide, end, crash, restart, suspend, resume, fault, order, ask, timer, answer, vote, wait, forget, refuse, gap };
struct TimelineMark {
    MarkKind kind = MarkKind::timer;
    int lane = 0;
    int event = -1;
    std::string label;                     // "decides COMMIT", "FAULT drop COMMIT to B", "restart, reads record 14", "END"
    bool injected = false;
};

// A stretch without an event of this payment, drawn as two dotted verticals on the folded axis.
struct TimelineBreak {
    int before = -1, after = -1;           // events on both sides; after -1: up to now
    std::int64_t from_hlc = 0, to_hlc = 0;
    std::string label;                     // "41 s"
};

struct TimelineCost {
    std::uint32_t messages = 0, forced_writes = 0, delays = 0;
    std::uint32_t extra_messages = 0;      // repeats, inquiries and their answers: not of the protocol's own bill
    std::uint32_t extra_forced = 0;        // forced writes of orders, elections, promises and forced outcomes: neither
    std::map<std::string, std::uint32_t> extra;  // both by name: "INQUIRY" 3, "COMMIT again" 1, "forced ORDER" 1
    bool traced = false;                   // messages were all seen
    // By formula, as TimelineOptions::bill says; zero when there is none (mixed, unfinished, no row for it).
    std::uint32_t messages_due = 0, forced_writes_due = 0, delays_due = 0;
};

// What a settled payment costs by formula without faults, counted as the timeline counts: every message that crosses nodes, every
// forced write, the longest chain until the last branch learns. Zero messages: not known.
struct TimelineBill {
    std::uint32_t messages = 0, forced_writes = 0, delays = 0;
};

struct TimelineModel {
    Xid xid;
    PaymentPtr payment;
    events::ProtocolChoice protocol;
    std::vector<events::Event> events;     // causal order; of this payment, and node events that bear on it
    std::vector<TimelineLane> lanes;       // coordinator, then debit, credit, fee, check
    std::vector<TimelineMessage> messages;
    std::vector<TimelineBand> bands;
    std::vector<TimelineWrite> writes;
    std::vector<TimelineLock> locks;
    std::vector<TimelineMark> marks;
    std::vector<TimelineBreak> breaks;
    std::vector<int> lane_of;              // per event; -1: none
    std::vector<int> column_of;            // per event: Order axis, one column per causal step
    int columns = 0;
    std::vector<double> folded_of;         // per event: Folded axis, nanoseconds from the first event with breaks taken out
    double folded_width = 0;               // of everything up to now
    std::int64_t begin_hlc = 0, end_hlc = 0;  // first event; last event, or `now` while it is open
    std::int64_t age_ns = 0;                  // Transaction::age_ns as of end_hlc: what follows the settling is drawn, and no part of it
    std::string skew_note;                 // "B's clock is 120 ms behind"; empty: clocks agree within 1 ms
    TimelineCost cost;
    PaymentState state = PaymentState::active;
    std::uint32_t untraced = 0;            // messages that must have been, of which no event was kept

    double folded_at(std::int64_t hlc) const;  // any time on the folded axis
    int index_of(const events::EventRef& ref) const;
    int lane_index(NodeId node) const;
};

struct TimelineOptions {
    std::int64_t now_hlc = 0;              // 0: the last event
    std::int64_t fold_after_ns = 0;        // stretches longer than this fold; 0: chosen from the payment's own pace
    std::int64_t break_width_ns = 0;       // what a break takes on the folded axis; 0: chosen
    std::vector<std::pair<NodeId, std::string>> titles;
    // n branches, of which `noes` refused and `readers` only read. From commit/cost.h, which the view does not see; none: no formula.
    std::function<TimelineBill(const std::string& protocol, std::uint32_t n, std::uint32_t noes, std::uint32_t readers)> bill;
};

// `events`: all of the payment, any order, and those of its nodes without an XID that bear on it (crash, restart, suspend, resume,
// sync, fault). Others are ignored. Never fails: what is missing is shown as missing.
TimelineModel make_timeline(const Xid& xid, std::vector<events::Event> events, const TimelineOptions& options = {});

// Those same events out of a store.
class EventRows;
std::vector<events::Event> timeline_events(const EventRows& rows, const Xid& xid, std::size_t most = 20000);

std::string duration_text(std::int64_t ns);  // "2.9 ms", "41 s", "12 min"

// Plain text, `width` columns: lanes as columns, time downwards, votes in the heads, one line per event.
std::string render_text(const TimelineModel& model, std::size_t width = 100);

}  // namespace indoubt::view
