// SPDX-License-Identifier: GPL-3.0-or-later
// Selection with its history, the registry of commands, and the executor's promise about dead contexts.
#include <QSignalSpy>

#include "feed/command_registry.h"
#include "feed/executor.h"
#include "feed/selection.h"
#include "support/test_main.h"

using namespace indoubt;
using namespace indoubt::console::feed;

class FeedSelectionTest : public QObject {
    Q_OBJECT
    static base::Xid xid(std::uint64_t counter) { return {base::NodeId::of("T"), 1, counter}; }
  private slots:
    void history_goes_back_and_forward_and_forgets_the_branch_not_taken() {
        Selection selection;
        QSignalSpy changed(&selection, &Selection::paymentChanged);
        for (const std::uint64_t i : {1, 2, 3}) selection.selectPayment(xid(i));
        selection.back();
        selection.back();
        QCOMPARE(selection.xid(), xid(1));
        QVERIFY(!selection.canGoBack());
        selection.forward();
        QCOMPARE(selection.xid(), xid(2));
        selection.selectPayment(xid(9));
        QVERIFY(!selection.canGoForward());
        selection.back();
        QCOMPARE(selection.xid(), xid(2));
        QCOMPARE(changed.size(), 8);
    }

    void an_event_of_another_payment_selects_that_payment() {
        Selection selection;
        selection.selectPayment(xid(1));
        selection.selectEvent({base::NodeId::of("A"), 1, 7}, xid(2));
        QCOMPARE(selection.xid(), xid(2));
        QCOMPARE(selection.event().seq, std::uint64_t(7));
        selection.selectPayment(xid(1));
        QVERIFY(selection.event().empty());
    }

    void a_command_goes_with_its_owner_and_does_not_run_while_it_says_why_not() {
        CommandRegistry commands;
        int runs = 0;
        QString why = QStringLiteral("too early");
        {
            QObject owner;
            commands.add(&owner, {QStringLiteral("a"), QStringLiteral("A"), {}, {}, {}, [&runs] { ++runs; }, [&why] { return why; }});
            QVERIFY(!commands.run(QStringLiteral("a")));
            why.clear();
            QVERIFY(commands.run(QStringLiteral("a")));
            commands.add(&owner, {QStringLiteral("a"), QStringLiteral("A again"), {}, {}, {}, [] {}, {}});
            QCOMPARE(commands.list().size(), 1);
            QCOMPARE(commands.list().first().text, QStringLiteral("A again"));
        }
        QVERIFY(commands.list().isEmpty());
        QCOMPARE(runs, 1);
    }

    void without_a_cluster_a_call_is_answered_unavailable_and_later() {
        Executor executor;
        bool answered = false;
        executor.run(this, QStringLiteral("info"), [](client::OperatorClient& c) { return c.info(); }, [&](const base::Result<client::ClusterInfo>& answer) {
            answered = true;
            QCOMPARE(answer.error().code, base::ErrorCode::unavailable);
        });
        QVERIFY(!answered);
        QTRY_VERIFY(answered);
    }

    void an_answer_for_a_context_that_is_gone_is_dropped() {
        Executor executor;
        bool answered = false, finished = false;
        connect(&executor, &Executor::finished, this, [&] { finished = true; });
        auto* context = new QObject;
        executor.background(context, QStringLiteral("work"), [] { return 1; }, [&](int) { answered = true; });
        delete context;
        QTRY_VERIFY(finished);
        QVERIFY(!answered);
    }
};

INDOUBT_TEST(FeedSelectionTest);
#include "feed_selection_test.moc"
