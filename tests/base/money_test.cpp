// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/money.h"

#include <limits>

#include "support/test_main.h"

using namespace indoubt::base;

class MoneyTest : public QObject {
    Q_OBJECT
    static QString show(const char* decimal, const char* code) {
        const auto amount = parse_amount(decimal, Currency::of(code));
        return amount ? QString::fromStdString(text(*amount, true)) : "error: " + QString::fromStdString(amount.error().message);
    }

  private slots:
    void every_currency_keeps_its_own_minor_digits() {
        QCOMPARE(show("120.00", "EUR"), QString("120.00 EUR"));
        QCOMPARE(show("120", "EUR"), QString("120.00 EUR"));
        QCOMPARE(show("0.5", "EUR"), QString("0.50 EUR"));
        QCOMPARE(show("1250000", "JPY"), QString("1,250,000 JPY"));
        QCOMPARE(show("812.450", "KWD"), QString("812.450 KWD"));
        QCOMPARE(parse_amount("812.45", Currency::of("KWD"))->minor, std::int64_t{812450});
        QCOMPARE(show("0.0001", "CLF"), QString("0.0001 CLF"));
    }
    void only_codes_of_the_table_are_currencies() {
        for (const char* code : {"EUR", "AED", "ZWG", "XCG", "BIF", "XPF", "BHD", "TND", "CLF", "UYW"})
            QVERIFY2(Currency::parse(code).ok() && Currency::parse(code)->code() == code, code);
        for (const char* code : {"", "EU", "EURO", "eur", "XXX", "AAA", "ZZZ", "ANG", "ZWL", "E R", "E\x7fR", "\xc3\xa9R", "EUX"}) QVERIFY2(!Currency::parse(code).ok(), code);
        QCOMPARE(Currency::of("XXX").minor_digits(), 2);
    }
    void bad_amounts_are_refused_in_words_data() {
        QTest::addColumn<QString>("decimal");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("why");
        QTest::newRow("three decimals") << "1.001" << "EUR" << "more decimals than EUR allows (2)";
        QTest::newRow("yen with decimals") << "1.0" << "JPY" << "more decimals than JPY allows (0)";
        QTest::newRow("negative") << "-1.00" << "EUR" << "not a plain decimal";
        QTest::newRow("plus") << "+1.00" << "EUR" << "not a plain decimal";
        QTest::newRow("exponent") << "1e3" << "EUR" << "not a plain decimal";
        QTest::newRow("comma") << "1,00" << "EUR" << "not a plain decimal";
        QTest::newRow("empty") << "" << "EUR" << "not a plain decimal";
        QTest::newRow("point first") << ".50" << "EUR" << "not a plain decimal";
        QTest::newRow("point last") << "1." << "EUR" << "not a plain decimal";
        QTest::newRow("two points") << "1.0.0" << "EUR" << "not a plain decimal";
        QTest::newRow("too large") << "99999999999999999999" << "EUR" << "too large";
        QTest::newRow("too large in minor units") << "50000000000000000" << "KWD" << "too large";
    }
    void bad_amounts_are_refused_in_words() {
        QFETCH(QString, decimal);
        QFETCH(QString, code);
        QFETCH(QString, why);
        const QString shown = show(decimal.toUtf8().constData(), code.toUtf8().constData());
        QVERIFY2(shown.startsWith("error: ") && shown.contains(why), qPrintable(shown));
    }
    void what_is_shown_parses_back() {
        for (const char* code : {"EUR", "JPY", "KWD", "CLF"}) {
            const Currency currency = Currency::of(code);
            for (std::int64_t minor : {std::int64_t{0}, std::int64_t{1}, std::int64_t{99}, std::int64_t{100}, std::int64_t{248000}, std::int64_t{1} << 61}) {
                const auto back = parse_amount(decimal_text(minor, currency.minor_digits()), currency);
                QVERIFY(back.ok());
                QCOMPARE(back->minor, minor);
            }
        }
    }
    void negative_and_extreme_values_are_shown_whole() {
        QCOMPARE(decimal_text(-248000, 2), std::string("-2480.00"));
        QCOMPARE(decimal_text(-5, 2), std::string("-0.05"));
        QCOMPARE(decimal_text(std::numeric_limits<std::int64_t>::min(), 2, true), std::string("-92,233,720,368,547,758.08"));
    }
    void only_iso_4217_codes_are_currencies() {
        QVERIFY(Currency::parse("EUR").ok());
        QVERIFY(Currency::parse("JPY").ok());
        for (const char* code : {"", "EU", "EURO", "eur", "XTS", "ZZZ", " EU", "R G"}) QVERIFY2(!Currency::parse(code).ok(), code);
    }
    void an_overflow_is_reported_and_changes_nothing() {
        std::int64_t sum = std::numeric_limits<std::int64_t>::max() - 1;
        QVERIFY(add_minor(sum, 1));
        QVERIFY(!add_minor(sum, 1));
        QCOMPARE(sum, std::numeric_limits<std::int64_t>::max());
    }
};
INDOUBT_TEST(MoneyTest);
#include "money_test.moc"
