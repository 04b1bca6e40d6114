// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/money.h"

#include <algorithm>
#include <array>
#include <utility>

namespace indoubt::base {

namespace {

// ISO 4217 (active codes), grouped by the number of minor digits.
constexpr std::string_view digits0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view digits3 = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view digits4 = "CLF UYW";
constexpr std::string_view digits2 =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP "
    "CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK "
    "LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
    "RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER "
    "ZAR ZMW ZWG";

// By the three letters, 5 bits each: every leg that crosses a wire asks, and a search through the names would show there.
constexpr std::size_t not_a_code = static_cast<std::size_t>(-1);
constexpr std::size_t place_of(char first, char second, char third) {
    std::size_t place = 0;
    for (const char c : {first, second, third}) {
        if (c < 'A' || c > 'Z') return not_a_code;
        place = place << 5 | static_cast<std::size_t>(c - 'A');
    }
    return place;
}

constexpr std::int8_t unlisted = -1;
constexpr auto digits_of = [] {
    std::array<std::int8_t, 1u << 15> table{};
    for (auto& digits : table) digits = unlisted;
    const std::pair<std::string_view, std::int8_t> lists[] = {{digits2, 2}, {digits0, 0}, {digits3, 3}, {digits4, 4}};
    for (const auto& [codes, digits] : lists)
        for (std::size_t i = 0; i + 3 <= codes.size(); i += 4) table[place_of(codes[i], codes[i + 1], codes[i + 2])] = digits;
    return table;
}();

}  // namespace

Result<Currency> Currency::parse(std::string_view code) {
    const std::size_t place = code.size() == 3 ? place_of(code[0], code[1], code[2]) : not_a_code;
    if (place != not_a_code && digits_of[place] != unlisted) return of(code);
    return invalid_argument("\"" + std::string(code.substr(0, 16)) + "\" is not an ISO 4217 currency code such as EUR, JPY or KWD");
}

std::string Currency::code() const {
    if (empty()) return "";
    return {static_cast<char>(m_packed >> 16 & 0xff), static_cast<char>(m_packed >> 8 & 0xff), static_cast<char>(m_packed & 0xff)};
}

int Currency::minor_digits() const {
    const std::size_t place =
        place_of(static_cast<char>(m_packed >> 16 & 0xff), static_cast<char>(m_packed >> 8 & 0xff), static_cast<char>(m_packed & 0xff));
    return place == not_a_code || digits_of[place] == unlisted ? 2 : digits_of[place];
}

Result<Amount> parse_amount(std::string_view decimal, Currency currency) {
    constexpr std::int64_t most = std::int64_t{1} << 62;
    const std::string quoted = "\"" + std::string(decimal.substr(0, 40)) + "\"";
    const int digits = currency.minor_digits();
    std::int64_t minor = 0;
    int after_point = -1, seen = 0;
    for (char c : decimal) {
        if (c == '.' && after_point < 0 && seen > 0) {
            after_point = 0;
            continue;
        }
        if (c < '0' || c > '9') return invalid_argument("the amount " + quoted + " is not a plain decimal number such as 120.00");
        if (after_point >= 0 && ++after_point > digits) {
            return invalid_argument("the amount " + quoted + " has more decimals than " + currency.code() + " allows (" + std::to_string(digits) + ")");
        }
        if (minor > (most - 9) / 10) return invalid_argument("the amount " + quoted + " is too large");
        minor = minor * 10 + (c - '0');
        ++seen;
    }
    if (seen == 0 || after_point == 0) return invalid_argument("the amount " + quoted + " is not a plain decimal number such as 120.00");
    for (int i = std::max(after_point, 0); i < digits; ++i) {
        if (minor > most / 10) return invalid_argument("the amount " + quoted + " is too large");
        minor *= 10;
    }
    return Amount{minor, currency};
}

std::string decimal_text(std::int64_t minor, int minor_digits, bool thousands) {
    const bool negative = minor < 0;
    const std::uint64_t size = negative ? ~static_cast<std::uint64_t>(minor) + 1 : static_cast<std::uint64_t>(minor);
    std::string digits = std::to_string(size);
    if (digits.size() <= static_cast<std::size_t>(minor_digits)) digits.insert(0, static_cast<std::size_t>(minor_digits) + 1 - digits.size(), '0');
    std::string whole = digits.substr(0, digits.size() - static_cast<std::size_t>(minor_digits));
    if (thousands)
        for (int i = static_cast<int>(whole.size()) - 3; i > 0; i -= 3) whole.insert(static_cast<std::size_t>(i), ",");
    std::string text = negative ? "-" + whole : whole;
    if (minor_digits > 0) text += "." + digits.substr(digits.size() - static_cast<std::size_t>(minor_digits));
    return text;
}

std::string text(const Amount& amount, bool thousands) {
    return decimal_text(amount.minor, amount.currency.minor_digits(), thousands) + " " + amount.currency.code();
}

bool add_minor(std::int64_t& sum, std::int64_t value) {
    std::int64_t result = 0;
    if (__builtin_add_overflow(sum, value, &result)) return false;
    sum = result;
    return true;
}

}  // namespace indoubt::base
