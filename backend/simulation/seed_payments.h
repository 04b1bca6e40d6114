// SPDX-License-Identifier: GPL-3.0-or-later
// The customers of one seed: a few contended accounts per participant in several currencies, and payments of every kind.
#pragma once
#include <vector>

#include "base/prng.h"
#include "events/record.h"

namespace indoubt::simulation {

// What every participant opens: two EUR accounts, one JPY, one KWD, and one EUR account with a limit.
std::vector<events::AccountLine> seed_accounts(base::NodeId participant);

// Mostly a debit, a credit and a fee; sometimes too large, over a limit, in the wrong currency or to nobody; sometimes with
// check legs, or nothing but check legs. Legs always sum to zero.
events::Payment seed_payment(base::Prng& prng, const std::vector<base::NodeId>& participants, std::uint64_t number);

}  // namespace indoubt::simulation
