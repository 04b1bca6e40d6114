// SPDX-License-Identifier: GPL-3.0-or-later
// What stands where in the Timeline: causes before effects on every axis, texts that do not touch, votes, bars, bands and ages.
#include <QApplication>
#include <QRegularExpression>

#include "console/timeline_scenes.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "timeline/scene_builder.h"
#include "timeline/timeline_pane.h"

using namespace indoubt;
using namespace indoubt::console;
using namespace indoubt::console::timeline;

class TimelineSceneTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light)->setReducedMotion(true); }
    void every_axis_keeps_causes_before_effects_data();
    void every_axis_keeps_causes_before_effects();
    void texts_neither_overlap_nor_leave_the_plot_data();
    void texts_neither_overlap_nor_leave_the_plot();
    void a_committed_payment_shows_its_votes_bars_and_bands();
    void a_lost_message_ends_in_the_first_gap();
    void blocked_branches_carry_their_age();
};

void TimelineSceneTest::every_axis_keeps_causes_before_effects_data() { tests::trace_names(); }
void TimelineSceneTest::every_axis_keeps_causes_before_effects() {
    QFETCH(QString, name);
    tests::Surroundings s;
    s.show(tests::trace_named(name));
    PaymentTimeline payment(s.context());
    payment.setPayment(s.selection->xid());
    const Scene& scene = *payment.scene();
    QVERIFY(scene.events.size() > 15);
    for (const AxisKind kind : {AxisKind::Folded, AxisKind::Order, AxisKind::Clock}) {
        const Axis axis(kind, scene.events, scene.stretches, payment.model()->end_hlc);
        const double scale = axis.scaleToFit(1100);
        QVERIFY(scale > 0);
        for (std::size_t i = 0; i < scene.events.size(); ++i) {
            const double x = axis.of(static_cast<int>(i)).x(scale);
            QVERIFY(x >= -0.001 && x <= axis.length(scale) + 0.001);
            for (const int cause : scene.events[i].causes) QVERIFY(axis.of(cause).x(scale) <= x + 0.001);
        }
        if (kind != AxisKind::Order) continue;
        // A message takes a column at least: no upright arrow.
        for (const SceneMessage& m : scene.messages)
            if (m.arrive >= 0 && !m.lost) QVERIFY(axis.of(m.arrive).u > axis.of(m.send).u + 0.2);
    }
}

void TimelineSceneTest::texts_neither_overlap_nor_leave_the_plot_data() { tests::trace_names(); }
void TimelineSceneTest::texts_neither_overlap_nor_leave_the_plot() {
    QFETCH(QString, name);
    tests::Surroundings s;
    s.show(tests::trace_named(name));
    PaymentTimeline payment(s.context());
    payment.setPayment(s.selection->xid());
    const Scene& scene = *payment.scene();
    int texts = 0;
    for (const QSize size : {QSize(1368, 363), QSize(1208, 300), QSize(640, 249)})
        for (const AxisKind kind : {AxisKind::Folded, AxisKind::Order, AxisKind::Clock})
            for (const double zoom : {1.0, 2.7}) {
                const Geometry g = Geometry::fitting(size, static_cast<int>(scene.lanes.size()), size.width() < 800);
                const Axis axis(kind, scene.events, scene.stretches, payment.model()->end_hlc, g.foldPx(scene.stretches.size()));
                Projection p;
                p.axis = &axis;
                p.window.scale = axis.scaleToFit(g.fitWidth()) * zoom;
                p.origin = g.head + g.left;
                p.visibleFrom = g.head;
                p.visibleTo = size.width();
                const Layout layout = layOut(scene, p, g, payment.model()->end_hlc);
                texts += static_cast<int>(layout.texts.size());
                for (std::size_t i = 0; i < layout.texts.size(); ++i) {
                    QVERIFY2(g.plot().contains(layout.texts[i].box), qPrintable(layout.texts[i].text));
                    for (std::size_t j = i + 1; j < layout.texts.size(); ++j)
                        QVERIFY2(!layout.texts[i].box.intersects(layout.texts[j].box),
                                 qPrintable(layout.texts[i].text + QStringLiteral(" over ") + layout.texts[j].text));
                }
            }
    QVERIFY(texts > 60);
}

