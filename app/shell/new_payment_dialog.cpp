// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/new_payment_dialog.h"

#include <QComboBox>
#include <QCompleter>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QUuid>
#include <QVBoxLayout>

#include "commit/machine.h"
#include "feed/wording.h"
#include "widgets/environment_band.h"
#include "widgets/labels.h"

namespace indoubt::console::shell {

using feed::qs;

base::Result<events::Payment> paymentOf(const PaymentDraft& draft, const view::View& view, const std::string& key) {
    if (draft.from.account.empty() || draft.to.account.empty()) return base::invalid_argument("choose both accounts");
    if (draft.from.node == draft.to.node && draft.from.account == draft.to.account) return base::invalid_argument("the accounts must differ");
    if (draft.from.currency != draft.to.currency) return base::invalid_argument("both accounts must have the same currency");
    if (draft.amountMinor <= 0) return base::invalid_argument("the amount must be more than nothing");
    if (draft.feeMinor < 0 || draft.feeMinor >= draft.amountMinor) return base::invalid_argument("the fee must be less than the amount");
    if (draft.feeMinor > 0 && draft.fee.account.empty()) return base::invalid_argument("choose the account that takes the fee");
    if (draft.feeMinor > 0 && draft.fee.currency != draft.from.currency) return base::invalid_argument("the fee's account must have the same currency");
    events::Payment payment;
    payment.idempotency_key = key;
    payment.refs.reference = draft.reference;
    payment.refs.end_to_end_id = draft.reference;
    const auto bic = [&view](base::NodeId node) {
        const auto* row = view.node(node);
        return row ? row->bic : std::string();
    };
    payment.debtor = {draft.from.holder, draft.from.account, bic(draft.from.node)};
    payment.creditor = {draft.to.holder, draft.to.account, bic(draft.to.node)};
    payment.amount = {draft.amountMinor, draft.from.currency};
    payment.legs.push_back({draft.from.node, events::LegKind::debit, draft.from.account, payment.amount});
    payment.legs.push_back({draft.to.node, events::LegKind::credit, draft.to.account, {draft.amountMinor - draft.feeMinor, draft.from.currency}});
    if (draft.feeMinor > 0) payment.legs.push_back({draft.fee.node, events::LegKind::fee, draft.fee.account, {draft.feeMinor, draft.from.currency}});
    if (auto valid = events::validate(payment); !valid.ok()) return valid.error();
    return payment;
}

namespace {

// The item the field's words stand for: itself, or the only one that holds what was typed. -1: none or several.
int meant(const QComboBox* box) {
    const QString typed = box->currentText().simplified();
    int found = -1;
    for (int i = 0; i < box->count(); ++i) {
        const QString text = box->itemText(i);
        // Accounts of the same words would differ by the chosen one alone.
        if (text == box->currentText()) return box->itemText(box->currentIndex()) == text ? box->currentIndex() : i;
        if (typed.isEmpty() || !text.simplified().contains(typed, Qt::CaseInsensitive)) continue;
        if (found >= 0) return -1;
        found = i;
    }
    return found;
}

// What is paid from is what the field says: words that are no item choose nothing.
bool unfinished(const QComboBox* box) { return box->currentText() != box->itemText(box->currentIndex()); }

QComboBox* accountBox(const QString& name, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setMaxVisibleItems(12);
    box->setMinimumWidth(420);
    box->setAccessibleName(name);
    box->completer()->setFilterMode(Qt::MatchContains);
    box->completer()->setCompletionMode(QCompleter::PopupCompletion);
    if (box->lineEdit()) box->lineEdit()->setAccessibleName(name);
    return box;
}

}  // namespace

NewPaymentDialog::NewPaymentDialog(const feed::Context& context, const events::ProtocolChoice& usual, QWidget* parent) : QDialog(parent), m_context(context), m_usual(usual) {
    setObjectName(QStringLiteral("newPayment"));
    const auto* session = context.session;
    setWindowTitle(tr("New payment: %1 %2").arg(widgets::EnvironmentBand::environmentWord(session->environment()), session->cluster()));
    m_from = accountBox(tr("From account"), this);
    m_from->setObjectName(QStringLiteral("newPayment.from"));
    m_to = accountBox(tr("To account"), this);
    m_to->setObjectName(QStringLiteral("newPayment.to"));
    m_feeTo = accountBox(tr("Fee to account"), this);
    m_feeTo->setObjectName(QStringLiteral("newPayment.feeTo"));
    m_amount = new QLineEdit(this);
    m_amount->setObjectName(QStringLiteral("newPayment.amount"));
    m_amount->setPlaceholderText(QStringLiteral("120.00"));
    m_fee = new QLineEdit(this);
    m_fee->setObjectName(QStringLiteral("newPayment.fee"));
    m_fee->setPlaceholderText(tr("none"));
    m_reference = new QLineEdit(this);
    m_reference->setObjectName(QStringLiteral("newPayment.reference"));
    m_reference->setMaxLength(35);
    m_reference->setPlaceholderText(QStringLiteral("INV-2043"));
    m_protocol = new QComboBox(this);
    m_protocol->setObjectName(QStringLiteral("newPayment.protocol"));
    m_protocol->setAccessibleName(tr("Commit protocol"));
    m_problem = new widgets::TextLabel({}, theme::TextRole::Small, widgets::Ink::Muted, this);
    m_problem->setObjectName(QStringLiteral("newPayment.problem"));
    m_problem->setWordWrap(true);
    m_problem->setMinimumHeight(32);
    m_sum = new widgets::TextLabel({}, theme::TextRole::Reference, widgets::Ink::Text, this);
    m_pay = widgets::primaryButton(tr("Pay"), this);
    m_pay->setObjectName(QStringLiteral("newPayment.pay"));
    m_pay->setDefault(true);
    auto* cancel = widgets::secondaryButton(tr("Cancel"), this);

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(20, 16, 20, 16);
    outer->setSpacing(12);
    outer->addWidget(new widgets::TextLabel(tr("New payment"), theme::TextRole::Title, widgets::Ink::Text, this));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    form->addRow(tr("&From"), m_from);
    form->addRow(tr("&To"), m_to);
    form->addRow(tr("&Amount"), m_amount);
    form->addRow(tr("F&ee"), m_fee);
    form->addRow(tr("Fee t&o"), m_feeTo);
    form->addRow(tr("&Reference"), m_reference);
    form->addRow(tr("&Protocol"), m_protocol);
    outer->addLayout(form);
    outer->addWidget(m_sum);
    outer->addWidget(m_problem);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_pay);
    outer->addLayout(buttons);

