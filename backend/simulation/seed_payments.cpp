// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/seed_payments.h"

namespace indoubt::simulation {

using base::Currency;
using base::NodeId;
using events::Leg;
using events::LegKind;

namespace {

constexpr std::int64_t limit_minor = 50'000;

std::string account_of(NodeId node, std::string_view kind) { return node.name() + "-" + std::string(kind); }

}  // namespace

std::vector<events::AccountLine> seed_accounts(NodeId participant) {
    const Currency eur = Currency::of("EUR");
    return {{account_of(participant, "EUR-1"), "Mara", eur, 100'000, -1},
            {account_of(participant, "EUR-2"), "Velo", eur, 20'000, -1},
            {account_of(participant, "JPY"), "Sakura", Currency::of("JPY"), 1'250'000, -1},
            {account_of(participant, "KWD"), "Noor", Currency::of("KWD"), 812'450, -1},
            {account_of(participant, "LIMIT"), "Limited", eur, 80'000, limit_minor}};
}

events::Payment seed_payment(base::Prng& prng, const std::vector<NodeId>& participants, std::uint64_t number) {
    const auto anybody = [&] { return participants[prng.below(participants.size())]; };
    static constexpr std::string_view eur_kinds[] = {"EUR-1", "EUR-1", "EUR-2", "LIMIT"};
    const std::uint64_t money = prng.below(10);
    const Currency currency = Currency::of(money < 7 ? "EUR" : money < 9 ? "JPY" : "KWD");
    const auto account = [&](NodeId node) {
        return account_of(node, money < 7 ? eur_kinds[prng.below(4)] : money < 9 ? "JPY" : "KWD");
    };
    const NodeId from = anybody(), to = anybody();
    events::Payment payment;
    payment.idempotency_key = "key-" + std::to_string(number);
    payment.refs.reference = "INV-" + std::to_string(number);
    payment.debtor = {"Debtor", account(from), ""};
    payment.creditor = {"Creditor", account(to), ""};
    if (payment.debtor.account == payment.creditor.account) payment.creditor.account = account_of(to, money < 7 ? "EUR-2" : money < 9 ? "JPY" : "KWD");
    std::int64_t amount = prng.between(100, 9'000);
    if (prng.chance(80)) amount = prng.between(60'000, 3'000'000);  // too much for most
    payment.amount = {amount, currency};

    const std::uint64_t oddity = prng.below(100);
    if (oddity < 4) {  // nothing but checks: all vote READ-ONLY
        payment.legs = {{from, LegKind::check, payment.debtor.account, payment.amount}, {to, LegKind::check, payment.creditor.account, payment.amount}};
        return payment;
    }
    if (oddity < 7) payment.creditor.account = account_of(to, "NOBODY");
    if (oddity >= 7 && oddity < 10) payment.creditor.account = account_of(to, currency == Currency::of("JPY") ? "KWD" : "JPY");
    const std::int64_t fee = prng.chance(700) ? prng.between(1, 60) : 0;
    payment.legs.push_back({from, LegKind::debit, payment.debtor.account, payment.amount});
    payment.legs.push_back({to, LegKind::credit, payment.creditor.account, {amount - fee, currency}});
    // A waived fee stays as 0.00: a branch that changes nothing.
    if (fee > 0 || prng.chance(200)) payment.legs.push_back({anybody(), LegKind::fee, account_of(participants.back(), ""), {fee, currency}});
    if (payment.legs.size() == 3) payment.legs.back().account = account_of(payment.legs.back().node, money < 7 ? "EUR-2" : money < 9 ? "JPY" : "KWD");
    if (prng.chance(250)) {
        const NodeId checker = anybody();
        payment.legs.push_back({checker, LegKind::check, account_of(checker, "LIMIT"), {amount, Currency::of("EUR")}});
    }
    return payment;
}

}  // namespace indoubt::simulation
