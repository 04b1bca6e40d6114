// SPDX-License-Identifier: GPL-3.0-or-later
#include <set>

#include "commit/cost.h"
#include "support/test_main.h"
#include "view/event_store.h"
#include "view/script.h"
#include "view/timeline_model.h"

using namespace indoubt;
using namespace indoubt::tests;
using view::BandKind;
using view::LaneRole;
using view::MarkKind;
using view::MessageFate;
using view::TimelineModel;

namespace {

TimelineModel model_of(const std::vector<Event>& log, const base::Xid& xid, std::int64_t now = 0) {
    view::EventStore store;
    for (const Event& event : log) store.append(event);
    view::TimelineOptions options;
    options.now_hlc = now;
    options.bill = [](const std::string& protocol, std::uint32_t n, std::uint32_t noes, std::uint32_t readers) {
        const auto due = commit::cost_seen(protocol, n, 1, noes, readers);
        return due ? view::TimelineBill{due->messages, due->forced_writes, due->delays.value_or(0)} : view::TimelineBill{};
    };
    options.titles = {{base::NodeId::of("A"), "Hafenbank"}, {base::NodeId::of("B"), "Banque du Lac"}, {base::NodeId::of("C"), "Kestrel Pay"}};
    return view::make_timeline(xid, view::timeline_events(store.rows(), xid), options);
}

int count(const TimelineModel& model, BandKind kind, int lane = -1) {
    int found = 0;
    for (const auto& band : model.bands) found += band.kind == kind && (lane < 0 || band.lane == lane);
    return found;
}

const view::TimelineBand* band(const TimelineModel& model, BandKind kind, int lane) {
    for (const auto& one : model.bands)
        if (one.kind == kind && one.lane == lane) return &one;
    return nullptr;
}

// The first-run story's second act: T decides, is killed before it tells, returns.
std::vector<Event> bad_day(Script& s) {
    const auto xid = s.xid(1);
    const auto pay = s.payment("INV-2042");
    s.begin(xid, pay);
    s.prepare_all(xid, pay);
    for (auto node : {s.A, s.B, s.C}) s.vote_yes(xid, pay, node);
    s.decide_commit(xid);
    s.crash(s.T);
    s.log.back().fault = 3;
    s.wait_ns(500'000'000);
    for (auto node : {s.A, s.B, s.C}) s.ask(xid, node);
    s.wait_ns(41'000'000'000);
    s.restart(s.T);
    for (auto node : {s.A, s.B, s.C}) {
        s.take_commit(xid, pay, node, s.send_decision(xid, node, MessageKind::commit));
        s.ack(xid, node);
    }
    s.end(xid);
    return s.log;
}

}  // namespace

class TimelineModelTest : public QObject {
    Q_OBJECT
  private slots:
    void a_commit_has_lanes_messages_writes_and_its_bill() {
        Script s;
        const auto xid = s.xid(1);
        s.commit(xid, s.payment("INV-2042"));
        const auto model = model_of(s.log, xid);
        QCOMPARE(model.lanes.size(), std::size_t(4));
        QCOMPARE(model.lanes[0].role, LaneRole::coordinator);
        QCOMPARE(model.lanes[0].title, std::string("Coordinator"));
        QCOMPARE(model.lanes[1].role, LaneRole::debit);
        QCOMPARE(model.lanes[1].title, std::string("Hafenbank"));
        QCOMPARE(model.lanes[2].role, LaneRole::credit);
        QCOMPARE(model.lanes[3].role, LaneRole::fee);
        QCOMPARE(model.lanes[3].amount.minor, 60);
        for (int i = 1; i < 4; ++i) QCOMPARE(model.lanes[static_cast<std::size_t>(i)].vote, events::Vote::yes);
        QCOMPARE(model.lanes[0].outcome, events::Outcome::commit);

        QCOMPARE(model.messages.size(), std::size_t(12));
        for (const auto& message : model.messages) {
            QCOMPARE(message.fate, MessageFate::received);
            QVERIFY(message.sent >= 0 && message.received > message.sent);
            QVERIFY(message.from >= 0 && message.to >= 0);
        }
        QCOMPARE(model.messages.front().label, std::string("PREPARE"));
        int forced = 0;
        for (const auto& write : model.writes) {
            forced += write.forced;
            if (write.forced) QVERIFY(write.durable > write.append && model.events[static_cast<std::size_t>(write.durable)].kind == EventKind::durable);
        }
        QCOMPARE(forced, 7);
        QCOMPARE(model.locks.size(), std::size_t(3));
        for (const auto& lock : model.locks) QVERIFY(lock.end > lock.begin);
        QCOMPARE(count(model, BandKind::in_doubt), 3);
        QCOMPARE(count(model, BandKind::blocked), 0);
        for (const auto& one : model.bands) QVERIFY(one.end > one.begin);
        QVERIFY(model.breaks.empty());

        QCOMPARE(model.cost.messages, 12u);
        QCOMPARE(model.cost.messages_due, 12u);
        QCOMPARE(model.cost.forced_writes, 7u);
        QCOMPARE(model.cost.forced_writes_due, 7u);
        QCOMPARE(model.cost.delays, 3u);
        QCOMPARE(model.cost.delays_due, 3u);
        QCOMPARE(model.cost.extra_messages, 0u);
    }

