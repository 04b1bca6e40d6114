// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/prng.h"
#include "support/test_main.h"
#include "view/filter.h"
#include "view/script.h"

using namespace indoubt;
using namespace indoubt::tests;
using view::EventMatcher;
using view::EventStore;
using view::Filter;
using view::FilterContext;
using view::FilterError;
using view::View;

namespace {

// 1: committed 120.00; 2: NO at A (funds); 3: in doubt behind a dead coordinator, due in 10 min; 4: waits behind 3.
struct Scene {
    Script script;
    View view;
    EventStore store;
    std::int64_t now = 0;
    Scene() {
        Script& s = script;
        s.commit(s.xid(1), s.payment("INV-2042", 12000));
        const auto refused = s.payment("PO-8812", 999999);
        s.begin(s.xid(2), refused);
        s.prepare_all(s.xid(2), refused);
        s.vote_no(s.xid(2), s.A, events::Refusal::insufficient_funds, "4711 08 has 80.00 EUR available");
        s.decide_abort(s.xid(2), refused, events::Refusal::insufficient_funds, "A said NO");
        s.wait_ns(60'000'000'000);
        auto due = std::make_shared<events::Payment>(*s.payment("SAL-0007", 241055));
        due->due_at_ns = s.now + 600'000'000'000;
        due->debtor.name = "Nordlicht \"Verlag\", Nord";
        s.begin(s.xid(3), due);
        s.prepare_all(s.xid(3), due);
        for (auto node : {s.A, s.B, s.C}) s.vote_yes(s.xid(3), due, node);
        const auto behind = s.payment("TEA-0588", 640);
        s.begin(s.xid(4), behind);
        s.prepare_all(s.xid(4), behind);
        s.waits(s.xid(4), s.A, "DE379000000100004711 08", s.xid(3));
        s.crash(s.T);
        for (const Event& event : s.log) {
            view.fold(event);
            store.append(event);
        }
        now = s.now + 41'000'000'000;
    }
    FilterContext context() const { return {&view, now, 0, "ana", nullptr}; }
    QString matching(const std::string& text) const {
        const auto filter = Filter::parse(text);
        if (!filter) return QString::fromStdString(filter.error().message);
        QString found;
        for (std::size_t i = 0; i < view.size(); ++i)
            if (filter->matches(view.at(i), context())) found += QString::number(view.at(i).xid.counter);
        return found;
    }
};

}  // namespace

class FilterTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { m_scene = std::make_unique<Scene>(); }

