// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

#include "console/desk_cases.h"
#include "console/timeline_scenes.h"
#include "desk/advice_pane.h"
#include "desk/case_pane.h"
#include "desk/desk_place.h"
#include "desk/force_dialog.h"
#include "desk/queue_model.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "watch/causes_pane.h"
#include "watch/watch_place.h"
#include "widgets/cards.h"
#include "widgets/data_table.h"
#include "widgets/pane_head.h"
#include "timeline/layout.h"
#include "timeline/timeline_canvas.h"
#include "widgets/segmented_control.h"

namespace indoubt::tests {

using namespace console;
using desk::Queue;
using events::Outcome;

namespace {

// A console's surroundings fed by a hand-driven cluster.
struct Fed : Surroundings {
    explicit Fed(DeskCase& from) : made(from) { catchUp(); }
    void catchUp() {
        Trace trace{made.takeEvents(), made.xid(), 0};
        show(trace);
        QTRY_VERIFY(feed->view().find(made.xid()) != nullptr);
    }
    view::TransactionPtr payment() const { return feed->view().find(made.xid()); }
    DeskCase& made;
};

template <class T>
T* part(QWidget& of, const char* name) {
    return of.findChild<T*>(QLatin1String(name));
}

QString words(QWidget& of, const char* name) {
    auto* label = part<QLabel>(of, name);
    return label ? label->text() : QStringLiteral("no label %1").arg(QLatin1String(name));
}

void fill(desk::ForceDialog& dialog, const QString& amount) {
    QTest::keyClicks(part<QLineEdit>(dialog, "forceReason"), QStringLiteral("customer waits"));
    QTest::keyClicks(part<QLineEdit>(dialog, "forceAmount"), amount);
}

}  // namespace

class DeskPlaceTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light); }

    void a_stuck_payment_is_in_its_queue_with_what_it_holds() {
        auto made = undetermined();
        Fed fed(*made);
        desk::QueueModel model(fed.context(), nullptr);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_VERIFY((model.refresh(), model.rowCount() == 1));
        QCOMPARE(model.xidAt(0), made->xid());
        QCOMPARE(model.count(Queue::Stuck), 1);
        QCOMPARE(model.count(Queue::Heuristic), 0);
        QCOMPARE(model.index(0, desk::QueueModel::Reference).data().toString(), QStringLiteral("INV-2042"));
        QCOMPARE(model.index(0, desk::QueueModel::OnHold).data().toString(), QStringLiteral("120.00 EUR"));
        model.setQueue(Queue::Damage);
        QCOMPARE(model.rowCount(), 0);
        model.setFilter([](const view::View&, const view::Transaction& t, std::int64_t) { return t.open(); });
        QCOMPARE(model.rowCount(), 1);
    }

    void the_list_stands_still_under_the_hand_and_says_what_is_new() {
        auto made = undetermined();
        Fed fed(*made);
        desk::QueueModel model(fed.context(), nullptr);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_VERIFY((model.refresh(), model.rowCount() == 1));
        model.setHeld(true);
        made->restart("T");
        made->passMs(3000);
        const base::Xid settled = made->xid();
        fed.catchUp();
        model.refresh();
        QCOMPARE(model.rowCount(), 1);  // it is settled, and still where it was
        QCOMPARE(model.xidAt(0), settled);
        made->fault("T", "crash before force COMMIT at T");
        made->pay("INV-2043");
        made->passMs(3000);
        fed.catchUp();
        QTRY_COMPARE((model.refresh(), model.pending()), 1);
        QCOMPARE(model.rowCount(), 1);
        model.setHeld(false);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.xidAt(0), made->xid());
        QCOMPARE(model.pending(), 0);
    }

    void forced_outcomes_and_damage_have_their_own_queues_until_forgotten() {
        auto made = decidedNotTold();
        made->order("A", DeskCase::Order::ForceRollback);
        made->restart("T");
        made->passMs(3000);
        Fed fed(*made);
        desk::QueueModel model(fed.context(), nullptr);
        model.setQueue(Queue::Damage);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.count(Queue::Damage), 1);
        QCOMPARE(model.count(Queue::Heuristic), 0);  // each payment once, as on Watch
        made->order("A", DeskCase::Order::Forget);
        fed.catchUp();
        model.refresh();
        QCOMPARE(model.rowCount(), 0);
    }

    void a_decision_not_delivered_is_counted_as_watch_counts_it() {
        auto decided = decidedNotTold();
        Fed one(*decided);
        desk::QueueModel model(one.context(), nullptr);
        QTRY_COMPARE((model.refresh(), model.count(Queue::Undelivered)), 1);
        QCOMPARE(one.feed->view().counters(one.feed->nowHlc()).not_delivered, 1u);
        auto forced = undetermined();
        for (const char* node : {"A", "B", "C"}) forced->order(node, DeskCase::Order::ForceRollback);
        Fed other(*forced);
        desk::QueueModel none(other.context(), nullptr);
        none.refresh();
        QCOMPARE(none.count(Queue::Heuristic), 1);
        QCOMPARE(none.count(Queue::Undelivered), 0);  // nobody has decided
        QCOMPARE(other.feed->view().counters(other.feed->nowHlc()).not_delivered, 0u);
    }

    void a_look_into_the_past_is_not_remembered_as_the_end_of_a_cause() {
        auto made = undetermined();
        Fed fed(*made);
        watch::CausesPane pane(fed.context(), nullptr);
        fed.feed->pause();
        QTRY_VERIFY(fed.feed->isPast());
        pane.refresh();
        QCOMPARE(pane.causes(), 1);
        made->restart("T");
        made->passMs(3000);
        fed.feed->inject(made->takeEvents());
        QTRY_VERIFY(!fed.feed->newest().find(made->xid())->open());
        fed.feed->setLive();
        QTRY_VERIFY(!fed.payment()->open());
        pane.refresh();
        QCOMPARE(pane.causes(), 0);
        for (const auto* label : pane.findChildren<QLabel*>()) QVERIFY2(!label->text().contains(QStringLiteral("Last cause")), qPrintable(label->text()));
    }

    // The diagram's head, the tab and the list count the same events, those of a node that befell the payment included.
    void head_and_tab_say_one_number_of_events() {
        auto made = undetermined();
        Fed fed(*made);
        desk::DeskPlace place(fed.context());
        place.resize(1368, 828);
        place.show();
        place.activate();
        const auto number = [](const QString& text) { return text.section(QRegularExpression(QStringLiteral("\\D+")), 0, 0, QString::SectionSkipEmpty); };
        auto* tab = part<widgets::SegmentedControl>(place, "caseTab");
        const QString head = number(words(place, "timelineCounts"));
        QVERIFY(head.toInt() > 20);
        QCOMPARE(number(tab->label(2)), head);
        tab->setCurrentIndex(2);
        made->passMs(3000);  // it asks and asks
        fed.catchUp();
        QTRY_VERIFY(number(words(place, "timelineCounts")) != head);
        QTRY_COMPARE(number(tab->label(2)), number(words(place, "timelineCounts")));
    }

    // The mock's grid: head 92 and toolbar 32 with their lines, lane heads 184 at pitch 54.
    void the_desk_stands_on_the_grid() {
        auto made = undetermined();
        Fed fed(*made);
        desk::DeskPlace place(fed.context());
        place.resize(1368, 828);
        place.show();
        place.activate();
        QTest::qWait(0);
        auto* canvas = place.findChild<timeline::TimelineCanvas*>();
        const QRect at(canvas->mapTo(&place, QPoint(0, 0)), canvas->size());
        QCOMPARE(at.topLeft(), QPoint(360, 124));
        QCOMPARE(at.bottom() + 1, 374);
        QCOMPARE(part<QWidget>(place, "advicePane")->mapTo(&place, QPoint(0, 0)).x(), 1109);
        const auto geometry = timeline::Geometry::fitting(canvas->size(), 4, true);
        QCOMPARE(geometry.head, 184.0);
        QCOMPARE(geometry.pitch, 54.0);
        for (auto* table : place.findChildren<widgets::DataTable*>())
            if (table->isVisible()) QVERIFY2(!table->horizontalScrollBar()->isVisible(), qPrintable(table->objectName()));
        QVERIFY(!part<widgets::DataTable>(place, "evidenceTable")->verticalScrollBar()->isVisible());
    }

    void a_cause_of_later_is_hidden_in_the_past() {
        auto made = std::make_unique<DeskCase>();
        made->pay("INV-2040");
        Fed fed(*made);
        const auto before = fed.feed->totalEvents();
        made->fault("T", "crash before force COMMIT at T");
        made->pay("INV-2041");
        made->passMs(3000);
        fed.catchUp();
        watch::CausesPane watching(fed.context(), nullptr);
        desk::DeskPlace place(fed.context());
        place.show();
        place.activate();
        watching.refresh();
        const auto cards = [&] { return watching.causes() + static_cast<int>(place.findChildren<widgets::CauseCard*>().size()); };
        QCOMPARE(watching.causes(), 1);
        QVERIFY(cards() >= 2);
        fed.feed->scrubTo(before);
        QTRY_VERIFY(fed.feed->isPast() && fed.feed->shownEvents() == before);
        watching.refresh();
        QCOMPARE(watching.causes(), 0);
        QTRY_COMPARE(cards(), 0);
        for (auto* pane : {static_cast<QWidget*>(&watching), static_cast<QWidget*>(&place)})
            for (const auto* label : pane->findChildren<QLabel*>())
                QVERIFY2(!label->text().contains(QStringLiteral("down since")) && !label->text().contains(QStringLiteral("Last cause")), qPrintable(label->text()));
        fed.feed->setLive();
        QTRY_VERIFY(fed.feed->isLive() && fed.payment());
        watching.refresh();
        QCOMPARE(watching.causes(), 1);
    }

    // Behind now nothing may read as if it were: no age that runs, no "now", no button, nothing to tell the customer.
    void in_the_past_no_pane_speaks_of_now() {
        auto made = undetermined();
        Fed fed(*made);
        desk::DeskPlace place(fed.context());
        place.resize(1368, 828);
        place.show();
        place.activate();
        watch::WatchPlace watch(fed.context(), nullptr);
        watch.resize(1368, 828);
        watch.show();
        watch.activate();
        const auto remarks = [](QWidget& of) {
            QStringList all;
            for (const auto* head : of.findChildren<widgets::PaneHead*>()) all << head->remark();
            return all.join(u'|');
        };
        const auto* evidence = part<widgets::DataTable>(place, "evidenceTable")->model();
        const auto* what = part<widgets::DataTable>(place, "whatIfTable")->model();
        QVERIFY(remarks(watch).contains(QStringLiteral("live, newest first")));
        QCOMPARE(evidence->index(1, 5).data().toString(), QStringLiteral("now"));
        QCOMPARE(what->headerData(1, Qt::Horizontal).toString(), QStringLiteral("now"));
        fed.feed->pause();
        QTRY_VERIFY(fed.feed->isPast());
        QTRY_COMPARE(words(place, "customerHead"), QStringLiteral("TO TELL THEN"));
        QVERIFY(!part<QPushButton>(place, "copyCustomer")->isEnabled());
        QVERIFY(!part<QPushButton>(place, "readAgain")->isEnabled());
        QVERIFY2(evidence->index(1, 5).data().toString() != QStringLiteral("now"), "nothing of then is read now");
        QCOMPARE(what->headerData(1, Qt::Horizontal).toString(), QStringLiteral("then"));
        QVERIFY2(!remarks(watch).contains(QStringLiteral("live")) && remarks(watch).count(QStringLiteral("as of ")) >= 2, qPrintable(remarks(watch)));
        QTRY_VERIFY2(remarks(watch).contains(QStringLiteral("up to ")), qPrintable(remarks(watch)));  // counted on a worker
        QVERIFY2(remarks(place).contains(QStringLiteral("as of ")), qPrintable(remarks(place)));
        for (auto* pane : {static_cast<QWidget*>(&place), static_cast<QWidget*>(&watch)})
            for (auto* button : pane->findChildren<QPushButton*>()) {
                const bool step = button->objectName().startsWith(QLatin1String("deskStep.")) || (button->objectName().startsWith(QLatin1String("step.")) && button->objectName() != QLatin1String("step.filter"));
                QVERIFY2(!step || !button->isEnabled(), qPrintable(button->objectName()));
            }
        fed.feed->setLive();
        QTRY_COMPARE(words(place, "customerHead"), QStringLiteral("TELL THE CUSTOMER"));
        QVERIFY(part<QPushButton>(place, "copyCustomer")->isEnabled());
    }

    void the_desk_shows_verdict_evidence_and_customer_words_of_the_selected_payment() {
        auto made = undetermined();
        Fed fed(*made);
        desk::DeskPlace place(fed.context());
        place.resize(1368, 828);
        place.show();
        place.activate();
        QCOMPARE(words(place, "adviceTitle"), QStringLiteral("Undetermined"));
        QVERIFY(words(place, "customerWords").contains(QStringLiteral("do not pay again")));
        QCOMPARE(part<widgets::DataTable>(place, "evidenceTable")->model()->rowCount(), 4);
        QCOMPARE(part<widgets::DataTable>(place, "whatIfTable")->model()->rowCount(), 4);
        auto* choice = part<widgets::SegmentedControl>(place, "whatIfChoice");
        QVERIFY(choice);
        choice->setCurrentIndex(1);  // ROLLBACK at A
        const auto* what = part<widgets::DataTable>(place, "whatIfTable")->model();
        QCOMPARE(what->index(3, 2).data().toString(), QStringLiteral("120.00 EUR missing"));
        QCOMPARE(what->index(3, 3).data().toString(), QStringLiteral("all agree, 0.00"));
        QTest::mouseClick(part<QPushButton>(place, "copyCustomer"), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("Not completed, not cancelled. The amount is reserved. Please do not pay again until we confirm."));
        QTest::mouseClick(part<QPushButton>(place, "copyTicket"), Qt::LeftButton);
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("INV-2042")));
        shoot(place, QStringLiteral("desk-hand-made"));
    }

    void the_preview_follows_the_branch_chosen_in_the_evidence() {
        auto made = undetermined();
        Fed fed(*made);
        desk::CasePane pane(fed.context(), nullptr);
        pane.resize(748, 828);
        pane.show();
        pane.previewForce({base::NodeId::of("B"), Outcome::commit});
        const auto* choice = part<widgets::SegmentedControl>(pane, "whatIfChoice");
        QCOMPARE(choice->label(choice->currentIndex()), QStringLiteral("COMMIT at B"));
        QCOMPARE(pane.evidence()->currentIndex().row(), 2);
        QCOMPARE(part<widgets::DataTable>(pane, "whatIfTable")->model()->index(3, 3).data().toString(), QStringLiteral("119.40 EUR missing"));
    }

    void without_a_cluster_and_in_the_past_nothing_can_be_acted_on() {
        auto made = undetermined();
        Fed fed(*made);
        desk::AdvicePane pane(fed.context(), nullptr);
        pane.resize(260, 800);
        pane.show();
        auto* ask = part<QPushButton>(pane, "act.1");
        QVERIFY(ask && !ask->isEnabled());
        QVERIFY(words(pane, "adviceOff").contains(QStringLiteral("nothing here can be acted on")));
        fed.feed->pause();
        QTRY_VERIFY(fed.feed->isPast());
        pane.refresh();
        QVERIFY2(words(pane, "adviceOff").contains(QStringLiteral("read only")), qPrintable(words(pane, "adviceOff")));
        QVERIFY(!part<QPushButton>(pane, "forceLink")->isEnabled());
    }

    void a_proved_outcome_is_delivered_and_never_forced() {
        auto made = decidedNotTold();
        Fed fed(*made);
        desk::AdvicePane pane(fed.context(), nullptr);
        pane.resize(260, 800);
        pane.show();
        QCOMPARE(words(pane, "adviceTitle"), QStringLiteral("Safe to commit"));
        QVERIFY(!part<QPushButton>(pane, "forceLink")->isEnabled());
    }

    void forgetting_damage_asks_for_a_reason_and_names_the_amount() {
        auto made = decidedNotTold();
        made->order("A", DeskCase::Order::ForceRollback);
        made->restart("T");
        made->passMs(3000);
        Fed fed(*made);
        QVERIFY(fed.payment()->damage);
        desk::ForgetDialog dialog(fed.context(), made->xid(), base::NodeId::of("A"), nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QStringList said;
        for (const auto* label : dialog.findChildren<QLabel*>()) said << label->text();
        QVERIFY2(said.join(u'|').contains(QStringLiteral("120.00 EUR at stake")), qPrintable(said.join(u'|')));
        QVERIFY(!dialog.actButton()->isEnabled());
        QTest::keyClicks(part<QLineEdit>(dialog, "forgetReason"), QStringLiteral("   "));
        QVERIFY(!dialog.actButton()->isEnabled());
        QSignalSpy confirmed(&dialog, &desk::ForgetDialog::confirmed);
        QTest::keyClicks(part<QLineEdit>(dialog, "forgetReason"), QStringLiteral("compensated by INV-9"));
        QVERIFY(dialog.actButton()->isEnabled());
        QTest::mouseClick(dialog.actButton(), Qt::LeftButton);
        QCOMPARE(confirmed.size(), 1);
        QCOMPARE(confirmed[0][0].toString(), QStringLiteral("compensated by INV-9"));
    }

    void no_key_completes_a_forced_outcome() {
        auto made = undetermined();
        Fed fed(*made);
        desk::ForceDialog dialog(fed.context(), made->xid(), {base::NodeId::of("A"), Outcome::abort}, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        QVERIFY(dialog.safeButton()->hasFocus() || !dialog.isActiveWindow());
        QSignalSpy acted(&dialog, &widgets::DialogFrame::acted);
        fill(dialog, QStringLiteral("12.00"));
        QVERIFY(!dialog.actButton()->isEnabled());
        part<QLineEdit>(dialog, "forceAmount")->clear();
        QTest::keyClicks(part<QLineEdit>(dialog, "forceAmount"), QStringLiteral("120.00"));
        QVERIFY(dialog.actButton()->isEnabled());
        dialog.actButton()->setFocus();
        for (const auto key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space}) {
            QTest::keyClick(dialog.actButton(), key);
            QTest::keyClick(part<QLineEdit>(dialog, "forceAmount"), key == Qt::Key_Space ? Qt::Key_Return : key);
        }
        QCOMPARE(acted.count(), 0);
        QTest::mouseClick(dialog.actButton(), Qt::LeftButton);
        QCOMPARE(acted.count(), 1);
    }

    void the_dialog_shows_evidence_and_both_endings() {
        auto made = undetermined();
        Fed fed(*made);
        desk::ForceDialog dialog(fed.context(), made->xid(), {base::NodeId::of("A"), Outcome::abort}, nullptr);
        QString all;
        for (const auto* label : dialog.findChildren<QLabel*>()) all += label->text() + u'\n';
        QVERIFY2(all.contains(QStringLiteral("A prepared (PREPARED, record ")), qPrintable(all));
        QVERIFY(all.contains(QStringLiteral("120.00 EUR missing")));
        QVERIFY(all.contains(QStringLiteral("all agree, difference 0.00 EUR")));
        // Whose payment, at which branch, what happens there and at the others, what it may cost and whose it is then.
        QVERIFY2(all.contains(QStringLiteral("INV-2042</b>, 120.00 EUR, Mara Lindholm → Velo Atelier, xid ")), qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("A: the hold of 120.00 EUR on DE1 is released, nothing is taken.")), qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("B and C stay in doubt and will follow T.")), qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("a damage case opens in your name")), qPrintable(all));
        const auto* books = part<widgets::DataTable>(dialog, "forceBooks")->model();
        QCOMPARE(books->rowCount(), 4);
        QCOMPARE(books->index(3, 2).data().toString(), QStringLiteral("120.00 EUR missing"));
        QCOMPARE(books->index(3, 3).data().toString(), QStringLiteral("all agree, 0.00"));
    }

    void evidence_that_changes_under_an_open_dialog_blocks_it() {
        auto made = undetermined();
        Fed fed(*made);
        desk::ForceDialog dialog(fed.context(), made->xid(), {base::NodeId::of("A"), Outcome::commit}, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        fill(dialog, QStringLiteral("120.00"));
        QVERIFY(dialog.actButton()->isEnabled());
        made->restart("T");  // it presumes abort, and every branch learns so
        made->passMs(3000);
        fed.catchUp();
        QTRY_VERIFY(!dialog.actButton()->isEnabled());
        QString all;
        for (const auto* label : dialog.findChildren<QLabel*>()) all += label->text() + u'\n';
        QVERIFY2(all.contains(QStringLiteral("Not possible any more")) || all.contains(QStringLiteral("Evidence has changed")), qPrintable(all));
    }

    void nothing_stuck_says_so_and_an_empty_queue_says_why() {
        DeskCase made;
        made.pay("INV-2041");
        Fed fed(made);
        fed.selection->clear();
        desk::DeskPlace place(fed.context());
        place.resize(1368, 828);
        place.show();
        place.activate();
        QVERIFY(part<widgets::EmptyState>(place, "deskNothingStuck")->isVisible());
        QCOMPARE(words(place, "deskQueueEmpty"), QStringLiteral("No payment is in doubt for longer than 2 s."));
        place.setFilter(QStringLiteral("amount:9999EUR"));
        QTRY_VERIFY2(words(place, "deskQueueEmpty").startsWith(QStringLiteral("0 match.")), qPrintable(words(place, "deskQueueEmpty")));
        place.setFilter(QStringLiteral("ref:INV-2041"));
        QCOMPARE(part<widgets::DataTable>(place, "queueTable")->model()->rowCount(), 1);
    }

    void below_1100_px_the_advice_stands_under_the_case() {
        auto made = undetermined();
        Fed fed(*made);
        desk::DeskPlace place(fed.context());
        place.show();
        auto* pane = part<QWidget>(place, "casePane");
        auto* advice = part<QWidget>(place, "advicePane");
        const auto at = [&](QWidget* widget) { return widget->mapTo(&place, QPoint(0, 0)); };
        place.resize(1368, 828);
        QVERIFY(at(advice).x() > at(pane).x());  // at once: nothing jumps
        QCOMPARE(at(advice).y(), at(pane).y());
        place.resize(952, 828);
        QVERIFY(at(advice).y() > at(pane).y());
        QCOMPARE(at(advice).x(), at(pane).x());
        QVERIFY(advice->width() + at(advice).x() <= place.width());
    }
};

}  // namespace indoubt::tests

using indoubt::tests::DeskPlaceTest;
INDOUBT_TEST(DeskPlaceTest);
#include "desk_place_test.moc"
