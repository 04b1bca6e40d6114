// SPDX-License-Identifier: GPL-3.0-or-later
// CRC-32C (Castagnoli, RFC 3720 appendix B.4): every stored record and every frame between nodes carries one.
#pragma once
#include <cstdint>
#include <string_view>

namespace indoubt::wire {

// `before`: the checksum of what precedes these bytes, to go on from. Any thread.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace indoubt::wire
