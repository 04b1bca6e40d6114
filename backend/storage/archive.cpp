// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/archive.h"

#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>

#include "storage/schema.h"
#include "wire/codec.h"

namespace indoubt::storage {

const char* const archive_tables =
    "CREATE TABLE by_xid(xid BLOB NOT NULL, lsn INTEGER NOT NULL, PRIMARY KEY(xid, lsn)) WITHOUT ROWID;"
    "CREATE TABLE by_reference(reference BLOB NOT NULL, xid BLOB NOT NULL, PRIMARY KEY(reference, xid)) WITHOUT ROWID;"
    "CREATE TABLE by_account(account BLOB NOT NULL, lsn INTEGER NOT NULL, PRIMARY KEY(account, lsn)) WITHOUT ROWID;"
    "CREATE TABLE indexed(id INTEGER PRIMARY KEY CHECK(id = 1), lsn INTEGER NOT NULL);"
    "INSERT INTO indexed VALUES(1, 0);";

namespace {

using events::RecordKind;

constexpr std::size_t candidates_max = 20000;
constexpr auto scan_most = std::chrono::milliseconds(1500);

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

base::Xid xid_of(std::string_view key) {
    if (key.size() != 20 && key.size() != 24) return {};
    const std::string_view counter = key.substr(key.size() - 8), cluster = key.substr(12, key.size() - 20);
    return {base::NodeId::from_packed(big_endian(key.substr(0, 8))), static_cast<base::Incarnation>(big_endian(key.substr(8, 4))), big_endian(counter), static_cast<std::uint32_t>(big_endian(cluster))};
}

// A scan of a long list of references ends after a while with what it has.
class TimeLimit {
  public:
    explicit TimeLimit(Connection& connection) : m_connection(connection), m_until(std::chrono::steady_clock::now() + scan_most) {
        sqlite3_progress_handler(
            connection.get(), 10000, [](void* self) { return std::chrono::steady_clock::now() > static_cast<TimeLimit*>(self)->m_until ? 1 : 0; }, this);
    }
    ~TimeLimit() { sqlite3_progress_handler(m_connection.get(), 0, nullptr, nullptr); }
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;

