// SPDX-License-Identifier: GPL-3.0-or-later
// The interface of the protocol family. A machine is a value: copyable, comparable, hashable; step(input) -> effects.
// No clock, thread, socket, file or random source reaches it. One machine instance serves one XID in one role at one node.
//
// Effects are released in order, and none of this or a later step passes a forced append that is not yet durable
// (runtime/core.h does that). Durability is no input. Choosing forced or lazy is the protocol's duty.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "events/event.h"

namespace indoubt::commit {

using base::Incarnation;
using base::NodeId;
using base::Xid;
using events::Enrolled;
using events::Heuristic;
using events::Message;
using events::Outcome;
using events::Payment;
using events::PaymentPtr;
using events::ProtocolChoice;
using events::Record;
using events::Refusal;
using events::Vote;

// election: start a termination, a takeover or a Raft election; heartbeat: of a Raft leader; collect: an acceptor waits no longer for votes.
enum class TimerKind : std::uint8_t { prepare = 1, retry = 2, inquiry = 3, lock = 4, election = 5, heartbeat = 6, collect = 7 };
std::string_view word(TimerKind kind);

enum class OrderKind : std::uint8_t { abort = 1, force_commit = 2, force_rollback = 3, forget = 4, retry = 5, refuse = 6, deliver_commit = 7, deliver_abort = 8 };
std::string_view word(OrderKind kind);

// ---- inputs ----
struct Begin {                   // coordinator only
    PaymentPtr payment;          // all legs
    std::vector<Enrolled> enrolled;
    std::uint64_t term = 0;      // of the Raft group that this node leads; 0: no such group
};
struct Timeout { TimerKind kind;  friend bool operator==(const Timeout&, const Timeout&) = default; };
struct LocalVote { Vote vote; Refusal refusal = Refusal::none; std::string text = {};  friend bool operator==(const LocalVote&, const LocalVote&) = default; };  // the ledger's answer to AskVote
struct Order {                   // an operator's, already recorded
    OrderKind kind;
    std::shared_ptr<const events::OperatorNote> note;
    std::uint64_t proof_lsn = 0;  // deliver_*: the record that proves it
    NodeId proof_node;
    std::vector<Enrolled> enrolled = {};  // refuse: of the transaction meant, for a branch that has never heard of it
};
struct Restart { std::vector<events::RecordPtr> records; };  // this XID's records of this role, oldest first
// A failure detector's report that this node is down. An accurate one is an assumption of classic three-phase commit alone; all others may be lied to.
struct Suspect { NodeId node;  friend bool operator==(const Suspect&, const Suspect&) = default; };
// Between two machines of one node: a coordinator's half and the Raft group it writes its decisions to (the instance with an empty XID).
enum class ToldKind : std::uint8_t {
    asked = 1,    // to the group: a client came here, and this node does not lead. Does anybody?
    propose = 3,  // to the group: replicate `entry`, if `term` is still the term
    chosen = 4,   // from the group: `entry` is committed
    deposed = 5,  // from the group: this node leads no longer in that term. Of no XID: to every coordinator's half here
    adopt = 6,    // from the group: a new leader takes over a decision that is not ended; makes the instance
    known = 7,    // from the group to the node itself, at every replica: `entry` is committed, its key is used
};
struct Told { ToldKind kind; events::LogEntry entry; std::uint64_t term = 0;  friend bool operator==(const Told&, const Told&) = default; };
using Input = std::variant<Begin, Message, Timeout, LocalVote, Order, Restart, Suspect, Told>;

// ---- effects, in order ----
struct Send { Message message;  friend bool operator==(const Send&, const Send&) = default; };
struct Append { Record record; std::vector<NodeId> quorum = {};  friend bool operator==(const Append&, const Append&) = default; };  // quorum: whose messages this record rests on, besides the input
struct SetTimer { TimerKind kind; std::int64_t delay_ms; bool backoff = false;  friend bool operator==(const SetTimer&, const SetTimer&) = default; };  // backoff: the driver doubles it at each re-arm
struct CancelTimer { TimerKind kind;  friend bool operator==(const CancelTimer&, const CancelTimer&) = default; };
struct AskVote { PaymentPtr payment;  friend bool operator==(const AskVote&, const AskVote&) = default; };  // participant: check and lock the legs; LocalVote follows, at once or later
struct Apply { friend bool operator==(const Apply&, const Apply&) = default; };                          // participant: post the legs, release the locks
struct Undo { friend bool operator==(const Undo&, const Undo&) = default; };                           // participant: release holds and locks
struct Decide { Outcome outcome; Refusal refusal = Refusal::none; std::string text = {}; std::vector<NodeId> quorum = {};  friend bool operator==(const Decide&, const Decide&) = default; };  // coordinator: reached (not yet durable)
struct Answer { Outcome outcome; Refusal refusal = Refusal::none; std::string text = {}; bool applied = false;  friend bool operator==(const Answer&, const Answer&) = default; };  // to the client; applied: after the last ACK
struct Observe {                          // heuristic, damage, ask, forget, vote...: an event and nothing else
    events::EventKind kind;
    events::Note note;
    friend bool operator==(const Observe&, const Observe&) = default;
};
struct Finish { bool remember = true;  friend bool operator==(const Finish&, const Finish&) = default; };  // the instance may go; remember: refuse this XID from now on
struct Tell { Xid xid; Told told;  friend bool operator==(const Tell&, const Tell&) = default; };  // to the coordinator's half of `xid` at this node; empty: to the group
using Effect = std::variant<Send, Append, SetTimer, CancelTimer, AskVote, Apply, Undo, Decide, Answer, Observe, Finish, Tell>;
using Effects = std::vector<Effect>;

// What an instance knows from its birth; equal for all steps.
struct Context {
    NodeId self;
    Incarnation incarnation = 0;
    NodeId coordinator;
    std::shared_ptr<const events::ClusterShape> shape = nullptr;  // never null inside a core
    std::int64_t prepare_timeout_ms = base::limits::prepare_timeout_ms;
    std::int64_t lock_timeout_ms = base::limits::lock_timeout_ms;
    std::int64_t inquiry_first_ms = base::limits::inquiry_first_ms;
    std::int64_t retry_first_ms = base::limits::retry_first_ms;
    std::uint64_t raft_compact_entries = base::limits::raft_compact_entries;
    std::uint64_t raft_keep_entries = base::limits::raft_keep_entries;
    friend bool operator==(const Context&, const Context&) = default;
};

// Where an instance stands, in the words of protocols.md. Order matters nowhere.
enum class Phase : std::uint8_t { none, active, preparing, prepared, deciding, committing, aborting, committed, aborted, heuristic, pre_committed, pre_aborted };
std::string_view word(Phase phase);

class Machine {
  public:
    virtual ~Machine() = default;
    // Never throws. An input that does not fit the state (a late or repeated message) has no effects or repeats an answer.
    virtual void step(const Input& input, Effects& effects) = 0;
    // An order this state forbids: FAILED_PRECONDITION that says which state and what to do. Ok: step() will carry it out.
    virtual base::Result<> permits(const Order& order) const = 0;
    virtual Phase phase() const = 0;
    virtual std::unique_ptr<Machine> clone() const = 0;
    virtual bool equals(const Machine& other) const = 0;  // false for another type
    virtual std::uint64_t hash() const = 0;
    virtual std::string describe() const = 0;             // one line for goldens and tests: "committing, acks 1 of 3"
};

// A machine with value semantics.
class MachineValue {
  public:
    MachineValue() = default;
    explicit MachineValue(std::unique_ptr<Machine> machine) : m_machine(std::move(machine)) {}
    MachineValue(const MachineValue& other) : m_machine(other.m_machine ? other.m_machine->clone() : nullptr) {}
    MachineValue(MachineValue&&) noexcept = default;
    MachineValue& operator=(const MachineValue& other) {
        if (this != &other) m_machine = other.m_machine ? other.m_machine->clone() : nullptr;
        return *this;
    }
    MachineValue& operator=(MachineValue&&) noexcept = default;
    Machine* operator->() { return m_machine.get(); }
    const Machine* operator->() const { return m_machine.get(); }
    explicit operator bool() const { return m_machine != nullptr; }
    friend bool operator==(const MachineValue& a, const MachineValue& b) {
        return a.m_machine && b.m_machine ? a.m_machine->equals(*b.m_machine) : !a.m_machine == !b.m_machine;
    }

