// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=240 serial
// Every place with real data, light and dark, at three sizes: no part empty, no list that needs a horizontal scroll bar. With
// INDOUBT_SHOTS the pictures are kept (the README shows them).
#include <QPainter>
#include <QScrollBar>
#include <QTableView>

#include "console/story_support.h"
#include "shell/first_run.h"
#include "support/live_cluster.h"
#include "support/test_main.h"
#include "theme/theme.h"

using namespace indoubt;

class ShellPicturesTest : public QObject {
    Q_OBJECT

    static QImage picture(QWidget& window, double scale) {
        QImage image(window.size() * scale, QImage::Format_RGB32);
        image.setDevicePixelRatio(scale);
        image.fill(Qt::white);
        window.render(&image);
        return image;
    }
    static void keep(const QImage& image, const QString& name) {
        const QString directory = qEnvironmentVariable("INDOUBT_SHOTS");
        if (directory.isEmpty()) return;
        QDir().mkpath(directory);
        QVERIFY(image.save(QStringLiteral("%1/%2.png").arg(directory, name)));
    }
    // A record with all its fields, for the panes of detail and bytes.
    static void chooseEvent(tests::ConsoleUnderTest& console, const base::Xid& xid) {
        for (const auto id : console.feed().rows().rows_of(xid)) {
            const auto event = console.feed().rows().event(id);
            if (event.record() && event.record()->kind == events::RecordKind::prepared) console.context().selection->selectEvent(event.ref(), xid);
        }
    }
    // A part of a place, and what it must at least show: rows of its list, else colours in its own rectangle.
    struct Part {
        const char* name;
        int rows = 0, colours = 0;
    };
    static QList<Part> partsOf(const QString& place) {
        if (place == QLatin1String("watch")) return {{"causesPane", 0, 12}, {"flowPane", 0, 20}, {"clusterMap", 0, 12}, {"paymentsTable", 12, 20}};
        if (place == QLatin1String("desk")) return {{"queuesPane", 0, 12}, {"timelineCanvas", 0, 16}, {"evidenceTable", 4, 12}, {"advicePane", 0, 16}};
        if (place == QLatin1String("timeline")) return {{"paymentHead", 0, 10}, {"timelineCanvas", 0, 16}, {"timelineEvents", 30, 16}, {"factView", 0, 8}, {"hexView", 0, 8}};
        if (place == QLatin1String("log")) return {{"logTable", 15, 16}, {"factView", 0, 8}, {"hexView", 0, 8}, {"recordTextView", 0, 4}};
        if (place == QLatin1String("money")) return {{"accountsTable", 8, 16}, {"sumsTable", 3, 10}, {"holdsTable", 0, 4}, {"accountHistoryTable", 0, 4}};
        if (place == QLatin1String("lab")) return {{"labNodesTable", 4, 12}, {"labNodes", 0, 12}, {"labFaults", 0, 12}};
        return {{"timelineCanvas", 0, 16}, {"storyMoney", 4, 12}, {"storyDisk", 4, 8}, {"storyEvents", 20, 12}, {"storyCard", 0, 12}};
    }
    static int colours(const QImage& image, const QRect& part) {
        QSet<QRgb> seen;
        for (int y = part.top(); y <= part.bottom() && y < image.height(); y += 2)
            for (int x = part.left(); x <= part.right() && x < image.width(); x += 2) seen.insert(image.pixel(x, y));
        return static_cast<int>(seen.size());
    }
    static QStringList emptyParts(QWidget& window, const QImage& image, const QString& place, int width) {
        QStringList empty;
        for (const auto& part : partsOf(place)) {
            QWidget* widget = nullptr;
            for (auto* one : window.findChildren<QWidget*>(QLatin1String(part.name)))
                if (one->isVisible()) widget = one;
            const QString where = QStringLiteral("%1 in %2 at %3").arg(QLatin1String(part.name), place).arg(width);
            if (!widget) {
                empty << where + QStringLiteral(" is not there");
                continue;
            }
            const auto* table = qobject_cast<QTableView*>(widget);
            const int rows = table ? table->model()->rowCount() : 0;
            const int seen = colours(image, QRect(widget->mapTo(&window, QPoint(0, 0)), widget->size()));
            if (rows < part.rows || seen < part.colours) empty << QStringLiteral("%1 has %2 rows and %3 colours").arg(where).arg(rows).arg(seen);
        }
        return empty;
    }

