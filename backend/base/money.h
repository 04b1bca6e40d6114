// SPDX-License-Identifier: GPL-3.0-or-later
// Money: integer minor units and an ISO 4217 code. Never floating point, never rounded. Overflow is an error value, not a wrap.
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace indoubt::base {

// Three upper-case letters, packed. Only codes in the ISO 4217 table parse.
class Currency {
  public:
    constexpr Currency() = default;
    static Result<Currency> parse(std::string_view code);
    static constexpr Currency of(std::string_view code) {
        Currency currency;
        for (char c : code.substr(0, 3)) currency.m_packed = currency.m_packed << 8 | static_cast<unsigned char>(c);
        return currency;
    }
    std::string code() const;
    int minor_digits() const;  // JPY 0, EUR 2, KWD 3
    constexpr std::uint32_t packed() const { return m_packed; }
    constexpr bool empty() const { return m_packed == 0; }
    friend constexpr auto operator<=>(Currency, Currency) = default;

  private:
    std::uint32_t m_packed = 0;
};

struct Amount {
    std::int64_t minor = 0;
    Currency currency;
    friend constexpr auto operator<=>(const Amount&, const Amount&) = default;
};

// "120.00" + EUR. Refuses signs, exponents, more decimals than the currency has, and anything past 2^62 minor units.
Result<Amount> parse_amount(std::string_view decimal, Currency currency);
std::string decimal_text(std::int64_t minor, int minor_digits, bool thousands = false);  // "-2480.00", "2,480.00"
std::string text(const Amount& amount, bool thousands = false);                            // "120.00 EUR"

// Checked: false on overflow, and `sum` is untouched.
[[nodiscard]] bool add_minor(std::int64_t& sum, std::int64_t value);

}  // namespace indoubt::base
