// SPDX-License-Identifier: GPL-3.0-or-later
// The tables, their versions, and the way from each older version to this one. Internal to storage/.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/sqlite.h"

namespace indoubt::storage {

// "INDO": tells our files from other SQLite databases (pragma application_id).
inline constexpr std::int64_t application_id = 0x494e444f;

struct SchemaReport {
    bool created = false;
    std::vector<std::string> remarks;  // migrations that were made
};

// Creates or migrates, each step in one transaction; a file this program cannot serve is left as it is.
base::Result<SchemaReport> prepare_schema(Connection& connection);
// What a stored record is checked against: its place and its bytes.
std::uint32_t record_checksum(std::uint64_t lsn, std::string_view event);

}  // namespace indoubt::storage
