// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/recovery.h"

#include <algorithm>
#include <limits>

#include "storage/schema.h"
#include "wire/checksum.h"
#include "wire/codec.h"

namespace indoubt::storage {

namespace {

constexpr const char* select_records = "SELECT lsn, event, checksum FROM records WHERE lsn >= ?1 ORDER BY lsn LIMIT ?2";

base::Error damaged(const Connection& connection, std::uint64_t first_lsn, std::uint64_t bad_lsn, const std::string& why) {
    const std::string readable = bad_lsn > first_lsn ? "records " + std::to_string(first_lsn) + " to " + std::to_string(bad_lsn - 1) + " can be read"
                                 : first_lsn > 1     ? "the snapshot of record " + std::to_string(first_lsn - 1) + " can be read"
                                                     : std::string("nothing can be read");
    return base::data_loss("the database " + connection.path() + " is damaged at record " + std::to_string(bad_lsn) + ": " + why + "; " + readable +
                           "; restore the file from a copy, or keep this node down and settle its payments at the others");
}

// Calls `take(event)` for each record in order; it may move the event.
template <class Take>
base::Result<std::uint64_t> each_record(Connection& connection, std::uint64_t from_lsn, std::size_t most, Take take) {
    auto select = Statement::prepare(connection, select_records);
    if (!select.ok()) return select.error();
    const std::size_t bound = std::numeric_limits<std::int64_t>::max();
    select->bind(1, static_cast<std::int64_t>(from_lsn));
    select->bind(2, static_cast<std::int64_t>(std::min(most, bound)));
    std::uint64_t expected = from_lsn;
    for (auto step = select->step(); step != Statement::Step::done; step = select->step()) {
        if (step == Statement::Step::error) return damaged(connection, from_lsn, expected, connection.error("reading").message);
        const auto lsn = static_cast<std::uint64_t>(select->number(0));
        const std::string_view bytes = select->bytes(1);
        if (lsn != expected) return damaged(connection, from_lsn, expected, "it is missing, the next one is " + std::to_string(lsn));
        if (record_checksum(lsn, bytes) != static_cast<std::uint32_t>(select->number(2))) return damaged(connection, from_lsn, lsn, "its checksum is wrong");
        auto event = wire::decode_event(bytes, wire::Origin::own);
        if (!event.ok()) return damaged(connection, from_lsn, lsn, event.error().message);
        if (event->lsn != lsn || event->record() == nullptr) return damaged(connection, from_lsn, lsn, "it is not the record of this place");
        take(std::move(*event));
        ++expected;
    }
    return expected - 1;
}

base::Result<std::vector<events::RecordPtr>> read_snapshot(Connection& connection, std::int64_t lsn, std::int64_t parts, std::int64_t bytes,
                                                           std::uint32_t checksum) {
    auto select = Statement::prepare(connection, "SELECT part, bytes FROM snapshot_part WHERE lsn = ?1 AND part < ?2 ORDER BY part");
    if (!select.ok()) return select.error();
    select->bind(1, lsn);
    select->bind(2, parts);
    std::string whole;
    whole.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(bytes, 0, 1 << 28)));
    std::int64_t expected = 0;
    for (auto step = select->step(); step != Statement::Step::done; step = select->step()) {
        if (step == Statement::Step::error) return connection.error("cannot read the snapshot in");
        if (select->number(0) != expected++) return base::data_loss("a part is missing");
        whole += select->bytes(1);
    }
    if (expected != parts || static_cast<std::int64_t>(whole.size()) != bytes) return base::data_loss("a part is missing");
    if (wire::crc32c(whole) != checksum) return base::data_loss("its checksum is wrong");
    return wire::decode_records(whole, wire::Origin::own);
}

}  // namespace

base::Result<ports::Recovered> recover(Connection& connection, std::vector<std::string>& remarks) {
    ports::Recovered recovered;
    {
        auto select = Statement::prepare(connection, "SELECT lsn, parts, bytes, checksum FROM snapshot ORDER BY lsn DESC LIMIT 1");
        if (!select.ok()) return select.error();
        const auto step = select->step();
        if (step == Statement::Step::error) return connection.error("cannot read");
        if (step == Statement::Step::row) {
            const std::int64_t lsn = select->number(0);
            auto records = read_snapshot(connection, lsn, select->number(1), select->number(2), static_cast<std::uint32_t>(select->number(3)));
            if (records.ok()) {
                recovered.snapshot = std::move(*records);
                recovered.snapshot_lsn = static_cast<std::uint64_t>(lsn);
            } else {  // the log still has every record: slower, not lost
                remarks.push_back("the snapshot of record " + std::to_string(lsn) + " cannot be read (" + records.error().message +
                                  "); the whole log was replayed instead");
            }
        }
    }
    auto last = each_record(connection, recovered.snapshot_lsn + 1, std::numeric_limits<std::size_t>::max(), [&](events::Event&& event) {
        recovered.tail.push_back(std::make_shared<const events::Event>(std::move(event)));
    });
    if (!last.ok()) return last.error();
    recovered.last_lsn = *last;
    if (!recovered.tail.empty()) recovered.last_hlc = recovered.tail.back()->hlc;
    if (recovered.tail.empty() && recovered.snapshot_lsn > 0) {
        // A snapshot is written behind its records, in the same file: without them the end of the log is gone.
        auto newest = connection.number("SELECT max(lsn) FROM records");
        if (!newest.ok()) return newest.error();
        if (static_cast<std::uint64_t>(*newest) != recovered.snapshot_lsn)
            return damaged(connection, 1, static_cast<std::uint64_t>(*newest) + 1, "the records up to its snapshot are missing");
        auto read = each_record(connection, recovered.snapshot_lsn, 1, [&](events::Event&& event) { recovered.last_hlc = event.hlc; });
        if (!read.ok()) return read.error();
    }
    return recovered;
}

base::Result<std::vector<events::Event>> read_records(Connection& connection, std::uint64_t from_lsn, std::size_t most) {
    std::vector<events::Event> events;
    auto last = each_record(connection, from_lsn, most, [&](events::Event&& event) { events.push_back(std::move(event)); });
    if (!last.ok()) return last.error();
    return events;
}

}  // namespace indoubt::storage