    fillAccounts();
    fillProtocols();
    for (auto* box : {m_from, m_to, m_feeTo}) {
        connect(box, &QComboBox::currentIndexChanged, this, &NewPaymentDialog::review);
        connect(box, &QComboBox::editTextChanged, this, &NewPaymentDialog::review);
        connect(box->lineEdit(), &QLineEdit::editingFinished, this, [this, box] {
            if (const int i = meant(box); i >= 0) {
                box->setCurrentIndex(i);
                box->setEditText(box->itemText(i));
            }
            review();
        });
    }
    for (auto* edit : {m_amount, m_fee, m_reference}) connect(edit, &QLineEdit::textChanged, this, &NewPaymentDialog::review);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_pay, &QPushButton::clicked, this, &NewPaymentDialog::submit);
    m_key = "console-" + QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    m_amount->setFocus();
    review();
}

void NewPaymentDialog::fillAccounts() {
    constexpr std::size_t most = 500;  // more than a person scrolls; the field finds by typing among these
    const auto& view = m_context.feed->newest();
    m_accounts = view.accounts(most);
    m_feeTo->addItem(tr("no fee"), -1);
    int i = 0;
    for (const auto& row : m_accounts) {
        const QString text = QStringLiteral("%1  %2  %3  %4").arg(qs(row.node.name()), qs(row.holder), feed::accountText(row.account, *m_context.session), feed::amountText(row.posted_minor - row.held_minor, row.currency));
        for (auto* box : {m_from, m_to, m_feeTo}) box->addItem(text, i);
        ++i;
    }
    if (m_accounts.size() > 1) m_to->setCurrentIndex(1);
}

// First the cluster's own, which the payment then does not name. A Raft group is there from the start of a cluster or not at all, and
// counter-examples carry no payments: neither is offered.
void NewPaymentDialog::fillProtocols() {
    QString own = qs(m_usual.name);
    for (const auto& one : commit::protocols())
        if (one.name == m_usual.name) own = qs(std::string(one.title));
    if (m_usual.cooperative) own += tr(", branches ask each other");
    m_protocol->addItem(tr("as the cluster: %1").arg(own), QString());
    for (const auto& one : commit::protocols()) {
        if (!one.payments || one.make_group || one.name == m_usual.name) continue;
        m_protocol->addItem(QStringLiteral("%1  (%2)").arg(qs(std::string(one.title)), qs(std::string(one.name))), qs(std::string(one.name)));
    }
}

