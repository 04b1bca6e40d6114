// SPDX-License-Identifier: GPL-3.0-or-later
// One process per database: an flock on a small file beside it, which the kernel drops with the process, SIGKILL included.
// The file also remembers that a database was made here: a log that is suddenly missing or empty means forgotten promises,
// and is never taken for a new node. Internal to storage/.
#pragma once
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
    base::Result<> remember_database();  // durable when it returns
    static std::string path_for(const std::string& database_path) { return database_path + ".lock"; }

  private:
    base::Result<> write(bool made);
    int m_file = -1;
    bool m_made = false;
    std::string m_path;
};

}  // namespace indoubt::storage
