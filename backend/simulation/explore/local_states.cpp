// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/local_states.h"

#include <algorithm>

#include "base/check.h"

namespace indoubt::simulation::explore {
namespace {

using events::Outcome;
using events::RecordKind;
using events::RecordPtr;

bool equal(const std::vector<RecordPtr>& a, const std::vector<RecordPtr>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const RecordPtr& x, const RecordPtr& y) { return x == y || *x == *y; });
}

// What a record means once it takes effect: a lazy one at its append (what follows it leaves at once), a forced one once durable.
std::uint32_t deed_of(const events::Record& record) {
    switch (record.kind) {
        case RecordKind::decision:
            if (record.coordinator) return record.outcome == Outcome::commit ? led_commit : led_abort;
            return record.outcome == Outcome::commit ? did_commit : did_abort;
        case RecordKind::refused: return did_abort;
        case RecordKind::prepared: return said_yes;
        default: return 0;
    }
}

class Stepping {
  public:
    explicit Stepping(const LocalState& from) : m_step{from, {}, 0} {}
    explicit Stepping(LocalState&& from) : m_step{std::move(from), {}, 0} {}
    LocalState& state() { return m_step.next; }
    runtime::Core& core() { return *m_step.next.core; }
    runtime::Outputs outputs;

    LocalStep done() {
        absorb();
        return std::move(m_step);
    }

    void absorb() {
        for (runtime::Output& output : outputs) std::visit([this](auto& out) { take(out); }, output.body);
        outputs.clear();
    }

  private:
    void take(runtime::OutAppend& out) {
        INDOUBT_CHECK(out.lsn == state().log.size() + state().unsynced.size() + 1, "records are dense");
        if (!out.record->forced) state().deeds |= deed_of(*out.record);
        state().unsynced.push_back(std::move(out.record));
    }
    void take(runtime::OutSend& out) { m_step.sent.push_back(*out.message); }
    void take(runtime::OutTimer& out) {
        const ArmedTimer timer{out.xid, out.coordinator, out.kind};
        const auto at = std::lower_bound(state().armed.begin(), state().armed.end(), timer);
        if (at == state().armed.end() || *at != timer) state().armed.insert(at, timer);
    }
    void take(runtime::OutCancelTimer& out) { std::erase(state().armed, ArmedTimer{out.xid, out.coordinator, out.kind}); }
    void take(runtime::OutAskVote& out) { state().asked.push_back(out.xid); }
    void take(runtime::OutObserve& out) {
        if (out.kind == events::EventKind::vote && out.note->vote == events::Vote::read_only) state().deeds |= said_read_only;
        if (out.kind == events::EventKind::elect) m_step.elected = std::max<std::uint64_t>(m_step.elected, out.note->count);
    }
    void take(runtime::OutAnswer& out) {
        if (out.outcome != Outcome::none) state().deeds |= out.outcome == Outcome::commit ? told_commit : told_abort;
    }
    void take(runtime::OutFinished& out) {
        std::erase_if(state().armed, [&](const ArmedTimer& timer) { return timer.xid == out.xid && timer.coordinator == out.coordinator; });
        if (!out.coordinator) std::erase(state().asked, out.xid);
    }

    LocalStep m_step;
};

}  // namespace

bool LocalState::awaited() const {
    return std::any_of(unsynced.begin(), unsynced.end(), [](const RecordPtr& record) { return record->forced || record->kind == RecordKind::refused; });
}

bool LocalState::forces() const {
    return std::any_of(unsynced.begin(), unsynced.end(), [](const RecordPtr& record) { return record->forced; });
}

bool operator==(const LocalState& a, const LocalState& b) {
    return a.self == b.self && a.deeds == b.deeds && a.core.has_value() == b.core.has_value() && a.armed == b.armed && a.asked == b.asked && equal(a.log, b.log) &&
           equal(a.unsynced, b.unsynced) && (!a.core || *a.core == *b.core);
}

