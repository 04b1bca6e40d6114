// SPDX-License-Identifier: GPL-3.0-or-later
// What each protocol costs by formula: the table that runs are held against. N participants, F faults tolerated by 2F+1 managers of
// which F+1 are active while nothing fails.
//
// Two ways to count, neither converted from the other by arithmetic:
//   as built      the client is outside; every message that crosses nodes counts, ACKs too; every forced write
//   Gray-Lamport  as in "Consensus on Transaction Commit" (2006): the client sits at the first participant, whose request to the
//                 coordinator is its vote; ACKs and the branches' own outcome records do not count
// A message counts when it crosses nodes, a bundle once. A delay is a link of the longest happens-before chain from initiation until the
// last participant learns. A forced write counts once per logical force.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace indoubt::commit {

struct CostFigures {
    std::uint32_t messages = 0;
    std::optional<std::uint32_t> delays;  // none: the table says nothing of it
    std::uint32_t forced_writes = 0;
    friend bool operator==(const CostFigures&, const CostFigures&) = default;
};

enum class Convention : std::uint8_t { as_built, gray_lamport };

// One thing to run: all say YES but `noes`, and `readers` only read.
struct CostCase {
    std::string name;             // "commit, as built"
    Convention convention = Convention::as_built;
    std::uint32_t noes = 0, readers = 0;
    CostFigures formula;
};

// What one payment costs without faults, as built: `noes` of the n refuse, `readers` only read. None: the table has no row for it.
std::optional<CostFigures> cost_due(const std::string& protocol, std::uint32_t participants, std::uint32_t faults, std::uint32_t noes, std::uint32_t readers);

// The same of what a payment's own events show: nothing for a protocol that replicates its decisions in a group, part of whose bill
// carries no XID.
std::optional<CostFigures> cost_seen(const std::string& protocol, std::uint32_t participants, std::size_t managers, std::uint32_t noes, std::uint32_t readers);

// All rows of this protocol; empty: it has none in the table (counter-examples), or co-location needs more participants.
std::vector<CostCase> cost_cases(const std::string& protocol, std::uint32_t participants, std::uint32_t faults, bool colocated);

}  // namespace indoubt::commit
