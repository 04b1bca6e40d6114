// SPDX-License-Identifier: GPL-3.0-or-later
// Identities: of a node, of a global transaction, of one input or event. All are small values, cheap to copy, compare and hash.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"

namespace indoubt::base {

// A node's short name ("T", "A", "B12"), at most 8 characters of [A-Za-z0-9-], packed so that it sorts as text.
class NodeId {
  public:
    constexpr NodeId() = default;
    static Result<NodeId> parse(std::string_view text);
    static constexpr NodeId of(std::string_view text) {  // for names known to be good
        NodeId id;
        for (std::size_t i = 0; i < text.size() && i < 8; ++i)
            id.m_packed |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (56 - 8 * i);
        return id;
    }
    static constexpr NodeId from_packed(std::uint64_t packed) {
        NodeId id;
        id.m_packed = packed;
        return id;
    }
    constexpr std::uint64_t packed() const { return m_packed; }
    constexpr bool empty() const { return m_packed == 0; }
    std::string name() const;
    friend constexpr auto operator<=>(NodeId, NodeId) = default;

  private:
    std::uint64_t m_packed = 0;
};

using Incarnation = std::uint32_t;  // forced at each start of a node; 0 = unknown

// XID = format id + gtrid. Our gtrid is (coordinator, its durable incarnation, counter): unique without any agreement.
// Text form: 32 hexadecimal digits, a bijective scramble, so that head and tail tell two apart at a glance: `7f3a..91c2`.
struct Xid {
    NodeId coordinator;
    Incarnation incarnation = 0;
    std::uint64_t counter = 0;  // below 2^40

    constexpr bool empty() const { return coordinator.empty(); }
    std::string text() const;
    std::string short_text() const;
    static Result<Xid> parse(std::string_view text);  // the 32-digit form
    friend constexpr auto operator<=>(const Xid&, const Xid&) = default;
};
inline constexpr std::uint64_t xid_counter_max = (std::uint64_t{1} << 40) - 1;

constexpr std::uint64_t hash_value(NodeId id) { return mix64(id.packed()); }
constexpr std::uint64_t hash_value(const Xid& xid) {
    return mix64(xid.coordinator.packed() ^ mix64(std::uint64_t{xid.incarnation} << 40 ^ xid.counter));
}

struct IdHash {
    constexpr std::size_t operator()(NodeId id) const { return hash_value(id); }
    constexpr std::size_t operator()(const Xid& xid) const { return hash_value(xid); }
};

}  // namespace indoubt::base
