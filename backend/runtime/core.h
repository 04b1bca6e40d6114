// SPDX-License-Identifier: GPL-3.0-or-later
// The core of a node as a VALUE: machines, ledger, held effects, unsynced records. Copyable, comparable, hashable; no clock
// value, no retry count, no thread, no I/O. Live shell, simulator and explorer step this same core.
//
//   step(input)   -> outputs that may leave now; the rest is held FIFO per machine instance behind forced appends
//   synced(lsn)   -> outputs that this durability releases
//   recover(...)  -> the core of a new incarnation, exactly the replay of the records, and its first outputs
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "commit/machine.h"
#include "ledger/ledger.h"
#include "ports/ports.h"
#include "runtime/finished.h"
#include "runtime/keys.h"

namespace indoubt::runtime {

using base::Incarnation;
using base::NodeId;
using base::Xid;

struct CoreConfig {
    NodeId self;
    std::shared_ptr<const events::ClusterShape> shape;
    bool external_votes = false;  // the explorer chooses votes; else the ledger does
    // The explorer: nothing is written, sent or held that only people read (words, reasons) or only orders rest on (the lsn of a proof), so
    // that no two states differ in nothing else.
    bool wordless = false;
    bool counter_examples = false;  // lessons: x-* protocols may carry this cluster's payments
    std::int64_t prepare_timeout_ms = base::limits::prepare_timeout_ms;
    std::int64_t lock_timeout_ms = base::limits::lock_timeout_ms;
    std::int64_t inquiry_first_ms = base::limits::inquiry_first_ms;
    std::int64_t retry_first_ms = base::limits::retry_first_ms;
    std::uint64_t raft_compact_entries = base::limits::raft_compact_entries;
    std::uint64_t raft_keep_entries = base::limits::raft_keep_entries;
    // At least this one: the shell has seen lives whose INCARNATION never reached the disk, and no two lives share a number.
    Incarnation least_incarnation = 1;
    bool is_coordinator() const { return shape && shape->coordinator == self; }
    bool manages() const { return shape && shape->manages(self); }  // may host the coordinator's half
    bool participates() const { return shape && shape->participates(self); }
};

// ---- inputs ----
struct Submit {  // coordinator
    std::uint64_t request = 0;  // who asked; the answer names it
    events::PaymentPtr payment;
    std::optional<events::ProtocolChoice> protocol;  // none: the cluster's
};
struct TimerFired { Xid xid; bool coordinator = false; commit::TimerKind kind; };
struct OperatorOrder {
    std::uint64_t request = 0;
    Xid xid;
    commit::OrderKind kind;
    std::shared_ptr<const events::OperatorNote> note;
    std::uint64_t proof_lsn = 0;
    NodeId proof_node;
    std::vector<events::Enrolled> enrolled = {};  // refuse: who takes part, as the payment says
};
struct OpenAccounts { std::uint64_t request = 0; std::vector<events::AccountLine> lines; std::shared_ptr<const events::OperatorNote> note = nullptr; };
// What somebody does to nodes and faults goes around the protocol; the log of one node keeps who and why, in the chain of orders.
// With an XID it is a remark on that payment: its machines never hear of it.
struct AuditOrder { std::uint64_t request = 0; std::shared_ptr<const events::OperatorNote> note; Xid xid = {}; };
struct PeerUp { NodeId node; Incarnation incarnation; };  // from the stream handshake
struct PeerDown { NodeId node; };                           // a failure detector's report
struct ExternalVote { Xid xid; commit::LocalVote vote; };
using CoreInput = std::variant<Submit, events::Message, TimerFired, OperatorOrder, OpenAccounts, AuditOrder, PeerUp, PeerDown, ExternalVote>;

// ---- outputs, in order ----
struct OutAppend { std::uint64_t lsn; events::RecordPtr record; std::vector<NodeId> quorum; };
struct OutSend { std::shared_ptr<const events::Message> message; };
struct OutTimer { Xid xid; bool coordinator; commit::TimerKind kind; std::int64_t delay_ms; bool backoff; };
struct OutCancelTimer { Xid xid; bool coordinator; commit::TimerKind kind; };
struct OutAskVote { Xid xid; events::PaymentPtr payment; };  // external votes only
struct OutObserve { Xid xid; events::EventKind kind; std::shared_ptr<const events::Note> note; std::vector<NodeId> quorum; };
struct OutAnswer {  // to a client or operator
    std::uint64_t request = 0;
    Xid xid;
    events::Outcome outcome = events::Outcome::none;
    events::Refusal refusal = events::Refusal::none;
    base::ErrorCode code = base::ErrorCode::ok;  // an order or payment turned away
    std::string text;
    bool duplicate = false;  // the idempotency key was known: first outcome
    bool applied = false;    // false: decided and durable; true: the last ACK is in
};
struct OutFinished { Xid xid; bool coordinator; };  // the instance is gone: forget what was kept beside it
using OutBody = std::variant<OutAppend, OutSend, OutTimer, OutCancelTimer, OutAskVote, OutObserve, OutAnswer, OutFinished>;

struct Output {
    OutBody body;
    std::uint64_t after_lsn = 0;  // the forced record whose durability released it; 0: released at once
    std::uint64_t token = 0;      // of the input that caused the step; not part of the state's value
};
using Outputs = std::vector<Output>;

class Core {
  public:
    // A node's first start (empty log) and every restart alike. `incarnation` is more than any that the log has seen, in a record
    // or in the event that wrote one, and not less than the shell asks for; its forced record is among the first outputs, and
    // everything else waits behind it. Errors: a log that this program cannot replay.
    static base::Result<Core> recover(CoreConfig config, const ports::Recovered& log, std::uint64_t token, Outputs& outputs);

