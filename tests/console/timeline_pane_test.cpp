// SPDX-License-Identifier: GPL-3.0-or-later
// The Timeline over real traces: what stands where, keys and mouse, growth, exports, and how it looks.
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QWheelEvent>

#include "console/timeline_scenes.h"
#include "log/event_inspector.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "timeline/events_model.h"
#include "timeline/scene_builder.h"
#include "timeline/timeline_pane.h"
#include "widgets/data_table.h"
#include "widgets/export_dialog.h"

using namespace indoubt;
using namespace indoubt::console;
using namespace indoubt::console::timeline;

class TimelinePaneTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light)->setReducedMotion(true); }
    void letters_zoom_pan_fit_and_change_the_axis();
    void wheel_keeps_the_instant_under_the_pointer();
    void drag_pans_and_click_chooses();
    void chosen_event_is_one_everywhere();
    void growth_does_not_move_what_is_looked_at();
    void pinned_pane_keeps_its_payment();
    void exports_and_twin_say_the_same();
    void an_event_chosen_before_the_first_layout_leaves_the_payment_fitted();
    void saving_completes_the_name_and_says_where();
    void past_shows_only_what_had_happened();
    void pointer_reads_out_what_is_under_it();
    void clock_axis_shows_an_arrow_that_arrives_before_it_was_sent();
    void tour_points_at_votes_and_the_first_word();
    void many_lanes_scroll_and_say_so();
    void looks_data();
    void looks();

};

void TimelinePaneTest::letters_zoom_pan_fit_and_change_the_axis() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    TimelineCanvas* canvas = pane.panel()->canvas();
    canvas->setFocus();
    const double fitted = canvas->window().scale;
    QTest::keyClick(canvas, Qt::Key_W);
    QVERIFY(canvas->window().scale > fitted * 1.2);
    QTest::keyClick(canvas, Qt::Key_S);
    QVERIFY(qAbs(canvas->window().scale - fitted) < fitted * 0.01);
    QTest::keyClick(canvas, Qt::Key_W);
    const double before = canvas->window().offset;
    QTest::keyClick(canvas, Qt::Key_D);
    QVERIFY(canvas->window().offset > before);
    QTest::keyClick(canvas, Qt::Key_A);
    QVERIFY(qAbs(canvas->window().offset - before) < 0.5);
    QTest::keyClick(canvas, Qt::Key_F);
    QCOMPARE(canvas->window().scale, fitted);
    for (const AxisKind kind : {AxisKind::Order, AxisKind::Clock, AxisKind::Folded}) {
        QTest::keyClick(canvas, Qt::Key_X);
        QCOMPARE(canvas->axisKind(), kind);
    }
    QTest::keyClick(canvas, Qt::Key_Period);
    QCOMPARE(canvas->selectedEvent(), 0);
    QTest::keyClick(canvas, Qt::Key_Period);
    QTest::keyClick(canvas, Qt::Key_Comma);
    QCOMPARE(canvas->selectedEvent(), 0);
    QTest::keyClick(canvas, Qt::Key_M);
    QCOMPARE(canvas->marks().size(), std::size_t{1});
    QTest::keyClick(canvas, Qt::Key_M);
    QVERIFY(canvas->marks().empty());
    // Switched off, letters are nobody's.
    s.session->setSingleKeys(false);
    QTest::keyClick(canvas, Qt::Key_W);
    QCOMPARE(canvas->window().scale, fitted);
    QTest::keyClick(canvas, Qt::Key_Plus);
    QVERIFY(canvas->window().scale > fitted);
    s.session->setSingleKeys(true);
}

void TimelinePaneTest::wheel_keeps_the_instant_under_the_pointer() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    TimelineCanvas* canvas = pane.panel()->canvas();
    const int event = static_cast<int>(canvas->scene().events.size()) / 2;
    const QPointF at = canvas->pointOf(event);
    for (const int turn : {120, 120, 120, -120}) {
        QWheelEvent wheel(at, canvas->mapToGlobal(at), {}, {0, turn}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(canvas, &wheel);
        QVERIFY(qAbs(canvas->x(event) - at.x()) < 1);
    }
}

