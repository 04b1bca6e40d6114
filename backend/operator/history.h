// SPDX-License-Identifier: GPL-3.0-or-later
// What the hub keeps for late subscribers: encoded batches in the one order, each shared by every reader. Older ones are folded
// away into a base, from which the state is re-stated: node events, account lines, and the events of payments still open.
// Not thread-safe: the hub guards it. Batches are immutable and may outlive it.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "events/event.h"
#include "view/view.h"

namespace indoubt::operators {

struct Batch {
    std::uint64_t first = 0;             // index of its first event in the stream of this hub
    std::string encoded;                 // an EventBatch; several concatenate to one
    std::vector<std::uint64_t> xid_tags; // per event, the hash of its XID: finds a payment without decoding
    std::uint64_t last() const { return first + xid_tags.size(); }
    std::size_t size() const { return xid_tags.size(); }
};
using BatchPtr = std::shared_ptr<const Batch>;

// Cuts the events into batches of at most batch_events_max events and about `batch_bytes_max` bytes: account lines are large, and
// gRPC's receive cap is 4 MiB.
inline constexpr std::size_t batch_bytes_max = 512u << 10;
std::vector<BatchPtr> make_batches(std::uint64_t first, std::span<const events::Event* const> events);

class History {
  public:
    explicit History(std::size_t events_max = base::limits::hub_events_max) : m_events_max(events_max) {}

    void append(BatchPtr batch);
    std::uint64_t first() const { return m_first; }  // index of the oldest event still kept
    std::uint64_t next() const { return m_next; }    // index the next event will get

    // The batch that holds `index`, or the next one after it; null at the end.
    BatchPtr at(std::uint64_t index) const;
    // Events of one payment that are still kept, and of the base if it is open there. In the order of the stream.
    std::vector<events::Event> of(const base::Xid& xid) const;

    // More than the limit is kept / more than twice the limit: folding away may no longer wait for a quiet moment.
    bool over() const { return m_next - m_first > m_events_max; }
    bool far_over() const { return m_next - m_first > 2 * m_events_max; }
    // Folds the oldest batch into the base.
    void fold_oldest();
    // Events that bring an empty view to the state before first(). Not in the order of their positions.
    std::vector<events::Event> restate() const;

  private:
    void fold(events::Event&& event);

    std::size_t m_events_max;
    std::deque<BatchPtr> m_batches;
    std::uint64_t m_first = 0, m_next = 0;
    // The base. A payment enters the view only once nothing of it is open, so that its account lines hold no half payment.
    view::View m_base;
    std::unordered_map<base::Xid, std::vector<events::Event>, base::IdHash> m_open;
    std::vector<events::Event> m_node_events;  // shape, lives and faults of the nodes
};

}  // namespace indoubt::operators
