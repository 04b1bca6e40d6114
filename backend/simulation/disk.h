// SPDX-License-Identifier: GPL-3.0-or-later
// A node's disk: group sync in virtual time. A crash keeps what was synced and drops the rest; a sync that was running may
// have landed, whole or in part, but nobody hears of it.
#pragma once
#include <functional>

#include "base/limits.h"
#include "base/prng.h"
#include "ports/ports.h"
#include "simulation/scheduler.h"

namespace indoubt::simulation {

class Disk final : public ports::Log {
  public:
    // lsn up to which all is durable, how long it took, how many records it covered.
    using Synced = std::function<void(std::uint64_t lsn, std::int64_t duration_ns, std::uint64_t records)>;
    Disk(Scheduler& scheduler, base::Prng& prng, Synced synced) : m_scheduler(&scheduler), m_prng(&prng), m_synced(std::move(synced)) {}

    void append(const ports::AppendPtr& event, bool forced) override;
    void snapshot(std::uint64_t lsn, std::vector<events::RecordPtr> records) override;

    // The power goes: what a restart will find is settled here. Returns whether a sync was running and (partly) landed.
    enum class Landed : std::uint8_t { nothing_ran, none, part, all };
    Landed crash();
    ports::Recovered recover() const;
    std::size_t unsynced() const { return m_queue.size() + m_in_flight; }

    // By hand: nothing reaches the disk by itself. A crash keeps the first so many of what was unsynced, and has lost so many durable ones.
    bool by_hand = false;
    std::size_t crash_keeps = 0, crash_loses = 0;
    void sync_now();

    std::int64_t sync_ns = 400'000;        // of one fdatasync; jitter comes on top
    std::int64_t sync_jitter_ns = 300'000;

  private:
    void begin_sync();
    void land(std::int64_t duration_ns);
    void lose_power();
    void arm_flush();

    Scheduler* m_scheduler;
    base::Prng* m_prng;
    Synced m_synced;
    std::vector<ports::AppendPtr> m_durable;   // since the snapshot
    std::vector<ports::AppendPtr> m_queue;     // appended, not yet on disk; the first m_in_flight of them are being synced
    std::size_t m_in_flight = 0;
    bool m_forced_waits = false, m_flush_armed = false;
    std::uint64_t m_life = 0;                  // a completion of an earlier life is nobody's
    std::vector<events::RecordPtr> m_snapshot;
    std::uint64_t m_snapshot_lsn = 0, m_last_lsn = 0;
    std::int64_t m_last_hlc = 0;
    struct Snapshot { std::uint64_t lsn; std::vector<events::RecordPtr> records; };
    std::vector<Snapshot> m_pending_snapshots; // become durable once their lsn is
};

}  // namespace indoubt::simulation
