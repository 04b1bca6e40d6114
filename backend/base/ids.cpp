// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"

#include <array>

namespace indoubt::base {

Result<NodeId> NodeId::parse(std::string_view text) {
    if (text.empty() || text.size() > 8) return invalid_argument("a node name has 1 to 8 characters, got \"" + std::string(text) + "\"");
    for (char c : text) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        if (!good) return invalid_argument("a node name has only letters, digits and '-', got \"" + std::string(text) + "\"");
    }
    return of(text);
}

std::string NodeId::name() const {
    std::string text;
    for (int shift = 56; shift >= 0; shift -= 8) {
        const char c = static_cast<char>(m_packed >> shift & 0xff);
        if (c == 0) break;
        text += c;
    }
    return text;
}

namespace {

void append_hex(std::string& text, std::uint64_t value) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[value >> shift & 0xf];
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
    std::uint64_t value = 0;
    for (char c : text) {
        int digit = 0;
        if (c >= '0' && c <= '9') digit = c - '0';
        else if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
        else if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
        else return std::nullopt;
        value = value << 4 | static_cast<std::uint64_t>(digit);
    }
    return value;
}

}  // namespace

std::string Xid::text() const {
    std::string text;
    text.reserve(32);
    append_hex(text, mix64(coordinator.packed()));
    append_hex(text, mix64(std::uint64_t{incarnation} << 40 | counter));
    return text;
}

std::string Xid::short_text() const {
    const std::string full = text();
    return full.substr(0, 4) + ".." + full.substr(28);
}

Result<Xid> Xid::parse(std::string_view text) {
    const auto high = text.size() == 32 ? parse_hex(text.substr(0, 16)) : std::nullopt;
    const auto low = text.size() == 32 ? parse_hex(text.substr(16)) : std::nullopt;
    if (!high || !low) return invalid_argument("an xid has 32 hexadecimal digits, got \"" + std::string(text) + "\"");
    Xid xid;
    const auto node = NodeId::parse(NodeId::from_packed(unmix64(*high)).name());
    if (!node || node->packed() != unmix64(*high)) return invalid_argument("no coordinator has issued the xid \"" + std::string(text) + "\"");
    xid.coordinator = *node;
    xid.incarnation = static_cast<Incarnation>(unmix64(*low) >> 40);
    xid.counter = unmix64(*low) & xid_counter_max;
    return xid;
}

}  // namespace indoubt::base
