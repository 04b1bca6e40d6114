// SPDX-License-Identifier: GPL-3.0-or-later
// "Read T's log" over a live cluster: what is on T's disk, or why nobody can read it.
#include <QLabel>
#include <QPushButton>

#include "console/feed_support.h"
#include "desk/advice_pane.h"
#include "desk/log_reading.h"
#include "support/test_main.h"

using namespace indoubt;
using console::desk::Act;

class DeskLogReadingTest : public QObject {
    Q_OBJECT
  private slots:
    void a_decision_is_found_in_the_log_that_can_be_read_and_else_it_is_said_why_not() {
        tests::FedCluster fed;
        QVERIFY(fed.start());
        auto& client = fed.cluster().client();
        const auto T = base::NodeId::of("T");
        const auto paid = fed.pay("R-1");
        QVERIFY(fed.untilKnown(paid));
        const auto found = console::desk::findDecision(client, T, paid, 1);
        QVERIFY(found.ok());
        QCOMPARE(found->outcome, events::Outcome::commit);
        QVERIFY(found->lsn > 0 && found->lsn <= found->last);

        QVERIFY(client.add_fault("crash before force COMMIT at T", "test").ok());
        (void)client.submit(tests::story_payment("R-2", 1000, 10), std::nullopt, client::Wait::none);
        QTRY_VERIFY_WITH_TIMEOUT(fed.feed().newest().counters(fed.feed().liveHlc()).stuck == 1, 8000);
        const auto stuck = fed.feed().newest().open_transactions().front();
        QTRY_VERIFY(fed.feed().view().find(stuck) != nullptr);
        fed.selection().selectPayment(stuck);
        console::desk::AdvicePane pane(fed.context(), nullptr);
        pane.resize(260, 800);
        pane.show();
        auto* read = pane.findChild<QPushButton*>(QStringLiteral("act.%1").arg(int(Act::ReadLog)));
        QVERIFY(read);
        QCOMPARE(read->text(), QStringLiteral("Read T's log"));
        QTest::mouseClick(read, Qt::LeftButton);
        auto* result = pane.findChild<QLabel*>(QStringLiteral("adviceResult"));
        QTRY_VERIFY2(result->text().contains(QStringLiteral("log cannot be read now: node T")), qPrintable(result->text()));
        QSignalSpy opened(fed.context().navigator, &console::feed::Navigator::filterRequested);
        emit result->linkActivated(QStringLiteral("node:T xid:%1").arg(QString::fromStdString(stuck.text())));
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened[0][0].toString(), QStringLiteral("log"));

        const auto none = console::desk::findDecision(client, base::NodeId::of("A"), stuck, 1);
        QVERIFY(none.ok());
        QCOMPARE(none->outcome, events::Outcome::none);
        QVERIFY(none->last > 0);
    }
};

INDOUBT_TEST(DeskLogReadingTest);
#include "desk_log_reading_test.moc"
