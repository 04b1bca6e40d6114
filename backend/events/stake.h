// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over the legs of a payment, per currency: amounts of different currencies are never one number. One definition for
// the protocol's damage event, the view and the checkers.
#pragma once
#include <map>
#include <vector>

#include "events/payment.h"

namespace indoubt::events {

// Per currency, minor units. A sum that does not fit stops at the end of int64: these sums are shown and compared, never posted.
using Sums = std::map<Currency, std::int64_t>;
void add(Sums& sums, Currency currency, std::int64_t minor);
inline void add(Sums& sums, const Amount& amount) { add(sums, amount.currency, amount.minor); }
std::int64_t in(const Sums& sums, Currency currency);  // 0 when there is none

// What a branch of this payment has on hold while it is prepared: its debits.
Sums held_of(const Payment& payment, NodeId node);

// What is wrong when branches did the opposite of the decision. Debits and credits that were (or were not) carried out against
// it are the same money seen from both sides: per currency the larger side is at stake.
class Stake {
  public:
    void add_branch(const Payment& payment, NodeId node);
    Sums sums() const;

  private:
    Sums m_debits, m_credits;
};
Sums stake_of(const Payment& payment, NodeId node);

}  // namespace indoubt::events
