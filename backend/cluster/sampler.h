// SPDX-License-Identifier: GPL-3.0-or-later
// A node's observer: what of its events goes to the hub. Records and operator acts always do. Trace goes at level `all`; at
// `sampled` it waits in a ring and is promoted once somebody has a reason to keep its payment: slow, aborted, in doubt, faulted,
// or a person who looks at it. The ring belongs to the node's shell and survives its crash.
//
// Threads: everything on the node's loop thread (or the thread that starts the node while there is none).
#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "operator/hub.h"
#include "ports/ports.h"

namespace indoubt::cluster {

enum class TraceLevel : std::uint8_t { off, sampled, all };
std::string_view word(TraceLevel level);
base::Result<TraceLevel> parse_trace_level(std::string_view text);

class Sampler : public ports::Observer {
  public:
    // `announce` is told the first local reason to keep a payment's trace; it must only enqueue.
    Sampler(operators::HubSource& hub, TraceLevel level, std::function<void(const base::Xid&)> announce,
            std::size_t ring_events_max = base::limits::trace_ring_events_max);

    void publish(events::Event&& event) override;
    // Promotes what the ring holds of the payment, and all that follows. Not announced.
    void keep(const base::Xid& xid);
    // Hands everything since the last flush to the hub.
    void flush();
    operators::HubSource& hub() { return m_hub; }

    // The XID of the last submit event since the last call: an answer for those who wait for nothing else.
    std::optional<base::Xid> take_submitted();

    static constexpr std::int64_t slow_ns = 250'000'000;

  private:
    bool kept(const base::Xid& xid) const { return !m_kept.empty() && m_kept.contains(xid); }
    void watch(const events::Event& event);
    void remember(const base::Xid& xid);
    void store(events::Event&& event);
    std::vector<std::size_t> slots_of(const base::Xid& xid) const;  // oldest first

    operators::HubSource& m_hub;
    const TraceLevel m_level;
    const std::function<void(const base::Xid&)> m_announce;
    const std::size_t m_ring_max;
    std::vector<events::Event> m_out;
    // The ring: event number n (from 1) is in slot (n - 1) % m_ring_max. Events whose XIDs fall into the same bucket are chained
    // from the youngest back, so that a payment is found without a scan of the ring.
    std::vector<events::Event> m_ring;          // grows to its bound, then wraps
    std::vector<std::uint64_t> m_before;        // per slot: the number of the event before it in its chain; 0: none
    std::vector<std::uint64_t> m_youngest;      // per bucket: the number of the last one
    std::uint64_t m_stored = 0;
    std::unordered_set<base::Xid, base::IdHash> m_kept;
    std::deque<base::Xid> m_kept_order;
    std::unordered_map<base::Xid, std::int64_t, base::IdHash> m_begun;  // at the coordinator: hlc of submit, until end
    std::optional<base::Xid> m_submitted;
};

}  // namespace indoubt::cluster
