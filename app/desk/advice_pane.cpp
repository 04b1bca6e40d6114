// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/advice_pane.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QUuid>
#include <QVBoxLayout>

#include "desk/force_dialog.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::desk {

using feed::qs;
using theme::TextRole;
using widgets::Ink;
using widgets::TextLabel;

namespace {

TextLabel* wrapped(const QString& text, TextRole role, Ink ink, QWidget* parent) {
    auto* label = new TextLabel(text, role, ink, parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::RichText);
    return label;
}

void clear(QLayout* layout) {
    while (auto* item = layout->takeAt(0)) {
        if (auto* widget = item->widget()) widget->deleteLater();
        if (item->layout()) clear(item->layout());
        delete item;
    }
}

// A block on panel fill: what to tell the customer.
class PanelBox : public QWidget {
  public:
    using QWidget::QWidget;

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const auto& tokens = theme::tokensOf(this);
        painter.fillRect(rect(), tokens.panel);
        painter.fillRect(0, 0, width(), 1, tokens.border);
        painter.fillRect(0, height() - 1, width(), 1, tokens.border);
    }
};

}  // namespace

AdvicePane::AdvicePane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("advicePane"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_head = new widgets::PaneHead(tr("Advice"), this);
    outer->addWidget(m_head);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_body = new QWidget(scroll);
    scroll->setWidget(m_body);
    outer->addWidget(scroll, 1);
    auto* body = new QVBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(0);

    m_nothing = wrapped(tr("Select a payment: its evidence, what may safely be done, and what to tell the customer stand here."), TextRole::Body, Ink::Muted, m_body);
    m_nothing->setContentsMargins(16, 20, 16, 20);
    body->addWidget(m_nothing);
    m_case = new QWidget(m_body);
    body->addWidget(m_case, 1);
    auto* column = new QVBoxLayout(m_case);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);

    auto* top = new QWidget(m_case);
    auto* topLayout = new QVBoxLayout(top);
    topLayout->setContentsMargins(16, 18, 16, 16);
    topLayout->setSpacing(10);
    auto* titleLine = new QHBoxLayout;
    titleLine->setSpacing(8);
    m_glyph = new widgets::GlyphLabel(theme::Glyph::Undetermined, 20, top);
    m_title = new TextLabel({}, TextRole::Title, Ink::Text, top);
    m_title->setObjectName(QStringLiteral("adviceTitle"));
    m_title->setWordWrap(true);
    titleLine->addWidget(m_glyph, 0, Qt::AlignTop);
    titleLine->addWidget(m_title, 1);
    topLayout->addLayout(titleLine);
    m_reason = wrapped({}, TextRole::Body, Ink::Text, top);
    m_reason->setObjectName(QStringLiteral("adviceReason"));
    topLayout->addWidget(m_reason);
    m_settles = wrapped({}, TextRole::Body, Ink::Text, top);
    topLayout->addWidget(m_settles);
    m_actions = new QVBoxLayout;
    m_actions->setSpacing(8);
    topLayout->addLayout(m_actions);
    m_result = wrapped({}, TextRole::Small, Ink::Muted, top);
    m_result->setObjectName(QStringLiteral("adviceResult"));
    m_result->hide();
    topLayout->addWidget(m_result);
    column->addWidget(top);

    m_customerBox = new PanelBox(m_case);
    auto* customer = new QVBoxLayout(m_customerBox);
    customer->setContentsMargins(16, 12, 16, 14);
    customer->setSpacing(8);
    auto* customerLine = new QHBoxLayout;
    customerLine->addWidget(new TextLabel(tr("TELL THE CUSTOMER"), TextRole::Caps, Ink::Muted, m_customerBox));
    customerLine->addStretch();
    auto* copy = widgets::secondaryButton(tr("Copy"), m_customerBox, true);
    copy->setAccessibleName(tr("Copy the words for the customer"));
    customerLine->addWidget(copy);
    customer->addLayout(customerLine);
    m_customer = wrapped({}, TextRole::Body, Ink::Text, m_customerBox);
    m_customer->setObjectName(QStringLiteral("customerWords"));
    customer->addWidget(m_customer);
    column->addWidget(m_customerBox);
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_customer->property("plain").toString());
        m_context.navigator->say(tr("Copied."));
    });

    auto* rests = new QWidget(m_case);
    m_rests = new QVBoxLayout(rests);
    m_rests->setContentsMargins(16, 14, 16, 8);
    m_rests->setSpacing(6);
    column->addWidget(rests);
    column->addStretch(1);
    m_force = widgets::linkButton(tr("Force an outcome..."), m_case);
    m_force->setObjectName(QStringLiteral("forceLink"));
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(16, 8, 16, 14);
    foot->addWidget(m_force);
    foot->addStretch();
    column->addLayout(foot);
    connect(m_force, &QPushButton::clicked, this, &AdvicePane::chooseForce);
    connect(context.selection, &feed::Selection::paymentChanged, this, [this] {
        m_result->hide();
        m_watching = false;
        refresh();
    });
    refresh();
}

