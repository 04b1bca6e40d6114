// SPDX-License-Identifier: GPL-3.0-or-later
// The New payment dialog on a live cluster: a protocol chosen there is the payment's.
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>

#include "console/feed_support.h"
#include "shell/new_payment_dialog.h"
#include "support/test_main.h"

using namespace indoubt;
using namespace indoubt::console;

class ShellPaymentTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { QVERIFY(m_fed.start()); }

    void only_safe_protocols_are_offered_and_the_clusters_own_comes_first() {
        shell::NewPaymentDialog dialog(m_fed.context(), {}, nullptr);
        auto* box = dialog.findChild<QComboBox*>(QStringLiteral("newPayment.protocol"));
        QCOMPARE(box->currentIndex(), 0);
        QVERIFY(box->itemText(0).contains(QStringLiteral("presumed abort")));
        QVERIFY(box->currentData().toString().isEmpty());
        for (int i = 1; i < box->count(); ++i) {
            const QString name = box->itemData(i).toString();
            QVERIFY2(!name.startsWith(QLatin1String("x-")) && name != QLatin1String("2pc-pa") && name != QLatin1String("raft-2pc"), qPrintable(name));
        }
        QVERIFY(box->findData(QStringLiteral("paxos-commit")) > 0);
    }

    void a_payment_runs_the_protocol_chosen_in_its_dialog_data() {
        QTest::addColumn<QString>("chosen");
        QTest::addColumn<QString>("runs");
        QTest::newRow("the cluster's") << QString() << QStringLiteral("2pc-pa");
        QTest::newRow("3pc") << QStringLiteral("3pc") << QStringLiteral("3pc");
    }
    void a_payment_runs_the_protocol_chosen_in_its_dialog() {
        QFETCH(QString, chosen);
        QFETCH(QString, runs);
        shell::NewPaymentDialog dialog(m_fed.context(), {}, nullptr);
        dialog.show();
        const auto box = [&](const char* name) { return dialog.findChild<QComboBox*>(QLatin1String(name)); };
        box("newPayment.from")->setCurrentIndex(box("newPayment.from")->findText(QStringLiteral("Mara"), Qt::MatchContains));
        box("newPayment.to")->setCurrentIndex(box("newPayment.to")->findText(QStringLiteral("Velo"), Qt::MatchContains));
        QTest::keyClicks(dialog.findChild<QLineEdit*>(QStringLiteral("newPayment.amount")), QStringLiteral("1.00"));
        QTest::keyClicks(dialog.findChild<QLineEdit*>(QStringLiteral("newPayment.reference")), QStringLiteral("PROTO-") + runs);
        auto* protocol = box("newPayment.protocol");
        protocol->setFocus();
        while (protocol->currentData().toString() != chosen) {
            const int before = protocol->currentIndex();
            QTest::keyClick(protocol, Qt::Key_Down);
            QVERIFY(protocol->currentIndex() > before);
        }
        auto* pay = dialog.findChild<QPushButton*>(QStringLiteral("newPayment.pay"));
        QTRY_VERIFY(pay->isEnabled());
        QTest::mouseClick(pay, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.isVisible(), 5000);
        const auto xid = m_fed.selection().xid();
        QVERIFY(m_fed.untilKnown(xid));
        QCOMPARE(m_fed.feed().newest().find(xid)->protocol.name, runs.toStdString());
    }

  private:
    tests::FedCluster m_fed;
};

INDOUBT_TEST(ShellPaymentTest);
#include "shell_payment_test.moc"