    void columns_never_run_against_a_cause() {
        Script s;
        const auto xid = s.xid(1);
        s.commit(xid, s.payment("INV-2042"));
        const auto model = model_of(s.log, xid);
        QVERIFY(model.columns > 20 && model.columns < static_cast<int>(model.events.size()));
        for (std::size_t i = 0; i < model.events.size(); ++i) {
            for (const auto& cause : model.events[i].causes) {
                const int at = model.index_of(cause);
                if (at >= 0) QVERIFY(model.column_of[static_cast<std::size_t>(at)] < model.column_of[i]);
            }
            for (std::size_t j = 0; j < i; ++j)
                if (model.lane_of[j] == model.lane_of[i]) QVERIFY(model.column_of[j] < model.column_of[i]);
            if (i > 0) QVERIFY(model.folded_of[i] >= model.folded_of[i - 1]);
        }
        QVERIFY(model.folded_width >= model.folded_of.back());
    }

    void a_crash_after_the_decision_blocks_from_the_first_unanswered_ask() {
        Script s;
        const auto log = bad_day(s);
        const auto model = model_of(log, s.xid(1));
        for (int lane = 1; lane < 4; ++lane) {
            const auto* doubt = band(model, BandKind::in_doubt, lane);
            const auto* blocked = band(model, BandKind::blocked, lane);
            QVERIFY(doubt && blocked);
            QCOMPARE(doubt->end, blocked->begin);
            QCOMPARE(model.events[static_cast<std::size_t>(blocked->begin)].kind, EventKind::ask);
            QCOMPARE(model.events[static_cast<std::size_t>(blocked->end)].kind, EventKind::append);
            QCOMPARE(blocked->label, std::string("blocked 41 s"));
        }
        const auto* down = band(model, BandKind::down, 0);
        QVERIFY(down && down->end >= 0);
        QVERIFY(down->label.starts_with("T down 4"));
        QCOMPARE(model.breaks.size(), std::size_t(2));
        QCOMPARE(model.breaks[0].label, std::string("500 ms"));
        QCOMPARE(model.breaks[1].label, std::string("41 s"));
        QVERIFY(model.folded_width < 1e9);
        int faults = 0, restarts = 0;
        for (const auto& mark : model.marks) {
            if (mark.kind == MarkKind::fault) {
                ++faults;
                QCOMPARE(mark.label, std::string("FAULT crash T"));
            }
            if (mark.kind == MarkKind::restart) {
                ++restarts;
                QVERIFY(mark.label.starts_with("restart, reads record "));
            }
        }
        QCOMPARE(faults, 1);
        QCOMPARE(restarts, 1);
        int lost = 0;
        for (const auto& message : model.messages)
            if (message.fate == MessageFate::lost) {
                ++lost;
                QCOMPARE(message.label, std::string("asks T"));
            }
        QCOMPARE(lost, 3);
        QCOMPARE(model.cost.messages, 12u);
        QCOMPARE(model.cost.extra_messages, 3u);
        QCOMPARE(model.cost.delays, 3u);
    }

    void an_open_payment_reaches_to_now() {
        Script s;
        const auto log = bad_day(s);
        std::vector<Event> until;
        for (const Event& event : log) {
            if (event.kind == EventKind::restart && event.node == s.T && event.incarnation == 2) break;
            until.push_back(event);
        }
        const std::int64_t now = until.back().hlc + 41'000'000'000;
        const auto model = model_of(until, s.xid(1), now);
        QCOMPARE(view::word(model.state), std::string_view("blocked"));
        QCOMPARE(model.end_hlc, now);
        for (int lane = 1; lane < 4; ++lane) {
            const auto* blocked = band(model, BandKind::blocked, lane);
            QVERIFY(blocked);
            QCOMPARE(blocked->end, -1);
            QCOMPARE(blocked->label, std::string("blocked 41 s"));
        }
        QCOMPARE(model.breaks.back().after, -1);
        QCOMPARE(model.folded_at(now), model.folded_width);
        QCOMPARE(model.cost.messages_due, 0u);
        for (const auto& lock : model.locks) QCOMPARE(lock.end, -1);
    }

