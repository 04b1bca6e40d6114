// SPDX-License-Identifier: GPL-3.0-or-later
// The access token of a running cluster: 256 random bits as 64 hexadecimal digits, in a file that only its owner can read.
// Whoever reads the file may act. Every call on every socket carries the token; comparison takes the same time wherever two differ.
// Any thread.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace indoubt::security {

base::Result<std::string> make_token();

// A random number that is not 0: names a cluster for ever.
base::Result<std::uint64_t> make_identity();

// Atomically (a new file, fsync, rename), mode 0600; the directory must exist.
base::Result<> write_token_file(const std::filesystem::path& path, std::string_view token);

// Errors: not_found (no cluster ran here), permission_denied (not ours, or others may read it: then it is no secret), data_loss.
base::Result<std::string> read_token_file(const std::filesystem::path& path);

bool same_token(std::string_view given, std::string_view expected);

// "authorization: Bearer TOKEN" in the metadata of every call.
inline constexpr std::string_view token_header = "authorization";
inline constexpr std::string_view token_scheme = "Bearer ";

}  // namespace indoubt::security
