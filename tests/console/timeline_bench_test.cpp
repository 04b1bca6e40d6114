// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=bench timeout=600 serial
// Prints what a frame costs: a payment with thousands of messages in the timeline, a million events in the log.
#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QScrollBar>

#include "console/timeline_scenes.h"
#include "log/log_model.h"
#include "log/log_pane.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "timeline/timeline_pane.h"
#include "widgets/data_table.h"

using namespace indoubt;
using namespace indoubt::console;

class TimelineBenchTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light)->setReducedMotion(true); }
    void thousands_of_messages_pan_and_zoom_at_sixty_frames();
    void a_million_events_scroll_and_filter();

  private:
    struct Times {
        double median = 0, worst = 0;
    };
    template <class Step>
    static Times frames(QWidget& widget, int count, Step step) {
        QImage image(widget.size(), QImage::Format_ARGB32_Premultiplied);
        std::vector<double> ms;
        for (int i = 0; i < count; ++i) {
            QElapsedTimer clock;
            clock.start();
            step(i);
            widget.render(&image);
            ms.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        }
        std::sort(ms.begin(), ms.end());
        return {ms[ms.size() / 2], ms.back()};
    }
    static void print(const char* what, Times t) { qInfo("%-58s median %6.2f ms, worst %6.2f ms", what, t.median, t.worst); }
};

void TimelineBenchTest::thousands_of_messages_pan_and_zoom_at_sixty_frames() {
    tests::Surroundings s;
    s.show(tests::blocked_trace(3 * 3600));
    timeline::TimelinePane pane(s.context());
    pane.resize(1368, 796);
    QElapsedTimer open;
    open.start();
    pane.show();
    timeline::TimelineCanvas* canvas = pane.panel()->canvas();
    qInfo("%zu events, %zu messages; open %.1f ms", canvas->scene().events.size(), canvas->scene().messages.size(),
          static_cast<double>(open.nsecsElapsed()) / 1e6);
    QVERIFY(canvas->scene().messages.size() > 3000);
    for (const auto kind : {timeline::AxisKind::Folded, timeline::AxisKind::Order, timeline::AxisKind::Clock}) {
        canvas->setAxisKind(kind);
        canvas->fit();
        const char* name = kind == timeline::AxisKind::Folded ? "folded" : kind == timeline::AxisKind::Order ? "order" : "clock";
        const Times pan = frames(*canvas, 60, [&](int i) { canvas->panBy(i % 2 ? 40 : -40); });
        print(qPrintable(QStringLiteral("%1: pan, whole payment").arg(QLatin1String(name))), pan);
        const Times zoom = frames(*canvas, 60, [&](int i) { canvas->zoomBy(i < 30 ? 1.15 : 1 / 1.15, 700); });
        print(qPrintable(QStringLiteral("%1: zoom in and out").arg(QLatin1String(name))), zoom);
        const Times hover = frames(*canvas, 60, [&](int i) { canvas->setSelectedEvent(i * 10); });
        print(qPrintable(QStringLiteral("%1: choose events").arg(QLatin1String(name))), hover);
        QVERIFY2(pan.median < 100, name);  // loose: the figures are for a quiet machine
    }
}

void TimelineBenchTest::a_million_events_scroll_and_filter() {
    const tests::Trace part = tests::busy_trace(400);
    const std::int64_t span = part.events.back().hlc - part.events.front().hlc + 1'000'000;
    std::vector<events::Event> all;
    const std::size_t wanted = 1'000'000;
    all.reserve(wanted + part.events.size());
    for (std::uint32_t copy = 0; all.size() < wanted; ++copy)
        for (const events::Event& e : part.events) {
            all.push_back(e);
            events::Event& last = all.back();
            last.hlc += span * copy;
            last.incarnation += 100 * copy;
            if (!last.xid.empty()) last.xid.counter += 10'000u * copy;
            for (auto& cause : last.causes) cause.incarnation += 100 * copy;
        }
    tests::Surroundings s;
    log::LogPane pane(s.context());
    pane.resize(1368, 796);
    pane.show();
    QElapsedTimer clock;
    clock.start();
    const quint64 count = all.size();
    s.feed->inject(std::move(all));
    QTRY_COMPARE_WITH_TIMEOUT(s.feed->totalEvents(), count, 120000);
    qInfo("%llu events folded and listed in %.1f s", static_cast<unsigned long long>(count), static_cast<double>(clock.elapsed()) / 1e3);
    QCOMPARE(pane.model()->rowCount(), static_cast<int>(count));
    pane.setMode(log::LogMode::Causal);
    QScrollBar* bar = pane.table()->verticalScrollBar();
    print("log: scroll by a row", frames(pane, 60, [&](int) { bar->setValue(bar->value() - 1); }));
    const Times jump =
        frames(pane, 60, [&](int i) { bar->setValue(static_cast<int>((static_cast<qint64>(i) * 7919) % 60 * (bar->maximum() / 60))); });
    print("log: jump anywhere", jump);
    print("log: choose the next row", frames(pane, 60, [&](int i) { pane.table()->selectRow(500'000 + i); }));
    QVERIFY(jump.median < 150);
    // Growth under way: what one publication costs the GUI thread, the list following its end.
    pane.setMode(log::LogMode::Follow);
    std::vector<double> grown;
    QElapsedTimer publication;
    const auto before = connect(s.feed.get(), &feed::Feed::arrived, this, [&] { publication.start(); });
    const auto after =
        connect(s.feed.get(), &feed::Feed::advanced, this, [&] { grown.push_back(static_cast<double>(publication.nsecsElapsed()) / 1e6); });
    for (int i = 0; i < 20; ++i) {
        std::vector<events::Event> more(part.events.begin(), part.events.begin() + 800);
        for (events::Event& e : more) {
            e.hlc += span * (20'000 + i);
            e.incarnation += 2'000'000 + 100u * static_cast<std::uint32_t>(i);
            e.causes.clear();
        }
        const quint64 now = s.feed->totalEvents() + more.size();
        s.feed->inject(std::move(more));
        QTRY_COMPARE_WITH_TIMEOUT(s.feed->totalEvents(), now, 20000);
    }
    disconnect(before);
    disconnect(after);
    std::sort(grown.begin(), grown.end());
    QVERIFY(!grown.empty());
    print("log: 800 more events at a million, without the paint", {grown[grown.size() / 2], grown.back()});
    QVERIFY(pane.table()->atEnd());
    for (const char* filter : {"node:B kind:append", "ref:PAY-1007", "vote:no", "state:committed kind:send"}) {
        clock.restart();
        pane.setFilter(QString::fromLatin1(filter));
        double first = -1;
        const bool done = QTest::qWaitFor(
            [&] {
                if (first < 0 && pane.model()->isFiltered() && pane.filterText() == QLatin1String(filter) && pane.model()->rowCount() > 0)
                    first = static_cast<double>(clock.nsecsElapsed()) / 1e6;
                return !pane.counting();
            },
            30000);
        QVERIFY(done);
        qInfo("filter %-30s %8d matches, all counted after %7.1f ms", filter, pane.model()->rowCount(),
              static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
}

INDOUBT_TEST(TimelineBenchTest);
#include "timeline_bench_test.moc"