    void an_answered_ask_is_no_block() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        s.vote_yes(xid, pay, s.A);
        s.ask(xid, s.A, true);
        events::Message undecided;
        undecided.kind = MessageKind::undecided;
        undecided.xid = xid;
        undecided.from = s.T;
        undecided.to = s.A;
        s.message(EventKind::receive, s.A, s.T, undecided, {s.message(EventKind::send, s.T, s.A, undecided)});
        s.decide_abort(xid, pay, events::Refusal::timeout, "votes timed out");
        s.take_abort(xid, pay, s.A, s.send_decision(xid, s.A, MessageKind::abort));
        const auto model = model_of(s.log, xid);
        QCOMPARE(count(model, BandKind::blocked), 0);
        QCOMPARE(count(model, BandKind::in_doubt), 1);
    }

    void lost_held_and_repeated_messages_are_told_apart() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        s.vote_yes(xid, pay, s.A);
        s.vote_yes(xid, pay, s.B);
        const auto sent = s.vote_yes(xid, pay, s.C, false);
        events::Message yes;
        yes.kind = MessageKind::vote_yes;
        yes.xid = xid;
        yes.from = s.C;
        yes.to = s.T;
        s.message(EventKind::hold, s.T, s.C, yes, {sent});
        s.log.back().fault = 2;
        const auto held = model_of(s.log, xid);
        QCOMPARE(held.messages.back().fate, MessageFate::held);
        QVERIFY(held.messages.back().injected);
        s.message(EventKind::release, s.T, s.C, yes, {sent});
        s.message(EventKind::receive, s.T, s.C, yes, {sent});
        s.decide_commit(xid);
        const auto lost = s.send_decision(xid, s.A, MessageKind::commit);
        s.drop(xid, s.T, MessageKind::commit, s.A, lost);
        s.log.back().fault = 4;
        s.wait_ns(250'000'000);
        const auto again = s.send_decision(xid, s.A, MessageKind::commit, true);
        s.take_commit(xid, pay, s.A, again);
        events::Message commit;
        commit.kind = MessageKind::commit;
        commit.xid = xid;
        commit.from = s.T;
        commit.to = s.A;
        s.message(EventKind::receive, s.A, s.T, commit, {again});
        const auto model = model_of(s.log, xid);
        std::map<std::string, const view::TimelineMessage*> by_label;
        for (const auto& message : model.messages) by_label[message.label + (message.from == 0 ? std::to_string(message.to) : "")] = &message;
        QCOMPARE(by_label.at("COMMIT1")->fate, MessageFate::lost);
        QVERIFY(by_label.at("COMMIT1")->injected);
        QCOMPARE(by_label.at("COMMIT x21")->fate, MessageFate::received);
        QCOMPARE(by_label.at("COMMIT x21")->duplicates, 1);
        QVERIFY(by_label.at("COMMIT x21")->repeat);
        bool told = false;
        for (const auto& mark : model.marks) told = told || mark.label == "FAULT drop COMMIT to A";
        QVERIFY(told);
    }

    void records_alone_still_show_the_payment() {
        Script s;
        const auto xid = s.xid(1);
        s.commit(xid, s.payment("INV-1"));
        const auto model = model_of(without_trace(s.log), xid);
        QCOMPARE(model.lanes.size(), std::size_t(4));
        QVERIFY(model.messages.empty());
        QVERIFY(!model.cost.traced);
        QCOMPARE(model.untraced, 12u);
        QCOMPARE(model.cost.forced_writes, 7u);
        QCOMPARE(count(model, BandKind::in_doubt), 3);
        QCOMPARE(model.locks.size(), std::size_t(3));
        for (const auto& lock : model.locks) QVERIFY(lock.end > lock.begin);
        for (const auto& write : model.writes)
            if (write.forced) QVERIFY(write.durable > write.append);
    }

    void a_forced_rollback_and_its_damage_are_bands_of_their_own() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        for (auto node : {s.A, s.B, s.C}) s.vote_yes(xid, pay, node);
        s.decide_commit(xid);
        s.crash(s.T);
        s.force(xid, pay, s.A, events::Outcome::abort);
        s.restart(s.T);
        s.damage(xid, s.A, events::Outcome::commit);
        s.forget(xid, s.A);
        const auto model = model_of(s.log, xid);
        QCOMPARE(band(model, BandKind::heuristic, 1)->label, std::string("forced ROLLBACK"));
        QCOMPARE(band(model, BandKind::damage, 1)->label, std::string("damage 120.00 EUR"));
        QVERIFY(band(model, BandKind::damage, 1)->end >= 0);
        QCOMPARE(model.lanes[1].heuristic, events::Heuristic::rollback);
        QVERIFY(model.lanes[1].damage);
        QCOMPARE(count(model, BandKind::in_doubt, 1), 1);
        QVERIFY(band(model, BandKind::in_doubt, 1)->end >= 0);
    }

    void a_write_that_a_crash_took_is_lost() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        for (auto node : {s.A, s.B, s.C}) s.vote_yes(xid, pay, node);
        s.append_decision(xid);
        s.crash(s.T);
        s.restart(s.T);
        const auto model = model_of(s.log, xid);
        bool found = false;
        for (const auto& write : model.writes)
            if (write.label == "COMMIT") {
                found = true;
                QVERIFY(write.lost);
                QCOMPARE(write.durable, -1);
            }
        QVERIFY(found);
    }

    void clocks_that_disagree_are_named() {
        Script s;
        const auto xid = s.xid(1);
        s.commit(xid, s.payment("INV-1"));
        for (Event& event : s.log)
            if (event.node == s.B) event.at_ns -= 120'000'000;
        const auto model = model_of(s.log, xid);
        QCOMPARE(model.skew_note, std::string("B's clock is 120 ms behind"));
        QCOMPARE(model.lanes[2].skew_ns, -120'000'000);
    }

    void the_text_diagram_tells_the_story() {
        Script s;
        const auto log = bad_day(s);
        const std::string text = view::render_text(model_of(log, s.xid(1)));
        if (qEnvironmentVariableIsSet("INDOUBT_SHOW")) std::fputs(text.c_str(), stdout);
        for (const char* line : {"INV-2042  120.00 EUR  Mara Lindholm -> Velo Atelier  committed after", "A Hafenbank", "debit 120.00 EUR", "[YES]", "PREPARE", "# PREPARED on disk",
                                 "decides COMMIT", "X CRASH (FAULT)", "asks T lost", "~ 41 s", "restart, reads record", "12 of 12 messages, 7 of 7 forced writes", "beyond it: 3 INQUIRY"})
            QVERIFY2(text.find(line) != std::string::npos, line);
        std::size_t start = 0;
        while (start < text.size()) {
            const std::size_t end = text.find('\n', start);
            QVERIFY2(end - start <= 100, text.substr(start, end - start).c_str());
            start = end + 1;
        }
        QVERIFY(view::render_text(model_of(log, s.xid(99))).starts_with("no events of "));
    }

    void a_payment_that_was_stuck_for_hours_is_still_drawn_at_once() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        for (auto node : {s.A, s.B, s.C}) s.vote_yes(xid, pay, node);
        s.crash(s.T);
        for (int i = 0; i < 1500; ++i) {
            s.wait_ns(8'000'000'000);
            for (auto node : {s.A, s.B, s.C}) s.ask(xid, node);
        }
        QElapsedTimer timer;
        timer.start();
        const auto model = model_of(s.log, xid, s.now);
        QVERIFY(model.events.size() > 13'000);
        QCOMPARE(count(model, BandKind::blocked), 3);
        QCOMPARE(model.messages.back().label, std::string("asks T x1500"));
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        if (qEnvironmentVariableIsSet("INDOUBT_SHOW")) std::printf("%lld ms for %zu events\n", static_cast<long long>(timer.elapsed()), model.events.size());
    }

    void sixteen_participants_fit_on_a_wider_sheet() {
        Script s;
        const auto xid = s.xid(1);
        auto many = std::make_shared<events::Payment>(*s.payment("INV-1"));
        for (int i = 0; i < 13; ++i) many->legs.push_back({base::NodeId::of("P" + std::to_string(i)), events::LegKind::fee, "FEE", {1, many->amount.currency}});
        s.begin(xid, many);
        s.prepare_all(xid, many);
        for (const auto& leg : many->legs) s.vote_yes(xid, many, leg.node);
        const auto model = model_of(s.log, xid);
        QCOMPARE(model.lanes.size(), std::size_t(17));
        const std::string text = view::render_text(model, 100);
        QVERIFY(text.find("P12") != std::string::npos);
    }

    void durations_have_at_most_three_digits_data() {
        QTest::addColumn<qint64>("ns");
        QTest::addColumn<QString>("text");
        QTest::newRow("ns") << qint64(320) << "320 ns";
        QTest::newRow("us") << qint64(45'000) << "45 us";
        QTest::newRow("tenths") << qint64(2'900'000) << "2.9 ms";
        QTest::newRow("whole") << qint64(2'000'000'000) << "2 s";
        QTest::newRow("forty-one") << qint64(41'160'000'000) << "41 s";
        QTest::newRow("minutes") << qint64(12 * 60'000'000'000) << "12 min";
        QTest::newRow("hours") << qint64(5 * 3'600'000'000'000) << "5 h";
    }
    void durations_have_at_most_three_digits() {
        QFETCH(qint64, ns);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(view::duration_text(ns)), text);
    }
};

INDOUBT_TEST(TimelineModelTest);
#include "timeline_model_test.moc"
