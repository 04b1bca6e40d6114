// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/prng.h"
#include "support/test_main.h"
#include "workload/payment_file.h"
#include "workload/text.h"

using namespace indoubt;

namespace {

const std::string kHeader = "end_to_end_id,debtor_account,creditor_account,amount,currency,creditor_name,debtor_bic,execution_date\n";

std::string refusal_of(const std::string& text) {
    const auto file = workload::read_csv(text, "test.csv");
    return file ? "" : file.error().message;
}

std::string in_quotes(const std::string& field, char separator) {
    if (field.find_first_of(std::string("\"\n\r") + separator) == field.npos) return field;
    std::string out = "\"";
    for (char c : field) (out += c) += c == '"' ? "\"" : "";
    return out + "\"";
}

}  // namespace

class CsvTest : public QObject {
    Q_OBJECT
  private slots:
    void quoting_line_ends_and_both_separators_read_back() {
        base::Prng prng(1);
        const char* pieces[] = {"Velo", "\"Atelier\"", ", ", "; ", "Lyon", "\xc3\xa9", "'", " & "};
        for (int round = 0; round < 500; ++round) {
            const char separator = prng.chance(500) ? ',' : ';';
            const std::string end = prng.chance(500) ? "\r\n" : "\n";
            std::string text = prng.chance(200) ? "\xef\xbb\xbf" : "";
            for (const char* name : {"amount", "creditor_name", "currency", "debtor_account", "creditor_account"})
                text += std::string(name) + separator;
            text += "end_to_end_id" + end;
            std::vector<std::string> names;
            for (std::size_t i = 0, rows = 1 + prng.below(5); i < rows; ++i) {
                std::string name = "N";
                for (std::size_t k = prng.below(5); k > 0; --k) name += pieces[prng.below(8)];
                names.push_back(workload::collapse(name));
                text += "12.34" + std::string(1, separator) + in_quotes(name, separator) + separator + "EUR" + separator + "DE1200010002" +
                        separator + "LU340099" + separator + "E" + std::to_string(i);
                if (i + 1 < rows || prng.chance(500)) text += end;
            }
            const auto file = workload::read_csv(text, "round.csv");
            QVERIFY2(file.ok(), file.ok() ? "" : file.error().message.c_str());
            QCOMPARE(file->orders.size(), names.size());
            for (std::size_t i = 0; i < names.size(); ++i) {
                QCOMPARE(file->orders[i].creditor.name, names[i]);
                QCOMPARE(file->orders[i].amount.minor, std::int64_t{1234});
            }
        }
    }

    void the_same_bytes_are_the_same_message_whatever_the_file_is_called() {
        const std::string text = kHeader + "E1,DE12,LU34,1.00,EUR,X,,\n";
        const auto a = workload::read_csv(text, "a.csv"), b = workload::read_csv(text, "b.csv"),
                   c = workload::read_csv(text + "E2,DE12,LU34,1.00,EUR,X,,\n", "a.csv");
        QCOMPARE(a->message_id, b->message_id);
        QVERIFY(a->message_id != c->message_id);
    }

    void a_long_file_name_is_cut_at_a_character() {
        QCOMPARE(workload::fitted(std::string(139, 'n') + "\xc3\xa9.csv", 140), std::string(139, 'n'));
        QCOMPARE(workload::fitted(std::string(138, 'n') + "\xc3\xa9.csv", 140), std::string(138, 'n') + "\xc3\xa9");
        QCOMPARE(workload::fitted("caf\xe9.csv", 140), std::string("caf"));
        const std::string csv = "end_to_end_id,debtor_account,creditor_account,amount,currency\nE-1,DE1,LU1,1.00,EUR\n";
        const std::string name = std::string(139, 'n') + "\xc3\xa9.csv";
        const auto file = workload::read_csv(csv, name);
        QVERIFY(file.ok());
        QCOMPARE(file->orders[0].refs.file, std::string(139, 'n'));
    }

