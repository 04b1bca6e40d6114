// SPDX-License-Identifier: GPL-3.0-or-later
// What the operator service needs from the process that hosts the nodes. cluster/ implements it; tests may too.
//
// Threads: "quick" calls come from any thread and never block; the others may wait (for a disk, for a node's start) and are
// called on the service's workers only. Callbacks run on a node's loop thread: they must only enqueue.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "operator/hub.h"
#include "runtime/core.h"

namespace indoubt::operators {

using base::NodeId;
using base::Result;
using base::Xid;

struct NodeFacts {
    NodeId node;
    std::string title, bic, state;  // "up", "down", "suspended"
    bool coordinator = false;
    base::Incarnation incarnation = 0;
    std::string address, database;
    std::uint64_t last_lsn = 0, synced_lsn = 0, forced_writes = 0, syncs = 0, checkpoint_syncs = 0, messages = 0;
    std::uint64_t in_doubt = 0, instances = 0;
    std::string problem;            // why it is down, if not by order
};

struct ClusterFacts {
    events::ClusterShape shape;
    std::string address, data_directory, trace;
    bool faults_allowed = true;
    std::int64_t prepare_timeout_ms = 0;
};

struct FaultFacts {
    std::uint64_t id = 0;
    std::string rule;
    bool active = true;
    std::uint32_t hits = 0, held = 0;
};

enum class NodeAction : std::uint8_t { start = 1, stop, crash, restart, pause, resume };

// How far a payment is. `accepted` (it has an XID) comes once, then `decided` and `applied`, or `failed` at any point.
struct Progress {
    enum class Stage : std::uint8_t { accepted, decided, applied, failed } stage = Stage::accepted;
    Xid xid;
    events::Outcome outcome = events::Outcome::none;
    events::Refusal refusal = events::Refusal::none;
    base::ErrorCode code = base::ErrorCode::ok;  // failed
    std::string text;
    bool duplicate = false;
};
using ProgressCallback = std::function<void(const Progress&)>;
using AnswerCallback = std::function<void(const runtime::OutAnswer&)>;

// What to say of an XID that another cluster has issued; `here`: this one.
base::Error of_another_cluster(const Xid& xid, const events::ClusterShape& here);

class Host {
  public:
    virtual ~Host() = default;

    virtual const ClusterFacts& facts() const = 0;                        // quick
    virtual std::vector<NodeFacts> nodes() const = 0;                     // quick
    virtual Hub& hub() = 0;
    virtual std::int64_t now_ns() const = 0;                              // quick; UTC, as hlc

    // Quick. An error: turned away, no callback will come. UNAVAILABLE names the node, RESOURCE_EXHAUSTED says when to try again.
    virtual Result<> submit(events::PaymentPtr payment, std::optional<events::ProtocolChoice> protocol, ProgressCallback progress) = 0;
    virtual Result<> order(NodeId node, runtime::OperatorOrder order, AnswerCallback answer) = 0;
    virtual Result<> open_accounts(NodeId node, std::vector<events::AccountLine> lines, const events::OperatorNote& note, AnswerCallback answer) = 0;

    // Written down in that node's log, nothing else; `xid`: the payment it is about, or none.
    virtual Result<> remark(NodeId node, const Xid& xid, std::shared_ptr<const events::OperatorNote> note, AnswerCallback answer) = 0;

    virtual void keep_trace(const Xid& xid) = 0;                          // returns once every node that is up has promoted it, or after 100 ms
    // What is done to nodes and faults is first written into a node's log, under the note's name.
    virtual Result<NodeFacts> control(NodeId node, NodeAction action, const events::OperatorNote& note) = 0;
    virtual Result<FaultFacts> add_fault(const std::string& rule, const events::OperatorNote& note) = 0;
    virtual std::vector<FaultFacts> faults() const = 0;                   // quick
    virtual Result<std::size_t> clear_faults(std::optional<std::uint64_t> id, const events::OperatorNote& note) = 0;
    // What only the logs of the nodes that are up still know: payments that were over before this process began, or have left the view
    // since. Records in the one order, to be folded. `complete` false: a node is not up, or its log holds more.
    struct Past {
        std::vector<events::Event> events;
        bool complete = true;
        std::vector<NodeId> missing;  // whose log was not, or not wholly, asked
    };
    struct PastPayments {
        std::vector<Xid> xids;      // newest first
        bool complete = true;
    };
    // `wait`: for indexes that are behind, at most a few seconds; find_past, newest_past and past_account do.
    virtual Past past_payment(const Xid& xid, bool wait) = 0;
    // With a reference, name or account that is `text`; if none (or `widen`: as well) one that holds it.
    virtual PastPayments find_past(const std::string& text, std::size_t most, bool widen) = 0;
    virtual PastPayments newest_past(const Xid& before, std::size_t most) = 0;
    // Its openings and every record of its last `most` payments.
    virtual Past past_account(NodeId node, const std::string& account, std::size_t most) = 0;

    struct Records {
        std::vector<events::Event> events;
        std::uint64_t last_lsn = 0;
    };
    // From the durable log. A node that is down or suspended is not read: UNAVAILABLE.
    virtual Result<Records> records(NodeId node, std::uint64_t from_lsn, std::size_t most) = 0;
};

}  // namespace indoubt::operators
