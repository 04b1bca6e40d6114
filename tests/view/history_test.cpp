// SPDX-License-Identifier: GPL-3.0-or-later
// Old events folded away: the state stays, what follows can be travelled through, and a gap counts what is gone.
#include "view/history.h"

#include "support/test_main.h"
#include "view/picture.h"
#include "view/script.h"

using namespace indoubt;
using namespace indoubt::tests;
using view::History;
using view::View;

namespace {

// Thirty payments; the tenth stays in doubt, for its coordinator's COMMIT never reaches A.
std::vector<Event> morning(base::Xid& stuck) {
    Script s;
    for (std::uint64_t i = 1; i <= 30; ++i) {
        const auto pay = s.payment("INV-" + std::to_string(i), 1000);
        if (i != 10) {
            s.commit(s.xid(i), pay);
            continue;
        }
        stuck = s.xid(i);
        s.begin(stuck, pay);
        s.prepare_all(stuck, pay);
        for (auto node : {s.A, s.B, s.C}) s.vote_yes(stuck, pay, node);
        s.crash(s.T);
        s.restart(s.T);
    }
    return s.log;
}

std::size_t gaps(const History& history, std::uint64_t* counted = nullptr) {
    std::size_t found = 0;
    history.events().scan(0, history.size(), [&](std::size_t, view::RowId id, const view::EventRow& row) {
        if (row.kind != EventKind::gap) return true;
        ++found;
        if (counted) *counted = history.events().event(id).note()->count;
        return true;
    });
    return found;
}

}  // namespace

class HistoryTest : public QObject {
    Q_OBJECT
  private slots:
    void what_is_folded_away_leaves_the_state_and_every_later_cut_as_it_was() {
        base::Xid stuck;
        History whole(64, 8);
        for (const auto& event : morning(stuck)) QVERIFY(whole.append(event));
        const std::size_t cut = whole.size() * 2 / 3;
        History rest = whole.after(cut);
        QCOMPARE(picture(rest.now()), picture(whole.now()));
        QVERIFY(rest.size() < whole.size());
        for (std::size_t behind = 0; behind <= whole.size() - cut; behind += 7)
            QCOMPARE(picture(rest.at(rest.first_cut() + behind)), picture(whole.at(cut + behind)));
        QCOMPARE(picture(rest.at(0)), picture(whole.at(cut)));  // there is no earlier state
    }

    void a_gap_counts_what_is_gone_and_there_is_one_however_often_it_is_folded() {
        base::Xid stuck;
        History whole(64, 8);
        for (const auto& event : morning(stuck)) whole.append(event);
        History once = whole.after(whole.size() / 2);
        std::uint64_t counted = 0;
        QCOMPARE(gaps(once, &counted), std::size_t{1});
        QCOMPARE(counted, once.folded_away());
        QCOMPARE(once.folded_away() + once.size(), whole.size() + 1);
        QCOMPARE(once.now().gaps(), std::uint64_t{0});  // nothing is missing from the state
        History twice = once.after(once.size() - 20);
        QCOMPARE(gaps(twice, &counted), std::size_t{1});
        QCOMPARE(twice.folded_away() + twice.size(), whole.size() + 1);
        QCOMPARE(picture(twice.now()), picture(whole.now()));
    }

    void an_open_payment_and_the_lives_of_nodes_stay_to_be_looked_at() {
        base::Xid stuck;
        History whole(64, 8);
        for (const auto& event : morning(stuck)) whole.append(event);
        const History rest = whole.after(whole.size() - 10);
        QCOMPARE(rest.events().rows_of(stuck).size(), whole.events().rows_of(stuck).size());
        QCOMPARE(rest.events().node_rows().size(), whole.events().node_rows().size() + 1);  // and the gap
        QVERIFY(rest.events().rows_of({base::NodeId::of("T"), 1, 3}).empty());
    }

    void what_is_told_again_is_looked_at_and_not_counted_twice() {
        base::Xid stuck;
        History whole(64, 8);
        const auto log = morning(stuck);
        for (const auto& event : log) whole.append(event);
        History rest = whole.after(whole.size() / 2);
        const auto before = picture(rest.now());
        const std::size_t first = rest.first_cut();
        std::size_t told = 0;
        for (const auto& event : log)
            if (event.xid == base::Xid{base::NodeId::of("T"), 1, 3}) told += rest.append(event, true) ? 1 : 0;
        QVERIFY(told > 10);
        QCOMPARE(picture(rest.now()), before);
        QCOMPARE(rest.first_cut(), first + told);
        QCOMPARE(rest.events().rows_of({base::NodeId::of("T"), 1, 3}).size(), told);
        QCOMPARE(picture(rest.at(rest.first_cut())), picture(whole.at(whole.size() / 2)));
    }
};

INDOUBT_TEST(HistoryTest);
#include "history_test.moc"
