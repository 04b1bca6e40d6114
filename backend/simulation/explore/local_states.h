// SPDX-License-Identifier: GPL-3.0-or-later
// One node as the explorer sees it: the real core, its log, what of it is not yet on disk, and its armed timers. Every distinct
// one is kept once and named by a number; a step of a node in a state on an input is taken once and remembered (the core is a pure
// function), so a global state is a row of numbers. Single-threaded.
#pragma once
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "runtime/core.h"

namespace indoubt::simulation::explore {

using base::NodeId;
using base::Xid;

struct ArmedTimer {
    Xid xid;
    bool coordinator = false;
    commit::TimerKind kind = commit::TimerKind::prepare;
    friend auto operator<=>(const ArmedTimer&, const ArmedTimer&) = default;
};

// What a node has ever let take effect, over all its lives; crashes do not take it back.
enum Deed : std::uint32_t {
    did_commit = 1,       // branch: a COMMIT that is durable, or took effect
    did_abort = 2,        // branch: an ABORT or a refusal that took effect
    told_commit = 4,      // its client was told
    told_abort = 8,
    said_yes = 16,        // a durable PREPARED
    said_read_only = 32,
    led_commit = 256,     // the coordinator's half decided so
    led_abort = 512,
};

struct LocalState {
    NodeId self;
    std::optional<runtime::Core> core;               // none: down
    std::vector<events::RecordPtr> log;              // durable; lsn = place + 1
    std::vector<events::RecordPtr> unsynced;         // behind it
    std::vector<ArmedTimer> armed;                   // sorted
    std::vector<Xid> asked;                          // votes the core waits for
    std::uint32_t deeds = 0;

    bool awaited() const;                            // something unsynced is a forced record, or a refusal
    bool forces() const;                             // something unsynced is a forced record
    friend bool operator==(const LocalState& a, const LocalState& b);
    std::uint64_t hash() const;
};

// Numbers for values. Equal values have one number; a number's value never moves or changes.
template <class Value>
class Numbered {
  public:
    std::uint32_t number(Value&& value, std::uint64_t hash) {
        const auto [first, last] = m_by_hash.equal_range(hash);
        for (auto at = first; at != last; ++at)
            if (*m_values[at->second] == value) return at->second;
        m_values.push_back(std::make_unique<const Value>(std::move(value)));
        m_by_hash.emplace(hash, static_cast<std::uint32_t>(m_values.size() - 1));
        return static_cast<std::uint32_t>(m_values.size() - 1);
    }
    const Value& operator[](std::uint32_t number) const { return *m_values[number]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(m_values.size()); }

  private:
    std::vector<std::unique_ptr<const Value>> m_values;
    std::unordered_multimap<std::uint64_t, std::uint32_t> m_by_hash;
};

// What a node does with an input: its next state, and the messages it lets go.
struct LocalStep {
    LocalState next;
    std::vector<events::Message> sent;
    std::uint64_t elected = 0;  // the number of an election that it began, if it names one
};

// Started for the first time, with an account, everything on disk.
LocalStep first_start(const runtime::CoreConfig& config, const std::vector<events::AccountLine>& accounts);
LocalStep on_input(const LocalState& from, const runtime::CoreInput& input);
LocalStep on_timer(const LocalState& from, const ArmedTimer& timer);
LocalStep on_suspect(const LocalState& from, NodeId down);
LocalStep on_vote(const LocalState& from, const Xid& xid, events::Vote vote);
LocalStep on_sync(const LocalState& from);                    // all that is unsynced is on disk now
LocalStep on_crash(const LocalState& from, std::size_t kept);  // of the unsynced records, oldest first, so many had reached the disk
LocalStep on_lossy_crash(const LocalState& from, std::size_t lost);  // all that is unsynced, and so many of the durable records
LocalStep on_restart(const LocalState& from, const runtime::CoreConfig& config);

}  // namespace indoubt::simulation::explore
