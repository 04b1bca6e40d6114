// SPDX-License-Identifier: GPL-3.0-or-later
// The one interface through which the console, the command line and the load generator see a cluster: value types and RAII
// subscriptions. Sources behind it: gRPC (bundled or remote), simulation, recording.
//
// Threads: every call may come from any thread; calls block up to their deadline (never call them on the GUI thread: feed/
// has an executor). Sinks are called on the source's own thread and must not block.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/event.h"
#include "view/view.h"

namespace indoubt::client {

using base::NodeId;
using base::Result;
using base::Xid;

// Per node: reached or not, as of when. Every answer carries it, or puts it where a call's `coverage` points.
struct Coverage { NodeId node; bool reached = false; std::int64_t as_of_ns = 0; };
using Coverages = std::vector<Coverage>;

struct NodeStatus {
    NodeId node;
    std::string title, bic, state;      // "up", "down", "suspended"
    bool coordinator = false;
    base::Incarnation incarnation = 0;
    std::string address, database;
    std::uint64_t last_lsn = 0, synced_lsn = 0, forced_writes = 0, syncs = 0, checkpoint_syncs = 0, messages = 0;
    std::uint64_t in_doubt = 0, instances = 0;
    std::string problem;                // why it is down, if not by order: "disk full", "database damaged at record 812"
};

struct ClusterInfo {
    events::ClusterShape shape;
    std::string address, data_directory, trace;  // trace: off, sampled, all
    std::vector<NodeStatus> nodes;
    bool faults_allowed = true;
    std::int64_t prepare_timeout_ms = 0;
    Coverages coverage;
};

enum class Wait : std::uint8_t { none, decided, applied };
struct SubmitReply {
    Xid xid;
    events::Outcome outcome = events::Outcome::none;  // none: unknown as yet, and shown so
    events::Refusal refusal = events::Refusal::none;
    std::string text;
    bool duplicate = false;             // the key was known: this is the first outcome
    bool applied = false;
    std::int64_t decided_us = 0, applied_us = 0;  // measured at the service
};

// Rich order of an operator; the idempotency key is made by the caller once per intent.
// note, claim and unmask are written down under the actor's name and do nothing else; unmask is of no payment.
enum class Action : std::uint8_t { abort, resolve_commit, resolve_rollback, forget, retry, refuse, deliver, note, claim, unmask };
inline bool is_remark(Action action) { return action >= Action::note; }
struct OrderRequest {
    Xid xid;
    Action action = Action::retry;
    std::optional<NodeId> branch;       // resolve, forget, refuse
    std::string actor, reason, ticket, idempotency_key;
};
struct OrderReply {
    std::string text;                   // "done: ..." in words
    Coverages coverage;
};

enum class NodeAction : std::uint8_t { start, stop, crash, restart, pause, resume };

// A fault rule in the words of `fault add`: "crash before force COMMIT at T", "drop YES from A to T", "delay 200ms COMMIT from T to B",
// "cut T to B", "cut A and T", "hold YES from C to T", "crash after send COMMIT 1 of 3 at T".
struct Fault { std::uint64_t id = 0; std::string rule; bool active = true; std::uint32_t hits = 0; std::uint32_t held = 0; };

struct TransactionList {
    std::vector<view::TransactionPtr> transactions;
    std::uint64_t matched = 0;          // before the limit
    std::int64_t now_hlc = 0;
    Coverages coverage;
    bool complete = true;               // false: the nodes' logs could not be searched to the end in time, older ones may be missing
};

struct AccountList {
    std::vector<view::AccountRow> accounts;
    std::vector<std::optional<std::int64_t>> at_minor;  // beside accounts, if a time was asked for; nothing: not known, or not open then
    std::uint64_t matched = 0;          // before the limit
    Coverages coverage;
};
struct AccountHistory {
    view::AccountRow account;
    std::vector<view::Posting> postings;  // oldest first
    bool complete = true;               // from its opening on; else from account.known_hlc on
    Coverages coverage;
};

class EventSink {
  public:
    virtual ~EventSink() = default;
    // A batch in causal order (hlc, node, incarnation, seq). A gap arrives as an event of kind gap.
    virtual void events(std::vector<events::Event>&& batch) = 0;
    // The stream broke (text says why) or came back (empty text). It resumes by itself from where it was.
    virtual void connection(const std::string& text) = 0;
};

// Lives as long as the subscription; its destructor returns only when no sink call is running.
class Subscription {
  public:
    virtual ~Subscription() = default;
};

class SubmitSession {  // many payments in flight over one stream
  public:
    virtual ~SubmitSession() = default;
    // `done` runs on the session's thread: once when decided (applied = false), once when applied if asked for; or once with an error.
    using Done = std::function<void(const Result<SubmitReply>&)>;
    virtual void submit(const events::Payment& payment, Wait wait, Done done) = 0;
};

class OperatorClient {
  public:
    virtual ~OperatorClient() = default;
    virtual Result<ClusterInfo> info() = 0;
    // Everything the service still has, then live. `tail`: at most that many older events (0 = all kept).
    virtual std::unique_ptr<Subscription> watch(EventSink& sink, std::uint64_t tail = 0) = 0;

