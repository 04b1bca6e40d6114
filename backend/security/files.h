// SPDX-License-Identifier: GPL-3.0-or-later
// Small private files: written whole or not at all, readable by their owner only.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace indoubt::security {

// A new file beside it, fsync, rename. Mode 0600 whatever the umask says.
base::Result<> write_private_file(const std::filesystem::path& path, std::string_view content);

// At most `most` bytes. Refuses a file of another owner, and one that group or others may touch.
base::Result<std::string> read_private_file(const std::filesystem::path& path, std::size_t most);

// Creates the directory (and its parents) with mode 0700. One that exists must be ours; if others may look in, it is closed to them
// when it is empty or holds the file `mark` (this program made it), and refused otherwise: it may be /tmp or a home.
base::Result<> make_private_directory(const std::filesystem::path& path, std::string_view mark = {});

}  // namespace indoubt::security
