// SPDX-License-Identifier: GPL-3.0-or-later
// The live list over a live cluster: order, hold, filter, groups, and the model's own contract.
#include <QAbstractItemModelTester>

#include "console/feed_support.h"
#include "feed/filter_language.h"
#include "support/test_main.h"
#include "watch/payments_model.h"
#include "widgets/roles.h"

using namespace indoubt;
using console::watch::PaymentsModel;

class WatchPaymentsModelTest : public QObject {
    Q_OBJECT
    QString cell(int row, int column) const { return m_model->data(m_model->index(row, column), Qt::DisplayRole).toString(); }
  private slots:
    void initTestCase() {
        QVERIFY(m_fed.start());
        m_model = std::make_unique<PaymentsModel>(m_fed.context());
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    }
    void cleanupTestCase() {
        m_tester.reset();
        m_model.reset();
    }

    void newest_payment_stands_on_top() {
        const auto first = m_fed.pay("W-1"), second = m_fed.pay("W-2");
        QTRY_COMPARE(m_model->rowCount(), 2);
        QCOMPARE(m_model->xidAt(0), second);
        QCOMPARE(m_model->xidAt(1), first);
        QTRY_COMPARE(cell(0, PaymentsModel::State), QStringLiteral("committed"));
        QCOMPARE(cell(0, PaymentsModel::Reference), QStringLiteral("W-2"));
        QCOMPARE(cell(0, PaymentsModel::Amount), QStringLiteral("10.00 EUR"));
        QCOMPARE(m_model->participants(), (QStringList{QStringLiteral("A"), QStringLiteral("B"), QStringLiteral("C")}));
        const auto votes = m_model->data(m_model->index(0, PaymentsModel::Votes), console::widgets::VotesRole).value<console::widgets::Votes>();
        QCOMPARE(votes.size(), 3);
        QCOMPARE(votes[0], console::theme::Glyph::VoteYes);
    }

    void held_list_keeps_its_order_and_counts_what_waits() {
        m_model->setHeld(true);
        const int rows = m_model->rowCount();
        const auto top = m_model->xidAt(0);
        const auto xid = m_fed.pay("W-3");
        QTRY_COMPARE(m_model->pending(), 1);
        QCOMPARE(m_model->rowCount(), rows);
        QCOMPARE(m_model->xidAt(0), top);
        m_model->setHeld(false);
        QCOMPARE(m_model->pending(), 0);
        QCOMPARE(m_model->xidAt(0), xid);
    }

    void filter_leaves_only_what_matches_and_lets_new_matches_in() {
        QSignalSpy rebuilt(m_model.get(), &PaymentsModel::rebuilt);
        auto filter = console::feed::compilePaymentFilter(QStringLiteral("ref:X-*"), m_fed.context());
        QVERIFY(filter.ok);
        m_model->setFilter(filter.matches, PaymentsModel::Order::NewestFirst);
        QTRY_COMPARE(rebuilt.size(), 1);
        QCOMPARE(m_model->rowCount(), 0);
        const auto wanted = m_fed.pay("X-1");
        QVERIFY(m_fed.untilKnown(m_fed.pay("W-4")));
        QTRY_COMPARE(m_model->rowCount(), 1);
        QCOMPARE(m_model->xidAt(0), wanted);
        m_model->setFilter({}, PaymentsModel::Order::NewestFirst);
        QTRY_VERIFY(m_model->rowCount() >= 5);
    }

    void what_is_stuck_stands_under_a_head_per_cause() {
        auto& client = m_fed.cluster().client();
        QVERIFY(client.add_fault("crash before force COMMIT at T", "test").ok());
        (void)client.submit(tests::story_payment("S-1", 1000, 10), std::nullopt, client::Wait::none);
        QTRY_VERIFY_WITH_TIMEOUT(m_fed.feed().newest().counters(m_fed.feed().liveHlc()).stuck == 1, 8000);
        auto filter = console::feed::compilePaymentFilter(QStringLiteral("is:stuck"), m_fed.context());
        QVERIFY(filter.ok);
        m_model->setFilter(filter.matches, PaymentsModel::Order::ByCause);
        QTRY_COMPARE(m_model->rowCount(), 2);
        QVERIFY(m_model->isGroup(0));
        QVERIFY2(cell(0, 0).startsWith(QStringLiteral("T down since")), qPrintable(cell(0, 0)));
        QCOMPARE(cell(1, PaymentsModel::LastEvent), QStringLiteral("undetermined"));
        m_model->toggleGroup(0);
        QCOMPARE(m_model->rowCount(), 1);
        m_model->toggleGroup(0);
        QCOMPARE(m_model->rowCount(), 2);
        QVERIFY(client.node(base::NodeId::of("T"), client::NodeAction::restart, "test").ok());
        QTRY_COMPARE_WITH_TIMEOUT(m_model->rowCount(), 0, 8000);
    }

  private:
    tests::FedCluster m_fed;
    std::unique_ptr<PaymentsModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

INDOUBT_TEST(WatchPaymentsModelTest);
#include "watch_payments_model_test.moc"
