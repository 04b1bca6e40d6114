// SPDX-License-Identifier: GPL-3.0-or-later
// The three axes, and what the payment has cost beside what protocols.md bills.
#include <algorithm>
#include <map>

#include "view/timeline_parts.h"

namespace indoubt::view {

using events::Event;
using events::EventKind;
using events::MessageKind;
using events::RecordKind;

namespace {

constexpr std::int64_t fold_least_ns = 20'000'000, fold_most_ns = 2'000'000'000;
constexpr std::int64_t pace_factor = 50;

std::int64_t fold_threshold(const TimelineModel& model) {
    std::vector<std::int64_t> gaps;
    for (std::size_t i = 1; i < model.events.size(); ++i) gaps.push_back(model.events[i].hlc - model.events[i - 1].hlc);
    if (gaps.empty()) return fold_least_ns;
    std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2), gaps.end());
    return std::clamp(gaps[gaps.size() / 2] * pace_factor, fold_least_ns, fold_most_ns);
}

}  // namespace

void build_axes(TimelineModel& model, const TimelineOptions& options) {
    const std::size_t count = model.events.size();
    // Order: one column per causal step, the longest path from the first event.
    std::map<events::EventRef, std::size_t> index;
    std::vector<int> lane_column(model.lanes.size(), -1);
    model.column_of.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        int column = 0;
        for (const auto& cause : model.events[i].causes)
            if (const auto found = index.find(cause); found != index.end()) column = std::max(column, model.column_of[found->second] + 1);
        if (const int lane = model.lane_of[i]; lane >= 0) {
            column = std::max(column, lane_column[static_cast<std::size_t>(lane)] + 1);
            lane_column[static_cast<std::size_t>(lane)] = column;
        }
        model.column_of[i] = column;
        model.columns = std::max(model.columns, column + 1);
        index.emplace(model.events[i].ref(), i);
    }

    // Folded: proportional, long silences cut short.
    const std::int64_t threshold = options.fold_after_ns > 0 ? options.fold_after_ns : fold_threshold(model);
    std::int64_t lively = 0;
    const auto gap_after = [&](std::size_t i) { return (i + 1 < count ? model.events[i + 1].hlc : model.end_hlc) - model.events[i].hlc; };
    for (std::size_t i = 0; i < count; ++i)
        if (gap_after(i) <= threshold) lively += gap_after(i);
    const double width = options.break_width_ns > 0 ? static_cast<double>(options.break_width_ns) : std::max(static_cast<double>(lively) * 0.06, 100'000.0);
    double x = 0;
    model.folded_of.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        model.folded_of.push_back(x);
        const std::int64_t gap = gap_after(i);
        if (gap <= threshold) {
            x += static_cast<double>(gap);
            continue;
        }
        TimelineBreak fold;
        fold.before = static_cast<int>(i);
        fold.after = i + 1 < count ? static_cast<int>(i + 1) : -1;
        fold.from_hlc = model.events[i].hlc;
        fold.to_hlc = fold.from_hlc + gap;
        fold.label = duration_text(gap);
        model.breaks.push_back(std::move(fold));
        x += width;
    }
    model.folded_width = x;
}

double TimelineModel::folded_at(std::int64_t hlc) const {
    if (events.empty() || hlc <= events.front().hlc) return 0;
    std::size_t low = 0, high = events.size();
    while (low + 1 < high) {
        const std::size_t middle = (low + high) / 2;
        (events[middle].hlc <= hlc ? low : high) = middle;
    }
    const double left = folded_of[low], right = low + 1 < folded_of.size() ? folded_of[low + 1] : folded_width;
    const std::int64_t from = events[low].hlc, to = low + 1 < events.size() ? events[low + 1].hlc : end_hlc;
    if (to <= from) return left;
    const double part = std::min(1.0, static_cast<double>(hlc - from) / static_cast<double>(to - from));
    return left + (right - left) * part;
}