    void an_account_in_groups_is_the_same_account() {
        const auto file = workload::read_csv(kHeader + "E1,de37 9000 0001 0000 4711 08,ACC 17 b,1.00,EUR,X,,\n", "a.csv");
        QVERIFY(file.ok());
        QCOMPARE(file->orders[0].debtor.account, std::string("DE37900000010000471108"));
        QCOMPARE(file->orders[0].creditor.account, std::string("ACC 17 b"));
    }

    void bad_input_is_refused_with_its_line_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const QString header = QString::fromStdString(kHeader), row = "E1,DE12,LU34,1.00,EUR,X,,\n";
        QTest::newRow("no header") << row << "line 1: unknown column \"E1\"";
        QTest::newRow("unknown column") << "end_to_end_id,colour\n"
                                        << "line 1: unknown column \"colour\"";
        QTest::newRow("missing column") << "end_to_end_id,amount\nE1,1\n"
                                        << "line 1: the column debtor_account is missing";
        QTest::newRow("column twice") << "amount,amount\n"
                                      << "twice";
        QTest::newRow("no payment") << header << "line 2: the file holds no payment";
        QTest::newRow("too few fields") << header + row + "E2,DE12\n"
                                        << "line 3: has 2 fields, the header has 8";
        QTest::newRow("too many decimals") << header + row + "E2,DE12,LU34,1.005,EUR,X,,\n"
                                           << "line 3: amount: the amount \"1.005\" has more decimals than EUR allows";
        QTest::newRow("yen decimals") << header + "E2,DE12,LU34,1.5,JPY,X,,\n"
                                      << "more decimals than JPY allows";
        QTest::newRow("comma decimal") << header + "E2,DE12,LU34,\"1,50\",EUR,X,,\n"
                                       << "not a plain decimal";
        QTest::newRow("currency") << header + "E2,DE12,LU34,1.50,EURO,X,,\n"
                                  << "line 2: currency: has 4 bytes";
        QTest::newRow("empty id") << header + ",DE12,LU34,1.50,EUR,X,,\n"
                                  << "line 2: end_to_end_id: is empty";
        QTest::newRow("BIC") << header + "E2,DE12,LU34,1.50,EUR,X,HAFB,\n"
                             << "form of a BIC";
        QTest::newRow("date") << header + "E2,DE12,LU34,1.50,EUR,X,,20.11.2026\n"
                              << "is not a date";
        QTest::newRow("open quote") << header + row + "\"E2,DE12\nLU34\n"
                                    << "line 3: a quoted field that starts here is never closed";
        QTest::newRow("quote inside") << header + "E\"2,DE12,LU34,1.50,EUR,X,,\n"
                                      << "quote inside an unquoted field";
        QTest::newRow("text behind quote") << header + "\"E2\"x,DE12,LU34,1.50,EUR,X,,\n"
                                           << "text behind a closing quote";
    }
    void bad_input_is_refused_with_its_line() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const std::string why = refusal_of(text.toStdString());
        QVERIFY2(why.find(expected.toStdString()) != why.npos, why.c_str());
    }

    void mutated_files_never_crash() {
        base::Prng prng(2);
        const std::string good = kHeader + "E1,DE12,LU34,1.00,EUR,\"X, \"\"Y\"\"\",HAFBDEH0,2026-11-20\r\nE2,DE12,LU34,2.00,EUR,Z,,\n";
        for (int round = 0; round < 20'000; ++round) {
            std::string text = good;
            for (std::size_t i = 0, many = 1 + prng.below(4); i < many && !text.empty(); ++i) {
                const std::size_t at = prng.below(text.size());
                if (prng.chance(500))
                    text[at] = static_cast<char>(prng.below(256));
                else
                    text.insert(at, 1, "\",;\n\r"[prng.below(5)]);
            }
            const auto file = workload::read_csv(text, "mutant.csv");
            if (!file) QVERIFY2(file.error().message.starts_with("line "), file.error().message.c_str());
        }
    }
};

INDOUBT_TEST(CsvTest);
#include "csv_test.moc"