void TimelinePaneTest::drag_pans_and_click_chooses() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    TimelineCanvas* canvas = pane.panel()->canvas();
    QTest::keyClick(canvas, Qt::Key_W);
    const double before = canvas->window().offset;
    const QPoint from(700, 120);
    QTest::mousePress(canvas, Qt::LeftButton, {}, from);
    QMouseEvent move(QEvent::MouseMove, from - QPoint(60, 0), canvas->mapToGlobal(from - QPoint(60, 0)), Qt::NoButton, Qt::LeftButton,
                     Qt::NoModifier);
    QApplication::sendEvent(canvas, &move);
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, from - QPoint(60, 0));
    QVERIFY(qAbs(canvas->window().offset - before - 60) < 0.5);
    QCOMPARE(canvas->selectedEvent(), -1);  // a drag chooses nothing
    canvas->fit();
    const Scene& scene = canvas->scene();
    const auto durable =
        std::find_if(scene.marks.begin(), scene.marks.end(), [](const SceneMark& mark) { return mark.kind == SceneMark::Kind::Durable; });
    QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->pointOf(durable->event).toPoint() + QPoint(0, 8));
    QCOMPARE(canvas->selectedEvent(), durable->event);
}

void TimelinePaneTest::chosen_event_is_one_everywhere() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    QAbstractItemModelTester tester(pane.panel()->events());
    auto* table = pane.findChild<widgets::DataTable*>(QStringLiteral("timelineEvents"));
    table->selectRow(9);
    QCOMPARE(pane.panel()->canvas()->selectedEvent(), 9);
    QCOMPARE(s.selection->event(), pane.panel()->payment()->model()->events[9].ref());
    s.selection->selectEvent(pane.panel()->payment()->model()->events[14].ref(), s.selection->xid());
    QCOMPARE(table->currentIndex().row(), 14);
    QCOMPARE(pane.panel()->canvas()->selectedEvent(), 14);
    auto* inspector = pane.findChild<log::EventInspector*>();
    QCOMPARE(inspector->event()->ref(), s.selection->event());
    QVERIFY(!inspector->bytes()->shown().bytes.isEmpty());
    QVERIFY(pane.panel()->canvas()->accessibleDescription().contains(QStringLiteral("15")));
}

void TimelinePaneTest::growth_does_not_move_what_is_looked_at() {
    tests::Surroundings s;
    tests::Trace trace = tests::committed_trace();
    const auto cut =
        std::find_if(trace.events.begin(), trace.events.end(), [](const events::Event& e) { return e.kind == events::EventKind::decide; });
    tests::Trace rest;
    rest.events.assign(cut, trace.events.end());
    trace.events.erase(cut, trace.events.end());
    s.show(trace);
    TimelinePane pane(s.context());
    QAbstractItemModelTester tester(pane.panel()->events());
    pane.resize(1368, 828);
    pane.show();
    TimelineCanvas* canvas = pane.panel()->canvas();
    canvas->zoomBy(3, 320);
    canvas->panBy(-100000);
    const double first = canvas->x(0), third = canvas->x(3);
    const int before = pane.panel()->events()->rowCount();
    s.show(rest);
    QTRY_VERIFY(pane.panel()->events()->rowCount() > before);
    QVERIFY(qAbs(canvas->x(0) - first) < 0.5);
    QVERIFY(qAbs(canvas->x(3) - third) < 0.5);
    // At its end, the end stays in view.
    canvas->fit();
    QVERIFY(canvas->x(pane.panel()->events()->rowCount() - 1) < canvas->width());
}

void TimelinePaneTest::pinned_pane_keeps_its_payment() {
    tests::Surroundings s;
    s.show(tests::busy_trace(6));
    TimelinePane pane(s.context());
    const base::Xid kept = s.selection->xid();
    QCOMPARE(pane.panel()->xid(), kept);
    pane.setPinned(true);
    const base::Xid other = s.feed->view().at(0).xid;
    QVERIFY(other != kept);
    s.selection->selectPayment(other);
    QCOMPARE(pane.panel()->xid(), kept);
    pane.setPinned(false);
    QCOMPARE(pane.panel()->xid(), other);
}

