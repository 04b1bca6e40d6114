// SPDX-License-Identifier: GPL-3.0-or-later
#include <pugixml.hpp>
#include <set>

#include "support/test_main.h"
#include "workload/fake_cluster.h"
#include "workload/importer.h"
#include "workload/pain001_text.h"
#include "workload/status_report.h"

using namespace indoubt;
using namespace indoubt::tests;
using namespace indoubt::workload;

namespace {

constexpr std::int64_t kNow = 1'795'167'047'000'000'000;  // 2026-11-20T09:30:47Z

PaymentFile file_of(int count, std::uint64_t seed = 1) {
    base::Prng prng(seed);
    PaymentFile file;
    file.format = Format::pain001;
    file.name = "payroll.xml";
    file.version = "pain.001.001.09";
    file.message_id = "MSG-4711";
    file.batches.push_back({"PMT-1", static_cast<std::uint32_t>(count), ""});
    for (int i = 1; i <= count; ++i) {
        file.orders.push_back(some_order(prng, i));
        file.orders.back().position = static_cast<std::uint32_t>(i);
        file.orders.back().amount.minor = 100 * i;
    }
    return file;
}

ImportOptions opening(const char* amount) {
    ImportOptions options;
    options.now_ns = kNow;
    if (amount) options.open_accounts = amount;
    options.patience_ms = 200;
    return options;
}

}  // namespace

class ImporterTest : public QObject {
    Q_OBJECT
  private slots:
    void now_is_the_day_that_the_tests_speak_of() { QCOMPARE(date_of_ns(kNow), std::string("2026-11-20")); }

    void importing_the_same_file_twice_pays_once() {
        FakeCluster cluster;
        const PaymentFile file = file_of(20);
        const Mapping mapping(FakeCluster::shape());
        const auto first = import_payments(cluster, file, mapping, opening("1000.00"));
        QVERIFY(first.ok());
        QCOMPARE(first->committed, std::uint64_t{20});
        QCOMPARE(first->accounts_opened, std::size_t{40});
        const auto balances = cluster.accounts_open.size();
        const auto second = import_payments(cluster, file, mapping, opening("1000.00"));
        QCOMPARE(second->duplicates, std::uint64_t{20});
        QCOMPARE(second->committed, std::uint64_t{0});
        QCOMPARE(second->accounts_opened, std::size_t{0});
        QCOMPARE(cluster.paid.size(), std::size_t{20});
        QCOMPARE(cluster.accounts_open.size(), balances);
        QCOMPARE(second->results[7].xid, first->results[7].xid);
    }

    // Both are paid, for they may be two wages; that they may be one written twice is told.
    void an_order_that_stands_twice_in_a_file_is_paid_twice_with_a_remark() {
        FakeCluster cluster;
        PaymentFile file = file_of(3);
        for (PaymentOrder& order : file.orders) order.where = "line " + std::to_string(order.position + 1);
        file.orders[2] = file.orders[0];
        file.orders[2].position = 3;
        file.orders[2].where = "line 4";
        const auto report = import_payments(cluster, file, Mapping(FakeCluster::shape()), opening("1000.00"));
        QVERIFY(report.ok());
        QCOMPARE(report->committed, std::uint64_t{3});
        QVERIFY(report->results[0].remark.empty() && report->results[1].remark.empty());
        QVERIFY2(report->results[2].remark.find("suspected duplicate") != std::string::npos && report->results[2].remark.ends_with("line 2"), report->results[2].remark.c_str());
        file.orders[2].amount.minor += 1;
        QVERIFY(import_payments(cluster, file, Mapping(FakeCluster::shape()), opening("1000.00"))->results[2].remark.empty());
    }

