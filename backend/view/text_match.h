// SPDX-License-Identifier: GPL-3.0-or-later
// Substring search without regard to case and accents, and account numbers compared without their blanks. Used by search and filter.
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

inline bool is_ascii(std::string_view text) {
    for (char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    return true;
}

// Lower case without accents: "Muller Cafe" finds "Müller Café", and the other way round. UTF-8; letters of Latin-1 and Latin
// Extended-A become their base letter, all else stays.
inline std::string without_accents(std::string_view text) {
    static constexpr std::string_view latin1 = "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy";
    static constexpr std::string_view extended_a =
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0xc3 && c <= 0xc5 && i + 1 < text.size()) {
            const unsigned letter = (c & 0x1fu) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3fu);
            plain += letter < 0x100 ? latin1[letter - 0xc0] : extended_a[letter - 0x100];
            if (letter == 0xdf) plain += 's';                       // sharp s is two
            if (letter == 0xc6 || letter == 0xe6 || letter == 0x152 || letter == 0x153) plain += 'e';
        } else {
            plain += lower(text[i]);
        }
    }
    return plain;
}

class Needle {
  public:
    explicit Needle(std::string_view text) : m_text(lower(text)), m_plain(without_accents(text)), m_ascii(is_ascii(text)) {}
    bool empty() const { return m_text.empty(); }
    bool within(std::string_view hay) const {
        if (direct(m_text, hay)) return true;
        if (m_ascii && is_ascii(hay)) return false;
        return direct(m_plain, without_accents(hay));
    }
    bool equals(std::string_view hay) const { return hay.size() == m_text.size() && within(hay); }
    const std::string& text() const { return m_text; }

  private:
    static bool direct(const std::string& text, std::string_view hay) {
        if (text.empty()) return true;
        if (hay.size() < text.size()) return false;
        const char first = text.front();
        for (std::size_t i = 0; i + text.size() <= hay.size(); ++i) {
            if (lower(hay[i]) != first) continue;
            std::size_t j = 1;
            while (j < text.size() && lower(hay[i + j]) == text[j]) ++j;
            if (j == text.size()) return true;
        }
        return false;
    }
    std::string m_text, m_plain;
    bool m_ascii = true;
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
