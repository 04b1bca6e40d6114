// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=240 serial
// Every place with real data, light and dark, at 1280 x 720, at 1440 x 900 and at twice the pixels: no part empty, no text cut, nothing
// outside its pane, no list that needs a horizontal scroll bar. With INDOUBT_SHOTS the pictures are kept.
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>

#include "console/story_support.h"
#include "shell/first_run.h"
#include "support/live_cluster.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "widgets/labels.h"

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
    static QList<Part> partsOf(const QString& shown) {
        const QString place = shown.section(u' ', 0, 0);
        if (place == QLatin1String("watch")) return {{"causesPane", 0, 12}, {"flowPane", 0, 20}, {"clusterMap", 0, 12}, {"paymentsTable", 12, 20}};
        if (place == QLatin1String("desk")) return {{"queuesPane", 0, 12}, {"timelineCanvas", 0, 16}, {"evidenceTable", 4, 12}, {"advicePane", 0, 16}};
        if (place == QLatin1String("timeline")) return {{"paymentHead", 0, 10}, {"timelineCanvas", 0, 16}, {"timelineEvents", 30, 16}, {"factView", 0, 8}, {"hexView", 0, 8}};
        if (place == QLatin1String("log")) return {{"logTable", 15, 16}, {"factView", 0, 8}, {"hexView", 0, 8}, {"recordTextView", 0, 4}};
        if (place == QLatin1String("money")) return {{"accountsTable", 8, 16}, {"sumsTable", 3, 10}, {"holdsTable", 0, 4}, {"accountHistoryTable", 0, 4}};
        if (place == QLatin1String("lab")) return {{"labNodesTable", 4, 12}, {"labNodes", 0, 12}, {"labFaults", 0, 12}};
        return {{"timelineCanvas", 0, 16}, {"storyMoney", 4, 12}, {"storyDisk", 4, 8}, {"storyEvents", 20, 12}, {"storyCard", 0, 12}};
    }
    static int colours(const QImage& image, const QRect& part) {
        const int scale = static_cast<int>(image.devicePixelRatio());
        QSet<QRgb> seen;
        for (int y = part.top() * scale; y <= part.bottom() * scale && y < image.height(); y += 2 * scale)
            for (int x = part.left() * scale; x <= part.right() * scale && x < image.width(); x += 2 * scale) seen.insert(image.pixel(x, y));
        return static_cast<int>(seen.size());
    }
    // Of the pixel pairs where something is drawn: how many differ within the pair. A picture blown up from half its size has none.
    static double fineness(const QImage& image) {
        qint64 pairs = 0, fine = 0;
        for (int y = 0; y < image.height(); y += 2) {
            const auto* line = reinterpret_cast<const QRgb*>(image.constScanLine(y));
            for (int x = 2; x + 1 < image.width(); x += 2) {
                if (line[x] == line[x - 1] && line[x] == line[x + 1]) continue;
                ++pairs;
                fine += line[x] != line[x + 1];
            }
        }
        return pairs == 0 ? 0 : static_cast<double>(fine) / static_cast<double>(pairs);
    }
    // The window as it stands, at one and at two pixels a point: what is wrong with either. Both are kept under that name.
    static QStringList look(QWidget& window, const QString& place, bool dark) {
        const QString name = QStringLiteral("%1-%2").arg(place, dark ? QStringLiteral("dark") : QStringLiteral("light"));
        const QString size = QStringLiteral("%1x%2").arg(window.width()).arg(window.height());
        QStringList wrong;
        const auto once = picture(window, 1), twice = picture(window, 2);
        wrong << emptyParts(window, once, place, window.width()) << emptyParts(window, twice, place + QStringLiteral(" (2x)"), window.width());
        if (fineness(twice) < 0.2) wrong << QStringLiteral("%1 at 2x is a blown-up picture").arg(name);
        for (const auto& cut : tests::cutTexts(window)) wrong << QStringLiteral("%1 at %2: %3").arg(place, size, cut);
        tests::keepPicture(once, name + u'-' + size);
        if (window.width() == 1440 && !dark) tests::keepPicture(twice, name + QStringLiteral("-2x"));
        return wrong;
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
        QStringList sideways, wrong;
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
                    chooseEvent(console, shown);
                    console.context().selection->selectAccount(base::NodeId::of("A"), QStringLiteral("DE37900000010000471108"));
                    QTest::qWait(1300);
                    wrong << look(console.window(), QString::fromLatin1(place), dark);
                    for (auto* table : console.window().places()->currentPlace()->findChildren<QTableView*>())
                        if (table->isVisible() && table->horizontalScrollBar()->isVisible())
                            sideways << QStringLiteral("%1 in %2 at %3").arg(table->objectName(), QLatin1String(place)).arg(size.width());
                }
            }
        }
        console::theme::Theme::installed()->setChoice(console::theme::ThemeChoice::Light);
        QVERIFY2(sideways.isEmpty(), qPrintable(sideways.join(QStringLiteral("; "))));
        QVERIFY2(wrong.isEmpty(), qPrintable(u'\n' + wrong.join(u'\n')));
    }

    void the_first_run_is_whole_in_both_themes_at_every_size() {
        tests::ConsoleUnderTest console(true);
        QVERIFY(console.untilLive());
        QVERIFY(console.press(QStringLiteral("story.act")));
        QTRY_COMPARE_WITH_TIMEOUT(console.window().firstRun()->step(), 2, 10000);
        QTest::qWait(1200);
        QStringList wrong;
        for (const bool dark : {false, true}) {
            console::theme::Theme::installed()->setChoice(dark ? console::theme::ThemeChoice::Dark : console::theme::ThemeChoice::Light);
            for (const QSize size : {QSize(1440, 900), QSize(1280, 720)}) {
                console.window().resize(size);
                QTest::qWait(300);
                wrong << look(console.window(), QStringLiteral("story"), dark);
            }
        }
        console::theme::Theme::installed()->setChoice(console::theme::ThemeChoice::Light);
        QVERIFY2(wrong.isEmpty(), qPrintable(u'\n' + wrong.join(u'\n')));
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

    void a_cut_text_would_be_seen() {
        QWidget window;
        window.resize(400, 200);
        auto* label = new console::widgets::TextLabel(QStringLiteral("Nobody we can reach knows"), console::theme::TextRole::Body, console::widgets::Ink::Text, &window);
        auto* shortened = new console::widgets::ElidedLabel(QStringLiteral("Banque du Lac and its neighbours"), console::theme::TextRole::Body, console::widgets::Ink::Text, &window);
        auto* button = new QPushButton(QStringLiteral("Ask T now"), &window);
        const auto place = [&](int width) {
            label->setGeometry(10, 10, width, 24);
            shortened->setGeometry(10, 50, width, 24);
            button->setGeometry(10, 90, width, 28);
        };
        place(380);
        window.show();
        QCOMPARE(tests::cutTexts(window), QStringList());
        place(30);
        QCOMPARE(tests::cutTexts(window).size(), 3);
        window.resize(42, 200);  // nothing is free beside the shortened one now: that is what it is for
        QCOMPARE(tests::cutTexts(window).size(), 2);
        place(60);  // and now all three reach beyond the window
        QCOMPARE(tests::cutTexts(window).filter(QStringLiteral("outside its parent")).size(), 3);
        // A picture at twice the pixels that was only blown up is told from a real one.
        window.resize(400, 200);
        place(380);
        QVERIFY(fineness(picture(window, 2)) > 0.2);
        QVERIFY(fineness(picture(window, 1).scaled(800, 400)) < 0.1);
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
        QStringList wrong;
        for (const bool dark : {false, true}) {
            console::theme::Theme::installed()->setChoice(dark ? console::theme::ThemeChoice::Dark : console::theme::ThemeChoice::Light);
            for (const QSize size : {QSize(1280, 720), QSize(1440, 900)}) {
                console.window().resize(size);
                QTest::qWait(300);
                for (const auto& cut : tests::cutTexts(console.window())) wrong << QStringLiteral("%1: %2").arg(size.width()).arg(cut);
            }
            tests::keepPicture(picture(console.window(), 1), dark ? QStringLiteral("watch-incident-dark") : QStringLiteral("watch-incident-light"));
        }
        console::theme::Theme::installed()->setChoice(console::theme::ThemeChoice::Light);
        // The Desk with one of them: every pane says most when something is wrong.
        for (const QSize size : {QSize(1280, 720), QSize(1440, 900)}) {
            console.window().resize(size);
            console.go(2);
            QTest::qWait(1300);
            for (const auto& cut : tests::cutTexts(console.window())) wrong << QStringLiteral("Desk at %1: %2").arg(size.width()).arg(cut);
        }
        tests::keepPicture(picture(console.window(), 1), QStringLiteral("desk-incident-light"));
        console.go(1);
        QTest::qWait(300);
        QVERIFY2(wrong.isEmpty(), qPrintable(u'\n' + wrong.join(u'\n')));
        const auto stuck = console.feed().newest().counters(console.feed().liveHlc()).stuck;
        QVERIFY(stuck > 0);
        QVERIFY(console.find<QWidget>(QStringLiteral("alertBar")) != nullptr);
        QVERIFY(console.press(QStringLiteral("step.node.restart.T")));
        QTRY_COMPARE_WITH_TIMEOUT(console.feed().newest().counters(console.feed().liveHlc()).stuck, 0u, 20000);
    }
};

INDOUBT_TEST(ShellPicturesTest);
#include "shell_pictures_test.moc"
