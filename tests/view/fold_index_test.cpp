// SPDX-License-Identifier: GPL-3.0-or-later
// What a view keeps besides the state of each payment: copies, what has left, search, changes, counts by the second.
#include "support/test_main.h"
#include "view/filter.h"
#include "view/script.h"
#include "view/search.h"
#include "view/view.h"

using namespace indoubt;
using namespace indoubt::tests;
using base::Currency;
using events::Refusal;
using view::View;

namespace {

const Currency eur = Currency::of("EUR");
const std::string mara = "DE379000000100004711 08";

View fold(const std::vector<Event>& events) {
    View view;
    for (const Event& event : events) view.fold(event);
    return view;
}

std::int64_t sum(const View& view) {
    const auto sums = view.sums();
    const auto found = sums.find(eur);
    return found == sums.end() ? 0 : found->second;
}

}  // namespace

class FoldIndexTest : public QObject {
    Q_OBJECT
  private slots:
    void a_copy_stays_as_it_was() {
        Script s;
        s.commit(s.xid(1), s.payment("INV-1"));
        View view = fold(s.log);
        const View copy = view;
        const std::size_t done = s.log.size();
        s.commit(s.xid(2), s.payment("INV-2"));
        for (std::size_t i = done; i < s.log.size(); ++i) view.fold(s.log[i]);
        QCOMPARE(copy.size(), std::size_t(1));
        QCOMPARE(view.size(), std::size_t(2));
        QCOMPARE(copy.account(s.A, mara)->posted_minor, 236000);
        QCOMPARE(view.account(s.A, mara)->posted_minor, 224000);
        QVERIFY(!copy.find(s.xid(2)));
    }

    void finished_payments_leave_oldest_first_and_stuck_ones_stay() {
        Script s;
        const auto stuck = s.xid(1);
        const auto pay = s.payment("STUCK");
        s.begin(stuck, pay);
        s.prepare_all(stuck, pay);
        s.vote_yes(stuck, pay, s.A);
        for (std::uint64_t i = 2; i <= 600; ++i) s.commit(s.xid(i), s.payment("INV-" + std::to_string(i), 100));
        View view;
        view.set_retained_max(100);
        for (const Event& event : s.log) view.fold(event);
        QCOMPARE(view.size(), std::size_t(101));
        QCOMPARE(view.dropped(), std::uint64_t(499));
        QCOMPARE(view.at(0).xid, stuck);
        QCOMPARE(view.at(1).xid, s.xid(501));
        QCOMPARE(view.at(100).xid, s.xid(600));
        QCOMPARE(view.index_of(s.xid(550)), std::size_t(50));
        QVERIFY(!view.find(s.xid(2)));
        QCOMPARE(view.index_of(s.xid(2)), View::npos);
        QCOMPARE(sum(view), 248000 + 31075);
        QCOMPARE(view.postings(s.A, mara).size(), std::size_t(100));
        for (std::size_t i = 0; i < view.size(); ++i) QCOMPARE(view.index_of(view.at(i).xid), i);
    }

    void search_finds_by_reference_account_tail_amount_and_xid() {
        Script s;
        s.commit(s.xid(1), s.payment("INV-2042", 12000));
        s.commit(s.xid(2), s.payment("PO-7742", 23485));
        const View view = fold(s.log);
        QCOMPARE(view.search("inv-2042", 10), std::vector<base::Xid>{s.xid(1)});
        QCOMPARE(view.search("E2E-PO-7742", 10), std::vector<base::Xid>{s.xid(2)});
        QCOMPARE(view.search("1108", 10).size(), std::size_t(2));
        QCOMPARE(view.search("4711 08", 10), (std::vector<base::Xid>{s.xid(2), s.xid(1)}));
        QCOMPARE(view.search("0471200", 1), std::vector<base::Xid>{s.xid(2)});
        QCOMPARE(view.search("234.85", 10), std::vector<base::Xid>{s.xid(2)});
        QCOMPARE(view.search("234.85 EUR", 10), std::vector<base::Xid>{s.xid(2)});
        QVERIFY(view.search("234.85 JPY", 10).empty());
        QCOMPARE(view.search(s.xid(1).text(), 10), std::vector<base::Xid>{s.xid(1)});
        QCOMPARE(view.search(s.xid(1).short_text(), 10), std::vector<base::Xid>{s.xid(1)});
        QCOMPARE(view.search("lindholm", 10).size(), std::size_t(2));
        QVERIFY(view.search("nobody", 10).empty());
    }

