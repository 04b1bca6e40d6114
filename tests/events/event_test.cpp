// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/event.h"

#include <set>

#include "support/test_main.h"

using namespace indoubt::events;

namespace {

template <class T>
std::shared_ptr<const T> share(T value) { return std::make_shared<const T>(std::move(value)); }

Event of(EventKind kind, Payload payload = {}) {
    Event event;
    event.node = NodeId::of("A");
    event.incarnation = 1;
    event.seq = 7;
    event.hlc = 1000;
    event.kind = kind;
    event.payload = std::move(payload);
    return event;
}

Message yes() {
    Message message;
    message.kind = MessageKind::vote_yes;
    message.from = NodeId::of("A");
    message.to = NodeId::of("T");
    return message;
}

}  // namespace

class EventTest : public QObject {
    Q_OBJECT
  private slots:
    void every_kind_has_its_own_word() {
        std::set<std::string_view> words;
        for (int kind = 1; kind <= event_kinds; ++kind) words.insert(word(static_cast<EventKind>(kind)));
        QCOMPARE(words.size(), static_cast<std::size_t>(event_kinds));
        QVERIFY(!words.contains("unknown"));
    }
    void titles_are_words_for_a_person() {
        Record record;
        record.kind = RecordKind::prepared;
        QCOMPARE(title(of(EventKind::append, share(record))), std::string("append PREPARED"));
        record.kind = RecordKind::decision;
        record.outcome = Outcome::commit;
        QCOMPARE(title(of(EventKind::durable, share(record))), std::string("durable COMMIT"));
        record.kind = RecordKind::heuristic;
        record.outcome = Outcome::abort;
        QCOMPARE(title(of(EventKind::append, share(record))), std::string("append HEURISTIC ROLLBACK"));

        QCOMPARE(title(of(EventKind::send, share(yes()))), std::string("send YES to T"));
        Message commit = yes();
        commit.kind = MessageKind::commit;
        commit.from = NodeId::of("T");
        commit.repeat = true;
        QCOMPARE(title(of(EventKind::receive, share(commit))), std::string("receive COMMIT from T, again"));

        Note note;
        note.account = "DE37 9000 0001 0000 4711 08";
        QCOMPARE(title(of(EventKind::lock, share(note))), std::string("lock DE37 .. 1108"));
        note.amount = {-12000, Currency::of("EUR")};
        QCOMPARE(title(of(EventKind::apply, share(note))), std::string("apply DE37 .. 1108 -120.00 EUR"));
        Note vote;
        vote.vote = Vote::no;
        vote.refusal = Refusal::over_limit;
        QCOMPARE(title(of(EventKind::vote, share(vote))), std::string("vote NO: over limit"));
        QCOMPARE(title(of(EventKind::end)), std::string("end"));
    }
    void accounts_are_masked_but_never_cut_inside_a_character() {
        QCOMPARE(mask_account("DE37 9000 0001 0000 4711 08"), std::string("DE37 .. 1108"));
        QCOMPARE(mask_account("DE37900000010000471108"), std::string("DE37 .. 1108"));
        QCOMPARE(mask_account("A-1"), std::string("A-1"));
        QCOMPARE(mask_account("aaa\xc3\xa4zzzzzzzz"), std::string("aaa .. zzzz"));
    }
    void payloads_compare_and_hash_by_value() {
        const Event a = of(EventKind::send, share(yes()));
        Event b = of(EventKind::send, share(yes()));
        QVERIFY(same_content(a, b));
        QCOMPARE(hash_value(a), hash_value(b));
        b.causes.push_back({NodeId::of("T"), 1, 3});
        QVERIFY(!same_content(a, b));
        QVERIFY(hash_value(a) != hash_value(b));
        Message no = yes();
        no.kind = MessageKind::vote_no;
        b = of(EventKind::send, share(no));
        QVERIFY(!same_content(a, b));
        QVERIFY(hash_value(a) != hash_value(b));
    }
    void records_are_equal_whenever_they_were_written() {
        Record a, b;
        a.at_ns = 1;
        b.at_ns = 2;
        QVERIFY(a == b);
        QCOMPARE(hash_value(a), hash_value(b));
        b.payment = share(Payment{});
        QVERIFY(!(a == b));
        a.payment = share(Payment{});
        QVERIFY(a == b);
        b.forced = true;
        QVERIFY(!(a == b));
    }
    void only_observation_may_be_sampled_out() {
        for (EventKind kind : {EventKind::send, EventKind::receive, EventKind::durable, EventKind::lock, EventKind::apply, EventKind::timer}) QVERIFY(is_trace(of(kind)));
        for (EventKind kind : {EventKind::append, EventKind::sync, EventKind::crash, EventKind::wait, EventKind::heuristic, EventKind::balance, EventKind::drop})
            QVERIFY(!is_trace(of(kind)));
        Note note;
        note.vote = Vote::no;
        note.outcome = Outcome::abort;
        QVERIFY(!is_trace(of(EventKind::vote, share(note))));
        QVERIFY(!is_trace(of(EventKind::decide, share(note))));
        note.vote = Vote::yes;
        note.outcome = Outcome::commit;
        QVERIFY(is_trace(of(EventKind::vote, share(note))));
        QVERIFY(is_trace(of(EventKind::decide, share(note))));
    }
};
INDOUBT_TEST(EventTest);
#include "event_test.moc"
