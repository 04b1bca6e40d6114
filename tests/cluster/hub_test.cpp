// SPDX-License-Identifier: GPL-3.0-or-later
// The hub by hand: order, live edge, late subscribers, readers that fall behind.
#include "operator/hub.h"

#include <atomic>

#include "support/test_main.h"
#include "wire/codec.h"

using namespace indoubt;
using base::NodeId;
using events::Event;
using events::EventKind;

namespace {

struct Clock {
    std::atomic<std::int64_t> ns{1000};
    std::function<std::int64_t()> reader() {
        return [this] { return ns.load(); };
    }
};

Event event_at(const char* node, std::uint64_t seq, std::int64_t hlc, EventKind kind = EventKind::note) {
    Event event;
    event.node = NodeId::of(node);
    event.incarnation = 1;
    event.seq = seq;
    event.hlc = event.at_ns = hlc;
    event.kind = kind;
    event.payload = std::make_shared<const events::Note>();
    return event;
}

Event record_at(const char* node, std::uint64_t seq, std::int64_t hlc, events::Record record) {
    Event event = event_at(node, seq, hlc, EventKind::append);
    event.lsn = seq;
    event.xid = record.xid;
    event.durable = record.kind == events::RecordKind::prepared || record.kind == events::RecordKind::decision;
    event.payload = std::make_shared<const events::Record>(std::move(record));
    return event;
}

Event sync_at(const char* node, std::uint64_t lsn, std::int64_t hlc) {
    Event event = event_at(node, lsn + 5, hlc, EventKind::sync);
    event.lsn = lsn;
    return event;
}

std::vector<Event> read_all(const operators::Hub& hub, std::uint64_t cursor = 0) {
    std::vector<Event> all;
    for (;;) {
        auto slice = hub.read(cursor);
        if (slice.events == 0 && slice.restated.empty()) return all;
        for (const auto& batch : slice.restated) {
            auto told = wire::decode_events(batch);
            if (!told) return {};
            all.insert(all.end(), told->begin(), told->end());
        }
        auto events = wire::decode_events(slice.encoded);
        if (!events) return {};
        all.insert(all.end(), events->begin(), events->end());
        cursor = slice.next;
    }
}

// One whole payment of 1.00 EUR from A to B in records and the syncs that make them count.
std::vector<Event> payment(std::uint64_t number, std::int64_t hlc, bool finished) {
    using namespace events;
    auto whole = std::make_shared<Payment>();
    whole->idempotency_key = "K" + std::to_string(number);
    const Currency eur = Currency::of("EUR");
    whole->amount = {100, eur};
    whole->legs = {{NodeId::of("A"), LegKind::debit, "A-1", {100, eur}}, {NodeId::of("B"), LegKind::credit, "B-1", {100, eur}}};
    const base::Xid xid{NodeId::of("T"), 1, number};
    const std::vector<Enrolled> enrolled{{NodeId::of("A"), true, 1}, {NodeId::of("B"), true, 1}};
    std::vector<Event> list;
    Record begin;
    begin.kind = RecordKind::begin;
    begin.coordinator = true;
    begin.xid = xid;
    begin.payment = whole;
    begin.enrolled = enrolled;
    list.push_back(record_at("T", number * 10, hlc, begin));
    for (const char* node : {"A", "B"}) {
        Record prepared;
        prepared.kind = RecordKind::prepared;
        prepared.xid = xid;
        prepared.enrolled = enrolled;
        prepared.payment = std::make_shared<Payment>(branch_of(*whole, NodeId::of(node)));
        list.push_back(record_at(node, number * 10, hlc + 1, prepared));
        list.push_back(sync_at(node, number * 10, hlc + 2));
    }
    if (!finished) return list;
    Record decision;
    decision.kind = RecordKind::decision;
    decision.outcome = Outcome::commit;
    decision.xid = xid;
    for (const char* node : {"A", "B"}) list.push_back(record_at(node, number * 10 + 1, hlc + 3, decision));
    for (const char* node : {"A", "B"}) list.push_back(sync_at(node, number * 10 + 1, hlc + 4));
    decision.coordinator = true;
    list.push_back(record_at("T", number * 10 + 1, hlc + 2, decision));
    list.push_back(sync_at("T", number * 10 + 1, hlc + 3));
    Record end;
    end.kind = RecordKind::end;
    end.coordinator = true;
    end.outcome = Outcome::commit;
    end.xid = xid;
    list.push_back(record_at("T", number * 10 + 2, hlc + 6, end));
    return list;
}

Event accounts_of(const char* node, const char* account, std::int64_t minor) {
    events::Record record;
    record.kind = events::RecordKind::account;
    record.accounts.push_back({account, "Holder", base::Currency::of("EUR"), minor, -1});
    return record_at(node, 1, 10, record);
}

}  // namespace

