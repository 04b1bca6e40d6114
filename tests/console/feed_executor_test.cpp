// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/executor.h"

#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;

class FeedExecutorTest : public QObject {
    Q_OBJECT
  private slots:
    void closing_waits_for_no_call_and_tells_those_who_wait_that_nothing_is_known() {
        tests::LiveCluster live;
        auto options = live.options();
        options.prepare_timeout_ms = 60000;
        QVERIFY(live.start(options).ok());
        QVERIFY(live.client().add_fault("hold YES from C to T", "Ana").ok());
        auto client = std::shared_ptr<client::OperatorClient>(client::connect({{live.cluster().address(), live.cluster().token_file().string()}}).value());
        std::atomic<bool> began = false, unavailable = false;
        QElapsedTimer clock;
        {
            console::feed::Executor executor;
            executor.setClient(client);
            executor.run(&executor, QStringLiteral("pay"), [&](client::OperatorClient& c) {
                began = true;
                auto reply = c.submit(tests::story_payment("HANGS"), std::nullopt, client::Wait::applied);
                unavailable = !reply.ok() && reply.error().code == base::ErrorCode::unavailable;
                return reply;
            }, [](const base::Result<client::SubmitReply>&) {});
            QTRY_VERIFY(began.load());
            QTest::qWait(50);  // it may or may not have reached the service: both must end
            clock.start();
        }
        QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(unavailable.load());
        QCOMPARE(client->info().error().code, base::ErrorCode::unavailable);
        QVERIFY(live.client().info().ok());  // the cluster itself goes on
    }
};

INDOUBT_TEST(FeedExecutorTest);
#include "feed_executor_test.moc"