void TimelineSceneTest::a_committed_payment_shows_its_votes_bars_and_bands() {
    tests::Surroundings s;
    s.show(tests::committed_trace());
    PaymentTimeline payment(s.context());
    payment.setPayment(s.selection->xid());
    const Scene& scene = *payment.scene();
    QCOMPARE(scene.lanes.size(), std::size_t{4});
    QCOMPARE(scene.lanes[0].id, QStringLiteral("T"));
    QCOMPARE(scene.lanes[0].word, QStringLiteral("COMMIT"));
    QCOMPARE(scene.lanes[1].name, QStringLiteral("Hafenbank"));
    QCOMPARE(scene.lanes[1].amount, QStringLiteral("120.00"));
    for (std::size_t lane = 1; lane < 4; ++lane) QCOMPARE(scene.lanes[lane].sign, theme::Glyph::VoteYes);
    const auto spans = [&](SceneSpan::Kind kind) {
        return std::count_if(scene.spans.begin(), scene.spans.end(), [&](const SceneSpan& span) { return span.kind == kind; });
    };
    QCOMPARE(spans(SceneSpan::Kind::Sync), 7);  // 2N + 1 forced writes
    QCOMPARE(spans(SceneSpan::Kind::InDoubt), 3);
    QCOMPARE(spans(SceneSpan::Kind::Lock), 3);
    QCOMPARE(scene.messages.size(), std::size_t{12});  // 4N
    for (const SceneMessage& m : scene.messages) QVERIFY(m.arrive > m.send && !m.lost && !m.repeat);
}

void TimelineSceneTest::a_lost_message_ends_in_the_first_gap() {
    tests::Surroundings s;
    s.show(tests::lost_commit_trace());
    TimelinePane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    const Scene& scene = pane.panel()->canvas()->scene();
    const auto lost = std::find_if(scene.messages.begin(), scene.messages.end(),
                                   [](const SceneMessage& m) { return m.lost && m.kind == theme::MessageKind::Commit; });
    QVERIFY(lost != scene.messages.end());
    const Geometry g = Geometry::fitting(QSize(1368, 363), 4, false);
    const QPointF end = theme::lostEnd({100, g.laneY(lost->from)}, {160, g.laneY(lost->to)}, g.laneY(lost->from + 1));
    QVERIFY(end.y() > g.laneY(0) && end.y() < g.laneY(0) + g.pitch / 2);
    QVERIFY(std::any_of(scene.messages.begin(), scene.messages.end(),
                        [](const SceneMessage& m) { return m.repeat && m.text.contains(QStringLiteral("×2")); }));
    QVERIFY(std::any_of(scene.spans.begin(), scene.spans.end(),
                        [](const SceneSpan& span) { return span.kind == SceneSpan::Kind::Down && span.lane == 0 && span.to >= 0; }));
    QVERIFY(!scene.stretches.empty());
}

void TimelineSceneTest::blocked_branches_carry_their_age() {
    tests::Surroundings s;
    s.show(tests::blocked_trace());
    PaymentTimeline payment(s.context());
    payment.setPayment(s.selection->xid());
    const Scene& scene = *payment.scene();
    QVERIFY(scene.open);
    int blocked = 0;
    for (const SceneSpan& span : scene.spans) {
        if (span.kind != SceneSpan::Kind::Blocked) continue;
        ++blocked;
        QCOMPARE(span.to, -1);
        static const QRegularExpression aged(QStringLiteral("^blocked (39|4[0-9]) s$"));
        QVERIFY2(aged.match(spanWord(scene, span, payment.model()->end_hlc)).hasMatch(),
                 qPrintable(spanWord(scene, span, payment.model()->end_hlc)));
    }
    QCOMPARE(blocked, 3);
    QVERIFY(scene.lanes[0].muted);
}

INDOUBT_TEST(TimelineSceneTest);
#include "timeline_scene_test.moc"