void TimelinePaneTest::exports_and_twin_say_the_same() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePanel panel(s.context(), PanelStyle::Embedded);
    panel.resize(700, 281);
    panel.show();
    panel.showPayment(s.selection->xid());
    QTemporaryDir folder;
    for (const char* suffix : {"svg", "png", "pdf", "csv"}) {
        const QString path = folder.filePath(QStringLiteral("wheel.") + QLatin1String(suffix));
        panel.exportTo(path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY2(bytes.size() > 1000, suffix);
        if (path.endsWith(QLatin1String("svg"))) QVERIFY(bytes.contains("Hafenbank") && bytes.contains("in doubt"));
        if (path.endsWith(QLatin1String("csv"))) QVERIFY(bytes.contains("durable PREPARED"));
    }
    auto* twin = panel.findChild<widgets::DataTable*>(QStringLiteral("timelineTwin"));
    QCOMPARE(twin->model()->rowCount(), static_cast<int>(panel.payment()->model()->events.size()));
    QVERIFY(!twin->accessibleName().isEmpty());
    QVERIFY(panel.canvas()->accessibleName().contains(QStringLiteral("INV-2041")));
}

// The Log chooses an event while the timeline has not been laid out yet: it still shows the whole payment when it comes.
void TimelinePaneTest::an_event_chosen_before_the_first_layout_leaves_the_payment_fitted() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePanel panel(s.context(), PanelStyle::Large);
    panel.resize(120, 90);
    panel.showPayment(s.selection->xid());
    const int last = static_cast<int>(panel.payment()->model()->events.size()) - 1;
    panel.canvas()->setSelectedEvent(last);
    panel.resize(1368, 500);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QVERIFY2(panel.canvas()->x(last) > 0.85 * panel.canvas()->width(), qPrintable(QString::number(panel.canvas()->x(last))));
}

void TimelinePaneTest::saving_completes_the_name_and_says_where() {
    using widgets::ExportDialog;
    const QList<widgets::ExportKind> kinds{{QStringLiteral("Picture"), QStringLiteral("svg")}, {QStringLiteral("Table"), QStringLiteral("csv")}};
    QCOMPARE(ExportDialog::completed(QStringLiteral("/a/INV.2042"), QStringLiteral("csv"), kinds), QStringLiteral("/a/INV.2042.csv"));
    QCOMPARE(ExportDialog::completed(QStringLiteral("/a/wheel.SVG"), QStringLiteral("csv"), kinds), QStringLiteral("/a/wheel.SVG"));

    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePanel panel(s.context(), PanelStyle::Embedded);
    panel.show();
    panel.showPayment(s.selection->xid());
    QTemporaryDir folder;
    QStringList said;
    QList<bool> trouble;
    connect(s.context().navigator, &feed::Navigator::noticeRequested, &panel, [&](const QString& text, bool problem) {
        said << text;
        trouble << problem;
    });
    for (const char* ending : {"svg", "png", "pdf", "csv"}) {
        panel.exportDialog();
        auto* dialog = panel.findChild<ExportDialog*>();
        QVERIFY(dialog);
        const QStringList filters = dialog->nameFilters();
        const auto filter = std::find_if(filters.begin(), filters.end(), [&](const QString& one) { return one.contains(QLatin1String(ending)); });
        QVERIFY2(filter != filters.end(), ending);
        dialog->selectNameFilter(*filter);
        dialog->setDirectory(folder.path());
        dialog->selectFile(folder.filePath(QStringLiteral("wheel")));
        static_cast<QDialog*>(dialog)->accept();
        delete dialog;
        const QString path = folder.filePath(QStringLiteral("wheel.") + QLatin1String(ending));
        QVERIFY2(QFileInfo(path).size() > 1000, qPrintable(path));
        QVERIFY2(said.size() == 1 && said.first().contains(path) && !trouble.first(), qPrintable(said.join(u'|')));
        said.clear();
        trouble.clear();
    }
    panel.exportTo(folder.filePath(QStringLiteral("no/such/wheel.csv")));
    QVERIFY(said.size() == 1 && trouble.first());
}

