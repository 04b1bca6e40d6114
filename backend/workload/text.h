// SPDX-License-Identifier: GPL-3.0-or-later
// Small text rules that both readers share.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace indoubt::workload {

// Characters, not bytes.
std::size_t utf8_length(std::string_view text);

// At most so many bytes, cut at a character and never inside one; what is not UTF-8 (a file's name may be anything) is cut off too.
std::string fitted(std::string_view text, std::size_t bytes_max);

// Trimmed, inner white space collapsed to one space, as xs:token.
std::string collapse(std::string_view text);
// Upper case without spaces; an account written in groups of four is the same account.
std::string compact_account(std::string_view text);
// A BIC of 8 and the same with XXX are one bank: upper case, "XXX" removed.
std::string bank_code(std::string_view bic);
bool looks_like_bic(std::string_view text);   // 4 letters, 2 letters, 2, optionally 3 more
bool looks_like_iban(std::string_view text);  // 2 letters, 2 digits, 1..30 more; the check digits are not verified

// "2010-11-25", with or without a zone or a time behind it -> "2010-11-25"; nothing if it is no day of the calendar.
std::optional<std::string> parse_date(std::string_view text);
// A payment is due on the day of whoever pays it: both in the time zone of the process (TZ).
std::int64_t end_of_day_ns(std::string_view date);  // the last second of a date that parse_date returned
std::string date_of_ns(std::int64_t utc_ns);        // "2026-11-20"
std::string date_time_of_ns(std::int64_t utc_ns);   // "2026-11-20T09:30:47Z"

// Sums amounts of several currencies as plain decimals, exactly, to compare with a declared control sum.
class DecimalSum {
  public:
    void add(std::int64_t minor, int minor_digits);
    bool equals(std::string_view decimal) const;  // "6655.86", "6655.860"
    std::string text() const;                     // at least two decimals
    static bool is_decimal(std::string_view text);

  private:
    __extension__ typedef __int128 Wide;
    static std::optional<Wide> parse(std::string_view decimal);
    Wide m_scaled = 0;  // in units of 1e-5: no currency has more than four minor digits
};

}  // namespace indoubt::workload