class HubTest : public QObject {
    Q_OBJECT

  private slots:
    void events_of_several_nodes_come_in_the_one_order() {
        Clock clock;
        operators::Hub hub(clock.reader());
        auto &a = hub.add_source(), &b = hub.add_source();
        hub.start();
        a.busy();
        a.push({event_at("A", 1, 1010), event_at("A", 2, 1030)});
        b.busy();
        b.push({event_at("B", 1, 1005), event_at("B", 2, 1020), event_at("B", 3, 1030)});
        a.idle();
        b.idle();
        clock.ns = 2000;
        QVERIFY(hub.catch_up());
        const auto all = read_all(hub);
        QCOMPARE(all.size(), std::size_t{5});
        for (std::size_t i = 1; i < all.size(); ++i) QVERIFY(events::position(all[i - 1]) < events::position(all[i]));
    }

    void a_node_in_the_middle_of_a_batch_holds_the_edge() {
        Clock clock;
        operators::Hub hub(clock.reader());
        auto &a = hub.add_source(), &b = hub.add_source();
        hub.start();
        clock.ns = 1100;
        b.busy();  // whatever B brings is not before 1100
        clock.ns = 1200;
        a.busy();
        a.push({event_at("A", 1, 1050), event_at("A", 2, 1150)});
        a.idle();
        QTRY_COMPARE(hub.next_index(), std::uint64_t{1});
        QTest::qWait(20);
        QCOMPARE(hub.next_index(), std::uint64_t{1});
        b.push({event_at("B", 1, 1120)});
        b.idle();
        clock.ns = 1300;
        QVERIFY(hub.catch_up());
        const auto all = read_all(hub);
        QCOMPARE(all.size(), std::size_t{3});
        QCOMPARE(all[1].node, NodeId::of("B"));
    }

    void what_is_pushed_before_is_folded_when_catch_up_returns() {
        Clock clock;
        operators::Hub hub(clock.reader());
        auto& a = hub.add_source();
        hub.start();
        for (int i = 1; i <= 50; ++i) {
            clock.ns += 10;
            a.busy();
            a.push({event_at("A", static_cast<std::uint64_t>(i), clock.ns)});
            a.idle();
            clock.ns += 10;
            QVERIFY(hub.catch_up());
            QCOMPARE(hub.with_view([](const view::View& view) { return view.folded(); }), static_cast<std::uint64_t>(i));
        }
    }

