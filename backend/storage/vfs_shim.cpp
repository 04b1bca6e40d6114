// SPDX-License-Identifier: GPL-3.0-or-later
// How a VFS wraps another: https://www.sqlite.org/vfs.html, section 2.3, and SQLite's own test_vfs.c.
#include "storage/vfs_shim.h"

#include <sqlite3.h>

#include <chrono>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/check.h"

namespace indoubt::storage {

namespace {

thread_local int checkpoint_depth = 0;

std::int64_t steady_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

struct VfsShim::State {
    sqlite3_vfs vfs{};
    sqlite3_vfs* real = nullptr;
    std::string name;

    std::atomic<std::uint64_t> commit_syncs{0}, reset_syncs{0}, checkpoint_syncs{0}, other_syncs{0};
    std::atomic<std::int64_t> last_commit_sync_ns{0};
    std::atomic<std::int64_t> sync_delay_ms{0};
    std::atomic<bool> sync_fails{false}, fold_sync_fails{false}, write_fails{false}, full{false};

    // While a recorder listens, changes and syncs of all files go one by one: its order is then the disk's.
    std::atomic<bool> recording{false};
    std::mutex record_mutex;
    DiskRecorder* recorder = nullptr;
};

namespace {

using State = VfsShim::State;

enum class Role : std::uint8_t { database, wal, other };

struct ShimFile {
    sqlite3_file base;
    State* state;
    const char* path;  // lives as long as the file is open (SQLite's promise)
    Role role;
    bool header_written;  // last write of a log was its header: the next sync is that of a reset
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

ShimFile* shim(sqlite3_file* file) { return reinterpret_cast<ShimFile*>(file); }
State* state_of(sqlite3_vfs* vfs) { return static_cast<State*>(vfs->pAppData); }

// Runs `change` and tells the recorder about it; in one order with all others while one listens.
template <class Tell, class Change>
int recorded(State& state, Tell tell, Change change) {
    if (!state.recording.load(std::memory_order_acquire)) return change();
    std::lock_guard lock(state.record_mutex);
    const int result = change();
    if (result == SQLITE_OK && state.recorder != nullptr) tell(*state.recorder);
    return result;
}

int file_close(sqlite3_file* file) { return shim(file)->real()->pMethods->xClose(shim(file)->real()); }
int file_read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) { return shim(file)->real()->pMethods->xRead(shim(file)->real(), to, size, at); }

int file_write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    ShimFile& self = *shim(file);
    if (self.state->write_fails.load(std::memory_order_relaxed)) return SQLITE_IOERR_WRITE;
    if (self.state->full.load(std::memory_order_relaxed)) return SQLITE_FULL;
    self.header_written = self.role == Role::wal && at == 0;
    return recorded(
        *self.state, [&](DiskRecorder& to) { to.wrote(self.path, at, {static_cast<const char*>(from), static_cast<std::size_t>(size)}); },
        [&] { return self.real()->pMethods->xWrite(self.real(), from, size, at); });
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
    ShimFile& self = *shim(file);
    return recorded(
        *self.state, [&](DiskRecorder& to) { to.truncated(self.path, size); }, [&] { return self.real()->pMethods->xTruncate(self.real(), size); });
}

int file_sync(sqlite3_file* file, int flags) {
    ShimFile& self = *shim(file);
    State& state = *self.state;
    const std::int64_t began = steady_ns();
    if (const auto delay = state.sync_delay_ms.load(std::memory_order_relaxed); delay > 0) std::this_thread::sleep_for(std::chrono::milliseconds(delay));
    if (state.sync_fails.load(std::memory_order_relaxed)) return SQLITE_IOERR_FSYNC;
    if (checkpoint_depth > 0 && self.role == Role::database && state.fold_sync_fails.load(std::memory_order_relaxed)) return SQLITE_IOERR_FSYNC;
    const int result = recorded(
        state, [&](DiskRecorder& to) { to.synced(self.path); }, [&] { return self.real()->pMethods->xSync(self.real(), flags); });
    if (result != SQLITE_OK) return result;
    if (checkpoint_depth > 0) {
        state.checkpoint_syncs.fetch_add(1, std::memory_order_relaxed);
    } else if (self.role == Role::wal && self.header_written) {
        state.reset_syncs.fetch_add(1, std::memory_order_relaxed);
    } else if (self.role == Role::wal) {
        state.commit_syncs.fetch_add(1, std::memory_order_relaxed);
        state.last_commit_sync_ns.store(steady_ns() - began, std::memory_order_relaxed);
    } else {
        state.other_syncs.fetch_add(1, std::memory_order_relaxed);
    }
    self.header_written = false;
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) { return shim(file)->real()->pMethods->xFileSize(shim(file)->real(), size); }
int file_lock(sqlite3_file* file, int level) { return shim(file)->real()->pMethods->xLock(shim(file)->real(), level); }
int file_unlock(sqlite3_file* file, int level) { return shim(file)->real()->pMethods->xUnlock(shim(file)->real(), level); }
int file_reserved(sqlite3_file* file, int* out) { return shim(file)->real()->pMethods->xCheckReservedLock(shim(file)->real(), out); }
int file_control(sqlite3_file* file, int op, void* arg) { return shim(file)->real()->pMethods->xFileControl(shim(file)->real(), op, arg); }
int file_sector(sqlite3_file* file) { return shim(file)->real()->pMethods->xSectorSize(shim(file)->real()); }
int file_traits(sqlite3_file* file) { return shim(file)->real()->pMethods->xDeviceCharacteristics(shim(file)->real()); }
int file_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return shim(file)->real()->pMethods->xShmMap(shim(file)->real(), page, size, extend, out);
}
int file_shm_lock(sqlite3_file* file, int at, int count, int flags) { return shim(file)->real()->pMethods->xShmLock(shim(file)->real(), at, count, flags); }
void file_shm_barrier(sqlite3_file* file) { shim(file)->real()->pMethods->xShmBarrier(shim(file)->real()); }
int file_shm_unmap(sqlite3_file* file, int remove) { return shim(file)->real()->pMethods->xShmUnmap(shim(file)->real(), remove); }
int file_fetch(sqlite3_file* file, sqlite3_int64 at, int size, void** out) { return shim(file)->real()->pMethods->xFetch(shim(file)->real(), at, size, out); }
int file_unfetch(sqlite3_file* file, sqlite3_int64 at, void* page) { return shim(file)->real()->pMethods->xUnfetch(shim(file)->real(), at, page); }

constexpr sqlite3_io_methods methods{3,           file_close,    file_read,    file_write,   file_truncate, file_sync,   file_size,
                                     file_lock,   file_unlock,   file_reserved, file_control, file_sector,   file_traits, file_shm_map,
                                     file_shm_lock, file_shm_barrier, file_shm_unmap, file_fetch, file_unfetch};

int vfs_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    State& state = *state_of(vfs);
    auto* self = shim(file);
    std::memset(static_cast<void*>(self), 0, sizeof(ShimFile));
    self->state = &state;
    self->path = path != nullptr ? path : "";
    self->role = (flags & SQLITE_OPEN_WAL) != 0 ? Role::wal : (flags & SQLITE_OPEN_MAIN_DB) != 0 ? Role::database : Role::other;
    const int result = state.real->xOpen(state.real, path, self->real(), flags, out_flags);
    // Set even on failure if the real one set its own: SQLite then calls xClose.
    self->base.pMethods = self->real()->pMethods != nullptr ? &methods : nullptr;
    return result;
}

