// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks/trace.h"

#include "checks/check.h"
#include "support/test_main.h"

using namespace indoubt;
using checks::Trace;
using events::Event;
using events::EventKind;

namespace {

const base::NodeId A = base::NodeId::of("A"), T = base::NodeId::of("T");
const base::Xid xid{T, 1, 1};

class Story {
  public:
    Event& add(base::NodeId node, EventKind kind, std::vector<events::EventRef> causes = {}) {
        auto& [incarnation, seq] = m_lives[node];
        if (kind == EventKind::restart || incarnation == 0) {
            ++incarnation;
            seq = 0;
        }
        Event event;
        event.node = node;
        event.incarnation = incarnation;
        event.seq = ++seq;
        event.hlc = ++m_hlc;
        event.kind = kind;
        event.xid = xid;
        event.causes = std::move(causes);
        events.push_back(std::move(event));
        return events.back();
    }
    Event& append(base::NodeId node, std::uint64_t lsn, events::RecordKind kind, bool forced = true) {
        auto record = std::make_shared<events::Record>();
        record->kind = kind;
        record->forced = forced;
        Event& event = add(node, EventKind::append);
        event.lsn = lsn;
        event.durable = forced;
        event.payload = events::RecordPtr(std::move(record));
        return event;
    }
    std::vector<Event> events;

  private:
    std::map<base::NodeId, std::pair<base::Incarnation, std::uint64_t>> m_lives;
    std::int64_t m_hlc = 0;
};

}  // namespace

class TraceTest : public QObject {
    Q_OBJECT
  private slots:
    void happens_before_follows_a_node_and_its_messages_and_nothing_else() {
        Story story;
        story.events.reserve(10);
        const auto first = story.add(T, EventKind::submit).ref();
        const auto sent = story.add(T, EventKind::send).ref();
        const auto aside = story.add(A, EventKind::timer).ref();
        const auto later = story.add(T, EventKind::timer).ref();
        const auto received = story.add(A, EventKind::receive, {sent}).ref();
        const Trace trace(story.events);
        const auto before = [&](const events::EventRef& a, const events::EventRef& b) { return trace.before(trace.find(a), trace.find(b)); };
        QVERIFY(before(first, received));
        QVERIFY(before(sent, received));
        QVERIFY(before(aside, received));
        QVERIFY(!before(later, received));
        QVERIFY(!before(received, sent));
        QVERIFY(!before(aside, later));
        QVERIFY(before(later, later));
        QCOMPARE(trace.find({A, 7, 1}), checks::never);
        QCOMPARE(trace.find({A, 1, 99}), checks::never);
    }
    void events_may_come_in_any_order() {
        Story story;
        story.events.reserve(10);
        const auto sent = story.add(T, EventKind::send).ref();
        const auto received = story.add(A, EventKind::receive, {sent}).ref();
        std::reverse(story.events.begin(), story.events.end());
        const Trace trace(story.events);
        QVERIFY(trace.before(trace.find(sent), trace.find(received)));
    }
    void a_record_is_durable_from_the_sync_that_covers_it() {
        Story story;
        story.events.reserve(10);
        story.append(A, 1, events::RecordKind::prepared);
        story.append(A, 2, events::RecordKind::refused);
        story.add(A, EventKind::sync).lsn = 1;
        const Trace trace(story.events);
        QCOMPARE(trace.durable_at(0), checks::Index{2});
        QCOMPARE(trace.durable_at(1), checks::never);
    }
    void what_a_restart_found_was_durable_and_the_rest_never_happened() {
        Story story;
        story.events.reserve(10);
        story.append(A, 1, events::RecordKind::prepared);
        story.append(A, 2, events::RecordKind::refused);
        story.add(A, EventKind::crash);
        story.add(A, EventKind::restart).lsn = 1;
        story.append(A, 2, events::RecordKind::prepared);
        story.add(A, EventKind::sync).lsn = 2;
        const Trace trace(story.events);
        QCOMPARE(trace.durable_at(0), checks::Index{3});
        QCOMPARE(trace.durable_at(1), checks::never);
        QCOMPARE(trace.durable_at(4), checks::Index{5});
        QCOMPARE(trace.stories().size(), std::size_t{1});
        QCOMPARE(trace.stories()[0].prepared.size(), std::size_t{2});
    }
    void an_empty_trace_exercises_nothing_and_breaks_nothing() {
        const auto results = checks::check_all({}, {});
        QCOMPARE(results.size(), checks::check_names().size());
        for (std::size_t i = 0; i < results.size(); ++i) {
            QCOMPARE(results[i].name, std::string(checks::check_names()[i]));
            QCOMPARE(results[i].checked, std::uint64_t{0});
            QVERIFY(results[i].holds);
        }
    }
};
INDOUBT_TEST(TraceTest);
#include "trace_test.moc"
