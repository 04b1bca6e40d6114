// SPDX-License-Identifier: GPL-3.0-or-later
// What a start reads: the last snapshot and every record after it, each checked. Nothing is half-loaded: a record that is
// missing, out of place or damaged ends it with DATA_LOSS, which names the last one that could be read. Internal to storage/.
#pragma once
#include <string>
#include <vector>

#include "ports/ports.h"
#include "storage/sqlite.h"

namespace indoubt::storage {

base::Result<ports::Recovered> recover(Connection& connection, std::vector<std::string>& remarks);

// Records from..from+most-1 of one connection, checked alike.
base::Result<std::vector<events::Event>> read_records(Connection& connection, std::uint64_t from_lsn, std::size_t most);

}  // namespace indoubt::storage
