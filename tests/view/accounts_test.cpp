// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts of the view: their order, pages of it, and what an account held at an earlier time.
#include <map>

#include "base/prng.h"
#include "support/test_main.h"
#include "view/account_table.h"
#include "view/script.h"

using namespace indoubt;
using base::NodeId;
using tests::Script;
using view::AccountRow;
using view::AccountTable;
using view::View;

namespace {

const char* const mara = "DE379000000100004711 08";

events::AccountLine line(const std::string& account, std::int64_t minor = 100) { return {account, "Holder", base::Currency::of("EUR"), minor, -1}; }

View fold(const std::vector<events::Event>& log) {
    View view;
    for (const auto& event : log) view.fold(event);
    return view;
}

events::Event balance(NodeId node, base::Incarnation incarnation, std::int64_t hlc, std::int64_t minor) {
    auto record = std::make_shared<events::Record>();
    record->kind = events::RecordKind::account;
    record->accounts.push_back({mara, "Mara Lindholm", base::Currency::of("EUR"), minor, -1});
    events::Event event;
    event.node = node;
    event.incarnation = incarnation;
    event.seq = 100'000;
    event.hlc = event.at_ns = hlc;
    event.kind = events::EventKind::balance;
    event.payload = events::RecordPtr(std::move(record));
    return event;
}

}  // namespace

class AccountsTest : public QObject {
    Q_OBJECT
  private slots:
    void accounts_come_by_node_and_number_however_they_were_opened() {
        base::Prng prng(3);
        AccountTable table;
        std::map<std::pair<NodeId, std::string>, int> expected;
        for (int i = 0; i < 6000; ++i) {
            const NodeId node = NodeId::of(std::string(1, static_cast<char>('A' + prng.below(3))));
            // Runs in order, as accounts are opened, and others anywhere between them.
            const std::string account = prng.chance(500) ? "N" + std::to_string(100'000 + i) : "N" + std::to_string(prng.below(1'000'000));
            table.set(node, line(account), 10, AccountTable::Line::opening);
            expected[{node, account}] = 1;
        }
        AccountTable copy = table;
        copy.set(NodeId::of("A"), line("0"), 10, AccountTable::Line::opening);  // the copy has its own order
        auto next = expected.begin();
        table.visit({}, {}, [&](const AccountRow& row) {
            const bool equal = next != expected.end() && row.node == next->first.first && row.account == next->first.second;
            if (!equal) return false;
            ++next;
            return true;
        });
        QVERIFY2(next == expected.end(), next == expected.end() ? "" : next->first.second.c_str());
        std::string first;
        copy.visit({}, {}, [&](const AccountRow& row) { return first = row.account, false; });
        QCOMPARE(first, std::string("0"));
    }

    void pages_joined_are_the_whole_list_and_begin_behind_a_name_that_is_gone_or_never_was() {
        AccountTable table;
        for (const char* node : {"B", "A"})
            for (int i = 0; i < 1500; ++i) table.set(NodeId::of(node), line(std::to_string(10'000 + i * 2)), 10, AccountTable::Line::opening);
        std::vector<std::string> all;
        NodeId node;
        std::string after;
        for (std::size_t before = 1; before != all.size();) {
            before = all.size();
            std::size_t most = 700;
            table.visit(node, after, [&](const AccountRow& row) {
                all.push_back(row.node.name() + row.account);
                node = row.node;
                after = row.account;
                return --most > 0;
            });
        }
        QCOMPARE(all.size(), std::size_t{3000});
        QVERIFY(std::is_sorted(all.begin(), all.end()));
        std::string found;
        table.visit(NodeId::of("A"), "10001", [&](const AccountRow& row) { return found = row.node.name() + row.account, false; });
        QCOMPARE(found, std::string("A10002"));
        table.visit(NodeId::of("A"), "99999", [&](const AccountRow& row) { return found = row.node.name() + row.account, false; });
        QCOMPARE(found, std::string("B10000"));
    }

    void an_account_has_no_balance_before_its_opening_and_its_own_at_any_time_after() {
        Script s;
        const std::int64_t opened = s.now;
        s.wait_ns(1'000'000'000);
        const std::int64_t before = s.now;
        s.commit(s.xid(1), s.payment("INV-1"));
        const std::int64_t between = s.now;
        s.commit(s.xid(2), s.payment("INV-2"));
        const View view = fold(s.log);
        QVERIFY(view.account(s.A, mara)->opened);
        QVERIFY(!view.balance_at(s.A, mara, Script::epoch - 1));
        QCOMPARE(view.balance_at(s.A, mara, opened).value_or(-1), 248000);
        QCOMPARE(view.balance_at(s.A, mara, before).value_or(-1), 248000);
        QCOMPARE(view.balance_at(s.A, mara, between).value_or(-1), 236000);
        QCOMPARE(view.balance_at(s.A, mara, s.now).value_or(-1), 224000);
        QVERIFY(!view.balance_at(s.A, "nobody", s.now));
    }

    void what_left_the_view_is_not_claimed_to_be_known() {
        Script s;
        s.commit(s.xid(1), s.payment("INV-1"));
        const std::int64_t first = s.now;
        s.wait_ns(1'000'000'000);
        const std::int64_t second = s.now;
        for (std::uint64_t i = 2; i <= 3; ++i) s.commit(s.xid(i), s.payment("INV-" + std::to_string(i)));
        View view;
        view.set_retained_max(1);
        for (const auto& event : s.log) view.fold(event);
        const auto row = view.account(s.A, mara);
        QVERIFY(!row->opened && row->known_hlc > second);
        QVERIFY(!view.balance_at(s.A, mara, Script::epoch + 1));
        QVERIFY(!view.balance_at(s.A, mara, first));
        QCOMPARE(view.balance_at(s.A, mara, row->known_hlc).value_or(-1), 248000 - 2 * 12000);
        QCOMPARE(view.balance_at(s.A, mara, s.now).value_or(-1), 248000 - 3 * 12000);
    }

    void a_balance_that_a_snapshot_told_is_known_from_the_next_one_on() {
        const NodeId a = NodeId::of("A");
        View view;
        view.fold(balance(a, 0, 1, 5000));
        QVERIFY(!view.balance_at(a, mara, Script::epoch));
        view.fold(balance(a, 7, Script::epoch, 5000));
        QVERIFY(!view.balance_at(a, mara, Script::epoch - 1));
        QCOMPARE(view.balance_at(a, mara, Script::epoch).value_or(-1), 5000);
        QVERIFY(!view.account(a, mara)->opened);
        // The same again, as after a restart that was watched: known all along. Another one: something was missed.
        view.fold(balance(a, 8, Script::epoch + 10, 5000));
        QCOMPARE(view.balance_at(a, mara, Script::epoch + 5).value_or(-1), 5000);
        view.fold(balance(a, 9, Script::epoch + 20, 4000));
        QVERIFY(!view.balance_at(a, mara, Script::epoch + 15));
        QCOMPARE(view.balance_at(a, mara, Script::epoch + 20).value_or(-1), 4000);
    }
};

INDOUBT_TEST(AccountsTest);
#include "accounts_test.moc"
