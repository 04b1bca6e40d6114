// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=120 serial
// Whoever cannot see the window is told what every part of it is: everything that takes the focus, or a press, has a name.
#include <QAbstractButton>
#include <QAccessible>
#include <QComboBox>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollBar>

#include "console/story_support.h"
#include "support/live_cluster.h"
#include "support/test_main.h"
#include "theme/theme.h"

using namespace indoubt;

namespace {

bool interactive(const QWidget& widget) {
    if (qobject_cast<const QScrollBar*>(&widget) || widget.objectName().startsWith(QLatin1String("qt_"))) return false;
    return widget.focusPolicy() != Qt::NoFocus || qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QHeaderView*>(&widget);
}

QString spoken(QWidget& widget) {
    auto* accessible = QAccessible::queryAccessibleInterface(&widget);
    return accessible ? accessible->text(QAccessible::Name).trimmed() : QString();
}

// "QPushButton 'x' in labFaults" for each part that has none.
QStringList nameless(QWidget& top) {
    QStringList found;
    for (auto* widget : top.findChildren<QWidget*>()) {
        if (!widget->isVisible() || !interactive(*widget) || !spoken(*widget).isEmpty()) continue;
        QStringList path;
        for (auto* at = widget->parentWidget(); at && path.size() < 2; at = at->parentWidget())
            if (!at->objectName().isEmpty()) path << at->objectName();
        found << QStringLiteral("%1 '%2' in %3").arg(QLatin1String(widget->metaObject()->className()), widget->objectName(), path.join(QStringLiteral(" in ")));
    }
    return found;
}

}  // namespace

class ShellAccessibilityTest : public QObject {
    Q_OBJECT
  private slots:
    void every_part_of_every_place_that_can_be_acted_on_has_a_name() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        QVERIFY(console.client().add_fault("crash before force COMMIT at T", "Ana Ruiz").ok());
        const auto sent = console.client().submit(tests::story_payment("INV-2044"), std::nullopt, client::Wait::none);
        QVERIFY(sent.ok());
        QVERIFY(console.until(sent->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::blocked; }));
        QTRY_VERIFY_WITH_TIMEOUT(console.feed().newest().counters(console.feed().liveHlc()).stuck > 0, 8000);
        int parts = 0;
        for (const char* place : {"watch", "desk", "timeline", "log", "money", "lab"}) {
            console.context().navigator->openPayment(QString::fromLatin1(place), sent->xid);
            QTRY_COMPARE(console.window().places()->current(), QString::fromLatin1(place));
            QTest::qWait(100);
            const auto missing = nameless(console.window());
            QVERIFY2(missing.isEmpty(), qPrintable(QStringLiteral("%1: %2").arg(QLatin1String(place), missing.join(QStringLiteral("; ")))));
            for (auto* widget : console.window().findChildren<QWidget*>()) parts += widget->isVisible() && interactive(*widget) ? 1 : 0;
        }
        QVERIFY(parts > 150);
        for (const char* command : {"payment.new", "help.keys", "payment.abort"}) {
            console.context().navigator->run(QString::fromLatin1(command));
            QTest::qWait(50);
            for (auto* dialog : QApplication::topLevelWidgets()) {
                if (!dialog->isVisible() || dialog == &console.window()) continue;
                const auto missing = nameless(*dialog);
                QVERIFY2(missing.isEmpty(), qPrintable(QStringLiteral("%1: %2").arg(QLatin1String(command), missing.join(QStringLiteral("; ")))));
                dialog->close();
            }
        }
    }

    void the_first_run_speaks_too() {
        tests::ConsoleUnderTest console(true);
        QVERIFY(console.untilLive());
        QVERIFY(console.press(QStringLiteral("story.act")));
        QTest::qWait(1500);
        const auto missing = nameless(console.window());
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(QStringLiteral("; "))));
    }

    void a_part_without_a_name_would_be_found() {
        QWidget top;
        top.resize(200, 100);
        QAbstractButton* button = nullptr;
        {
            auto* made = new QPushButton(&top);
            made->setIcon(QIcon());
            button = made;
        }
        top.show();
        QCOMPARE(nameless(top).size(), 1);
        button->setAccessibleName(QStringLiteral("More"));
        QVERIFY(nameless(top).isEmpty());
    }
};

INDOUBT_TEST(ShellAccessibilityTest);
#include "shell_accessibility_test.moc"
