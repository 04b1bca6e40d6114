// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/log_writer.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/recovery.h"
#include "storage/schema.h"
#include "wire/checksum.h"
#include "wire/codec.h"

namespace indoubt::storage {

namespace {

constexpr std::size_t snapshot_part_bytes = 128 * 1024;
constexpr std::size_t index_step_records = 2000;                        // about 10 ms: a commit may have to wait for it
constexpr auto index_spacing = std::chrono::milliseconds(20);           // between the steps of a log under steady load

void name_thread(const std::string& node, const char* what) {
    pthread_setname_np(pthread_self(), (node + "-" + what).substr(0, 15).c_str());  // the kernel keeps 15 characters
}

// A log that was made here and is gone or empty is no new node: its promises would be forgotten.
base::Result<> check_not_lost(const std::string& path, const FileLock& lock) {
    if (!lock.database_was_made()) return base::Ok{};
    struct stat status {};
    const bool there = ::stat(path.c_str(), &status) == 0;
    if (there && status.st_size > 0) return base::Ok{};
    return base::data_loss("the database " + path + (there ? " is empty" : " is missing") +
                           ", but this node has written records: they are lost; restore the file from a copy, or remove " + FileLock::path_for(path) +
                           " to begin anew without them");
}

// SQLite makes files as the umask says, and its write-ahead log with the rights of the database: so the database is made here
// first, for its owner only, and one of an earlier version is closed to others. What cannot be done shows when SQLite opens it.
void keep_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return;
    struct stat status {};
    if (::fstat(file, &status) == 0 && (status.st_mode & 077) != 0) ::fchmod(file, 0600);
    ::close(file);
    for (const char* beside : {"-wal", "-shm"}) ::chmod((path + beside).c_str(), 0600);
}

}  // namespace

SqliteLog::Writer::Writer(std::string path, LogOptions options, LogCallbacks callbacks)
    : m_path(std::move(path)), m_options(std::move(options)), m_callbacks(std::move(callbacks)), m_vfs(m_options.vfs ? m_options.vfs : std::make_shared<VfsShim>()) {}

base::Result<OpenedLog> SqliteLog::Writer::open(const std::string& path, LogOptions options, LogCallbacks callbacks) {
    std::unique_ptr<Writer> writer(new Writer(path, std::move(options), std::move(callbacks)));
    auto lock = FileLock::take(path);
    if (!lock.ok()) return lock.error();
    if (auto found = check_not_lost(path, *lock); !found.ok()) return found.error();
    writer->m_lock = std::move(*lock);
    keep_private(path);

    auto connection = Connection::open(path, Connection::Mode::create, writer->m_vfs->name());
    if (!connection.ok()) return connection.error();
    writer->m_connection = std::move(*connection);
    OpenedLog opened;
    // The version is looked at before anything is changed, the journal mode included.
    auto schema = prepare_schema(writer->m_connection);
    if (!schema.ok()) return schema.error();
    opened.remarks = std::move(schema->remarks);
    if (auto prepared = writer->prepare(); !prepared.ok()) return prepared.error();
    if (auto kept = writer->m_lock.remember_database(); !kept.ok()) return kept.error();

    if (auto folded = writer->fold_all(); !folded.ok()) return folded.error();
    auto recovered = recover(writer->m_connection, opened.remarks);
    if (!recovered.ok()) return recovered.error();
    if (recovered->last_lsn < writer->m_lock.durable_lsn())
        return base::data_loss("the database " + path + " ends at record " + std::to_string(recovered->last_lsn) + ", but record " +
                               std::to_string(writer->m_lock.durable_lsn()) + " was durable: its write-ahead log " + path +
                               "-wal was removed, cut or damaged, or an old copy was put back; restore the files, or remove " + FileLock::path_for(path) +
                               " to go on without those records");
    opened.recovered = std::move(*recovered);
    opened.last_incarnation = writer->m_lock.incarnation();
    writer->m_stats.appended_lsn = writer->m_stats.synced_lsn = opened.recovered.last_lsn;
    writer->m_stats.snapshot_lsn = opened.recovered.snapshot_lsn;
    auto indexed = ArchiveWriter::indexed_lsn(writer->m_connection);
    if (!indexed.ok()) return indexed.error();
    writer->m_stats.indexed_lsn = *indexed;
    writer->start();
    opened.log.reset(new SqliteLog(std::move(writer)));
    return opened;
}

