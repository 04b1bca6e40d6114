// SPDX-License-Identifier: GPL-3.0-or-later
// Payments as CSV: RFC 4180 quoting, a header line with these columns in any order, comma or semicolon (the header decides).
//   required: end_to_end_id debtor_account creditor_account amount currency
//   optional: reference instruction_id uetr message_id payment_information_id debtor_name debtor_bic creditor_name creditor_bic
//             execution_date charge_bearer
// Without a message_id column the message id is the digest of the content: the same bytes are the same file, whatever it is called.
#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/limits.h"
#include "base/utf8.h"
#include "workload/payment_file.h"
#include "workload/text.h"

namespace indoubt::workload {

namespace {

namespace limits = base::limits;
using base::invalid_argument;

enum Column : int {
    end_to_end_id,
    debtor_account,
    creditor_account,
    amount,
    currency,  // required: up to here
    reference,
    instruction_id,
    uetr,
    message_id,
    payment_information_id,
    debtor_name,
    debtor_bic,
    creditor_name,
    creditor_bic,
    execution_date,
    charge_bearer,
    column_count
};
constexpr std::array<std::string_view, column_count> kNames{
    "end_to_end_id",  "debtor_account", "creditor_account",       "amount",      "currency",   "reference",     "instruction_id",
    "uetr",           "message_id",     "payment_information_id", "debtor_name", "debtor_bic", "creditor_name", "creditor_bic",
    "execution_date", "charge_bearer"};
constexpr int kRequired = currency + 1;

std::string list_of_names(int first, int last) {
    std::string out;
    for (int i = first; i < last; ++i) out += (out.empty() ? "" : " ") + std::string(kNames[static_cast<std::size_t>(i)]);
    return out;
}

struct Row {
    std::size_t line = 0;
    std::vector<std::string> fields;
};

// RFC 4180: a quoted field may hold separators, line ends and doubled quotes.
class RowReader {
  public:
    explicit RowReader(std::string_view bytes) : m_bytes(bytes) {}

    void set_separator(char separator) { m_separator = separator; }
    bool done() const { return m_at >= m_bytes.size(); }

    Result<Row> next() {
        Row row;
        row.line = m_line;
        do {
            std::string field;
            if (!done() && m_bytes[m_at] == '"') {
                if (auto quoted = read_quoted(field); !quoted) return quoted.error();
            } else {
                while (!done() && m_bytes[m_at] != m_separator && !at_line_end()) {
                    if (m_bytes[m_at] == '"')
                        return error(m_line, "a quote inside an unquoted field; quote the whole field and double the quotes in it");
                    field += m_bytes[m_at++];
                }
            }
            row.fields.push_back(std::move(field));
        } while (take_separator());
        if (!done() && !at_line_end()) return error(m_line, "text behind a closing quote");
        take_line_end();
        return row;
    }

    static base::Error error(std::size_t line, const std::string& what) {
        return invalid_argument("line " + std::to_string(line) + ": " + what);
    }

  private:
    bool at_line_end() const {
        return m_bytes[m_at] == '\n' || (m_bytes[m_at] == '\r' && m_at + 1 < m_bytes.size() && m_bytes[m_at + 1] == '\n');
    }

    bool take_separator() {
        if (done() || m_bytes[m_at] != m_separator) return false;
        ++m_at;
        return true;
    }

    void take_line_end() {
        if (done()) return;
        m_at += m_bytes[m_at] == '\r' ? 2 : 1;
        ++m_line;
    }

    Result<> read_quoted(std::string& field) {
        const std::size_t opened = m_line;
        for (++m_at; !done(); ++m_at) {
            const char c = m_bytes[m_at];
            if (c == '"' && m_at + 1 < m_bytes.size() && m_bytes[m_at + 1] == '"') {
                field += '"', ++m_at;
            } else if (c == '"') {
                ++m_at;
                return base::Ok{};
            } else {
                m_line += c == '\n';
                field += c;
            }
        }
        return error(opened, "a quoted field that starts here is never closed");
    }

    std::string_view m_bytes;
    std::size_t m_at = 0, m_line = 1;
    char m_separator = ',';
};

class CsvReader {
  public:
    CsvReader(std::string_view bytes, const std::string& name, FileRefusal& refusal) : m_rows(bytes), m_bytes(bytes), m_refusal(refusal) {
        m_file.format = Format::csv, m_file.name = name;
        const base::Digest128 digest = base::digest128(bytes);
        char id[36];
        std::snprintf(id, sizeof id, "csv-%016llx%08llx", static_cast<unsigned long long>(digest.high),
                      static_cast<unsigned long long>(digest.low >> 32));
        m_file.message_id = m_refusal.message_id = id;
    }

    Result<PaymentFile> read() {
        if (!base::valid_utf8(m_bytes) || m_bytes.find('\0') != m_bytes.npos)
            return RowReader::error(1, "the file is not UTF-8 text; save it as UTF-8");
        m_file.batches.push_back({"", 0, ""});
        if (auto header = read_header(); !header) return header.error();
        while (!m_rows.done()) {
            auto row = m_rows.next();
            if (!row) return row.error();
            if (row->fields.size() == 1 && collapse(row->fields[0]).empty()) continue;  // a blank line
            if (auto taken = take(*row); !taken) return taken.error();
        }
        if (m_file.orders.empty()) return RowReader::error(2, "the file holds no payment below its header");
        m_file.batches[0].payments = static_cast<std::uint32_t>(m_file.orders.size());
        m_file.batches[0].id = m_file.orders.front().refs.payment_information_id;
        m_file.message_id = m_refusal.message_id = m_file.orders.front().refs.message_id;
        return std::move(m_file);
    }

