// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <set>

#include "base/prng.h"
#include "support/test_main.h"
#include "view/history.h"
#include "view/picture.h"
#include "view/script.h"

using namespace indoubt;
using namespace indoubt::tests;
using view::EventRows;
using view::EventStore;
using view::History;
using view::View;

namespace {

// Commits, a refusal, a crash, heuristics and damage: every kind of payload occurs.
std::vector<Event> colourful() {
    Script s;
    for (std::uint64_t i = 1; i <= 20; ++i) s.commit(s.xid(i), s.payment("INV-" + std::to_string(i), 100 * static_cast<std::int64_t>(i) + 100));
    const auto no = s.xid(21);
    const auto pay = s.payment("INV-21", 999999);
    s.begin(no, pay);
    s.prepare_all(no, pay);
    s.vote_yes(no, pay, s.B);
    s.vote_no(no, s.A, events::Refusal::insufficient_funds, "4711 08 has 80.00 EUR available");
    s.decide_abort(no, pay, events::Refusal::insufficient_funds, "A said NO");
    s.take_abort(no, pay, s.B, s.send_decision(no, s.B, MessageKind::abort));
    const auto stuck = s.xid(22);
    const auto pay2 = s.payment("INV-22");
    s.begin(stuck, pay2);
    s.prepare_all(stuck, pay2);
    for (auto node : {s.A, s.B, s.C}) s.vote_yes(stuck, pay2, node);
    s.decide_commit(stuck);
    s.drop(stuck, s.T, MessageKind::commit, s.A, s.send_decision(stuck, s.A, MessageKind::commit));
    s.crash(s.T);
    s.ask(stuck, s.A);
    s.force(stuck, pay2, s.A, events::Outcome::abort);
    s.restart(s.T);
    s.damage(stuck, s.A, events::Outcome::commit);
    s.ack(stuck, s.A, events::Heuristic::rollback);
    s.crash(s.B);
    s.restart(s.B);
    return s.log;
}

std::vector<view::RowId> in_order(const EventRows& rows) {
    std::vector<view::RowId> ids;
    rows.scan(0, rows.size(), [&](std::size_t, view::RowId id, const view::EventRow&) {
        ids.push_back(id);
        return true;
    });
    return ids;
}

}  // namespace

class EventStoreTest : public QObject {
    Q_OBJECT
  private slots:
    void every_event_is_rebuilt_as_it_was() {
        const auto log = colourful();
        EventStore store;
        for (const Event& event : log) QVERIFY(store.append(event));
        QCOMPARE(store.rows().size(), log.size());
        for (std::size_t i = 0; i < log.size(); ++i) {
            const Event back = store.rows().event(store.rows().at(i));
            QVERIFY2(events::same_content(back, log[i]), events::title(log[i]).c_str());
        }
        QCOMPARE(store.inserted_late(), std::uint64_t(0));
    }

    void an_event_is_stored_once() {
        const auto log = colourful();
        EventStore store;
        for (const Event& event : log) store.append(event);
        for (const Event& event : log) QVERIFY(!store.append(event));
        QCOMPARE(store.rows().size(), log.size());
    }