  private:
    Connection& m_connection;
    std::chrono::steady_clock::time_point m_until;
};

// Adds the XIDs of the rows; false: cut off by time or by number.
base::Result<bool> collect(Connection& connection, Statement& select, std::set<base::Xid>& found) {
    for (std::size_t rows = 0;; ++rows) {
        if (rows == candidates_max) return false;
        const auto step = select.step();
        if (step == Statement::Step::done) return true;
        if (step == Statement::Step::error) {
            if (connection.result_code() == SQLITE_INTERRUPT) return false;
            return connection.error("cannot search");
        }
        found.insert(xid_of(select.bytes(0)));
    }
}

// The records at these places; one that is damaged ends it with DATA_LOSS.
base::Result<> read_places(Connection& connection, const std::set<std::uint64_t>& lsns, std::vector<events::Event>& events) {
    auto select = Statement::prepare(connection, "SELECT event, checksum FROM records WHERE lsn = ?1");
    if (!select.ok()) return select.error();
    for (const std::uint64_t lsn : lsns) {
        select->bind(1, static_cast<std::int64_t>(lsn));
        if (select->step() != Statement::Step::row) return base::data_loss("record " + std::to_string(lsn) + " of " + connection.path() + " cannot be read");
        auto event = wire::decode_event(select->bytes(0), wire::Origin::own);
        if (!event.ok() || record_checksum(lsn, select->bytes(0)) != static_cast<std::uint32_t>(select->number(1)))
            return base::data_loss("record " + std::to_string(lsn) + " of " + connection.path() + " is damaged");
        events.push_back(std::move(*event));
        select->reset();
    }
    return base::Ok{};
}

base::Result<> places_of(Connection& connection, const base::Xid& xid, std::set<std::uint64_t>& lsns) {
    auto select = Statement::prepare(connection, "SELECT lsn FROM by_xid WHERE xid = ?1");
    if (!select.ok()) return select.error();
    const std::string key = xid_key(xid);
    select->bind(1, key);
    for (auto step = select->step(); step != Statement::Step::done; step = select->step()) {
        if (step == Statement::Step::error) return connection.error("cannot search");
        lsns.insert(static_cast<std::uint64_t>(select->number(0)));
    }
    return base::Ok{};
}

}  // namespace

std::string xid_key(const base::Xid& xid) {
    std::string key;
    const auto put = [&](std::uint64_t value, int width) {
        for (int i = width - 1; i >= 0; --i) key += static_cast<char>(value >> (8 * i));
    };
    put(xid.coordinator.packed(), 8);
    put(xid.incarnation, 4);
    if (xid.cluster != 0) put(xid.cluster, 4);  // in a cluster without an identity the keys are as they were
    put(xid.counter, 8);
    return key;
}

std::string reference_key(std::string_view text) {
    std::string key;
    for (const char c : text)
        if (c != ' ' && c != '\t') key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return key;
}

base::Result<ArchiveWriter> ArchiveWriter::prepare(Connection& connection) {
    ArchiveWriter writer;
    const struct {
        Statement* statement;
        const char* sql;
    } all[] = {
        {&writer.m_records, "SELECT lsn, event FROM records WHERE lsn > ?1 ORDER BY lsn LIMIT ?2"},
        {&writer.m_xid, "INSERT OR IGNORE INTO by_xid VALUES(?1, ?2)"},
        {&writer.m_reference, "INSERT OR IGNORE INTO by_reference VALUES(?1, ?2)"},
        {&writer.m_account, "INSERT OR IGNORE INTO by_account VALUES(?1, ?2)"},
        {&writer.m_done, "UPDATE indexed SET lsn = ?1"},
    };
    for (const auto& [statement, sql] : all) {
        auto prepared = Statement::prepare(connection, sql);
        if (!prepared.ok()) return prepared.error();
        *statement = std::move(*prepared);
    }
    return writer;
}

base::Result<std::uint64_t> ArchiveWriter::indexed_lsn(Connection& connection) {
    auto lsn = connection.number("SELECT lsn FROM indexed");
    if (!lsn.ok()) return lsn.error();
    return static_cast<std::uint64_t>(*lsn);
}

base::Result<std::uint64_t> ArchiveWriter::step(Connection& connection, std::uint64_t from, std::size_t most) {
    std::uint64_t last = from;
    m_records.bind(1, static_cast<std::int64_t>(from));
    m_records.bind(2, static_cast<std::int64_t>(most));
    for (auto step = m_records.step(); step != Statement::Step::done; step = m_records.step()) {
        auto event = step == Statement::Step::row ? wire::decode_event(m_records.bytes(1), wire::Origin::own) : base::Result<events::Event>(connection.error("indexing"));
        if (event.ok() && (event->record() == nullptr || event->lsn != last + 1)) event = base::data_loss("it is not the record of this place");
        if (event.ok() && !index(*event)) event = connection.error("indexing");
        if (!event.ok()) {
            m_records.reset();
            return event.error();
        }
        last = event->lsn;
    }
    m_records.reset();
    if (last == from) return from;
    m_done.bind(1, static_cast<std::int64_t>(last));
    if (!m_done.run()) return connection.error("indexing");
    return last;
}

bool ArchiveWriter::put(Statement& statement, std::string_view key, std::string_view value) {
    statement.bind(1, key);
    statement.bind(2, value);
    return statement.run();
}

bool ArchiveWriter::put(Statement& statement, std::string_view key, std::uint64_t lsn) {
    statement.bind(1, key);
    statement.bind(2, static_cast<std::int64_t>(lsn));
    return statement.run();
}

bool ArchiveWriter::index(const events::Event& event) {
    const events::Record& record = *event.record();
    if (record.kind == RecordKind::account) {
        for (const auto& line : record.accounts)
            if (!put(m_account, line.account, event.lsn)) return false;
        return true;
    }
    if (event.xid.empty()) return true;
    const std::string xid = xid_key(event.xid);
    if (!put(m_xid, xid, event.lsn)) return false;
    if (!record.payment) return true;
    const events::Payment& payment = *record.payment;
    if (record.kind == RecordKind::prepared) {
        for (const auto& leg : payment.legs)
            if (!put(m_account, leg.account, event.lsn)) return false;
        return true;
    }
    if (record.kind != RecordKind::begin) return true;
    const auto& refs = payment.refs;
    std::vector<std::string> keys;
    for (const std::string* one : {&refs.reference, &refs.end_to_end_id, &refs.instruction_id, &refs.uetr, &refs.message_id, &refs.payment_information_id, &refs.file,
                                   &payment.idempotency_key, &payment.debtor.name, &payment.creditor.name, &payment.debtor.account, &payment.creditor.account})
        keys.push_back(reference_key(*one));
    for (const auto& leg : payment.legs) keys.push_back(reference_key(leg.account));
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) { return key.empty() || put(m_reference, key, xid); });
}