void AdvicePane::refresh() {
    m_xid = m_context.selection->xid();
    const auto& view = m_context.feed->view();
    const auto transaction = m_xid.empty() ? nullptr : view.find(m_xid);
    m_nothing->setVisible(!transaction);
    m_case->setVisible(transaction != nullptr);
    if (!transaction) {
        m_head->setRight({});
        return;
    }
    const bool past = m_context.feed->isPast();
    m_head->setRight(past ? tr("in the past, read only") : tr("read %1").arg(feed::timeText(m_context.feed->nowHlc(), m_context.session->zone(), feed::Precision::Seconds)));
    const auto advice = commit::advise(readingsOf(view, *transaction));
    const auto words = wordsOf(view, *transaction, advice, m_context.session->faultsAllowed());
    m_glyph->setGlyph(words.glyph);
    m_title->setText(words.title);
    m_reason->setText(words.reason);
    m_settles->setVisible(!words.settles.isEmpty());
    m_settles->setText(tr("<span>Would settle it:</span> %1").arg(words.settles));
    m_customer->setText(QStringLiteral("\"%1\"").arg(words.customer.toHtmlEscaped()));
    m_customer->setProperty("plain", words.customer);
    fillActions(words, past);
    fillRests(*transaction, advice);
    const bool can = !past && !forceable(view, *transaction).empty();
    m_force->setVisible(transaction->open() || can);
    m_force->setEnabled(can);
    m_force->setToolTip(can ? tr("Decide for one branch without the coordinator") : past ? tr("Nothing can be acted on in the past") : tr("No branch within reach is prepared"));
}

void AdvicePane::fillActions(const AdviceWords& words, bool past) {
    QStringList labels;
    for (const auto& action : words.actions) labels << action.label;
    labels << (past ? QStringLiteral("past") : QString()) << (m_watching ? QStringLiteral("watching") : QString());
    if (labels == m_shownActions) return;  // a button under the hand is not replaced
    m_shownActions = labels;
    clear(m_actions);
    bool first = true;
    for (const auto& action : words.actions) {
        auto* button = first ? widgets::primaryButton(action.label, this) : widgets::secondaryButton(action.label, this);
        first = false;
        button->setObjectName(QStringLiteral("act.%1").arg(int(action.act)) + (action.act == Act::Forget ? QStringLiteral(".") + qs(action.node.name()) : QString()));
        button->setEnabled(!past && !(action.act == Act::TellMe && m_watching));
        if (action.act == Act::TellMe && m_watching) button->setText(tr("You will be told"));
        connect(button, &QPushButton::clicked, this, [this, action] { act(action); });
        m_actions->addWidget(button);
    }
}