    void step(const CoreInput& input, std::uint64_t token, Outputs& outputs);
    void synced(std::uint64_t lsn, Outputs& outputs);
    // What the driver's clock shows, UTC. It dates idempotency keys and decides nothing; no part of the state's value.
    void tell_time(std::int64_t now_ns) { m_now_ns = now_ns; }
    // Drops idempotency keys whose days are over by that clock.
    void expire_keys();

    // Records whose replay equals the replay of every record appended so far (lsn < next_lsn()). The log writes them behind
    // those records, so they may be taken at any moment, unsynced records included.
    std::vector<events::RecordPtr> snapshot() const;
    // How much a snapshot has to say, roughly: accounts and idempotency keys.
    std::size_t snapshot_entries() const { return m_ledger.accounts().size() + m_keys.size(); }

    Incarnation incarnation() const { return m_incarnation; }
    std::uint64_t start_lsn() const { return m_start_lsn; }  // of the incarnation record
    std::uint64_t next_lsn() const { return m_next_lsn; }
    const CoreConfig& config() const { return m_config; }
    const ledger::Ledger& ledger() const { return m_ledger; }
    std::size_t instances() const { return m_instances.size(); }
    const commit::Machine* instance(const Xid& xid, bool coordinator) const;
    // Its records so far, oldest first; null: no such instance. For evidence and for the simulation's exact labels.
    const std::vector<events::RecordPtr>* records(const Xid& xid, bool coordinator) const;
    // What the Raft group at this node says of itself; none: nobody leads.
    commit::Leadership leadership() const;
    bool finished(const Xid& xid) const { return m_finished.contains(xid); }
    // Every XID with something left to do here, sorted; also those just recovered, which resume once the incarnation is durable.
    std::vector<Xid> open() const;
    // Every live instance, sorted by XID.
    std::vector<std::pair<Xid, std::string>> describe() const;

    friend bool operator==(const Core& a, const Core& b);
    std::uint64_t hash() const;

