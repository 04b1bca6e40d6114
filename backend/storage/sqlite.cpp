// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite.h"

#include <sqlite3.h>

namespace indoubt::storage {

namespace {

using base::Error;
using base::ErrorCode;

constexpr const char* what_to_do = "restore the file from a copy, or choose another directory; nothing was changed";

Error describe(int code, const std::string& path, std::string_view doing, const char* detail) {
    const std::string head = std::string(doing) + " " + path + ": ";
    switch (code & 0xff) {
        case SQLITE_FULL: return {ErrorCode::resource_exhausted, head + "the disk is full; free some space and start the node again"};
        case SQLITE_CORRUPT: return {ErrorCode::data_loss, head + "the database is damaged (" + detail + "); " + what_to_do};
        case SQLITE_NOTADB: return {ErrorCode::data_loss, head + "this is no SQLite database, or its first page is damaged; " + what_to_do};
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            return {ErrorCode::permission_denied, head + "it cannot be written (" + detail + "); check the rights of the file and its directory"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return {ErrorCode::failed_precondition, head + "another process uses it; stop that one first"};
        case SQLITE_IOERR:
            return {ErrorCode::data_loss, head + "the disk failed (" + detail + ", code " + std::to_string(code) + "); what was not reported durable may be lost"};
        default: return {ErrorCode::internal, head + detail};
    }
}

}  // namespace

base::Result<Connection> Connection::open(const std::string& path, Mode mode, const char* vfs) {
    const int flags = SQLITE_OPEN_NOMUTEX | (mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                      (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
    Connection connection;
    connection.m_path = path;
    const int result = sqlite3_open_v2(path.c_str(), &connection.m_db, flags, vfs);
    if (result != SQLITE_OK) return connection.error("cannot open");
    sqlite3_extended_result_codes(connection.m_db, 1);
    sqlite3_busy_timeout(connection.m_db, 2000);
    // SQLite opens a file it may not write read-only, without a word.
    if (mode != Mode::read_only && sqlite3_db_readonly(connection.m_db, "main") == 1)
        return describe(SQLITE_READONLY, path, "cannot open", "the file is read-only");
    return connection;
}

Connection& Connection::operator=(Connection&& other) noexcept {
    if (this != &other) {
        close(true);
        m_db = std::exchange(other.m_db, nullptr);
        m_path = std::move(other.m_path);
    }
    return *this;
}

void Connection::close(bool checkpoint) {
    if (m_db == nullptr) return;
    if (!checkpoint) sqlite3_db_config(m_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_close_v2(std::exchange(m_db, nullptr));
}

base::Result<> Connection::execute(const char* sql) {
    if (sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error("cannot write to");
    return base::Ok{};
}

base::Result<std::int64_t> Connection::number(const char* sql) {
    auto statement = Statement::prepare(*this, sql);
    if (!statement.ok()) return statement.error();
    switch (statement->step()) {
        case Statement::Step::row: return statement->number(0);
        case Statement::Step::done: return std::int64_t{0};
        case Statement::Step::error: break;
    }
    return error("cannot read");
}

base::Error Connection::error(std::string_view doing) const {
    if (m_db == nullptr) return describe(SQLITE_NOMEM, m_path, doing, "out of memory");
    return describe(sqlite3_extended_errcode(m_db), m_path, doing, sqlite3_errmsg(m_db));
}

int Connection::result_code() const { return m_db == nullptr ? SQLITE_NOMEM : sqlite3_errcode(m_db) & 0xff; }

base::Result<Statement> Statement::prepare(Connection& connection, const char* sql) {
    Statement statement;
    if (sqlite3_prepare_v3(connection.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement.m_statement, nullptr) != SQLITE_OK)
        return connection.error("cannot read");
    return statement;
}

Statement& Statement::operator=(Statement&& other) noexcept {
    if (this != &other) {
        finalize();
        m_statement = std::exchange(other.m_statement, nullptr);
    }
    return *this;
}

void Statement::finalize() { sqlite3_finalize(std::exchange(m_statement, nullptr)); }
void Statement::bind(int index, std::int64_t value) { sqlite3_bind_int64(m_statement, index, value); }
void Statement::bind(int index, std::string_view bytes) {
    sqlite3_bind_blob64(m_statement, index, bytes.data() != nullptr ? bytes.data() : "", bytes.size(), SQLITE_STATIC);
}
void Statement::bind_null(int index) { sqlite3_bind_null(m_statement, index); }

Statement::Step Statement::step() {
    switch (sqlite3_step(m_statement)) {
        case SQLITE_ROW: return Step::row;
        case SQLITE_DONE: return Step::done;
        default: return Step::error;
    }
}

void Statement::reset() { sqlite3_reset(m_statement); }
std::int64_t Statement::number(int column) const { return sqlite3_column_int64(m_statement, column); }
std::string_view Statement::bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(m_statement, column));
    return {data != nullptr ? data : "", static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

}  // namespace indoubt::storage
