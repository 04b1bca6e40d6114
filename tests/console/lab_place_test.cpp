// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>

#include "console/feed_support.h"
#include "lab/faults_pane.h"
#include "lab/lab_place.h"
#include "support/test_main.h"
#include "widgets/data_table.h"

using namespace indoubt;
using namespace indoubt::console;

class LabPlaceTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QVERIFY(m_fed.start());
        m_place = std::make_unique<lab::LabPlace>(m_fed.context());
        m_place->resize(1368, 828);
        m_place->show();
        m_place->activate();
        QTRY_COMPARE(table("labNodesTable")->rowCount(), 4);
    }
    void cleanup() {
        QVERIFY(m_fed.cluster().client().clear_faults(std::nullopt, "test").ok());
        m_place->activate();
        QTRY_COMPARE_WITH_TIMEOUT(table("faultsTable")->rowCount(), 0, 5000);
    }
    void cleanupTestCase() { m_place.reset(); }

    void an_armed_recipe_strikes_the_next_payment_and_its_hits_are_counted() {
        auto* arm = button("recipe.3");  // one COMMIT is lost
        QVERIFY(arm->isEnabled());
        QTest::mouseClick(arm, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(table("faultsTable")->rowCount(), 1, 5000);
        QCOMPARE(cell("faultsTable", 0, 2), QStringLiteral("drop COMMIT from T to B"));
        QCOMPARE(cell("faultsTable", 0, 3), QStringLiteral("0"));
        QTRY_COMPARE(arm->text(), QStringLiteral("Armed"));
        QVERIFY(!arm->isEnabled());
        const auto xid = m_fed.pay("LAB-1");
        QVERIFY(m_fed.untilKnown(xid));  // lost once, asked for, told: it commits all the same
        QTRY_COMPARE_WITH_TIMEOUT(cell("faultsTable", 0, 3), QStringLiteral("1"), 5000);
        QCOMPARE(cell("faultsTable", 0, 1), QStringLiteral("struck"));
        QTRY_VERIFY(arm->isEnabled());
    }

    void a_rule_by_hand_is_set_and_a_wrong_one_says_what_is_wrong() {
        auto* rule = m_place->findChild<QLineEdit*>(QStringLiteral("faultRule"));
        rule->setText(QStringLiteral("drop TEA from T to B"));
        QTest::mouseClick(button("addFault"), Qt::LeftButton);
        auto* problem = m_place->findChild<QLabel*>(QStringLiteral("faultProblem"));
        QTRY_VERIFY2(problem->text().contains(QStringLiteral("TEA")), qPrintable(problem->text()));
        QCOMPARE(table("faultsTable")->rowCount(), 0);
        rule->setText(QStringLiteral("delay 20ms YES from A to T"));
        QTest::mouseClick(button("addFault"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(table("faultsTable")->rowCount(), 1, 5000);
    }

    void a_link_is_cut_and_mended_by_its_switch() {
        auto* link = button("link.T to C");
        QVERIFY(link);
        QTest::mouseClick(link, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(link->text(), QStringLiteral("cut"), 5000);
        QVERIFY(link->isChecked());
        QCOMPARE(cell("faultsTable", 0, 2), QStringLiteral("cut T to C"));
        QVERIFY(!button("link.C to T")->isChecked());  // one direction only
        QTest::mouseClick(link, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(link->text(), QStringLiteral("flows"), 5000);
    }

    void in_the_past_nothing_can_be_armed() {
        m_fed.feed().pause();
        QTRY_VERIFY(!button("recipe.0")->isEnabled());
        QVERIFY(!button("addFault")->isEnabled());
        m_fed.feed().setLive();
        QTRY_VERIFY(button("recipe.0")->isEnabled());
    }

  private:
    QAbstractItemModel* table(const char* name) { return m_place->findChild<widgets::DataTable*>(QLatin1String(name))->model(); }
    QString cell(const char* name, int row, int column) { return table(name)->index(row, column).data().toString(); }
    QPushButton* button(const QString& name) { return m_place->findChild<QPushButton*>(name); }
    tests::FedCluster m_fed;
    std::unique_ptr<lab::LabPlace> m_place;
};

INDOUBT_TEST(LabPlaceTest);
#include "lab_place_test.moc"