    // As it is written down, half remembered, or told on the phone: each of several words must fit, in any order.
    void search_finds_by_several_words_without_accents_and_whatever_the_case_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("found");
        const auto row = [](const char* typed, const char* found) { QTest::newRow(typed) << QString::fromUtf8(typed) << QString(found); };
        row("Mara 120", "1");
        row("120 mara", "1");
        row("MARA 120,00 EUR", "1");
        row("120 EUR", "1");
        row("120 JPY", "");
        row("eur lindholm 2042", "1");
        row("jose muller", "2");
        row("JOSÉ", "2");
        row("müller", "2");
        row("strasse", "2");
        row("1,250.50", "2");
        row("1108", "21");
        row("mara 4711 08", "1");
        row("4711 08", "21");
        row("4711 09", "");
        row("2042 inv", "1");
        row("v-20", "1");
        row("mara nobody", "");
        row("   ", "");
    }
    void search_finds_by_several_words_without_accents_and_whatever_the_case() {
        QFETCH(QString, typed);
        QFETCH(QString, found);
        Script s;
        s.commit(s.xid(1), s.payment("INV-2042", 12000));
        const auto second = std::make_shared<events::Payment>(*s.payment("PO-7742", 125050));
        second->debtor.name = "José Müller";
        second->creditor.name = "Straße GmbH";
        s.commit(s.xid(2), second);
        const View view = fold(s.log);
        QString names;
        for (const auto& xid : view.search(typed.toStdString(), 10)) names += QString::number(xid.counter);
        QCOMPARE(names, found);
        // The filter language asks a cluster's logs the same question; it may answer more, never less.
        if (found.isEmpty()) return;
        const auto filter = view::Filter::parse(view::SearchQuery::as_filter(typed.toStdString()));
        QVERIFY2(filter.ok(), view::SearchQuery::as_filter(typed.toStdString()).c_str());
        for (const QChar one : found) QVERIFY(filter->matches(*view.find(s.xid(static_cast<std::uint64_t>(one.digitValue()))), {&view, s.now, 0, "", nullptr}));
    }

    void changed_payments_are_listed_once() {
        Script s;
        s.commit(s.xid(1), s.payment("INV-1"));
        View view = fold(s.log);
        QCOMPARE(view.take_changed(), std::vector<base::Xid>{s.xid(1)});
        QVERIFY(view.take_changed().empty());
        s.crash(s.T);
        view.fold(s.log.back());
        QVERIFY(view.take_changed().empty());
    }

    void flow_counts_by_the_second() {
        Script s;
        s.commit(s.xid(1), s.payment("INV-1"));
        s.wait_ns(5'000'000'000);
        s.commit(s.xid(2), s.payment("INV-2"));
        const View view = fold(s.log);
        const auto flow = view.flow();
        std::uint32_t committed = 0, begun = 0, samples = 0;
        for (const auto& bucket : flow) {
            committed += bucket.committed;
            begun += bucket.begun;
            samples += static_cast<std::uint32_t>(bucket.latency.us.size() + bucket.abort_latency.us.size());
        }
        QCOMPARE(committed, 2u);
        QCOMPARE(begun, 2u);
        QCOMPARE(samples, 2u);
        QVERIFY(flow.back().oldest_in_doubt_ns > 0);
        QVERIFY(view.flow(flow.back().second).size() == 1);
    }

    void nodes_come_coordinator_first() {
        const View view = fold(Script().log);
        QCOMPARE(view.nodes().size(), std::size_t(4));
        QCOMPARE(view.nodes()[0].node.name(), std::string("T"));
        QVERIFY(view.nodes()[0].coordinator);
        QCOMPARE(view.nodes()[1].title, std::string("Hafenbank"));
        QCOMPARE(view.nodes()[3].node.name(), std::string("C"));
        QCOMPARE(view.account_count(), std::size_t(4));
    }
};

INDOUBT_TEST(FoldIndexTest);
#include "fold_index_test.moc"