base::Result<FoundPayments> find_payments(Connection& connection, std::string_view text, std::size_t most, bool widen) {
    FoundPayments payments;
    const std::string key = reference_key(text), end = key + "\xff";
    if (key.empty() || most == 0) return payments;
    const TimeLimit limit(connection);
    std::set<base::Xid> found;
    const struct {
        const char* sql;
        const std::string* second;
    } ways[] = {
        {"SELECT xid FROM by_reference WHERE reference = ?1 ORDER BY xid DESC", nullptr},
        {"SELECT xid FROM by_reference WHERE reference >= ?1 AND reference < ?2", &end},
        {"SELECT xid FROM by_reference WHERE instr(reference, ?1) > 0", nullptr},
    };
    for (const auto& way : ways) {
        if (!found.empty() && !widen) break;
        auto select = Statement::prepare(connection, way.sql);
        if (!select.ok()) return select.error();
        select->bind(1, key);
        if (way.second) select->bind(2, *way.second);
        auto whole = collect(connection, *select, found);
        if (!whole.ok()) return whole.error();
        payments.complete = payments.complete && *whole;
    }
    payments.xids.assign(found.rbegin(), found.rend());
    if (payments.xids.size() > most) {
        payments.xids.resize(most);
        payments.complete = false;
    }
    return payments;
}

base::Result<FoundPayments> newest_payments(Connection& connection, const base::Xid& before, std::size_t most) {
    auto select = Statement::prepare(connection, before.empty() ? "SELECT DISTINCT xid FROM by_xid ORDER BY xid DESC LIMIT ?1"
                                                                : "SELECT DISTINCT xid FROM by_xid WHERE xid < ?2 ORDER BY xid DESC LIMIT ?1");
    if (!select.ok()) return select.error();
    const std::string key = xid_key(before);
    select->bind(1, static_cast<std::int64_t>(most));
    if (!before.empty()) select->bind(2, key);
    std::set<base::Xid> found;
    auto whole = collect(connection, *select, found);
    if (!whole.ok()) return whole.error();
    FoundPayments payments;
    payments.xids.assign(found.rbegin(), found.rend());
    payments.complete = *whole && payments.xids.size() < most;
    return payments;
}

base::Result<FoundRecords> records_of_payment(Connection& connection, const base::Xid& xid) {
    FoundRecords records;
    std::set<std::uint64_t> lsns;
    if (auto placed = places_of(connection, xid, lsns); !placed.ok()) return placed.error();
    if (auto read = read_places(connection, lsns, records.events); !read.ok()) return read.error();
    return records;
}

base::Result<FoundRecords> records_of_account(Connection& connection, std::string_view account, std::size_t most) {
    FoundRecords records;
    std::set<std::uint64_t> named;
    {
        auto select = Statement::prepare(connection, "SELECT lsn FROM by_account WHERE account = ?1 ORDER BY lsn DESC LIMIT ?2");
        if (!select.ok()) return select.error();
        select->bind(1, account);
        select->bind(2, static_cast<std::int64_t>(most));
        for (auto step = select->step(); step != Statement::Step::done; step = select->step()) {
            if (step == Statement::Step::error) return connection.error("cannot search");
            named.insert(static_cast<std::uint64_t>(select->number(0)));
        }
    }
    records.complete = named.size() < most;
    // What became of each payment stands in other records of it.
    std::vector<events::Event> naming;
    if (auto read = read_places(connection, named, naming); !read.ok()) return read.error();
    std::set<std::uint64_t> all = named;
    for (const auto& event : naming)
        if (!event.xid.empty())
            if (auto placed = places_of(connection, event.xid, all); !placed.ok()) return placed.error();
    if (auto read = read_places(connection, all, records.events); !read.ok()) return read.error();
    return records;
}

}  // namespace indoubt::storage
