// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/payment_file.h"

#include <filesystem>
#include <fstream>

#include "base/limits.h"
#include "base/utf8.h"
#include "workload/text.h"

namespace indoubt::workload {

Result<PaymentFile> read_payment_file(const std::string& path, FileRefusal* refusal) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::is_directory(path, error)) return base::invalid_argument(path + " is a directory; give a pain.001 or CSV file");
    std::ifstream in(path, std::ios::binary);
    if (!in) return base::not_found("cannot open " + path + "; is the name right, and may you read it?");
    // Read with the limit, not trusting a size that a pipe or a growing file does not have.
    std::string bytes;
    char chunk[65536];
    while (in.read(chunk, sizeof chunk) || in.gcount() > 0) {
        bytes.append(chunk, static_cast<std::size_t>(in.gcount()));
        if (bytes.size() > base::limits::import_file_bytes_max)
            return base::invalid_argument(path + " is larger than " + std::to_string(base::limits::import_file_bytes_max >> 20) +
                                          " MiB; split it");
    }
    std::string name = fs::path(path).filename().string();
    if (!base::valid_utf8(name)) name = "payments";
    const std::size_t first = bytes.find_first_not_of("\xef\xbb\xbf \t\r\n");
    if (first == bytes.npos) return base::invalid_argument("line 1: the file is empty");
    const bool xml = bytes[first] == '<' || bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
    return xml ? read_pain001(bytes, name, refusal) : read_csv(bytes, name, refusal);
}

}  // namespace indoubt::workload