  private slots:
    void every_place_is_whole_in_both_themes_at_every_size() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        console.context().navigator->run(QStringLiteral("traffic.start"));
        QTest::qWait(9000);
        base::Xid shown;
        QStringList sideways, empty;
        const auto reply = console.client().submit(tests::story_payment("INV-2041"), std::nullopt, client::Wait::applied);
        QVERIFY(reply.ok());
        shown = reply->xid;
        QVERIFY(console.until(shown, [](const view::Transaction& t) { return t.state == view::PaymentState::committed; }));
        console.feed().wantTrace(shown);
        QTest::qWait(300);
        chooseEvent(console, shown);
        for (const bool dark : {false, true}) {
            console::theme::Theme::installed()->setChoice(dark ? console::theme::ThemeChoice::Dark : console::theme::ThemeChoice::Light);
            for (const QSize size : {QSize(1440, 900), QSize(1280, 720)}) {
                console.window().resize(size);
                for (const char* place : {"watch", "desk", "timeline", "log", "money", "lab"}) {
                    console.context().navigator->openPayment(QString::fromLatin1(place), shown);
                    QTRY_COMPARE(console.window().places()->current(), QString::fromLatin1(place));
                    QTest::qWait(1300);
                    const auto image = picture(console.window(), 1);
                    empty << emptyParts(console.window(), image, QString::fromLatin1(place), size.width());
                    keep(image, QStringLiteral("%1-%2-%3x%4").arg(QLatin1String(place), dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(size.width()).arg(size.height()));
                    if (size.width() == 1440) keep(picture(console.window(), 2), QStringLiteral("%1-%2-2x").arg(QLatin1String(place), dark ? QStringLiteral("dark") : QStringLiteral("light")));
                    for (auto* table : console.window().places()->currentPlace()->findChildren<QTableView*>())
                        if (table->isVisible() && table->horizontalScrollBar()->isVisible())
                            sideways << QStringLiteral("%1 in %2 at %3").arg(table->objectName(), QLatin1String(place)).arg(size.width());
                }
            }
        }
        console::theme::Theme::installed()->setChoice(console::theme::ThemeChoice::Light);
        QVERIFY2(sideways.isEmpty(), qPrintable(sideways.join(QStringLiteral("; "))));
        QVERIFY2(empty.isEmpty(), qPrintable(empty.join(QStringLiteral("; "))));
    }

    void the_first_run_is_whole_in_both_themes_at_every_size() {
        tests::ConsoleUnderTest console(true);
        QVERIFY(console.untilLive());
        QVERIFY(console.press(QStringLiteral("story.act")));
        QTRY_COMPARE_WITH_TIMEOUT(console.window().firstRun()->step(), 2, 10000);
        QTest::qWait(1200);
        QStringList empty;
        for (const bool dark : {false, true}) {
            console::theme::Theme::installed()->setChoice(dark ? console::theme::ThemeChoice::Dark : console::theme::ThemeChoice::Light);
            for (const QSize size : {QSize(1440, 900), QSize(1280, 720)}) {
                console.window().resize(size);
                QTest::qWait(300);
                const auto image = picture(console.window(), 1);
                empty << emptyParts(console.window(), image, QStringLiteral("story"), size.width());
                keep(image, QStringLiteral("story-%1-%2x%3").arg(dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(size.width()).arg(size.height()));
                if (size.width() == 1440) keep(picture(console.window(), 2), QStringLiteral("story-%1-2x").arg(dark ? QStringLiteral("dark") : QStringLiteral("light")));
            }
        }
        console::theme::Theme::installed()->setChoice(console::theme::ThemeChoice::Light);
        QVERIFY2(empty.isEmpty(), qPrintable(empty.join(QStringLiteral("; "))));
    }

    void an_empty_part_would_be_seen() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        const auto paid = console.client().submit(tests::story_payment("INV-2041"), std::nullopt, client::Wait::applied);
        QVERIFY(paid.ok());
        QTRY_VERIFY(!console.feed().rows().rows_of(paid->xid).empty());
        console.context().navigator->open(QStringLiteral("log"));
        chooseEvent(console, paid->xid);
        QTest::qWait(300);
        QVERIFY(emptyParts(console.window(), picture(console.window(), 1), QStringLiteral("log"), 1440).isEmpty());
        QImage blank(console.window().size(), QImage::Format_RGB32);
        blank.fill(Qt::white);
        QCOMPARE(emptyParts(console.window(), blank, QStringLiteral("log"), 1440).size(), 4);
    }

    void incident_shows_one_cause_with_its_remedy() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        console.context().navigator->run(QStringLiteral("traffic.start"));
        for (int i = 0; i < 3; ++i) console.context().navigator->run(QStringLiteral("traffic.faster"));
        QTest::qWait(6000);
        QVERIFY(console.client().add_fault("crash after force COMMIT at T", "Ana Ruiz").ok());
        QTRY_VERIFY_WITH_TIMEOUT(console.feed().newest().node(base::NodeId::of("T"))->state == view::NodeState::down, 5000);
        QTest::qWait(4500);
        console.context().navigator->openFiltered(QStringLiteral("watch"), QStringLiteral("is:stuck"));
        QTest::qWait(1500);
        for (const bool dark : {false, true}) {
            console::theme::Theme::installed()->setChoice(dark ? console::theme::ThemeChoice::Dark : console::theme::ThemeChoice::Light);
            QTest::qWait(300);
            keep(picture(console.window(), 1), dark ? QStringLiteral("watch-incident-dark") : QStringLiteral("watch-incident-light"));
        }
        console::theme::Theme::installed()->setChoice(console::theme::ThemeChoice::Light);
        const auto stuck = console.feed().newest().counters(console.feed().liveHlc()).stuck;
        QVERIFY(stuck > 0);
        QVERIFY(console.find<QWidget>(QStringLiteral("alertBar")) != nullptr);
        QVERIFY(console.press(QStringLiteral("step.node.restart.T")));
        QTRY_COMPARE_WITH_TIMEOUT(console.feed().newest().counters(console.feed().liveHlc()).stuck, 0u, 20000);
    }
};

INDOUBT_TEST(ShellPicturesTest);
#include "shell_pictures_test.moc"
