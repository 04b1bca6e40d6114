// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace indoubt::security {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    bool valid() const { return m_fd >= 0; }
    void close() {
        if (m_fd >= 0) ::close(m_fd);
        m_fd = -1;
    }

  private:
    int m_fd;
};

base::Error system_error(const std::string& what, int code) {
    const std::string message = what + ": " + std::strerror(code);
    switch (code) {
        case ENOENT: return base::not_found(message);
        case EACCES:
        case EPERM:
        case EROFS: return {base::ErrorCode::permission_denied, message};
        case ENOSPC:
        case EDQUOT: return {base::ErrorCode::resource_exhausted, message};
        default: return {base::ErrorCode::internal, message};
    }
}

}  // namespace

base::Result<> write_private_file(const std::filesystem::path& path, std::string_view content) {
    const std::string fresh = path.string() + ".new" + std::to_string(::getpid());
    Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.valid()) return system_error("cannot write " + path.string(), errno);
    ::fchmod(file.get(), 0600);
    std::string_view rest = content;
    while (!rest.empty()) {
        const ssize_t written = ::write(file.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            const int code = errno;
            ::unlink(fresh.c_str());
            return system_error("cannot write " + path.string(), code);
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    const bool synced = ::fsync(file.get()) == 0;
    const int sync_code = errno;
    file.close();
    if (!synced || ::rename(fresh.c_str(), path.c_str()) != 0) {
        const int code = synced ? errno : sync_code;
        ::unlink(fresh.c_str());
        return system_error("cannot write " + path.string(), code);
    }
    return base::Ok{};
}

base::Result<std::string> read_private_file(const std::filesystem::path& path, std::size_t most) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return system_error("cannot read " + path.string(), errno);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return system_error("cannot read " + path.string(), errno);
    if (info.st_uid != ::geteuid() && info.st_uid != 0)
        return base::Error{base::ErrorCode::permission_denied, path.string() + " belongs to another user"};
    if ((info.st_mode & 077) != 0)
        return base::Error{base::ErrorCode::permission_denied,
                           path.string() + " can be read or written by others, so it keeps no secret; remove it and restart the cluster (chmod 600 only if nobody has read it)"};
    std::string content(most + 1, '\0');
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t got = ::read(file.get(), content.data() + filled, content.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot read " + path.string(), errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    if (filled > most) return base::data_loss(path.string() + " is larger than such a file can be");
    content.resize(filled);
    return content;
}

base::Result<> make_private_directory(const std::filesystem::path& path, std::string_view mark) {
    std::error_code code;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), code);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_error("cannot create a directory of its own, choose another place than " + path.string(), errno);
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return system_error("cannot use " + path.string(), errno);
    if (!S_ISDIR(info.st_mode)) return base::failed_precondition(path.string() + " is not a directory");
    if (info.st_uid != ::geteuid()) return base::Error{base::ErrorCode::permission_denied, path.string() + " belongs to another user"};
    if ((info.st_mode & 077) == 0) return base::Ok{};
    const bool marked = !mark.empty() && std::filesystem::exists(path / mark, code);
    const bool ours = (info.st_mode & S_ISVTX) == 0 && (marked || std::filesystem::is_empty(path, code));
    if (ours && !code && ::chmod(path.c_str(), 0700) == 0) return base::Ok{};
    return base::Error{base::ErrorCode::permission_denied, "the directory " + path.string() + " is open to others and holds other files; name one that does not exist yet, or chmod 700 it if it is yours alone"};
}

}  // namespace indoubt::security
