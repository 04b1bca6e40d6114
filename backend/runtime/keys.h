// SPDX-License-Identifier: GPL-3.0-or-later
// Which idempotency keys were paid, with what, and when. A value; bounded by the 30 days of base/limits.h, which expire() applies.
// Keys of open transactions are not here: they are found through their instance.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "events/record.h"

namespace indoubt::runtime {

class KeyTable {
  public:
    struct Entry {
        base::Xid xid;              // of its first commit
        std::int64_t ended_s = 0;   // UTC seconds: the 30 days count from its END
        base::Digest128 payment;    // runtime/digest.h; zero: from a snapshot of an older program, which did not note it
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    void put(const base::Digest128& key, const Entry& entry);
    std::optional<Entry> find(const base::Digest128& key) const;
    // Older programs digested keys in another way: theirs are found by the text, until they have expired.
    std::optional<Entry> find_old(std::string_view key) const;
    void expire(std::int64_t oldest_s);  // what ended before is dropped
    std::size_t size() const { return m_entries.size() + m_old.size(); }
    // By key; for another node.
    std::vector<std::pair<base::Digest128, Entry>> sorted() const;
    // Snapshot records (kind keys), and back. In no order: a sorted table of millions would hold up the node.
    std::vector<events::RecordPtr> records() const;
    bool restore(const events::Record& record);  // false: not our format
    std::uint64_t hash() const;
    friend bool operator==(const KeyTable&, const KeyTable&) = default;

  private:
    struct DigestHash {
        std::size_t operator()(const base::Digest128& digest) const { return digest.low; }
    };
    using Entries = absl::flat_hash_map<base::Digest128, Entry, DigestHash>;
    Entries m_entries, m_old;
};

}  // namespace indoubt::runtime