namespace {

// Presumed abort tells a branch whose YES comes after the decision by its presumption: no repeat of anything, and no inquiry's answer.
bool answers_vote(const TimelineModel& model, const TimelineMessage& message) {
    if (message.sent < 0) return false;
    const Event& send = model.events[static_cast<std::size_t>(message.sent)];
    return std::any_of(model.messages.begin(), model.messages.end(), [&](const TimelineMessage& vote) {
        if (vote.kind != MessageKind::vote_yes || vote.repeat || vote.received < 0) return false;
        return std::find(send.causes.begin(), send.causes.end(), model.events[static_cast<std::size_t>(vote.received)].ref()) != send.causes.end();
    });
}

// A message of the fault-free protocol; all others are extra.
bool billed(const TimelineModel& model, const TimelineMessage& message) {
    if (message.repeat || message.number > 1 || (message.presumed && !answers_vote(model, message))) return false;
    switch (message.kind) {
        case MessageKind::prepare:
        case MessageKind::vote_yes:
        case MessageKind::vote_no:
        case MessageKind::vote_read_only:
        case MessageKind::commit:
        case MessageKind::abort:
        case MessageKind::ack:
        case MessageKind::pre_commit:
        case MessageKind::pre_commit_ack:
        case MessageKind::phase_2b:
        case MessageKind::phase_2b_all: return true;
        default: return false;
    }
}

// Longest chain of billed messages from the first event until a participant learns the decision.
std::uint32_t delays(const TimelineModel& model) {
    std::map<events::EventRef, std::size_t> index;
    std::map<int, bool> extra_receive;
    for (const TimelineMessage& message : model.messages)
        if (message.received >= 0) extra_receive[message.received] = !billed(model, message);
    std::vector<std::uint32_t> hops(model.events.size(), 0), lane_hops(model.lanes.size(), 0);
    std::uint32_t longest = 0;
    for (std::size_t i = 0; i < model.events.size(); ++i) {
        const Event& event = model.events[i];
        std::uint32_t hop = 0;
        for (const auto& cause : event.causes)
            if (const auto found = index.find(cause); found != index.end()) hop = std::max(hop, hops[found->second] + (event.kind == EventKind::receive && event.node != cause.node ? 1u : 0u));
        if (event.causes.empty() && model.lane_of[i] >= 0) hop = lane_hops[static_cast<std::size_t>(model.lane_of[i])];
        hops[i] = hop;
        if (model.lane_of[i] >= 0) lane_hops[static_cast<std::size_t>(model.lane_of[i])] = hop;
        index.emplace(event.ref(), i);
        const bool learns = event.kind == EventKind::receive && event.message() && (event.message()->kind == MessageKind::commit || event.message()->kind == MessageKind::abort || event.message()->kind == MessageKind::phase_2b_all);
        if (learns && !extra_receive[static_cast<int>(i)]) longest = std::max(longest, hop);
    }
    return longest;
}

}  // namespace

void build_cost(TimelineModel& model, const Transaction& tx, const TimelineOptions& options) {
    TimelineCost& cost = model.cost;
    for (const TimelineMessage& message : model.messages) {
        if (message.sent < 0 || message.from == message.to) continue;
        cost.traced = true;
        if (billed(model, message)) {
            ++cost.messages;
            continue;
        }
        ++cost.extra_messages;
        ++cost.extra[std::string(events::word(message.kind)) + (message.repeat || message.number > 1 ? " again" : "")];
    }
    for (const Event& event : model.events) {
        const auto* record = event.record();
        if (event.kind != EventKind::append || !event.durable || !record || event.xid.empty()) continue;
        switch (record->kind) {
            case RecordKind::prepared:
            case RecordKind::decision:
            case RecordKind::begin:
            case RecordKind::pre_committed:
            case RecordKind::accepted: ++cost.forced_writes; break;
            default:
                ++cost.extra_forced;
                ++cost.extra["forced " + std::string(events::word(*record))];
        }
    }
    cost.delays = delays(model);

    const auto n = static_cast<std::uint32_t>(tx.branches.size());
    std::uint32_t readers = 0, refusers = 0;
    for (const Branch& branch : tx.branches) {
        readers += branch.vote == Vote::read_only;
        refusers += branch.vote == Vote::no;
    }
    const bool commit = tx.state == PaymentState::committed;
    if (options.bill && n != 0 && tx.heuristic == Heuristic::none && !tx.open() && commit == (refusers == 0)) {
        const TimelineBill due = options.bill(tx.protocol.name, n, refusers, readers);
        cost.messages_due = due.messages;
        cost.forced_writes_due = due.forced_writes;
        cost.delays_due = due.delays;
    }
    if (!cost.traced) model.untraced = cost.messages_due != 0 ? cost.messages_due : 4 * n;
}

}  // namespace indoubt::view
