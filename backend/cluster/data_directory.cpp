// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/hash.h"
#include "base/limits.h"
#include "cluster/options.h"
#include "security/files.h"
#include "security/registry.h"

namespace indoubt::cluster {
namespace {
constexpr std::size_t socket_directory_bytes_max = 90;
constexpr const char* lock_file = "cluster.lock";
}

base::Result<DataDirectory> DataDirectory::lock(const std::filesystem::path& path) {
    std::error_code code;
    const auto absolute = std::filesystem::absolute(path, code).lexically_normal();
    if (std::filesystem::exists(absolute, code) && !std::filesystem::is_directory(absolute, code))
        return base::failed_precondition(absolute.string() + " is a file; the cluster needs a directory");
    if (auto made = security::make_private_directory(absolute, lock_file); !made) return made.error();
    const std::string file = (absolute / lock_file).string();
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        const int error = errno;
        const std::string message = "cannot write in " + absolute.string() + ": " + std::strerror(error) + "; choose a directory of your own with --data";
        if (error == ENOSPC) return base::Error{base::ErrorCode::resource_exhausted, message};
        return base::Error{base::ErrorCode::permission_denied, message};
    }
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        char holder[32] = {};
        const ssize_t got = ::pread(fd, holder, sizeof holder - 1, 0);
        ::close(fd);
        const std::string who = got > 0 ? " (process " + std::string(holder, std::strcspn(holder, "\n")) + ")" : "";
        return base::failed_precondition("another running cluster" + who + " uses " + absolute.string() + "; stop it, or choose another directory with --data");
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0) {
        const int error = errno;
        ::close(fd);
        return base::Error{error == ENOSPC ? base::ErrorCode::resource_exhausted : base::ErrorCode::permission_denied,
                           "cannot write in " + absolute.string() + ": " + std::strerror(error)};
    }
    return DataDirectory(absolute, fd);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept : m_path(std::move(other.m_path)), m_fd(std::exchange(other.m_fd, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
    std::swap(m_path, other.m_path);
    std::swap(m_fd, other.m_fd);
    return *this;
}

DataDirectory::~DataDirectory() {
    if (m_fd >= 0) ::close(m_fd);  // gives up the lock
}

// A database that is gone leaves its lock file, which knows what it held: opening it will say so.
bool DataDirectory::was_here(base::NodeId node) const {
    std::error_code code;
    return std::filesystem::exists(database(node), code) || std::filesystem::exists(database(node) + ".lock", code);
}

int DataDirectory::participants_found() const {
    int count = 0;
    for (int i = 0; i < base::limits::participants_max; ++i) {
        const char name[] = {static_cast<char>('A' + i), '\0'};
        if (was_here(base::NodeId::of(name))) count = i + 1;
    }
    return count;
}

int DataDirectory::managers_found() const {
    int count = 0;
    for (int i = 1; i <= 2 * faults_max + 1; ++i) {
        if (was_here(base::NodeId::of(i == 1 ? "T" : "T" + std::to_string(i)))) count = i;
    }
    return count;
}

base::Result<std::filesystem::path> DataDirectory::socket_directory() const {
    auto directory = m_path / "run";
    if (directory.string().size() > socket_directory_bytes_max) {
        const auto tag = base::digest128(m_path.string()).low & 0xffffffffU;
        directory = security::runtime_directory() / ("run-" + std::to_string(tag));
        if (directory.string().size() > socket_directory_bytes_max)
            directory = std::filesystem::path("/tmp") / ("indoubt-" + std::to_string(::geteuid()) + "-" + std::to_string(tag));
    }
    if (auto made = security::make_private_directory(directory); !made) return made.error();
    return directory;
}

}  // namespace indoubt::cluster