void TimelinePaneTest::past_shows_only_what_had_happened() {
    tests::Surroundings s;
    const tests::Trace trace = tests::committed_trace();
    s.show(trace);
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    const auto vote = std::find_if(trace.events.begin(), trace.events.end(), [](const events::Event& e) {
        return e.kind == events::EventKind::durable && e.record()->kind == events::RecordKind::prepared;
    });
    s.feed->scrubToEvent(vote->ref());
    QTRY_VERIFY(pane.panel()->payment()->model()->events.size() < 20);
    for (const events::Event& e : pane.panel()->payment()->model()->events) QVERIFY(events::position(e) <= events::position(*vote));
    s.feed->setLive();
    QTRY_VERIFY(pane.panel()->payment()->model()->events.size() > 30);
}

void TimelinePaneTest::pointer_reads_out_what_is_under_it() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    TimelineCanvas* canvas = pane.panel()->canvas();
    const Scene& scene = canvas->scene();
    const auto durable =
        std::find_if(scene.marks.begin(), scene.marks.end(), [](const SceneMark& mark) { return mark.kind == SceneMark::Kind::Durable; });
    QTest::mouseMove(canvas, QPoint(900, 40));
    QTRY_COMPARE(canvas->cursor().shape(), Qt::ArrowCursor);
    QTest::mouseMove(canvas, canvas->pointOf(durable->event).toPoint());
    QTRY_COMPARE(canvas->cursor().shape(), Qt::PointingHandCursor);
    tests::shoot(pane, QStringLiteral("timeline-hover-light"));
}

void TimelinePaneTest::clock_axis_shows_an_arrow_that_arrives_before_it_was_sent() {
    tests::Surroundings s;
    s.show(tests::skewed_trace());
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    TimelineCanvas* canvas = pane.panel()->canvas();
    const Scene& scene = canvas->scene();
    const auto to_b = std::find_if(scene.messages.begin(), scene.messages.end(),
                                   [](const SceneMessage& m) { return m.to == 2 && m.kind == theme::MessageKind::Prepare; });
    QVERIFY(to_b != scene.messages.end() && to_b->crossed);
    QVERIFY(canvas->x(to_b->arrive) > canvas->x(to_b->send));  // folded goes by the hybrid clock
    canvas->setAxisKind(AxisKind::Clock);
    QVERIFY(canvas->x(to_b->arrive) < canvas->x(to_b->send));
    QVERIFY(scene.lanes[2].behind.contains(QStringLiteral("behind")));
    QVERIFY(scene.lanes[1].behind.isEmpty());
    tests::shoot(pane, QStringLiteral("timeline-clock-light"));
}

void TimelinePaneTest::tour_points_at_votes_and_the_first_word() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    TimelinePanel panel(s.context(), PanelStyle::Large);
    panel.resize(1016, 395);
    panel.show();
    panel.showPayment(s.selection->xid());
    const auto& events = panel.payment()->model()->events;
    Story story;
    int decided = -1;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (events[i].kind != events::EventKind::durable) continue;
        if (events[i].record()->kind == events::RecordKind::prepared)
            story.badges.push_back({static_cast<int>(i), QString::number(story.badges.size() + 1)});
        else if (decided < 0)
            decided = static_cast<int>(i);
    }
    QCOMPARE(story.badges.size(), std::size_t{3});
    story.regions.push_back(
        {story.badges.back().event, decided, QStringLiteral("all three on disk"), QStringLiteral("first word of commit")});
    panel.canvas()->setStory(story);
    auto* theme = theme::Theme::installed();
    for (const bool dark : {false, true}) {
        theme->setChoice(dark ? theme::ThemeChoice::Dark : theme::ThemeChoice::Light);
        QTest::qWait(20);
        const QImage seen = panel.canvas()->grab().toImage();
        const int from = static_cast<int>(panel.canvas()->x(story.badges.back().event)) + 2,
                  to = static_cast<int>(panel.canvas()->x(decided)) - 2;
        int tinted = 0;
        for (int x = from; x < to; ++x) tinted += QColor(seen.pixel(x, seen.height() / 2)) == theme->tokens().selection;
        QVERIFY2(tinted > (to - from) / 3, qPrintable(QString::number(tinted)));
        tests::shoot(panel, QStringLiteral("timeline-tour-%1").arg(dark ? QStringLiteral("dark") : QStringLiteral("light")));
    }
    theme->setChoice(theme::ThemeChoice::Light);
}

