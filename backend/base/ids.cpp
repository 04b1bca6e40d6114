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

constexpr std::size_t cluster_digits = 8, word_digits = 16;

void append_hex(std::string& text, std::uint64_t value, std::size_t digits = word_digits) {
    constexpr std::string_view hex = "0123456789abcdef";
    for (int shift = static_cast<int>(digits) * 4 - 4; shift >= 0; shift -= 4) text += hex[value >> shift & 0xf];
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
    text.reserve(cluster_digits + 2 * word_digits);
    if (cluster != 0) append_hex(text, cluster, cluster_digits);
    const std::uint64_t key = mix64(cluster);  // of 0: 0
    append_hex(text, mix64(coordinator.packed() ^ key));
    append_hex(text, mix64((std::uint64_t{incarnation} << 40 | counter) ^ key));
    return text;
}

std::string Xid::short_text() const {
    const std::string full = text();
    return full.substr(0, 4) + ".." + full.substr(full.size() - 4);
}

Result<Xid> Xid::parse(std::string_view text) {
    const std::size_t prefix = text.size() == cluster_digits + 2 * word_digits ? cluster_digits : 0;
    const bool sized = text.size() == prefix + 2 * word_digits;
    const auto cluster = sized ? parse_hex(text.substr(0, prefix)) : std::nullopt;
    const auto high = sized ? parse_hex(text.substr(prefix, word_digits)) : std::nullopt;
    const auto low = sized ? parse_hex(text.substr(prefix + word_digits)) : std::nullopt;
    if (!cluster || !high || !low) return invalid_argument("an xid has 40 hexadecimal digits (32 in an older cluster), got \"" + std::string(text) + "\"");
    const std::uint64_t key = mix64(*cluster);
    const std::uint64_t packed = unmix64(*high) ^ key, number = unmix64(*low) ^ key;
    const auto node = NodeId::parse(NodeId::from_packed(packed).name());
    if (!node || node->packed() != packed || (prefix != 0 && *cluster == 0)) return invalid_argument("no coordinator has issued the xid \"" + std::string(text) + "\"");
    return Xid{*node, static_cast<Incarnation>(number >> 40), number & xid_counter_max, static_cast<std::uint32_t>(*cluster)};
}

}  // namespace indoubt::base