    void a_late_subscriber_gets_the_state_though_the_events_are_gone() {
        Clock clock;
        operators::Hub hub(clock.reader(), 40);
        auto& source = hub.add_source();
        hub.start();
        const auto feed = [&](std::vector<Event> events) {
            source.busy();
            for (auto& event : events) clock.ns = std::max(clock.ns.load(), event.hlc + 1);
            source.push(std::move(events));
            source.idle();
            QVERIFY(hub.catch_up());
        };
        feed({accounts_of("A", "A-1", 100'000), accounts_of("B", "B-1", 5'000)});
        feed(payment(1, 1'000, false));  // never finished: its events must survive
        for (std::uint64_t i = 2; i <= 60; ++i) feed(payment(i, static_cast<std::int64_t>(i) * 1'000, true));
        QTRY_VERIFY(hub.next_index() > 300);
        operators::Hub::Slice first;
        QTRY_VERIFY(!(first = hub.read(0)).restated.empty());
        QVERIFY(first.lost > 0);
        view::View now;
        hub.with_view([&](const view::View& view) { now = view; });
        QTRY_VERIFY(read_all(hub).size() < 300);
        view::View late;
        for (const auto& event : read_all(hub)) late.fold(event);
        const auto a = now.accounts(), b = late.accounts();
        QCOMPARE(a.size(), std::size_t{2});
        QCOMPARE(b.size(), std::size_t{2});
        for (std::size_t i = 0; i < a.size(); ++i) {
            QCOMPARE(b[i].account, a[i].account);
            QCOMPARE(b[i].posted_minor, a[i].posted_minor);
            QCOMPARE(b[i].held_minor, a[i].held_minor);
        }
        QCOMPARE(a[0].posted_minor, 100'000 - 59 * 100);
        QCOMPARE(a[0].held_minor, 100);
        QVERIFY(late.find({NodeId::of("T"), 1, 1}));
        QVERIFY(late.find({NodeId::of("T"), 1, 1})->open());
    }

    void large_events_make_small_batches() {
        Clock clock;
        operators::Hub hub(clock.reader());
        auto& source = hub.add_source();
        hub.start();
        std::vector<Event> large;
        for (std::uint64_t i = 1; i <= 300; ++i) {
            events::Record record;
            record.kind = events::RecordKind::account;
            for (int line = 0; line < 500; ++line) record.accounts.push_back({"A-" + std::to_string(i * 500 + static_cast<std::uint64_t>(line)), "Holder", base::Currency::of("EUR"), 1, -1});
            large.push_back(record_at("A", i, 1000 + static_cast<std::int64_t>(i), record));
        }
        source.busy();
        source.push(std::move(large));
        clock.ns = 100'000;
        source.idle();
        QTRY_VERIFY_WITH_TIMEOUT(hub.catch_up(), 30000);  // 150,000 accounts: on a loaded machine longer than one call waits
        std::uint64_t cursor = 0, events = 0;
        for (;;) {
            const auto slice = hub.read(cursor);
            if (slice.events == 0) break;
            QVERIFY2(slice.encoded.size() < (2u << 20), "a frame must stay below gRPC's cap of 4 MiB");
            events += slice.events;
            cursor = slice.next;
        }
        QCOMPARE(events, std::uint64_t{300});
    }

    void the_events_of_one_payment_are_found_among_many() {
        Clock clock;
        operators::Hub hub(clock.reader());
        auto& source = hub.add_source();
        hub.start();
        source.busy();
        for (std::uint64_t i = 1; i <= 200; ++i) source.push(payment(i, static_cast<std::int64_t>(i) * 100, true));
        clock.ns = 100'000;
        source.idle();
        QVERIFY(hub.catch_up());
        const auto found = hub.events_of({NodeId::of("T"), 1, 77});
        QCOMPARE(found.size(), std::size_t{7});
        for (const auto& event : found) QCOMPARE(event.xid.counter, std::uint64_t{77});
    }

    void stop_folds_what_is_left_and_ends_the_readers() {
        Clock clock;
        operators::Hub hub(clock.reader());
        auto& source = hub.add_source();
        std::atomic<int> woken{0};
        hub.add_listener([&] { ++woken; });
        hub.start();
        source.busy();
        source.push({event_at("A", 1, 5'000'000)});  // far ahead of the edge
        hub.stop();
        QVERIFY(woken.load() > 0);
        QCOMPARE(read_all(hub).size(), std::size_t{1});
        QVERIFY(hub.read(1).ended);
    }
};

INDOUBT_TEST(HubTest);
#include "hub_test.moc"
