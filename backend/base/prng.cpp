// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/prng.h"

namespace indoubt::base {

namespace {
constexpr std::uint64_t rotate(std::uint64_t x, int k) { return x << k | x >> (64 - k); }
}  // namespace

Prng::Prng(std::uint64_t seed) {
    for (auto& word : m_state) {
        seed += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = seed;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
        word = z ^ z >> 31;
    }
}

std::uint64_t Prng::next() {
    const std::uint64_t result = rotate(m_state[1] * 5, 7) * 9;
    const std::uint64_t t = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= t;
    m_state[3] = rotate(m_state[3], 45);
    return result;
}

std::uint64_t Prng::below(std::uint64_t bound) {
    INDOUBT_CHECK(bound > 0, "an empty range has no random number");
    // Rejection keeps it exactly uniform.
    const std::uint64_t limit = ~std::uint64_t{0} - ~std::uint64_t{0} % bound;
    for (;;) {
        const std::uint64_t value = next();
        if (value < limit) return value % bound;
    }
}

std::int64_t Prng::between(std::int64_t low, std::int64_t high) {
    INDOUBT_CHECK(low <= high, "an empty range has no random number");
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
}

}  // namespace indoubt::base
