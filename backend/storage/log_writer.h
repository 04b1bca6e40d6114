// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of SqliteLog: the writer thread, the checkpoint thread, and the queue between them and the loop thread.
//
// Checkpoints: folding the write-ahead log back means an fsync of the database, which would stall commits for tens of
// milliseconds. So a second thread folds the bulk while commits go on, and the writer then folds the little that came since,
// after which the next commit starts the write-ahead log over and it stays small.
// Internal to storage/.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "storage/file_lock.h"
#include "storage/sqlite.h"
#include "storage/sqlite_log.h"
#include "storage/vfs_shim.h"

namespace indoubt::storage {

class SqliteLog::Writer {
  public:
    static base::Result<OpenedLog> open(const std::string& path, LogOptions options, LogCallbacks callbacks);
    ~Writer() { stop(Stop::abandon); }

    void append(const ports::AppendPtr& event, bool forced);
    void snapshot(std::uint64_t lsn, std::vector<events::RecordPtr> records);
    enum class Stop : std::uint8_t { none, close, abandon };
    void stop(Stop how);
    base::Result<std::vector<events::Event>> read(std::uint64_t from_lsn, std::size_t most);
    LogStats stats() const;
    const std::string& path() const { return m_path; }

  private:
    using Clock = std::chrono::steady_clock;
    // A snapshot on its way to the disk: encoded and written part by part between groups, so that no commit waits for it.
    struct SnapshotJob {
        std::uint64_t lsn = 0;
        std::vector<events::RecordPtr> records;
        std::size_t next_record = 0;
        std::string pending;             // encoded, not yet written
        std::int64_t parts = 0, bytes = 0;
        std::uint32_t checksum = 0;
    };
    struct Statements {
        Statement begin, commit, rollback, insert, part, done, drop_part, drop_snapshots;
    };

    Writer(std::string path, LogOptions options, LogCallbacks callbacks);
    base::Result<> prepare();
    base::Result<> fold_all();
    void start();
    void run();
    bool write_group(const std::vector<ports::AppendPtr>& group, bool snapshot_step);
    bool insert(const events::Event& event);
    bool snapshot_step();
    void fail(std::string_view doing);
    void after_commit();
    void run_checkpoints();

    const std::string m_path;
    const LogOptions m_options;
    const LogCallbacks m_callbacks;
    std::shared_ptr<VfsShim> m_vfs;
    VfsShim::Counts m_counts_at_open;
    FileLock m_lock;                     // before the connections: dropped after them
    Connection m_connection, m_checkpoint_connection;
    Statements m_statements;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<ports::AppendPtr> m_queue;
    Clock::time_point m_oldest_queued;
    bool m_forced_queued = false;
    std::optional<SnapshotJob> m_new_snapshot;
    Stop m_stop = Stop::none;
    LogStats m_stats;

    std::optional<SnapshotJob> m_snapshot;   // writer thread
    std::string m_buffer;                    // writer thread: one encoded event
    bool m_drop_snapshots = false;           // writer thread: older ones are still to be removed
    int m_wal_pages = 0;                     // writer thread, set by SQLite's hook

    enum class Fold : std::uint8_t { idle, wanted, bulk_done };
    std::mutex m_fold_mutex;
    std::condition_variable m_fold_wake;
    Fold m_fold = Fold::idle;
    bool m_fold_stop = false;

    std::mutex m_read_mutex;
    Connection m_reader;
    bool m_closed = false;                   // under m_read_mutex

    std::thread m_thread, m_checkpoint_thread;
};

}  // namespace indoubt::storage
