// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+N: from whom, to whom, how much, fee, reference, and by which protocol. Checks as one types; submits off the GUI thread and then selects the
// payment. It names cluster and environment, as every dialog that acts.
#pragma once
#include <QDialog>
#include <vector>

#include "feed/place.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace indoubt::console::widgets {
class TextLabel;
}

namespace indoubt::console::shell {

struct PaymentDraft {
    view::AccountRow from, to, fee;       // fee.account empty: no fee
    std::int64_t amountMinor = 0, feeMinor = 0;
    std::string reference;
};
// The payment a draft becomes: debit amount; credit amount minus fee; fee. Same participant twice makes one branch.
base::Result<events::Payment> paymentOf(const PaymentDraft& draft, const view::View& view, const std::string& key);

class NewPaymentDialog : public QDialog {
    Q_OBJECT
  public:
    // `usual`: how the cluster's payments commit that name no protocol.
    NewPaymentDialog(const feed::Context& context, const events::ProtocolChoice& usual, QWidget* parent);

  private:
    void fillAccounts();
    void fillProtocols();
    void review();
    void submit();
    feed::Context m_context;
    events::ProtocolChoice m_usual;
    std::vector<view::AccountRow> m_accounts;
    QComboBox *m_from, *m_to, *m_feeTo, *m_protocol;
    QLineEdit *m_amount, *m_fee, *m_reference;
    widgets::TextLabel *m_problem, *m_sum;
    QPushButton* m_pay;
    std::string m_key;                     // one intent, one key: a second press after a time-out pays once
    bool m_busy = false;
};

}  // namespace indoubt::console::shell
