// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=180 serial
// The window itself: up at once, live soon, keys, palette, a start that fails says why, closing ends the cluster.
#include <QLabel>
#include <QPushButton>

#include "console/story_support.h"
#include "shell/gui_stats.h"
#include "shell/parts.h"
#include "shell/start_page.h"
#include "shell/time_bar_link.h"
#include "support/live_cluster.h"
#include "support/test_main.h"
#include "widgets/command_palette.h"
#include "widgets/environment_band.h"
#include "widgets/time_bar.h"

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

    void abort_from_the_palette_asks_before_it_acts() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        QVERIFY(console.client().add_fault("hold YES from C to T", "test").ok());
        const auto reply = console.client().submit(tests::story_payment("INV-7002"), std::nullopt, client::Wait::none);
        QVERIFY(reply.ok());
        QVERIFY(console.until(reply->xid, [](const view::Transaction& t) { return t.in_doubt_hlc != 0; }));
        console.context().selection->selectPayment(reply->xid);
        QTest::keyClick(&console.window(), Qt::Key_K, Qt::ControlModifier);
        auto* palette = console.window().findChild<console::widgets::CommandPalette*>();
        QTRY_VERIFY(palette->isVisible());
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("abort the selected"));
        QTRY_VERIFY(palette->rows() > 0);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QWidget* dialog = nullptr;
        QTRY_VERIFY((dialog = console.find<QWidget>(QStringLiteral("abortDialog"))));
        auto* confirm = dialog->findChild<QPushButton*>(QStringLiteral("abortConfirm"));
        QVERIFY2(confirm && !confirm->isEnabled(), "it wants a reason");
        QTest::qWait(300);
        QVERIFY2(console.feed().newest().find(reply->xid)->open() && !console.feed().newest().find(reply->xid)->order, "nothing was ordered yet");
        QVERIFY(console.type(QStringLiteral("abortReason"), QStringLiteral("customer asked")));
        QVERIFY(console.press(QStringLiteral("abortConfirm")));
        QVERIFY(console.until(reply->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::aborted && t.order && t.order->reason == "customer asked"; }));
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
        QVERIFY(window.findChild<QPushButton*>(QStringLiteral("startPage.retry"))->isVisible());
        QCOMPARE(window.findChild<QPushButton*>(QStringLiteral("startPage.elsewhere"))->text(), QStringLiteral("Open another directory..."));
        QVERIFY2(!window.findChild<console::widgets::TimeBar*>()->isVisible(), "nothing is live, and there is no time to move in");
    }

    void a_cluster_that_cannot_be_reached_is_named_and_nothing_is_claimed_of_it() {
        QTemporaryDir directory;
        console::shell::Options options;
        options.connectTarget = QStringLiteral("127.0.0.1:9");
        options.tokenFile = directory.filePath(QStringLiteral("token"));
        console::shell::MainWindow window(options);
        window.show();
        auto* title = window.findChild<QLabel*>(QStringLiteral("startPage.title"));
        auto* band = window.findChild<console::widgets::EnvironmentBand*>();
        const auto claimsNothing = [&] {
            QCOMPARE(band->accessibleName(), QStringLiteral("Environment unknown: 127.0.0.1:9"));
            QVERIFY2(!window.windowTitle().contains(QStringLiteral("SANDBOX")), qPrintable(window.windowTitle()));
            QVERIFY(!window.findChild<QPushButton*>(QStringLiteral("band.person"))->isVisible());
            QVERIFY(!window.findChild<console::widgets::TimeBar*>()->isVisible());
        };
        claimsNothing();
        QTRY_COMPARE_WITH_TIMEOUT(title->text(), QStringLiteral("Not connected to 127.0.0.1:9"), 10000);
        claimsNothing();
        const QString advice = window.findChild<QLabel*>(QStringLiteral("startPage.advice"))->text();
        QVERIFY2(!advice.contains(QStringLiteral("directory")) && advice.contains(QStringLiteral("--token-file")), qPrintable(advice));
        QCOMPARE(window.findChild<QPushButton*>(QStringLiteral("startPage.elsewhere"))->text(), QStringLiteral("Start the bundled cluster"));
    }

    void only_ways_out_that_exist_are_offered() {
        using console::shell::startFailure;
        const QString remote = QStringLiteral("bank:7300"), data = QStringLiteral("/data");
        for (const auto& error : {base::unavailable("no route"), base::Error{base::ErrorCode::internal, "odd"}, base::Error{base::ErrorCode::unauthenticated, "no"}}) {
            const auto failure = startFailure(error, remote, data);
            QVERIFY2(!failure.advice.contains(QStringLiteral("directory")), qPrintable(failure.advice));
            QVERIFY(failure.retry && failure.title.contains(remote));
        }
        QVERIFY(startFailure(base::unavailable("no route"), remote, data).title.contains(QStringLiteral("does not answer")));
        const auto newer = startFailure(base::failed_precondition("schema 9 of a newer version"), {}, data);
        QVERIFY2(!newer.retry && !newer.elsewhere.isEmpty(), "a second try ends as the first");
        const auto port = startFailure(base::failed_precondition("port 7300 is in use by another program"), {}, data);
        QVERIFY2(port.retry && port.elsewhere.isEmpty(), "another directory frees no port");
    }

    void a_bar_without_contact_does_not_say_live() {
        console::shell::Parts parts;
        console::widgets::TimeBar bar;
        console::shell::TimeBarLink link(parts.context, &bar, nullptr);
        QCOMPARE(bar.accessibleDescription(), QStringLiteral("No contact"));
    }
};

INDOUBT_TEST(ShellWindowTest);
#include "shell_window_test.moc"