    void late_events_find_their_place_in_causal_order() {
        const auto log = colourful();
        base::Prng prng(7);
        for (int round = 0; round < 5; ++round) {
            auto shuffled = log;
            for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[prng.below(i)]);
            EventStore store;
            for (const Event& event : shuffled) store.append(event);
            QVERIFY(store.inserted_late() > 0);
            const auto& rows = store.rows();
            for (std::size_t i = 0; i < log.size(); ++i) {
                const auto id = rows.at(i);
                QVERIFY(events::same_content(rows.event(id), log[i]));
                QCOMPARE(rows.position_of(id), i);
                QCOMPARE(rows.find(log[i].ref()), id);
            }
            QCOMPARE(in_order(rows).size(), log.size());
        }
    }

    void many_late_events_split_the_chunks() {
        Script s(false);
        s.account_lines = false;
        s.start();
        for (int i = 0; i < 30000; ++i) s.note(EventKind::timer, i % 2 ? s.A : s.B, s.xid(static_cast<std::uint64_t>(i % 50) + 1), {});
        EventStore store;
        for (std::size_t i = 0; i < s.log.size(); i += 2) store.append(s.log[i]);
        const EventRows before = store.snapshot();
        const auto frozen = in_order(before);
        for (std::size_t i = 1; i < s.log.size(); i += 2) store.append(s.log[i]);
        const auto& rows = store.rows();
        for (std::size_t i = 0; i < s.log.size(); ++i) QCOMPARE(rows.row(rows.at(i)).hlc, s.log[i].hlc);
        QCOMPARE(rows.rows_of(s.xid(3)).size(), std::size_t(600));
        QCOMPARE(rows.count_of(s.xid(3)), 600u);
        const auto ids = rows.rows_of(s.xid(3));
        QVERIFY(std::is_sorted(ids.begin(), ids.end(), [&](auto a, auto b) { return rows.row(a).hlc < rows.row(b).hlc; }));
        // The reader's copy has not moved.
        QCOMPARE(in_order(before), frozen);
        QCOMPARE(before.size(), (s.log.size() + 1) / 2);
    }

    void rows_of_a_payment_come_in_causal_order() {
        const auto log = colourful();
        EventStore store;
        for (std::size_t i = log.size(); i-- > 0;) store.append(log[i]);
        const auto ids = store.rows().rows_of({base::NodeId::of("T"), 1, 3});
        QVERIFY(ids.size() > 40);
        for (std::size_t i = 1; i < ids.size(); ++i) QVERIFY(store.rows().row(ids[i - 1]).hlc < store.rows().row(ids[i]).hlc);
        QVERIFY(store.rows().rows_of({base::NodeId::of("T"), 1, 999}).empty());
        QCOMPARE(store.rows().find({base::NodeId::of("T"), 9, 1}), view::no_row);
    }

    void what_was_sampled_out_is_counted_by_the_numbers_that_are_missing() {
        EventStore store;
        std::uint64_t left_out = 0, kept = 0;
        const auto log = colourful();
        for (const Event& event : log) {
            if (events::is_trace(event) && event.xid.counter % 2 == 1) ++left_out;
            else kept += store.append(event) ? 1 : 0;
        }
        QVERIFY(left_out > 50);
        QCOMPARE(store.rows().unseen(), left_out);
        for (const Event& event : log) store.append(event);
        QCOMPARE(store.rows().unseen(), std::uint64_t{0});
    }

    void the_view_at_a_cut_is_the_fold_of_the_prefix() {
        const auto log = colourful();
        History history(64, 8);
        for (const Event& event : log) QVERIFY(history.append(event));
        QVERIFY(history.keyframes() <= 8);
        View prefix;
        for (std::size_t cut = 0; cut <= log.size(); ++cut) {
            QCOMPARE(QString::fromStdString(picture(history.at(cut))), QString::fromStdString(picture(prefix)));
            if (cut < log.size()) prefix.fold(log[cut]);
        }
        QCOMPARE(history.cut_at(log[10].hlc), std::size_t(11));
        QCOMPARE(history.cut_at(log[10].hlc - 1), std::size_t(10));
    }

    void late_trace_reaches_every_later_keyframe() {
        const auto log = colourful();
        History history(50);
        std::vector<Event> late;
        for (const Event& event : log) {
            if (events::is_trace(event) && !event.xid.empty() && event.xid.counter % 3 == 0) late.push_back(event);
            else history.append(event);
        }
        for (const Event& event : late) QVERIFY(history.append(event));
        View prefix;
        for (std::size_t cut = 0; cut <= log.size(); ++cut) {
            if (cut % 17 == 0) QCOMPARE(QString::fromStdString(picture(history.at(cut))), QString::fromStdString(picture(prefix)));
            if (cut < log.size()) prefix.fold(log[cut]);
        }
    }

    void any_causally_sound_interleaving_folds_to_the_same_view() {
        const auto log = colourful();
        View reference;
        for (const Event& event : log) reference.fold(event);
        const std::string wanted = picture(reference);
        base::Prng prng(11);
        for (int round = 0; round < 20; ++round) {
            // Per node in order; a node may run ahead as long as no event comes before one that caused it.
            std::map<base::NodeId, std::vector<const Event*>> queues;
            for (const Event& event : log) queues[event.node].push_back(&event);
            std::map<base::NodeId, std::size_t> next;
            std::set<events::EventRef> done;
            View view;
            for (std::size_t left = log.size(); left > 0;) {
                std::vector<base::NodeId> ready;
                for (const auto& [node, queue] : queues) {
                    if (next[node] == queue.size()) continue;
                    const Event& event = *queue[next[node]];
                    if (std::all_of(event.causes.begin(), event.causes.end(), [&](const auto& cause) { return done.contains(cause); })) ready.push_back(node);
                }
                QVERIFY(!ready.empty());
                const auto node = ready[prng.below(ready.size())];
                const Event& event = *queues[node][next[node]++];
                view.fold(event);
                done.insert(event.ref());
                --left;
            }
            const auto lines = QString::fromStdString(picture(view)).split('\n');
            const auto expected = QString::fromStdString(wanted).split('\n');
            QStringList differing;
            for (const auto& line : lines)
                if (!expected.contains(line)) differing << "got      " + line;
            for (const auto& line : expected)
                if (!lines.contains(line)) differing << "expected " + line;
            QVERIFY2(differing.isEmpty(), qPrintable('\n' + differing.join('\n')));
        }
    }
};

INDOUBT_TEST(EventStoreTest);
#include "event_store_test.moc"