  private:
    struct Key {
        Xid xid;
        bool coordinator = false;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const { return base::hash_value(key.xid) * 2 + (key.coordinator ? 1 : 0); }
    };
    struct Held {
        commit::Effect effect;
        std::optional<OutAnswer> reply;  // instead of the effect: the answer to an order
        std::uint64_t lsn = 0;  // an Append already handed out under this lsn
        std::uint64_t token = 0;
    };
    struct Instance {
        commit::MachineValue machine;
        std::vector<Held> held;                       // from `head` on; front is what waits
        std::size_t head = 0;
        bool releasing = false, finishing = false, remember = true;
        bool posted = false;                          // a heuristic commit is in the balances already
        std::uint64_t released_by = 0;                // last forced lsn that let effects through
        std::uint64_t proof_lsn = 0;                  // the last forced record that binds its outcome; 0: none, or known from a snapshot only
        std::optional<OutAnswer> answered;            // the decision, once told: a retry joins it
        events::Outcome outcome = events::Outcome::none;
        std::vector<events::RecordPtr> records;       // for snapshots and restart
        std::vector<std::uint64_t> requests;          // clients and operators waiting for its answer
        std::optional<base::Digest128> key;           // of its idempotency key; branch: where branches guard keys
        std::optional<events::LogEntry> paid;         // coordinator: by which transaction a branch says that this key was used, and how that ended
        events::PaymentPtr payment;                   // coordinator: what it was submitted with
        std::uint64_t refused_lsn = 0;                // participant: of its lazy refusal
    };

    void run(const Key& key, const commit::Input& input, std::uint64_t token, Outputs& outputs);
    static bool waits(const Instance& instance, const commit::Effect& effect);
    void release(const Key& key, Outputs& outputs);
    void perform(const Key& key, Instance& instance, Held&& held, Outputs& outputs);
    void send_answer(const Key& key, Instance& instance, const commit::Answer& answer, std::uint64_t token, Outputs& outputs);
    void release_locks(const Key& key, Instance& instance, bool post, std::uint64_t token, Outputs& outputs);
    void finish(const Key& key, Instance& instance, std::uint64_t token, Outputs& outputs);
    void remember_key(const Key& key, const Instance& instance, std::int64_t ended_ns);
    void remember_outcome(const Key& key, const Instance& instance);
    enum class KeyState : std::uint8_t { unused, under_way, answered };
    KeyState look_up(const Submit& submit, const base::Digest128& digest, OutAnswer& answer);
    void inform(const events::Message& asked, events::Message& reply) const;
    void refuse_prepare(const events::Message& prepare, events::Refusal refusal, std::string text, std::uint64_t token, Outputs& outputs);
    void presume(const events::Message& message, std::uint64_t token, Outputs& outputs);
    // ---- halves at managers other than the one that began, and the Raft group: core_managers.cpp ----
    void over(const Xid& xid, events::Outcome outcome);
    bool open_manager(const Key& key, const events::Message& message);
    void ended_elsewhere(const Xid& xid, std::uint64_t low_water, Outputs* outputs);
    void tell(const commit::Tell& tell, std::uint64_t token, Outputs& outputs);
    // ---- branches that guard idempotency keys: core_keys.cpp ----
    bool guard_key(const Key& key, Instance& instance, std::uint64_t token, Outputs& outputs);
    void guard_again(const Key& key, Instance& instance, const events::Record& prepared);
    void unguard(const Key& key, const Instance& instance);
    void name_payer(const Key& key, const Instance& instance, events::Message& no) const;
    bool answer_paid(Instance& instance, OutAnswer& out) const;
    void make_group();
    void learn_key(const events::LogEntry& entry, std::int64_t ended_ns);
    void put_key_page(events::Message& snapshot);
    void suspect(NodeId node, std::uint64_t token, Outputs& outputs);
    bool order_for_manager(const OperatorOrder& order) const;
    void send(events::Message&& message, std::uint64_t after, std::uint64_t token, Outputs& outputs);
    void observe(const Xid& xid, events::EventKind kind, events::Note note, std::uint64_t after, std::uint64_t token, Outputs& outputs, std::vector<NodeId> quorum = {});
    void observe_wait(const Xid& xid, const ledger::Verdict& verdict, std::uint64_t after, std::uint64_t token, Outputs& outputs);
    void observe_locks(const Xid& xid, const std::vector<ledger::Touch>& touched, std::uint64_t after, std::uint64_t token, Outputs& outputs);
    base::Result<> accepts(const Submit& submit, const commit::Protocol*& protocol) const;
    void on_submit(const Submit& submit, std::uint64_t token, Outputs& outputs);
    void on_message(const events::Message& message, std::uint64_t token, Outputs& outputs);
    void on_order(const OperatorOrder& order, std::uint64_t token, Outputs& outputs);
    void on_open(const OpenAccounts& open, std::uint64_t token, Outputs& outputs);
    void on_audit(const AuditOrder& audit, std::uint64_t token, Outputs& outputs);
    void start_participant(const events::Message& prepare, std::uint64_t token, Outputs& outputs);
    void ask_vote(const Key& key, const events::PaymentPtr& payment, std::uint64_t token, Outputs& outputs);
    void granted(std::vector<ledger::Granted>& list, std::uint64_t after, std::uint64_t token, Outputs& outputs);
    void chain(events::Record& order);
    std::uint64_t append(events::RecordPtr record, std::vector<NodeId> quorum, std::uint64_t token, std::uint64_t after, Outputs& outputs);
    std::uint64_t low_water() const;
    commit::Context context(NodeId coordinator) const;
    base::Result<> replay(const events::RecordPtr& record, std::uint64_t lsn);  // 0: from a snapshot
    void resume_instances(Outputs& outputs);

