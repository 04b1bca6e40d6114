// SPDX-License-Identifier: GPL-3.0-or-later
// Hashing of values: every core and machine is hashable, so that the explorer can recognise a state.
// Deterministic across runs and machines (never std::hash). mix64 is MurmurHash3's 64-bit finaliser (Appleby 2011), a bijection.
#pragma once
#include <cstdint>
#include <string_view>

namespace indoubt::base {

constexpr std::uint64_t mix64(std::uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    x ^= x >> 33;
    return x;
}

constexpr std::uint64_t unmix64(std::uint64_t x) {  // the inverse of mix64
    x ^= x >> 33;
    x *= 0x9cb4b2f8129337dbULL;
    x ^= x >> 33;
    x *= 0x4f74430c22a54005ULL;
    x ^= x >> 33;
    return x;
}

// Accumulates a 64-bit hash; order matters.
class Hasher {
  public:
    constexpr Hasher& add(std::uint64_t value) {
        m_state = mix64(m_state ^ (value + 0x9e3779b97f4a7c15ULL + (m_state << 6) + (m_state >> 2)));
        return *this;
    }
    constexpr Hasher& add(std::string_view text) {
        std::uint64_t h = 0xcbf29ce484222325ULL;
        for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
        return add(h).add(text.size());
    }
    constexpr std::uint64_t value() const { return m_state; }

  private:
    std::uint64_t m_state = 0x1db7a4e5c3f29b61ULL;
};

// 128-bit digest of a text: two independent streams. Not cryptographic: it makes names; what decides on money is runtime/digest.h.
struct Digest128 {
    std::uint64_t high = 0, low = 0;
    friend auto operator<=>(const Digest128&, const Digest128&) = default;
};
Digest128 digest128(std::string_view text);

}  // namespace indoubt::base
