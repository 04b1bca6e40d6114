// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"

#include <set>

#include "base/prng.h"
#include "support/test_main.h"

using namespace indoubt::base;

class IdsTest : public QObject {
    Q_OBJECT
  private slots:
    void an_xid_and_its_text_are_one_to_one() {
        Prng prng(7);
        std::set<std::string> seen;
        for (int i = 0; i < 2000; ++i) {
            const Xid xid{NodeId::of("T" + std::to_string(i % 17)), static_cast<Incarnation>(prng.below(1u << 20)), prng.below(xid_counter_max)};
            const auto back = Xid::parse(xid.text());
            QVERIFY(back.ok());
            QVERIFY(*back == xid);
            QCOMPARE(xid.text().size(), std::size_t{32});
            seen.insert(xid.text());
        }
        QCOMPARE(seen.size(), std::size_t{2000});
    }
    void neighbours_differ_in_head_or_tail() {
        const Xid first{NodeId::of("T"), 1, 1};
        const Xid second{NodeId::of("T"), 1, 2};
        QVERIFY(first.short_text() != second.short_text());
        QCOMPARE(first.short_text().size(), std::size_t{10});
    }
    void text_that_no_coordinator_issued_is_refused() {
        for (const char* text : {"", "7f3a", "zz3a000000000000000000000000000000", "00000000000000000000000000000000", "0123456789abcdef0123456789abcdef0"})
            QVERIFY2(!Xid::parse(text).ok(), text);
    }
    void node_names_sort_as_text_and_come_back() {
        for (const char* name : {"T", "A", "B12", "a-b-c-d8"}) QCOMPARE(NodeId::parse(name)->name(), std::string(name));
        for (const char* name : {"", "nine-char", "a b", "a.b", "\xc3\xa4"}) QVERIFY2(!NodeId::parse(name).ok(), name);
        QVERIFY(NodeId::of("A") < NodeId::of("B"));
        QVERIFY(NodeId::of("B") < NodeId::of("B1"));
        QVERIFY(NodeId::of("B1") < NodeId::of("T"));
    }
};
INDOUBT_TEST(IdsTest);
#include "ids_test.moc"