    void after_a_death_half_way_the_second_import_pays_the_rest_and_nothing_twice() {
        FakeCluster cluster;
        const PaymentFile file = file_of(20);
        const Mapping mapping(FakeCluster::shape());
        cluster.dies_after = 8;
        const auto first = import_payments(cluster, file, mapping, opening("1000.00"));
        QCOMPARE(first->committed, std::uint64_t{8});
        QCOMPARE(first->unknown, std::uint64_t{12});
        QVERIFY(first->results[19].reason.find("importing the file again is safe") != std::string::npos);
        cluster.dies_after.reset();
        const auto second = import_payments(cluster, file, mapping, opening("1000.00"));
        QCOMPARE(second->duplicates, std::uint64_t{8});
        QCOMPARE(second->committed, std::uint64_t{12});
        QCOMPARE(cluster.total(), std::int64_t{40} * 100'000);
    }

    void a_cluster_that_never_answers_leaves_every_payment_unknown() {
        FakeCluster cluster;
        cluster.silent = true;
        const auto report = import_payments(cluster, file_of(3), Mapping(FakeCluster::shape()), opening(nullptr));
        QCOMPARE(report->unknown, std::uint64_t{3});
        QCOMPARE(report->accepted, std::uint64_t{3});
    }

    void unknown_accounts_are_rejected_with_their_reason_unless_they_may_be_opened() {
        FakeCluster cluster;
        const auto report = import_payments(cluster, file_of(2), Mapping(FakeCluster::shape()), opening(nullptr));
        QCOMPARE(report->rejected, std::uint64_t{2});
        QCOMPARE(report->results[0].code, std::string("AC01"));
        QVERIFY(report->results[0].reason.find("is not known at A") != std::string::npos);
        const auto again = import_payments(cluster, file_of(2), Mapping(FakeCluster::shape()), opening("50.00"));
        QCOMPARE(again->committed, std::uint64_t{2});
    }

    void an_opening_amount_that_a_currency_cannot_hold_stops_everything_first() {
        FakeCluster cluster;
        PaymentFile file = file_of(2);
        file.orders[1].amount.currency = base::Currency::of("JPY");
        const auto report = import_payments(cluster, file, Mapping(FakeCluster::shape()), opening("50.25"));
        QVERIFY(!report.ok());
        QVERIFY(report.error().message.find("JPY") != std::string::npos);
        QVERIFY(cluster.seen.empty() && cluster.accounts_open.empty());
    }

    // One payment in another currency than its account is that payment's affair: the others' accounts are opened, and it is refused.
    void an_account_that_exists_in_another_currency_stops_no_other_payment() {
        FakeCluster cluster;
        PaymentFile file = file_of(9);
        const Mapping mapping(FakeCluster::shape());
        OrderResult rejection;
        const auto odd = payment_of(file.orders[4], mapping, kNow, rejection)->legs[0];
        QVERIFY(odd.amount.currency != base::Currency::of("JPY"));
        cluster.accounts_open[{odd.node, odd.account}] = {base::Currency::of("JPY"), 70};
        const auto report = import_payments(cluster, file, mapping, opening("1000.00"));
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        QCOMPARE(report->committed, std::uint64_t{8});
        QCOMPARE(report->rejected, std::uint64_t{1});
        QCOMPARE(report->results[4].code, std::string("AM03"));
        QCOMPARE(report->accounts_opened, std::size_t{17});
        QCOMPARE((cluster.accounts_open[{odd.node, odd.account}].minor), std::int64_t{70});
    }

    void equal_banks_make_one_branch_however_the_bic_is_spelt() {
        PaymentOrder order = file_of(1).orders[0];
        order.debtor.bic = "HAFBDEH0";
        order.creditor.bic = "hafbdeh0xxx";
        OrderResult rejection;
        const auto payment = payment_of(order, Mapping(FakeCluster::shape()), kNow, rejection);
        QVERIFY(payment.has_value());
        QCOMPARE(payment->legs[0].node, payment->legs[1].node);
        QCOMPARE(payment->legs[0].node.name(), std::string("A"));
        QVERIFY(events::validate(*payment).ok());
    }

    void the_day_is_that_of_the_time_zone_it_is_paid_in() {
        const QByteArray before = qgetenv("TZ");
        const auto in = [](const char* zone) {
            qputenv("TZ", zone);
            ::tzset();
        };
        const std::int64_t late = kNow + std::int64_t{13} * 3600 * 1'000'000'000;  // 22:30:47 UTC
        in("XXX-2");  // two hours east of Greenwich
        QCOMPARE(date_of_ns(late), std::string("2026-11-21"));
        QCOMPARE(end_of_day_ns("2026-11-21"), late - 1847 * std::int64_t{1'000'000'000} + std::int64_t{86399} * 1'000'000'000);
        PaymentOrder order = file_of(1).orders[0];
        order.execution_date = "2026-11-21";
        OrderResult rejection;
        QVERIFY(payment_of(order, Mapping(FakeCluster::shape()), late, rejection).has_value());
        in("XXX+5");
        QVERIFY(!payment_of(order, Mapping(FakeCluster::shape()), late, rejection).has_value());
        before.isNull() ? qunsetenv("TZ") : qputenv("TZ", before);
        ::tzset();
    }

    void a_past_date_pays_today_with_a_remark_and_a_future_one_waits() {
        PaymentOrder order = file_of(1).orders[0];
        OrderResult rejection;
        order.execution_date = "2010-11-25";
        QCOMPARE(payment_of(order, Mapping(FakeCluster::shape()), kNow, rejection)->remark,
                 std::string("execution date 2010-11-25 is past: paid today"));
        order.execution_date = "2026-11-20";
        const auto today = payment_of(order, Mapping(FakeCluster::shape()), kNow, rejection);
        QVERIFY(today->remark.empty() && today->due_at_ns > kNow);
        order.execution_date = "2026-11-21";
        QVERIFY(!payment_of(order, Mapping(FakeCluster::shape()), kNow, rejection).has_value());
        QCOMPARE(rejection.code, std::string("DT01"));
    }

    void a_payment_from_an_account_to_itself_is_rejected() {
        PaymentOrder order = file_of(1).orders[0];
        order.creditor = order.debtor;
        order.debtor.bic = "HAFBDEH0";
        order.creditor.bic = "HAFBDEH0XXX";
        OrderResult rejection;
        QVERIFY(!payment_of(order, Mapping(FakeCluster::shape()), kNow, rejection).has_value());
        QCOMPARE(rejection.code, std::string("AC03"));
    }

    void every_reference_travels_with_the_payment() {
        PaymentOrder order = file_of(1).orders[0];
        order.refs.uetr = "eb6305c9-1f7f-49de-aed0-16487c27b42d";
        OrderResult rejection;
        const auto payment = payment_of(order, Mapping(FakeCluster::shape()), kNow, rejection);
        QVERIFY(payment->refs == order.refs && payment->debtor == order.debtor && payment->creditor == order.creditor);
    }

    void the_key_tells_apart_whatever_differs() {
        const PaymentOrder order = file_of(1).orders[0];
        std::set<std::string> keys{idempotency_key_of(order)};
        const auto add = [&](auto change) {
            PaymentOrder other = order;
            change(other);
            keys.insert(idempotency_key_of(other));
        };
        add([](auto& o) { o.refs.message_id += "x"; });
        add([](auto& o) { o.refs.payment_information_id += "x"; });
        add([](auto& o) { o.refs.end_to_end_id += "x"; });
        add([](auto& o) { o.refs.instruction_id += "x"; });
        add([](auto& o) { ++o.amount.minor; });
        add([](auto& o) { o.amount.currency = base::Currency::of("USD"); });
        add([](auto& o) { o.debtor.account += "1"; });
        add([](auto& o) { o.creditor.account += "1"; });
        add([](auto& o) { ++o.position; });
        add([](auto& o) { std::swap(o.refs.end_to_end_id, o.refs.payment_information_id); });
        QCOMPARE(keys.size(), std::size_t{11});
        QCOMPARE(idempotency_key_of(order), idempotency_key_of(PaymentOrder(order)));
    }

    void joining_an_abort_under_way_is_not_the_end() {
        FakeCluster cluster;
        cluster.joins_an_abort = 2;
        const auto report = import_payments(cluster, file_of(1), Mapping(FakeCluster::shape()), opening("10.00"));
        QCOMPARE(report->committed, std::uint64_t{1});
        QCOMPARE(report->duplicates, std::uint64_t{0});
    }

    void the_mapping_file_rules_and_its_errors_name_the_line() {
        Mapping mapping(FakeCluster::shape());
        QVERIFY(mapping.read("# banks\nSPUEDE2UXXX = C   # savings bank\n\ndefault=B\n").ok());
        QCOMPARE(mapping.node_of({"", "X", "SPUEDE2U"})->name(), std::string("C"));
        QCOMPARE(mapping.node_of({"", "X", "BANKDEFFXXX"})->name(), std::string("B"));
        QCOMPARE(mapping.node_of({"", "X", "HAFBDEH0XXX"})->name(), std::string("A"));
        QVERIFY(mapping.read("default=refuse").ok());
        QVERIFY(!mapping.node_of({"", "X", "BANKDEFFXXX"}).has_value());
        QVERIFY(mapping.read("\nSPUEDE2UXXX=Q").error().message.find("line 2: \"Q\" is no participant; there are A, B, C") !=
                std::string::npos);
        QVERIFY(mapping.read("hello").error().message.find("line 1") != std::string::npos);
        QVERIFY(mapping.read("SHORT=A").error().message.find("form of a BIC") != std::string::npos);
    }

    void the_default_rule_sends_a_bank_always_to_the_same_participant() {
        const Mapping mapping(FakeCluster::shape());
        std::set<std::string> nodes;
        for (int i = 0; i < 40; ++i) {
            const std::string bic =
                "BK" + std::string(1, static_cast<char>('A' + i % 26)) + std::string(1, static_cast<char>('A' + i / 26)) + "DEFF";
            nodes.insert(mapping.node_of({"", "X", bic})->name());
            QVERIFY(mapping.node_of({"", "X", bic}) == mapping.node_of({"", "Y", bic + "XXX"}));
        }
        QCOMPARE(nodes.size(), std::size_t{3});
    }

    void the_status_report_says_of_each_payment_what_became_of_it() {
        PaymentFile file = file_of(3);
        file.orders[0].refs.instruction_id = "INS-1";
        ImportReport report;
        report.results.resize(3);
        report.results[0] = {1, {base::NodeId::of("T"), 1, 9}, OrderOutcome::committed, false, "", "", ""};
        report.results[1] = {2, {}, OrderOutcome::rejected, false, "no such account", "", "AC01"};
        report.results[2] = {3, {}, OrderOutcome::unknown, false, "no answer", "", ""};
        pugi::xml_document document;
        QVERIFY(document.load_string(status_report(file, report, kNow).c_str()));
        const auto body = document.child("Document").child("CstmrPmtStsRpt");
        QCOMPARE(std::string(document.child("Document").attribute("xmlns").value()),
                 std::string("urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"));
        QCOMPARE(std::string(body.child("OrgnlGrpInfAndSts").child_value("OrgnlMsgId")), std::string("MSG-4711"));
        QCOMPARE(std::string(body.child("OrgnlGrpInfAndSts").child_value("GrpSts")), std::string("PART"));
        const auto batch = body.child("OrgnlPmtInfAndSts");
        QCOMPARE(std::string(batch.child_value("OrgnlPmtInfId")), std::string("PMT-1"));
        std::vector<std::string> states;
        for (const auto& node : batch.children("TxInfAndSts")) states.push_back(node.child_value("TxSts"));
        QVERIFY((states == std::vector<std::string>{"ACSC", "RJCT", "PDNG"}));
        const auto rejected = *std::next(batch.children("TxInfAndSts").begin());
        QCOMPARE(std::string(rejected.child("StsRsnInf").child("Rsn").child_value("Cd")), std::string("AC01"));
    }

    void a_refused_file_is_reported_as_a_whole() {
        pugi::xml_document document;
        QVERIFY(document.load_string(status_report({"AM18", "1", "pain.001.001.03"}, "declares 2, holds 5", kNow).c_str()));
        const auto group = document.child("Document").child("CstmrPmtStsRpt").child("OrgnlGrpInfAndSts");
        QCOMPARE(std::string(document.child("Document").attribute("xmlns").value()),
                 std::string("urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"));
        QCOMPARE(std::string(group.child_value("GrpSts")), std::string("RJCT"));
        QCOMPARE(std::string(group.child("StsRsnInf").child("Rsn").child_value("Cd")), std::string("AM18"));
    }
};

INDOUBT_TEST(ImporterTest);
#include "importer_test.moc"
