// SPDX-License-Identifier: GPL-3.0-or-later
// Pays a file: each order becomes a payment with a debit and a credit leg, submitted once however often the file is imported.
//
// The idempotency key is the digest of message id, payment information id, end-to-end id, instruction id, amount, both accounts and the
// position in the file. It travels with the payment into the coordinator's decision record, so a file imported again, or again after a
// process was killed half way, pays nothing twice. An order that was rejected may be imported again: nothing moved for it.
// Two equal orders in one file are two payments; the second result remarks that it may be a duplicate.
//
// Blocking; one import per call, any thread. The client must outlive the call.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/operator_client.h"
#include "workload/mapping.h"
#include "workload/payment_file.h"

namespace indoubt::workload {

enum class OrderOutcome : std::uint8_t {
    unknown,  // no decision was seen: shown as what it is; importing the file again is safe
    committed,
    rejected,  // nothing moved: `reason` says why
};
std::string_view word(OrderOutcome outcome);  // "unknown", "committed", "rejected"

struct OrderResult {
    std::uint32_t position = 0;  // from 1
    base::Xid xid;               // empty if it never became a payment
    OrderOutcome outcome = OrderOutcome::unknown;
    bool duplicate = false;  // it was paid before this import
    std::string reason, remark;
    std::string code;  // ISO 20022 status reason: AM04, AC01, ...
};

struct ImportOptions {
    std::optional<std::string> open_accounts;  // decimal amount that an unknown account is opened with, in the payment's currency; one that exists is left alone
    std::string actor = "import";              // under whose name accounts are opened
    std::int64_t now_ns = 0;                   // UTC; the day it is here decides which dates are past
    std::size_t in_flight_max = 64;
    std::int64_t patience_ms = 30000;  // without any answer for so long, what is left is `unknown`
    std::function<void(const PaymentOrder&, const OrderResult&)>
        progress;  // one call per order, in the order answers come; caller's thread
};

struct ImportReport {
    std::uint64_t committed = 0, rejected = 0, duplicates = 0, unknown = 0;  // add up to the number of payments
    std::uint64_t accepted = 0;                                              // all that are not rejected
    std::size_t accounts_opened = 0;
    std::vector<OrderResult> results;  // by position
};

// The payment an order becomes, or why it cannot: `rejection` is filled then.
std::optional<events::Payment> payment_of(const PaymentOrder& order, const Mapping& mapping, std::int64_t now_ns, OrderResult& rejection);
std::string idempotency_key_of(const PaymentOrder& order);
// ISO 20022 external status reason of a refusal: AM04 insufficient funds, AC01 unknown account...
std::string_view reason_code(events::Refusal refusal);

// Errors are those that stop everything before any money moves (an opening amount that a currency cannot hold, no contact).
base::Result<ImportReport> import_payments(client::OperatorClient& client, const PaymentFile& file, const Mapping& mapping,
                                           const ImportOptions& options);

}  // namespace indoubt::workload