  private:
    Result<> read_header() {
        const std::string_view first = m_bytes.substr(0, m_bytes.find('\n'));
        if (first.find(',') == first.npos && first.find(';') != first.npos) m_rows.set_separator(';');
        auto header = m_rows.next();
        if (!header) return header.error();
        m_column.assign(column_count, -1);
        for (std::size_t i = 0; i < header->fields.size(); ++i) {
            const std::string name = collapse(header->fields[i]);
            const auto known = std::find(kNames.begin(), kNames.end(), name);
            if (known == kNames.end())
                return RowReader::error(1,
                                        "unknown column \"" + name.substr(0, 40) + "\"; the columns are " + list_of_names(0, column_count));
            int& column = m_column[static_cast<std::size_t>(known - kNames.begin())];
            if (column >= 0) return RowReader::error(1, "the column " + name + " is there twice");
            column = static_cast<int>(i);
        }
        for (int i = 0; i < kRequired; ++i)
            if (m_column[static_cast<std::size_t>(i)] < 0)
                return RowReader::error(1, "the column " + std::string(kNames[static_cast<std::size_t>(i)]) +
                                               " is missing; a header line with at least " + list_of_names(0, kRequired) + " is required");
        m_fields = header->fields.size();
        return base::Ok{};
    }

    // Field of a column, collapsed and within its limit.
    bool get(const Row& row, Column column, std::string& out, std::size_t most) {
        const int at = m_column[static_cast<std::size_t>(column)];
        out = at < 0 ? std::string() : collapse(row.fields[static_cast<std::size_t>(at)]);
        if (std::any_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
            return fail(row, column, "holds a control character");
        if (out.size() > most)
            return fail(row, column, "has " + std::to_string(out.size()) + " bytes, at most " + std::to_string(most) + " are allowed");
        return !(out.empty() && column < kRequired) || fail(row, column, "is empty");
    }

    bool fail(const Row& row, Column column, const std::string& what, const char* code = "FF01") {
        m_refusal.code = code;
        m_error = RowReader::error(row.line, std::string(kNames[static_cast<std::size_t>(column)]) + ": " + what);
        return false;
    }

    Result<> take(const Row& row) {
        if (row.fields.size() != m_fields)
            return RowReader::error(row.line,
                                    "has " + std::to_string(row.fields.size()) + " fields, the header has " + std::to_string(m_fields));
        if (m_file.orders.size() == static_cast<std::size_t>(limits::import_payments_max))
            return RowReader::error(row.line,
                                    "a file may hold at most " + std::to_string(limits::import_payments_max) + " payments; split it");
        PaymentOrder order;
        if (!read_order(row, order)) return *m_error;
        m_file.orders.push_back(std::move(order));
        return base::Ok{};
    }

    bool read_order(const Row& row, PaymentOrder& order) {
        std::string code, decimal, date;
        if (!get(row, end_to_end_id, order.refs.end_to_end_id, 35) || !get(row, reference, order.refs.reference, limits::text_bytes_max) ||
            !get(row, instruction_id, order.refs.instruction_id, 35) || !get(row, uetr, order.refs.uetr, 36) ||
            !get(row, message_id, order.refs.message_id, 35) || !get(row, payment_information_id, order.refs.payment_information_id, 35) ||
            !get(row, debtor_name, order.debtor.name, limits::text_bytes_max) ||
            !get(row, creditor_name, order.creditor.name, limits::text_bytes_max) || !get(row, debtor_account, order.debtor.account, 42) ||
            !get(row, creditor_account, order.creditor.account, 42) || !get(row, debtor_bic, order.debtor.bic, 11) ||
            !get(row, creditor_bic, order.creditor.bic, 11) || !get(row, currency, code, 3) || !get(row, amount, decimal, 40) ||
            !get(row, execution_date, date, 40) || !get(row, charge_bearer, order.charge_bearer, 4))
            return false;
        if (order.refs.message_id.empty()) order.refs.message_id = m_file.message_id;
        order.refs.file = fitted(m_file.name, limits::text_bytes_max);
        order.debtor.account = compact_account(order.debtor.account);
        order.creditor.account = compact_account(order.creditor.account);
        if (!order.debtor.bic.empty() && !looks_like_bic(order.debtor.bic))
            return fail(row, debtor_bic, "\"" + order.debtor.bic + "\" does not have the form of a BIC (8 or 11 characters)");
        if (!order.creditor.bic.empty() && !looks_like_bic(order.creditor.bic))
            return fail(row, creditor_bic, "\"" + order.creditor.bic + "\" does not have the form of a BIC (8 or 11 characters)");
        const auto iso = events::Currency::parse(code);
        if (!iso) return fail(row, currency, iso.error().message, "AM11");
        const auto parsed = base::parse_amount(decimal, *iso);
        if (!parsed) return fail(row, amount, parsed.error().message, "AM12");
        if (parsed->minor == 0) return fail(row, amount, "the amount is zero", "AM01");
        order.amount = *parsed;
        if (!date.empty()) {
            const auto day = parse_date(date);
            if (!day) return fail(row, execution_date, "\"" + date + "\" is not a date such as 2026-11-25", "DT01");
            order.execution_date = *day;
        }
        order.position = static_cast<std::uint32_t>(m_file.orders.size() + 1);
        order.where = "line " + std::to_string(row.line);
        return true;
    }

    RowReader m_rows;
    std::string_view m_bytes;
    PaymentFile m_file;
    FileRefusal& m_refusal;
    std::optional<base::Error> m_error;
    std::vector<int> m_column;
    std::size_t m_fields = 0;
};

}  // namespace

Result<PaymentFile> read_csv(std::string_view bytes, const std::string& name, FileRefusal* refusal) {
    FileRefusal unwanted;
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    return CsvReader(bytes, name, refusal ? *refusal : unwanted).read();
}

}  // namespace indoubt::workload
