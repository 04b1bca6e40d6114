// SPDX-License-Identifier: GPL-3.0-or-later
// Which XIDs are over at this node, so that a late PREPARE starts nothing (protocols.md, identity and amnesia), and which
// idempotency keys are known. Both values, both bounded by what the low-water marks and the 30 days allow.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "events/record.h"

namespace indoubt::runtime {

// Per (coordinator, incarnation): everything below the low-water mark, and spans of counters above it.
class FinishedXids {
  public:
    void finish(const base::Xid& xid);
    void low_water(base::NodeId coordinator, base::Incarnation incarnation, std::uint64_t counter);
    bool contains(const base::Xid& xid) const;
    // Snapshot records (kind finished), and back.
    std::vector<events::RecordPtr> records() const;
    void restore(const events::Record& record);
    std::uint64_t hash() const;
    friend bool operator==(const FinishedXids&, const FinishedXids&) = default;

  private:
    struct Source {
        std::uint64_t low = 0;
        std::map<std::uint64_t, std::uint64_t> spans;  // first -> last, disjoint, not adjacent
        friend bool operator==(const Source&, const Source&) = default;
    };
    std::map<std::pair<base::NodeId, base::Incarnation>, Source> m_sources;
};

// Idempotency key (128-bit digest) -> the XID of its first commit. Open transactions are found through their instance.
class KeyTable {
  public:
    struct Entry {
        base::Xid xid;
        std::int64_t decided_s = 0;  // UTC seconds, for the 30 days
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    void put(const base::Digest128& key, const Entry& entry);
    std::optional<Entry> find(const base::Digest128& key) const;
    void erase(const base::Digest128& key);
    std::size_t size() const { return m_entries.size(); }
    std::string bytes() const;                                   // packed, sorted
    bool restore(std::string_view bytes, std::int64_t oldest_s);  // false: not our format
    std::uint64_t hash() const;
    friend bool operator==(const KeyTable&, const KeyTable&) = default;

  private:
    struct DigestHash {
        std::size_t operator()(const base::Digest128& digest) const { return digest.low; }
    };
    std::unordered_map<base::Digest128, Entry, DigestHash> m_entries;
};

}  // namespace indoubt::runtime
