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
    void two_clusters_never_print_the_same_xid() {
        std::set<std::string> seen;
        for (std::uint64_t identity = 1; identity <= 2000; ++identity) {
            const Xid xid{NodeId::of("T"), 1, 1, cluster_tag(identity)};
            const auto back = Xid::parse(xid.text());
            QVERIFY(back.ok());
            QVERIFY(*back == xid);
            QCOMPARE(xid.text().size(), std::size_t{40});
            seen.insert(xid.text());
        }
        QCOMPARE(seen.size(), std::size_t{2000});
        const Xid here{NodeId::of("T"), 1, 1, cluster_tag(17)}, there{NodeId::of("T"), 1, 1, cluster_tag(18)};
        QVERIFY(here != there);
        QVERIFY(hash_value(here) != hash_value(there));
        QVERIFY(here.short_text().substr(0, 4) != there.short_text().substr(0, 4));
    }
    void a_cluster_without_an_identity_prints_as_it_always_did() {
        QCOMPARE(cluster_tag(0), 0u);
        const Xid old{NodeId::of("T"), 3, 4711};
        QCOMPARE(old.text(), std::string("1b2be60b60437a616d9fe6536954ed3a"));
        QVERIFY(*Xid::parse("1b2be60b60437a616d9fe6536954ed3a") == old);
    }
    void an_xid_under_another_clusters_head_was_issued_by_nobody() {
        const std::string text = Xid{NodeId::of("T"), 1, 1, cluster_tag(17)}.text();
        QVERIFY(!Xid::parse("00000000" + text.substr(8)).ok());
        QVERIFY(!Xid::parse("12345678" + text.substr(8)).ok());
        QVERIFY(!Xid::parse(text.substr(8)).ok());
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
