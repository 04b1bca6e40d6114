// SPDX-License-Identifier: GPL-3.0-or-later
// The charts' figures, against payments whose times are known: rates, percentiles, what is in doubt; and what the pane shows of them.
#include <cmath>

#include "console/timeline_scenes.h"
#include "plots/time_series_plot.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "view/script.h"
#include "watch/flow_pane.h"
#include "watch/flow_series.h"

using namespace indoubt;
using namespace indoubt::console;
using watch::flowSeries;
using watch::FlowWindow;

namespace {

constexpr std::int64_t second = 1'000'000'000, ms = 1'000'000;
constexpr std::int64_t begun = tests::Script::epoch / second + 100;  // the first second with payments

// Ten seconds with twenty payments each, decided after 2, 4 ... 40 ms; in the fourth one took 45 ms instead of 40, in the last ten five
// more were refused after 3 ms.
class Traffic : public tests::Script {
  public:
    Traffic() {
        step_ns = 1;
        for (std::int64_t s = 0; s < 10; ++s)
            for (std::int64_t k = 1; k <= 20; ++k) pay((begun + s) * second + (k - 1) * 45 * ms, s == 3 && k == 20 ? 45 * ms : 2 * k * ms, true);
        for (std::int64_t k = 0; k < 5; ++k) pay((begun + 9) * second + 920 * ms + k * 5 * ms, 3 * ms, false);
    }
    void pay(std::int64_t at, std::int64_t takes, bool commits) {
        now = at;
        const auto id = xid(++m_count);
        const auto payment = this->payment("INV-" + std::to_string(m_count), 100);
        if (!commits) {
            begin(id, payment);
            prepare_all(id, payment);
            now = at + takes;
            vote_no(id, A, events::Refusal::insufficient_funds, "no money");
            decide_abort(id, payment, events::Refusal::insufficient_funds, "no money");
            end(id);
            return;
        }
        all_yes(id, payment);
        now = at + takes;
        decide_commit(id);
        all_committed(id, payment, false);
        end(id);
    }
    view::View view() const {
        view::View view;
        for (const auto& event : log) view.fold(event);
        return view;
    }

  private:
    std::uint64_t m_count = 0;
};

}  // namespace

class WatchFlowTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light)->setReducedMotion(true); }

    void rates_and_percentiles_of_each_second_are_those_of_its_payments() {
        const auto series = flowSeries(Traffic().view(), (begun + 10) * second + 400 * ms, FlowWindow{60, 1}, begun);
        QCOMPARE(series.times.size(), 10);  // no line before the first event, and none yet for the second under way
        QCOMPARE(series.times.first(), static_cast<double>(begun * 1000));
        QCOMPARE(series.times.last(), static_cast<double>((begun + 9) * 1000));
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(series.commits[i], 20.0);
            QCOMPARE(series.aborts[i], i == 9 ? 5.0 : 0.0);
            QCOMPARE(series.p50[i], 22.0);  // of commits alone
            if (i == 9) QCOMPARE(series.abortP50[i], 3.0);
            else QVERIFY(std::isnan(series.abortP50[i]));
            QCOMPARE(series.p99[i], i == 3 ? 45.0 : 40.0);
        }
        QCOMPARE(series.commitsNow, 20.0);
        QCOMPARE(series.commitsBefore, 20.0);
        QCOMPARE(series.p50Now, 22.0);  // 100 commits; how quickly five were refused is no part of it
        QCOMPARE(series.abortP50Now, 3.0);
        QCOMPARE(series.oldestNow, 0.0);
        QCOMPARE(series.lastCommitSecond, begun + 9);
    }

    void wide_buckets_are_still_per_second_and_of_all_their_payments() {
        // Six seconds a bucket, on multiples of six: 120 payments in the first, 80 and the five refused in the second.
        QCOMPARE(begun % 6, std::int64_t{0});
        const auto series = flowSeries(Traffic().view(), (begun + 40) * second, FlowWindow{900, 6}, begun);
        QCOMPARE(series.times.size(), 7);
        for (int i = 0; i < series.times.size(); ++i) QCOMPARE(series.times[i], static_cast<double>((begun + 6 * i + 3) * 1000));
        QCOMPARE(series.commits, (QVector<double>{20, 80 / 6.0, 0, 0, 0, 0, 0}));
        QCOMPARE(series.aborts, (QVector<double>{0, 5 / 6.0, 0, 0, 0, 0, 0}));
        QCOMPARE(series.p50[0], 22.0);
        QCOMPARE(series.p99[0], 40.0);  // one of 120 took 45: that is less than a hundredth
        QCOMPARE(series.p50[1], 22.0);
        QCOMPARE(series.p99[1], 40.0);
        for (int i = 2; i < series.times.size(); ++i) QVERIFY(std::isnan(series.p50[i]) && std::isnan(series.p99[i]) && std::isnan(series.oldest[i]));
    }

    void after_a_stop_it_says_what_it_was_before() {
        const auto series = flowSeries(Traffic().view(), (begun + 15) * second + 1, FlowWindow{60, 1}, begun);
        QCOMPARE(series.commitsNow, 0.0);
        QCOMPARE(series.commitsBefore, 20.0);  // of the ten seconds up to the last commit, not of the whole window
        QVERIFY(series.p50Now < 0);
        QCOMPARE(series.lastCommitSecond, begun + 9);
    }

    void what_waits_grows_older_second_by_second_without_an_event() {
        Traffic traffic;
        const auto stuck = traffic.xid(1000);
        traffic.now = (begun + 20) * second;
        traffic.all_yes(stuck, traffic.payment("STUCK"));
        traffic.crash(traffic.T);
        const auto now = (begun + 30) * second + 500 * ms;
        const auto series = flowSeries(traffic.view(), now, FlowWindow{60, 1}, begun);
        // In doubt since the first of its branches is prepared: within the first microsecond of that second.
        QVERIFY(std::abs(series.oldestNow - 10'500) < 0.01);
        QCOMPARE(series.times.last(), static_cast<double>((begun + 29) * 1000));
        for (int i = 0; i < series.times.size(); ++i) {
            const auto waited = static_cast<std::int64_t>(series.times[i] / 1000) - begun - 19;  // to that second's end
            if (waited >= 1) QVERIFY2(std::abs(series.oldest[i] - 1000.0 * static_cast<double>(waited)) < 0.01, qPrintable(QString::number(series.oldest[i])));
            else if (i >= 10) QVERIFY(std::isnan(series.oldest[i]));
            else QVERIFY(series.oldest[i] >= 38 && series.oldest[i] < 46);  // from prepared to told
        }
    }

    void the_pane_shows_these_numbers() {
        Traffic traffic;
        traffic.wait_ns(100 * ms);
        traffic.crash(traffic.B);
        traffic.now = (begun + 10) * second + 400 * ms;
        traffic.restart(traffic.B);
        tests::Surroundings s;
        s.show({traffic.log, {}, traffic.now});
        s.feed->scrubTo(s.feed->totalEvents());
        QTRY_VERIFY(s.feed->isPast());
        watch::FlowPane pane(s.context());
        pane.resize(1100, 220);
        static_cast<QWidget&>(pane).show();
        pane.refresh();
        const auto plots = pane.findChildren<plots::TimeSeriesPlot*>();
        QCOMPARE(plots.size(), 3);
        QTRY_VERIFY2(plots[0]->asText().contains(QStringLiteral("20.0 commits/s")), qPrintable(plots[0]->asText()));
        QVERIFY2(plots[1]->asText().contains(QStringLiteral("22 ms p50 of commits")), qPrintable(plots[1]->asText()));
        QVERIFY2(plots[2]->asText().contains(QStringLiteral("0 ms")), qPrintable(plots[2]->asText()));
        const auto table = plots[1]->asTable();
        QVERIFY(!table.isEmpty());
        QCOMPARE(table.last().values, (QStringList{QStringLiteral("40.00"), QStringLiteral("22.00"), QStringLiteral("3.00")}));
    }
};

INDOUBT_TEST(WatchFlowTest);
#include "watch_flow_test.moc"
