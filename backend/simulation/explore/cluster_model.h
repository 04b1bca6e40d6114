// SPDX-License-Identifier: GPL-3.0-or-later
// One payment through a cluster of real cores, with everything that may happen to it: any order of deliveries, loss and
// duplication (messages under way are a set that only grows, and each may be delivered at any time, often or never), any vote, time-outs at
// any time, syncs that take their time, crashes that keep any prefix of what was unsynced, and restarts, within a budget.
//
// No clock value and no retry count is part of a state. Partitions need no actions of their own here: a message that is not delivered
// in time is all that a partition is to a protocol without a failure detector.
//
// With an accurate failure detector (what classic three-phase commit assumes) the network is another: links are first in, first out and
// lose nothing, what was sent to a node that is down is gone, and a crash is reported to a node once all that the crashed one had sent
// it has arrived. Then nothing is doubled and nothing partitioned.
#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "simulation/explore/local_states.h"
#include "simulation/explore/search.h"

namespace indoubt::simulation::explore {

struct ClusterSetup {
    events::ProtocolChoice protocol;
    std::uint32_t participants = 3;  // 1 to 6
    std::uint32_t faults = 0;        // F: 2F+1 managers
    bool colocated = false;
    std::uint32_t crashes = 0, restarts = 0;  // of all nodes together, at most 15 each
    bool no_votes = true;            // a participant may vote NO
    std::uint32_t agreeable = 0;     // but so many of them, from the first on, never do
    bool read_only_votes = false;    // or READ-ONLY
    bool timeouts = true;
    bool accurate_detector = false;  // see above; else, for a protocol that listens to one, it may report anything at any time
    std::uint64_t max_ballot = 3;    // elections, ballots and terms above it are not begun: complete within that
    // Outside of what the protocols promise for: a crash may also lose records, newest first, whose sync was reported done.
    bool lying_disks = false;
};

// What may happen in one step. `with`: deliver: message; timer: place among the armed; vote: Vote; crash: records kept,
// or crash_lost + durable records lost.
enum class Move : std::uint8_t { deliver = 0, timer = 1, vote = 2, sync = 3, crash = 4, restart = 5, suspect = 6 };
inline constexpr std::uint32_t crash_lost = 0x10000;
struct Action { Move move; std::uint32_t node; std::uint32_t with; };
std::uint32_t pack_action(const Action& action);

// What is explored: one payment in which every participant has a debit and a credit, so that each is an updater and all are alike.
std::vector<events::AccountLine> accounts_of(NodeId participant);

class ClusterModel final : public Model {
  public:
    explicit ClusterModel(const ClusterSetup& setup);

    std::size_t words() const override { return m_configs.size() + 2; }
    void initial(Successors& out) override;
    void successors(const std::uint32_t* state, Successors& out) override;
    std::string violated(const std::uint32_t* state) override;
    std::uint64_t memory_bytes() const override;

    std::string describe(std::uint32_t action) const;  // "A receives PREPARE from T", "T crashes, 1 of 2 unsynced records on disk"
    static Action unpack(std::uint32_t action);  // pack_action undone
    std::uint32_t nodes() const { return static_cast<std::uint32_t>(m_configs.size()); }
    NodeId node(std::uint32_t index) const { return m_configs[index].self; }
    const LocalState& local(const std::uint32_t* state, std::uint32_t index) const { return m_locals[state[2 + index]]; }
    // Of all the global states: how many values a single node took, and messages there were.
    std::uint32_t local_states() const { return m_locals.size(); }
    std::uint32_t messages() const { return m_messages.size(); }

    std::uint32_t addressee(std::uint32_t message) const { return m_addressee[message]; }
    const events::Message& message(std::uint32_t number) const { return m_messages[number]; }
    const ClusterSetup& setup() const { return m_setup; }
    events::PaymentPtr payment() const;
    const std::vector<std::uint32_t>& first_sent() const { return m_first_sent; }  // in that order; known once initial() was asked
    bool participates(std::uint32_t index) const { return m_configs[index].participates(); }
    std::uint32_t deeds(std::uint32_t local) const { return m_deeds[local]; }
    const LocalState& local_state(std::uint32_t number) const { return m_locals[number]; }
    // What deeds at each of the nodes, put together, break; empty: nothing.
    std::string broken_by(const std::uint32_t* deeds) const;

    // ---- a node on its own: for those who look at all that it could ever do (closure.h) ----
    struct Taken { std::uint32_t next = 0; std::vector<std::uint32_t> sent; std::uint64_t ballot = 0; };
    // What may happen at a node in this state besides deliveries, whatever is left of the budget: see needs().
    void own_moves(std::uint32_t node, std::uint32_t local, std::vector<Action>& out) const;
    Taken compute(std::uint32_t local, const Action& action);  // not remembered
    enum class Need : std::uint8_t { nothing, crash_left, spends_crash, spends_restart };
    Need need_of(std::uint32_t local, const Action& action) const;
    const std::vector<std::uint32_t>& under_way(const std::uint32_t* state) const { return m_sets[state[0]]; }

  private:
    // A state: [messages under way, budget left, node 0, node 1 ...]; node 0 coordinates.
    void elect(std::vector<LocalStep>& steps) const;
    std::uint32_t local_number(LocalState&& state);
    Taken number(LocalStep&& step);
    const Taken& take(std::uint32_t local, const Action& action);
    std::uint32_t add(std::uint32_t set, const std::vector<std::uint32_t>& sent);
    std::uint32_t queue(const std::uint32_t* state, const Action& action, const std::vector<std::uint32_t>& sent);
    std::uint32_t numbered_set(std::vector<std::uint32_t>&& set);
    bool agrees(std::uint32_t node) const;
    bool arrived(const std::uint32_t* state, std::uint32_t from, std::uint32_t to) const;
    bool reported(const std::uint32_t* state, const Action& action) const;
    void deliveries(const std::uint32_t* state, Successors& out);
    void move(const std::uint32_t* state, const Action& action, std::uint32_t budget, Successors& out);

    const ClusterSetup m_setup;
    std::vector<runtime::CoreConfig> m_configs;
    Xid m_xid;
    Numbered<LocalState> m_locals;
    std::vector<std::uint32_t> m_deeds;                       // by local state
    Numbered<events::Message> m_messages;
    std::vector<std::uint32_t> m_first_sent;
    std::vector<std::uint32_t> m_addressee, m_sender;         // by message: node index
    bool m_listens = false;                                   // the protocol hears failure reports
    Numbered<std::vector<std::uint32_t>> m_sets;              // sorted message numbers; with an accurate detector, by link and then in the order sent
    std::unordered_map<std::uint64_t, Taken> m_taken;         // (local, action without node) -> step
    std::unordered_map<std::uint64_t, std::uint32_t> m_added; // (set, message) -> set
    std::vector<Action> m_own;                                // scratch
};

}  // namespace indoubt::simulation::explore
