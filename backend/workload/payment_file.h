// SPDX-License-Identifier: GPL-3.0-or-later
// What a file of payments says, before anybody decides which participants carry it: the common result of both readers.
// A file is taken whole or refused whole: a reader returns no part of a file it found fault with, so no money moves on a bad one.
// Pure functions over bytes; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "events/payment.h"

namespace indoubt::workload {

using base::Result;

struct PaymentOrder {
    events::References refs;
    events::Party debtor, creditor;
    events::Amount amount;       // positive
    std::string execution_date;  // YYYY-MM-DD, or empty: today
    std::string charge_bearer;   // DEBT, CRED, SHAR, SLEV, or empty
    std::uint32_t position = 0;  // in the file, from 1
    std::uint32_t batch = 0;     // index into PaymentFile::batches
    std::string where;           // "line 14" or "line 60, PmtInf[1]/CdtTrfTxInf[2]"
};

struct Batch {  // one PmtInf; a CSV file is one batch
    std::string id;
    std::uint32_t payments = 0;
    std::string control_sum;  // as declared, or empty
};

enum class Format : std::uint8_t { pain001, csv };

struct PaymentFile {
    Format format = Format::csv;
    std::string name;        // file name without its directory
    std::string version;     // "pain.001.001.09"; empty for CSV
    std::string message_id;  // CSV: "csv-" and the digest of the content
    std::string initiator, created;
    std::string control_sum;  // as declared, or empty
    std::vector<Batch> batches;
    std::vector<PaymentOrder> orders;
};

// Why a file was refused, for its status report: an ISO 20022 reason code and what was known of the file by then.
struct FileRefusal {
    std::string code = "FF01";  // FF01 format, AM18 number of transactions, AM10 control sum, AM12 amount, DT01 date
    std::string message_id, version;
};

// `refusal` is filled when the result is an error. `name` only serves messages and references.
Result<PaymentFile> read_pain001(std::string_view bytes, const std::string& name, FileRefusal* refusal = nullptr);
Result<PaymentFile> read_csv(std::string_view bytes, const std::string& name, FileRefusal* refusal = nullptr);

// Reads a file from disk and chooses the reader by its first byte: '<' is XML, anything else CSV.
Result<PaymentFile> read_payment_file(const std::string& path, FileRefusal* refusal = nullptr);

}  // namespace indoubt::workload
