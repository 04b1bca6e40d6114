// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite_log.h"

#include "storage/log_writer.h"

namespace indoubt::storage {

base::Result<OpenedLog> SqliteLog::open(const std::string& path, LogOptions options, LogCallbacks callbacks) {
    return Writer::open(path, std::move(options), std::move(callbacks));
}

SqliteLog::SqliteLog(std::unique_ptr<Writer> writer) : m_writer(std::move(writer)) {}
SqliteLog::~SqliteLog() = default;

void SqliteLog::append(const ports::AppendPtr& event, bool forced) { m_writer->append(event, forced); }
void SqliteLog::snapshot(std::uint64_t lsn, std::vector<events::RecordPtr> records) { m_writer->snapshot(lsn, std::move(records)); }
base::Result<> SqliteLog::begin_incarnation(std::uint64_t number) { return m_writer->begin_incarnation(number); }
void SqliteLog::close() { m_writer->stop(Writer::Stop::close); }
void SqliteLog::abandon() { m_writer->stop(Writer::Stop::abandon); }
base::Result<std::vector<events::Event>> SqliteLog::read(std::uint64_t from_lsn, std::size_t most) const { return m_writer->read(from_lsn, most); }
bool SqliteLog::catch_up(std::int64_t most_ms) const { return m_writer->catch_up(most_ms); }
base::Result<FoundPayments> SqliteLog::find(std::string_view text, std::size_t most, bool widen) const {
    return m_writer->ask<FoundPayments>([&](Connection& reader) { return find_payments(reader, text, most, widen); });
}
base::Result<FoundPayments> SqliteLog::newest(const base::Xid& before, std::size_t most) const {
    return m_writer->ask<FoundPayments>([&](Connection& reader) { return newest_payments(reader, before, most); });
}
base::Result<FoundRecords> SqliteLog::payment(const base::Xid& xid) const {
    return m_writer->ask<FoundRecords>([&](Connection& reader) { return records_of_payment(reader, xid); });
}
base::Result<FoundRecords> SqliteLog::account(std::string_view account, std::size_t most) const {
    return m_writer->ask<FoundRecords>([&](Connection& reader) { return records_of_account(reader, account, most); });
}
LogStats SqliteLog::stats() const { return m_writer->stats(); }
const std::string& SqliteLog::path() const { return m_writer->path(); }

}  // namespace indoubt::storage