    CoreConfig m_config;
    Incarnation m_incarnation = 0;
    std::uint64_t m_next_lsn = 1;
    std::uint64_t m_synced_lsn = 0;
    std::uint64_t m_start_lsn = 0;                    // the incarnation record: nothing leaves before it is durable
    std::uint64_t m_start_token = 0;
    bool m_started = false;
    std::int64_t m_now_ns = 0;
    std::uint64_t m_next_counter = 1;
    std::unordered_map<Key, Instance, KeyHash> m_instances;
    std::map<std::uint64_t, Key> m_waiting;           // unsynced forced lsn -> instance
    std::set<std::uint64_t> m_open_counters;          // own unfinished XIDs of this incarnation
    std::map<NodeId, Incarnation> m_peers;
    FinishedXids m_finished;                          // branches
    FinishedXids m_ended;                             // coordinator's halves of transactions that another manager began
    bool m_several_managers = false;                  // of the shape
    std::set<Xid> m_foreign;                          // of those, the open ones
    KeyTable m_keys;
    std::map<NodeId, std::vector<std::pair<base::Digest128, KeyTable::Entry>>> m_key_pages;  // on their way to a replica that was away; no part of the value
    std::map<std::uint64_t, Xid> m_lazy_refusals;     // unsynced lsn -> whose: until then nobody may build on it
    std::map<base::Digest128, Key> m_open_keys;
    bool m_guards_keys = false;                       // of the shape: core_keys.cpp
    std::map<base::Digest128, Xid> m_guarded;         // by open branches here; follows from the instances
    std::uint64_t m_order_hash = 0;
    ledger::Ledger m_ledger;
    struct Deferred { CoreInput input; std::uint64_t token; };
    std::vector<Deferred> m_deferred;                 // inputs that came before the incarnation record was durable
    struct PendingAnswer { std::uint64_t lsn; OutAnswer answer; std::uint64_t token; };
    std::vector<PendingAnswer> m_answers;             // answers of node-level records (accounts, orders) behind their lsn
};

}  // namespace indoubt::runtime
