// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.h"

#include "support/test_main.h"

using indoubt::base::nearest;

class NearestTest : public QObject {
    Q_OBJECT
  private slots:
    void a_slip_of_the_finger_finds_its_word() {
        const std::vector<std::string> known{"list", "show", "timeline", "abort", "resolve"};
        QCOMPARE(nearest("lst", known), std::string("list"));
        QCOMPARE(nearest("timelnie", known), std::string("timeline"));
        QCOMPARE(nearest("res", known), std::string("resolve"));
        QCOMPARE(nearest("list", known), std::string("list"));
    }
    void nothing_near_is_nothing() {
        const std::vector<std::string> known{"list", "show", "at"};
        QCOMPARE(nearest("bogus", known), std::string());
        QCOMPARE(nearest("", known), std::string());
        QCOMPARE(nearest("x", known), std::string());
        QCOMPARE(nearest("list", {}), std::string());
    }
};
INDOUBT_TEST(NearestTest);
#include "nearest_test.moc"
