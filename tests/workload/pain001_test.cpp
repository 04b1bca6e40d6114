// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/test_main.h"
#include "workload/pain001_text.h"
#include "workload/payment_file.h"

using namespace indoubt;
using namespace indoubt::tests;
using workload::FileRefusal;
using workload::PaymentOrder;

namespace {

// A batch shares its debtor; names are escaped on the way into the file.
std::vector<std::vector<PaymentOrder>> random_batches(base::Prng& prng) {
    std::vector<std::vector<PaymentOrder>> batches;
    int n = 0;
    for (std::size_t b = 0, many = 1 + prng.below(3); b < many; ++b) {
        std::vector<PaymentOrder> batch;
        for (std::size_t i = 0, size = 1 + prng.below(6); i < size; ++i) {
            const char* currency = prng.chance(700) ? "EUR" : prng.chance(500) ? "JPY" : "KWD";
            batch.push_back(some_order(prng, ++n, currency));
            batch.back().debtor = batch.front().debtor;
            batch.back().refs.payment_information_id = "PMT-" + std::to_string(b + 1);
        }
        batches.push_back(batch);
    }
    return batches;
}

std::string written(std::vector<std::vector<PaymentOrder>> batches, const Pain001Style& style) {
    for (auto& batch : batches)
        for (auto& order : batch) order.creditor.name = escaped(order.creditor.name);
    return pain001_text(batches, style);
}

std::string refusal_of(const std::string& text, FileRefusal* refusal = nullptr) {
    const auto file = workload::read_pain001(text, "test.xml", refusal);
    return file ? "" : file.error().message;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    return at == text.npos ? text : text.replace(at, from.size(), to);
}

}  // namespace

class Pain001Test : public QObject {
    Q_OBJECT
  private slots:
    void every_version_and_spelling_reads_back_what_was_written() {
        base::Prng prng(1);
        for (int round = 0; round < 300; ++round) {
            const auto batches = random_batches(prng);
            Pain001Style style;
            style.version = 3 + static_cast<int>(prng.below(7));
            style.prefix = prng.chance(300) ? "p1:" : "";
            style.other_accounts = prng.chance(300);
            const auto file = workload::read_pain001(written(batches, style), "round.xml");
            QVERIFY2(file.ok(), file.ok() ? "" : file.error().message.c_str());
            std::size_t at = 0;
            for (std::size_t b = 0; b < batches.size(); ++b)
                for (const PaymentOrder& order : batches[b]) {
                    const PaymentOrder& read = file->orders[at++];
                    QCOMPARE(read.refs.end_to_end_id, order.refs.end_to_end_id);
                    QCOMPARE(read.refs.instruction_id, order.refs.instruction_id);
                    QCOMPARE(read.refs.message_id, order.refs.message_id);
                    QCOMPARE(read.refs.payment_information_id, order.refs.payment_information_id);
                    QVERIFY(read.amount == order.amount);
                    QVERIFY(read.debtor == order.debtor);
                    QVERIFY(read.creditor == order.creditor);
                    QCOMPARE(read.execution_date, order.execution_date);
                    QCOMPARE(read.batch, static_cast<std::uint32_t>(b));
                    QCOMPARE(read.position, static_cast<std::uint32_t>(at));
                }
            QCOMPARE(file->orders.size(), at);
        }
    }

    void a_declared_number_that_the_file_does_not_hold_refuses_it_whole() {
        base::Prng prng(2);
        Pain001Style style;
        style.version = 9;
        style.count = "2";
        std::vector<PaymentOrder> five;
        for (int i = 0; i < 5; ++i) five.push_back(some_order(prng, i));
        FileRefusal refusal;
        const std::string why = refusal_of(written({five}, style), &refusal);
        QVERIFY2(why.find("GrpHdr/NbOfTxs: declares 2 payments, the file holds 5") != why.npos, why.c_str());
        QCOMPARE(refusal.code, std::string("AM18"));
        QCOMPARE(refusal.message_id, std::string("MSG-4711"));
    }

    void a_control_sum_that_disagrees_refuses_it_at_either_level() {
        base::Prng prng(3);
        const std::vector<std::vector<PaymentOrder>> batches{{some_order(prng, 1), some_order(prng, 2)}};
        Pain001Style style;
        style.sum = "1.00";
        FileRefusal refusal;
        QVERIFY(refusal_of(written(batches, style), &refusal).find("CtrlSum: declares 1.00, the amounts sum to") != std::string::npos);
        QCOMPARE(refusal.code, std::string("AM10"));
        const std::string good = written(batches, {});
        const std::size_t second = good.find("<CtrlSum>", good.find("<PmtInf>"));
        const std::string bad = good.substr(0, second) + "<CtrlSum>0" + good.substr(second + 9, 0) + "</CtrlSum>" +
                                good.substr(good.find("</CtrlSum>", second) + 10);
        const std::string why = refusal_of(bad);
        QVERIFY2(why.find("PmtInf[1]/CtrlSum") != why.npos, why.c_str());
    }

