// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/sampler.h"

#include <atomic>

#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using base::Xid;
using events::Event;
using events::EventKind;

namespace {

class Bench {
  public:
    explicit Bench(cluster::TraceLevel level, std::size_t ring = 1000)
        : hub([this] { return clock.load(); }), sampler(hub.add_source(), level, [this](const Xid& xid) { announced.push_back(xid); }, ring) {
        hub.start();
    }
    void publish(EventKind kind, std::uint64_t counter, std::int64_t hlc, events::Note note = {}) {
        Event event;
        event.node = NodeId::of("T");
        event.incarnation = 1;
        event.seq = ++seq;
        event.hlc = event.at_ns = hlc;
        event.kind = kind;
        event.xid = {NodeId::of("T"), 1, counter};
        event.payload = std::make_shared<const events::Note>(std::move(note));
        clock = std::max(clock.load(), hlc + 1);
        sampler.publish(std::move(event));
    }
    std::vector<EventKind> kinds(std::uint64_t counter) {
        sampler.flush();
        clock += 1000;
        hub.catch_up();
        std::vector<EventKind> result;
        for (const auto& event : hub.events_of({NodeId::of("T"), 1, counter})) result.push_back(event.kind);
        return result;
    }
    std::atomic<std::int64_t> clock{1};
    std::vector<Xid> announced;
    std::uint64_t seq = 0;
    operators::Hub hub;
    cluster::Sampler sampler;
};

}  // namespace

class SamplerTest : public QObject {
    Q_OBJECT

  private slots:
    void all_publishes_everything_and_off_only_what_is_no_trace() {
        for (auto [level, expected] : {std::pair{cluster::TraceLevel::all, std::size_t{3}}, std::pair{cluster::TraceLevel::off, std::size_t{1}}}) {
            Bench bench(level);
            bench.publish(EventKind::submit, 1, 10);
            bench.publish(EventKind::lock, 1, 11);
            bench.publish(EventKind::end, 1, 12);
            QCOMPARE(bench.kinds(1).size(), expected);
        }
    }
    void a_healthy_payment_keeps_its_trace_to_itself() {
        Bench bench(cluster::TraceLevel::sampled);
        bench.publish(EventKind::submit, 1, 10);
        bench.publish(EventKind::lock, 1, 11);
        bench.publish(EventKind::end, 1, 12);
        QCOMPARE(bench.kinds(1), std::vector<EventKind>{EventKind::end});
        QVERIFY(bench.announced.empty());
    }
    void a_slow_payment_is_kept_whole_and_announced_once() {
        Bench bench(cluster::TraceLevel::sampled);
        bench.publish(EventKind::submit, 1, 10);
        bench.publish(EventKind::submit, 2, 11);
        bench.publish(EventKind::lock, 1, 12);
        bench.publish(EventKind::end, 2, 1000);
        bench.publish(EventKind::end, 1, 10 + cluster::Sampler::slow_ns + 1);
        bench.publish(EventKind::unlock, 1, 10 + cluster::Sampler::slow_ns + 2);
        QCOMPARE(bench.kinds(1), (std::vector<EventKind>{EventKind::submit, EventKind::lock, EventKind::end, EventKind::unlock}));
        QCOMPARE(bench.kinds(2), std::vector<EventKind>{EventKind::end});
        QCOMPARE(bench.announced.size(), std::size_t{1});
        QCOMPARE(bench.announced.front().counter, std::uint64_t{1});
    }
    void aborted_in_doubt_and_faulted_ones_are_kept() {
        Bench bench(cluster::TraceLevel::sampled);
        events::Note abort;
        abort.outcome = events::Outcome::abort;
        bench.publish(EventKind::submit, 1, 10);
        bench.publish(EventKind::decide, 1, 11, abort);
        bench.publish(EventKind::lock, 2, 12);
        bench.publish(EventKind::ask, 2, 13);
        bench.publish(EventKind::lock, 3, 14);
        bench.publish(EventKind::hold, 3, 15);
        QCOMPARE(bench.announced.size(), std::size_t{3});
        for (std::uint64_t counter : {1, 2, 3}) QCOMPARE(bench.kinds(counter).size(), std::size_t{2});
    }
    void what_somebody_else_keeps_is_promoted_and_not_announced_again() {
        Bench bench(cluster::TraceLevel::sampled);
        bench.publish(EventKind::submit, 1, 10);
        bench.publish(EventKind::lock, 1, 11);
        bench.sampler.keep({NodeId::of("T"), 1, 1});
        bench.publish(EventKind::unlock, 1, 12);
        QCOMPARE(bench.kinds(1).size(), std::size_t{3});
        QVERIFY(bench.announced.empty());
    }
    void an_overwritten_ring_is_a_marked_gap() {
        Bench bench(cluster::TraceLevel::sampled, 8);
        bench.publish(EventKind::submit, 1, 10);
        for (std::uint64_t i = 0; i < 7; ++i) bench.publish(EventKind::lock, 2, 20 + static_cast<std::int64_t>(i));
        bench.publish(EventKind::lock, 1, 40);
        bench.sampler.keep({NodeId::of("T"), 1, 1});
        QCOMPARE(bench.kinds(1), (std::vector<EventKind>{EventKind::gap, EventKind::lock}));
    }
    void the_ring_holds_only_the_latest() {
        Bench bench(cluster::TraceLevel::sampled, 4);
        for (std::int64_t i = 0; i < 100; ++i) bench.publish(EventKind::lock, static_cast<std::uint64_t>(i), 10 + i);
        for (std::uint64_t i = 0; i < 100; ++i) bench.sampler.keep({NodeId::of("T"), 1, i});
        bench.sampler.flush();
        bench.clock += 1000;
        QVERIFY(bench.hub.catch_up());
        int locks = 0;
        for (std::uint64_t i = 0; i < 100; ++i)
            for (const auto& event : bench.hub.events_of({NodeId::of("T"), 1, i})) locks += event.kind == EventKind::lock;
        QCOMPARE(locks, 4);
    }
};

INDOUBT_TEST(SamplerTest);
#include "sampler_test.moc"
