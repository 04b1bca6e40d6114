// SPDX-License-Identifier: GPL-3.0-or-later
// The customer's words: any reference, the tail of an account, an amount, an xid. Newest first, so a scan ends early.
#include <algorithm>
#include <cctype>

#include "view/state.h"
#include "view/text_match.h"

namespace indoubt::view {

namespace {

constexpr std::size_t account_tail_min = 4;
constexpr std::size_t xid_prefix_min = 4;

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

// "120", "120.00", "1,250,000": digits with an optional fraction; what stands behind may be a currency.
struct AmountText {
    bool valid = false;
    std::string decimal;
    std::string currency;
};

AmountText read_amount(std::string_view text) {
    AmountText amount;
    std::size_t points = 0;
    std::size_t i = 0;
    for (; i < text.size() && (std::isdigit(static_cast<unsigned char>(text[i])) || text[i] == '.' || text[i] == ','); ++i) {
        if (text[i] == ',') continue;
        points += text[i] == '.';
        amount.decimal += text[i];
    }
    while (i < text.size() && text[i] == ' ') ++i;
    for (; i < text.size(); ++i) amount.currency += static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
    amount.valid = !amount.decimal.empty() && points <= 1 && amount.decimal.front() != '.' && amount.decimal.back() != '.' &&
                   (amount.currency.empty() || amount.currency.size() == 3);
    return amount;
}

}  // namespace

std::vector<Xid> View::search(std::string_view text, std::size_t most) const {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    std::vector<Xid> found;
    if (text.empty() || most == 0) return found;

    std::string head = lower(text), tail;
    if (const auto dots = head.find(".."); dots != std::string::npos) {
        tail = head.substr(dots + 2);
        head.resize(dots);
    }
    const bool as_xid = head.size() >= xid_prefix_min && head.size() <= 32 && is_hex(head) && is_hex(tail);
    const std::string account = account_key(text);
    const bool as_account = account.size() >= account_tail_min;
    const AmountText amount = read_amount(text);
    const auto matches_amount = [&](const events::Amount& one) {
        if (!amount.valid || (!amount.currency.empty() && one.currency.code() != amount.currency)) return false;
        const auto parsed = base::parse_amount(amount.decimal, one.currency);
        return parsed.ok() && parsed->minor == one.minor;
    };
    const Needle needle(text);

    const auto matches = [&](const Transaction& tx) {
        if (as_xid) {
            const std::string full = tx.xid.text();
            if (full.compare(0, head.size(), head) == 0 && (tail.empty() || full.ends_with(tail))) return true;
        }
        if (!tx.payment) return false;
        const auto& payment = *tx.payment;
        const auto& refs = payment.refs;
        for (const std::string* one : {&refs.reference, &refs.end_to_end_id, &refs.instruction_id, &refs.uetr, &refs.message_id, &refs.payment_information_id, &refs.file,
                                       &payment.idempotency_key, &payment.debtor.name, &payment.creditor.name, &payment.debtor.bic, &payment.creditor.bic})
            if (needle.within(*one)) return true;
        if (as_account) {
            if (account_ends_with(payment.debtor.account, account) || account_ends_with(payment.creditor.account, account)) return true;
            for (const auto& leg : payment.legs)
                if (account_ends_with(leg.account, account)) return true;
        }
        if (matches_amount(payment.amount)) return true;
        return std::any_of(payment.legs.begin(), payment.legs.end(), [&](const events::Leg& leg) { return matches_amount(leg.amount); });
    };
    for (std::size_t i = size(); i-- > 0 && found.size() < most;)
        if (matches(at(i))) found.push_back(at(i).xid);
    return found;
}

}  // namespace indoubt::view
