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

// XID = format id + gtrid. Our gtrid is (coordinator, its durable incarnation, counter): unique in its cluster without any agreement;
// `cluster` says in which one, for every fresh cluster begins with the same coordinator, incarnation and counter.
// Text form: hexadecimal digits, a bijective scramble keyed by the cluster, so that head and tail tell two apart at a glance:
// `7f3a..91c2`. 40 digits, the first 8 of them the cluster's; 32 in a cluster without an identity.
struct Xid {
    NodeId coordinator;
    Incarnation incarnation = 0;
    std::uint32_t cluster = 0;  // cluster_tag() of its identity; 0: made before clusters had one, or simulated
    std::uint64_t counter = 0;  // below 2^40

    constexpr Xid() = default;
    constexpr Xid(NodeId coordinator_, Incarnation incarnation_, std::uint64_t counter_, std::uint32_t cluster_ = 0)
        : coordinator(coordinator_), incarnation(incarnation_), cluster(cluster_), counter(counter_) {}

    constexpr bool empty() const { return coordinator.empty(); }
    std::string text() const;
    std::string short_text() const;
    static Result<Xid> parse(std::string_view text);  // the whole form, of any cluster
    friend constexpr auto operator<=>(const Xid&, const Xid&) = default;
};
static_assert(sizeof(Xid) == 24, "millions of events carry one");
// The identity of a cluster (events::ClusterShape) as its XIDs carry it. 0 has none.
constexpr std::uint32_t cluster_tag(std::uint64_t identity) {
    const auto tag = static_cast<std::uint32_t>(mix64(identity) >> 32);
    return identity != 0 && tag == 0 ? 1 : tag;
}
inline constexpr std::uint64_t xid_counter_max = (std::uint64_t{1} << 40) - 1;

constexpr std::uint64_t hash_value(NodeId id) { return mix64(id.packed()); }
constexpr std::uint64_t hash_value(const Xid& xid) {
    return mix64(xid.coordinator.packed() ^ mix64(std::uint64_t{xid.incarnation} << 40 ^ xid.counter) ^ mix64(xid.cluster));
}

struct IdHash {
    constexpr std::size_t operator()(NodeId id) const { return hash_value(id); }
    constexpr std::size_t operator()(const Xid& xid) const { return hash_value(xid); }
};

}  // namespace indoubt::base
