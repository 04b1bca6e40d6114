// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/advisor.h"

#include <algorithm>

namespace indoubt::commit {

namespace {

bool waits(const Reading& reading) { return !reading.coordinator && (reading.fact == Fact::prepared || (reading.fact == Fact::unknown && reading.updater)); }

Advice with(Verdict verdict, Ground ground, const Reading& reading, Advice advice) {
    advice.verdict = verdict;
    advice.ground = ground;
    advice.node = reading.node;
    advice.lsn = reading.lsn;
    return advice;
}

}  // namespace

Advice advise(const std::vector<Reading>& readings) {
    Advice advice;
    const Reading* coordinator = nullptr;
    for (const Reading& reading : readings) {
        if (reading.coordinator) coordinator = &reading;
        if (waits(reading)) advice.to_tell.push_back(reading.node);
    }
    auto find = [&](auto&& holds) {
        const auto at = std::find_if(readings.begin(), readings.end(), [&](const Reading& r) { return !r.coordinator && holds(r); });
        return at == readings.end() ? nullptr : &*at;
    };

    // Stable facts first: who knows the outcome, or made one of the two impossible.
    const bool knows = coordinator && (coordinator->fact == Fact::committed || coordinator->fact == Fact::aborted);
    if (knows) {
        const bool commits = coordinator->fact == Fact::committed;
        Advice found = with(commits ? Verdict::safe_to_commit : Verdict::safe_to_roll_back, Ground::decision_record, *coordinator, advice);
        if (found.to_tell.empty()) found.verdict = Verdict::settled, found.ground = Ground::all_agree;
        return found;
    }
    const auto told = find([](const Reading& r) { return r.fact == Fact::committed || r.fact == Fact::aborted; });
    const auto refused = find([](const Reading& r) { return r.fact == Fact::refused && r.updater; });
    const bool forgotten = coordinator && coordinator->reached && coordinator->fact == Fact::nothing;
    if (advice.to_tell.empty() && (told || refused || forgotten)) return with(Verdict::settled, Ground::all_agree, told ? *told : refused ? *refused : *coordinator, advice);
    if (told) {
        return with(told->fact == Fact::committed ? Verdict::safe_to_commit : Verdict::safe_to_roll_back, Ground::branch_outcome, *told, advice);
    }
    if (refused) return with(Verdict::safe_to_roll_back, Ground::forced_refusal, *refused, advice);
    if (forgotten) return with(Verdict::safe_to_roll_back, Ground::presumed_abort, *coordinator, advice);

    // One step makes one outcome impossible.
    if (coordinator && coordinator->reached && coordinator->fact == Fact::preparing) return with(Verdict::safe_once_fenced, Ground::abort_at_coordinator, *coordinator, advice);
    if (const auto open = find([](const Reading& r) { return r.updater && r.reached && r.fact == Fact::nothing; })) {
        return with(Verdict::safe_once_fenced, Ground::ask_to_refuse, *open, advice);
    }
    if (coordinator) advice.would_settle.push_back(coordinator->node);
    for (const Reading& reading : readings)
        if (!reading.coordinator && reading.updater && ((!reading.reached && reading.fact == Fact::unknown) || reading.fact == Fact::refusing)) advice.would_settle.push_back(reading.node);
    return advice;
}

}  // namespace indoubt::commit