    virtual Result<SubmitReply> submit(const events::Payment& payment, std::optional<events::ProtocolChoice> protocol, Wait wait) = 0;
    virtual std::unique_ptr<SubmitSession> submit_session() = 0;
    virtual Result<std::size_t> open_accounts(NodeId node, const std::vector<events::AccountLine>& lines, const std::string& actor) = 0;

    // Long answers come whole, however many pages they take.
    virtual Result<TransactionList> list(const std::string& filter, std::size_t limit) = 0;
    virtual Result<Xid> resolve_reference(const std::string& text) = 0;  // whole or short xid, or a reference that fits one payment
    virtual Result<view::TransactionPtr> show(const Xid& xid, Coverages* coverage = nullptr) = 0;
    virtual Result<std::vector<events::Event>> timeline(const Xid& xid, Coverages* coverage = nullptr) = 0;
    // Records of one node from its durable log, by lsn; for `events --from` and history beyond memory. Fewer than `most`: that was all.
    virtual Result<std::vector<events::Event>> records(NodeId node, std::uint64_t from_lsn, std::size_t most, Coverages* coverage = nullptr) = 0;

    virtual Result<OrderReply> order(const OrderRequest& request) = 0;
    virtual Result<NodeStatus> node(NodeId node, NodeAction action, const std::string& actor, Coverages* coverage = nullptr) = 0;
    virtual Result<Fault> add_fault(const std::string& rule, const std::string& actor, Coverages* coverage = nullptr) = 0;
    virtual Result<std::vector<Fault>> faults(Coverages* coverage = nullptr) = 0;
    virtual Result<std::size_t> clear_faults(std::optional<std::uint64_t> id, const std::string& actor, Coverages* coverage = nullptr) = 0;  // releases what it held

    virtual Result<AccountList> accounts(const std::string& filter, std::size_t limit, std::int64_t at_hlc = 0) = 0;  // at_hlc: fills at_minor
    virtual Result<AccountHistory> history(const std::string& account) = 0;
    // Keep this XID's trace, everywhere.
    virtual Result<> keep_trace(const Xid& xid) = 0;

    // Nobody waits for answers any more: calls under way, and all that come later, end at once with UNAVAILABLE. What a service has
    // taken it still carries out. Subscriptions and sessions end as ever.
    virtual void end_calls() = 0;
};

struct Connection {
    std::string target;      // "unix:PATH" or "HOST:PORT"
    std::string token_file;  // readable by its owner only; empty: as the registry says, for a cluster of this user
};
// Connects lazily; errors come with the calls. Empty list: the one running local cluster (found through its
// registry file); an error if there are several.
Result<std::unique_ptr<OperatorClient>> connect(const std::vector<Connection>& targets);

}  // namespace indoubt::client
