// SPDX-License-Identifier: GPL-3.0-or-later
// ISO 20022 CustomerCreditTransferInitiation, pain.001.001.03 to .09. What differs between those versions and matters here: BIC became
// BICFI, the execution date became a choice of Dt and DtTm, UETR came in .09.
#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "base/utf8.h"
#include "workload/payment_file.h"
#include "workload/text.h"
#include "workload/xml.h"

namespace indoubt::workload {

namespace {

namespace limits = base::limits;
using base::invalid_argument;

constexpr std::string_view kNamespace = "urn:iso:std:iso:20022:tech:xsd:";
constexpr std::size_t kIdCharactersMost = 35;

class Pain001Reader {
  public:
    Pain001Reader(const std::string& name, FileRefusal& refusal) : m_refusal(refusal) {
        m_file.format = Format::pain001, m_file.name = name;
    }

    Result<PaymentFile> read(std::string_view bytes) {
        if (auto loaded = m_xml.load(bytes); !loaded) return loaded.error();
        if (!read_document()) return *m_error;
        return std::move(m_file);
    }

  private:
    bool fail(const pugi::xml_node& node, const std::string& what, const char* code = "FF01") {
        std::string trail;
        for (pugi::xml_node up = node; up && up != m_xml.root(); up = up.parent()) {
            std::string part(Xml::local_name(up));
            if (part == "PmtInf" || part == "CdtTrfTxInf") part += "[" + std::to_string(ordinal(up)) + "]";
            trail = trail.empty() ? part : part + "/" + trail;
        }
        m_refusal.code = code;
        m_error = invalid_argument("line " + std::to_string(m_xml.line(node)) + (trail.empty() ? "" : ", " + trail) + ": " + what);
        return false;
    }

    static std::size_t ordinal(const pugi::xml_node& node) {
        std::size_t n = 1;
        for (pugi::xml_node before = node.previous_sibling(); before; before = before.previous_sibling())
            n += Xml::local_name(before) == Xml::local_name(node);
        return n;
    }

    // The text of a child that must be there and fit.
    bool required(const pugi::xml_node& parent, std::string_view name, std::string& out, std::size_t characters_most = kIdCharactersMost) {
        const pugi::xml_node node = Xml::child(parent, name);
        if (!node) return fail(parent, std::string(name) + " is missing");
        if (!optional(parent, name, out, characters_most)) return false;
        return !out.empty() || fail(node, "is empty");
    }