void TimelinePaneTest::many_lanes_scroll_and_say_so() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    PaymentTimeline payment(s.context());
    payment.setPayment(s.selection->xid());
    auto tall = std::make_shared<Scene>(*payment.scene());
    for (int i = 0; i < 12; ++i) {
        SceneLane lane;
        lane.id = QStringLiteral("P%1").arg(i);
        lane.name = QStringLiteral("Participant");
        lane.role = QStringLiteral("check");
        tall->lanes.push_back(lane);
    }
    TimelineCanvas canvas;
    canvas.resize(1000, 363);
    canvas.show();
    canvas.setScene(tall, QStringLiteral("tall"));
    const double before = canvas.pointOf(0).y();
    canvas.setFocus();
    for (int i = 0; i < 40; ++i) QTest::keyClick(&canvas, Qt::Key_Down);
    QVERIFY(canvas.pointOf(0).y() < before - 300);
    tests::shoot(canvas, QStringLiteral("timeline-lanes"));
    for (int i = 0; i < 60; ++i) QTest::keyClick(&canvas, Qt::Key_Up);
    QCOMPARE(canvas.pointOf(0).y(), before);
}

void TimelinePaneTest::looks_data() { tests::trace_names(); }
void TimelinePaneTest::looks() {
    QFETCH(QString, name);
    tests::Surroundings s;
    s.show(tests::trace_named(name));
    auto* theme = theme::Theme::installed();
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    const Scene& scene = pane.panel()->canvas()->scene();
    const auto lost = std::find_if(scene.messages.begin(), scene.messages.end(), [](const SceneMessage& m) { return m.lost; });
    emit pane.panel()->canvas()->eventChosen(lost == scene.messages.end() ? 12 : lost->arrive);
    TimelinePanel desk(s.context(), PanelStyle::Embedded);
    desk.resize(747, 281);
    desk.show();
    desk.showPayment(s.selection->xid());
    QVERIFY(!pane.panel()->canvas()->scene().events.empty());
    for (const bool dark : {false, true}) {
        theme->setChoice(dark ? theme::ThemeChoice::Dark : theme::ThemeChoice::Light);
        QTest::qWait(20);
        const QString tone = dark ? QStringLiteral("dark") : QStringLiteral("light");
        pane.panel()->canvas()->setAxisKind(AxisKind::Folded);
        pane.resize(1368, 828);
        tests::shoot(pane, QStringLiteral("timeline-%1-%2").arg(name, tone));
        tests::shoot(pane, QStringLiteral("timeline-%1-%2-2x").arg(name, tone), 2);
        tests::shoot(desk, QStringLiteral("timeline-desk-%1-%2").arg(name, tone));
        pane.panel()->canvas()->setAxisKind(AxisKind::Order);
        tests::shoot(pane, QStringLiteral("timeline-%1-%2-order").arg(name, tone));
        pane.panel()->canvas()->setAxisKind(AxisKind::Folded);
        pane.resize(1208, 648);
        tests::shoot(pane, QStringLiteral("timeline-%1-%2-1280").arg(name, tone));
        const QImage canvas = pane.panel()->canvas()->grab().toImage();
        QCOMPARE(QColor(canvas.pixel(4, canvas.height() - 3)), theme->tokens().surface);
    }
    theme->setChoice(theme::ThemeChoice::Light);
}

INDOUBT_TEST(TimelinePaneTest);
#include "timeline_pane_test.moc"
