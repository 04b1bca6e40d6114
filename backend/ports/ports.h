// SPDX-License-Identifier: GPL-3.0-or-later
// What the driver needs from the outside world. Live: SQLite, gRPC, the system clock. Simulated: simulation/.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "events/event.h"

namespace indoubt::ports {

// One append event with its record, in lsn order. The event's payload is the record.
using AppendPtr = std::shared_ptr<const events::Event>;

struct Recovered {
    std::vector<events::RecordPtr> snapshot;       // compact records that rebuild the state up to snapshot_lsn; may be empty
    std::uint64_t snapshot_lsn = 0;
    std::vector<AppendPtr> tail;                   // every append event after it, in lsn order
    std::uint64_t last_lsn = 0;
    std::int64_t last_hlc = 0;                     // of the newest record; what comes after it must be later
};

// A node's durable log. Called by the node's loop thread only.
class Log {
  public:
    virtual ~Log() = default;
    // Queues records, in order. Never blocks on the disk. A forced record reports through the completion given at
    // construction: synced(lsn, duration) once everything up to lsn is durable; lazy ones wait for the next forced group or flush_ms.
    virtual void append(const AppendPtr& event, bool forced) = 0;
    // Replaces older snapshots once durable. Lazily written; the log before `lsn` stays readable.
    virtual void snapshot(std::uint64_t lsn, std::vector<events::RecordPtr> records) = 0;
};

class Network {
  public:
    virtual ~Network() = default;
    // Fire and forget: may be lost, never blocks. FIFO per peer while a stream lives.
    virtual void send(const events::Envelope& envelope) = 0;
};

class Clock {
  public:
    virtual ~Clock() = default;
    virtual std::int64_t now_ns() const = 0;      // this node's UTC clock (events' at_ns)
    virtual std::int64_t host_ns() const = 0;     // never faulted: hybrid clock and durations
    virtual std::int64_t cluster_ns() const = 0;  // timers run on it; a breakpoint stops it
};

// Receives every event of a node, in seq order, on the node's loop thread. Must not block: it queues, samples or marks a gap.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void publish(events::Event&& event) = 0;
};

}  // namespace indoubt::ports
