// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=120 serial
// What a person moved, hid or tore off is there again the next time, on the same screens.
#include <QMenu>
#include <QScrollBar>
#include <QSplitter>
#include <QStandardItemModel>

#include "console/story_support.h"
#include "shell/layout_keeper.h"
#include "support/test_main.h"
#include "widgets/data_table.h"

using namespace indoubt;
using namespace indoubt::console;

namespace {

void drag(QSplitter& splitter, int by) {
    auto* handle = splitter.handle(1);
    const QPoint from = handle->rect().center(), to = splitter.orientation() == Qt::Horizontal ? from + QPoint(by, 0) : from + QPoint(0, by);
    QTest::mousePress(handle, Qt::LeftButton, {}, from);
    QMouseEvent move(QEvent::MouseMove, to, handle->mapToGlobal(to), Qt::LeftButton, Qt::LeftButton, {});
    QApplication::sendEvent(handle, &move);
    QTest::mouseRelease(handle, Qt::LeftButton, {}, from);
}

std::unique_ptr<shell::MainWindow> open(const QString& directory) {
    shell::Options options;
    options.dataDirectory = directory;
    auto window = std::make_unique<shell::MainWindow>(options);
    window->resize(1440, 900);
    window->show();
    return window;
}

}  // namespace

class ShellLayoutTest : public QObject {
    Q_OBJECT
  private slots:
    void init() {
        QSettings().clear();
        QSettings().setValue(QStringLiteral("story/done"), true);
        qputenv("XDG_RUNTIME_DIR", m_directory.path().toUtf8());
    }

    void dividers_columns_and_windows_of_their_own_come_back() {
        const QString data = m_directory.filePath(QStringLiteral("a"));
        QList<int> wanted;
        {
            auto window = open(data);
            QTRY_VERIFY_WITH_TIMEOUT(window->live(), 15000);
            window->context().navigator->open(QStringLiteral("desk"));
            auto* columns = window->findChild<QSplitter*>(QStringLiteral("deskColumns"));
            const auto before = columns->sizes();
            drag(*columns, 40);
            wanted = columns->sizes();
            QVERIFY(wanted != before);

            window->context().navigator->open(QStringLiteral("watch"));
            auto* table = window->findChild<widgets::DataTable*>(QStringLiteral("paymentsTable"));
            const std::unique_ptr<QMenu> menu(table->columnsMenu(nullptr));
            bool hidden = false;
            for (auto* entry : menu->actions())
                if (entry->text() == QLatin1String("waiting")) {
                    entry->setChecked(false);
                    hidden = table->isColumnHidden(entry->data().toInt());
                }
            QVERIFY(hidden);
            window->places()->tearOff(QStringLiteral("money"));
            window->close();
            QTRY_VERIFY_WITH_TIMEOUT(!window->host()->busy(), 10000);
        }
        auto window = open(data);
        QTRY_VERIFY_WITH_TIMEOUT(window->live(), 15000);
        QVERIFY(window->places()->isTornOff(QStringLiteral("money")));
        window->context().navigator->open(QStringLiteral("desk"));
        auto* columns = window->findChild<QSplitter*>(QStringLiteral("deskColumns"));
        QTRY_COMPARE(columns->sizes(), wanted);
        window->context().navigator->open(QStringLiteral("watch"));
        auto* table = window->findChild<widgets::DataTable*>(QStringLiteral("paymentsTable"));
        const std::unique_ptr<QMenu> menu(table->columnsMenu(nullptr));
        for (auto* entry : menu->actions())
            if (entry->text() == QLatin1String("waiting")) QVERIFY(!entry->isChecked() && table->isColumnHidden(entry->data().toInt()));
        window->places()->bringAllBack();
    }

    // The least a window may have, and the two sizes of the design.
    void no_list_scrolls_sideways_at_any_size() {
        auto window = open(m_directory.filePath(QStringLiteral("b")));
        QTRY_VERIFY_WITH_TIMEOUT(window->live(), 15000);
        QStringList sideways;
        for (const QSize size : {QSize(1440, 900), QSize(1280, 720), window->minimumSize()}) {
            window->resize(size);
            for (const char* place : {"watch", "desk", "timeline", "log", "money", "lab"}) {
                window->context().navigator->open(QString::fromLatin1(place));
                QTest::qWait(60);
                for (auto* table : window->places()->currentPlace()->findChildren<QTableView*>())
                    if (table->isVisible() && table->horizontalScrollBar()->isVisible()) sideways << QStringLiteral("%1 in %2 at %3").arg(table->objectName(), QLatin1String(place)).arg(size.width());
            }
        }
        QVERIFY2(sideways.isEmpty(), qPrintable(sideways.join(QStringLiteral("; "))));
    }

    void a_layout_belongs_to_its_screens() {
        const QString key = shell::LayoutKeeper::key(QStringLiteral("split.x.h"));
        QVERIFY(key.startsWith(QLatin1String("layout/")) && key.endsWith(QLatin1String("/split.x.h")));
        QCOMPARE(key, shell::LayoutKeeper::key(QStringLiteral("split.x.h")));
    }

