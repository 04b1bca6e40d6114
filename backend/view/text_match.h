// SPDX-License-Identifier: GPL-3.0-or-later
// Case-insensitive substring search in ASCII, and account numbers compared without their blanks. Used by search and filter.
#pragma once
#include <string>
#include <string_view>

namespace indoubt::view {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered) c = lower(c);
    return lowered;
}

class Needle {
  public:
    explicit Needle(std::string_view text) : m_text(lower(text)) {}
    bool empty() const { return m_text.empty(); }
    bool within(std::string_view hay) const {
        if (m_text.empty()) return true;
        if (hay.size() < m_text.size()) return false;
        const char first = m_text.front();
        for (std::size_t i = 0; i + m_text.size() <= hay.size(); ++i) {
            if (lower(hay[i]) != first) continue;
            std::size_t j = 1;
            while (j < m_text.size() && lower(hay[i + j]) == m_text[j]) ++j;
            if (j == m_text.size()) return true;
        }
        return false;
    }
    bool equals(std::string_view hay) const { return hay.size() == m_text.size() && within(hay); }
    const std::string& text() const { return m_text; }

  private:
    std::string m_text;
};

// Upper case, blanks left out; empty when the text cannot be part of an account number.
inline std::string account_key(std::string_view text) {
    std::string key;
    for (char c : text) {
        if (c == ' ') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const bool good = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '/' || c == '_';
        if (!good) return {};
        key += c;
    }
    return key;
}

// `account` as in the file, blanks and all; `key` from account_key.
inline bool account_ends_with(std::string_view account, std::string_view key) {
    std::size_t i = account.size(), j = key.size();
    while (j > 0) {
        while (i > 0 && account[i - 1] == ' ') --i;
        if (i == 0) return false;
        const char c = account[i - 1];
        if ((c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c) != key[j - 1]) return false;
        --i;
        --j;
    }
    return true;
}

}  // namespace indoubt::view
