// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=240
#include "cli/process.h"
#include "support/test_main.h"
#include "workload/pain001_text.h"

using namespace indoubt;
using namespace indoubt::tests;

namespace {

// `count` payments of 1.00, 2.00 ... EUR between accounts that no participant knows, of banks that the cluster knows.
std::string file_of(int count, Pain001Style style = {}) {
    base::Prng prng(4711);
    std::vector<workload::PaymentOrder> orders;
    for (int i = 1; i <= count; ++i) {
        orders.push_back(some_order(prng, i));
        orders.back().amount.minor = 100 * i;
        orders.back().creditor.name = "Velo";
        orders.back().debtor = orders.front().debtor;
        orders.back().execution_date = "2024-02-29";
    }
    return pain001_text({orders}, style);
}

qint64 sum_of(int count) { return 100LL * count * (count + 1) / 2; }

}  // namespace

class ImportTest : public QObject {
    Q_OBJECT
  private slots:
    void the_same_file_twice_pays_once() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const QString file = daemon.write("payroll.xml", file_of(50)), report = daemon.file("status.xml");
        const Answer first = daemon.json({"import", file, "--open-accounts", "5000", "--report", report});
        QVERIFY2(first.code == 0, first.text());
        for (const char* key : {"file", "payments", "accepted", "committed", "rejected", "duplicates", "results"})
            QVERIFY2(first.json().contains(key), key);
        QCOMPARE(first.json().value("committed").toInteger(), 50);
        const auto line = first.json().value("results").toArray().at(0).toObject();
        for (const char* key : {"id", "xid", "outcome", "reason"}) QVERIFY2(line.contains(key), key);
        QVERIFY(line.value("remark").toString().contains("2024-02-29 is past"));
        QFile status(report);
        QVERIFY(status.open(QIODevice::ReadOnly));
        QCOMPARE(status.readAll().count("<TxSts>ACSC</TxSts>"), 50);

