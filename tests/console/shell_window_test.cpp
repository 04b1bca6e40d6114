// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=180 serial
// The window itself: up at once, live soon, keys, palette, a start that fails says why, closing ends the cluster.
#include <QLabel>

#include "console/story_support.h"
#include "shell/gui_stats.h"
#include "support/live_cluster.h"
#include "support/test_main.h"
#include "widgets/command_palette.h"

using namespace indoubt;

class ShellWindowTest : public QObject {
    Q_OBJECT
  private slots:
    void window_is_there_at_once_and_live_within_its_time() {
        QElapsedTimer clock;
        clock.start();
        tests::ConsoleUnderTest console(false);
        QVERIFY(QTest::qWaitForWindowExposed(&console.window()));
        const auto exposed = clock.elapsed();
        QVERIFY(console.untilLive());
        qInfo("exposed after %lld ms, live after %lld ms", exposed, clock.elapsed());
        QVERIFY2(clock.elapsed() < 6000, "far beyond 1.5 s even for a busy machine");
        QVERIFY(console.window().windowTitle().contains(QStringLiteral("SANDBOX")));
        QVERIFY(console.window().windowTitle().contains(QStringLiteral("Local sandbox")));
    }

    void every_place_opens_by_its_key_and_the_palette_finds_a_payment_by_its_reference() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        const auto reply = console.client().submit(tests::story_payment("INV-7001"), std::nullopt, client::Wait::applied);
        QVERIFY(reply.ok());
        QVERIFY(console.until(reply->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::committed; }));
        const QStringList order{"watch", "desk", "timeline", "log", "money", "lab"};
        for (int i = 0; i < order.size(); ++i) {
            QTest::keyClick(&console.window(), static_cast<Qt::Key>(Qt::Key_1 + i), Qt::ControlModifier);
            QTRY_COMPARE(console.window().places()->current(), order[i]);
        }
        QTest::keyClick(&console.window(), Qt::Key_K, Qt::ControlModifier);
        auto* palette = console.window().findChild<console::widgets::CommandPalette*>();
        QTRY_VERIFY(palette->isVisible());
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("7001"));
        QTRY_VERIFY(palette->rows() > 0);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_COMPARE(console.context().selection->xid(), reply->xid);
        QCOMPARE(console.window().places()->current(), QStringLiteral("timeline"));
        QTest::keyClick(&console.window(), Qt::Key_F8);
        QVERIFY(console.feed().isPast());
        QTest::keyClick(&console.window(), Qt::Key_End);
        QVERIFY(console.feed().isLive());
    }

    void a_directory_in_use_is_said_in_the_window_and_retry_is_offered() {
        tests::LiveCluster other;
        QVERIFY(other.start());
        console::shell::Options options;
        options.dataDirectory = QString::fromStdString(other.path());
        console::shell::MainWindow window(options);
        window.show();
        auto* title = window.findChild<QLabel*>(QStringLiteral("startPage.title"));
        QTRY_COMPARE_WITH_TIMEOUT(title->text(), QStringLiteral("The cluster did not start"), 10000);
        QVERIFY(!window.findChild<QLabel*>(QStringLiteral("startPage.words"))->text().isEmpty());
    }
};

INDOUBT_TEST(ShellWindowTest);
#include "shell_window_test.moc"
