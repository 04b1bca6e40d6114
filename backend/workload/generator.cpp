// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/generator.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "workload/text.h"

namespace indoubt::workload {

namespace {

using events::Amount;
using events::Currency;
using events::LegKind;
using events::Payment;

constexpr std::array kCustomers{
    "Mila Brandt",   "Jonas Keller", "Aylin Demir", "Noah Fischer", "Clara Weiss",   "Emil Sommer", "Ines Duarte",  "Luc Moreau",
    "Chloe Lambert", "Hugo Schmit",  "Zoe Klein",   "Marc Weber",   "Sanne de Boer", "Daan Visser", "Lotte Bakker", "Bram Jansen",
    "Fatima Haddad", "Omar Saleh",   "Yuki Tanaka", "Haruto Mori",  "Greta Holm",    "Oskar Lind",  "Paula Novak",  "Ivo Horvat",
    "Nina Petrov",   "Tomas Varga",  "Elif Kaya",   "Leo Ricci",    "Giulia Conti",  "Aoife Byrne", "Sean Murphy",  "Rosa Ibarra"};
constexpr std::array kShops{"Hafen Apotheke",  "Backhaus Nord",         "Librairie du Pont", "Fietsen Zuid",
                            "Stadtwerke West", "Alster Hausverwaltung", "Moulin Bio",        "Kade Koffie",
                            "Werft Logistik",  "Atelier Rive",          "Noord Energie",     "Musikschule Linde"};

struct Purpose {
    const char* word;
    std::int64_t low_minor, high_minor;  // euro cents
    std::uint32_t weight;
};
constexpr std::array<Purpose, 6> kPurposes{{{"POS", 180, 9000, 46},
                                            {"INV", 4000, 90000, 26},
                                            {"RENT", 62000, 140000, 8},
                                            {"WAGE", 180000, 390000, 6},
                                            {"SUB", 499, 2999, 10},
                                            {"DEPOSIT", 200000, 900000, 4}}};

std::string digits(std::uint64_t value, std::size_t size) {
    std::string text = std::to_string(value);
    return text.size() >= size ? text.substr(text.size() - size) : std::string(size - text.size(), '0') + text;
}

// An account number in the form of the bank's country.
std::string account_of(const std::string& bic, std::uint64_t number) {
    const std::string bank = looks_like_bic(bic) ? bic : std::string("INDBDE00");
    const std::string country = bank.substr(4, 2);
    if (country == "DE") return make_iban(country, "90000001" + digits(number, 10));
    if (country == "LU") return make_iban(country, "999" + digits(number, 13));
    return make_iban(country, bank.substr(0, 4) + digits(number, 10));
}

}  // namespace

std::string make_iban(const std::string& country, const std::string& rest) {
    int remainder = 0;
    for (char c : rest + country + "00") {
        const int value = c >= 'A' ? c - 'A' + 10 : c - '0';
        remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
    }
    return country + digits(static_cast<std::uint64_t>(98 - remainder), 2) + rest;
}

MorningTraffic::MorningTraffic(const events::ClusterShape& shape, std::uint64_t seed, std::string run)
    : m_prng(seed), m_run(std::move(run)) {
    for (const auto& member : shape.members)
        if (member.node != shape.coordinator) m_members.push_back(member);
    INDOUBT_CHECK(!m_members.empty(), "traffic needs a participant");
    for (std::size_t i = 0; i < kCustomers.size(); ++i) {
        // Every eighth customer is short of money, every ninth has a limit: refusals belong to a morning.
        const std::int64_t opening = i % 8 == 7 ? 2500 : m_prng.between(150'000, 2'500'000);
        add_actor(i % m_members.size(), kCustomers[i], "EUR", opening, false, i % 9 == 8 ? 50'000 : -1);
    }
    for (std::size_t i = 0; i < kShops.size(); ++i) add_actor((i + 1) % m_members.size(), kShops[i], "EUR", 500'000, true);
    for (std::size_t i = 0; i < 2; ++i) {
        add_actor(i % m_members.size(), i == 0 ? "Kyoto Ceramics Europe" : "Hanami Travel", "JPY", 4'000'000, false);
        add_actor((i + 1) % m_members.size(), i == 0 ? "Sakura Retail" : "Osaka Tools", "JPY", 900'000, true);
        add_actor(i % m_members.size(), i == 0 ? "Gulf Pearl Trading" : "Salmiya Foods", "KWD", 9'000'000, false);
        add_actor((i + 1) % m_members.size(), i == 0 ? "Dasman Spices" : "Failaka Boats", "KWD", 700'000, true);
    }
    for (std::size_t i = 0; i < m_members.size(); ++i)
        m_fee_takers.push_back({m_members[i].node, "Fees " + (m_members[i].title.empty() ? m_members[i].node.name() : m_members[i].title),
                                account_of(m_members[i].bic, 990'000 + i), m_members[i].bic, Currency::of("EUR"), 0, -1, true});
}

void MorningTraffic::add_actor(std::size_t member, const std::string& name, const char* currency, std::int64_t opening_minor, bool shop,
                               std::int64_t limit_minor) {
    const auto& at = m_members[member];
    m_actors.push_back({at.node, name, account_of(at.bic, 500'000 + 37 * (m_actors.size() + 1)), at.bic, Currency::of(currency),
                        opening_minor, limit_minor, shop});
}

std::vector<AccountsAt> MorningTraffic::accounts() const {
    std::vector<AccountsAt> all;
    for (const auto& member : m_members) {
        std::vector<events::AccountLine> lines;
        for (const auto* group : {&m_actors, &m_fee_takers})
            for (const Actor& actor : *group)
                if (actor.node == member.node)
                    lines.push_back({actor.account, actor.name, actor.currency, actor.opening_minor, actor.limit_minor});
        all.emplace_back(member.node, std::move(lines));
    }
    return all;
}

const MorningTraffic::Actor& MorningTraffic::choose(bool shop, Currency currency, const Actor* other) {
    std::vector<const Actor*> fit;
    for (const Actor& actor : m_actors) {
        // Money crosses banks wherever there is more than one: that is what this product is about.
        const bool apart = !other || (&actor != other && (m_members.size() == 1 || actor.node != other->node));
        if (actor.shop == shop && actor.currency == currency && apart) fit.push_back(&actor);
    }
    INDOUBT_CHECK(!fit.empty(), "every currency has customers and shops at two banks");
    return *fit[m_prng.below(fit.size())];
}

std::string MorningTraffic::uetr() {
    const std::uint64_t a = m_prng.next(), b = m_prng.next();
    char text[40];
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%012llx", static_cast<unsigned>(a >> 32),
                  static_cast<unsigned>(a >> 16 & 0xffff), static_cast<unsigned>(a & 0xfff),
                  static_cast<unsigned>(0x8000 | (b >> 48 & 0x3fff)), static_cast<unsigned long long>(b & 0xffffffffffffULL));
    return text;
}

Payment MorningTraffic::next(std::int64_t now_ns) {
    ++m_count;
    std::uint64_t draw = m_prng.below(100);
    const Purpose* purpose = kPurposes.begin();
    while (draw >= purpose->weight) draw -= (purpose++)->weight;
    const std::uint64_t foreign = m_prng.below(100);
    const Currency currency = Currency::of(foreign < 4 ? "JPY" : foreign < 7 ? "KWD" : "EUR");
    const std::string_view word = purpose->word;
    // Wages and returned deposits flow from the shop to the customer.
    const bool to_customer = word == "WAGE" || word == "DEPOSIT";
    const Actor& payer = choose(to_customer, currency, nullptr);
    const Actor& payee = choose(!to_customer, currency, &payer);

    Payment payment;
    std::int64_t minor = m_prng.between(purpose->low_minor, purpose->high_minor);
    if (currency != Currency::of("EUR")) minor = m_prng.between(900, 60'000);
    payment.amount = {minor, currency};
    payment.debtor = {payer.name, payer.account, payer.bic};
    payment.creditor = {payee.name, payee.account, payee.bic};
    const std::string number = digits(m_count, 5);
    payment.refs.reference = std::string(word) + "-" + number;
    payment.refs.end_to_end_id = "E2E-" + m_run + "-" + number;
    payment.refs.instruction_id = "INS-" + number;
    payment.refs.uetr = uetr();
    payment.refs.message_id = "MORNING-" + m_run;
    payment.idempotency_key = "traffic-" + m_run + "-" + number;
    payment.due_at_ns = now_ns + m_prng.between(300, 5400) * 1'000'000'000;

    payment.legs.push_back({payer.node, LegKind::debit, payer.account, payment.amount});
    // The fee goes to a participant that has no other part in it, a half per cent, at least one cent.
    const auto third = std::find_if(m_fee_takers.begin(), m_fee_takers.end(),
                                    [&](const Actor& f) { return f.node != payer.node && f.node != payee.node; });
    const std::int64_t fee = third != m_fee_takers.end() && currency == third->currency ? std::max<std::int64_t>(1, minor / 200) : 0;
    payment.legs.push_back({payee.node, LegKind::credit, payee.account, {minor - fee, currency}});
    if (fee > 0) payment.legs.push_back({third->node, LegKind::fee, third->account, {fee, currency}});
    return payment;
}

BenchTransfers::BenchTransfers(std::vector<base::NodeId> participants, std::uint32_t accounts_each, std::uint64_t seed, std::string run)
    : m_participants(std::move(participants)), m_accounts_each(accounts_each), m_prng(seed), m_run(std::move(run)) {
    INDOUBT_CHECK(!m_participants.empty() && accounts_each >= 2, "a transfer needs two accounts");
}

std::int64_t BenchTransfers::opening_minor() const { return 100'000'000; }  // 1,000,000.00: no run of a benchmark empties an account

// As a cluster names the accounts it opens for load: A-000001 ... so that one with such accounts needs no others.
std::string BenchTransfers::account(base::NodeId node, std::uint32_t number) const {
    return node.name() + "-" + digits(number + 1, std::max<std::size_t>(6, std::to_string(number + 1).size()));
}

std::vector<events::AccountLine> BenchTransfers::accounts(base::NodeId node, std::uint32_t first, std::uint32_t count) const {
    std::vector<events::AccountLine> lines;
    lines.reserve(count);
    for (std::uint32_t i = first; i < first + count; ++i) lines.push_back({account(node, i), "", Currency::of("EUR"), opening_minor(), -1});
    return lines;
}

Payment BenchTransfers::next() {
    Payment payment;
    const std::size_t n = m_participants.size(), payer = m_prng.below(n);
    const std::uint32_t from = static_cast<std::uint32_t>(m_prng.below(m_accounts_each));
    const Currency eur = Currency::of("EUR");
    const std::int64_t share = m_prng.between(1, 900), others = static_cast<std::int64_t>(std::max<std::size_t>(n - 1, 1));
    payment.idempotency_key = "bench-" + m_run + "-" + std::to_string(++m_count);
    payment.refs.end_to_end_id = payment.idempotency_key;
    payment.amount = {share * others, eur};
    payment.debtor.account = account(m_participants[payer], from);
    payment.legs.push_back({m_participants[payer], LegKind::debit, payment.debtor.account, payment.amount});
    for (std::size_t i = 0; i < n; ++i) {
        if (n > 1 && i == payer) continue;
        std::uint32_t to = static_cast<std::uint32_t>(m_prng.below(m_accounts_each));
        if (n == 1 && to == from) to = (to + 1) % m_accounts_each;
        payment.legs.push_back({m_participants[i], LegKind::credit, account(m_participants[i], to), {share, eur}});
    }
    payment.creditor.account = payment.legs.back().account;
    return payment;
}

}  // namespace indoubt::workload
