// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.h"

#include <string>

#include "support/test_main.h"

using indoubt::base::valid_utf8;

class Utf8Test : public QObject {
    Q_OBJECT
  private slots:
    void well_formed_text_is_told_from_what_only_looks_like_it() {
        // Also behind eight plain bytes, which are looked at together.
        for (const std::string before : {"", "a", "12345678", "1234567890"}) {
            for (const char* good : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8c\x8d", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
                QVERIFY(valid_utf8(before + good) && valid_utf8(before + good + before));
            for (const char* bad : {"\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "a\x80", "\xe2\x82"})
                QVERIFY(!valid_utf8(before + bad) && !valid_utf8(before + bad + before));
        }
    }
};

INDOUBT_TEST(Utf8Test);
#include "utf8_test.moc"
