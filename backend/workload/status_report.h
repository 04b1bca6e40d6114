// SPDX-License-Identifier: GPL-3.0-or-later
// ISO 20022 CustomerPaymentStatusReport: pain.002.001.03 in answer to pain.001.001.03 and to CSV, pain.002.001.10 to later versions.
// Pure: text in, text out.
#pragma once
#include <string>

#include "workload/importer.h"

namespace indoubt::workload {

// One TxInfAndSts per order: ACSC paid, RJCT with its reason, PDNG while the decision is not known.
std::string status_report(const PaymentFile& file, const ImportReport& report, std::int64_t now_ns);
// A file that was refused whole: GrpSts RJCT.
std::string status_report(const FileRefusal& refusal, const std::string& reason, std::int64_t now_ns);

}  // namespace indoubt::workload
