// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster's directory: locked while a cluster runs on it, so that no second one opens the same databases.
#pragma once
#include <filesystem>
#include <string>

#include "base/ids.h"
#include "base/result.h"

namespace indoubt::cluster {

class DataDirectory {
  public:
    // Creates it if need be. Errors: FAILED_PRECONDITION names the process that holds it; PERMISSION_DENIED; RESOURCE_EXHAUSTED.
    static base::Result<DataDirectory> lock(const std::filesystem::path& path);
    DataDirectory(DataDirectory&& other) noexcept;
    DataDirectory& operator=(DataDirectory&& other) noexcept;
    ~DataDirectory();

    const std::filesystem::path& path() const { return m_path; }
    std::string database(base::NodeId node) const { return (m_path / (node.name() + ".db")).string(); }
    std::filesystem::path token_file() const { return m_path / "token"; }
    // Participants whose databases are or were there; 0 = a new directory.
    int participants_found() const;
    int managers_found() const;
    // A short directory for sockets: a unix socket's path has at most 107 bytes.
    base::Result<std::filesystem::path> socket_directory() const;

  private:
    DataDirectory(std::filesystem::path path, int fd) : m_path(std::move(path)), m_fd(fd) {}
    bool was_here(base::NodeId node) const;
    std::filesystem::path m_path;
    int m_fd = -1;
};

}  // namespace indoubt::cluster
