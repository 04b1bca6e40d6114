// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/text.h"
#include "support/test_main.h"

using namespace indoubt::workload;

class TextTest : public QObject {
    Q_OBJECT
  private slots:
    void characters_are_counted_and_not_bytes() {
        QCOMPARE(utf8_length("\xe2\x82\xac"
                             "1"),
                 std::size_t{2});
    }

    void dates_are_days_of_the_calendar() {
        for (const char* good : {"2026-11-25", "2024-02-29", "2026-11-25Z", "2026-11-25+01:00", "2026-11-25T10:00:00"})
            QVERIFY2(parse_date(good).has_value(), good);
        for (const char* bad :
             {"", "2026-02-29", "2026-13-01", "2026-00-10", "25.11.2026", "2026-11-2", "2026-11-25x", "0000-01-01", "9999-01-01"})
            QVERIFY2(!parse_date(bad).has_value(), bad);
        QCOMPARE(date_time_of_ns(end_of_day_ns("2026-11-20")), std::string("2026-11-20T23:59:59Z"));
        QCOMPARE(date_time_of_ns(0), std::string("1970-01-01T00:00:00Z"));
    }

    void sums_over_currencies_are_exact_decimals() {
        DecimalSum sum;
        sum.add(654314, 2);
        sum.add(11272, 2);
        QVERIFY(sum.equals("6655.86") && sum.equals("6655.8600") && sum.equals("06655.86"));
        QVERIFY(!sum.equals("6655.85") && !sum.equals("6655.860000000001") && !sum.equals("") && !sum.equals("6655,86"));
        QCOMPARE(sum.text(), std::string("6655.86"));
        sum.add(5, 0);
        sum.add(1234, 3);
        QCOMPARE(sum.text(), std::string("6662.094"));
        DecimalSum huge;
        for (int i = 0; i < 200'000; ++i) huge.add(std::int64_t{1} << 62, 0);
        QCOMPARE(huge.text(), std::string("922337203685477580800000.00"));
    }

    void bank_codes_ignore_spelling() {
        QCOMPARE(bank_code("hafbdeh0xxx"), std::string("HAFBDEH0"));
        QCOMPARE(bank_code("HAFBDEH0123"), std::string("HAFBDEH0123"));
        QVERIFY(looks_like_bic("HAFBDEH0") && looks_like_bic("HAFBDEH0XXX") && !looks_like_bic("HAFBDEH") && !looks_like_bic("HAFB12H0") &&
                !looks_like_bic(""));
    }
};

INDOUBT_TEST(TextTest);
#include "text_test.moc"
