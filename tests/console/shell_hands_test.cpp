// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=120 serial
// What hands do to the whole window: a look at another place chooses nothing, the palette finds actions by their names, closing
// asks while payments are in doubt.
#include <QListView>
#include <QPushButton>
#include <QTableView>

#include "console/story_support.h"
#include "support/live_cluster.h"
#include "support/test_main.h"
#include "watch/payments_pane.h"
#include "widgets/command_palette.h"
#include "widgets/data_table.h"
#include "widgets/filter_field.h"

using namespace indoubt;

class ShellHandsTest : public QObject {
    Q_OBJECT
  private slots:
    void the_money_of_the_story_is_there_before_the_first_payment() {
        tests::ConsoleUnderTest console(true);
        QVERIFY(console.untilLive());
        QTableView* money = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT((money = console.find<QTableView>(QStringLiteral("storyMoney"))) && money->model()->rowCount() >= 4, 5000);
        console.shoot(QStringLiteral("story-0-money"));
    }

    void going_to_watch_and_back_keeps_the_chosen_payment() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        const auto one = console.client().submit(tests::story_payment("INV-7001"), std::nullopt, client::Wait::applied);
        const auto two = console.client().submit(tests::story_payment("POS-7002"), std::nullopt, client::Wait::applied);
        QVERIFY(one.ok() && two.ok());
        QVERIFY(console.until(two->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::committed; }));
        const auto key = [&](Qt::Key number) { QTest::keyClick(&console.window(), number, Qt::ControlModifier); };
        key(Qt::Key_1);
        auto* watch = console.find<console::watch::PaymentsPane>(QStringLiteral("paymentsPane"));
        QVERIFY(watch);
        watch->setFilter(QStringLiteral("ref:POS-7002"));
        QTRY_COMPARE(watch->model()->rowCount(), 1);
        QTest::mouseClick(watch->table()->viewport(), Qt::LeftButton, {}, QPoint(60, 8));
        QTRY_COMPARE(console.context().selection->xid(), two->xid);
        key(Qt::Key_2);
        console.context().selection->selectPayment(one->xid);
        for (int i = 0; i < 2; ++i) {
            key(Qt::Key_1);
            watch->table()->setFocus(Qt::OtherFocusReason);
            QTest::qWait(50);
            QCOMPARE(console.context().selection->xid(), one->xid);
            key(Qt::Key_2);
            QTest::qWait(50);
            QCOMPARE(console.context().selection->xid(), one->xid);
        }
        // A filter goes on to its list with Enter, and Enter there chooses.
        key(Qt::Key_1);
        QTest::keyClick(&console.window(), Qt::Key_F, Qt::ControlModifier);
        auto* field = console.find<console::widgets::FilterField>(QStringLiteral("paymentsFilter"));
        QTRY_VERIFY(field && field->hasFocus());
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(watch->table()->hasFocus());
        QCOMPARE(console.context().selection->xid(), one->xid);
        QTest::keyClick(watch->table(), Qt::Key_Return);
        QTRY_COMPARE(console.context().selection->xid(), two->xid);

        QTest::keyClick(&console.window(), Qt::Key_K, Qt::ControlModifier);
        auto* palette = console.window().findChild<console::widgets::CommandPalette*>();
        QTRY_VERIFY(palette->isVisible());
        auto* list = palette->findChild<QListView*>(QStringLiteral("palette.list"));
        const auto first = [&](const QString& query) {
            palette->open(query);
            return list->currentIndex().data().toString();
        };
        QVERIFY2(first(QStringLiteral("settle")).contains(QStringLiteral("settle")), qPrintable(first(QStringLiteral("settle"))));
        QVERIFY2(first(QStringLiteral("traffic")).contains(QStringLiteral("traffic"), Qt::CaseInsensitive), qPrintable(first(QStringLiteral("traffic"))));
        QVERIFY2(!first({}).contains(QStringLiteral("axis")), qPrintable(first({})));
        QTest::keyClick(palette->findChild<QLineEdit*>(), Qt::Key_Escape);
    }

    void closing_asks_while_payments_are_in_doubt_and_keeps_the_cluster() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        QVERIFY(console.client().add_fault("crash after force COMMIT at T", "test").ok());
        (void)console.client().submit(tests::story_payment("INV-7003"), std::nullopt, client::Wait::none);
        QTRY_VERIFY_WITH_TIMEOUT(console.feed().newest().counters(console.feed().liveHlc()).blocked > 0, 10000);
        console.window().close();
        QWidget* dialog = nullptr;
        QTRY_VERIFY((dialog = console.find<QWidget>(QStringLiteral("closeDialog"))));
        QVERIFY(console.window().isVisible() && console.window().live());
        console.shoot(QStringLiteral("close-asks"));
        QVERIFY(console.press(QStringLiteral("dialog.safe")));
        QTRY_VERIFY(!console.find<QWidget>(QStringLiteral("closeDialog")));
        QVERIFY(console.client().info().ok());
    }
};

INDOUBT_TEST(ShellHandsTest);
#include "shell_hands_test.moc"
