// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"

namespace indoubt::base {

Digest128 digest128(std::string_view text) {
    std::uint64_t a = 0x243f6a8885a308d3ULL ^ text.size();
    std::uint64_t b = 0x13198a2e03707344ULL + text.size();
    std::uint64_t word = 0;
    int filled = 0;
    auto absorb = [&] {
        a = mix64(a ^ word) + b;
        b = mix64(b + word * 0x9e3779b97f4a7c15ULL) ^ (a << 1 | a >> 63);
        word = 0;
        filled = 0;
    };
    for (char c : text) {
        word = word << 8 | static_cast<unsigned char>(c);
        if (++filled == 8) absorb();
    }
    word = word << 8 | 0x80;
    absorb();
    return {mix64(a + b), mix64(b ^ (a << 17 | a >> 47))};
}

}  // namespace indoubt::base
