// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using client::Wait;

class FirstPaymentTest : public QObject {
    Q_OBJECT

  private slots:
    void a_payment_commits_over_real_streams_and_files() {
        tests::LiveCluster live;
        QElapsedTimer timer;
        timer.start();
        auto started = live.start();
        QVERIFY2(started.ok(), started.ok() ? "" : started.error().message.c_str());
        QVERIFY2(timer.elapsed() < 1500, qPrintable(QString("start took %1 ms").arg(timer.elapsed())));

        auto reply = live.client().submit(tests::story_payment("INV-2041"), std::nullopt, Wait::applied);
        QVERIFY2(reply.ok(), reply.ok() ? "" : reply.error().message.c_str());
        QCOMPARE(reply->outcome, events::Outcome::commit);
        QVERIFY(reply->applied);
        QVERIFY(!reply->xid.empty());
        QVERIFY(live.until(reply->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::committed; }));
        QCOMPARE(live.posted("DE37900000010000471108"), 236000);
        QCOMPARE(live.posted("LU289990000000471200"), 43015);
        QCOMPARE(live.posted("NL36KSTL0000471300"), 60);

        auto again = live.client().submit(tests::story_payment("INV-2041"), std::nullopt, Wait::applied);
        QVERIFY(again.ok());
        QVERIFY(again->duplicate);
        QCOMPARE(again->xid, reply->xid);
        QCOMPARE(live.posted("DE37900000010000471108"), 236000);
    }

    void a_payment_without_funds_is_refused_with_its_reason() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto reply = live.client().submit(tests::story_payment("TOO-MUCH", 99'000'000), std::nullopt, Wait::applied);
        QVERIFY2(reply.ok(), reply.ok() ? "" : reply.error().message.c_str());
        QCOMPARE(reply->outcome, events::Outcome::abort);
        QCOMPARE(reply->refusal, events::Refusal::insufficient_funds);
        QVERIFY(!reply->text.empty());
        QVERIFY(live.until(reply->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::aborted; }));
        QCOMPARE(live.posted("DE37900000010000471108"), 248000);
    }

    void a_cluster_stopped_and_started_again_remembers_everything() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto reply = live.client().submit(tests::story_payment("BEFORE"), std::nullopt, Wait::applied);
        QVERIFY(reply.ok());
        QElapsedTimer timer;
        timer.start();
        live.stop();
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString("stop took %1 ms").arg(timer.elapsed())));
        QVERIFY(live.start().ok());
        QCOMPARE(live.posted("DE37900000010000471108"), 236000);
        auto again = live.client().submit(tests::story_payment("BEFORE"), std::nullopt, Wait::applied);
        QVERIFY(again.ok());
        QVERIFY(again->duplicate);
        QCOMPARE(again->xid, reply->xid);
        auto shown = live.show(reply->xid);
        QVERIFY(shown);
        QCOMPARE(shown->state, view::PaymentState::committed);
    }
};

INDOUBT_TEST(FirstPaymentTest);
#include "first_payment_test.moc"
