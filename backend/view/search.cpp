// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/search.h"

#include <algorithm>
#include <cctype>

#include "view/state.h"

namespace indoubt::view {

namespace {

constexpr std::size_t account_tail_min = 4;
constexpr std::size_t account_part_min = 2;  // beside other words
constexpr std::size_t xid_prefix_min = 4, xid_digits_max = 40;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
}

// "120", "120.00", "120,00", "1,250,000": digits with an optional fraction; what stands behind may be a currency.
void read_amount(std::string_view text, std::string& decimal, std::string& currency) {
    std::size_t end = 0;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.' || text[end] == ',')) ++end;
    const std::string_view number = text.substr(0, end);
    for (; end < text.size(); ++end)
        if (text[end] != ' ') currency += static_cast<char>(std::toupper(static_cast<unsigned char>(text[end])));
    // A comma parts thousands, unless it is the only sign and one or two digits follow.
    const std::size_t comma = number.find(',');
    const bool fraction = comma != std::string_view::npos && number.find(',', comma + 1) == std::string_view::npos && number.find('.') == std::string_view::npos &&
                          number.size() - comma - 1 <= 2;
    for (char c : number)
        if (c != ',') decimal += c;
        else if (fraction) decimal += '.';
    const bool valid = !decimal.empty() && is_digit(decimal.front()) && is_digit(decimal.back()) && std::count(decimal.begin(), decimal.end(), '.') <= 1 &&
                       (currency.empty() || currency.size() == 3);
    if (!valid) decimal.clear();
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!(text = trimmed(text)).empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

}  // namespace

SearchWord::SearchWord(std::string_view text, bool alone) : m_needle(text), m_head(lower(text)), m_alone(alone), m_account(account_key(text)) {
    if (const auto dots = m_head.find(".."); dots != std::string::npos) {
        m_tail = m_head.substr(dots + 2);
        m_head.resize(dots);
    }
    m_as_xid = m_head.size() >= xid_prefix_min && m_head.size() <= xid_digits_max && is_hex(m_head) && is_hex(m_tail);
    const bool part = !alone && m_account.size() >= account_part_min && std::any_of(m_account.begin(), m_account.end(), is_digit);
    m_as_account = m_account.size() >= account_tail_min || part;
    read_amount(text, m_decimal, m_currency);
}

bool SearchWord::fits_amount(const events::Amount& amount) const {
    if (m_decimal.empty() || (!m_currency.empty() && amount.currency.code() != m_currency)) return false;
    const auto parsed = base::parse_amount(m_decimal, amount.currency);
    return parsed.ok() && parsed->minor == amount.minor;
}

bool SearchWord::fits_account(std::string_view account) const {
    // Beside other words four may stand anywhere in it; fewer are its end, for "120" is an amount and no part of 4712 00.
    return m_alone || m_account.size() < account_tail_min ? account_ends_with(account, m_account) : account_key(account).find(m_account) != std::string::npos;
}

bool SearchWord::fits(const Transaction& tx) const {
    if (m_as_xid) {
        const std::string full = tx.xid.text();
        if (full.compare(0, m_head.size(), m_head) == 0 && (m_tail.empty() || full.ends_with(m_tail))) return true;
    }
    if (!tx.payment) return false;
    const auto& payment = *tx.payment;
    const auto& refs = payment.refs;
    for (const std::string* one : {&refs.reference, &refs.end_to_end_id, &refs.instruction_id, &refs.uetr, &refs.message_id, &refs.payment_information_id, &refs.file,
                                   &payment.idempotency_key, &payment.debtor.name, &payment.creditor.name, &payment.debtor.bic, &payment.creditor.bic, &payment.remark})
        if (m_needle.within(*one)) return true;
    if (m_as_account) {
        if (fits_account(payment.debtor.account) || fits_account(payment.creditor.account)) return true;
        for (const auto& leg : payment.legs)
            if (fits_account(leg.account)) return true;
    }
    if (fits_amount(payment.amount)) return true;
    if (!m_alone && m_needle.equals(payment.amount.currency.code())) return true;
    return std::any_of(payment.legs.begin(), payment.legs.end(), [&](const events::Leg& leg) { return fits_amount(leg.amount); });
}

SearchQuery::SearchQuery(std::string_view text) {
    const auto words = words_of(text);
    if (words.empty()) return;
    // As it stands first: "4711 08" is one tail and "120.00 EUR" one amount.
    m_whole.emplace(trimmed(text), true);
    for (const auto word : words) m_words.emplace_back(word, words.size() == 1);
}

bool SearchQuery::fits(const Transaction& tx) const {
    if (empty()) return false;
    if (m_whole->fits(tx)) return true;
    return m_words.size() > 1 && std::all_of(m_words.begin(), m_words.end(), [&](const SearchWord& word) { return word.fits(tx); });
}

std::string SearchQuery::as_filter(std::string_view text) {
    const auto quoted = [](std::string_view one) {
        std::string out = "\"";
        for (char c : one)
            if (c != '"' && c != '\\') out += c;
        return out + '"';
    };
    const auto words = words_of(text);
    if (words.size() < 2) return words.empty() ? std::string() : quoted(words.front());
    std::string all;
    for (const auto word : words) all += (all.empty() ? "" : " ") + quoted(word);
    return quoted(trimmed(text)) + " or (" + all + ")";
}

std::vector<Xid> View::search(std::string_view text, std::size_t most) const {
    std::vector<Xid> found;
    const SearchQuery query(text);
    if (query.empty()) return found;
    // Newest first, so that a scan ends early.
    for (std::size_t i = size(); i-- > 0 && found.size() < most;)
        if (query.fits(at(i))) found.push_back(at(i).xid);
    return found;
}

}  // namespace indoubt::view
