// SPDX-License-Identifier: GPL-3.0-or-later
// The only fold over events. OperatorService, the command line and every pane answer from it, at "now" or at any earlier cut.
// A value: copies are cheap (copy on write), so a keyframe is a copy. Not thread-safe; each thread folds or copies its own.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "view/transaction.h"

namespace indoubt::view {

using TransactionPtr = std::shared_ptr<const Transaction>;

enum class NodeState : std::uint8_t { unknown, up, down, suspended };
std::string_view word(NodeState state);

struct NodeRow {
    NodeId node;
    std::string title, bic;
    bool coordinator = false;
    NodeState state = NodeState::unknown;
    Incarnation incarnation = 0;
    std::int64_t since_hlc = 0;               // of the state
    std::int64_t last_hlc = 0;                // last event from it
    std::uint64_t synced_lsn = 0, last_lsn = 0;
    std::uint64_t events = 0, syncs = 0, forced = 0, sends = 0;
    std::vector<std::int64_t> recent_sync_ns; // up to 256 last sync durations, for its p99
    std::uint32_t locks = 0, in_doubt = 0;
};

struct LockRow {
    NodeId node;
    std::string account;
    Xid holder;
    events::Amount amount;
    std::int64_t since_hlc = 0;
    std::vector<Xid> waiters;                 // first come, first served
};

struct AccountRow {
    NodeId node;
    std::string account, holder;
    Currency currency;
    std::int64_t opening_minor = 0, posted_minor = 0, held_minor = 0, limit_minor = -1;
    std::int64_t changed_hlc = 0;
    // From when on every posting was seen, and the balance then. 0: not known (a snapshot told it, and it names no time).
    std::int64_t known_hlc = 0, known_minor = 0;
    bool opened = false;                      // that is its opening
};

struct Posting {                              // one line of an account's history
    std::int64_t hlc = 0;
    Xid xid;
    std::int64_t amount_minor = 0, balance_minor = 0;
};

struct FaultRow {
    std::uint64_t id = 0;
    std::string rule;
    bool active = true;
    std::int64_t since_hlc = 0;
};

// One bucket of the flow charts, one second of hlc time.
struct FlowBucket {
    std::int64_t second = 0;                  // hlc / 1e9
    std::uint32_t committed = 0, aborted = 0, begun = 0, events = 0;
    // Begin to decision, sampled: at most 256 kept uniformly. Apart, for an abort by timeout says nothing of how quick a commit is.
    struct Latency {
        std::uint32_t count = 0;
        std::vector<std::uint32_t> us;
    };
    Latency latency, abort_latency;
    std::int64_t oldest_in_doubt_ns = 0;      // worst within the bucket
};

// Why payments are stuck, grouped: one dead coordinator is one cause.
struct Cause {
    enum class Kind : std::uint8_t { node_down, node_suspended, no_answer, held_message, cut_link, lock_wait, not_delivered, heuristic, damage } kind = Kind::no_answer;
    NodeId node;
    NodeId peer;                              // cut_link: the other end; else empty
    std::int64_t since_hlc = 0;
    std::vector<Xid> payments;                // oldest due first
    std::map<Currency, std::int64_t> held_minor;
    std::int64_t first_due_ns = 0;            // 0 = none
};

struct Counters { std::uint32_t in_doubt = 0, stuck = 0, blocked = 0, not_delivered = 0, heuristic = 0, damage = 0, past_due = 0, waiting = 0, open = 0; };

class View {
  public:
    View();
    View(const View& other);                  // shares everything; take_changed() of the copy starts empty
    View& operator=(const View& other);
    View(View&&) noexcept;
    View& operator=(View&&) noexcept;
    ~View();
    void fold(const events::Event& event);    // in position order per node; across nodes in any causally sound order

    // Transactions in order of their first event. Finished clean ones beyond `retained_max` leave oldest first; dropped() counts them.
    std::size_t size() const;
    const Transaction& at(std::size_t index) const;          // 0..size()-1, oldest first
    TransactionPtr find(const Xid& xid) const;                // null: not known
    std::size_t index_of(const Xid& xid) const;               // npos: not known
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);
    std::uint64_t dropped() const;
    void set_retained_max(std::size_t count);
    // Any reference, IBAN tail (>= 4 characters), amount ("120.00"), xid (whole, short, or prefix >= 4): newest first.
    std::vector<Xid> search(std::string_view text, std::size_t most) const;
    // XIDs that changed since the last call of the same View object; clears the list. For models.
    std::vector<Xid> take_changed();

    std::vector<Xid> open_transactions() const;               // oldest first
    std::vector<Cause> causes(std::int64_t now_hlc) const;
    Counters counters(std::int64_t now_hlc) const;
    std::int64_t oldest_in_doubt_ns(std::int64_t now_hlc) const;

    const std::vector<NodeRow>& nodes() const;                // coordinator first, then participants by id
    const NodeRow* node(NodeId id) const;
    const events::ClusterShape* shape() const;                // null until seen
    std::vector<LockRow> locks() const;
    std::vector<Xid> waiting_behind(const Xid& holder) const;  // first come first; directly, not through another waiter
    std::size_t waiting_count(const Xid& holder) const;
    std::vector<AccountRow> accounts(std::size_t most = static_cast<std::size_t>(-1)) const;  // sorted by node, account
    // In that order, behind the account named (an empty node: from the first on), until `visit` says false.
    void visit_accounts(NodeId node, std::string_view after, const std::function<bool(const AccountRow&)>& visit) const;
    std::size_t account_count() const;
    std::optional<AccountRow> account(NodeId node, std::string_view account) const;
    std::optional<std::int64_t> balance_at(NodeId node, std::string_view account, std::int64_t hlc) const;  // nothing: not known, or not open then
    std::vector<Posting> postings(NodeId node, std::string_view account) const;  // those seen, oldest first
    std::map<Currency, std::int64_t> sums() const;
    std::vector<FaultRow> faults() const;
    std::vector<FlowBucket> flow(std::int64_t from_second = 0) const;  // oldest first, at most a day
    std::int64_t last_commit_hlc() const;                     // 0: none was decided yet
    std::uint64_t folded() const;                             // events
    std::uint64_t gaps() const;                               // events known to be missing
    std::int64_t last_hlc() const;
    events::Position last_position() const;

  private:
    struct State;
    std::shared_ptr<State> m_state;                           // copy on write
    std::vector<Xid> m_changed;                               // may repeat; cleaned up by take_changed()
    bool m_all_changed = false;                               // more than worth listing
    State& edit();
};

}  // namespace indoubt::view