base::Result<> SqliteLog::Writer::prepare() {
    auto checkpoint = Connection::open(m_path, Connection::Mode::existing, m_vfs->name());
    if (!checkpoint.ok()) return checkpoint.error();
    m_checkpoint_connection = std::move(*checkpoint);
    const std::string settings = std::string("PRAGMA journal_mode=WAL;PRAGMA synchronous=") + (m_options.synchronous_full ? "FULL" : "OFF") +
                                 ";PRAGMA wal_autocheckpoint=0;PRAGMA cell_size_check=ON;PRAGMA trusted_schema=OFF";
    for (Connection* connection : {&m_connection, &m_checkpoint_connection})
        if (auto done = connection->execute(settings.c_str()); !done.ok()) return done;
    const struct {
        Statement* statement;
        const char* sql;
    } all[] = {
        {&m_statements.begin, "BEGIN IMMEDIATE"},
        {&m_statements.commit, "COMMIT"},
        {&m_statements.rollback, "ROLLBACK"},
        {&m_statements.insert, "INSERT INTO records(lsn, kind, xid, event, checksum) VALUES(?1, ?2, ?3, ?4, ?5)"},
        {&m_statements.part, "INSERT OR REPLACE INTO snapshot_part(lsn, part, bytes) VALUES(?1, ?2, ?3)"},
        {&m_statements.done, "INSERT OR REPLACE INTO snapshot(lsn, parts, bytes, checksum) VALUES(?1, ?2, ?3, ?4)"},
        {&m_statements.drop_part, "DELETE FROM snapshot_part WHERE rowid IN (SELECT rowid FROM snapshot_part WHERE lsn < ?1 LIMIT 4)"},
        {&m_statements.drop_snapshots, "DELETE FROM snapshot WHERE lsn < ?1"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = Statement::prepare(m_connection, sql);
        if (!prepared.ok()) return prepared.error();
        *statement = std::move(*prepared);
    }
    auto archive = ArchiveWriter::prepare(m_connection);
    if (!archive.ok()) return archive.error();
    m_archive = std::move(*archive);
    m_counts_at_open = m_vfs->counts();
    return base::Ok{};
}

// What is read must be on the disk, or a promise kept on the strength of it could vanish later: after a failed sync the kernel may
// show bytes that it has dropped. Folding the write-ahead log writes them anew, and syncs.
base::Result<> SqliteLog::Writer::fold_all() {
    const VfsShim::CheckpointScope scope;
    if (sqlite3_wal_checkpoint_v2(m_connection.get(), "main", SQLITE_CHECKPOINT_RESTART, nullptr, nullptr) != SQLITE_OK) return m_connection.error("opening");
    return base::Ok{};
}

void SqliteLog::Writer::start() {
    m_oldest_queued = Clock::now();  // a start is no quiet moment
    sqlite3_wal_hook(
        m_connection.get(),
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<Writer*>(self)->m_wal_pages = pages;
            return SQLITE_OK;
        },
        this);
    m_thread = std::thread([this] {
        name_thread(m_options.node, "log");
        run();
    });
    m_checkpoint_thread = std::thread([this] {
        name_thread(m_options.node, "checkpoint");
        run_checkpoints();
    });
}

void SqliteLog::Writer::append(const ports::AppendPtr& event, bool forced) {
    std::lock_guard lock(m_mutex);
    if (m_stop != Stop::none || m_stats.failed) return;
    INDOUBT_CHECK(event->lsn == m_stats.appended_lsn + 1 && event->record() != nullptr, "records are appended in the order of their lsn, without a gap");
    m_stats.appended_lsn = event->lsn;
    if (m_queue.empty()) m_oldest_queued = Clock::now();
    const bool wake = m_queue.empty() || (forced && !m_forced_queued);
    m_queue.push_back(event);
    m_forced_queued = m_forced_queued || forced;
    if (wake) m_wake.notify_one();
}

void SqliteLog::Writer::snapshot(std::uint64_t lsn, std::vector<events::RecordPtr> records) {
    std::lock_guard lock(m_mutex);
    if (m_stop != Stop::none || m_stats.failed) return;
    INDOUBT_CHECK(lsn <= m_stats.appended_lsn, "a snapshot is of records that exist");
    m_new_snapshot = SnapshotJob{};
    m_new_snapshot->lsn = lsn;
    m_new_snapshot->records = std::move(records);
    m_wake.notify_one();
}

