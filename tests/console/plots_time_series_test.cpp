// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <cmath>

#include "console/theme_gallery.h"
#include "plots/plot_ticks.h"
#include "plots/time_series_plot.h"
#include "support/test_main.h"
#include "theme/theme.h"

using namespace indoubt::console;
using namespace indoubt::console::plots;

class PlotsTimeSeriesTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light); }
    void values_read_as_a_person_writes_them();
    void axis_tops_are_round();
    void clock_ticks_stand_apart_and_end_in_now();
    void a_burst_of_data_is_one_replot();
    void table_tells_what_the_lines_show();
    void line_has_its_colour_and_the_gap_has_none();
    void a_value_that_stands_alone_is_drawn();
};

void PlotsTimeSeriesTest::values_read_as_a_person_writes_them() {
    QCOMPARE(valueLabel(7500, false), QString("7.5k"));
    QCOMPARE(valueLabel(0, false), QString("0"));
    QCOMPARE(valueLabel(1, true), QString("1 ms"));
    QCOMPARE(valueLabel(100, true), QString("0.1 s"));
    QCOMPARE(valueLabel(100'000, true), QString("100 s"));
    QStringList decades;
    for (const Tick& tick : decadeTicks(1, 100'000, true)) decades << tick.label;
    QCOMPARE(decades, (QStringList{"1 ms", "10 ms", "0.1 s", "1 s", "10 s", "100 s"}));
}

void PlotsTimeSeriesTest::axis_tops_are_round() {
    QCOMPARE(roundTop(63), 80.0);
    QCOMPARE(roundTop(26), 32.0);
    QCOMPARE(roundTop(8200), 10'000.0);
    QCOMPARE(roundTop(160), 160.0);
    QCOMPARE(roundTop(0), 4.0);
    QCOMPARE(roundTop(std::nan("")), 4.0);
}

void PlotsTimeSeriesTest::clock_ticks_stand_apart_and_end_in_now() {
    const double now = 1'795'176'300'000;
    for (const double span : {60e3, 300e3, 900e3, 3600e3, 86'400e3}) {
        const QList<Tick> ticks = timeTicks(now - span, now, 60, 150, 42, "now");
        QVERIFY(ticks.size() >= 2);
        QCOMPARE(ticks.last().label, QString("now"));
        for (int i = 1; i < ticks.size(); ++i) QVERIFY((ticks[i].at - ticks[i - 1].at) / span * 150 >= (ticks[i - 1].label.size() > 5 ? 46 : 35));  // "16:23:00" beside "now"
    }
    QVERIFY(timeTicks(5, 5, 0, 150, 42, "now").isEmpty());
}

void PlotsTimeSeriesTest::a_burst_of_data_is_one_replot() {
    TimeSeriesPlot plot("Throughput");
    const int commit = plot.addSeries({"commit", SeriesInk::Committed, true, false});
    plot.resize(240, 268);
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    QTRY_VERIFY(plot.replotCount() > 0);
    QTest::qWait(20);
    const int before = plot.replotCount();
    for (int i = 0; i < 100; ++i) plot.setData(commit, {0, 1000, 2000}, {1.0 * i, 2, 3});
    QTRY_VERIFY(plot.replotCount() > before);
    QTest::qWait(20);
    QVERIFY2(plot.replotCount() <= before + 2, qPrintable(QString::number(plot.replotCount() - before)));
}

void PlotsTimeSeriesTest::table_tells_what_the_lines_show() {
    TimeSeriesPlot plot("Latency");
    const int p50 = plot.addSeries({"p50", SeriesInk::Text, false, false}), p99 = plot.addSeries({"p99", SeriesInk::Muted, false, true});
    plot.setWindow(0, 3000);
    plot.setData(p50, {1000, 2000, 5000}, {6.2, std::nan(""), 9});
    plot.setData(p99, {1000, 2000}, {12, 13});
    plot.setBigNumber("6.2", "ms p50");
    const QList<TableRow> table = plot.asTable();
    QCOMPARE(table.size(), 2);
    QCOMPARE(table[0].time, QString("00:00:01"));
    QCOMPARE(table[0].values, (QList<QString>{"6.20", "12.00"}));
    QCOMPARE(table[1].values, (QList<QString>{"", "13.00"}));
    QVERIFY(plot.asText().contains("6.2 ms p50"));
    QCOMPARE(plot.accessibleDescription(), plot.asText());
}

void PlotsTimeSeriesTest::line_has_its_colour_and_the_gap_has_none() {
    TimeSeriesPlot plot("Throughput");
    const int commit = plot.addSeries({"commit", SeriesInk::Committed, true, false});
    plot.setValueRange(0, 80);
    plot.setWindow(0, 100'000);
    plot.setData(commit, {0, 50'000, 50'001, 100'000}, {40, 40, std::nan(""), std::nan("")});
    plot.resize(300, 268);
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    QTRY_VERIFY(plot.replotCount() > 0);
    const QImage image = gallery::shot(plot, 1);
    const theme::Tokens& t = theme::Tokens::light();
    int left = 0, right = 0;
    for (int y = 60; y < 245; ++y) {
        left += QColor::fromRgb(image.pixel(60, y)).green() > QColor::fromRgb(image.pixel(60, y)).red() + 10 ? 1 : 0;
        right += QColor::fromRgb(image.pixel(230, y)).green() > QColor::fromRgb(image.pixel(230, y)).red() + 10 ? 1 : 0;
    }
    QVERIFY2(left > 60, qPrintable(QString::number(left)));  // line and fill below it
    QCOMPARE(right, 0);
    QCOMPARE(QColor::fromRgb(image.pixel(299, 5)), t.surface);
}

// One payment in a quiet minute: its latency is one value between gaps, and is seen.
void PlotsTimeSeriesTest::a_value_that_stands_alone_is_drawn() {
    const auto inked = [](const QVector<double>& values) {
        TimeSeriesPlot plot("Latency");
        const int p50 = plot.addSeries({"", SeriesInk::Text, false, false});
        plot.setValueRange(0, 80);
        plot.setWindow(0, 100'000);
        plot.setData(p50, {40'000, 50'000, 60'000}, values);
        plot.resize(300, 268);
        plot.show();
        if (!QTest::qWaitForWindowExposed(&plot) || !QTest::qWaitFor([&] { return plot.replotCount() > 0; })) return -1;
        const QImage image = gallery::shot(plot, 1);
        int dark = 0;
        for (int x = 60; x < 240; ++x)
            for (int y = 130; y < 180; ++y) dark += QColor::fromRgb(image.pixel(x, y)).lightness() < 90 ? 1 : 0;
        return dark;
    };
    const double none = std::nan("");
    QCOMPARE(inked({none, none, none}), 0);
    QVERIFY2(inked({none, 40, none}) > 5, qPrintable(QString::number(inked({none, 40, none}))));
}

INDOUBT_TEST(PlotsTimeSeriesTest);
#include "plots_time_series_test.moc"
