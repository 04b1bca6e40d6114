// SPDX-License-Identifier: GPL-3.0-or-later
// Why a payment waits, in words, from nothing but what a client was told of it: for the command line, and for the Desk where they
// say the same. Any thread.
#pragma once
#include <string>
#include <vector>

#include "view/transaction.h"

namespace indoubt::view {

// What a branch's reading means; also the last column of the Desk's evidence.
namespace meaning {
inline constexpr const char* prepared = "may not decide alone";
inline constexpr const char* not_voted = "may still refuse";
inline constexpr const char* out_of_reach = "may have voted, not known";
inline constexpr const char* contradicts = "contradicts the decision";
inline constexpr const char* no_evidence = "no evidence of the decision";
inline constexpr const char* forgotten = "forgotten";
}  // namespace meaning

// A node that nobody can ask now, and how that is said: "is down", "is suspended".
struct LostNode {
    NodeId node;
    std::string how;
};
using LostNodes = std::vector<LostNode>;

// In doubt, and nobody permitted to can tell it. A payment that another process describes says so of the payment alone.
bool blocked(const Transaction& transaction, const Branch& branch);
// One cause for the payment; empty: nothing holds it up, or it is over.
std::string why(const Transaction& transaction, const LostNodes& lost);
// What this branch waits for, why it refused, or what was done to it; empty: nothing is to be said.
std::string why(const Transaction& transaction, const Branch& branch, const LostNodes& lost);

}  // namespace indoubt::view