void SqliteLog::Writer::run() {
    std::vector<ports::AppendPtr> group;
    const auto flush = std::chrono::milliseconds(m_options.flush_ms);
    for (;;) {
        bool index = false;
        {
            std::unique_lock lock(m_mutex);
            for (;;) {
                if (m_stop == Stop::abandon || m_stats.failed || (m_stop == Stop::close && m_queue.empty())) return;
                if (m_stop == Stop::close || m_forced_queued || m_new_snapshot || m_snapshot || m_drop_snapshots) break;
                if (index_due(Clock::now())) break;
                if (m_queue.empty()) {
                    if (m_index_broken || m_stats.indexed_lsn >= m_stats.synced_lsn) m_wake.wait(lock);
                    else m_wake.wait_until(lock, index_at());
                } else if (m_wake.wait_until(lock, m_oldest_queued + flush) == std::cv_status::timeout) {
                    break;
                }
            }
            index = index_due(Clock::now());
            group.clear();
            group.swap(m_queue);
            m_forced_queued = false;
            // One under way is finished first: under a load that asks for the next too soon, none would ever be.
            if (m_new_snapshot && !m_snapshot && m_new_snapshot->lsn <= m_stats.synced_lsn + group.size()) {
                m_snapshot = std::move(m_new_snapshot);
                m_new_snapshot.reset();
            }
        }
        const bool snapshot_work = m_snapshot.has_value() || m_drop_snapshots;
        if (!group.empty() || snapshot_work) {
            if (!write_group(group, snapshot_work) || !after_commit()) return;
        }
        if (index && (!index_step() || !after_commit())) return;
    }
}

bool SqliteLog::Writer::write_group(const std::vector<ports::AppendPtr>& group, bool with_snapshot) {
    // A transaction of a snapshot part alone makes no record durable: its sync is counted with the checkpoints'.
    std::optional<VfsShim::CheckpointScope> scope;
    if (group.empty()) scope.emplace();
    if (!m_statements.begin.run()) return fail("writing to"), false;
    std::uint64_t forced = 0;
    for (const ports::AppendPtr& event : group) {
        if (!insert(*event)) return fail("writing to"), false;
        forced += event->durable ? 1 : 0;
    }
    if (with_snapshot && !snapshot_step()) return fail("writing a snapshot to"), false;
    const auto began = Clock::now();
    if (!m_statements.commit.run()) return fail("syncing"), false;
    if (group.empty()) return true;
    m_lock.mark_durable(group.back()->lsn);

    const std::int64_t sync_ns = m_vfs->counts().last_commit_sync_ns;
    const SyncDone done{group.back()->lsn, m_options.synchronous_full ? sync_ns : (Clock::now() - began).count(), group.size()};
    {
        std::lock_guard lock(m_mutex);
        if (m_stop == Stop::abandon || m_stats.failed) return false;  // it landed, and nobody hears of it
        m_stats.synced_lsn = done.lsn;
        m_stats.records += group.size();
        m_stats.forced_records += forced;
        ++m_stats.commits;
    }
    if (m_callbacks.synced) m_callbacks.synced(done);
    return true;
}

bool SqliteLog::Writer::insert(const events::Event& event) {
    m_buffer.clear();
    wire::append_event(m_buffer, event);
    const std::string xid = event.xid.empty() ? std::string() : xid_key(event.xid);
    Statement& insert = m_statements.insert;
    insert.bind(1, static_cast<std::int64_t>(event.lsn));
    insert.bind(2, static_cast<std::int64_t>(event.record()->kind));
    if (event.xid.empty()) insert.bind_null(3);
    else insert.bind(3, xid);
    insert.bind(4, m_buffer);
    insert.bind(5, static_cast<std::int64_t>(record_checksum(event.lsn, m_buffer)));
    return insert.run();
}

