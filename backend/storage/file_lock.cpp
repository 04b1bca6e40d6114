// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace indoubt::storage {

namespace {

constexpr std::string_view made_line = "database made\n";

base::Error explain(const std::string& path, int error) {
    const std::string detail = std::strerror(error);
    if (error == EACCES || error == EPERM || error == EROFS)
        return {base::ErrorCode::permission_denied, "cannot write " + path + ": " + detail + "; a node needs a directory it may write to"};
    if (error == ENOSPC || error == EDQUOT)
        return {base::ErrorCode::resource_exhausted, "cannot write " + path + ": the disk is full; free some space and start the node again"};
    if (error == ENOENT || error == ENOTDIR) return base::not_found("cannot write " + path + ": its directory does not exist");
    return {base::ErrorCode::internal, "cannot write " + path + ": " + detail};
}

}  // namespace

base::Result<FileLock> FileLock::take(const std::string& database_path) {
    FileLock lock;
    lock.m_path = path_for(database_path);
    lock.m_file = ::open(lock.m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.m_file < 0) return explain(lock.m_path, errno);
    char text[128] = {};
    const auto read_text = [&] {
        const ssize_t size = ::pread(lock.m_file, text, sizeof text - 1, 0);
        return std::string_view(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    };
    if (::flock(lock.m_file, LOCK_EX | LOCK_NB) != 0) {
        const std::string_view holder = read_text().substr(0, read_text().find('\n'));
        return base::failed_precondition("the database " + database_path + " is in use" + (holder.empty() ? "" : " by " + std::string(holder)) +
                                         "; stop that process first, or choose another data directory");
    }
    lock.m_made = read_text().find(made_line) != std::string_view::npos;
    if (auto written = lock.write(lock.m_made); !written.ok()) return written.error();
    return lock;
}

base::Result<> FileLock::write(bool made) {
    const std::string text = "process " + std::to_string(::getpid()) + "\n" + std::string(made ? made_line : "");
    if (::ftruncate(m_file, 0) != 0 || ::pwrite(m_file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) return explain(m_path, errno);
    m_made = made;
    return base::Ok{};
}

base::Result<> FileLock::remember_database() {
    if (m_made) return base::Ok{};
    if (auto written = write(true); !written.ok()) return written;
    if (::fsync(m_file) != 0) return explain(m_path, errno);
    return base::Ok{};
}

FileLock::FileLock(FileLock&& other) noexcept
    : m_file(std::exchange(other.m_file, -1)), m_made(other.m_made), m_path(std::move(other.m_path)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(m_file, other.m_file);
    std::swap(m_made, other.m_made);
    std::swap(m_path, other.m_path);
    return *this;
}

FileLock::~FileLock() {
    if (m_file >= 0) ::close(m_file);  // which unlocks it; the file stays, so that two openers never lock two different files
}

}  // namespace indoubt::storage
