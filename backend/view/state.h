// SPDX-License-Identifier: GPL-3.0-or-later
// Inside of the fold; include from backend/view/*.cpp only. View::State is a value whose big parts are copy-on-write.
//
// Two rules keep a sampled stream and a full one equal: state, money, holds and locks change through records (and the few
// kinds that are always published) only; and a late trace event adds what it knows without taking back what is newer.
#pragma once
#include <deque>
#include <optional>

#include "view/account_table.h"
#include "view/transaction_table.h"
#include "view/view.h"

namespace indoubt::view {

struct View::State {
    using Slot = std::uint64_t;

    // A record that is appended and not yet known to be on disk. A forced one has no effect before; a lazy one has, and may
    // be taken back when the node returns without it.
    struct Unsynced {
        std::uint64_t lsn;
        std::int64_t hlc;
        bool forced;
        events::RecordPtr record;
    };
    struct NodeBook {
        std::deque<Unsynced> unsynced;
    };
    struct Wait {
        Slot slot;
        NodeId node;
        std::string account;
        Xid holder;
        std::int64_t hlc;
    };
    struct Held { Slot slot; NodeId node; };

    TransactionTable transactions;
    AccountTable accounts;
    std::vector<NodeRow> nodes;
    std::vector<NodeBook> books;              // beside nodes
    std::vector<Slot> open;                   // ascending; open_gone of them carry `gone`
    std::size_t open_gone = 0;
    CowDeque<Slot, 1024> finished;            // clean ones, in order of their end: the first to leave
    std::vector<Slot> notable;                // heuristic or damage, not forgotten
    std::vector<Wait> waits;                  // first come first
    std::vector<Held> held;                   // messages that a fault holds back
    std::vector<FaultRow> faults;
    CowDeque<FlowBucket, 64> flow;
    std::shared_ptr<const events::ClusterShape> shape;
    std::int64_t last_commit_hlc = 0;
    std::size_t retained_max = 200000;
    std::uint64_t dropped = 0, folded = 0, gaps = 0;
    events::Position last;
    static constexpr Slot gone = Slot{1} << 63;

    void fold(const events::Event& event);
    std::size_t node_index(NodeId id);
    NodeRow& node(NodeId id) { return nodes[node_index(id)]; }
    const NodeRow* find_node(NodeId id) const;
    bool is_up(NodeId id) const;              // not known to be down or suspended

    // fold_nodes.cpp: node life, accounts, faults, flow
    void fold_node(const events::Event& event);
    void fold_crash(const events::Event& event);
    void fold_restart(const events::Event& event);
    void synced(NodeId id, std::uint64_t lsn, std::int64_t hlc);
    void node_changed(NodeId id, std::int64_t hlc);  // open payments may have become blocked, or not any more
    FlowBucket* bucket(std::int64_t hlc);            // null: too old to have one
    void roll_over(std::int64_t second);

    // fold_payments.cpp: events of one payment
    void fold_payment(const events::Event& event, Slot slot);
    void fold_message(const events::Event& event, Transaction& tx, Slot slot);
    void fold_append(const events::Event& event, Transaction& tx, Slot slot);
    void fold_note(const events::Event& event, Transaction& tx, Slot slot);
    // False: it changes nothing that the payment's state is derived from.
    bool fold_submit(const events::Note& note, Transaction& tx);
    bool fold_wait(const events::Event& event, const events::Note& note, Transaction& tx, Slot slot);
    bool fold_vote(const events::Event& event, const events::Note& note, Transaction& tx, Slot slot);
    bool fold_abort(const events::Event& event, const events::Note& note, Transaction& tx);
    bool fold_refuse(const events::Event& event, const events::Note& note, Transaction& tx);
    void fold_end(const events::Event& event, Transaction& tx);

    // fold_records.cpp: what a record does once it counts
    void take_effect(NodeId node, const events::Record& record, std::uint64_t lsn, std::int64_t hlc);
    void on_disk(NodeId node, const events::Record& record, std::uint64_t lsn);
    void take_back(NodeId node, const events::Record& record, std::int64_t hlc);
    void branch_record(Transaction& tx, Slot slot, NodeId node, const events::Record& record, std::uint64_t lsn, std::int64_t hlc);
    void coordinator_record(Transaction& tx, NodeId node, const events::Record& record, std::uint64_t lsn, std::int64_t hlc);
    void set_phase(Transaction& tx, Branch& branch, BranchPhase phase, std::int64_t hlc);
    void settle(Transaction& tx, Branch& branch, Outcome outcome, std::int64_t hlc);
    void set_locked(Transaction& tx, Branch& branch, bool locked, std::int64_t hlc);
    void decided(Transaction& tx, Outcome outcome, std::int64_t hlc);
    static void say_abort(Transaction& tx);   // why it was aborted, as its last word
    void stop_waiting(Slot slot, Branch& branch);

    // causes.cpp: why a payment does not get on
    struct Reason {
        Cause::Kind kind;
        NodeId node;
        std::int64_t since_hlc;
        NodeId peer = {};
    };
    std::optional<Reason> broken_node(NodeId id) const;
    std::optional<Reason> broken_link(const Transaction& tx) const;
    std::optional<Reason> why_in_doubt(Slot slot, const Transaction& tx, std::int64_t now_hlc) const;
    std::optional<Reason> why_open(Slot slot, const Transaction& tx, std::int64_t now_hlc) const;

    // derive.cpp: the payment's state from its branches
    void derive(Transaction& tx, Slot slot, std::int64_t hlc);
    void retain();

    Slot slot_of(const Xid& xid, std::int64_t hlc);
    std::vector<Slot> open_slots() const;

  private:
    friend class View;
    std::vector<Xid>* changed = nullptr;      // the View's list while it folds
};

Branch& branch_of(Transaction& tx, NodeId node);
void enrol(Transaction& tx, const std::vector<events::Enrolled>& enrolled);
// Adds the legs that are not known yet; a whole payment replaces parts.
void learn_payment(Transaction& tx, const PaymentPtr& payment, bool whole);

}  // namespace indoubt::view
