// SPDX-License-Identifier: GPL-3.0-or-later
// The one driver loop's body: steps the core, hands its outputs to the ports, asks the faults at each point, and is the only
// maker of events. Live, a node thread calls it with inputs from a mailbox; in simulation, the virtual scheduler does.
// Single-threaded: every call on the node's loop thread.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "runtime/core.h"
#include "runtime/faults.h"

namespace indoubt::runtime {

struct KeepTrace { Xid xid; };
struct Synced { std::uint64_t lsn; std::int64_t duration_ns; std::uint64_t records; };
struct Released { events::Envelope envelope; };  // a held message goes on
struct FaultNotice { bool on = true; std::uint64_t id = 0; std::string text; std::shared_ptr<const events::OperatorNote> order = nullptr; };
struct Lost { events::Envelope envelope; std::uint64_t fault = 0; };  // a held message whose recipient is gone: the event, nothing else
struct Suspension { bool on = true; std::string text; };  // the shell suspends this node, or it goes on: the event, nothing else
struct AskNow { NodeId coordinator; };  // it can be reached again: branches in doubt need not wait for their back-off
using DriverInput = std::variant<events::Envelope, Submit, OperatorOrder, OpenAccounts, AuditOrder, PeerUp, PeerDown, ExternalVote, Synced, KeepTrace, Released, Lost, FaultNotice, Suspension, AskNow>;

struct Ports {
    ports::Log& log;
    ports::Network& network;
    ports::Clock& clock;
    ports::Observer& observer;
    FaultBox& faults;
    std::function<void(const OutAnswer&)> answer;       // to clients; called on the loop thread
    std::function<void(const std::string& why)> crash;  // the shell must drop this driver; nothing is done after the call
};

struct DriverStats {
    std::uint64_t forced_writes = 0, messages_sent = 0, messages_received = 0, inputs = 0;
};

class Driver {
  public:
    // Replays the log, makes restart and balance events, then behaves as after any input. No event leaves before the incarnation
    // record is durable: if the whole process ends sooner, its next life bears the same number, and two events would share a name.
    // A crash that the shell survives is told all the same; the shell asks for another number then (least_incarnation).
    // `after_hlc`: the last hlc of the former life, if the shell knows it; the log knows that of its records.
    static base::Result<std::unique_ptr<Driver>> start(CoreConfig config, const ports::Recovered& log, Ports ports, std::int64_t after_hlc = 0);

    // False once a fault has crashed the node (the shell was told through Ports::crash).
    bool handle(DriverInput&& input);
    // Fires every timer due at the cluster clock's now; returns false as above.
    bool fire_timers();
    // Fires one that is armed, whatever the clock says; false as above, or if it is not armed.
    bool fire_now(const Xid& xid, bool coordinator, commit::TimerKind kind);
    // Cluster time of the next timer; none: no timer.
    std::optional<std::int64_t> next_timer_ns() const;

    // The shell kills this node (an operator's order, a stop): emits the crash event, after which the driver must be dropped.
    void crash_now(const std::string& why);
    bool crashed() const { return m_crashed; }
    bool announced() const { return m_announced; }  // its events are published
    std::int64_t last_hlc() const { return m_hlc; }
    std::size_t kept() const { return m_kept.size(); }
    const Core& core() const { return m_core; }
    const DriverStats& stats() const { return m_stats; }
    // Asks for a snapshot once nothing is unsynced and enough records came since the last.
    void maybe_snapshot();

  private:
    struct TimerKey {
        Xid xid;
        bool coordinator;
        commit::TimerKind kind;
        friend bool operator==(const TimerKey&, const TimerKey&) = default;
    };
    struct TimerKeyHash {
        std::size_t operator()(const TimerKey& key) const { return base::hash_value(key.xid) * 8 + static_cast<std::size_t>(key.kind) * 2 + (key.coordinator ? 1 : 0); }
    };
    struct Armed { std::uint64_t generation = 0; std::uint32_t attempts = 0; bool armed = false; };
    struct Deadline {
        std::int64_t at_ns;
        std::uint64_t generation;
        TimerKey key;
        friend bool operator>(const Deadline& a, const Deadline& b) { return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.generation > b.generation; }
    };
    // What causes need beside an XID: who said what, in which event.
    struct Beside {
        std::vector<std::pair<NodeId, events::EventRef>> received;
        std::uint8_t sends[events::message_kinds + 1] = {};    // per message kind, for "send i of n"
    };

    static constexpr std::size_t kept_max = 16384;

    Driver(Ports ports, Core core);
    void read_clock();
    void announce();
    bool lives_here(const Xid& xid) const { return m_core.instance(xid, true) || m_core.instance(xid, false); }
    bool step(const CoreInput& input, const events::EventRef& cause);
    bool perform(Outputs& outputs);
    bool perform_one(Output& output);
    events::Event make(events::EventKind kind, const Xid& xid, std::vector<events::EventRef> causes);
    events::EventRef emit(events::Event&& event);
    void keep(const Xid& xid);
    void finished(const OutFinished& out);
    void observe(const Output& output, OutObserve& out);
    std::vector<events::EventRef> causes_of(const Output& output, const Xid& xid, const std::vector<NodeId>& quorum) const;
    bool crash(const FaultVerdict& verdict);
    void arm(const OutTimer& timer);
    bool send(const Output& output, const OutSend& out);
    bool append(const Output& output, const OutAppend& out);
    bool expire(const TimerKey& key);
    bool deliver(events::Envelope&& envelope, bool faults);
    bool synced(const Synced& synced);
    void emit_balances();
    void ask_now(NodeId coordinator);

    Ports m_ports;
    Core m_core;
    bool m_crashed = false, m_announced = false;
    std::vector<events::Event> m_early;                                     // made before the incarnation record was durable
    std::int64_t m_now_ns = 0, m_host_ns = 0;                               // as of the input at hand
    std::uint64_t m_next_seq = 1;
    std::int64_t m_hlc = 0;
    std::uint64_t m_generation = 0;
    std::uint64_t m_snapshot_lsn = 0, m_last_lsn = 0, m_synced_lsn = 0;
    struct Unsynced { std::uint64_t lsn; events::EventRef append; events::RecordPtr record; };
    std::deque<Unsynced> m_unsynced;
    std::unordered_map<std::uint64_t, events::EventRef> m_durable;          // lsn -> its durable event, while one sync is handled
    std::unordered_map<Xid, Beside, base::IdHash> m_beside;
    std::unordered_map<TimerKey, Armed, TimerKeyHash> m_timers;
    std::priority_queue<Deadline, std::vector<Deadline>, std::greater<>> m_deadlines;
    std::multimap<std::int64_t, events::Envelope> m_delayed;                // by cluster time: messages a fault delays
    std::unordered_set<Xid, base::IdHash> m_kept;                           // traces to keep, announced on our messages
    std::deque<Xid> m_kept_order;                                           // oldest first, for the bound; may name some that are gone
    events::EventRef m_origin;                          // the submit or order event of the step at hand
    DriverStats m_stats;
};

}  // namespace indoubt::runtime
