// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/schema.h"

#include <cstring>

#include "storage/archive.h"
#include "storage/sqlite_log.h"
#include "wire/checksum.h"
#include "wire/codec.h"

namespace indoubt::storage {

namespace {

// records: append-only, lsn dense from 1. No index but the key: each further one would add a page to every commit. Kind and xid
// stand in columns for a person's queries; the program's own go through the tables of archive.h, which are filled behind the commits.
// snapshot, snapshot_part: the parts of one encoded RecordBatch; a snapshot counts once its row in `snapshot` is there.
constexpr const char* tables_v1 =
    "CREATE TABLE records(lsn INTEGER PRIMARY KEY, kind INTEGER NOT NULL, xid BLOB, event BLOB NOT NULL, checksum INTEGER NOT NULL);"
    "CREATE TABLE snapshot(lsn INTEGER PRIMARY KEY, parts INTEGER NOT NULL, bytes INTEGER NOT NULL, checksum INTEGER NOT NULL);"
    "CREATE TABLE snapshot_part(lsn INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(lsn, part));";

base::Result<> create(Connection& connection) {
    return connection.execute((std::string("BEGIN IMMEDIATE;") + tables_v1 + archive_tables + "PRAGMA application_id=" + std::to_string(application_id) +
                               ";PRAGMA user_version=" + std::to_string(schema_version) + ";COMMIT")
                                  .c_str());
}

// Version 0 had one table log(lsn, event) without checksums.
base::Result<> from_0_to_1(Connection& connection) {
    if (auto made = connection.execute((std::string("BEGIN IMMEDIATE;") + tables_v1).c_str()); !made.ok()) return made;
    {
        auto from = Statement::prepare(connection, "SELECT lsn, event FROM log ORDER BY lsn");
        if (!from.ok()) return from.error();
        auto to = Statement::prepare(connection, "INSERT INTO records(lsn, kind, xid, event, checksum) VALUES(?1, ?2, NULL, ?3, ?4)");
        if (!to.ok()) return to.error();
        for (auto step = from->step(); step != Statement::Step::done; step = from->step()) {
            if (step == Statement::Step::error) return connection.error("cannot read");
            const auto lsn = from->number(0);
            const std::string event(from->bytes(1));
            auto decoded = wire::decode_event(event, wire::Origin::own);
            if (!decoded.ok() || decoded->record() == nullptr)
                return base::data_loss("cannot migrate " + connection.path() + ": record " + std::to_string(lsn) + " cannot be read (" +
                                       (decoded.ok() ? "it holds no record" : decoded.error().message) + ")");
            to->bind(1, lsn);
            to->bind(2, static_cast<std::int64_t>(decoded->record()->kind));
            to->bind(3, event);
            to->bind(4, static_cast<std::int64_t>(record_checksum(static_cast<std::uint64_t>(lsn), event)));
            if (!to->run()) return connection.error("cannot migrate");
        }
    }
    return connection.execute("DROP TABLE log;PRAGMA user_version=1;COMMIT");
}

// Version 1 had no indexes; they are filled behind the commits, as for new records.
base::Result<> from_1_to_2(Connection& connection) {
    return connection.execute((std::string("BEGIN IMMEDIATE;") + archive_tables + "PRAGMA user_version=2;COMMIT").c_str());
}

struct Migration {
    int from;
    base::Result<> (*run)(Connection&);
};
constexpr Migration migrations[] = {{0, from_0_to_1}, {1, from_1_to_2}};

}  // namespace

std::uint32_t record_checksum(std::uint64_t lsn, std::string_view event) {
    char place[8];
    std::memcpy(place, &lsn, 8);
    return wire::crc32c(event, wire::crc32c({place, 8}));
}

base::Result<SchemaReport> prepare_schema(Connection& connection) {
    auto tables = connection.number("SELECT count(*) FROM sqlite_schema");
    if (!tables.ok()) return tables.error();
    auto id = connection.number("PRAGMA application_id");
    auto version = connection.number("PRAGMA user_version");
    if (!id.ok()) return id.error();
    if (!version.ok()) return version.error();
    const std::string& path = connection.path();

    SchemaReport report;
    if (*tables == 0 && *version == 0) {
        report.created = true;
        if (auto made = create(connection); !made.ok()) return made.error();
        return report;
    }
    if (*id != application_id) return base::failed_precondition(path + " is a database of another program; choose another data directory");
    if (*version > schema_version)
        return base::failed_precondition(path + " has schema version " + std::to_string(*version) + ", this program knows versions up to " +
                                         std::to_string(schema_version) + "; start it with the newer version that wrote it, nothing was changed");
    for (const Migration& migration : migrations) {
        if (migration.from < *version) continue;
        if (auto done = migration.run(connection); !done.ok()) {
            (void)connection.execute("ROLLBACK");
            return done.error();
        }
        report.remarks.push_back("migrated " + path + " from schema version " + std::to_string(migration.from) + " to " + std::to_string(migration.from + 1));
    }
    return report;
}

}  // namespace indoubt::storage
