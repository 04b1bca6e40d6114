// SPDX-License-Identifier: GPL-3.0-or-later
// One process per database: an flock on a small file beside it, which the kernel drops with the process, SIGKILL included.
//
// The file also remembers what SQLite cannot know: that a database was made here, and up to which record it was durable. A
// log that is missing, empty, or ends before that mark (its write-ahead log was removed, cut or damaged, or an old copy was
// put back) means forgotten promises, and is never taken for a whole one. The mark is written after each sync and not synced
// itself: after a power cut it may be too low, never too high.
// And the number of the last incarnation that began, before anybody hears of it: one whose first record never reached the database
// would else leave its number to the next, and whoever saw both would take them for one.
// Internal to storage/.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.h"

namespace indoubt::storage {

class FileLock {
  public:
    // Errors: FAILED_PRECONDITION: held by another process (its id is named); PERMISSION_DENIED; RESOURCE_EXHAUSTED: disk full.
    static base::Result<FileLock> take(const std::string& database_path);
    FileLock() = default;
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();

    bool database_was_made() const { return m_made; }
    std::uint64_t durable_lsn() const { return m_durable_lsn; }
    base::Result<> remember_database();     // durable when it returns
    void mark_durable(std::uint64_t lsn);   // one small write, no sync
    std::uint64_t incarnation() const { return m_incarnation; }     // of the last one, when this lock was taken; 0: none, or unknown
    base::Result<> begin_incarnation(std::uint64_t number) const;   // durable when it returns
    static std::string path_for(const std::string& database_path) { return database_path + ".lock"; }

  private:
    void read();
    int m_file = -1;
    bool m_made = false;
    std::uint64_t m_durable_lsn = 0, m_incarnation = 0;
    std::string m_path;
};

}  // namespace indoubt::storage
