// SPDX-License-Identifier: GPL-3.0-or-later
// Watch as a person meets it in an incident: the counters stay whole, the last cause opens its payments, hidden columns are said.
#include <QAbstractButton>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QtTest>

#include "console/desk_cases.h"
#include "console/timeline_scenes.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "watch/causes_pane.h"
#include "watch/payments_pane.h"
#include "watch/watch_place.h"
#include "widgets/cards.h"
#include "widgets/data_table.h"

namespace indoubt::tests {

using namespace console;
using watch::PaymentsModel;

class WatchPlaceTest : public QObject {
    Q_OBJECT

    static void show(Surroundings& all, DeskCase& made) { all.show(Trace{made.takeEvents(), made.xid(), 0}); }

  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light); }
    void init() { QSettings().clear(); }

    void counters_stay_whole_while_a_cause_is_open_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("1440") << QSize(1368, 828);
        QTest::newRow("1280") << QSize(1208, 648);
        QTest::newRow("1024") << QSize(952, 568);
    }
    void counters_stay_whole_while_a_cause_is_open() {
        QFETCH(QSize, size);
        auto made = undetermined();
        Surroundings all;
        show(all, *made);
        watch::WatchPlace place(all.context());
        place.resize(size);
        place.show();
        place.activate();
        auto* pane = place.findChild<watch::CausesPane*>();
        QTRY_COMPARE(pane->causes(), 1);
        QTest::qWait(0);
        const auto rows = pane->findChildren<widgets::CountRow*>();
        QCOMPARE(rows.size(), 6);
        for (const auto* row : rows) {
            const QRect at(row->mapTo(pane, QPoint(0, 0)), row->size());
            QVERIFY2(pane->rect().contains(at) && row->height() >= 24 && !row->visibleRegion().isEmpty() && row->visibleRegion().boundingRect() == row->rect(),
                     qPrintable(QStringLiteral("%1 at %2,%3 %4x%5").arg(row->text()).arg(at.x()).arg(at.y()).arg(at.width()).arg(at.height())));
            QVERIFY2(row->width() >= row->sizeHint().width(), qPrintable(row->text()));
        }
        // Also the card is whole: nothing scrolls.
        const auto* card = pane->findChild<widgets::CauseCard*>();
        QCOMPARE(card->visibleRegion().boundingRect(), card->rect());
        QCOMPARE(pane->findChild<QScrollArea*>()->verticalScrollBar()->maximum(), 0);
    }

    void the_last_cause_opens_its_payments() {
        auto made = std::make_unique<DeskCase>();
        made->pay("INV-2040");
        made->fault("T", "crash before force COMMIT at T");
        made->pay("INV-2041");
        made->passMs(3000);
        const base::Xid stuck = made->xid();
        Surroundings all;
        show(all, *made);
        watch::WatchPlace place(all.context());
        place.resize(1368, 828);
        place.show();
        place.activate();
        auto* pane = place.findChild<watch::CausesPane*>();
        auto* open = place.findChild<QAbstractButton*>(QStringLiteral("openLastCause"));
        QTRY_COMPARE(pane->causes(), 1);
        QVERIFY(!open->isVisible());
        made->passMs(20'000);  // longer than this took to look at: the console's clock runs on from the last event
        made->restart("T");
        made->passMs(3000);
        show(all, *made);
        QTRY_VERIFY(!all.feed->newest().find(stuck)->open());
        pane->refresh();
        QCOMPARE(pane->causes(), 0);
        QVERIFY(open->isVisible());
        QCOMPARE(open->visibleRegion().boundingRect(), open->rect());
        QTest::mouseClick(open, Qt::LeftButton);
        auto* model = place.payments()->model();
        QTRY_COMPARE(model->rowCount(), 1);
        QCOMPARE(model->xidAt(0), stuck);
        place.payments()->setFilter({});
        QTRY_COMPARE(model->rowCount(), 2);
        open->setFocus();
        QTest::keyClick(open, Qt::Key_Space);
        QTRY_COMPARE(model->rowCount(), 1);
    }

    // What is not shown is counted, and the person chooses; the choice is there again in the next window.
    void hidden_columns_are_said_and_can_be_shown() {
        auto made = undetermined();
        Surroundings all;
        show(all, *made);
        const auto opened = [&] {
            auto place = std::make_unique<watch::WatchPlace>(all.context());
            place->resize(1368, 828);
            place->show();
            place->activate();
            return place;
        };
        auto place = opened();
        auto* said = place->findChild<QAbstractButton*>(QStringLiteral("columnsShown"));
        QCOMPARE(said->text(), QStringLiteral("23 columns, 12 shown"));
        const auto choose = [&](const QString& name) {
            const std::unique_ptr<QMenu> menu(place->payments()->table()->columnsMenu(nullptr));
            for (auto* entry : menu->actions())
                if (entry->text() == name) return entry->trigger(), true;
            return false;
        };
        auto* table = place->payments()->table();
        QVERIFY(choose(QStringLiteral("end-to-end id")));
        QVERIFY(!table->isColumnHidden(PaymentsModel::EndToEnd));
        QCOMPARE(said->text(), QStringLiteral("23 columns, 13 shown"));
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QVERIFY(!table->model()->index(0, PaymentsModel::DebtorAccount).data().toString().isEmpty());
        QVERIFY(choose(QStringLiteral("waiting")));
        place->resize(1208, 648);
        QTest::qWait(0);
        QCOMPARE(said->text(), QStringLiteral("23 columns, 11 shown"));  // no room for the xid there
        QVERIFY(choose(QStringLiteral("xid (left out here)")));            // asked for all the same: it scrolls
        QVERIFY(!table->isColumnHidden(PaymentsModel::XidColumn));
        place = opened();
        table = place->payments()->table();
        said = place->findChild<QAbstractButton*>(QStringLiteral("columnsShown"));
        QVERIFY(!table->isColumnHidden(PaymentsModel::EndToEnd) && table->isColumnHidden(PaymentsModel::Waiting));
        QVERIFY(choose(QStringLiteral("The usual columns")));
        QCOMPARE(said->text(), QStringLiteral("23 columns, 12 shown"));
    }
};

}  // namespace indoubt::tests

using indoubt::tests::WatchPlaceTest;
INDOUBT_TEST(WatchPlaceTest);
#include "watch_place_test.moc"
