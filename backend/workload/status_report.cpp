// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/status_report.h"

#include <pugixml.hpp>
#include <sstream>

#include "base/hash.h"
#include "base/utf8.h"
#include "workload/text.h"

namespace indoubt::workload {

namespace {

constexpr std::size_t kAdditionalMost = 105;  // Max105Text

std::string cut(const std::string& text, std::size_t characters_most) {
    std::string out = text;
    while (utf8_length(out) > characters_most || !base::valid_utf8(out)) out.pop_back();
    return out;
}

void add(pugi::xml_node parent, const char* name, const std::string& text) { parent.append_child(name).text().set(text.c_str()); }
void add_if(pugi::xml_node parent, const char* name, const std::string& text) {
    if (!text.empty()) add(parent, name, text);
}

void add_reason(pugi::xml_node parent, const std::string& code, const std::string& text) {
    if (code.empty() && text.empty()) return;
    pugi::xml_node information = parent.append_child("StsRsnInf");
    if (!code.empty()) add(information.append_child("Rsn"), "Cd", code);
    if (!text.empty()) add(information, "AddtlInf", cut(text, kAdditionalMost));
}

const char* status_of(const OrderResult& result) {
    switch (result.outcome) {
        case OrderOutcome::committed:
            return "ACSC";
        case OrderOutcome::rejected:
            return "RJCT";
        case OrderOutcome::unknown:
            return "PDNG";
    }
    return "PDNG";
}

// One status for many: the common one, or PART (some are rejected), or PDNG.
struct Summary {
    std::uint64_t settled = 0, rejected = 0, pending = 0;
    void count(const OrderResult& result) {
        ++(result.outcome == OrderOutcome::committed ? settled : result.outcome == OrderOutcome::rejected ? rejected : pending);
    }
    const char* status() const {
        if (settled + pending == 0) return "RJCT";
        if (rejected > 0) return "PART";
        return pending > 0 ? "PDNG" : "ACSC";
    }
};

class Report {
  public:
    Report(const std::string& source_version, std::int64_t now_ns, const std::string& seed)
        : m_later(!source_version.empty() && source_version.back() > '3'), m_now_ns(now_ns) {
        pugi::xml_node declaration = m_document.append_child(pugi::node_declaration);
        declaration.append_attribute("version") = "1.0";
        declaration.append_attribute("encoding") = "UTF-8";
        pugi::xml_node root = m_document.append_child("Document");
        root.append_attribute("xmlns") =
            m_later ? "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10" : "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03";
        m_body = root.append_child("CstmrPmtStsRpt");
        pugi::xml_node header = m_body.append_child("GrpHdr");
        char id[36];
        std::snprintf(id, sizeof id, "STS-%016llx",
                      static_cast<unsigned long long>(base::Hasher().add(seed).add(static_cast<std::uint64_t>(now_ns)).value()));
        add(header, "MsgId", id);
        add(header, "CreDtTm", date_time_of_ns(now_ns));
    }

    bool later() const { return m_later; }

    void group(const std::string& message_id, const std::string& message_name, const std::string& payments, const std::string& control_sum,
               const char* status, const std::string& code, const std::string& reason) {
        pugi::xml_node group = m_body.append_child("OrgnlGrpInfAndSts");
        add(group, "OrgnlMsgId", message_id.empty() ? "NOTPROVIDED" : message_id);
        add(group, "OrgnlMsgNmId", message_name);
        add_if(group, "OrgnlNbOfTxs", payments);
        add_if(group, "OrgnlCtrlSum", control_sum);
        add(group, "GrpSts", status);
        add_reason(group, code, reason);
    }

    pugi::xml_node batch(const Batch& batch, const Summary& summary) {
        pugi::xml_node node = m_body.append_child("OrgnlPmtInfAndSts");
        add(node, "OrgnlPmtInfId", batch.id.empty() ? "NOTPROVIDED" : batch.id);
        add(node, "OrgnlNbOfTxs", std::to_string(batch.payments));
        add_if(node, "OrgnlCtrlSum", batch.control_sum);
        add(node, "PmtInfSts", summary.status());
        return node;
    }

    void transaction(pugi::xml_node batch, const PaymentOrder& order, const OrderResult& result) {
        pugi::xml_node node = batch.append_child("TxInfAndSts");
        add(node, "StsId", std::to_string(order.position));
        add_if(node, "OrgnlInstrId", order.refs.instruction_id);
        add(node, "OrgnlEndToEndId", order.refs.end_to_end_id);
        if (m_later) add_if(node, "OrgnlUETR", order.refs.uetr);
        add(node, "TxSts", status_of(result));
        add_reason(node, result.code, result.reason.empty() ? result.remark : result.reason);
        if (result.outcome == OrderOutcome::committed) add(node, "AccptncDtTm", date_time_of_ns(m_now_ns));
        if (!result.xid.empty()) add(node, "AcctSvcrRef", result.xid.text());
    }

    std::string text() const {
        std::ostringstream out;
        m_document.save(out, "  ");
        return out.str();
    }

  private:
    pugi::xml_document m_document;
    pugi::xml_node m_body;
    bool m_later;
    std::int64_t m_now_ns;
};

}  // namespace

std::string status_report(const PaymentFile& file, const ImportReport& report, std::int64_t now_ns) {
    Report out(file.version, now_ns, file.message_id);
    Summary all;
    std::vector<Summary> batches(file.batches.size());
    for (std::size_t i = 0; i < file.orders.size(); ++i) {
        all.count(report.results[i]);
        batches[file.orders[i].batch].count(report.results[i]);
    }
    const std::string name = file.version.empty() ? "csv" : file.version;
    out.group(file.message_id, name, std::to_string(file.orders.size()), file.control_sum, all.status(), "", "");
    std::vector<pugi::xml_node> nodes;
    for (std::size_t b = 0; b < file.batches.size(); ++b) nodes.push_back(out.batch(file.batches[b], batches[b]));
    for (std::size_t i = 0; i < file.orders.size(); ++i) out.transaction(nodes[file.orders[i].batch], file.orders[i], report.results[i]);
    return out.text();
}

std::string status_report(const FileRefusal& refusal, const std::string& reason, std::int64_t now_ns) {
    Report out(refusal.version, now_ns, refusal.message_id + reason);
    out.group(refusal.message_id, refusal.version.empty() ? "NOTPROVIDED" : refusal.version, "", "", "RJCT", refusal.code, reason);
    return out.text();
}

}  // namespace indoubt::workload
