// SPDX-License-Identifier: GPL-3.0-or-later
// Deterministic random numbers, the same on every machine: xoshiro256** seeded by splitmix64 (Blackman and Vigna 2018).
#pragma once
#include <cstdint>

#include "base/check.h"

namespace indoubt::base {

class Prng {
  public:
    explicit Prng(std::uint64_t seed);
    std::uint64_t next();
    std::uint64_t below(std::uint64_t bound);                              // uniform in [0, bound), bound > 0
    std::int64_t between(std::int64_t low, std::int64_t high);             // inclusive
    bool chance(std::uint32_t per_thousand) { return below(1000) < per_thousand; }
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
    friend bool operator==(const Prng&, const Prng&) = default;

  private:
    std::uint64_t m_state[4];
};

}  // namespace indoubt::base