bool SqliteLog::Writer::snapshot_step() {
    if (m_snapshot) {
        SnapshotJob& job = *m_snapshot;
        while (job.pending.size() < snapshot_part_bytes && job.next_record < job.records.size()) {
            const std::size_t before = job.pending.size();
            wire::add_record_to_batch(job.pending, *job.records[job.next_record]);
            job.records[job.next_record++].reset();
            job.checksum = wire::crc32c(std::string_view(job.pending).substr(before), job.checksum);
        }
        const std::string_view part = std::string_view(job.pending).substr(0, snapshot_part_bytes);
        if (!part.empty()) {
            m_statements.part.bind(1, static_cast<std::int64_t>(job.lsn));
            m_statements.part.bind(2, job.parts++);
            m_statements.part.bind(3, part);
            if (!m_statements.part.run()) return false;
            job.bytes += static_cast<std::int64_t>(part.size());
            job.pending.erase(0, part.size());
        }
        if (!job.pending.empty() || job.next_record < job.records.size()) return true;
        m_statements.done.bind(1, static_cast<std::int64_t>(job.lsn));
        m_statements.done.bind(2, job.parts);
        m_statements.done.bind(3, job.bytes);
        m_statements.done.bind(4, static_cast<std::int64_t>(job.checksum));
        if (!m_statements.done.run()) return false;
        {
            std::lock_guard lock(m_mutex);
            m_stats.snapshot_lsn = job.lsn;
        }
        m_snapshot.reset();
        m_drop_snapshots = true;
        return true;
    }
    // Older snapshots go a few parts at a time, for the same reason as they came.
    const auto keep = static_cast<std::int64_t>(stats().snapshot_lsn);
    m_statements.drop_snapshots.bind(1, keep);
    m_statements.drop_part.bind(1, keep);
    if (!m_statements.drop_snapshots.run() || !m_statements.drop_part.run()) return false;
    m_drop_snapshots = sqlite3_changes(m_connection.get()) > 0;
    return true;
}

SqliteLog::Writer::Clock::time_point SqliteLog::Writer::index_at() const {
    const auto quiet = m_oldest_queued + std::chrono::milliseconds(m_options.index_quiet_ms);
    return m_stats.synced_lsn - m_stats.indexed_lsn > m_options.index_lag_records ? std::min(quiet, m_last_index + index_spacing) : quiet;
}

bool SqliteLog::Writer::index_due(Clock::time_point now) const {
    if (m_index_broken || m_stop != Stop::none || m_stats.indexed_lsn >= m_stats.synced_lsn) return false;
    if (m_index_wanted > m_stats.indexed_lsn) return true;
    if (m_queue.empty() && now >= m_oldest_queued + std::chrono::milliseconds(m_options.index_quiet_ms)) return true;
    return m_stats.synced_lsn - m_stats.indexed_lsn > m_options.index_lag_records && now >= m_last_index + index_spacing;
}

bool SqliteLog::Writer::index_step() {
    const VfsShim::CheckpointScope scope;  // it makes no record durable
    if (!m_statements.begin.run()) return fail("indexing"), false;
    const std::uint64_t from = stats().indexed_lsn;
    auto reached = m_archive.step(m_connection, from, index_step_records);
    const bool disk_failed = !reached.ok() && m_connection.result_code() != SQLITE_OK && m_connection.result_code() != SQLITE_ROW && m_connection.result_code() != SQLITE_DONE;
    if (disk_failed) return fail("indexing"), false;
    if (!reached.ok()) (void)m_statements.rollback.run();
    else if (!m_statements.commit.run()) return fail("indexing"), false;
    std::lock_guard lock(m_mutex);
    m_last_index = Clock::now();
    m_index_broken = !reached.ok() || *reached == from;
    if (reached.ok()) m_stats.indexed_lsn = *reached;
    m_index_changed.notify_all();
    return true;
}

bool SqliteLog::Writer::catch_up(std::int64_t most_ms) {
    std::unique_lock lock(m_mutex);
    const std::uint64_t wanted = m_stats.synced_lsn;
    m_index_wanted = std::max(m_index_wanted, wanted);
    m_wake.notify_one();
    m_index_changed.wait_for(lock, std::chrono::milliseconds(most_ms),
                             [&] { return m_stats.indexed_lsn >= wanted || m_index_broken || m_stop != Stop::none || m_stats.failed; });
    return m_stats.indexed_lsn >= wanted;
}

void SqliteLog::Writer::fail(std::string_view doing) {
    fail(m_connection, doing);
    (void)m_statements.rollback.run();
}

