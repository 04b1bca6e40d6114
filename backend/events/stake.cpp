// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/stake.h"

#include <algorithm>
#include <limits>

namespace indoubt::events {

void add(Sums& sums, Currency currency, std::int64_t minor) {
    std::int64_t& sum = sums[currency];
    if (!base::add_minor(sum, minor)) sum = minor < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

std::int64_t in(const Sums& sums, Currency currency) {
    const auto at = sums.find(currency);
    return at == sums.end() ? 0 : at->second;
}

Sums held_of(const Payment& payment, NodeId node) {
    Sums sums;
    for (const Leg& leg : payment.legs)
        if (leg.node == node && leg.kind == LegKind::debit) add(sums, leg.amount);
    return sums;
}

void Stake::add_branch(const Payment& payment, NodeId node) {
    for (const Leg& leg : payment.legs)
        if (leg.node == node && leg.moves_money()) add(leg.kind == LegKind::debit ? m_debits : m_credits, leg.amount);
}

Sums Stake::sums() const {
    Sums sums = m_debits;
    for (const auto& [currency, minor] : m_credits) sums[currency] = std::max(sums[currency], minor);
    return sums;
}

Sums stake_of(const Payment& payment, NodeId node) {
    Stake stake;
    stake.add_branch(payment, node);
    return stake.sums();
}

}  // namespace indoubt::events
