// SPDX-License-Identifier: GPL-3.0-or-later
// A sqlite3_vfs around the default one. It counts syncs (those of commits apart from those of checkpoints and resets of the
// write-ahead log), injects a slow, full or failing disk, and can record every write for the power-cut test.
// One shim per log, registered under a name of its own, so that counts and faults never mix. Thread-safe.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3_vfs;

namespace indoubt::storage {

// Sees every change of a file that succeeded, with its path. Called under the shim's lock, so in the order of the disk.
class DiskRecorder {
  public:
    virtual ~DiskRecorder() = default;
    virtual void wrote(const std::string& path, std::int64_t offset, std::string_view bytes) = 0;
    virtual void truncated(const std::string& path, std::int64_t size) = 0;
    virtual void synced(const std::string& path) = 0;
    virtual void removed(const std::string& path) = 0;
};

class VfsShim {
  public:
    VfsShim();
    ~VfsShim();  // after every connection that uses it
    VfsShim(const VfsShim&) = delete;
    VfsShim& operator=(const VfsShim&) = delete;
    const char* name() const;  // for sqlite3_open_v2

    struct Counts {
        std::uint64_t commit_syncs = 0;      // of the write-ahead log, by commits
        std::uint64_t reset_syncs = 0;       // of the log's header when it starts over
        std::uint64_t checkpoint_syncs = 0;  // of log and database, by checkpoints
        std::uint64_t other_syncs = 0;       // journals and directories, before the file is in WAL mode
        std::int64_t last_commit_sync_ns = 0;
    };
    Counts counts() const;

    // Faults of the disk, until set back. An error hits every later call of that kind.
    void set_sync_delay_ms(std::int64_t ms);
    void set_sync_fails(bool fails);
    void set_fold_sync_fails(bool fails);  // of the database, by checkpoints; commits go on
    void set_write_fails(bool fails);
    void set_full(bool full);

    // From now on; null ends it.
    void record(DiskRecorder* recorder);

    // Syncs on this thread count as a checkpoint's while it lives.
    class CheckpointScope {
      public:
        CheckpointScope();
        ~CheckpointScope();
    };

    struct State;

  private:
    std::unique_ptr<State> m_state;
};

}  // namespace indoubt::storage
