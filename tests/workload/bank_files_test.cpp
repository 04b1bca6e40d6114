// SPDX-License-Identifier: GPL-3.0-or-later
// Whole files as customers of banks send them (tests/workload/files), against what must come of them.
#include "support/test_main.h"
#include "workload/payment_file.h"
#include "workload/status_report.h"

using namespace indoubt;

namespace {
std::string file(const char* name) { return std::string(INDOUBT_SOURCE_DIR) + "/tests/workload/files/" + name; }
}  // namespace

class BankFilesTest : public QObject {
    Q_OBJECT
  private slots:
    void a_file_of_version_03_with_dates_long_past_is_read_whole() {
        const auto read = workload::read_payment_file(file("two-payments.pain.001.001.03.xml"), nullptr);
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        QCOMPARE(read->message_id, std::string("WERFT-2011-03"));
        QCOMPARE(read->orders.size(), std::size_t{2});
        const auto& first = read->orders.front();
        QCOMPARE(first.amount.minor, 125000);
        QCOMPARE(first.debtor.account, std::string("DE40900000010000990001"));
        QCOMPARE(first.debtor.bic, std::string("HAFBDEH0XXX"));
        QCOMPARE(first.creditor.bic, std::string("BLACLUL0XXX"));
        QCOMPARE(first.creditor.name, std::string("Segelmacherei Brandt"));
        QCOMPARE(first.execution_date, std::string("2011-03-04"));
        QCOMPARE(read->orders.back().refs.end_to_end_id, std::string("WERFT-2"));
        QCOMPARE(read->orders.back().amount.minor, 6025);
    }

    void a_file_of_version_09_with_namespaces_of_its_own_and_an_other_account_is_read_whole() {
        const auto read = workload::read_payment_file(file("five-payments.pain.001.001.09.xml"), nullptr);
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        QCOMPARE(read->orders.size(), std::size_t{5});
        std::int64_t sum = 0;
        for (const auto& order : read->orders) {
            QCOMPARE(order.debtor.account, std::string("0000990007"));
            QCOMPARE(order.debtor.bic, order.creditor.bic);  // one bank, and so one branch
            sum += order.amount.minor;
        }
        QCOMPARE(sum, 96500);
    }

    // The same file with one number changed: it says two where there are five, so nobody knows which three were never meant.
    void a_file_that_declares_two_payments_and_holds_five_is_refused_whole() {
        workload::FileRefusal refusal;
        const auto read = workload::read_payment_file(file("declares-two-holds-five.pain.001.001.09.xml"), &refusal);
        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, base::ErrorCode::invalid_argument);
        QVERIFY2(read.error().message.find("GrpHdr/NbOfTxs: declares 2 payments, the file holds 5") != std::string::npos,
                 read.error().message.c_str());
        const std::string report = workload::status_report(refusal, read.error().message, 0);
        QVERIFY2(report.find("<GrpSts>RJCT</GrpSts>") != std::string::npos, report.c_str());
        QVERIFY2(report.find("KONTOR-2") != std::string::npos, report.c_str());
    }
};

INDOUBT_TEST(BankFilesTest);
#include "bank_files_test.moc"
