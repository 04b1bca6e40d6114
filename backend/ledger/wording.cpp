// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/wording.h"

#include <cctype>

namespace indoubt::ledger::wording {

namespace {

bool looks_like_iban(const std::string& plain) {
    if (plain.size() < 15 || plain.size() > 34) return false;
    const auto letter = [&](std::size_t i) { return std::isalpha(static_cast<unsigned char>(plain[i])) != 0; };
    const auto digit = [&](std::size_t i) { return std::isdigit(static_cast<unsigned char>(plain[i])) != 0; };
    return letter(0) && letter(1) && digit(2) && digit(3);
}

Verdict no(Refusal refusal, std::string text) {
    Verdict verdict;
    verdict.vote = Vote::no;
    verdict.refusal = refusal;
    verdict.text = std::move(text);
    return verdict;
}

}  // namespace

std::string tail(const std::string& account) {
    std::string plain;
    for (char c : account)
        if (c != ' ') plain += c;
    if (!looks_like_iban(plain)) return account;
    const std::size_t last = (plain.size() - 1) / 4 * 4;  // start of the last group of four
    return plain.substr(last - 4, 4) + " " + plain.substr(last);
}

Verdict unknown_account(const std::string& account) { return no(Refusal::unknown_account, "there is no account " + tail(account) + " here"); }

Verdict wrong_currency(const std::string& account, Currency kept, Currency asked) {
    return no(Refusal::wrong_currency, tail(account) + " is kept in " + kept.code() + ", not in " + asked.code());
}

Verdict over_limit(const std::string& account, std::int64_t limit_minor, std::int64_t asked_minor, Currency currency) {
    return no(Refusal::over_limit, tail(account) + " may pay at most " + base::text({limit_minor, currency}) + " at once, " +
                                       base::text({asked_minor, currency}) + " is asked");
}

Verdict insufficient_funds(const std::string& account, std::int64_t available_minor, std::int64_t asked_minor, Currency currency) {
    return no(Refusal::insufficient_funds,
              tail(account) + " has " + base::text({available_minor, currency}) + " available, " + base::text({asked_minor, currency}) + " is asked");
}

Verdict balance_overflow(const std::string& account) { return no(Refusal::balance_overflow, tail(account) + " cannot hold that much"); }

Verdict too_many_waiters(const std::string& account, std::size_t waiters) {
    return no(Refusal::too_many_waiters, std::to_string(waiters) + " payments already wait for " + tail(account));
}

}  // namespace indoubt::ledger::wording
