// SPDX-License-Identifier: GPL-3.0-or-later
// Every bound of the program, in one place, with its unit in its name. Defaults of the settings are here too.
#pragma once
#include <cstddef>
#include <cstdint>

namespace indoubt::base::limits {

// Cluster
inline constexpr int participants_max = 16;
inline constexpr int legs_max = 64;                            // legs of one payment
inline constexpr std::size_t text_bytes_max = 140;             // one reference, name or account (ISO 20022 Max140Text)
inline constexpr std::size_t reason_bytes_max = 500;
inline constexpr std::size_t message_bytes_max = 64 * 1024;    // one peer message
inline constexpr std::size_t batch_messages_max = 512;         // peer messages in one frame
inline constexpr std::size_t mailbox_inputs_max = 65536;       // inputs queued at one node
inline constexpr std::size_t lock_waiters_max = 1024;          // waiting behind one account

// Timers, milliseconds of the cluster clock
inline constexpr std::int64_t prepare_timeout_ms = 2000;       // coordinator waits for votes
inline constexpr std::int64_t lock_timeout_ms = 1000;          // a branch waits for a lock, then votes NO
inline constexpr std::int64_t inquiry_first_ms = 500;          // an in-doubt branch asks, then backs off
inline constexpr std::int64_t retry_first_ms = 250;            // a decision without ACK is sent again, then backs off
inline constexpr std::int64_t backoff_most_ms = 8000;
inline constexpr std::int64_t raft_election_ms = 200;          // a manager that misses its leader asks, then stands for election...
inline constexpr std::int64_t raft_stagger_ms = 120;           // ...the later the further back it is in the cluster's shape: ties break
inline constexpr std::int64_t raft_heartbeat_ms = 60;          // a leader repeats what is not acknowledged, then backs off
inline constexpr std::int64_t stuck_after_ms = 2000;
inline constexpr std::int64_t flush_ms = 50;                   // a lazy record waits at most this long for a forced group

// Raft
inline constexpr std::size_t raft_batch_entries_max = 128;     // of one message: their keys and names fit message_bytes_max
inline constexpr std::uint64_t raft_compact_entries = 256;     // so many that every replica has are compacted at once
inline constexpr std::uint64_t raft_keep_entries = 65536;      // kept for a replica that is away; later it gets a snapshot

// Events
inline constexpr std::size_t trace_ring_events_max = 65536;    // per node, outside its crashable state
inline constexpr std::size_t hub_events_max = 1u << 20;        // kept in memory for late subscribers
inline constexpr std::size_t batch_events_max = 2048;          // events in one frame to a subscriber

// Storage
inline constexpr std::uint64_t snapshot_records = 200000;      // records between two snapshots
inline constexpr std::int64_t idempotency_days = 30;

// Import
inline constexpr std::size_t import_file_bytes_max = 64u << 20;
inline constexpr int import_payments_max = 200000;

}  // namespace indoubt::base::limits
