// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=240 serial
// Every place with real data, light and dark, at three sizes: nothing empty, no list that needs a horizontal scroll bar. With
// INDOUBT_SHOTS the pictures are kept (the README shows them).
#include <QPainter>
#include <QScrollBar>
#include <QTableView>

#include "console/story_support.h"
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
    static int colours(const QImage& image) {
        QSet<QRgb> seen;
        for (int y = 0; y < image.height(); y += 7)
            for (int x = 0; x < image.width(); x += 5) seen.insert(image.pixel(x, y));
        return static_cast<int>(seen.size());
    }

  private slots:
    void every_place_is_whole_in_both_themes_at_every_size() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        console.context().navigator->run(QStringLiteral("traffic.start"));
        QTest::qWait(9000);
        base::Xid shown;
        QStringList sideways;
        const auto reply = console.client().submit(tests::story_payment("INV-2041"), std::nullopt, client::Wait::applied);
        QVERIFY(reply.ok());
        shown = reply->xid;
        QVERIFY(console.until(shown, [](const view::Transaction& t) { return t.state == view::PaymentState::committed; }));
        console.feed().wantTrace(shown);
        QTest::qWait(300);
        for (const bool dark : {false, true}) {
            console::theme::Theme::installed()->setChoice(dark ? console::theme::ThemeChoice::Dark : console::theme::ThemeChoice::Light);
            for (const QSize size : {QSize(1440, 900), QSize(1280, 720)}) {
                console.window().resize(size);
                for (const char* place : {"watch", "desk", "timeline", "log", "money", "lab"}) {
                    console.context().navigator->openPayment(QString::fromLatin1(place), shown);
                    QTRY_COMPARE(console.window().places()->current(), QString::fromLatin1(place));
                    QTest::qWait(1300);
                    const auto image = picture(console.window(), 1);
                    QVERIFY2(colours(image) > 20, place);
                    keep(image, QStringLiteral("%1-%2-%3x%4").arg(QLatin1String(place), dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(size.width()).arg(size.height()));
                    if (size.width() == 1440) keep(picture(console.window(), 2), QStringLiteral("%1-%2-2x").arg(QLatin1String(place), dark ? QStringLiteral("dark") : QStringLiteral("light")));
                    for (auto* table : console.window().places()->currentPlace()->findChildren<QTableView*>())
                        // The Lab's list of nodes has more columns than a small window; it alone may scroll.
                        if (table->isVisible() && table->horizontalScrollBar()->isVisible() && qstrcmp(place, "lab") != 0)
                            sideways << QStringLiteral("%1 in %2 at %3").arg(table->objectName(), QLatin1String(place)).arg(size.width());
                }
            }
        }
        console::theme::Theme::installed()->setChoice(console::theme::ThemeChoice::Light);
        QVERIFY2(sideways.isEmpty(), qPrintable(sideways.join(QStringLiteral("; "))));
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
