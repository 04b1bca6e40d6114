// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts, sums and holds over a live cluster.
#include <QAbstractItemModelTester>

#include "console/feed_support.h"
#include "money/accounts_model.h"
#include "support/test_main.h"

using namespace indoubt;
using console::money::AccountsModel;

class MoneyAccountsTest : public QObject {
    Q_OBJECT
    QString cell(int row, int column) const { return m_model->data(m_model->index(row, column), Qt::DisplayRole).toString(); }
    int rowOf(const QString& holder) const {
        for (int row = 0; row < m_model->rowCount(); ++row)
            if (cell(row, AccountsModel::Holder) == holder) return row;
        return -1;
    }
  private slots:
    void initTestCase() {
        QVERIFY(m_fed.start());
        m_model = std::make_unique<AccountsModel>(m_fed.context(), nullptr);
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        m_model->refresh();
        QTRY_COMPARE(m_model->rowCount(), 5);
    }
    void cleanupTestCase() {
        m_tester.reset();
        m_model.reset();
    }

    void a_payment_moves_money_and_the_sums_still_agree() {
        QVERIFY(m_fed.untilKnown(m_fed.pay("M-1", 12000)));
        QTRY_COMPARE(cell(rowOf(QStringLiteral("Mara Lindholm")), AccountsModel::Posted), QStringLiteral("2,360.00 EUR"));
        QCOMPARE(cell(rowOf(QStringLiteral("Sakura Import")), AccountsModel::Posted), QStringLiteral("1,250,000 JPY"));
        QCOMPARE(cell(rowOf(QStringLiteral("Al Noor")), AccountsModel::Posted), QStringLiteral("812.450 KWD"));
        const auto scan = console::money::scanAccounts(m_fed.feed().view(), {}, false);
        QCOMPARE(scan.sums.accounts, std::size_t(5));
        for (const auto& [currency, off] : scan.sums.off) QVERIFY2(off == 0, currency.code().c_str());
    }

    void money_in_doubt_is_on_hold_and_not_available() {
        auto& client = m_fed.cluster().client();
        QVERIFY(client.add_fault("crash after force COMMIT at T", "test").ok());
        (void)client.submit(tests::story_payment("M-2", 5000, 10), std::nullopt, client::Wait::none);
        QTRY_COMPARE_WITH_TIMEOUT(cell(rowOf(QStringLiteral("Mara Lindholm")), AccountsModel::Held), QStringLiteral("50.00 EUR"), 8000);
        QCOMPARE(cell(rowOf(QStringLiteral("Mara Lindholm")), AccountsModel::Available), QStringLiteral("2,310.00 EUR"));
        QVERIFY(client.node(base::NodeId::of("T"), client::NodeAction::restart, "test").ok());
        QTRY_COMPARE_WITH_TIMEOUT(cell(rowOf(QStringLiteral("Mara Lindholm")), AccountsModel::Held), QStringLiteral("0.00 EUR"), 8000);
    }

    void filter_finds_by_holder_tail_of_the_account_and_what_is_held() {
        const auto& view = m_fed.feed().view();
        QCOMPARE(console::money::scanAccounts(view, QStringLiteral("mara"), false).keys.size(), std::size_t(1));
        QCOMPARE(console::money::scanAccounts(view, QStringLiteral("471108"), false).keys.size(), std::size_t(1));
        QCOMPARE(console::money::scanAccounts(view, QStringLiteral("B jpy"), false).keys.size(), std::size_t(1));
        QCOMPARE(console::money::scanAccounts(view, QStringLiteral("held"), false).keys.size(), std::size_t(0));
        // Masked, the middle of a number finds nothing: it is not on screen either.
        QCOMPARE(console::money::scanAccounts(view, QStringLiteral("9000000100"), true).keys.size(), std::size_t(0));
    }

  private:
    tests::FedCluster m_fed;
    std::unique_ptr<AccountsModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

INDOUBT_TEST(MoneyAccountsTest);
#include "money_accounts_test.moc"
