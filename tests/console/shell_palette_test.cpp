// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+K: what is said on the phone finds the payment, here or in the cluster's logs.
#include "console/feed_support.h"
#include "shell/palette.h"
#include "shell/parts.h"
#include "support/test_main.h"

using namespace indoubt;
using console::shell::PaymentProvider;

class ShellPaletteTest : public QObject {
    Q_OBJECT
    static QStringList found(PaymentProvider& payments, const QString& query) {
        QStringList texts;
        for (const auto& item : payments.search(query)) texts << (item.enabled ? item.text : u'(' + item.text + u')');
        return texts;
    }

  private slots:
    void initTestCase() {
        QVERIFY(m_fed.start());
        const auto xid = m_fed.pay("INV-2042", 12000);
        QVERIFY(m_fed.untilKnown(xid));
    }

    void what_is_said_on_the_phone_finds_the_payment_data() {
        QTest::addColumn<QString>("said");
        for (const char* said : {"Mara 120", "120 EUR", "eur 120 velo", "471108", "4711 08", "0047 1200", "2042", "inv 20", "LINDHOLM", "lïndholm", "mara 1108"})
            QTest::newRow(said) << QString::fromUtf8(said);
    }
    void what_is_said_on_the_phone_finds_the_payment() {
        QFETCH(QString, said);
        PaymentProvider payments(m_fed.context());
        QCOMPARE(found(payments, said).value(0), QStringLiteral("INV-2042"));
    }

    void what_only_the_logs_know_is_found_a_moment_later() {
        // A console whose own view holds nothing of it.
        console::shell::Parts parts;
        parts.executor.setClient(std::shared_ptr<client::OperatorClient>(std::shared_ptr<void>(), &m_fed.cluster().client()));
        PaymentProvider payments(parts.context);
        QSignalSpy changed(&payments, &PaymentProvider::changed);
        QCOMPARE(found(payments, QStringLiteral("mara 120")), QStringList{QStringLiteral("(Searching the logs...)")});
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(found(payments, QStringLiteral("mara 120")), QStringList{QStringLiteral("INV-2042")});
        // Another question is not answered with what was found for the last one.
        QCOMPARE(found(payments, QStringLiteral("mara 121")), QStringList{QStringLiteral("(Searching the logs...)")});
        QTRY_COMPARE(changed.size(), 2);
        QCOMPARE(found(payments, QStringLiteral("mara 121")), QStringList());
        parts.executor.setClient(nullptr);
    }

  private:
    tests::FedCluster m_fed;
};

INDOUBT_TEST(ShellPaletteTest);
#include "shell_palette_test.moc"
