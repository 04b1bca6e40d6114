// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/checksum.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace indoubt::wire {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
        table[i] = crc;
    }
    return table;
}
constexpr auto table = make_table();

std::uint32_t by_table(const char* at, std::size_t size, std::uint32_t crc) {
    for (; size != 0; --size, ++at) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(*at)) & 0xff];
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(const char* at, std::size_t size, std::uint32_t crc) {
    std::uint64_t wide = crc;
    for (; size >= 8; size -= 8, at += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, at, 8);
        wide = _mm_crc32_u64(wide, eight);
    }
    crc = static_cast<std::uint32_t>(wide);
    for (; size != 0; --size, ++at) crc = _mm_crc32_u8(crc, static_cast<unsigned char>(*at));
    return crc;
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
#if defined(__x86_64__)
    static const bool fast = __builtin_cpu_supports("sse4.2") != 0;
    if (fast) return ~by_instruction(bytes.data(), bytes.size(), ~before);
#endif
    return ~by_table(bytes.data(), bytes.size(), ~before);
}

}  // namespace indoubt::wire