    bool optional(const pugi::xml_node& parent, std::string_view name, std::string& out, std::size_t characters_most = kIdCharactersMost) {
        const pugi::xml_node node = Xml::child(parent, name);
        if (!node) return true;
        out = Xml::text(node);
        if (std::any_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
            return fail(node, "holds a control character");
        const std::size_t length = utf8_length(out);
        return length <= characters_most ||
               fail(node, "has " + std::to_string(length) + " characters, at most " + std::to_string(characters_most) + " are allowed");
    }

    bool read_document() {
        const pugi::xml_node root = m_xml.root();
        const std::string_view uri = Xml::namespace_of(root);
        if (Xml::local_name(root) != "Document" || !uri.starts_with(kNamespace))
            return fail(root, "is <" + std::string(root.name()).substr(0, 40) + "> and no ISO 20022 Document (namespace \"" +
                                  std::string(uri.substr(0, 80)) + "\")");
        m_file.version = m_refusal.version = std::string(uri.substr(kNamespace.size()));
        if (!known_version(m_file.version))
            return fail(root, "is " + m_file.version.substr(0, 40) + "; pain.001.001.03 to pain.001.001.09 can be imported");
        const pugi::xml_node initiation = Xml::child(root, "CstmrCdtTrfInitn");
        if (!initiation) return fail(root, "CstmrCdtTrfInitn is missing");
        return read_initiation(initiation);
    }

    static bool known_version(std::string_view version) {
        constexpr std::string_view prefix = "pain.001.001.0";
        return version.size() == prefix.size() + 1 && version.starts_with(prefix) && version.back() >= '3' && version.back() <= '9';
    }

    bool read_initiation(const pugi::xml_node& initiation) {
        const pugi::xml_node header = Xml::child(initiation, "GrpHdr");
        if (!header) return fail(initiation, "GrpHdr is missing");
        std::string declared;
        if (!required(header, "MsgId", m_file.message_id)) return false;
        m_refusal.message_id = m_file.message_id;
        if (!required(header, "CreDtTm", m_file.created, 64) || !required(header, "NbOfTxs", declared, 15) ||
            !optional(header, "CtrlSum", m_file.control_sum, 20))
            return false;
        if (const pugi::xml_node party = Xml::child(header, "InitgPty");
            party && !optional(party, "Nm", m_file.initiator, limits::text_bytes_max))
            return false;

        const auto batches = Xml::children(initiation, "PmtInf");
        if (batches.empty()) return fail(initiation, "PmtInf is missing: the file holds no payment");
        for (const pugi::xml_node& batch : batches)
            if (!read_batch(batch)) return false;
        return agree(header, declared, m_file.orders.size(), m_file.control_sum, m_sum);
    }

    // Declared against held; an absent declaration agrees with anything.
    bool agree(const pugi::xml_node& parent, const std::string& declared, std::size_t held, const std::string& control_sum,
               const DecimalSum& sum) {
        if (!declared.empty()) {
            const bool digits = std::all_of(declared.begin(), declared.end(), [](char c) { return c >= '0' && c <= '9'; });
            const pugi::xml_node node = Xml::child(parent, "NbOfTxs");
            if (!digits) return fail(node, "\"" + declared + "\" is not a number", "AM18");
            if (std::stoull(declared) != held)
                return fail(node, "declares " + declared + " payments, the file holds " + std::to_string(held) + "; refused whole", "AM18");
        }
        if (!control_sum.empty() && !sum.equals(control_sum))
            return fail(Xml::child(parent, "CtrlSum"), "declares " + control_sum + ", the amounts sum to " + sum.text() + "; refused whole",
                        "AM10");
        return true;
    }

    bool read_batch(const pugi::xml_node& node) {
        Batch batch;
        PaymentOrder common;
        std::string declared, method;
        if (!required(node, "PmtInfId", batch.id) || !required(node, "PmtMtd", method, 3)) return false;
        if (method != "TRF" && method != "TRA")
            return fail(Xml::child(node, "PmtMtd"), "is \"" + method + "\"; only credit transfers (TRF, TRA) can be paid");
        if (!optional(node, "NbOfTxs", declared, 15) || !optional(node, "CtrlSum", batch.control_sum, 20)) return false;
        common.refs.message_id = m_file.message_id;
        common.refs.payment_information_id = batch.id;
        common.refs.file = fitted(m_file.name, limits::text_bytes_max);
        common.batch = static_cast<std::uint32_t>(m_file.batches.size());
        if (!read_date(node, common.execution_date) || !read_party(node, "Dbtr", common.debtor) ||
            !optional(node, "ChrgBr", common.charge_bearer, 4))
            return false;

        const auto transfers = Xml::children(node, "CdtTrfTxInf");
        if (transfers.empty()) return fail(node, "CdtTrfTxInf is missing: the batch holds no payment");
        DecimalSum sum;
        for (std::size_t i = 0; i < transfers.size(); ++i)
            if (!read_transfer(transfers[i], i + 1, common, sum)) return false;
        batch.payments = static_cast<std::uint32_t>(transfers.size());
        m_file.batches.push_back(batch);
        return agree(node, declared, transfers.size(), batch.control_sum, sum);
    }

    bool read_date(const pugi::xml_node& batch, std::string& out) {
        const pugi::xml_node node = Xml::child(batch, "ReqdExctnDt");
        if (!node) return fail(batch, "ReqdExctnDt is missing", "DT01");
        pugi::xml_node value = Xml::child(node, "Dt");
        if (!value) value = Xml::child(node, "DtTm");
        const std::string text = Xml::text(value ? value : node);
        const auto date = parse_date(text);
        if (!date) return fail(node, "\"" + text.substr(0, 40) + "\" is not a date such as 2026-11-25", "DT01");
        out = *date;
        return true;
    }

    // Name, account and agent of "Dbtr" or "Cdtr" below `parent`.
    bool read_party(const pugi::xml_node& parent, const std::string& role, events::Party& out) {
        const pugi::xml_node party = Xml::child(parent, role);
        if (!party) return fail(parent, role + " is missing");
        if (!optional(party, "Nm", out.name, limits::text_bytes_max)) return false;
        out.name = fitted(out.name, limits::text_bytes_max);  // 140 characters are legal and may be more bytes than a payment carries
        const pugi::xml_node account = Xml::child(parent, role + "Acct");
        if (!account) return fail(parent, role + "Acct is missing: without an account nothing can be booked");
        if (!read_account(account, out.account)) return false;
        return read_agent(Xml::child(parent, role + "Agt"), out.bic);
    }

    bool read_account(const pugi::xml_node& account, std::string& out) {
        const pugi::xml_node id = Xml::child(account, "Id");
        if (!id) return fail(account, "Id is missing");
        if (Xml::child(id, "IBAN")) {
            if (!required(id, "IBAN", out, 42)) return false;
            out = compact_account(out);
            return looks_like_iban(out) || fail(Xml::child(id, "IBAN"), "\"" + out.substr(0, 42) + "\" does not have the form of an IBAN");
        }
        const pugi::xml_node other = Xml::child(id, "Othr");
        if (!other) return fail(id, "holds neither IBAN nor Othr/Id");
        if (!required(other, "Id", out, 34)) return false;
        out = compact_account(out);
        return true;
    }

    // The agent of a creditor is optional, and "NOTPROVIDED" is the usual way to leave a debtor's out.
    bool read_agent(const pugi::xml_node& agent, std::string& out) {
        const pugi::xml_node institution = Xml::child(agent, "FinInstnId");
        if (!institution) return true;
        for (const char* name : {"BICFI", "BIC"}) {
            const pugi::xml_node node = Xml::child(institution, name);
            if (!node) continue;
            if (!required(institution, name, out, 11)) return false;
            std::transform(out.begin(), out.end(), out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
            return looks_like_bic(out) || fail(node, "\"" + out + "\" does not have the form of a BIC (8 or 11 characters)");
        }
        return true;
    }

    bool read_transfer(const pugi::xml_node& node, std::size_t number, const PaymentOrder& common, DecimalSum& batch_sum) {
        if (m_file.orders.size() == static_cast<std::size_t>(limits::import_payments_max))
            return fail(node, "a file may hold at most " + std::to_string(limits::import_payments_max) + " payments; split it");
        PaymentOrder order = common;
        order.position = static_cast<std::uint32_t>(m_file.orders.size() + 1);
        order.where = "line " + std::to_string(m_xml.line(node)) + ", PmtInf[" + std::to_string(common.batch + 1) + "]/CdtTrfTxInf[" +
                      std::to_string(number) + "]";
        const pugi::xml_node ids = Xml::child(node, "PmtId");
        if (!ids) return fail(node, "PmtId is missing");
        if (!required(ids, "EndToEndId", order.refs.end_to_end_id) || !optional(ids, "InstrId", order.refs.instruction_id) ||
            !optional(ids, "UETR", order.refs.uetr, 36) || !optional(node, "ChrgBr", order.charge_bearer, 4))
            return false;
        if (!read_amount(node, order.amount) || !read_party(node, "Cdtr", order.creditor)) return false;
        order.refs.reference = reference_of(node);
        m_sum.add(order.amount.minor, order.amount.currency.minor_digits());
        batch_sum.add(order.amount.minor, order.amount.currency.minor_digits());
        m_file.orders.push_back(std::move(order));
        return true;
    }

    bool read_amount(const pugi::xml_node& transfer, events::Amount& out) {
        const pugi::xml_node amount = Xml::child(transfer, "Amt");
        if (!amount) return fail(transfer, "Amt is missing");
        const pugi::xml_node instructed = Xml::child(amount, "InstdAmt");
        if (!instructed)
            return fail(amount,
                        Xml::child(amount, "EqvtAmt") ? "EqvtAmt asks for a currency exchange, which is not done; give InstdAmt"
                                                      : "InstdAmt is missing",
                        "AM12");
        const auto currency = events::Currency::parse(instructed.attribute("Ccy").value());
        if (!currency) return fail(instructed, "Ccy: " + currency.error().message, "AM11");
        const auto parsed = base::parse_amount(Xml::text(instructed), *currency);
        if (!parsed) return fail(instructed, parsed.error().message, "AM12");
        if (parsed->minor == 0) return fail(instructed, "the amount is zero", "AM01");
        out = *parsed;
        return true;
    }

    // What the parties would quote: the creditor's structured reference, or a remittance line that is a single word (an invoice number).
    static std::string reference_of(const pugi::xml_node& transfer) {
        std::string text = Xml::text(Xml::path(transfer, {"RmtInf", "Strd", "CdtrRefInf", "Ref"}));
        if (text.empty()) text = Xml::text(Xml::path(transfer, {"RmtInf", "Ustrd"}));
        return text.size() <= kIdCharactersMost && text.find(' ') == text.npos ? text : std::string();
    }

    Xml m_xml;
    PaymentFile m_file;
    FileRefusal& m_refusal;
    std::optional<base::Error> m_error;
    DecimalSum m_sum;
};

}  // namespace

Result<PaymentFile> read_pain001(std::string_view bytes, const std::string& name, FileRefusal* refusal) {
    FileRefusal unwanted;
    return Pain001Reader(name, refusal ? *refusal : unwanted).read(bytes);
}

}  // namespace indoubt::workload
