// SPDX-License-Identifier: GPL-3.0-or-later
// Append events that look like a participant's, and a log that waits for its syncs.
#pragma once
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/prng.h"
#include "storage/sqlite_log.h"

namespace indoubt::tests {

// The record of `lsn`, the same for the same lsn: what comes back can be checked without keeping it.
// Cycles through BEGIN (lazy), PREPARED, COMMIT (forced) and END (lazy), with a payment of two legs.
ports::AppendPtr sample_record(std::uint64_t lsn);
bool sample_forced(std::uint64_t lsn);

class WaitedLog {
  public:
    explicit WaitedLog(const std::string& path, storage::LogOptions options = {});
    bool ok() const { return m_log != nullptr; }
    storage::SqliteLog& log() { return *m_log; }
    const base::Error& error() const { return *m_error; }
    const ports::Recovered& recovered() const { return m_recovered; }
    const std::vector<std::string>& remarks() const { return m_remarks; }

    void append_samples(std::uint64_t last_lsn);         // from the next one on
    bool wait_synced(std::uint64_t lsn, int most_ms = 20000);
    bool wait_failed(int most_ms = 20000);
    std::uint64_t synced_lsn();
    std::vector<storage::SyncDone> syncs();
    std::optional<base::Error> failure();
    void destroy() { m_log.reset(); }

  private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<storage::SyncDone> m_syncs;
    std::optional<base::Error> m_failure, m_error;
    ports::Recovered m_recovered;
    std::vector<std::string> m_remarks;
    std::uint64_t m_next_lsn = 1;
    std::unique_ptr<storage::SqliteLog> m_log;  // last: its callbacks use the rest
};

}  // namespace indoubt::tests
