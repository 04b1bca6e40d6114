// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/text.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "base/utf8.h"

namespace indoubt::workload {

namespace {

constexpr int kScaleDigits = 5;

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return c >= 'A' && c <= 'Z'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

int number(std::string_view text, std::size_t at, std::size_t size) {
    int value = 0;
    for (std::size_t i = at; i < at + size; ++i) value = value * 10 + (text[i] - '0');
    return value;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string fitted(std::string_view text, std::size_t bytes_max) {
    text = text.substr(0, bytes_max);
    while (!base::valid_utf8(text)) text.remove_suffix(1);
    return std::string(text);
}

std::string collapse(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (!space(c))
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string compact_account(std::string_view text) {
    std::string out;
    for (char c : text)
        if (!space(c)) out += upper(c);
    // Only what has the shape of an IBAN is one in groups; any other account number is left as it was written.
    return looks_like_iban(out) ? out : collapse(text);
}

std::string bank_code(std::string_view bic) {
    std::string out;
    for (char c : bic)
        if (!space(c)) out += upper(c);
    if (out.size() == 11 && out.ends_with("XXX")) out.resize(8);
    return out;
}

bool looks_like_bic(std::string_view text) {
    if (text.size() != 8 && text.size() != 11) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = upper(text[i]);
        if (!(letter(c) || ((i < 4 || i > 5) && digit(c)))) return false;
    }
    return true;
}

bool looks_like_iban(std::string_view text) {
    if (text.size() < 5 || text.size() > 34) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (i < 2 ? !letter(c) : i < 4 ? !digit(c) : !(letter(c) || digit(c))) return false;
    }
    return true;
}

std::optional<std::string> parse_date(std::string_view text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    for (std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9})
        if (!digit(text[i])) return std::nullopt;
    if (text.size() > 10 && text[10] != 'T' && text[10] != 'Z' && text[10] != '+' && text[10] != '-') return std::nullopt;
    using namespace std::chrono;
    const year_month_day date(year(number(text, 0, 4)), month(static_cast<unsigned>(number(text, 5, 2))),
                              day(static_cast<unsigned>(number(text, 8, 2))));
    // Nanoseconds since 1970 in 64 bits end in 2262.
    if (!date.ok() || date.year() < year(1970) || date.year() > year(2261)) return std::nullopt;
    return std::string(text.substr(0, 10));
}

std::int64_t end_of_day_ns(std::string_view date) {
    std::tm local{};
    local.tm_year = number(date, 0, 4) - 1900;
    local.tm_mon = number(date, 5, 2) - 1;
    local.tm_mday = number(date, 8, 2);
    local.tm_hour = 23;
    local.tm_min = local.tm_sec = 59;
    local.tm_isdst = -1;
    return static_cast<std::int64_t>(std::mktime(&local)) * 1'000'000'000;
}

std::string date_of_ns(std::int64_t utc_ns) {
    const std::time_t at = std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(utc_ns)).count();
    std::tm local{};
    ::localtime_r(&at, &local);
    char buffer[16];
    std::strftime(buffer, sizeof buffer, "%Y-%m-%d", &local);
    return buffer;
}

std::string date_time_of_ns(std::int64_t utc_ns) {
    using namespace std::chrono;
    const auto seconds_since = floor<seconds>(nanoseconds(utc_ns));
    const auto days_since = floor<days>(seconds_since);
    const year_month_day date{sys_days(days_since)};
    const hh_mm_ss time(seconds_since - days_since);
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return buffer;
}

void DecimalSum::add(std::int64_t minor, int minor_digits) {
    Wide scaled = minor;
    for (int i = minor_digits; i < kScaleDigits; ++i) scaled *= 10;
    m_scaled += scaled;
}

bool DecimalSum::is_decimal(std::string_view text) {
    std::size_t digits = 0, points = 0;
    for (char c : text) {
        if (digit(c))
            ++digits;
        else if (c != '.' || ++points > 1)
            return false;
    }
    return digits > 0 && digits <= 18;
}

std::optional<DecimalSum::Wide> DecimalSum::parse(std::string_view decimal) {
    if (!is_decimal(decimal)) return std::nullopt;
    Wide value = 0;
    int decimals = -1;
    for (char c : decimal) {
        if (c == '.') {
            decimals = 0;
            continue;
        }
        if (decimals == kScaleDigits) {
            if (c != '0') return std::nullopt;  // finer than any currency: it cannot be our sum
            continue;
        }
        value = value * 10 + (c - '0');
        if (decimals >= 0) ++decimals;
    }
    for (int i = std::max(decimals, 0); i < kScaleDigits; ++i) value *= 10;
    return value;
}

bool DecimalSum::equals(std::string_view decimal) const {
    const auto value = parse(decimal);
    return value && *value == m_scaled;
}

std::string DecimalSum::text() const {
    std::string digits;
    for (Wide rest = m_scaled; rest > 0 || digits.size() <= kScaleDigits; rest /= 10)
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    std::reverse(digits.begin(), digits.end());
    digits.insert(digits.size() - kScaleDigits, ".");
    while (digits.ends_with('0') && digits.size() - digits.find('.') > 3) digits.pop_back();
    return digits;
}

}  // namespace indoubt::workload
