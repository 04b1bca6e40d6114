// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=bench timeout=120 serial
// Figures with their conditions; the bounds are an order below what a quiet 2-core machine does, so that they fail on a
// mistake and not on a busy neighbour.
#include <chrono>
#include <cstdio>

#include "support/test_main.h"
#include "view/filter.h"
#include "view/history.h"
#include "view/script.h"

using namespace indoubt;
using namespace indoubt::tests;
using view::EventStore;
using view::History;
using view::View;

namespace {

double since(std::chrono::steady_clock::time_point start) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }

// Payments over many accounts, at every trace level.
std::vector<Event> traffic(std::uint64_t payments) {
    Script s;
    s.step_ns = 10'000;
    for (std::uint64_t i = 1; i <= payments; ++i) s.commit(s.xid(i), s.payment("INV-" + std::to_string(i), 100));
    return s.log;
}

}  // namespace

class ViewSpeedTest : public QObject {
    Q_OBJECT
  private slots:
    void folding_copying_storing_and_scrubbing_are_fast() {
        const auto log = traffic(20000);
        auto start = std::chrono::steady_clock::now();
        View view;
        for (const Event& event : log) view.fold(event);
        const double folding = since(start);
        std::printf("fold: %zu events, %.0f events/s, all traced, one thread\n", log.size(), static_cast<double>(log.size()) / folding);
        QVERIFY(static_cast<double>(log.size()) / folding > 100'000);

        start = std::chrono::steady_clock::now();
        EventStore store;
        for (const Event& event : log) store.append(event);
        const double storing = since(start);
        const double bytes = static_cast<double>(store.rows().bytes()) / static_cast<double>(log.size());
        std::printf("store: %.0f events/s, %.1f bytes an event, payments included\n", static_cast<double>(log.size()) / storing, bytes);
        QVERIFY(bytes < 160);

        for (const char* text : {"state:committed", "node:B kind:vote", "ref:INV-19999", "not is:stuck amount>0.50"}) {
            const auto filter = *view::Filter::parse(text);
            view::FilterContext context{&view, view.last_hlc(), 0, "", nullptr};
            start = std::chrono::steady_clock::now();
            view::EventMatcher first(filter, store.rows(), context);
            first.find(0, store.rows().size(), 50);
            const double screen = since(start);
            start = std::chrono::steady_clock::now();
            view::EventMatcher matcher(filter, store.rows(), context);
            const auto found = matcher.find(0, store.rows().size(), store.rows().size()).size();
            const double all = since(start);
            std::printf("filter %s: first screen %.1f ms, all %zu of %zu in %.1f ms\n", text, screen * 1000, found, store.rows().size(), all * 1000);
            QVERIFY(screen < 0.5);
            QVERIFY(all < 2);
        }

        History history;
        start = std::chrono::steady_clock::now();
        for (const Event& event : log) history.append(event);
        std::printf("history: %.0f events/s with %zu keyframes\n", static_cast<double>(log.size()) / since(start), history.keyframes());
        double worst = 0;
        for (std::size_t i = 1; i < 40; ++i) {
            start = std::chrono::steady_clock::now();
            const View past = history.at(log.size() * i / 40);
            worst = std::max(worst, since(start));
            QVERIFY(past.folded() == log.size() * i / 40);
        }
        std::printf("scrub: worst of 39 cuts %.1f ms\n", worst * 1000);
        QVERIFY(worst < 0.25);
    }

    void a_view_with_200000_payments_is_copied_in_milliseconds() {
        View view;
        Script s;
        s.step_ns = 1000;
        std::size_t folded = 0;
        for (std::uint64_t i = 1; i <= 200'000; ++i) {
            s.begin(s.xid(i), s.payment("INV-" + std::to_string(i), 100));
            s.decide_abort(s.xid(i), nullptr, events::Refusal::timeout, "votes timed out");
            if (i % 64 == 0) s.sync(s.T);
            for (; folded < s.log.size(); ++folded) view.fold(s.log[folded]);
            s.log.clear();
            folded = 0;
        }
        QCOMPARE(view.size(), std::size_t(200'000));
        double worst = 0;
        std::vector<View> frames;
        for (std::uint64_t i = 1; i <= 20; ++i) {
            const auto start = std::chrono::steady_clock::now();
            frames.push_back(view);
            s.begin(s.xid(300'000 + i), s.payment("INV", 100));
            for (const Event& event : s.log) view.fold(event);
            worst = std::max(worst, since(start));
            s.log.clear();
        }
        std::printf("copy: 200,000 payments, copy and the first write after it %.2f ms at worst\n", worst * 1000);
        QVERIFY(worst < 0.03);
        const auto start = std::chrono::steady_clock::now();
        QCOMPARE(view.search("INV-17", 1'000'000).size(), std::size_t(11'111));
        std::printf("search: 200,000 payments in %.1f ms\n", since(start) * 1000);
    }
};

INDOUBT_TEST(ViewSpeedTest);
#include "view_speed_test.moc"