void AdvicePane::fillRests(const view::Transaction& transaction, const commit::Advice& advice) {
    Q_UNUSED(advice);
    const auto& view = m_context.feed->view();
    const auto rows = evidenceRows(view, transaction, m_context.feed->nowHlc(), *m_context.session);
    clear(m_rests);
    m_rests->addWidget(new TextLabel(tr("RESTS ON"), TextRole::Caps, Ink::Muted, this));
    for (const auto& row : rows) {
        auto* line = new QHBoxLayout;
        line->setSpacing(8);
        auto* what = new widgets::ElidedLabel(row.cells[0].plate + u' ' + row.cells[2].text, TextRole::Small, Ink::Text, this);
        auto* when = new TextLabel(row.cells[5].text, TextRole::Small, Ink::Muted, this);
        line->addWidget(what, 1);
        line->addWidget(when);
        m_rests->addLayout(line);
    }
    auto* not_used = wrapped(tr("Not used: ages, retries, trace."), TextRole::Small, Ink::Muted, this);
    m_rests->addWidget(not_used);
}

void AdvicePane::setWatching(bool watching) {
    m_watching = watching;
    refresh();
}

void AdvicePane::act(const AdviceAction& action) {
    switch (action.act) {
        case Act::AskCoordinator: send(client::Action::retry, std::nullopt, tr("asked again from the Desk"), action.label); break;
        case Act::Deliver: send(client::Action::deliver, std::nullopt, tr("proved decision passed on"), action.label); break;
        case Act::AskToRefuse: send(client::Action::refuse, action.node, tr("asked to refuse before voting"), action.label); break;
        case Act::AbortAtCoordinator: abortAtCoordinator(); break;
        case Act::Restart: m_context.navigator->run(QStringLiteral("node.restart.") + qs(action.node.name())); break;
        case Act::TellMe: emit tellMe(m_xid); break;
        case Act::ShowRecord: m_context.navigator->openPayment(QStringLiteral("log"), m_xid); break;
        case Act::Forget: send(client::Action::forget, action.node, tr("outcome checked against the coordinator's"), action.label); break;
        case Act::None: break;
    }
}

void AdvicePane::send(client::Action action, std::optional<base::NodeId> branch, const QString& reason, const QString& what) {
    client::OrderRequest request;
    request.xid = m_xid;
    request.action = action;
    request.branch = branch;
    request.actor = m_context.session->actor();
    request.reason = reason.toStdString();
    request.idempotency_key = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    m_result->setText(tr("%1 ...").arg(what.toHtmlEscaped()));
    m_result->show();
    m_context.executor->run(this, what, [request](client::OperatorClient& c) { return c.order(request); }, [this, xid = m_xid, what](const base::Result<client::OrderReply>& reply) {
        if (xid != m_xid) return m_context.navigator->say(reply.ok() ? what : feed::errorText(reply.error()), !reply.ok());
        m_result->setText((reply.ok() ? qs(reply->text) : feed::errorText(reply.error())).toHtmlEscaped());
    });
}

void AdvicePane::abortAtCoordinator() {
    auto* dialog = new AbortDialog(m_context, m_xid, this);
    connect(dialog, &AbortDialog::confirmed, this, [this](const QString& reason) { send(client::Action::abort, std::nullopt, reason, tr("Abort at the coordinator")); });
    dialog->open();
}

void AdvicePane::chooseForce() {
    const auto transaction = m_context.feed->view().find(m_xid);
    if (!transaction) return;
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("forceMenu"));
    for (const auto& node : forceable(m_context.feed->view(), *transaction)) {
        const QString name = feed::nodeTitle(m_context.feed->view(), node);
        for (const auto outcome : {events::Outcome::abort, events::Outcome::commit}) {
            auto* entry = menu.addAction(outcome == events::Outcome::abort ? tr("Force ROLLBACK at %1...").arg(name) : tr("Force COMMIT at %1...").arg(name));
            entry->setObjectName(QStringLiteral("force.%1.%2").arg(outcome == events::Outcome::abort ? QStringLiteral("rollback") : QStringLiteral("commit"), qs(node.name())));
            connect(entry, &QAction::triggered, this, [this, node, outcome] { openForce({node, outcome}); });
        }
        menu.addSeparator();
    }
    menu.exec(m_force->mapToGlobal(QPoint(0, 0)));
}

void AdvicePane::openForce(const Force& force) {
    emit forceChosen(force);
    auto* dialog = new ForceDialog(m_context, m_xid, force, this);
    dialog->open();
}

}  // namespace indoubt::console::desk
