// SPDX-License-Identifier: GPL-3.0-or-later
// A payment: who pays whom, and the legs that move the money at each participant. A value; it never changes once submitted.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "base/money.h"

namespace indoubt::events {

using base::Amount;
using base::Currency;
using base::Incarnation;
using base::NodeId;
using base::Xid;

// debit takes, credit and fee give, check moves nothing (a limit, sanctions) and votes READ-ONLY.
enum class LegKind : std::uint8_t { debit = 1, credit = 2, fee = 3, check = 4 };
std::string_view word(LegKind kind);

struct Leg {
    NodeId node;          // the participant that owns the account
    LegKind kind = LegKind::debit;
    std::string account;  // IBAN or any other account id, as in the file
    Amount amount;        // positive; a check leg names the amount that is checked

    std::int64_t signed_minor() const {
        return kind == LegKind::debit ? -amount.minor : kind == LegKind::check ? 0 : amount.minor;
    }
    bool moves_money() const { return kind != LegKind::check && amount.minor != 0; }
    friend bool operator==(const Leg&, const Leg&) = default;
};

struct Party {
    std::string name, account, bic;
    friend bool operator==(const Party&, const Party&) = default;
};

// Everything a customer or a bank may quote on the phone. `reference` is the one shown first (an invoice number).
struct References {
    std::string reference, end_to_end_id, instruction_id, uetr, message_id, payment_information_id, file;
    friend bool operator==(const References&, const References&) = default;
};

struct Payment {
    std::string idempotency_key;  // never empty once accepted
    References refs;
    Party debtor, creditor;
    Amount amount;           // what the debtors pay: the debit legs in its currency, summed; nothing moves: 0, or what is checked
    std::vector<Leg> legs;   // sum to zero per currency; in a PREPARE only the legs of that branch
    std::int64_t due_at_ns = 0;  // 0 = none
    std::string remark;      // e.g. "execution date 2010-11-25 is past: paid today"
    friend bool operator==(const Payment&, const Payment&) = default;
};
using PaymentPtr = std::shared_ptr<const Payment>;

// A payment that could be submitted: at least one leg, amounts positive, legs sum to zero, the amount is what the legs debit,
// texts within limits. Asked at submission only: logs of payments accepted under older rules stay readable.
base::Result<> validate(const Payment& payment);
// The same payment with only the legs of one participant: what its PREPARE carries.
Payment branch_of(const Payment& payment, NodeId node);
std::uint64_t hash_value(const Payment& payment);
// The first of reference, end-to-end id, idempotency key that is not empty.
const std::string& best_reference(const Payment& payment);

}  // namespace indoubt::events
