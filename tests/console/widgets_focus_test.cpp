// SPDX-License-Identifier: GPL-3.0-or-later
// Where focus goes and what Enter does: a visited list chooses nothing, a note begins in its text, Enter presses the focused button.
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include "support/test_main.h"
#include "theme/theme.h"
#include "widgets/data_table.h"
#include "widgets/dialog_frame.h"
#include "widgets/labels.h"

using namespace indoubt::console;
using namespace indoubt::console::widgets;

class WidgetsFocusTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light); }

    void a_list_that_is_only_visited_chooses_nothing() {
        QWidget window;
        QVBoxLayout layout(&window);
        QLineEdit other;
        DataTable table;
        layout.addWidget(&other);
        layout.addWidget(&table);
        QStandardItemModel model(3, 1);
        table.setModel(&model);
        QSignalSpy chosen(&table, &DataTable::rowChosen);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        other.setFocus();
        for (const auto reason : {Qt::TabFocusReason, Qt::OtherFocusReason, Qt::ActiveWindowFocusReason}) {
            table.setFocus(reason);
            QCOMPARE(chosen.count(), 0);
            other.setFocus();
        }
        table.setFocus();
        QTest::keyClick(&table, Qt::Key_Down);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(table.currentIndex().row(), 0);
        model.removeRow(0);
        QCOMPARE(chosen.count(), 1);  // its neighbour was not chosen by anybody
        QTest::keyClick(&table, Qt::Key_Down);
        QCOMPARE(chosen.count(), 2);
    }

    void what_only_writes_down_begins_in_its_text() {
        DialogFrame dialog(theme::Environment::Sandbox, "Local sandbox", "Note", nullptr);
        auto* words = dialog.addField("Note");
        dialog.setActButton("Write it down", false);
        QSignalSpy acted(&dialog, &DialogFrame::acted), left(&dialog, &QDialog::rejected);
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClicks(dialog.focusWidget(), QStringLiteral("customer called"));
        QCOMPARE(words->text(), QStringLiteral("customer called"));
        QCOMPARE(left.count(), 0);
        QTest::keyClick(words, Qt::Key_Return);
        QCOMPARE(acted.count(), 0);  // Enter in a field moves on
        dialog.actButton()->setFocus();
        QTest::keyClick(dialog.actButton(), Qt::Key_Return);
        QCOMPARE(acted.count(), 1);
    }

    void enter_presses_the_focused_button() {
        QWidget window;
        QVBoxLayout layout(&window);
        auto* button = primaryButton(QStringLiteral("Pay"), &window);
        layout.addWidget(button);
        QSignalSpy clicked(button, &QPushButton::clicked);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        button->setFocus(Qt::TabFocusReason);
        for (const int key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space}) QTest::keyClick(button, static_cast<Qt::Key>(key));
        QCOMPARE(clicked.count(), 3);
        button->setEnabled(false);
        QTest::keyClick(button, Qt::Key_Return);
        QCOMPARE(clicked.count(), 3);
    }
};

INDOUBT_TEST(WidgetsFocusTest);
#include "widgets_focus_test.moc"
