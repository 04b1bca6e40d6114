// SPDX-License-Identifier: GPL-3.0-or-later
// The indexes over a node's log: which records concern a payment or an account, and which payments carry a reference. They hold
// positions only; an answer is the records themselves. They lag behind the log and never hold up a commit: the writer brings them
// up in quiet moments, when somebody asks, or when they fall far behind (log_writer.h). Internal to storage/.
//
// Each call in one thread with the connection it is given.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "storage/sqlite.h"

namespace indoubt::storage {

// As part of schema version 2.
extern const char* const archive_tables;

// An XID as a key: big-endian, so that it sorts as the XID does within a cluster.
std::string xid_key(const base::Xid& xid);
// Without regard to case, spaces and the like of how people write references and accounts.
std::string reference_key(std::string_view text);

class ArchiveWriter {
  public:
    static base::Result<ArchiveWriter> prepare(Connection& connection);
    // Indexes at most `most` records after `from`, inside the caller's transaction. The last one indexed; `from`: none is left.
    base::Result<std::uint64_t> step(Connection& connection, std::uint64_t from, std::size_t most);
    static base::Result<std::uint64_t> indexed_lsn(Connection& connection);

  private:
    bool index(const events::Event& event);
    bool put(Statement& statement, std::string_view key, std::string_view value);
    bool put(Statement& statement, std::string_view key, std::uint64_t lsn);
    Statement m_records, m_xid, m_reference, m_account, m_done;
};

struct FoundPayments {
    std::vector<base::Xid> xids;  // newest first
    bool complete = true;         // false: there may be more
};
// Payments with a reference that is `text`; if there is none (or `widen`: as well), one that begins with or holds it.
base::Result<FoundPayments> find_payments(Connection& connection, std::string_view text, std::size_t most, bool widen);
// The newest before `before` (empty: of all), by XID.
base::Result<FoundPayments> newest_payments(Connection& connection, const base::Xid& before, std::size_t most);

struct FoundRecords {
    std::vector<events::Event> events;  // in the order of the log
    bool complete = true;
};
base::Result<FoundRecords> records_of_payment(Connection& connection, const base::Xid& xid);
// Its openings, and every record of its last `most` payments.
base::Result<FoundRecords> records_of_account(Connection& connection, std::string_view account, std::size_t most);

}  // namespace indoubt::storage