    void payments_match_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("found");
        const auto row = [](const char* text, const char* found) { QTest::newRow(text) << QString(text) << QString(found); };
        row("", "1234");
        row("*", "1234");
        row("state:committed", "1");
        row("state:committed,aborted", "12");
        row("state:in-doubt,blocked", "3");
        row("state:in_doubt,BLOCKED", "3");
        row("not state:committed", "234");
        row("-state:committed", "234");
        row("age>30s state:blocked", "3");
        row("age>30s", "34");
        row("age<30s", "12");
        row("age:1ms..1s", "12");
        row("took<1s", "12");
        row("node:A", "1234");
        row("node:Z", "");
        row("vote:no", "2");
        row("A.vote:no", "2");
        row("B.vote:no", "");
        row("B.vote:yes", "13");
        row("a.vote:no", "");
        row("amount:120.00", "1");
        row("amount:120", "1");
        row("amount:100..200EUR", "1");
        row("amount:100..200eur", "1");
        row("amount:100..200JPY", "");
        row("amount>200", "23");
        row("amount>=9999.99", "2");
        row("amount>9999.99", "");
        row("amount<6.41EUR", "4");
        row("held>1000EUR", "3");
        row("due<1h", "3");
        row("due<1m", "");
        row("due>1m", "3");
        row("ref:INV-2042", "1");
        row("ref:inv", "1");
        row("ref:INV-*", "1");
        row("ref:*42", "1");
        row("ref:NV*", "");
        row("ref:PO-8812,SAL", "23");
        row("e2e:E2E-PO", "2");
        row("account:471108", "1234");
        row("account:*1108", "1234");
        row("account:\"0047 1200\"", "1234");
        row("account:9999", "");
        row("party:lindholm", "124");
        row("party:\"Nordlicht \\\"Verlag\\\", Nord\"", "3");
        row("bic:HAFB", "1234");
        row("reason:\"insufficient funds\"", "2");
        row("reason:available", "2");
        row("is:stuck", "3");
        row("is:blocked", "3");
        row("is:waiting", "4");
        row("is:open", "34");
        row("is:finished", "12");
        row("is:drill", "");
        row("is:heuristic,damaged", "");
        row("waiting>0", "3");
        row("waiting:0", "124");
        row("since:15m", "1234");
        row("since:50s", "34");
        row("xid:zzzz", "");
        row("protocol:2pc-pa", "1234");
        row("\"Velo Atelier\"", "1234");
        row("INV-2042", "1");
        row("nordlicht", "3");
        row("INV-2042 or PO-8812", "12");
        row("INV-2042 PO-8812", "");
        row("(INV-2042 or PO-8812) and not state:aborted", "1");
        row("not (INV-2042 or PO-8812)", "34");
        row("INV-2042 or is:open amount>1000", "13");
        row("not not INV-2042", "1");
        row("-(-INV-2042)", "1");
        row("kind:vote", "");
    }
    void payments_match() {
        QFETCH(QString, text);
        QFETCH(QString, found);
        QCOMPARE(m_scene->matching(text.toStdString()), found);
        // What it is written back as means the same.
        const auto filter = Filter::parse(text.toStdString());
        QVERIFY(filter.ok());
        const std::string canonical = filter->to_text();
        QCOMPARE(m_scene->matching(canonical), found);
        QCOMPARE(Filter::parse(canonical)->to_text(), canonical);
    }

    void errors_point_at_the_character_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("at");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* text, int at, const char* says) { QTest::newRow(text) << QString(text) << at << QString(says); };
        row("stat:open", 0, "did you mean state?");
        row("ref:INV colour:red", 8, "no field is called \"colour\"; the fields are ");
        row("bogus:1", 0, "state, age, node, ");
        row("statr:open", 0, "did you mean state? The fields are ");
        row("state:gone", 6, "\"gone\" is no state; it is one of active");
        row("state:heuristic", 6, "write is:heuristic");
        row("state:committed,gone", 16, "\"gone\" is no state");
        row("state:", 6, "a value is missing");
        row("state:committed,", 16, "a value is missing");
        row("age:30s", 4, "age needs < or >");
        row("age>30", 4, "a number with a unit");
        row("age>fast", 4, "a number with a unit");
        row("age:30s..1s", 4, "the shorter first");
        row("amount:12.EUR", 7, "no currency is called");
        row("amount:EUR", 7, "an amount is digits");
        row("amount:12XYZ", 7, "no currency is called \"XYZ\"");
        row("amount:1EUR..2JPY", 7, "one currency");
        row("amount>1..2", 7, "takes a range after ':'");
        row("waiting>x", 8, "whole number");
        row("ref>x", 4, "ref is a text");
        row("at:9:00", 3, "a time is written 09:00");
        row("at:25:00", 3, "a time is written");
        row("at:2026-02-29", 3, "a time is written");
        row("node:A_B", 5, "a node name");
        row("B.state:x", 2, "only its vote");
        row("(INV-2042", 0, "this '(' is not closed");
        row("INV-2042)", 8, "closes nothing");
        row("()", 0, "nothing stands between");
        row("not", 3, "a term is missing");
        row("INV-2042 and", 12, "a term is missing");
        row("or INV-2042", 0, "a term is missing before \"or\"");
        row("\"open end", 0, "not closed");
        row("party:\"open end", 6, "not closed");
        row("\"\"", 0, "empty");
    }
    void errors_point_at_the_character() {
        QFETCH(QString, text);
        QFETCH(int, at);
        QFETCH(QString, says);
        Filter filter;
        FilterError error;
        QVERIFY(!Filter::parse(text.toStdString(), filter, error));
        QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
        QCOMPARE(static_cast<int>(error.at), at);
        const auto result = Filter::parse(text.toStdString());
        QVERIFY(!result.ok());
        QVERIFY(QString::fromStdString(result.error().message).startsWith(QString("filter, character %1: ").arg(at + 1)));
    }

    void times_of_day_are_the_last_ones_that_have_come() {
        view::Transaction tx;
        const std::int64_t day = 1'763'596'800'000'000'000;  // 2025-11-20 00:00 UTC
        tx.begun_hlc = day + 9 * 3'600'000'000'000 + 300'000'000'000;
        FilterContext context{nullptr, day + 12 * 3'600'000'000'000, 0, "", nullptr};
        QVERIFY(Filter::parse("at:09:00..09:15")->matches(tx, context));
        QVERIFY(Filter::parse("at:09:05")->matches(tx, context));
        QVERIFY(!Filter::parse("at:09:06")->matches(tx, context));
        QVERIFY(Filter::parse("at:2025-11-20")->matches(tx, context));
        QVERIFY(Filter::parse("at:2025-11-20T09:00..2025-11-20T10:00")->matches(tx, context));
        QVERIFY(Filter::parse("at>09:00")->matches(tx, context));
        QVERIFY(Filter::parse("at<09:06")->matches(tx, context));
        context.zone_offset_s = 3600;
        QVERIFY(Filter::parse("at:10:05")->matches(tx, context));
        context.zone_offset_s = 0;
        tx.begun_hlc = day - 600'000'000'000;  // 23:50 of the day before
        context.now_hlc = day + 600'000'000'000;
        QVERIFY(Filter::parse("at:23:50")->matches(tx, context));
        QVERIFY(Filter::parse("at:23:00..01:00")->matches(tx, context));
    }

    void events_match_by_their_own_fields_and_by_their_payment() {
        const auto& rows = m_scene->store.rows();
        const auto count = [&](const std::string& text) {
            EventMatcher matcher(*Filter::parse(text), rows, m_scene->context());
            return matcher.find(0, rows.size(), rows.size()).size();
        };
        const auto brute = [&](const std::function<bool(const Event&)>& is) {
            std::size_t found = 0;
            for (const Event& event : m_scene->script.log) found += is(event);
            return found;
        };
        const auto B = m_scene->script.B;
        QCOMPARE(count(""), rows.size());
        QCOMPARE(count("node:B"), brute([&](const Event& e) { return e.node == B; }));
        QCOMPARE(count("node:B kind:append,durable"), brute([&](const Event& e) { return e.node == B && (e.kind == EventKind::append || e.kind == EventKind::durable); }));
        QCOMPARE(count("message:prepare kind:send"), std::size_t(12));
        QCOMPARE(count("record:decision -kind:durable"), brute([&](const Event& e) { return e.kind == EventKind::append && e.record() && e.record()->kind == events::RecordKind::decision; }));
        QCOMPARE(count("ref:INV-2042"), brute([&](const Event& e) { return e.xid == m_scene->script.xid(1); }));
        QCOMPARE(count("state:blocked kind:vote"), std::size_t(3));
        QCOMPARE(count("vote:no kind:vote"), std::size_t(1));
        QCOMPARE(count("not is:drill"), rows.size());
        QCOMPARE(count("crash"), std::size_t(1));
        QCOMPARE(count("\"80.00 EUR\" kind:vote node:A"), std::size_t(1));
        QCOMPARE(count("since:42s"), brute([&](const Event& e) { return m_scene->now - e.hlc <= 42'000'000'000; }));
        QVERIFY(Filter::parse("kind:vote")->needs_events());
        QVERIFY(!Filter::parse("vote:no")->needs_events());
        // Paged: the first screen, then on from where it stopped.
        EventMatcher matcher(*Filter::parse("node:B"), rows, m_scene->context());
        std::size_t at = 0, total = 0;
        while (at < rows.size()) total += matcher.find(at, rows.size(), 10, &at).size();
        QCOMPARE(total, count("node:B"));
    }

    void the_empty_state_names_the_term_that_removes_most() {
        const auto count = [&](const Filter& filter) {
            std::size_t found = 0;
            for (std::size_t i = 0; i < m_scene->view.size(); ++i) found += filter.matches(m_scene->view.at(i), m_scene->context());
            return found;
        };
        const auto filter = *Filter::parse("is:finished node:Z since:1h");
        QCOMPARE(count(filter), std::size_t(0));
        const auto removal = view::removes_most(filter, count);
        QCOMPARE(removal.term, std::string("node:Z"));
        QCOMPARE(removal.matches, std::size_t(2));
        QCOMPARE(filter.without(removal.conjunct).to_text(), std::string("is:finished since:1h"));
    }

    void hint_says_what_a_missing_currency_means() {
        QCOMPARE(Filter::parse("amount>100")->hint(), std::string("amount without a currency means any"));
        QCOMPARE(Filter::parse("amount>100EUR")->hint(), std::string());
    }

    void completion_offers_fields_then_values() {
        const View* view = &m_scene->view;
        const auto first = [](const view::FilterCompletion& completion) { return completion.candidates.empty() ? std::string() : completion.candidates.front().text; };
        QCOMPARE(first(view::complete_filter("sta", 3, view)), std::string("state:"));
        const auto kinds = view::complete_filter("node:B kind:", 12, view);
        QCOMPARE(kinds.field, std::string("kind"));
        QCOMPARE(kinds.candidates.size(), std::size_t(events::event_kinds));
        QCOMPARE(kinds.title, std::string("kind: one or more, separated by commas"));
        const auto second = view::complete_filter("kind:append,ap", 14, view);
        QCOMPARE(second.from, std::size_t(12));
        QCOMPARE(second.candidates.size(), std::size_t(3));
        QCOMPARE(second.candidates[1].text, std::string("apply"));
        QCOMPARE(view::complete_filter("node:", 5, view).candidates.size(), std::size_t(4));
        QCOMPARE(first(view::complete_filter("ref:IN", 6, view)), std::string("INV-2042"));
        QCOMPARE(first(view::complete_filter("party:nord", 10, view)).substr(0, 10), std::string("\"Nordlicht"));
        QVERIFY(view::complete_filter("", 0, nullptr).candidates.size() >= view::complete_filter("s", 1, nullptr).candidates.size());
        QCOMPARE(first(view::complete_filter("B.vo", 4, view)), std::string("B.vote:"));
        // A field that does not exist: all that do, in its place; what stands behind it stays.
        const auto unknown = view::complete_filter("ref:INV bogus:1", 15, view);
        QCOMPARE(unknown.title, std::string("no field is called bogus: these are"));
        QCOMPARE(unknown.from, std::size_t(8));
        QCOMPARE(unknown.to, std::size_t(14));
        QVERIFY(unknown.candidates.size() > 20);
        QVERIFY(std::any_of(unknown.candidates.begin(), unknown.candidates.end(), [](const auto& one) { return one.text == "party:"; }));
    }

    void every_candidate_of_every_choice_parses() {
        for (const char* field : {"state:", "kind:", "vote:", "is:", "message:", "record:"}) {
            const auto completion = view::complete_filter(field, std::strlen(field), nullptr);
            QVERIFY(!completion.candidates.empty());
            for (const auto& candidate : completion.candidates) QVERIFY2(Filter::parse(field + candidate.text).ok(), candidate.text.c_str());
        }
        for (int kind = 1; kind <= events::event_kinds; ++kind) {
            const auto word = std::string(events::word(static_cast<EventKind>(kind)));
            QVERIFY2(Filter::parse("kind:" + word).ok(), word.c_str());
        }
    }

    void chips_and_spans_cover_the_text() {
        const std::string text = "node:B since:15m not is:drill (INV-2042 or PO-8812) kind:";
        const auto chips = view::filter_chips(text);
        QCOMPARE(chips.size(), std::size_t(5));
        QCOMPARE(chips[2].text, std::string("not is:drill"));
        QCOMPARE(chips[3].text, std::string("(INV-2042 or PO-8812)"));
        const auto spans = view::filter_spans(text);
        QCOMPARE(spans.front().kind, view::FilterSpan::Kind::field);
        for (std::size_t i = 1; i < spans.size(); ++i) QVERIFY(spans[i - 1].to <= spans[i].from);
        QCOMPARE(view::filter_spans("state:gone").back().kind, view::FilterSpan::Kind::error);
        QCOMPARE(view::filter_spans("colour:red").front().kind, view::FilterSpan::Kind::error);
    }

    void no_text_breaks_the_parser() {
        base::Prng prng(5);
        const std::vector<std::string> pieces = {"state:", "in-doubt", " ", "(", ")", "-", "not ", "or ", "and ", "\"", "\\", ",", "..", "amount:", "12.5EUR", "age>", "30s", "A.vote:", "*",
                                                 "\xc3\xa4", ":", "<", "at:", "09:00", "x"};
        std::size_t good = 0;
        for (int i = 0; i < 20000; ++i) {
            std::string text;
            for (std::uint64_t n = prng.below(9); n-- > 0;) text += pieces[prng.below(pieces.size())];
            Filter filter;
            FilterError error;
            view::filter_spans(text);
            view::filter_chips(text);
            view::complete_filter(text, prng.below(text.size() + 1), &m_scene->view);
            if (!Filter::parse(text, filter, error)) {
                QVERIFY2(error.at <= text.size() && !error.message.empty(), text.c_str());
                continue;
            }
            ++good;
            const std::string canonical = filter.to_text();
            const auto again = Filter::parse(canonical);
            QVERIFY2(again.ok(), (text + " -> " + canonical).c_str());
            QCOMPARE(again->to_text(), canonical);
            for (std::size_t j = 0; j < m_scene->view.size(); ++j)
                QVERIFY2(filter.matches(m_scene->view.at(j), m_scene->context()) == again->matches(m_scene->view.at(j), m_scene->context()), (text + " -> " + canonical).c_str());
        }
        QVERIFY(good > 1000);
        QVERIFY(!Filter::parse(std::string(5000, '(')).ok());
        QVERIFY(!Filter::parse(std::string(5000, '-') + "x").ok());
    }

  private:
    std::unique_ptr<Scene> m_scene;
};

INDOUBT_TEST(FilterTest);
#include "filter_test.moc"
