// SPDX-License-Identifier: GPL-3.0-or-later
// import FILE: a pain.001 or CSV file of payments, a result line each, and a pain.002 status report.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "payments.h"
#include "render.h"
#include "workload/importer.h"
#include "workload/status_report.h"

namespace indoubt::cli {

namespace {

struct Options {
    std::string file, open_accounts, mapping, report;
    bool check_only = false;
    std::size_t in_flight = 64;
    std::int64_t patience_s = 30;
};

// The status report: written beside its place and renamed, so that it is whole or not there. The place is tried before anything is
// paid: afterwards it would be too late to choose another.
class ReportFile {
  public:
    // An empty name: no report is wanted.
    static base::Result<ReportFile> open(const std::string& name) {
        ReportFile file(name);
        if (name.empty()) return file;
        std::error_code error;
        if (std::filesystem::is_directory(name, error)) return file.failed("it is a directory");
        std::ofstream out(file.part(), std::ios::binary | std::ios::trunc);
        if (!out) return file.failed(std::strerror(errno));
        return file;
    }
    ReportFile(ReportFile&& other) noexcept : m_name(std::exchange(other.m_name, {})) {}
    ReportFile& operator=(ReportFile&&) = delete;
    ~ReportFile() {
        std::error_code ignored;
        if (!m_name.empty()) std::filesystem::remove(part(), ignored);  // if it was not renamed
    }

    bool wanted() const { return !m_name.empty(); }
    const std::string& name() const { return m_name; }
    base::Result<> write(const std::string& text) {
        if (!wanted()) return base::Ok{};
        {
            std::ofstream out(part(), std::ios::binary | std::ios::trunc);
            out << text;
            out.flush();
            if (!out) return failed(std::strerror(errno));
        }
        std::error_code error;
        std::filesystem::rename(part(), m_name, error);
        if (error) return failed(error.message());
        return base::Ok{};
    }

