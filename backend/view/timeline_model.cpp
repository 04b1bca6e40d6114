// SPDX-License-Identifier: GPL-3.0-or-later
// Lanes, messages, writes, locks and marks of one payment's diagram. Bands are in timeline_bands.cpp, axes and cost in
// timeline_axes.cpp.
#include "view/timeline_model.h"

#include <algorithm>
#include <map>

#include "view/event_store.h"
#include "view/timeline_parts.h"
#include "view/view.h"

namespace indoubt::view {

using events::Event;
using events::EventKind;
using events::EventRef;
using events::MessageKind;
using events::RecordKind;

std::string_view word(LaneRole role) {
    switch (role) {
        case LaneRole::coordinator: return "coordinator";
        case LaneRole::manager: return "manager";
        case LaneRole::debit: return "debit";
        case LaneRole::credit: return "credit";
        case LaneRole::fee: return "fee";
        case LaneRole::check: return "check";
        case LaneRole::none: return "";
    }
    return "";
}

std::string_view word(BandKind kind) {
    switch (kind) {
        case BandKind::in_doubt: return "in doubt";
        case BandKind::blocked: return "blocked";
        case BandKind::waiting: return "waiting";
        case BandKind::down: return "down";
        case BandKind::suspended: return "suspended";
        case BandKind::heuristic: return "heuristic";
        case BandKind::damage: return "damage";
    }
    return "";
}

// Three digits at most and a unit: "0.9 ms", "41 s", "12 min".
std::string duration_text(std::int64_t ns) {
    if (ns < 0) return "-" + duration_text(-ns);
    static constexpr struct { std::int64_t ns; const char* unit; } units[] = {
        {86'400'000'000'000, " d"}, {3'600'000'000'000, " h"}, {60'000'000'000, " min"}, {1'000'000'000, " s"}, {1'000'000, " ms"}, {1'000, " us"}};
    for (const auto& unit : units) {
        if (ns < unit.ns) continue;
        const std::int64_t tenths = (ns * 10 + unit.ns / 2) / unit.ns;
        if (tenths >= 100 || unit.ns >= 60'000'000'000) return std::to_string((tenths + (unit.ns >= 60'000'000'000 ? 0 : 5)) / 10) + unit.unit;
        return std::to_string(tenths / 10) + (tenths % 10 ? "." + std::to_string(tenths % 10) : "") + unit.unit;
    }
    return std::to_string(ns) + " ns";
}

int TimelineModel::lane_index(NodeId node) const {
    for (std::size_t i = 0; i < lanes.size(); ++i)
        if (lanes[i].node == node) return static_cast<int>(i);
    return -1;
}

int TimelineModel::index_of(const EventRef& ref) const {
    for (std::size_t i = 0; i < events.size(); ++i)
        if (events[i].ref() == ref) return static_cast<int>(i);
    return -1;
}

namespace {

LaneRole role_of(events::LegKind kind) {
    switch (kind) {
        case events::LegKind::debit: return LaneRole::debit;
        case events::LegKind::credit: return LaneRole::credit;
        case events::LegKind::fee: return LaneRole::fee;
        case events::LegKind::check: return LaneRole::check;
    }
    return LaneRole::none;
}

void build_lanes(TimelineModel& model, const Transaction& tx, const TimelineOptions& options) {
    const auto add = [&](NodeId node, LaneRole role) -> TimelineLane& {
        TimelineLane lane;
        lane.node = node;
        lane.role = role;
        lane.title = node.name();
        for (const auto& [id, title] : options.titles)
            if (id == node && !title.empty()) lane.title = title;
        model.lanes.push_back(std::move(lane));
        return model.lanes.back();
    };
    TimelineLane& coordinator = add(model.xid.coordinator, LaneRole::coordinator);
    if (coordinator.title == coordinator.node.name()) coordinator.title = "Coordinator";
    if (tx.decision_durable) coordinator.outcome = tx.decision;
    for (const Branch& branch : tx.branches) {
        TimelineLane& lane = add(branch.node, LaneRole::none);
        lane.vote = branch.vote;
        lane.vote_received = branch.vote_received;
        lane.outcome = branch.phase == BranchPhase::committed ? Outcome::commit : branch.phase == BranchPhase::aborted ? Outcome::abort : Outcome::none;
        lane.heuristic = branch.heuristic;
        lane.damage = branch.damage;
        lane.reason = branch.reason;
        if (!tx.payment) continue;
        for (const auto& leg : tx.payment->legs) {
            if (leg.node != branch.node) continue;
            const LaneRole role = role_of(leg.kind);
            if (lane.role != LaneRole::none && role >= lane.role) continue;
            lane.role = role;
            lane.amount = leg.amount;
            lane.account = leg.account;
        }
    }
    // Whoever else took part: another manager, or a branch whose enrolment was not seen, which stands last.
    for (const Event& event : model.events) {
        if (event.xid != model.xid) continue;
        const int known = model.lane_index(event.node);
        TimelineLane& lane = known < 0 ? add(event.node, LaneRole::none) : model.lanes[static_cast<std::size_t>(known)];
        const bool as_manager = (event.record() && event.record()->coordinator) || (event.kind == EventKind::receive && event.message() && events::for_coordinator(event.message()->kind));
        if (as_manager && lane.role == LaneRole::none && !tx.branch(event.node)) lane.role = LaneRole::manager;
    }
    std::stable_sort(model.lanes.begin() + 1, model.lanes.end(), [](const TimelineLane& a, const TimelineLane& b) { return a.role < b.role; });
}

std::string message_label(const TimelineMessage& message, NodeId to) {
    std::string label(events::word(message.kind));
    if (message.kind == MessageKind::inquiry) label = "asks " + to.name();
    if (message.number > 1) label += " x" + std::to_string(message.number);
    return label;
}

void build_messages(TimelineModel& model, const TimelineLives& lives, bool finished) {
    std::map<EventRef, std::size_t> by_send;
    std::map<std::tuple<MessageKind, NodeId, NodeId>, int> counts;
    const auto message_of = [&](const Event& event) -> TimelineMessage& {
        const auto known = event.causes.empty() ? by_send.end() : by_send.find(event.causes.front());
        if (known != by_send.end()) return model.messages[known->second];
        // Its send was not kept: the message stands alone at its other end.
        const events::Message& content = *event.message();
        TimelineMessage message;
        message.kind = content.kind;
        message.from = model.lane_index(content.from);
        message.to = model.lane_index(content.to);
        message.repeat = content.repeat;
        message.presumed = content.presumed;
        message.number = ++counts[{content.kind, content.from, content.to}];
        message.label = message_label(message, content.to);
        if (!event.causes.empty()) by_send[event.causes.front()] = model.messages.size();
        model.messages.push_back(std::move(message));
        return model.messages.back();
    };
    for (std::size_t i = 0; i < model.events.size(); ++i) {
        const Event& event = model.events[i];
        const auto* content = event.message();
        const int at = static_cast<int>(i);
        if (!content || event.xid != model.xid) continue;
        if (event.kind == EventKind::send) {
            TimelineMessage message;
            message.kind = content->kind;
            message.from = model.lane_index(content->from);
            message.to = model.lane_index(content->to);
            message.sent = at;
            message.repeat = content->repeat;
            message.presumed = content->presumed;
            message.injected = event.fault != 0;
            message.number = ++counts[{content->kind, content->from, content->to}];
            message.label = message_label(message, content->to);
            by_send[event.ref()] = model.messages.size();
            model.messages.push_back(std::move(message));
        } else if (event.kind == EventKind::receive) {
            TimelineMessage& message = message_of(event);
            if (message.received >= 0) {
                ++message.duplicates;
                continue;
            }
            message.received = at;
            message.fate = MessageFate::received;
        } else if (event.kind == EventKind::drop) {
            TimelineMessage& message = message_of(event);
            message.dropped = at;
            message.injected = message.injected || event.fault != 0;
            if (message.received < 0) message.fate = MessageFate::lost;
        } else if (event.kind == EventKind::hold) {
            TimelineMessage& message = message_of(event);
            message.held = at;
            message.injected = message.injected || event.fault != 0;
            if (message.received < 0) message.fate = MessageFate::held;
        } else if (event.kind == EventKind::release) {
            TimelineMessage& message = message_of(event);
            message.released = at;
            if (message.fate == MessageFate::held) message.fate = MessageFate::under_way;
        }
    }
    // Nobody says that a message died with its recipient; its silence does.
    for (TimelineMessage& message : model.messages) {
        if (message.fate != MessageFate::under_way && message.fate != MessageFate::held) continue;
        const bool gone = message.to >= 0 && message.sent >= 0 && lives.down_at_or_after(message.to, message.held >= 0 ? message.held : message.sent);
        if (gone || (finished && message.fate == MessageFate::under_way)) message.fate = MessageFate::lost;
    }
}

void build_writes(TimelineModel& model) {
    for (std::size_t i = 0; i < model.events.size(); ++i) {
        const Event& event = model.events[i];
        if (event.kind != EventKind::append || event.xid != model.xid || !event.record()) continue;
        TimelineWrite write;
        write.lane = model.lane_index(event.node);
        write.append = static_cast<int>(i);
        write.forced = event.durable;
        write.lsn = event.lsn;
        write.label = events::word(*event.record());
        for (std::size_t j = i + 1; j < model.events.size() && write.durable < 0; ++j) {
            const Event& later = model.events[j];
            if (later.node != event.node) continue;
            const bool covers = later.lsn >= event.lsn;
            if (later.kind == EventKind::durable && (later.lsn == event.lsn || covers)) write.durable = static_cast<int>(j);
            else if (later.kind == EventKind::sync && covers) write.durable = static_cast<int>(j);
            else if (later.kind == EventKind::restart) {
                if (covers) write.durable = static_cast<int>(j);  // the sync under way had landed
                else write.lost = true;
                break;
            }
        }
        // The payment's own durable event says it nicer than the sync of the whole group before it.
        if (write.durable >= 0 && model.events[static_cast<std::size_t>(write.durable)].kind == EventKind::sync)
            for (std::size_t j = static_cast<std::size_t>(write.durable) + 1; j < model.events.size(); ++j) {
                const Event& later = model.events[j];
                if (later.node == event.node && later.kind == EventKind::durable && later.lsn == event.lsn && later.incarnation == event.incarnation) {
                    write.durable = static_cast<int>(j);
                    break;
                }
            }
        model.writes.push_back(std::move(write));
    }
}

void build_locks(TimelineModel& model) {
    for (std::size_t i = 0; i < model.events.size(); ++i) {
        const Event& event = model.events[i];
        if (event.xid != model.xid) continue;
        const int at = static_cast<int>(i), lane = model.lane_index(event.node);
        const auto* note = event.note();
        if (event.kind == EventKind::lock && note) {
            model.locks.push_back({lane, at, -1, note->account, note->amount, note->leg});
        } else if (event.kind == EventKind::unlock && note) {
            for (TimelineLock& lock : model.locks)
                if (lock.lane == lane && lock.end < 0 && lock.account == note->account) lock.end = at;
        }
    }
    // Of untraced locks the records tell: from the durable PREPARED to the branch's end of doubt.
    for (const TimelineWrite& write : model.writes) {
        const Event& append = model.events[static_cast<std::size_t>(write.append)];
        const events::Record& record = *append.record();
        if (record.coordinator) continue;
        const bool traced = std::any_of(model.locks.begin(), model.locks.end(), [&](const TimelineLock& lock) { return lock.lane == write.lane; });
        if (record.kind == RecordKind::prepared && !traced && write.durable >= 0 && model.payment) {
            for (const auto& leg : model.payment->legs)
                if (leg.node == append.node && leg.moves_money()) model.locks.push_back({write.lane, write.durable, -1, leg.account, leg.amount, leg.kind});
        }
        if (record.kind == RecordKind::decision || record.kind == RecordKind::heuristic) {
            const int end = write.forced ? write.durable : write.append;
            if (end < 0) continue;
            // Unless the trace says better: the unlock behind it.
            for (TimelineLock& lock : model.locks)
                if (lock.lane == write.lane && lock.end < 0) lock.end = end;
        }
    }
    // A crash frees what was not prepared.
    for (std::size_t i = 0; i < model.events.size(); ++i) {
        if (model.events[i].kind != EventKind::crash) continue;
        const int lane = model.lane_index(model.events[i].node);
        const bool prepared = std::any_of(model.writes.begin(), model.writes.end(), [&](const TimelineWrite& write) {
            return write.lane == lane && write.label == "PREPARED" && write.durable >= 0;
        });
        for (TimelineLock& lock : model.locks)
            if (lock.lane == lane && lock.end < 0 && lock.begin < static_cast<int>(i) && !prepared) lock.end = static_cast<int>(i);
    }
}

std::string fault_label(const Event& event) {
    if (const auto* message = event.message()) {
        const std::string name(events::word(message->kind));
        if (event.kind == EventKind::drop) return "FAULT drop " + name + " to " + message->to.name();
        if (event.kind == EventKind::hold) return "FAULT hold " + name + " from " + message->from.name();
        return "FAULT " + name + " to " + message->to.name();
    }
    if (event.kind == EventKind::crash) return "FAULT crash " + event.node.name();
    return "FAULT";
}

void build_marks(TimelineModel& model) {
    for (std::size_t i = 0; i < model.events.size(); ++i) {
        const Event& event = model.events[i];
        const int lane = model.lane_index(event.node);
        if (lane < 0) continue;
        const auto* note = event.note();
        const auto add = [&](MarkKind kind, std::string label) { model.marks.push_back({kind, lane, static_cast<int>(i), std::move(label), event.fault != 0}); };
        switch (event.kind) {
            case EventKind::submit: add(MarkKind::submit, "submit"); break;
            case EventKind::decide:
                if (note) add(MarkKind::decide, "decides " + std::string(events::word(note->outcome)) + (note->refusal == Refusal::none ? "" : ", " + std::string(events::word(note->refusal))));
                break;
            case EventKind::end: add(MarkKind::end, "END"); break;
            case EventKind::crash: add(MarkKind::crash, event.node.name() + " crashes"); break;
            case EventKind::restart: {
                std::uint64_t reads = 0;
                for (const TimelineWrite& write : model.writes)
                    if (write.lane == lane && write.append < static_cast<int>(i) && write.lsn <= event.lsn && !write.lost) reads = std::max(reads, write.lsn);
                add(MarkKind::restart, reads != 0 ? "restart, reads record " + std::to_string(reads) : "restart, knows nothing of it");
                break;
            }
            case EventKind::suspend: add(MarkKind::suspend, "suspended"); break;
            case EventKind::resume: add(MarkKind::resume, "resumes"); break;
            case EventKind::order:
            case EventKind::approval:
                if (note && note->order) add(MarkKind::order, note->order->actor + ": " + note->order->action);
                break;
            case EventKind::ask: add(MarkKind::ask, "asks " + (event.peer.empty() ? model.xid.coordinator.name() : event.peer.name())); break;
            case EventKind::timer: add(MarkKind::timer, note ? note->text : ""); break;
            case EventKind::answer:
                if (note) add(MarkKind::answer, "answers " + std::string(events::word(note->outcome)));
                break;
            case EventKind::vote:
                if (note) add(MarkKind::vote, std::string(events::word(note->vote)));
                break;
            case EventKind::wait:
                if (note) add(MarkKind::wait, "waits for " + note->other.short_text());
                break;
            case EventKind::forget: add(MarkKind::forget, "forgotten"); break;
            case EventKind::refuse: add(MarkKind::refuse, note ? "refused, " + (note->text.empty() ? std::string(events::word(note->refusal)) : note->text) : "refused"); break;
            case EventKind::gap: add(MarkKind::gap, note ? std::to_string(note->count) + " events missing" : "events missing"); break;
            default: break;
        }
        if (event.fault != 0 && event.kind != EventKind::fault_on && event.kind != EventKind::fault_off) add(MarkKind::fault, fault_label(event));
    }
}

void note_skew(TimelineModel& model) {
    for (TimelineLane& lane : model.lanes) {
        std::vector<std::int64_t> skews;
        for (const Event& event : model.events)
            if (event.node == lane.node) skews.push_back(event.at_ns - event.hlc);
        if (skews.empty()) continue;
        std::nth_element(skews.begin(), skews.begin() + static_cast<std::ptrdiff_t>(skews.size() / 2), skews.end());
        lane.skew_ns = skews[skews.size() / 2];
        if (std::abs(lane.skew_ns) < 1'000'000) continue;
        if (!model.skew_note.empty()) model.skew_note += "; ";
        model.skew_note += lane.node.name() + "'s clock is " + duration_text(std::abs(lane.skew_ns)) + (lane.skew_ns < 0 ? " behind" : " ahead");
    }
}

}  // namespace

TimelineLives::TimelineLives(const TimelineModel& model) : m_turns(model.lanes.size()) {
    for (std::size_t i = 0; i < model.events.size(); ++i) {
        const EventKind kind = model.events[i].kind;
        if (model.lane_of[i] >= 0 && (kind == EventKind::crash || kind == EventKind::restart))
            m_turns[static_cast<std::size_t>(model.lane_of[i])].push_back({static_cast<int>(i), kind == EventKind::crash});
    }
}

bool TimelineLives::down_at(int lane, int event) const {
    bool down = false;
    for (const Turn& turn : m_turns[static_cast<std::size_t>(lane)])
        if (turn.event <= event) down = turn.down;
    return down;
}

bool TimelineLives::down_at_or_after(int lane, int event) const {
    const auto& turns = m_turns[static_cast<std::size_t>(lane)];
    return down_at(lane, event) || std::any_of(turns.begin(), turns.end(), [&](const Turn& turn) { return turn.down && turn.event > event; });
}

TimelineModel make_timeline(const Xid& xid, std::vector<Event> events, const TimelineOptions& options) {
    TimelineModel model;
    model.xid = xid;
    std::erase_if(events, [&](const Event& event) { return !event.xid.empty() && event.xid != xid; });
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return events::position(a) < events::position(b); });
    events.erase(std::unique(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.ref() == b.ref(); }), events.end());
    model.events = std::move(events);
    if (model.events.empty()) return model;

    View view;
    for (const Event& event : model.events) view.fold(event);
    TransactionPtr found = view.find(xid);
    if (!found) {  // only its name is known
        auto bare = std::make_shared<Transaction>();
        bare->xid = xid;
        found = bare;
    }
    const Transaction& tx = *found;
    model.payment = tx.payment;
    model.protocol = tx.protocol;
    model.state = tx.state;
    model.begin_hlc = model.events.front().hlc;
    for (const Event& event : model.events)
        if (event.xid == xid) {
            model.begin_hlc = event.hlc;
            break;
        }
    model.end_hlc = std::max(model.events.back().hlc, tx.open() ? options.now_hlc : 0);
    model.age_ns = tx.begun_hlc == 0 ? model.end_hlc - model.begin_hlc : tx.age_ns(model.end_hlc);

    build_lanes(model, tx, options);
    model.lane_of.reserve(model.events.size());
    for (const Event& event : model.events) model.lane_of.push_back(model.lane_index(event.node));
    build_messages(model, TimelineLives(model), !tx.open() && tx.ended);
    build_writes(model);
    build_locks(model);
    build_marks(model);
    build_bands(model, tx);
    build_axes(model, options);
    build_cost(model, tx, options);
    note_skew(model);
    return model;
}

