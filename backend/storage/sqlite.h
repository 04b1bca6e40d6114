// SPDX-License-Identifier: GPL-3.0-or-later
// SQLite's C API behind a small RAII. A connection and its statements belong to one thread at a time. Internal to storage/.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace indoubt::storage {

class Connection {
  public:
    enum class Mode : std::uint8_t { create, existing, read_only };
    static base::Result<Connection> open(const std::string& path, Mode mode, const char* vfs);
    Connection() = default;
    Connection(Connection&& other) noexcept : m_db(std::exchange(other.m_db, nullptr)), m_path(std::move(other.m_path)) {}
    Connection& operator=(Connection&& other) noexcept;
    ~Connection() { close(true); }
    // The last connection folds the write-ahead log into the database, unless it is told not to. Statements must be gone.
    void close(bool checkpoint);

    sqlite3* get() const { return m_db; }
    bool is_open() const { return m_db != nullptr; }
    const std::string& path() const { return m_path; }
    base::Result<> execute(const char* sql);
    base::Result<std::int64_t> number(const char* sql);  // first column of the first row; 0: no row
    base::Error error(std::string_view doing) const;     // the last one, for a person
    int result_code() const;                             // the last one, primary

  private:
    sqlite3* m_db = nullptr;
    std::string m_path;
};

class Statement {
  public:
    static base::Result<Statement> prepare(Connection& connection, const char* sql);
    Statement() = default;
    Statement(Statement&& other) noexcept : m_statement(std::exchange(other.m_statement, nullptr)) {}
    Statement& operator=(Statement&& other) noexcept;
    ~Statement() { finalize(); }
    void finalize();

    // Indexes from 1. Bytes are not copied: they must live until step() is done.
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view bytes);
    void bind_null(int index);
    enum class Step : std::uint8_t { row, done, error };
    Step step();
    void reset();
    bool run() {  // for statements without rows
        const bool good = step() == Step::done;
        reset();
        return good;
    }

    std::int64_t number(int column) const;         // from 0
    std::string_view bytes(int column) const;      // until the next step() or reset()

  private:
    sqlite3_stmt* m_statement = nullptr;
};

}  // namespace indoubt::storage