    void the_last_column_cannot_be_hidden_and_what_the_layout_hides_says_so() {
        widgets::DataTable table;
        QStandardItemModel model(1, 3);
        model.setHorizontalHeaderLabels({QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")});
        table.setModel(&model);
        table.setColumns({40, 40, -1});
        table.setColumnHidden(1, true);
        std::unique_ptr<QMenu> menu(table.columnsMenu(nullptr));
        QStringList entries;
        for (auto* entry : menu->actions())
            if (entry->isCheckable()) entries << entry->text();
        QCOMPARE(entries, (QStringList{QStringLiteral("one"), QStringLiteral("two (left out here)")}));
        menu->actions().front()->setChecked(false);
        QVERIFY(table.isColumnHidden(0));
        table.setColumnHidden(0, false);  // the layout has room for it; the person does not want it
        QVERIFY(table.isColumnHidden(0));
        menu.reset(table.columnsMenu(nullptr));
        menu->actions()[1]->setChecked(true);  // asked for where it has no room: shown, if it has to scroll
        QVERIFY(!table.isColumnHidden(1));
        menu.reset(table.columnsMenu(nullptr));
        menu->actions()[1]->setChecked(false);
        QVERIFY(table.isColumnHidden(1));
    }

    // Dragged by its head; a layout's own wish gives way to it, and the menu gives the order back.
    void the_order_that_was_dragged_stays_and_can_be_given_back() {
        QStandardItemModel model(1, 4);
        model.setHorizontalHeaderLabels({QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three"), QStringLiteral("four")});
        const auto made = [&] {
            auto table = std::make_unique<widgets::DataTable>();
            table->setObjectName(QStringLiteral("ordered"));
            table->resize(600, 100);
            table->setModel(&model);
            table->setColumns({60, 60, -1, 60});
            table->placeColumn(3, 0);
            table->show();
            return table;
        };
        const auto order = [](const widgets::DataTable& table) {
            QString letters;
            for (int visual = 0; visual < 4; ++visual) letters += QString::number(table.horizontalHeader()->logicalIndex(visual));
            return letters;
        };
        auto table = made();
        QCOMPARE(order(*table), QStringLiteral("3012"));
        auto* head = table->horizontalHeader();
        QTest::mousePress(head->viewport(), Qt::LeftButton, {}, {90, 8});  // "one", behind "four"
        QTest::mouseMove(head->viewport(), {110, 8});
        QTest::mouseMove(head->viewport(), {160, 8});
        QTest::mouseRelease(head->viewport(), Qt::LeftButton, {}, {160, 8});
        QCOMPARE(order(*table), QStringLiteral("3102"));
        table->placeColumn(3, 3);
        QCOMPARE(order(*table), QStringLiteral("3102"));
        table = made();
        QCOMPARE(order(*table), QStringLiteral("3102"));
        const std::unique_ptr<QMenu> menu(table->columnsMenu(nullptr));
        for (auto* entry : menu->actions())
            if (entry->text() == QLatin1String("Order as it was")) entry->trigger();
        QCOMPARE(order(*table), QStringLiteral("3012"));
        QCOMPARE(order(*made()), QStringLiteral("3012"));
    }

    // Each table for itself, over layouts and the end of the program; the menu gives the widths of the layout back.
    void a_width_that_was_dragged_stays_and_can_be_given_back() {
        QStandardItemModel model(1, 3);
        model.setHorizontalHeaderLabels({QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")});
        const auto made = [&](const QString& name) {
            auto table = std::make_unique<widgets::DataTable>();
            table->setObjectName(name);
            table->resize(600, 100);
            table->setModel(&model);
            table->setColumns({40, 60, -1});
            table->show();
            return table;
        };
        auto table = made(QStringLiteral("widths"));
        table->setColumns({44, 64, -1});  // the layout, for a narrower window: nobody has dragged
        QCOMPARE(made(QStringLiteral("widths"))->columnWidth(1), 60);
        auto* head = table->horizontalHeader();
        const int edge = head->sectionViewportPosition(1) + head->sectionSize(1) - 1;
        QTest::mousePress(head->viewport(), Qt::LeftButton, {}, {edge, 8});
        QTest::mouseMove(head->viewport(), {edge + 20, 8});
        QTest::mouseMove(head->viewport(), {edge + 36, 8});
        QTest::mouseRelease(head->viewport(), Qt::LeftButton, {}, {edge + 36, 8});
        const int dragged = table->columnWidth(1);
        QVERIFY2(dragged > 80, qPrintable(QString::number(dragged)));
        table->setColumns({40, 60, -1});
        QCOMPARE(table->columnWidth(1), dragged);
        QCOMPARE(table->columnWidth(0), 40);
        table = made(QStringLiteral("widths"));
        QCOMPARE(table->columnWidth(1), dragged);
        QCOMPARE(made(QStringLiteral("other"))->columnWidth(1), 60);
        const std::unique_ptr<QMenu> menu(table->columnsMenu(nullptr));
        for (auto* entry : menu->actions())
            if (entry->text() == QLatin1String("Widths as they were")) entry->trigger();
        QCOMPARE(table->columnWidth(1), 60);
        QCOMPARE(made(QStringLiteral("widths"))->columnWidth(1), 60);
    }

  private:
    QTemporaryDir m_directory;
};

INDOUBT_TEST(ShellLayoutTest);
#include "shell_layout_test.moc"