int vfs_delete(sqlite3_vfs* vfs, const char* path, int sync_directory) {
    State& state = *state_of(vfs);
    return recorded(
        state, [&](DiskRecorder& to) { to.removed(path); }, [&] { return state.real->xDelete(state.real, path, sync_directory); });
}
int vfs_access(sqlite3_vfs* vfs, const char* path, int flags, int* out) { return state_of(vfs)->real->xAccess(state_of(vfs)->real, path, flags, out); }
int vfs_full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) { return state_of(vfs)->real->xFullPathname(state_of(vfs)->real, path, size, out); }
int vfs_randomness(sqlite3_vfs* vfs, int size, char* out) { return state_of(vfs)->real->xRandomness(state_of(vfs)->real, size, out); }
int vfs_sleep(sqlite3_vfs* vfs, int us) { return state_of(vfs)->real->xSleep(state_of(vfs)->real, us); }
int vfs_time(sqlite3_vfs* vfs, double* out) { return state_of(vfs)->real->xCurrentTime(state_of(vfs)->real, out); }
int vfs_last_error(sqlite3_vfs* vfs, int size, char* out) { return state_of(vfs)->real->xGetLastError(state_of(vfs)->real, size, out); }
int vfs_time64(sqlite3_vfs* vfs, sqlite3_int64* out) { return state_of(vfs)->real->xCurrentTimeInt64(state_of(vfs)->real, out); }

std::string next_name() {  // SQLite keeps one list of VFS names per process; each shim needs its own
    static std::atomic<std::uint64_t> count{0};
    return "indoubt-" + std::to_string(count.fetch_add(1));
}

}  // namespace

VfsShim::VfsShim() : m_state(std::make_unique<State>()) {
    State& state = *m_state;
    state.real = sqlite3_vfs_find(nullptr);
    INDOUBT_CHECK(state.real != nullptr && state.real->iVersion >= 2, "SQLite has a default VFS");
    state.name = next_name();
    sqlite3_vfs& vfs = state.vfs;
    vfs.iVersion = 2;
    vfs.szOsFile = static_cast<int>(sizeof(ShimFile)) + state.real->szOsFile;
    vfs.mxPathname = state.real->mxPathname;
    vfs.zName = state.name.c_str();
    vfs.pAppData = m_state.get();
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    vfs.xFullPathname = vfs_full_path;
    vfs.xRandomness = vfs_randomness;
    vfs.xSleep = vfs_sleep;
    vfs.xCurrentTime = vfs_time;
    vfs.xGetLastError = vfs_last_error;
    vfs.xCurrentTimeInt64 = vfs_time64;
    INDOUBT_CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK, "a VFS can be registered");
}

VfsShim::~VfsShim() { sqlite3_vfs_unregister(&m_state->vfs); }

const char* VfsShim::name() const { return m_state->name.c_str(); }

VfsShim::Counts VfsShim::counts() const {
    return {m_state->commit_syncs.load(), m_state->reset_syncs.load(), m_state->checkpoint_syncs.load(), m_state->other_syncs.load(),
            m_state->last_commit_sync_ns.load()};
}

void VfsShim::set_sync_delay_ms(std::int64_t ms) { m_state->sync_delay_ms = ms; }
void VfsShim::set_sync_fails(bool fails) { m_state->sync_fails = fails; }
void VfsShim::set_fold_sync_fails(bool fails) { m_state->fold_sync_fails = fails; }
void VfsShim::set_write_fails(bool fails) { m_state->write_fails = fails; }
void VfsShim::set_full(bool full) { m_state->full = full; }

void VfsShim::record(DiskRecorder* recorder) {
    std::lock_guard lock(m_state->record_mutex);
    m_state->recorder = recorder;
    m_state->recording.store(recorder != nullptr, std::memory_order_release);
}

VfsShim::CheckpointScope::CheckpointScope() { ++checkpoint_depth; }
VfsShim::CheckpointScope::~CheckpointScope() { --checkpoint_depth; }

}  // namespace indoubt::storage
