// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog of a new payment pays from and to what its fields show, or not at all.
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>

#include "console/desk_cases.h"
#include "console/timeline_scenes.h"
#include "shell/new_payment_dialog.h"
#include "support/test_main.h"
#include "theme/theme.h"

namespace indoubt::tests {

using namespace console;

namespace {

struct Dialog : Surroundings {
    Dialog() {
        made.pay("INV-1");
        show(Trace{made.takeEvents(), made.xid(), 0});
        dialog = std::make_unique<shell::NewPaymentDialog>(context(), events::ProtocolChoice{"2pc-pa"}, nullptr);
        dialog->show();
        dialog->activateWindow();
        write("newPayment.amount", "5.00");
        write("newPayment.reference", "WRONG-1");
    }
    void write(const char* name, const char* text) { dialog->findChild<QLineEdit*>(QLatin1String(name))->setText(QLatin1String(text)); }
    QComboBox* box(const char* name) const { return dialog->findChild<QComboBox*>(QLatin1String(name)); }
    QPushButton* pay() const { return dialog->findChild<QPushButton*>(QStringLiteral("newPayment.pay")); }
    QString problem() const { return dialog->findChild<QLabel*>(QStringLiteral("newPayment.problem"))->text(); }
    std::shared_ptr<events::Payment> payment() const { return pay()->property("payment").value<std::shared_ptr<events::Payment>>(); }
    void typeAccount(QComboBox* box, const QString& text) {
        box->lineEdit()->setFocus();
        box->lineEdit()->selectAll();
        QTest::keyClicks(box->lineEdit(), text);
    }
    DeskCase made;
    std::unique_ptr<shell::NewPaymentDialog> dialog;
};

}  // namespace

class ShellPaymentDialogTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light); }

    void words_that_are_no_account_pay_nothing() {
        Dialog d;
        QVERIFY(d.pay()->isEnabled());
        for (const char* name : {"newPayment.from", "newPayment.to"}) {
            auto* box = d.box(name);
            const int before = box->currentIndex();
            d.typeAccount(box, QStringLiteral("nobody of this name"));
            QVERIFY(!d.pay()->isEnabled());
            QTest::keyClick(box->lineEdit(), Qt::Key_Return);
            QVERIFY2(d.dialog->isVisible() && !d.pay()->isEnabled(), "it stays unfinished");
            QVERIFY2(d.problem().contains(QStringLiteral("nobody of this name")), qPrintable(d.problem()));
            box->setEditText(box->itemText(before));
            QVERIFY(d.pay()->isEnabled());
        }
    }

    void the_only_account_that_holds_the_words_is_filled_in_and_paid_from() {
        Dialog d;
        auto* from = d.box("newPayment.from");
        const int wanted = d.box("newPayment.to")->currentIndex() == 0 ? 1 : 0;
        const QString text = from->itemText(wanted);
        const QString part = text.chopped(2);
        int holders = 0;
        for (int i = 0; i < from->count(); ++i) holders += from->itemText(i).contains(part);
        QCOMPARE(holders, 1);
        d.typeAccount(from, part);
        QVERIFY2(!d.payment(), "never another than the one shown");
        emit from->lineEdit()->editingFinished();
        QCOMPARE(from->currentText(), text);
        QCOMPARE(from->currentIndex(), wanted);
        QVERIFY2(!d.problem().contains(QStringLiteral("not one of the accounts")), qPrintable(d.problem()));
    }
};

}  // namespace indoubt::tests

using indoubt::tests::ShellPaymentDialogTest;
INDOUBT_TEST(ShellPaymentDialogTest);
#include "shell_payment_dialog_test.moc"
