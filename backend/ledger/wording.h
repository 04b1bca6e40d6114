// SPDX-License-Identifier: GPL-3.0-or-later
// Why a branch says NO, in words for a person: they reach the customer's bank through the vote.
#pragma once
#include <string>

#include "ledger/ledger.h"

namespace indoubt::ledger::wording {

// The tail a person reads out: the last two groups of an IBAN ("4711 08"), any other account whole.
std::string tail(const std::string& account);

Verdict unknown_account(const std::string& account);
Verdict wrong_currency(const std::string& account, Currency kept, Currency asked);
Verdict over_limit(const std::string& account, std::int64_t limit_minor, std::int64_t asked_minor, Currency currency);
Verdict insufficient_funds(const std::string& account, std::int64_t available_minor, std::int64_t asked_minor, Currency currency);
Verdict balance_overflow(const std::string& account);
Verdict too_many_waiters(const std::string& account, std::size_t waiters);

}  // namespace indoubt::ledger::wording
