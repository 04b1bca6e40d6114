// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/token.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "security/files.h"

namespace indoubt::security {
namespace {
constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_digits = token_bytes * 2;

bool well_formed(std::string_view token) {
    return token.size() == token_digits &&
           std::all_of(token.begin(), token.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
}  // namespace

base::Result<std::string> make_token() {
    std::array<unsigned char, token_bytes> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        return base::Error{base::ErrorCode::internal, "the system has no random numbers to make a token of"};
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(token_digits);
    for (unsigned char byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

base::Result<std::uint64_t> make_identity() {
    std::uint64_t identity = 0;
    while (identity == 0)
        if (RAND_bytes(reinterpret_cast<unsigned char*>(&identity), sizeof identity) != 1)
            return base::Error{base::ErrorCode::internal, "the system has no random numbers to tell this cluster from others by"};
    return identity;
}

base::Result<> write_token_file(const std::filesystem::path& path, std::string_view token) {
    if (!well_formed(token)) return base::invalid_argument("token: not 64 hexadecimal digits");
    return write_private_file(path, std::string(token) + "\n");
}

base::Result<std::string> read_token_file(const std::filesystem::path& path) {
    auto content = read_private_file(path, 256);
    if (!content) return content.error();
    std::string token = std::move(content).value();
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
    if (!well_formed(token)) return base::data_loss(path.string() + " does not hold a token (64 hexadecimal digits)");
    return token;
}

bool same_token(std::string_view given, std::string_view expected) {
    // The length of a token is no secret; its content is.
    return given.size() == expected.size() && !expected.empty() && CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

}  // namespace indoubt::security
