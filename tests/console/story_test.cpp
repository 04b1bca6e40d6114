// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=240 serial
// The three stories of the console, through the real window and the real cluster.
#include <QMenu>
#include <QTimer>

#include "console/story_support.h"
#include "desk/advice_words.h"
#include "shell/first_run.h"
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using console::desk::Act;

class StoryTest : public QObject {
    Q_OBJECT
    static QString name(Act act) { return QStringLiteral("act.%1").arg(int(act)); }
    static std::size_t inPhase(const view::Transaction& t, view::BranchPhase phase) {
        return static_cast<std::size_t>(std::count_if(t.branches.begin(), t.branches.end(), [phase](const view::Branch& b) { return b.phase == phase; }));
    }
    static QString evidence(tests::ConsoleUnderTest& console) { return console.rows(QStringLiteral("evidenceTable")).join(u'\n'); }
    // The evidence as the Desk shows it: each of these nodes says that.
    static bool says(tests::ConsoleUnderTest& console, const QList<QPair<const char*, const char*>>& wanted) {
        return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
            return console.row(QStringLiteral("evidenceTable"), QLatin1String(one.first) + QStringLiteral(" |")).split(QStringLiteral(" | ")).value(2) == QLatin1String(one.second);
        });
    }
    // The first run's own tables: what each participant has forced to disk, Mara's line, and the sum.
    static QString tables(tests::ConsoleUnderTest& console) { return (console.rows(QStringLiteral("storyMoney")) + console.rows(QStringLiteral("storyDisk"))).join(u'\n'); }
    static bool onDisk(tests::ConsoleUnderTest& console, const char* record) {
        for (const char* node : {"A |", "B |", "C |"})
            if (const QString row = console.row(QStringLiteral("storyDisk"), QLatin1String(node)); !row.startsWith(QLatin1String(node)) || !row.contains(QLatin1String(record))) return false;
        return true;
    }
    static bool books(tests::ConsoleUnderTest& console, const char* mara, const char* sum) {
        return console.row(QStringLiteral("storyMoney"), QStringLiteral("Mara Lindholm |")).endsWith(QString::fromUtf8(mara)) && console.row(QStringLiteral("storyMoney"), QStringLiteral("Sum of the legs |")).endsWith(QLatin1String(sum));
    }
    // Money, in front: three locks of that payment with the amounts of its legs, Mara's 120.00 on hold, and the sums agree.
    static bool holds(tests::ConsoleUnderTest& console, const QString& reference, const QString& posted = QStringLiteral("2,480.00"), const QString& available = QStringLiteral("2,360.00")) {
        const auto leg = [&](const char* begins, const char* amount) { return console.row(QStringLiteral("holdsTable"), QLatin1String(begins)).contains(QStringLiteral(" | %1 | %2 | ").arg(reference, QLatin1String(amount))); };
        const auto all = [&] {
            return console.rows(QStringLiteral("holdsTable")).size() == 3 && leg("A | DE37", "120.00 EUR") && leg("B | LU28", "119.40 EUR") && leg("C | NL36", "0.60 EUR") &&
                   console.row(QStringLiteral("accountsTable"), QStringLiteral("A | DE37")).contains(QStringLiteral("| %1 EUR | 120.00 EUR | %2 EUR").arg(posted, available)) &&
                   console.row(QStringLiteral("sumsTable"), QStringLiteral("EUR |")) == QStringLiteral("EUR | 2,790.75 EUR | 120.00 EUR | 0.00 EUR | 0.00 EUR | sums agree");
        };
        if (QTest::qWaitFor(all, 4000)) return true;
        for (const char* table : {"holdsTable", "accountsTable", "sumsTable"}) qWarning("%s:\n%s", table, qPrintable(console.rows(QLatin1String(table)).join(u'\n')));
        return false;
    }
    static bool nothingHeld(tests::ConsoleUnderTest& console, const QString& posted = QStringLiteral("2,480.00")) {
        const auto none = [&] {
            return console.rows(QStringLiteral("holdsTable")).isEmpty() && console.row(QStringLiteral("accountsTable"), QStringLiteral("A | DE37")).contains(QStringLiteral("| %1 EUR | 0.00 EUR | %1 EUR").arg(posted)) &&
                   console.row(QStringLiteral("sumsTable"), QStringLiteral("EUR |")) == QStringLiteral("EUR | 2,790.75 EUR | 0.00 EUR | 0.00 EUR | 0.00 EUR | sums agree");
        };
        if (QTest::qWaitFor(none, 6000)) return true;
        for (const char* table : {"holdsTable", "accountsTable", "sumsTable"}) qWarning("%s:\n%s", table, qPrintable(console.rows(QLatin1String(table)).join(u'\n')));
        return false;
    }

  private slots:
    // Start, pay, three YES and the commit; crash with the decision on disk and untold; three in doubt, money held; restart; commit.
    void first_payment_is_told_step_by_step_and_every_step_is_the_clusters_own() {
        QElapsedTimer clock;
        clock.start();
        tests::ConsoleUnderTest console(true);
        QVERIFY(QTest::qWaitForWindowExposed(&console.window()));
        QVERIFY(console.untilLive());
        qInfo("window with a live cluster after %lld ms", clock.elapsed());
        auto* story = console.window().firstRun();
        QVERIFY(story->active());
        QCOMPARE(story->step(), 1);
        console.shoot(QStringLiteral("story-1-begin"));

        QVERIFY(console.press(QStringLiteral("story.act")));
        QTRY_COMPARE_WITH_TIMEOUT(story->step(), 2, 10000);
        const auto good = story->goodPayment();
        const auto paid = console.feed().newest().find(good);
        QVERIFY(paid != nullptr);
        QCOMPARE(paid->state, view::PaymentState::committed);
        QCOMPARE(paid->branches.size(), std::size_t(3));
        for (const auto& branch : paid->branches) QCOMPARE(branch.vote, events::Vote::yes);
        QTRY_VERIFY2(onDisk(console, "PREPARED") && onDisk(console, "COMMIT") && books(console, "2,480.00 EUR | −120.00 EUR | 2,360.00 EUR", "sums agree"), qPrintable(tables(console)));
        console.shoot(QStringLiteral("story-2-three-yes"));

        QVERIFY(console.press(QStringLiteral("story.act")));
        QCOMPARE(story->step(), 3);
        QVERIFY(console.press(QStringLiteral("story.act")));
        QTRY_COMPARE_WITH_TIMEOUT(story->step(), 4, 15000);
        const auto bad = story->badPayment();
        QVERIFY(console.until(bad, [](const view::Transaction& t) { return inPhase(t, view::BranchPhase::prepared) == 3; }));
        QCOMPARE(console.feed().newest().node(bad.coordinator)->state, view::NodeState::down);
        const auto held = console.feed().newest().find(bad)->held_minor();
        QCOMPARE(held, std::int64_t(12000));
        QTRY_VERIFY2(onDisk(console, "PREPARED") && !onDisk(console, "COMMIT") && books(console, "2,360.00 EUR | 120.00 held | 2,360.00 EUR", "on hold"), qPrintable(tables(console)));
        console.shoot(QStringLiteral("story-3-in-doubt"));
        console.go(5);
        QVERIFY(holds(console, QStringLiteral("INV-2042"), QStringLiteral("2,360.00"), QStringLiteral("2,240.00")));
        console.go(3);
        QTRY_VERIFY_WITH_TIMEOUT(console.feed().newest().counters(console.feed().liveHlc()).stuck == 1, 8000);

        // The card and the Desk tell Mara the same.
        auto* right = console.find<QAbstractButton>(QStringLiteral("story.answer2"));
        QVERIFY(right);
        console.go(2);
        console.context().selection->selectPayment(bad);
        auto* told = console.find<QWidget>(QStringLiteral("customerWords"));
        QVERIFY(told);
        QCOMPARE(right->accessibleName(), u'"' + told->property("plain").toString() + u'"');
        QVERIFY2(right->accessibleName().contains(QStringLiteral("do not pay again")), qPrintable(right->accessibleName()));
        console.go(3);

        QVERIFY(console.press(QStringLiteral("story.answer1")));
        QCOMPARE(story->step(), 4);
        QVERIFY(console.press(QStringLiteral("story.answer2")));
        console.shoot(QStringLiteral("story-4-what-to-tell"));
        QVERIFY(console.press(QStringLiteral("story.act")));
        QCOMPARE(story->step(), 5);
        console.go(1);
        QTRY_COMPARE(console.window().places()->current(), QStringLiteral("watch"));
        console.shoot(QStringLiteral("story-4-watch"));
        console.go(3);
        QTRY_COMPARE(console.window().places()->current(), QStringLiteral("story"));

        QVERIFY(console.press(QStringLiteral("story.act")));
        QTRY_COMPARE_WITH_TIMEOUT(story->step(), 6, 15000);
        const auto settled = console.feed().newest().find(bad);
        QCOMPARE(settled->state, view::PaymentState::committed);
        QCOMPARE(inPhase(*settled, view::BranchPhase::committed), std::size_t(3));
        QVERIFY(console.feed().newest().locks().empty());
        QTRY_VERIFY2(onDisk(console, "COMMIT") && books(console, "2,360.00 EUR | −120.00 EUR | 2,240.00 EUR", "sums agree"), qPrintable(tables(console)));
        console.shoot(QStringLiteral("story-5-settled"));
    }

    // One vote is held back while the coordinator still collects: the operator aborts there, safely.
    void a_vote_held_back_lets_the_operator_abort_at_the_coordinator() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        console.go(6);
        QVERIFY(console.press(QStringLiteral("recipe.2")));
        QTRY_COMPARE(console.rows(QStringLiteral("faultsTable")), QStringList{QStringLiteral("1 | armed | hold YES from C to T | 0 | ")});
        QVERIFY(console.pay(QStringLiteral("INV-2043")));
        QTRY_COMPARE(console.row(QStringLiteral("faultsTable"), QStringLiteral("1 |")), QStringLiteral("1 | struck | hold YES from C to T | 1 | 1"));
        console.go(2);
        QTRY_COMPARE(console.window().places()->current(), QStringLiteral("desk"));
        QTRY_COMPARE(console.text(QStringLiteral("caseReference")), QStringLiteral("INV-2043"));
        QTRY_VERIFY2(says(console, {{"T", "collects votes"}, {"A", "prepared"}, {"B", "prepared"}, {"C", "prepared"}}), qPrintable(evidence(console)));
        const auto xid = console.context().selection->xid();
        console.shoot(QStringLiteral("abort-1-held-back"));
        console.go(5);
        QVERIFY(holds(console, QStringLiteral("INV-2043")));
        console.go(2);
        QVERIFY(console.press(name(Act::AbortAtCoordinator)));
        QTRY_VERIFY(console.find<QWidget>(QStringLiteral("abortDialog")) != nullptr);
        QVERIFY(!console.find<QWidget>(QStringLiteral("abortConfirm"))->isEnabled());  // not without a reason
        QVERIFY(console.type(QStringLiteral("abortReason"), QStringLiteral("customer asked")));
        QVERIFY(console.press(QStringLiteral("abortConfirm")));
        QTRY_COMPARE_WITH_TIMEOUT(console.text(QStringLiteral("adviceResult")), QStringLiteral("Done and checked: 3 of 3 branches say rolled back, hold released, sums agree."), 10000);
        QVERIFY2(says(console, {{"T", "ABORT"}, {"A", "rolled back"}, {"B", "rolled back"}, {"C", "rolled back"}}), qPrintable(evidence(console)));
        console.shoot(QStringLiteral("abort-2-aborted"));
        console.go(5);
        QVERIFY(nothingHeld(console));
        console.go(6);
        console.keys(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(console.said(), QStringLiteral("1 fault taken away."));
        QTRY_COMPARE(console.rows(QStringLiteral("faultsTable")), QStringList());
        QCOMPARE(console.feed().newest().find(xid)->heuristic, events::Heuristic::none);

        // A participant is crashed and brought back by hand: it goes on with its second life.
        QVERIFY(console.click(QStringLiteral("labNodesTable"), QStringLiteral("B |")));
        QVERIFY(console.press(QStringLiteral("lab.crash")));
        QTRY_COMPARE(console.said(), QStringLiteral("B has crashed: what it had not synced is gone."));
        QTRY_VERIFY2(console.row(QStringLiteral("labNodesTable"), QStringLiteral("B |")).startsWith(QStringLiteral("B | Banque du Lac | down | 1 |")), qPrintable(console.row(QStringLiteral("labNodesTable"), QStringLiteral("B |"))));
        QVERIFY(console.press(QStringLiteral("lab.restart")));
        QTRY_VERIFY2(console.row(QStringLiteral("labNodesTable"), QStringLiteral("B |")).startsWith(QStringLiteral("B | Banque du Lac | up | 2 |")), qPrintable(console.row(QStringLiteral("labNodesTable"), QStringLiteral("B |"))));
    }

    // No decision on disk when T dies: abort is refused with its reason, each branch is rolled back by hand, T presumes abort, no
    // damage, forget.
    void heuristic_rollback_agrees_with_presumed_abort_and_is_forgotten() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        console.go(6);
        QVERIFY(console.press(QStringLiteral("recipe.1")));
        QTRY_COMPARE(console.rows(QStringLiteral("faultsTable")), QStringList{QStringLiteral("1 | armed | crash before force COMMIT at T | 0 | ")});
        QVERIFY(console.pay(QStringLiteral("INV-2044")));
        QTRY_VERIFY2(console.row(QStringLiteral("labNodesTable"), QStringLiteral("T |")).contains(QStringLiteral("| down | 1 |")), qPrintable(console.row(QStringLiteral("labNodesTable"), QStringLiteral("T |"))));
        console.go(2);
        QTRY_COMPARE(console.window().places()->current(), QStringLiteral("desk"));
        QTRY_COMPARE(console.text(QStringLiteral("caseReference")), QStringLiteral("INV-2044"));
        QTRY_VERIFY2(says(console, {{"T", "no answer"}, {"A", "prepared"}, {"B", "prepared"}, {"C", "prepared"}}), qPrintable(evidence(console)));
        QCOMPARE(console.text(QStringLiteral("adviceTitle")), QStringLiteral("Undetermined"));
        // In the queue once it is stuck, with what is on hold.
        QTRY_COMPARE_WITH_TIMEOUT(console.rows(QStringLiteral("queueTable")), QStringList{QStringLiteral("– | blocked | INV-2044 | 120.00 EUR")}, 8000);
        const auto xid = console.context().selection->xid();
        console.go(5);
        QVERIFY(holds(console, QStringLiteral("INV-2044")));

        // Aborted by the palette: the window shows the whole reason why not.
        console.go(2);
        console.keys(Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(console.find<QLineEdit>(QStringLiteral("palette.query")) != nullptr);
        QTest::keyClicks(console.find<QLineEdit>(QStringLiteral("palette.query")), QStringLiteral("abort the selected"));
        QTest::keyClick(console.find<QLineEdit>(QStringLiteral("palette.query")), Qt::Key_Return);
        QTRY_VERIFY(console.find<QWidget>(QStringLiteral("abortDialog")) != nullptr);
        QVERIFY(console.type(QStringLiteral("abortReason"), QStringLiteral("customer asked")));
        QVERIFY(console.press(QStringLiteral("abortConfirm")));
        QTRY_COMPARE(console.said(), QStringLiteral("Node T (Coordinator) is down; start it first: only the coordinator may abort, and only while it still collects votes; it may have decided "
                                                    "already. If it stays away, each branch in doubt can be resolved on its own, with a reason."));
        QVERIFY(says(console, {{"T", "no answer"}, {"A", "prepared"}, {"B", "prepared"}, {"C", "prepared"}}));
        console.shoot(QStringLiteral("force-1-undetermined"));

        for (const char* node : {"A", "B", "C"}) {
            bool chosen = false;
            // The link opens a menu with its own loop: choose from inside, whenever it comes.
            QTimer looks;
            QObject::connect(&looks, &QTimer::timeout, &console.window(), [&] {
                auto* menu = console.find<QMenu>(QStringLiteral("forceMenu"));
                if (!menu || chosen) return;
                for (auto* action : menu->actions())
                    if (action->objectName() == QStringLiteral("force.rollback.") + QLatin1String(node)) {
                        chosen = true;
                        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
                        return;
                    }
                menu->close();
            });
            looks.start(50);
            QVERIFY(console.press(QStringLiteral("forceLink")));
            QTRY_VERIFY(chosen);
            looks.stop();
            QTRY_VERIFY(console.find<QWidget>(QStringLiteral("forceDialog")) != nullptr);
            QVERIFY(console.type(QStringLiteral("forceReason"), QStringLiteral("coordinator lost, customer waits")));
            QVERIFY(console.type(QStringLiteral("forceTicket"), QStringLiteral("OPS-77")));
            QVERIFY(!console.find<QWidget>(QStringLiteral("forceConfirm"))->isEnabled());  // not before the amount is typed
            QVERIFY(console.type(QStringLiteral("forceAmount"), QStringLiteral("120.00")));
            if (qstrcmp(node, "A") == 0) console.shoot(QStringLiteral("force-2-dialog"));
            // No key completes a forced outcome; the mouse does.
            auto* dialog = console.find<QWidget>(QStringLiteral("forceDialog"));
            QTest::keyClick(dialog, Qt::Key_Return);
            QTest::qWait(50);
            QVERIFY2(says(console, {{node, "prepared"}}), qPrintable(evidence(console)));
            QVERIFY(console.press(QStringLiteral("forceConfirm")));
            QTRY_VERIFY2(says(console, {{node, "forced ROLLBACK"}}), qPrintable(evidence(console)));
            QTRY_VERIFY(console.find<QWidget>(QStringLiteral("forceDialog")) == nullptr);
        }
        console.shoot(QStringLiteral("force-3-rolled-back"));
        console.go(5);
        QVERIFY(nothingHeld(console));

        console.go(6);
        QVERIFY(console.click(QStringLiteral("labNodesTable"), QStringLiteral("T |")));
        QVERIFY(console.press(QStringLiteral("lab.restart")));
        QTRY_COMPARE(console.said(), QStringLiteral("T is back and has read its log."));
        QTRY_VERIFY2(console.row(QStringLiteral("labNodesTable"), QStringLiteral("T |")).contains(QStringLiteral("| up | 2 |")), qPrintable(console.row(QStringLiteral("labNodesTable"), QStringLiteral("T |"))));
        console.go(2);
        QTRY_VERIFY2(says(console, {{"T", "ABORT"}, {"A", "forced ROLLBACK"}, {"B", "forced ROLLBACK"}, {"C", "forced ROLLBACK"}}), qPrintable(evidence(console)));
        // Presumed, or written down: that hangs on whether the lazy BEGIN was on disk when T died.
        QVERIFY2(console.row(QStringLiteral("evidenceTable"), QStringLiteral("T |")).contains(QStringLiteral("every branch rolls back")), qPrintable(evidence(console)));
        for (const auto& line : console.rows(QStringLiteral("evidenceTable"))) QVERIFY2(!line.contains(QStringLiteral("contradicts")) && !line.contains(QStringLiteral("damage")), qPrintable(line));
        console.shoot(QStringLiteral("force-4-no-damage"));

        for (const char* node : {"A", "B", "C"}) {
            const QString button = name(Act::Forget) + u'.' + QLatin1String(node);
            const auto gone = [&console, node] { return console.row(QStringLiteral("evidenceTable"), QLatin1String(node)).contains(QStringLiteral("forgotten")); };
            // Until the branch itself has heard of the decision, forgetting is refused with that reason: one asks again.
            bool forgotten = false;
            for (int attempt = 0; attempt < 8 && !forgotten; ++attempt) {
                QVERIFY(console.press(button, 12000));
                QTRY_VERIFY(console.find<QWidget>(QStringLiteral("forgetDialog")) != nullptr);
                QVERIFY(!console.find<QWidget>(QStringLiteral("forgetConfirm"))->isEnabled());  // not without a reason
                QVERIFY(console.type(QStringLiteral("forgetReason"), QStringLiteral("compared with T")));
                QVERIFY(console.press(QStringLiteral("forgetConfirm")));
                QTRY_VERIFY(console.find<QWidget>(QStringLiteral("forgetDialog")) == nullptr);
                forgotten = QTest::qWaitFor(gone, 2500);
            }
            QVERIFY2(forgotten, qPrintable(evidence(console)));
        }
        console.shoot(QStringLiteral("force-5-forgotten"));
        QVERIFY(!console.feed().newest().find(xid)->damage);
        console.go(5);
        QVERIFY(nothingHeld(console));
    }
};

INDOUBT_TEST(StoryTest);
#include "story_test.moc"