    void the_number_of_a_batch_is_checked_too() {
        base::Prng prng(4);
        const std::string good = written({{some_order(prng, 1)}}, {});
        const std::string why = refusal_of(replaced(good, "<PmtMtd>TRF</PmtMtd><NbOfTxs>1<", "<PmtMtd>TRF</PmtMtd><NbOfTxs>3<"));
        QVERIFY2(why.find("PmtInf[1]/NbOfTxs: declares 3") != why.npos, why.c_str());
    }

    void an_entity_bomb_and_any_other_document_type_are_refused() {
        base::Prng prng(5);
        for (const char* doctype : {"<!DOCTYPE Document [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>",
                                    "<!DOCTYPE Document SYSTEM \"http://127.0.0.1/x.dtd\">",
                                    "<!DOCTYPE Document [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"}) {
            Pain001Style style;
            style.doctype = doctype;
            const std::string why = refusal_of(written({{some_order(prng, 1)}}, style));
            QVERIFY2(why.find("DOCTYPE") != why.npos, why.c_str());
        }
        const std::string unknown = refusal_of(replaced(written({{some_order(prng, 1)}}, {}), "Werft GmbH", "&werft;"));
        QVERIFY2(unknown.find("unknown entity") != unknown.npos, unknown.c_str());
    }

    void a_number_that_is_no_character_is_refused_and_any_other_is_read() {
        base::Prng prng(5);
        const std::string good = written({{some_order(prng, 1)}}, {});
        for (const char* bad : {"&#xD800;", "&#0;", "&#xFFFE;", "&#x110000;", "&#55296;", "&#x1;", "&#;", "&#xyz;", "&#99999999999;"}) {
            const std::string why = refusal_of(replaced(good, "Werft GmbH", bad));
            QVERIFY2(why.find("is no character") != why.npos, bad);
        }
        const auto read = workload::read_pain001(replaced(good, "Werft GmbH", "Caf&#xe9; &#8364;"), "test.xml", nullptr);
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        QCOMPARE(read->initiator, std::string("Caf\xc3\xa9 \xe2\x82\xac"));
    }