        const qint64 total = daemon.total("EUR");
        const Answer second = daemon.json({"import", file, "--open-accounts", "5000"});
        QVERIFY2(second.code == 0, second.text());
        QCOMPARE(second.json().value("duplicates").toInteger(), 50);
        QCOMPARE(second.json().value("committed").toInteger(), 0);
        QCOMPARE(daemon.total("EUR"), total);
        QCOMPARE(daemon.json({"tx", "list", "--filter", "state:committed e2e:E2E", "--limit", "1000"}).json().value("matched").toInteger(),
                 50);
        // Any reference finds it again.
        QCOMPARE(daemon.json({"tx", "show", "E2E-7"}).json().value("amount_minor").toInteger(), 700);
        QCOMPARE(daemon.json({"tx", "list", "--filter", "E2E-7"})
                     .json()
                     .value("transactions")
                     .toArray()
                     .at(0)
                     .toObject()
                     .value("refs")
                     .toObject()
                     .value("message_id")
                     .toString(),
                 QString("MSG-4711"));
    }

    void a_sigkill_of_the_cluster_half_way_and_an_import_again_pay_once() {
        Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const int count = 400;
        const QString file = daemon.write("payroll.xml", file_of(count));
        const auto import = daemon.begin({"import", file, "--open-accounts", "100000", "--patience", "2", "--json"});
        QTRY_VERIFY_WITH_TIMEOUT(daemon.json({"tx", "list", "--filter", "e2e:E2E", "--limit", "1"}).json().value("matched").toInteger() > 5,
                                 20'000);
        daemon.kill();
        QVERIFY(import->waitForFinished(60'000));
        daemon.start();
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const Answer again = daemon.json({"import", file, "--open-accounts", "100000"});
        QVERIFY2(again.code == 0, again.text());
        QCOMPARE(again.json().value("duplicates").toInteger() + again.json().value("committed").toInteger(), count);
        paid_exactly_once(daemon, count);
    }

    void a_sigkill_of_the_importer_and_an_import_again_pay_once() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const int count = 400;
        const QString file = daemon.write("payroll.xml", file_of(count));
        const auto import = daemon.begin({"import", file, "--open-accounts", "100000", "--in-flight", "8"});
        QTRY_VERIFY_WITH_TIMEOUT(daemon.json({"tx", "list", "--filter", "e2e:E2E", "--limit", "1"}).json().value("matched").toInteger() > 5,
                                 20'000);
        import->kill();
        QVERIFY(import->waitForFinished(10'000));
        const Answer again = daemon.json({"import", file, "--open-accounts", "100000"});
        QVERIFY2(again.code == 0, again.text());
        paid_exactly_once(daemon, count);
    }

    void unknown_accounts_are_rejected_with_their_reason() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const Answer answer = daemon.json({"import", daemon.write("payroll.xml", file_of(2))});
        QVERIFY2(answer.code == 1, answer.text());
        QCOMPARE(answer.json().value("rejected").toInteger(), 2);
        const auto line = answer.json().value("results").toArray().at(0).toObject();
        QCOMPARE(line.value("code").toString(), QString("AC01"));
        QVERIFY2(line.value("reason").toString().contains("no account"), answer.text());
    }

    void a_bad_file_moves_no_money_and_is_exit_code_two() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const qint64 before = daemon.total("EUR");
        Pain001Style wrong_count, wrong_sum, bomb, namespaced;
        wrong_count.count = "2";
        wrong_count.version = 9;
        wrong_sum.sum = "17.00";
        bomb.doctype = "<!DOCTYPE Document [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>";
        std::string decimals = file_of(2);
        decimals.replace(decimals.find("2.00</InstdAmt>"), 4, "2.005");
        const std::pair<std::string, QString> files[] = {
            {file_of(5, wrong_count), "declares 2 payments, the file holds 5"},
            {file_of(2, wrong_sum), "declares 17.00"},
            {file_of(2, bomb), "DOCTYPE"},
            {decimals, "more decimals than EUR allows"},
            {file_of(2).substr(0, 300), "broken XML"},
            {"", "empty"},
            {"hello\n", "unknown column"},
            {"end_to_end_id,debtor_account,creditor_account,amount,currency\nE1,DE12,LU34,1.005,EUR\n", "line 2: amount"},
        };
        for (const auto& [text, expected] : files) {
            const QString report = daemon.file("report.xml");
            const Answer answer = daemon.json({"import", daemon.write("bad.xml", text), "--open-accounts", "1000", "--report", report});
            QVERIFY2(answer.code == 2, answer.text());
            QVERIFY2(answer.err.contains(expected) && answer.err.contains("Nothing was paid"), answer.text());
            QCOMPARE(answer.json().value("accepted").toInteger(), 0);
            QFile status(report);
            QVERIFY(status.open(QIODevice::ReadOnly));
            QVERIFY(status.readAll().contains("<GrpSts>RJCT</GrpSts>"));
        }
        QCOMPARE(daemon.total("EUR"), before);
        QCOMPARE(daemon.json({"tx", "list"}).json().value("matched").toInteger(), 0);
        const Answer missing = daemon.ctl({"import", daemon.file("nowhere.xml")});
        QVERIFY2(missing.code == 2 && missing.err.contains("cannot open"), missing.text());
    }

    void a_report_that_cannot_be_written_is_told_before_anything_is_paid() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const QString file = daemon.write("payroll.xml", file_of(2));
        for (const QString& place : {daemon.file("nowhere/report.xml"), daemon.data()}) {
            const Answer answer = daemon.json({"import", file, "--open-accounts", "1000", "--report", place});
            QVERIFY2(answer.code == 2 && answer.err.contains("--report"), answer.text());
            QVERIFY2(!answer.json().value("error").toObject().isEmpty(), answer.text());
        }
        QCOMPARE(daemon.json({"tx", "list"}).json().value("matched").toInteger(), 0);
    }

    void a_bank_s_own_files_are_paid_or_refused_whole() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const QString files = QString(INDOUBT_SOURCE_DIR) + "/tests/workload/files/";
        const Answer two = daemon.json({"import", files + "two-payments.pain.001.001.03.xml", "--open-accounts", "5000"});
        QVERIFY2(two.code == 0 && two.json().value("committed").toInteger() == 2, two.text());
        QCOMPARE(daemon.balance("LU639990000000990002"), 500000 + 125000);
        const Answer five = daemon.json({"import", files + "five-payments.pain.001.001.09.xml", "--open-accounts", "5000"});
        QVERIFY2(five.code == 0 && five.json().value("committed").toInteger() == 5, five.text());
        QCOMPARE(daemon.json({"tx", "show", "KONTOR-3"}).json().value("branches").toArray().size(), 1);  // one bank, one branch
        const qint64 before = daemon.total("EUR");
        const Answer refused = daemon.json({"import", files + "declares-two-holds-five.pain.001.001.09.xml", "--open-accounts", "5000"});
        QVERIFY2(refused.code == 2 && refused.err.contains("declares 2 payments, the file holds 5"), refused.text());
        QCOMPARE(daemon.total("EUR"), before);
    }

    // As `submit` finds them: Velo Atelier is at B, whatever the hash of its account says.
    void parties_without_a_bic_are_found_where_their_accounts_are() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        QString lines = "end_to_end_id;debtor_account;creditor_account;amount;currency\r\n";
        const char* accounts[] = {"DE37900000010000471108", "LU289990000000471200", "NL36KSTL0000471300"};
        for (int i = 0; i < 3; ++i) lines += QString("E-%1;%2;%3;1.00;EUR\r\n").arg(i).arg(accounts[0], accounts[i == 0 ? 1 : i]);
        const Answer answer = daemon.json({"import", daemon.write("batch.csv", lines.toStdString())});
        QVERIFY2(answer.code == 0 && answer.json().value("committed").toInteger() == 3, answer.text());
    }

    void csv_is_paid_with_a_mapping_of_its_own() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const QString csv = daemon.write(
            "batch.csv",
            "end_to_end_id;debtor_account;creditor_account;amount;currency;debtor_bic;creditor_bic;creditor_name\r\n"
            "C-1;ACC-1;ACC-2;10.00;EUR;SPUEDE2UXXX;BANKDEFF;\"Velo; \"\"Atelier\"\"\"\r\nC-2;ACC-1;ACC-3;7;JPY;SPUEDE2U;SPUEDE2U;\r\n");
        const QString mapping = daemon.write("banks.map", "SPUEDE2UXXX=C\ndefault=B\n");
        const Answer answer = daemon.json({"import", csv, "--mapping", mapping, "--open-accounts", "100"});
        QVERIFY2(answer.code == 1, answer.text());  // ACC-1 was opened in euro: the payment in yen is refused
        QCOMPARE(answer.json().value("committed").toInteger(), 1);
        QCOMPARE(answer.json().value("results").toArray().at(1).toObject().value("code").toString(), QString("AM03"));
        const auto legs = daemon.json({"tx", "show", "C-1"}).json().value("legs").toArray();
        QCOMPARE(legs.at(0).toObject().value("node").toString(), QString("C"));
        QCOMPARE(legs.at(1).toObject().value("node").toString(), QString("B"));
        const Answer bad = daemon.ctl({"import", csv, "--mapping", daemon.write("bad.map", "SPUEDE2U=Q\n")});
        QVERIFY2(bad.code == 2 && bad.err.contains("line 1"), bad.text());
    }

  private:
    // Each debit and credit once: every creditor has its opening balance and its one payment; nothing is on hold; sums are what was opened.
    static void paid_exactly_once(const Daemon& daemon, int count) {
        QTRY_COMPARE_WITH_TIMEOUT(daemon.total("EUR", "held_minor"), 0, 20'000);
        QCOMPARE(daemon.total("EUR"), daemon.total("EUR", "opening_minor"));
        const auto accounts = daemon.json({"account", "list", "--limit", "100000"}).json().value("accounts").toArray();
        qint64 credited = 0;
        int creditors = 0;
        for (const auto& value : accounts) {
            const auto account = value.toObject();
            if (account.value("holder").toString() != "Velo") continue;
            ++creditors;
            credited += account.value("posted_minor").toInteger() - 10'000'000;
        }
        QCOMPARE(creditors, count);
        QCOMPARE(credited, sum_of(count));
    }
};

INDOUBT_TEST(ImportTest);
#include "import_test.moc"