  private:
    explicit ReportFile(std::string name) : m_name(std::move(name)) {}
    std::string part() const { return m_name + ".part"; }
    base::Error failed(const std::string& why) const {
        return base::invalid_argument("cannot write the status report " + m_name + ": " + why + "; choose another place with --report");
    }
    std::string m_name;
};

Json result_json(const workload::PaymentOrder& order, const workload::OrderResult& result) {
    Json json{{"id", order.refs.end_to_end_id},
              {"position", order.position},
              {"xid", result.xid.empty() ? Json() : Json(result.xid.text())},
              {"outcome", std::string(workload::word(result.outcome))},
              {"duplicate", result.duplicate},
              {"reason", result.reason},
              {"code", result.code},
              {"remark", result.remark}};
    json["amount_minor"] = order.amount.minor;
    json["currency"] = order.amount.currency.code();
    return json;
}

void print_line(const workload::PaymentOrder& order, const workload::OrderResult& result) {
    const std::string outcome = result.duplicate ? "paid before" : std::string(workload::word(result.outcome));
    std::string why = result.reason.empty() || result.duplicate ? result.remark : result.reason;
    if (!result.code.empty()) why = result.code + " " + why;
    fmt::print("{:>6}  {:<12}  {:>18}  {:<35}  {}  {}\n", order.position, outcome, money(order.amount.minor, order.amount.currency),
               order.refs.end_to_end_id, result.xid.empty() ? "          " : result.xid.short_text(), why);
}

void refuse(Context& context, const Options& options, const base::Error& error, const workload::FileRefusal& refusal, ReportFile& report) {
    const bool unreadable = error.code == base::ErrorCode::not_found;
    context.message("indoubtctl: " + options.file + ": " + error.message);
    context.message("Nothing was paid.");
    context.exit_code = exit_bad_input;
    if (!unreadable)
        if (auto written = report.write(workload::status_report(refusal, error.message, now_ns())); !written)
            context.message(written.error().message);
    if (context.json)
        context.print({{"file", options.file},
                       {"payments", 0},
                       {"accepted", 0},
                       {"committed", 0},
                       {"rejected", 0},
                       {"duplicates", 0},
                       {"results", Json::array()},
                       {"error", {{"code", "INVALID_ARGUMENT"}, {"reason_code", refusal.code}, {"message", error.message}}}});
}

void finish(Context& context, const Options& options, const workload::PaymentFile& file, const workload::ImportReport& report,
            ReportFile& report_file) {
    const auto written = report_file.write(workload::status_report(file, report, now_ns()));
    if (!written) context.message("indoubtctl: " + written.error().message + ", and import the file again: nothing is paid twice");
    if (report.rejected > 0 || report.unknown > 0 || !written) context.fail_expectation();
    if (context.json) {
        Json results = Json::array();
        for (std::size_t i = 0; i < file.orders.size(); ++i) results.push_back(result_json(file.orders[i], report.results[i]));
        Json document{{"file", file.name},
                      {"message_id", file.message_id},
                      {"payments", file.orders.size()},
                      {"accepted", report.accepted},
                      {"committed", report.committed},
                      {"rejected", report.rejected},
                      {"duplicates", report.duplicates},
                      {"unknown", report.unknown},
                      {"accounts_opened", report.accounts_opened},
                      {"results", results}};
        if (!written) document["report_error"] = written.error().message;
        return context.print(document);
    }
    fmt::print("{}: {} payments, {} committed, {} rejected, {} paid before{}\n", file.name, file.orders.size(), report.committed,
               report.rejected, report.duplicates,
               report.unknown > 0 ? fmt::format(", {} without a decision yet: importing the file again is safe", report.unknown) : "");
    if (report.accounts_opened > 0) fmt::print("{} accounts opened with {}\n", report.accounts_opened, options.open_accounts);
    if (written && report_file.wanted()) fmt::print("status report: {}\n", report_file.name());
}

void import(Context& context, const Options& options) {
    auto report_file = ReportFile::open(options.report);
    if (!context.take(report_file)) return;
    workload::FileRefusal refusal;
    auto file = workload::read_payment_file(options.file, &refusal);
    if (!file) return refuse(context, options, file.error(), refusal, *report_file);
    auto* client = context.client();
    if (!client) return;
    auto info = client->info();
    if (!context.take(info)) return;
    workload::Mapping mapping(info->shape);
    if (!options.mapping.empty()) {
        auto read = mapping.read_file(options.mapping);
        if (!context.take(read)) return;
    }
    std::set<std::string> asked;
    for (const auto& order : file->orders)
        for (const auto* party : {&order.debtor, &order.creditor})
            if (party->bic.empty() && asked.insert(party->account).second)
                if (const auto found = client->history(party->account)) mapping.place(party->account, found->account.node);
    workload::ImportOptions how;
    how.actor = context.actor;
    if (!options.open_accounts.empty()) how.open_accounts = options.open_accounts;
    how.now_ns = now_ns();
    how.in_flight_max = options.in_flight;
    how.patience_ms = options.patience_s * 1000;
    if (!context.json) how.progress = print_line;
    auto report = workload::import_payments(*client, *file, mapping, how);
    if (!context.take(report)) return;
    finish(context, options, *file, *report, *report_file);
}

// What a file says, without any cluster.
void check(Context& context, const Options& options) {
    auto report_file = ReportFile::open(options.report);
    if (!context.take(report_file)) return;
    workload::FileRefusal refusal;
    auto file = workload::read_payment_file(options.file, &refusal);
    if (!file) return refuse(context, options, file.error(), refusal, *report_file);
    if (context.json)
        return context.print(
            {{"file", file->name}, {"version", file->version}, {"message_id", file->message_id}, {"payments", file->orders.size()}});
    fmt::print("{}: {}, message {}, {} payments; in order\n", file->name, file->version.empty() ? "CSV" : file->version, file->message_id,
               file->orders.size());
}

}  // namespace

void add_import(CLI::App& app, Context& context) {
    auto* command =
        app.add_subcommand("import", "pay a file: ISO 20022 pain.001 (.03 to .09) or CSV; importing it again pays nothing twice");
    auto options = std::make_shared<Options>();
    command->add_option("file", options->file, "the file")->required();
    command
        ->add_option("--open-accounts", options->open_accounts, "open unknown accounts with this balance; else their payments are rejected")
        ->type_name("AMOUNT");
    command
        ->add_option("--mapping", options->mapping,
                     "file of BIC=NODE lines and one default=hash|NODE|refuse (default: the cluster's own BICs, then where the account is, then hash)")
        ->type_name("FILE");
    command->add_option("--report", options->report, "write a pain.002 status report there")->type_name("OUT");
    command->add_flag("--check", options->check_only, "only read and check the file; no cluster is asked and nothing is paid");
    command->add_option("--in-flight", options->in_flight, "payments under way at a time")
        ->capture_default_str()
        ->check(CLI::Range(1, 4096));
    command->add_option("--patience", options->patience_s, "seconds without any answer until the rest counts as unknown")
        ->capture_default_str()
        ->check(CLI::Range(1, 3600));
    command->footer(
        "CSV: a header line, comma or semicolon, RFC 4180 quoting. Columns, in any order:\n"
        "  required: end_to_end_id debtor_account creditor_account amount currency\n"
        "  optional: reference instruction_id uetr message_id payment_information_id debtor_name debtor_bic\n"
        "            creditor_name creditor_bic execution_date charge_bearer\n"
        "A file is refused whole, before any money moves, when it is broken, disagrees with its own counts or sums, or holds an amount\n"
        "that its currency cannot hold. Exit code 1: some payments were rejected or are not decided yet.");
    command->callback([&context, options] { options->check_only ? check(context, *options) : import(context, *options); });
}

}  // namespace indoubt::cli
