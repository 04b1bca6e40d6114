// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of SqliteLog: the writer thread, the checkpoint thread, and the queue between them and the loop thread.
//
// Checkpoints: folding the write-ahead log back means an fsync of the database, which would stall commits for tens of
// milliseconds. So a second thread folds the bulk while commits go on, and the writer then folds the little that came since,
// after which the next commit starts the write-ahead log over and it stays small.
// Indexes: the writer brings them up between groups, so that they need no connection and no lock of their own.
// Internal to storage/.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "storage/archive.h"
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
    base::Result<> begin_incarnation(std::uint64_t number) { return m_lock.begin_incarnation(number); }
    enum class Stop : std::uint8_t { none, close, abandon };
    void stop(Stop how);
    base::Result<std::vector<events::Event>> read(std::uint64_t from_lsn, std::size_t most);
    bool catch_up(std::int64_t most_ms);
    // A question, from the connection for reading.
    template <class Answer, class Question>
    base::Result<Answer> ask(Question question) {
        std::lock_guard lock(m_read_mutex);
        if (auto open = open_reader(); !open.ok()) return open.error();
        return question(m_reader);
    }
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
    Clock::time_point index_at() const;           // m_mutex: when it is due without anything else happening
    bool index_due(Clock::time_point now) const;  // m_mutex
    bool index_step();
    base::Result<> open_reader();                 // m_read_mutex
    void fail(std::string_view doing);                           // writer thread
    void fail(const Connection& connection, std::string_view doing);  // once: the first word counts
    bool after_commit();                                         // false: it failed
    // Folds what it can now. False: the disk failed; nobody may try again, or bytes that it dropped would be taken for kept.
    bool fold(Connection& connection, bool& all);
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
    ArchiveWriter m_archive;                 // writer thread
    bool m_index_broken = false;             // m_mutex: a record could not be read; answers are known to be incomplete
    std::uint64_t m_index_wanted = 0;        // m_mutex: somebody waits for it
    Clock::time_point m_last_index;          // m_mutex
    std::condition_variable m_index_changed; // with m_mutex
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