    void bad_input_is_refused_with_its_line_and_element_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("expected");
        QTest::newRow("broken") << "</GrpHdr>"
                                << ""
                                << "broken XML";
        QTest::newRow("too many decimals") << "<InstdAmt Ccy=\"EUR\">"
                                           << "<InstdAmt Ccy=\"EUR\">1.234</InstdAmt><InstdAmt Ccy=\"EUR\">"
                                           << "more decimals than EUR allows";
        QTest::newRow("decimals of yen") << "<InstdAmt Ccy=\"EUR\">"
                                         << "<InstdAmt Ccy=\"JPY\">1.5</InstdAmt><InstdAmt Ccy=\"EUR\">"
                                         << "more decimals than JPY allows";
        QTest::newRow("currency") << "Ccy=\"EUR\""
                                  << "Ccy=\"EUX\""
                                  << "not an ISO 4217";
        QTest::newRow("no currency") << " Ccy=\"EUR\""
                                     << ""
                                     << "not an ISO 4217";
        QTest::newRow("negative") << "<InstdAmt Ccy=\"EUR\">"
                                  << "<InstdAmt Ccy=\"EUR\">-5</InstdAmt><InstdAmt Ccy=\"EUR\">"
                                  << "not a plain decimal";
        QTest::newRow("exponent") << "<InstdAmt Ccy=\"EUR\">"
                                  << "<InstdAmt Ccy=\"EUR\">1e3</InstdAmt><InstdAmt Ccy=\"EUR\">"
                                  << "not a plain decimal";
        QTest::newRow("zero") << "<InstdAmt Ccy=\"EUR\">"
                              << "<InstdAmt Ccy=\"EUR\">0.00</InstdAmt><InstdAmt Ccy=\"EUR\">"
                              << "the amount is zero";
        QTest::newRow("huge") << "<InstdAmt Ccy=\"EUR\">"
                              << "<InstdAmt Ccy=\"EUR\">99999999999999999999</InstdAmt><InstdAmt Ccy=\"EUR\">"
                              << "too large";
        QTest::newRow("date") << "2026-11-20</ReqdExctnDt>"
                              << "2026-02-30</ReqdExctnDt>"
                              << "is not a date";
        QTest::newRow("BIC") << "BLACLUL0"
                             << "BLAC"
                             << "form of a BIC";
        QTest::newRow("no message id") << "<MsgId>MSG-4711</MsgId>"
                                       << ""
                                       << "MsgId is missing";
        QTest::newRow("empty end-to-end id") << "<EndToEndId>E2E-1</EndToEndId>"
                                             << "<EndToEndId> </EndToEndId>"
                                             << "EndToEndId: is empty";
        QTest::newRow("long id") << "E2E-1"
                                 << "E2E-1-0123456789012345678901234567890123456789"
                                 << "at most 35";
        QTest::newRow("cheque") << "TRF"
                                << "CHK"
                                << "only credit transfers";
        QTest::newRow("other message") << "pain.001.001.03"
                                       << "pain.008.001.02"
                                       << "can be imported";
        QTest::newRow("later version") << "pain.001.001.03"
                                       << "pain.001.001.11"
                                       << "pain.001.001.03 to pain.001.001.09";
        QTest::newRow("no namespace") << "xmlns="
                                      << "xmlns:other="
                                      << "no ISO 20022 Document";
        QTest::newRow("not UTF-8") << "Werft GmbH" << QString::fromLatin1("Werft \x01") << "control character";
    }
    void bad_input_is_refused_with_its_line_and_element() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, expected);
        base::Prng prng(6);
        const std::string good = written({{some_order(prng, 1)}}, {});
        QCOMPARE(refusal_of(good), std::string());
        const std::string why = refusal_of(replaced(good, from.toStdString(), to.toStdString()));
        QVERIFY2(why.starts_with("line "), why.c_str());
        QVERIFY2(why.find(expected.toStdString()) != why.npos, why.c_str());
    }

    void text_in_the_wrong_encoding_is_refused_and_latin1_is_understood_when_declared() {
        base::Prng prng(7);
        const std::string latin = replaced(written({{some_order(prng, 1)}}, {}), "Werft GmbH", "M\xfcller");
        QVERIFY(refusal_of(latin).find("not valid UTF-8") != std::string::npos);
        // The second name is the debtor's; the header's initiator is the first.
        const auto file = workload::read_pain001(replaced(latin, "UTF-8", "ISO-8859-1"), "latin.xml");
        QVERIFY(file.ok());
        QCOMPARE(file->initiator, std::string("M\xc3\xbcller"));
        QVERIFY(refusal_of(std::string("\xff\xfe<\0D\0", 6)).find("not UTF-8") != std::string::npos);
    }

    void elements_of_other_namespaces_are_not_taken_for_ours() {
        base::Prng prng(8);
        const std::string good = written({{some_order(prng, 1)}}, {});
        const auto file = workload::read_pain001(
            replaced(good, "<PmtId>", "<x:PmtId xmlns:x=\"urn:other\"><x:EndToEndId>FALSE</x:EndToEndId></x:PmtId><PmtId>"), "foreign.xml");
        QVERIFY(file.ok());
        QCOMPARE(file->orders[0].refs.end_to_end_id, std::string("E2E-1"));
    }

    void mutated_files_never_crash_and_never_yield_half_a_file() {
        base::Prng prng(9);
        for (int round = 0; round < 4000; ++round) {
            std::vector<std::vector<PaymentOrder>> batches{{some_order(prng, 1), some_order(prng, 2)}};
            Pain001Style style;
            style.version = 3 + static_cast<int>(prng.below(7));
            std::string text = written(batches, style);
            for (std::size_t i = 0, many = 1 + prng.below(4); i < many && !text.empty(); ++i) {
                const std::size_t at = prng.below(text.size());
                switch (prng.below(4)) {
                    case 0:
                        text[at] = static_cast<char>(prng.below(256));
                        break;
                    case 1:
                        text.erase(at, 1 + prng.below(40));
                        break;
                    case 2:
                        text.insert(at, text.substr(prng.below(text.size()), prng.below(60)));
                        break;
                    default:
                        text.resize(at + 1);
                        break;
                }
            }
            const auto file = workload::read_pain001(text, "mutant.xml");
            if (!file) QVERIFY2(file.error().message.starts_with("line "), file.error().message.c_str());
            if (file) QVERIFY(!file->orders.empty() && file->orders.back().amount.minor > 0);
        }
    }

    void deep_nesting_is_no_danger() {
        std::string deep;
        for (int i = 0; i < 200'000; ++i) deep += "<a>";
        QVERIFY(!refusal_of(deep).empty());
        for (int i = 0; i < 200'000; ++i) deep += "</a>";
        QVERIFY(!refusal_of(deep).empty());
    }
};

INDOUBT_TEST(Pain001Test);
#include "pain001_test.moc"