std::vector<Event> timeline_events(const EventRows& rows, const Xid& xid, std::size_t most) {
    std::vector<Event> all;
    const auto ids = rows.rows_of(xid);
    if (ids.empty()) return all;
    std::vector<NodeId> involved{xid.coordinator};
    for (std::size_t i = 0; i < ids.size() && i < most; ++i) {
        all.push_back(rows.event(ids[i]));
        const Event& event = all.back();
        if (std::find(involved.begin(), involved.end(), event.node) == involved.end()) involved.push_back(event.node);
    }
    const std::int64_t begin = all.front().hlc, end = all.back().hlc;
    View view;
    for (const Event& event : all) view.fold(event);
    const auto tx = view.find(xid);
    const bool open = !tx || tx->open() || !tx->ended;
    const std::size_t own = all.size();
    for (RowId id : rows.node_rows()) {
        const EventRow& row = rows.row(id);
        if (row.hlc < begin || (row.hlc > end && !open)) continue;
        if (row.kind == EventKind::fault_on || row.kind == EventKind::fault_off) continue;  // what struck is said where it struck
        if (std::find(involved.begin(), involved.end(), rows.node(row)) != involved.end()) all.push_back(rows.event(id));
        if (all.size() >= most + 1000) break;
    }
    // Forced writes whose durable event was not traced end at the sync that covers them. It follows closely, if at all.
    constexpr std::size_t look_ahead = 100'000;
    for (std::size_t i = 0; i < own; ++i) {
        if (all[i].kind != EventKind::append || !all[i].durable) continue;
        const bool told = std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(own), [&](const Event& other) {
            return other.kind == EventKind::durable && other.node == all[i].node && other.lsn == all[i].lsn && other.incarnation == all[i].incarnation;
        });
        if (told) continue;
        const std::size_t from = rows.lower_bound(events::position(all[i]));
        Event sync;
        rows.scan(from, std::min(from + look_ahead, rows.size()), [&](std::size_t, RowId id, const EventRow& row) {
            if (rows.node(row) != all[i].node) return true;
            if (row.kind == EventKind::crash) return false;
            if (row.kind != EventKind::sync || row.lsn < all[i].lsn) return true;
            sync = rows.event(id);
            return false;
        });
        if (sync.seq != 0) all.push_back(std::move(sync));
    }
    return all;
}

}  // namespace indoubt::view