  private:
    std::unique_ptr<Machine> m_machine;
};

// A leader is established once an entry of its own term is committed: only then does it know every decision that was ever made.
struct Leadership {
    bool established = false;  // here
    std::uint64_t term = 0;
    NodeId leader;             // empty: not known
};

// One row of the registry: adding a protocol is one folder and one such row (commit/registry.cpp).
struct Protocol {
    std::string_view name;    // as in contract.md: "2pc-pa"
    std::string_view title;   // "presumed abort"
    bool payments = true;     // false: counter-example, refused for live payments
    MachineValue (*make_coordinator)(const Context&, const Xid&, const ProtocolChoice&) = nullptr;
    MachineValue (*make_participant)(const Context&, const Xid&, const ProtocolChoice&) = nullptr;
    // A message for an XID without an instance, at the node that would host one: the protocol's presumption.
    // Must not create state; PREPARE never comes here.
    void (*presume)(const Context&, const Message&, Effects&) = nullptr;
    // Does this message for an XID without a coordinator's half here make one (an acceptor's first 2a, a takeover)? Null: never.
    bool (*opens)(const Context&, const Message&) = nullptr;
    // Its machines act on failure reports (Suspect).
    bool hears_failures = false;
    // The machine of the node itself that replicates decisions; its XID is empty. Null: none.
    MachineValue (*make_group)(const Context&, const ProtocolChoice&) = nullptr;
    // What the group at this node says of itself: whether payments may begin here, and who it takes for the leader.
    Leadership (*leads)(const Machine& group) = nullptr;
    // A later life of the coordinator without a decision in its own log has aborted, whatever anybody else knows. False where others can
    // decide or keep the decision, and where no information means COMMIT.
    bool alone_presumes_abort = true;
    // What must hold of nodes and network for its promises to hold, beyond what all may suffer; empty: nothing.
    std::string_view assumptions = {};
};
const std::vector<Protocol>& protocols();
base::Result<const Protocol*> find_protocol(std::string_view name);

}  // namespace indoubt::commit
