// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/disk.h"

#include <algorithm>

namespace indoubt::simulation {

void Disk::append(const ports::AppendPtr& event, bool forced) {
    m_queue.push_back(event);
    m_forced_waits = m_forced_waits || forced;
    if (by_hand || m_in_flight > 0) return;  // it goes with the next group
    if (forced) begin_sync();
    else arm_flush();
}

void Disk::snapshot(std::uint64_t lsn, std::vector<events::RecordPtr> records) { m_pending_snapshots.push_back({lsn, std::move(records)}); }

void Disk::begin_sync() {
    m_in_flight = m_queue.size();
    m_forced_waits = false;
    const std::int64_t duration = sync_ns + (sync_jitter_ns > 0 ? m_prng->between(0, sync_jitter_ns) : 0);
    m_scheduler->after(duration, [this, duration, life = m_life] {
        if (life == m_life) land(duration);
    });
}

void Disk::sync_now() {
    m_in_flight = m_queue.size();
    if (m_in_flight > 0) land(sync_ns);
}

void Disk::land(std::int64_t duration) {
    const std::size_t count = m_in_flight;
    m_last_lsn = m_queue[count - 1]->lsn;
    m_last_hlc = m_queue[count - 1]->hlc;
    m_durable.insert(m_durable.end(), std::make_move_iterator(m_queue.begin()), std::make_move_iterator(m_queue.begin() + static_cast<std::ptrdiff_t>(count)));
    m_queue.erase(m_queue.begin(), m_queue.begin() + static_cast<std::ptrdiff_t>(count));
    m_in_flight = 0;
    while (!m_pending_snapshots.empty() && m_pending_snapshots.front().lsn <= m_last_lsn) {
        Snapshot& snapshot = m_pending_snapshots.front();
        std::erase_if(m_durable, [&](const ports::AppendPtr& event) { return event->lsn <= snapshot.lsn; });
        m_snapshot = std::move(snapshot.records);
        m_snapshot_lsn = snapshot.lsn;
        m_pending_snapshots.erase(m_pending_snapshots.begin());
    }
    if (by_hand) m_forced_waits = false;
    else if (m_forced_waits) begin_sync();
    else if (!m_queue.empty()) arm_flush();
    m_synced(m_last_lsn, duration, count);  // last: its caller may end this life
}

void Disk::arm_flush() {
    if (m_flush_armed) return;
    m_flush_armed = true;
    m_scheduler->after(base::limits::flush_ms * 1'000'000, [this, life = m_life] {
        if (life != m_life) return;
        m_flush_armed = false;
        if (m_in_flight == 0 && !m_queue.empty()) begin_sync();
    });
}

// What a crash by hand leaves is said beforehand.
void Disk::lose_power() {
    m_queue.resize(std::min(crash_keeps, m_queue.size()));
    m_durable.insert(m_durable.end(), m_queue.begin(), m_queue.end());
    m_durable.resize(m_durable.size() - std::min(crash_loses, m_durable.size()));
    m_last_lsn = m_durable.empty() ? m_snapshot_lsn : m_durable.back()->lsn;
    m_last_hlc = m_durable.empty() ? m_last_hlc : m_durable.back()->hlc;
    m_queue.clear();
    crash_keeps = crash_loses = 0;
}

Disk::Landed Disk::crash() {
    ++m_life;
    if (by_hand) lose_power();
    Landed landed = Landed::nothing_ran;
    if (m_in_flight > 0) {
        const std::size_t kept = m_prng->chance(500) ? m_in_flight : m_prng->below(m_in_flight + 1);
        landed = kept == 0 ? Landed::none : kept < m_in_flight ? Landed::part : Landed::all;
        if (kept > 0) {
            m_last_lsn = m_queue[kept - 1]->lsn;
            m_last_hlc = m_queue[kept - 1]->hlc;
        }
        m_durable.insert(m_durable.end(), m_queue.begin(), m_queue.begin() + static_cast<std::ptrdiff_t>(kept));
    }
    m_queue.clear();
    m_pending_snapshots.clear();
    m_in_flight = 0;
    m_forced_waits = m_flush_armed = false;
    return landed;
}

ports::Recovered Disk::recover() const { return {m_snapshot, m_snapshot_lsn, m_durable, m_last_lsn, m_last_hlc}; }

}  // namespace indoubt::simulation
