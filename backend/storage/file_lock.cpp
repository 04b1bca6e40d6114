// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "wire/checksum.h"

namespace indoubt::storage {

namespace {

// Lines of fixed width, each written in place; the last is missing where no incarnation has begun since it was invented:
//   process 4711
//   database made
//   durable 00000000000000000812 1a2b3c4d
//   incarnation 00000000000000000003 5e6f7a8b
constexpr int process_bytes = 24, made_bytes = 16, durable_bytes = 38, incarnation_bytes = 42;
constexpr off_t made_at = process_bytes, durable_at = process_bytes + made_bytes, incarnation_at = durable_at + durable_bytes;
constexpr std::string_view durable_word = "durable ", incarnation_word = "incarnation ";
constexpr std::string_view made_words = "database made";

base::Error explain(const std::string& path, int error) {
    const std::string detail = std::strerror(error);
    if (error == EACCES || error == EPERM || error == EROFS)
        return {base::ErrorCode::permission_denied, "cannot write " + path + ": " + detail + "; a node needs a directory it may write to"};
    if (error == ENOSPC || error == EDQUOT)
        return {base::ErrorCode::resource_exhausted, "cannot write " + path + ": the disk is full; free some space and start the node again"};
    if (error == ENOENT || error == ENOTDIR) return base::not_found("cannot write " + path + ": its directory does not exist");
    return {base::ErrorCode::internal, "cannot write " + path + ": " + detail};
}

std::string line(std::string text, int bytes) {
    text.resize(static_cast<std::size_t>(bytes) - 1, ' ');
    return text + "\n";
}

bool put(int file, const std::string& text, off_t at) { return ::pwrite(file, text.data(), text.size(), at) == static_cast<ssize_t>(text.size()); }

std::string words(std::string_view word, std::uint64_t number) {
    char digits[24], sum[12];
    std::snprintf(digits, sizeof digits, "%020llu", static_cast<unsigned long long>(number));
    std::snprintf(sum, sizeof sum, "%08x", wire::crc32c(digits));
    return std::string(word) + digits + " " + sum;
}

// 0: the line is not there, or torn: nothing is known.
std::uint64_t number_in(std::string_view all, off_t at, std::string_view word) {
    if (all.size() <= static_cast<std::size_t>(at) + word.size()) return 0;
    all.remove_prefix(static_cast<std::size_t>(at));
    const std::uint64_t number = std::strtoull(std::string(all.substr(word.size(), 20)).c_str(), nullptr, 10);
    return all.starts_with(words(word, number)) ? number : 0;
}

}  // namespace

base::Result<FileLock> FileLock::take(const std::string& database_path) {
    FileLock lock;
    lock.m_path = path_for(database_path);
    lock.m_file = ::open(lock.m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.m_file < 0) return explain(lock.m_path, errno);
    if (::flock(lock.m_file, LOCK_EX | LOCK_NB) != 0) {
        char text[process_bytes + 1] = {};
        const bool known = ::pread(lock.m_file, text, process_bytes, 0) > 0;
        std::string holder = known ? text : "";
        holder.resize(holder.find_last_not_of(" \n") + 1);
        return base::failed_precondition("the database " + database_path + " is in use" + (holder.empty() ? "" : " by " + holder) +
                                         "; stop that process first, or choose another data directory");
    }
    lock.read();
    if (!put(lock.m_file, line("process " + std::to_string(::getpid()), process_bytes), 0)) return explain(lock.m_path, errno);
    return lock;
}

void FileLock::read() {
    char text[process_bytes + made_bytes + durable_bytes + incarnation_bytes] = {};
    const ssize_t size = ::pread(m_file, text, sizeof text, 0);
    const std::string_view all(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    m_made = all.size() >= static_cast<std::size_t>(durable_at) && all.substr(made_at).starts_with(made_words);
    m_durable_lsn = number_in(all, durable_at, durable_word);
    m_incarnation = number_in(all, incarnation_at, incarnation_word);
}

base::Result<> FileLock::remember_database() {
    if (m_made) return base::Ok{};
    if (!put(m_file, line(std::string(made_words), made_bytes), made_at) || ::fsync(m_file) != 0) return explain(m_path, errno);
    m_made = true;
    return base::Ok{};
}

void FileLock::mark_durable(std::uint64_t lsn) {
    m_durable_lsn = lsn;
    (void)put(m_file, line(words(durable_word, lsn), durable_bytes), durable_at);  // a mark too low only warns of less
}

base::Result<> FileLock::begin_incarnation(std::uint64_t number) const {
    if (!put(m_file, line(words(incarnation_word, number), incarnation_bytes), incarnation_at) || ::fdatasync(m_file) != 0) return explain(m_path, errno);
    return base::Ok{};
}

FileLock::FileLock(FileLock&& other) noexcept
    : m_file(std::exchange(other.m_file, -1)), m_made(other.m_made), m_durable_lsn(other.m_durable_lsn), m_incarnation(other.m_incarnation), m_path(std::move(other.m_path)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(m_file, other.m_file);
    std::swap(m_made, other.m_made);
    std::swap(m_durable_lsn, other.m_durable_lsn);
    std::swap(m_incarnation, other.m_incarnation);
    std::swap(m_path, other.m_path);
    return *this;
}

FileLock::~FileLock() {
    if (m_file >= 0) ::close(m_file);  // which unlocks it; the file stays, so that two openers never lock two different files
}

}  // namespace indoubt::storage
