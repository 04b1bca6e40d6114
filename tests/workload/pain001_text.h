// SPDX-License-Identifier: GPL-3.0-or-later
// Writes pain.001 files for tests, in every version and spelling, right or wrong on purpose.
#pragma once
#include <string>
#include <vector>

#include "base/prng.h"
#include "workload/payment_file.h"
#include "workload/text.h"

namespace indoubt::tests {

struct Pain001Style {
    int version = 3;              // 3..9
    std::string prefix;           // "p:" or empty
    bool other_accounts = false;  // Othr/Id in place of IBAN
    std::string count, sum;       // override what is declared in the group header; empty: right
    std::string doctype;          // put before the document
};

inline std::string pain001_text(const std::vector<std::vector<workload::PaymentOrder>>& batches, const Pain001Style& style) {
    const std::string p = style.prefix;
    const auto tag = [&](const std::string& name, const std::string& content) {
        return "<" + p + name + ">" + content + "</" + p + name + ">";
    };
    const auto account = [&](const std::string& id) {
        return tag("Id", style.other_accounts ? tag("Othr", tag("Id", id)) : tag("IBAN", id));
    };
    const auto agent = [&](const std::string& bic) {
        return tag("FinInstnId", bic.empty() ? "" : tag(style.version < 4 ? "BIC" : "BICFI", bic));
    };
    std::size_t count = 0;
    workload::DecimalSum sum;
    std::string body;
    for (std::size_t b = 0; b < batches.size(); ++b) {
        std::string transfers;
        workload::DecimalSum batch_sum;
        for (const auto& order : batches[b]) {
            ++count;
            sum.add(order.amount.minor, order.amount.currency.minor_digits());
            batch_sum.add(order.amount.minor, order.amount.currency.minor_digits());
            const std::string amount = "<" + p + "InstdAmt Ccy=\"" + order.amount.currency.code() + "\">" +
                                       base::decimal_text(order.amount.minor, order.amount.currency.minor_digits()) + "</" + p +
                                       "InstdAmt>";
            transfers += "\n" + tag("CdtTrfTxInf",
                                    tag("PmtId", (order.refs.instruction_id.empty() ? "" : tag("InstrId", order.refs.instruction_id)) +
                                                     tag("EndToEndId", order.refs.end_to_end_id) +
                                                     (style.version >= 9 && !order.refs.uetr.empty() ? tag("UETR", order.refs.uetr) : "")) +
                                        tag("Amt", amount) + tag("CdtrAgt", agent(order.creditor.bic)) +
                                        tag("Cdtr", tag("Nm", order.creditor.name)) + tag("CdtrAcct", account(order.creditor.account)));
        }
        const auto& first = batches[b].front();
        body += "\n" + tag("PmtInf", tag("PmtInfId", first.refs.payment_information_id) + tag("PmtMtd", "TRF") +
                                         tag("NbOfTxs", std::to_string(batches[b].size())) + tag("CtrlSum", batch_sum.text()) +
                                         tag("ReqdExctnDt", style.version >= 8 ? tag("Dt", first.execution_date) : first.execution_date) +
                                         tag("Dbtr", tag("Nm", first.debtor.name)) + tag("DbtrAcct", account(first.debtor.account)) +
                                         tag("DbtrAgt", agent(first.debtor.bic)) + transfers);
    }
    const std::string header =
        tag("GrpHdr", tag("MsgId", batches.front().front().refs.message_id) + tag("CreDtTm", "2026-11-20T09:30:47Z") +
                          tag("NbOfTxs", style.count.empty() ? std::to_string(count) : style.count) +
                          tag("CtrlSum", style.sum.empty() ? sum.text() : style.sum) + tag("InitgPty", tag("Nm", "Werft GmbH")));
    const std::string uri = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.0" + std::to_string(style.version);
    const std::string xmlns = p.empty() ? "xmlns" : "xmlns:" + p.substr(0, p.size() - 1);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + style.doctype + "<" + p + "Document " + xmlns + "=\"" + uri + "\">\n" +
           tag("CstmrCdtTrfInitn", header + body) + "\n</" + p + "Document>\n";
}

// One order with everything a file can say; `n` keeps them apart.
inline workload::PaymentOrder some_order(base::Prng& prng, int n, const std::string& currency = "EUR") {
    const auto digits = [&](std::size_t size) {
        std::string text;
        while (text.size() < size) text += static_cast<char>('0' + prng.below(10));
        return text;
    };
    workload::PaymentOrder order;
    order.refs.message_id = "MSG-4711";
    order.refs.payment_information_id = "PMT-1";
    order.refs.end_to_end_id = "E2E-" + std::to_string(n);
    order.refs.instruction_id = prng.chance(500) ? "INS-" + digits(5) : "";
    order.debtor = {"Werft GmbH", "DE" + digits(20), "HAFBDEH0XXX"};
    order.creditor = {"Velo & Sohn <Lyon>", "LU" + digits(18), "BLACLUL0"};
    order.amount = {prng.between(1, 99'999'99), base::Currency::of(currency)};
    order.execution_date = "2026-11-20";
    return order;
}

// For building text: the three characters that matter.
inline std::string escaped(std::string text) {
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}})
        for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
    return text;
}

}  // namespace indoubt::tests