std::uint64_t LocalState::hash() const {
    base::Hasher hasher;
    hasher.add(self.packed()).add(deeds).add(core ? core->hash() : 0).add(log.size()).add(unsynced.size()).add(asked.size());
    for (const RecordPtr& record : log) hasher.add(events::hash_value(*record));
    for (const RecordPtr& record : unsynced) hasher.add(events::hash_value(*record));
    for (const ArmedTimer& timer : armed) hasher.add(base::hash_value(timer.xid)).add(static_cast<std::uint64_t>(timer.kind) * 2 + (timer.coordinator ? 1 : 0));
    return hasher.value();
}

LocalStep first_start(const runtime::CoreConfig& config, const std::vector<events::AccountLine>& accounts) {
    LocalState nothing;
    nothing.self = config.self;
    LocalStep started = on_restart(nothing, config);
    started = on_sync(started.next);
    if (accounts.empty()) return started;
    started = on_input(started.next, runtime::OpenAccounts{0, accounts});
    return on_sync(started.next);
}

LocalStep on_input(const LocalState& from, const runtime::CoreInput& input) {
    Stepping step(from);
    step.core().step(input, 1, step.outputs);
    return step.done();
}

LocalStep on_timer(const LocalState& from, const ArmedTimer& timer) {
    Stepping step(from);
    std::erase(step.state().armed, timer);
    step.core().step(runtime::TimerFired{timer.xid, timer.coordinator, timer.kind}, 1, step.outputs);
    return step.done();
}

LocalStep on_suspect(const LocalState& from, NodeId down) { return on_input(from, runtime::PeerDown{down}); }

LocalStep on_vote(const LocalState& from, const Xid& xid, events::Vote vote) {
    Stepping step(from);
    std::erase(step.state().asked, xid);
    commit::LocalVote local{vote};
    if (vote == events::Vote::no) local.refusal = events::Refusal::injected;
    step.core().step(runtime::ExternalVote{xid, local}, 1, step.outputs);
    return step.done();
}

LocalStep on_sync(const LocalState& from) {
    Stepping step(from);
    LocalState& state = step.state();
    for (RecordPtr& record : state.unsynced) {
        if (record->forced) state.deeds |= deed_of(*record);
        state.log.push_back(std::move(record));
    }
    state.unsynced.clear();
    step.core().synced(state.log.size(), step.outputs);
    return step.done();
}

LocalStep on_crash(const LocalState& from, std::size_t kept) {
    LocalState down;
    down.self = from.self;
    down.log = from.log;
    down.log.insert(down.log.end(), from.unsynced.begin(), from.unsynced.begin() + static_cast<std::ptrdiff_t>(kept));
    down.deeds = from.deeds;
    for (std::size_t i = 0; i < kept; ++i)
        if (from.unsynced[i]->forced) down.deeds |= deed_of(*from.unsynced[i]);
    return {std::move(down), {}, 0};
}

LocalStep on_lossy_crash(const LocalState& from, std::size_t lost) {
    LocalStep down = on_crash(from, 0);
    down.next.log.resize(down.next.log.size() - std::min(lost, down.next.log.size()));
    return down;
}

LocalStep on_restart(const LocalState& from, const runtime::CoreConfig& config) {
    ports::Recovered recovered;
    recovered.last_lsn = from.log.size();
    for (std::size_t i = 0; i < from.log.size(); ++i) {
        auto event = std::make_shared<events::Event>();
        event->node = config.self;
        event->lsn = i + 1;
        event->kind = events::EventKind::append;
        event->durable = from.log[i]->forced;
        event->xid = from.log[i]->xid;
        event->payload = from.log[i];
        recovered.tail.push_back(std::move(event));
    }
    Stepping step(from);
    auto core = runtime::Core::recover(config, recovered, 1, step.outputs);
    INDOUBT_CHECK(core.ok(), "a core replays what a core wrote");
    step.state().core.emplace(std::move(core).value());
    return step.done();
}

}  // namespace indoubt::simulation::explore