void SqliteLog::Writer::fail(const Connection& connection, std::string_view doing) {
    base::Error error = connection.error(doing);
    error.message += "; the node stops, because what the disk still holds is not known";
    {
        std::lock_guard lock(m_mutex);
        if (std::exchange(m_stats.failed, true)) return;
        m_queue.clear();
        m_new_snapshot.reset();
        m_index_changed.notify_all();
        m_wake.notify_one();
        if (m_stop == Stop::abandon) return;
    }
    if (m_callbacks.failed) m_callbacks.failed(error);
}

bool SqliteLog::Writer::fold(Connection& connection, bool& all) {
    const VfsShim::CheckpointScope scope;
    int pages = 0, folded = 0;
    const int result = sqlite3_wal_checkpoint_v2(connection.get(), "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &folded);
    all = result == SQLITE_OK && pages == folded;
    // Busy: the write-ahead log just grows until the next try; records are safe in it.
    if (result == SQLITE_OK || (result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED) return true;
    fail(connection, "folding the write-ahead log into");
    return false;
}

bool SqliteLog::Writer::after_commit() {
    if (m_wal_pages < static_cast<int>(m_options.checkpoint_pages)) return true;
    {
        std::lock_guard lock(m_fold_mutex);
        if (m_fold == Fold::wanted) return true;
        if (m_fold == Fold::idle) {
            m_fold = Fold::wanted;
            m_fold_wake.notify_one();
            return true;
        }
        m_fold = Fold::idle;
    }
    bool all = false;
    if (!fold(m_connection, all)) return false;
    if (all) m_wal_pages = 0;
    return true;
}

void SqliteLog::Writer::run_checkpoints() {
    std::unique_lock lock(m_fold_mutex);
    for (;;) {
        m_fold_wake.wait(lock, [&] { return m_fold_stop || m_fold == Fold::wanted; });
        if (m_fold_stop) return;
        lock.unlock();
        bool all = false;
        if (!fold(m_checkpoint_connection, all)) return;
        lock.lock();
        m_fold = Fold::bulk_done;
    }
}

void SqliteLog::Writer::stop(Stop how) {
    {
        std::lock_guard lock(m_mutex);
        if (m_stop == Stop::none) m_stop = how;
        if (m_stop == Stop::abandon) m_queue.clear();
        how = m_stop;
        m_wake.notify_one();
        m_index_changed.notify_all();
    }
    if (m_thread.joinable()) m_thread.join();
    {
        std::lock_guard lock(m_fold_mutex);
        m_fold_stop = true;
        m_fold_wake.notify_one();
    }
    if (m_checkpoint_thread.joinable()) m_checkpoint_thread.join();
    {
        std::lock_guard lock(m_read_mutex);
        m_reader.close(false);
        m_closed = true;
    }
    m_statements = Statements{};
    m_archive = ArchiveWriter{};
    const bool orderly = how == Stop::close && !stats().failed;
    const VfsShim::CheckpointScope scope;
    m_checkpoint_connection.close(false);
    m_connection.close(orderly);  // after a crash nothing more is written: recovery reads the write-ahead log as it is
    m_lock = FileLock{};
}

base::Result<> SqliteLog::Writer::open_reader() {
    if (m_closed) return base::unavailable("the log " + m_path + " is closed; its node is down");
    if (m_reader.is_open()) return base::Ok{};
    auto connection = Connection::open(m_path, Connection::Mode::read_only, m_vfs->name());
    if (!connection.ok()) return connection.error();
    m_reader = std::move(*connection);
    return base::Ok{};
}

base::Result<std::vector<events::Event>> SqliteLog::Writer::read(std::uint64_t from_lsn, std::size_t most) {
    std::lock_guard lock(m_read_mutex);
    if (auto open = open_reader(); !open.ok()) return open.error();
    return read_records(m_reader, std::max<std::uint64_t>(from_lsn, 1), most);
}

LogStats SqliteLog::Writer::stats() const {
    const VfsShim::Counts now = m_vfs->counts();
    std::lock_guard lock(m_mutex);
    LogStats stats = m_stats;
    stats.commit_syncs = now.commit_syncs - m_counts_at_open.commit_syncs;
    stats.checkpoint_syncs =
        now.checkpoint_syncs + now.reset_syncs - m_counts_at_open.checkpoint_syncs - m_counts_at_open.reset_syncs;
    return stats;
}

}  // namespace indoubt::storage
