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
        QVERIFY(console.feed().newest().locks().size() >= 1);
        console.shoot(QStringLiteral("story-3-in-doubt"));
        QTRY_VERIFY_WITH_TIMEOUT(console.feed().newest().counters(console.feed().liveHlc()).stuck == 1, 8000);

        // The card and the Desk tell Mara the same.
        auto* right = console.find<QAbstractButton>(QStringLiteral("story.answer2"));
        QVERIFY(right);
        QTest::keyClick(&console.window(), Qt::Key_2, Qt::ControlModifier);
        console.context().selection->selectPayment(bad);
        auto* told = console.find<QWidget>(QStringLiteral("customerWords"));
        QVERIFY(told);
        QCOMPARE(right->accessibleName(), u'"' + told->property("plain").toString() + u'"');
        QVERIFY2(right->accessibleName().contains(QStringLiteral("do not pay again")), qPrintable(right->accessibleName()));
        QTest::keyClick(&console.window(), Qt::Key_3, Qt::ControlModifier);

        QVERIFY(console.press(QStringLiteral("story.answer1")));
        QCOMPARE(story->step(), 4);
        QVERIFY(console.press(QStringLiteral("story.answer2")));
        console.shoot(QStringLiteral("story-4-what-to-tell"));
        QVERIFY(console.press(QStringLiteral("story.act")));
        QCOMPARE(story->step(), 5);
        QTest::keyClick(&console.window(), Qt::Key_1, Qt::ControlModifier);
        QTRY_COMPARE(console.window().places()->current(), QStringLiteral("watch"));
        console.shoot(QStringLiteral("story-4-watch"));
        QTest::keyClick(&console.window(), Qt::Key_3, Qt::ControlModifier);
        QTRY_COMPARE(console.window().places()->current(), QStringLiteral("story"));

        QVERIFY(console.press(QStringLiteral("story.act")));
        QTRY_COMPARE_WITH_TIMEOUT(story->step(), 6, 15000);
        const auto settled = console.feed().newest().find(bad);
        QCOMPARE(settled->state, view::PaymentState::committed);
        QCOMPARE(inPhase(*settled, view::BranchPhase::committed), std::size_t(3));
        QVERIFY(console.feed().newest().locks().empty());
        console.shoot(QStringLiteral("story-5-settled"));
    }

    // One vote is held back while the coordinator still collects: the operator aborts there, safely.
    void a_vote_held_back_lets_the_operator_abort_at_the_coordinator() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        QVERIFY(console.client().add_fault("hold YES from C to T", "Ana Ruiz").ok());
        const auto reply = console.client().submit(tests::story_payment("INV-2043"), std::nullopt, client::Wait::none);
        QVERIFY(reply.ok());
        const auto xid = reply->xid;
        QVERIFY(console.until(xid, [](const view::Transaction& t) { return inPhase(t, view::BranchPhase::prepared) == 3; }));
        console.context().navigator->openPayment(QStringLiteral("desk"), xid);
        QTRY_COMPARE(console.window().places()->current(), QStringLiteral("desk"));
        console.shoot(QStringLiteral("abort-1-held-back"));
        QVERIFY(console.press(name(Act::AbortAtCoordinator)));
        QTRY_VERIFY(console.find<QWidget>(QStringLiteral("abortDialog")) != nullptr);
        QVERIFY(console.type(QStringLiteral("abortReason"), QStringLiteral("customer asked")));
        QVERIFY(console.press(QStringLiteral("abortConfirm")));
        QVERIFY(console.until(xid, [](const view::Transaction& t) { return t.state == view::PaymentState::aborted; }));
        QVERIFY(console.client().clear_faults(std::nullopt, "Ana Ruiz").ok());
        QTRY_VERIFY_WITH_TIMEOUT(console.feed().newest().locks().empty(), 10000);
        QCOMPARE(console.feed().newest().find(xid)->heuristic, events::Heuristic::none);
        console.shoot(QStringLiteral("abort-2-aborted"));
    }

    // No decision on disk when T dies: abort is refused with its reason, each branch is rolled back by hand, T presumes abort, no
    // damage, forget.
    void heuristic_rollback_agrees_with_presumed_abort_and_is_forgotten() {
        tests::ConsoleUnderTest console(false);
        QVERIFY(console.untilLive());
        QVERIFY(console.client().add_fault("crash before force COMMIT at T", "Ana Ruiz").ok());
        (void)console.client().submit(tests::story_payment("INV-2044"), std::nullopt, client::Wait::none);
        base::Xid xid;
        QTRY_VERIFY_WITH_TIMEOUT([&] {
            const auto& view = console.feed().newest();
            for (std::size_t i = 0; i < view.size(); ++i)
                if (view.at(i).payment && view.at(i).payment->idempotency_key == "INV-2044") xid = view.at(i).xid;
            return !xid.empty();
        }(), 8000);
        QVERIFY(console.until(xid, [](const view::Transaction& t) { return inPhase(t, view::BranchPhase::prepared) == 3; }));
        QTRY_COMPARE_WITH_TIMEOUT(console.feed().newest().node(xid.coordinator)->state, view::NodeState::down, 8000);
        client::OrderRequest abort;
        abort.xid = xid;
        abort.action = client::Action::abort;
        abort.actor = "Ana Ruiz";
        abort.reason = "customer asked";
        abort.idempotency_key = "abort-INV-2044";
        const auto refused = console.client().order(abort);
        QVERIFY(!refused.ok());
        QVERIFY2(refused.error().message.size() > 10, refused.error().message.c_str());

        console.context().navigator->openPayment(QStringLiteral("desk"), xid);
        QTRY_COMPARE(console.window().places()->current(), QStringLiteral("desk"));
        console.shoot(QStringLiteral("force-1-undetermined"));
        for (const char* node : {"A", "B", "C"}) {
            const auto id = base::NodeId::of(node);
            bool chosen = false;
            // The link opens a menu with its own loop: choose from inside, whenever it comes.
            QTimer looks;
            QObject::connect(&looks, &QTimer::timeout, &console.window(), [&] {
                auto* menu = console.find<QMenu>(QStringLiteral("forceMenu"));
                if (!menu || chosen) return;
                for (auto* action : menu->actions())
                    if (action->objectName() == QStringLiteral("force.rollback.") + QLatin1String(node)) {
                        action->trigger();
                        chosen = true;
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
            if (console.find<QLineEdit>(QStringLiteral("forceAmount"))) QVERIFY(console.type(QStringLiteral("forceAmount"), QStringLiteral("120.00")));
            if (qstrcmp(node, "A") == 0) console.shoot(QStringLiteral("force-2-dialog"));
            // No key completes a forced outcome; the mouse does.
            auto* dialog = console.find<QWidget>(QStringLiteral("forceDialog"));
            QTest::keyClick(dialog, Qt::Key_Return);
            QTest::qWait(50);
            QVERIFY(console.feed().newest().find(xid)->branch(id)->heuristic == events::Heuristic::none);
            QVERIFY(console.press(QStringLiteral("forceConfirm")));
            QVERIFY(console.until(xid, [id](const view::Transaction& t) { return t.branch(id)->heuristic == events::Heuristic::rollback; }));
            QTRY_VERIFY(console.find<QWidget>(QStringLiteral("forceDialog")) == nullptr);
        }
        console.shoot(QStringLiteral("force-3-rolled-back"));
        QVERIFY(console.client().node(xid.coordinator, client::NodeAction::restart, "Ana Ruiz").ok());
        QTRY_COMPARE_WITH_TIMEOUT(console.feed().newest().node(xid.coordinator)->state, view::NodeState::up, 8000);
        QVERIFY(console.until(xid, [](const view::Transaction& t) { return t.heuristic == events::Heuristic::rollback && !t.damage; }));
        console.shoot(QStringLiteral("force-4-no-damage"));
        for (const char* node : {"A", "B", "C"}) {
            const QString button = name(Act::Forget) + u'.' + QLatin1String(node);
            const auto gone = [id = base::NodeId::of(node)](const view::Transaction& t) { return t.branch(id)->phase == view::BranchPhase::forgotten; };
            // Until the branch itself has heard of the decision, forgetting is refused with that reason: one asks again.
            bool forgotten = false;
            for (int attempt = 0; attempt < 8 && !forgotten; ++attempt) {
                QVERIFY(console.press(button, 12000));
                QTRY_VERIFY(console.find<QWidget>(QStringLiteral("forgetDialog")) != nullptr);
                QVERIFY(!console.find<QWidget>(QStringLiteral("forgetConfirm"))->isEnabled());  // not without a reason
                QVERIFY(console.type(QStringLiteral("forgetReason"), QStringLiteral("compared with T")));
                QVERIFY(console.press(QStringLiteral("forgetConfirm")));
                QTRY_VERIFY(console.find<QWidget>(QStringLiteral("forgetDialog")) == nullptr);
                forgotten = console.until(xid, gone, 2500);
            }
            QVERIFY2(forgotten, node);
        }
        console.shoot(QStringLiteral("force-5-forgotten"));
        QVERIFY(!console.feed().newest().find(xid)->damage);
    }
};

INDOUBT_TEST(StoryTest);
#include "story_test.moc"
