// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/payment.h"

#include <algorithm>
#include <map>

#include "base/limits.h"

namespace indoubt::events {

namespace {

namespace limits = base::limits;
using base::invalid_argument;

base::Result<> within(std::string_view text, std::size_t most, std::string_view field) {
    if (text.size() <= most) return base::Ok{};
    return invalid_argument(std::string(field) + " has " + std::to_string(text.size()) + " bytes, at most " + std::to_string(most) + " are allowed");
}

base::Result<> validate_texts(const Payment& payment) {
    const std::pair<const std::string*, std::string_view> texts[] = {
        {&payment.idempotency_key, "idempotency_key"},
        {&payment.refs.reference, "refs.reference"},
        {&payment.refs.end_to_end_id, "refs.end_to_end_id"},
        {&payment.refs.instruction_id, "refs.instruction_id"},
        {&payment.refs.uetr, "refs.uetr"},
        {&payment.refs.message_id, "refs.message_id"},
        {&payment.refs.payment_information_id, "refs.payment_information_id"},
        {&payment.refs.file, "refs.file"},
        {&payment.debtor.name, "debtor.name"},
        {&payment.debtor.account, "debtor.account"},
        {&payment.debtor.bic, "debtor.bic"},
        {&payment.creditor.name, "creditor.name"},
        {&payment.creditor.account, "creditor.account"},
        {&payment.creditor.bic, "creditor.bic"},
    };
    for (const auto& [text, field] : texts)
        if (auto result = within(*text, limits::text_bytes_max, field); !result) return result;
    return within(payment.remark, limits::reason_bytes_max, "remark");
}

base::Result<> validate_leg(const Leg& leg, const std::string& name) {
    if (leg.node.empty()) return invalid_argument(name + " names no participant");
    if (leg.account.empty()) return invalid_argument(name + " names no account");
    if (auto result = within(leg.account, limits::text_bytes_max, name + ".account"); !result) return result;
    if (leg.amount.currency.empty()) return invalid_argument(name + " has no currency");
    // A waived fee stays in the payment as 0.00: its branch then changes nothing and votes READ-ONLY.
    const std::int64_t least = leg.kind == LegKind::fee ? 0 : 1;
    if (leg.amount.minor < least) return invalid_argument(name + " has the amount " + base::text(leg.amount) + "; it must be positive");
    return base::Ok{};
}

// Lists, filters and "type the amount to go on" show the amount; money moves by the legs. They say the same or nobody is asked.
base::Result<> validate_amount(const Payment& payment) {
    std::int64_t debits = 0;
    bool moves = false, is_checked = payment.amount.minor == 0;
    for (const Leg& leg : payment.legs) {
        moves = moves || leg.moves_money();
        is_checked = is_checked || (leg.kind == LegKind::check && leg.amount == payment.amount);
        if (leg.kind != LegKind::debit || leg.amount.currency != payment.amount.currency) continue;
        if (!base::add_minor(debits, leg.amount.minor)) return invalid_argument("the debit legs sum to more than an amount can hold");
    }
    if (moves && payment.amount.minor != debits)
        return invalid_argument("the amount is " + base::text(payment.amount) + ", but the debit legs in its currency sum to " + base::text({debits, payment.amount.currency}));
    if (moves && debits == 0) return invalid_argument("the amount's currency " + payment.amount.currency.code() + " is none of the debit legs'");
    if (!moves && !is_checked) return invalid_argument("the amount is " + base::text(payment.amount) + ", but no leg moves or checks it");
    return base::Ok{};
}

}  // namespace

base::Result<> validate(const Payment& payment) {
    if (payment.legs.empty()) return invalid_argument("a payment needs at least one leg");
    if (payment.legs.size() > static_cast<std::size_t>(limits::legs_max)) {
        return invalid_argument("a payment has at most " + std::to_string(limits::legs_max) + " legs, this one has " + std::to_string(payment.legs.size()));
    }
    if (payment.amount.minor < 0) return invalid_argument("the amount " + base::text(payment.amount) + " is negative");
    if (payment.amount.currency.empty()) return invalid_argument("the amount has no currency");
    if (auto result = validate_texts(payment); !result) return result;

    std::map<Currency, std::int64_t> sums;
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < payment.legs.size(); ++i) {
        const Leg& leg = payment.legs[i];
        const std::string name = "leg " + std::to_string(i + 1);
        if (auto result = validate_leg(leg, name); !result) return result;
        if (!base::add_minor(sums[leg.amount.currency], leg.signed_minor())) return invalid_argument(name + " makes the sum of the legs too large");
        if (std::find(nodes.begin(), nodes.end(), leg.node) == nodes.end()) nodes.push_back(leg.node);
    }
    if (nodes.size() > static_cast<std::size_t>(limits::participants_max)) {
        return invalid_argument("a payment has at most " + std::to_string(limits::participants_max) + " participants, this one has " + std::to_string(nodes.size()));
    }
    for (const auto& [currency, sum] : sums)
        if (sum != 0) return invalid_argument("the legs do not sum to zero: " + base::text({sum, currency}) + " is left over");
    return validate_amount(payment);
}

Payment branch_of(const Payment& payment, NodeId node) {
    Payment branch = payment;
    std::erase_if(branch.legs, [node](const Leg& leg) { return leg.node != node; });
    return branch;
}

std::uint64_t hash_value(const Payment& payment) {
    base::Hasher hasher;
    hasher.add(payment.idempotency_key);
    for (const auto* text : {&payment.refs.reference, &payment.refs.end_to_end_id, &payment.refs.instruction_id, &payment.refs.uetr,
                             &payment.refs.message_id, &payment.refs.payment_information_id, &payment.refs.file}) {
        hasher.add(*text);
    }
    for (const Party* party : {&payment.debtor, &payment.creditor}) hasher.add(party->name).add(party->account).add(party->bic);
    hasher.add(static_cast<std::uint64_t>(payment.amount.minor)).add(payment.amount.currency.packed());
    for (const Leg& leg : payment.legs) {
        hasher.add(leg.node.packed()).add(static_cast<std::uint64_t>(leg.kind)).add(leg.account);
        hasher.add(static_cast<std::uint64_t>(leg.amount.minor)).add(leg.amount.currency.packed());
    }
    return hasher.add(payment.legs.size()).add(static_cast<std::uint64_t>(payment.due_at_ns)).add(payment.remark).value();
}

const std::string& best_reference(const Payment& payment) {
    if (!payment.refs.reference.empty()) return payment.refs.reference;
    if (!payment.refs.end_to_end_id.empty()) return payment.refs.end_to_end_id;
    return payment.idempotency_key;
}

}  // namespace indoubt::events