void NewPaymentDialog::review() {
    const auto chosen = [this](QComboBox* box) {
        const int i = box->currentData().toInt();
        return i >= 0 && static_cast<std::size_t>(i) < m_accounts.size() ? m_accounts[static_cast<std::size_t>(i)] : view::AccountRow{};
    };
    QString problem;
    for (auto* box : {m_from, m_to, m_feeTo})
        if (problem.isEmpty() && unfinished(box)) problem = tr("%1: \"%2\" is not one of the accounts. Choose one from the list.").arg(box->accessibleName(), box->currentText());
    PaymentDraft draft{chosen(m_from), chosen(m_to), chosen(m_feeTo), 0, 0, m_reference->text().trimmed().toStdString()};
    const auto read = [&](QLineEdit* edit, std::int64_t& minor, const QString& what) {
        const std::string text = edit->text().trimmed().remove(u',').toStdString();
        if (text.empty()) return;
        const auto amount = base::parse_amount(text, draft.from.currency);
        if (amount.ok()) minor = amount->minor;
        else if (problem.isEmpty()) problem = tr("%1: %2").arg(what, qs(amount.error().message));
    };
    read(m_amount, draft.amountMinor, tr("Amount"));
    read(m_fee, draft.feeMinor, tr("Fee"));
    base::Result<events::Payment> payment = base::invalid_argument("");
    if (problem.isEmpty()) {
        if (m_accounts.empty()) problem = tr("There is no account yet: \"Generate traffic\" in Ctrl+K opens some.");
        else if (m_amount->text().trimmed().isEmpty()) problem = tr("How much?");
        else if (draft.reference.empty()) problem = tr("A reference finds the payment again.");
        else {
            payment = paymentOf(draft, m_context.feed->newest(), m_key);
            if (!payment.ok()) problem = feed::errorText(payment.error());
        }
    }
    const auto& currency = draft.from.currency;
    m_sum->setText(draft.amountMinor > 0 && !currency.empty() && draft.feeMinor > 0 ? tr("%1 = %2 to the creditor + %3 fee").arg(feed::amountText(draft.amountMinor, currency), feed::amountText(draft.amountMinor - draft.feeMinor, currency), feed::amountText(draft.feeMinor, currency)) : QString());
    // Refused for want of money is for the participant to say: the balance here may be a moment old.
    if (problem.isEmpty() && draft.amountMinor > draft.from.posted_minor - draft.from.held_minor)
        m_problem->setText(tr("%1 has %2 available: the participant will probably refuse.").arg(qs(draft.from.holder), feed::amountText(draft.from.posted_minor - draft.from.held_minor, currency)));
    else m_problem->setText(problem);
    m_pay->setEnabled(problem.isEmpty() && !m_busy);
    m_pay->setProperty("payment", QVariant());
    if (payment.ok()) m_pay->setProperty("payment", QVariant::fromValue(std::make_shared<events::Payment>(*payment)));
}

void NewPaymentDialog::submit() {
    const auto payment = m_pay->property("payment").value<std::shared_ptr<events::Payment>>();
    if (!payment || m_busy) return;
    m_busy = true;
    m_pay->setEnabled(false);
    m_pay->setText(tr("Paying"));
    std::optional<events::ProtocolChoice> protocol;
    if (const QString chosen = m_protocol->currentData().toString(); !chosen.isEmpty()) protocol = events::ProtocolChoice{chosen.toStdString(), m_usual.cooperative};
    m_context.executor->run(this, tr("pay"), [payment, protocol](client::OperatorClient& c) { return c.submit(*payment, protocol, client::Wait::none); },
                            [this](const base::Result<client::SubmitReply>& answer) {
                                m_busy = false;
                                m_pay->setText(tr("Pay"));
                                if (!answer.ok()) {
                                    review();
                                    m_problem->setText(feed::errorText(answer.error()));
                                    return;
                                }
                                m_context.selection->selectPayment(answer->xid);
                                accept();
                            });
}

}  // namespace indoubt::console::shell
