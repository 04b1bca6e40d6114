// SPDX-License-Identifier: GPL-3.0-or-later
// A node's durable log in one SQLite file: WAL, synchronous=FULL, one writer thread, group commit. What was appended while
// the last sync ran goes into the next transaction; a lazy record waits for the next forced group, or flush_ms.
//
// Durable means: its transaction's fdatasync returned. Then, and not before, `synced` reports it. After any failed write or
// sync the log stops for good and `failed` reports it once: what the kernel dropped cannot be known, so nothing is retried.
//
// Threads: append(), snapshot() and, before them, begin_incarnation() on the node's loop thread; callbacks on the writer thread (they must not block, and must
// not call close() or abandon()); the const calls on any thread.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "ports/ports.h"
#include "storage/archive.h"

namespace indoubt::storage {

class VfsShim;

inline constexpr int schema_version = 2;

struct LogOptions {
    std::string node;                                   // names the threads: "T-log", "T-checkpoint"
    std::int64_t flush_ms = base::limits::flush_ms;
    std::uint64_t checkpoint_pages = 1000;              // of 4 KiB in the write-ahead log before it is folded back
    bool synchronous_full = true;                       // false: only for the test that must see the loss
    std::shared_ptr<VfsShim> vfs;                       // null: its own
    // The indexes follow when nothing was appended for so long, or when so many records are not indexed yet.
    std::int64_t index_quiet_ms = 250;
    std::uint64_t index_lag_records = 500'000;
};

struct SyncDone {
    std::uint64_t lsn = 0;          // everything up to here is durable
    std::int64_t duration_ns = 0;   // of the sync alone
    std::uint64_t records = 0;      // that this sync made durable
};

struct LogCallbacks {
    std::function<void(const SyncDone&)> synced;
    std::function<void(const base::Error&)> failed;  // at most once; nothing is durable after it
};

struct LogStats {
    std::uint64_t appended_lsn = 0, synced_lsn = 0;
    std::uint64_t records = 0, forced_records = 0;      // made durable since the log was opened
    std::uint64_t commits = 0;                          // transactions
    std::uint64_t commit_syncs = 0;                     // fdatasync calls that made records durable
    std::uint64_t checkpoint_syncs = 0;                 // those of checkpoints and of resets of the write-ahead log
    std::uint64_t snapshot_lsn = 0;                     // last complete snapshot
    std::uint64_t indexed_lsn = 0;                      // what the queries below know
    bool failed = false;
};

class SqliteLog;
struct OpenedLog {
    std::unique_ptr<SqliteLog> log;
    ports::Recovered recovered;
    std::uint64_t last_incarnation = 0;  // that began here, also if it ended before its first record was durable; 0: unknown
    std::vector<std::string> remarks;  // for the operator: migrated from version 0, snapshot unreadable and replayed instead, ...
};

class SqliteLog final : public ports::Log {
  public:
    // Creates the file if there is none. Errors: FAILED_PRECONDITION: written by a newer version, no database of ours, in use by
    // another process; PERMISSION_DENIED: file or directory is read-only; RESOURCE_EXHAUSTED: disk full; DATA_LOSS: damaged, with
    // the last record that could be read. On error no record was changed.
    static base::Result<OpenedLog> open(const std::string& path, LogOptions options, LogCallbacks callbacks);
    ~SqliteLog() override;  // as abandon()

    void append(const ports::AppendPtr& event, bool forced) override;
    void snapshot(std::uint64_t lsn, std::vector<events::RecordPtr> records) override;

    // On disk when it returns, and before anybody hears of that incarnation.
    base::Result<> begin_incarnation(std::uint64_t number);

    // In order: everything appended is made durable and reported, then the file is closed.
    void close();
    // A crash: what is queued is dropped; a sync in flight may land, but its completion is not reported. Returns once the
    // writer has let go of the file, so that the next open() reads only the file.
    void abandon();

    // Append events from_lsn .. from_lsn + most - 1, as far as they are durable, from its own read-only connection.
    base::Result<std::vector<events::Event>> read(std::uint64_t from_lsn, std::size_t most) const;

    // Payments and accounts in the log, also those that are long over, through its indexes; from the same connection. They answer
    // for records up to indexed_lsn: catch_up() first brings that to what is durable now, or gives up after `most_ms` (false).
    bool catch_up(std::int64_t most_ms) const;
    base::Result<FoundPayments> find(std::string_view text, std::size_t most, bool widen) const;
    base::Result<FoundPayments> newest(const base::Xid& before, std::size_t most) const;
    base::Result<FoundRecords> payment(const base::Xid& xid) const;
    base::Result<FoundRecords> account(std::string_view account, std::size_t most) const;

    LogStats stats() const;
    const std::string& path() const;

  private:
    class Writer;
    explicit SqliteLog(std::unique_ptr<Writer> writer);
    std::unique_ptr<Writer> m_writer;
};

}  // namespace indoubt::storage
