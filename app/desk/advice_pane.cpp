// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/advice_pane.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QUuid>
#include <QVBoxLayout>

#include "desk/facts_list.h"
#include "desk/force_dialog.h"
#include "desk/log_reading.h"
#include "desk/outcome_check.h"
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

// What came of an order, apart from the verdict: a framed note with its sign.
class ResultBox : public QWidget {
  public:
    using QWidget::QWidget;

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto& tokens = theme::tokensOf(this);
        painter.setPen(tokens.border);
        painter.setBrush(tokens.panel);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::grid::radius, theme::grid::radius);
    }
};

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
    scroll->viewport()->setAutoFillBackground(false);
    m_body->setAutoFillBackground(false);
    outer->addWidget(scroll, 1);
    auto* body = new QVBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(0);
    m_nothing = wrapped(tr("Select a payment: its evidence, what may safely be done, and what to tell the customer stand here."), TextRole::Body, Ink::Muted, m_body);
    m_nothing->setMargin(14);
    m_nothing->setAlignment(Qt::AlignTop);
    body->addWidget(m_nothing, 1);
    m_case = new QWidget(m_body);
    body->addWidget(m_case, 1);

    // Two halves: under each other at the right of the case, side by side below it.
    m_halves = new QBoxLayout(QBoxLayout::TopToBottom, m_case);
    m_halves->setContentsMargins(0, 0, 0, 0);
    m_halves->setSpacing(0);
    m_halves->addWidget(makeVerdict());
    auto* second = new QWidget(m_case);
    auto* column = new QVBoxLayout(second);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeCustomer());
    auto* facts = new QWidget(second);
    auto* factLines = new QVBoxLayout(facts);
    factLines->setContentsMargins(16, 14, 16, 8);
    factLines->setSpacing(8);
    m_rests = new FactsList(tr("RESTS ON"), facts);
    m_rests->setObjectName(QStringLiteral("restsOn"));
    m_why = wrapped({}, TextRole::Small, Ink::Muted, facts);
    m_why->setObjectName(QStringLiteral("adviceWhy"));
    m_why->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_why->setFocusPolicy(Qt::TabFocus);
    m_why->setAccessibleName(tr("Why this verdict"));
    connect(m_why, &QLabel::linkActivated, this, [this] {
        m_explained = !m_explained;
        refresh();
    });
    m_rule = new widgets::Rule(Qt::Horizontal, true, facts);
    m_next = new FactsList(tr("NEXT"), facts);
    m_next->setObjectName(QStringLiteral("adviceNext"));
    factLines->addWidget(m_rests);
    factLines->addWidget(m_why);
    factLines->addSpacing(4);
    factLines->addWidget(m_rule);
    factLines->addSpacing(2);
    factLines->addWidget(m_next);
    column->addWidget(facts);
    column->addStretch(1);
    m_force = widgets::linkButton(tr("Force an outcome..."), second);
    m_force->setObjectName(QStringLiteral("forceLink"));
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(16, 8, 16, 14);
    foot->addWidget(m_force);
    foot->addStretch();
    column->addLayout(foot);
    m_halves->addWidget(second, 1);
    connect(m_force, &QPushButton::clicked, this, &AdvicePane::chooseForce);
    connect(context.selection, &feed::Selection::paymentChanged, this, [this] {
        m_order.reset();
        m_resultBox->hide();
        m_explained = false;
        m_watching = false;
        refresh();
    });
    refresh();
}

QWidget* AdvicePane::makeVerdict() {
    auto* top = new QWidget(m_case);
    auto* lines = new QVBoxLayout(top);
    lines->setContentsMargins(14, 16, 14, 16);
    lines->setSpacing(10);
    auto* titleLine = new QHBoxLayout;
    titleLine->setSpacing(8);
    m_glyph = new widgets::GlyphLabel(theme::Glyph::Undetermined, 20, top);
    m_title = new TextLabel({}, TextRole::Title, Ink::Text, top);
    m_title->setObjectName(QStringLiteral("adviceTitle"));
    m_title->setWordWrap(true);
    titleLine->addWidget(m_glyph, 0, Qt::AlignVCenter);
    titleLine->addWidget(m_title, 1);
    lines->addLayout(titleLine);
    m_reason = wrapped({}, TextRole::Body, Ink::Text, top);
    m_reason->setObjectName(QStringLiteral("adviceReason"));
    lines->addWidget(m_reason);
    m_settles = wrapped({}, TextRole::Body, Ink::Text, top);
    lines->addWidget(m_settles);
    m_resultBox = new ResultBox(top);
    auto* note = new QHBoxLayout(m_resultBox);
    note->setContentsMargins(8, 8, 8, 8);
    note->setSpacing(8);
    m_resultGlyph = new widgets::GlyphLabel(theme::Glyph::Clock, 16, m_resultBox);
    m_result = wrapped({}, TextRole::Body, Ink::Text, m_resultBox);
    m_result->setObjectName(QStringLiteral("adviceResult"));
    m_result->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(m_result, &QLabel::linkActivated, this, [this](const QString& filter) { m_context.navigator->openFiltered(QStringLiteral("log"), filter); });
    note->addWidget(m_resultGlyph, 0, Qt::AlignTop);
    note->addWidget(m_result, 1);
    m_resultBox->hide();
    m_actions = new QVBoxLayout;
    m_actions->setSpacing(8);
    m_actions->setContentsMargins(0, 2, 0, 0);
    lines->addLayout(m_actions);
    lines->addWidget(m_resultBox);  // below what was pressed: buttons do not move away from under the hand
    m_off = wrapped({}, TextRole::Small, Ink::Muted, top);
    m_off->setObjectName(QStringLiteral("adviceOff"));
    lines->addWidget(m_off);
    lines->addStretch(1);
    return top;
}

QWidget* AdvicePane::makeCustomer() {
    auto* box = new PanelBox(m_case);
    auto* lines = new QVBoxLayout(box);
    lines->setContentsMargins(14, 12, 14, 14);
    lines->setSpacing(8);
    auto* head = new QHBoxLayout;
    m_customerHead = new TextLabel(tr("TELL THE CUSTOMER"), TextRole::Caps, Ink::Muted, box);
    m_customerHead->setObjectName(QStringLiteral("customerHead"));
    head->addWidget(m_customerHead);
    head->addStretch();
    auto* copy = widgets::secondaryButton(tr("Copy"), box, true);
    copy->setObjectName(QStringLiteral("copyCustomer"));
    copy->setAccessibleName(tr("Copy the words for the customer"));
    m_copyCustomer = copy;
    head->addWidget(copy);
    lines->addLayout(head);
    m_customer = wrapped({}, TextRole::Body, Ink::Text, box);
    m_customer->setObjectName(QStringLiteral("customerWords"));
    lines->addWidget(m_customer);
    connect(copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(m_customer->property("plain").toString());
        m_context.navigator->say(tr("Copied."));
    });
    return box;
}

void AdvicePane::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::tokensOf(this).surface);
}

void AdvicePane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_halves->setDirection(event->size().width() >= 480 ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_halves->setStretch(0, event->size().width() >= 480 ? 1 : 0);
}

QString AdvicePane::whyOff() const {
    const QString at = feed::timeText(m_context.feed->nowHlc(), m_context.session->zone(), feed::Precision::Seconds);
    if (m_context.feed->isPast()) return tr("The past, as of %1: read only. Nothing here can be acted on.").arg(at);
    if (!m_context.executor->hasClient()) return tr("As of %1; no cluster is connected, nothing here can be acted on.").arg(at);
    if (m_context.feed->outOfTouch()) return tr("As of %1; the cluster does not answer, nothing here can be acted on.").arg(at);
    return {};
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
    const QString off = whyOff();
    // What could have been said then is not what holds now: it is not told and not copied.
    const bool past = !m_context.feed->actable();
    m_customerHead->setText(past ? tr("TO TELL THEN") : tr("TELL THE CUSTOMER"));
    m_copyCustomer->setEnabled(!past);
    m_copyCustomer->setToolTip(past ? off : QString());
    m_head->setRight(past ? tr("as of %1").arg(feed::timeText(m_context.feed->nowHlc(), m_context.session->zone(), feed::Precision::Seconds)) : tr("read %1").arg(feed::timeText(m_context.feed->nowHlc(), m_context.session->zone(), feed::Precision::Seconds)));
    const auto advice = feed::advise(view, *transaction);
    const auto words = wordsOf(view, *transaction, advice, m_context.session->faultsAllowed());
    const auto put = [](TextLabel* label, const QString& text) {
        if (label->text() != text) label->setText(text);  // a text that is being read or selected is not laid out anew
        label->setVisible(!text.isEmpty());
    };
    m_glyph->setGlyph(words.glyph);
    put(m_title, words.title);
    put(m_reason, words.reason);
    const QString muted = theme::tokensOf(this).muted.name();
    put(m_settles, words.settles.isEmpty() ? QString() : tr("<span style='color:%1'>Would settle it:</span> %2").arg(muted, words.settles));
    m_customer->setProperty("plain", words.customer);
    put(m_customer, QStringLiteral("<span style='font-size:15px'>\"%1\"</span>").arg(words.customer.toHtmlEscaped()));
    put(m_off, off);
    fillActions(words, !off.isEmpty());
    fillFacts(*transaction, words);
    checkOrder(*transaction);
    // A proved outcome is delivered, never forced: forcing could only repeat it or contradict it.
    const bool proved = advice.verdict == commit::Verdict::safe_to_commit || advice.verdict == commit::Verdict::safe_to_roll_back;
    const bool can = off.isEmpty() && !proved && !forceable(view, *transaction).empty();
    m_force->setVisible(transaction->open());
    m_force->setEnabled(can);
    m_force->setToolTip(can ? tr("Decide for one branch without the coordinator") : !off.isEmpty() ? off : proved ? tr("The outcome is proved: deliver it") : tr("No branch within reach is prepared"));
}

void AdvicePane::fillFacts(const view::Transaction& transaction, const AdviceWords& words) {
    const auto& view = m_context.feed->view();
    const std::int64_t now = m_context.feed->nowHlc();
    const bool past = !m_context.feed->actable();
    const auto rows = evidenceRows(view, transaction, now, *m_context.session, past);
    const auto readings = feed::readingsOf(view, transaction);
    QList<QPair<QString, QString>> facts;
    for (int i = 0; i < rows.size(); ++i) {
        const auto& reading = readings[static_cast<std::size_t>(i)];
        const auto* node = view.node(reading.node);
        const QString says = rows[i].cells[0].plate + u' ' + rows[i].cells[2].text;
        facts.append({reading.lsn ? tr("%1, record %2").arg(says, feed::countText(reading.lsn)) : says,
                      reading.reached || !node ? rows[i].cells[5].text : wholeAgeText(now - node->since_hlc)});
    }
    m_rests->setFacts(facts);
    const QString link = theme::tokensOf(this).text.name();
    const QString why = tr("Not used: ages, retries, trace.") + QStringLiteral(" <a style='color:%1' href='why'>%2</a>").arg(link, m_explained ? tr("Less") : tr("Why")) +
                        (m_explained ? QStringLiteral("<br>") + words.rule : QString());
    if (m_why->text() != why) m_why->setText(why);
    const auto next = past ? QList<QPair<QString, QString>>{} : nextSteps(view, transaction, now, *m_context.session);  // what came next is on record
    m_rule->setVisible(!next.isEmpty());
    m_next->setVisible(!next.isEmpty());
    m_next->setFacts(next);
}

void AdvicePane::checkOrder(const view::Transaction& transaction) {
    if (!m_order) {
        // What was said of it no longer holds once the payment has moved on.
        if (transaction.state != m_resultState || transaction.decision != m_resultDecision) m_resultBox->hide();
        return;
    }
    m_resultState = transaction.state;
    m_resultDecision = transaction.decision;
    if (!m_order->answered) return;
    const auto checked = checkOutcome(m_context.feed->view(), transaction, m_order->action, m_order->branch, m_order->since.nsecsElapsed());
    showResult(checked.good ? theme::Glyph::Check : checked.final ? theme::Glyph::Undetermined : theme::Glyph::Clock, checked.text);
    if (checked.final) m_order.reset();
}

// `logFilter`: where the Log shows what the words speak of.
void AdvicePane::showResult(theme::Glyph glyph, const QString& text, const QString& logFilter) {
    m_resultGlyph->setGlyph(glyph);
    QString words = text.toHtmlEscaped();
    if (!logFilter.isEmpty()) words += QStringLiteral(" <a style='color:%1' href=\"%2\">%3</a>").arg(theme::tokensOf(this).text.name(), logFilter.toHtmlEscaped(), tr("Show its events"));
    if (m_result->text() != words) m_result->setText(words);
    m_resultBox->show();
}

// The coordinator's durable log itself, by the service: where it can be read it settles the matter, where not the reason is said.
void AdvicePane::readLog(const AdviceAction& action) {
    const QString T = qs(action.node.name());
    std::uint64_t from = 1;
    for (const auto& event : m_context.feed->eventsOf(m_xid))
        if (event.node == action.node && event.kind == events::EventKind::append && from == 1) from = event.lsn;
    m_order.reset();
    if (const auto t = m_context.feed->view().find(m_xid)) {
        m_resultState = t->state;
        m_resultDecision = t->decision;
    }
    showResult(theme::Glyph::Clock, tr("Reading %1's log ...").arg(T));
    m_context.executor->run(this, tr("read the log of %1").arg(T), [xid = m_xid, node = action.node, from](client::OperatorClient& c) { return findDecision(c, node, xid, from); },
                            [this, xid = m_xid, T](const base::Result<FoundDecision>& found) {
        if (xid != m_xid) return;
        const QString filter = QStringLiteral("node:%1 xid:%2").arg(T, qs(xid.text()));
        if (!found.ok()) return showResult(theme::Glyph::Crash, tr("%1's log cannot be read now: %2. What is on its disk nobody can tell until then.").arg(T, qs(found.error().message)), filter);
        const QString read = tr("%1's log, read up to record %2: ").arg(T, feed::countText(found->last));
        if (found->outcome == events::Outcome::none) return showResult(theme::Glyph::Undetermined, read + tr("it holds no decision about this payment."), filter);
        showResult(theme::Glyph::Check, read + tr("record %1 is %2.").arg(feed::countText(found->lsn), found->outcome == events::Outcome::commit ? tr("COMMIT") : tr("ABORT")), filter);
    });
}

void AdvicePane::fillActions(const AdviceWords& words, bool off) {
    QStringList labels;
    for (const auto& action : words.actions) labels << action.label + action.whyNot;
    labels << (off ? QStringLiteral("off") : QString()) << (m_watching ? QStringLiteral("watching") : QString());
    if (labels == m_shownActions) return;  // a button under the hand is not replaced
    m_shownActions = labels;
    clear(m_actions);
    bool first = true;
    for (const auto& action : words.actions) {
        // To forget a damage is the last step of it, never the thing to press first.
        auto* button = first && !(action.act == Act::Forget && words.glyph == theme::Glyph::Damage) ? widgets::primaryButton(action.label, this) : widgets::secondaryButton(action.label, this);
        first = false;
        button->setObjectName(QStringLiteral("act.%1").arg(int(action.act)) + (action.act == Act::Forget ? QStringLiteral(".") + qs(action.node.name()) : QString()));
        button->setEnabled(!off && action.whyNot.isEmpty() && !(action.act == Act::TellMe && m_watching));
        button->setToolTip(action.whyNot);
        if (action.act == Act::TellMe && m_watching) button->setText(tr("You will be told"));
        connect(button, &QPushButton::clicked, this, [this, action] { act(action); });
        m_actions->addWidget(button);
    }
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
        case Act::Forget: forget(action); break;
        case Act::ReadLog: readLog(action); break;
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
    m_order = Order{action, branch, false, {}};
    showResult(theme::Glyph::Clock, tr("%1 ...").arg(what));
    m_context.executor->run(this, what, [request](client::OperatorClient& c) { return c.order(request); }, [this, xid = m_xid, what, request](const base::Result<client::OrderReply>& reply) {
        if (xid != m_xid) return m_context.navigator->say(reply.ok() ? what : feed::errorText(reply.error()), !reply.ok());
        if (reply.ok()) return follow(request.action, request.branch);
        m_order.reset();
        showResult(theme::Glyph::Crash, tr("Not carried out. %1").arg(feed::errorText(reply.error())));
    });
}

// "Done" is what the service says; what came of it is read from the events that follow.
void AdvicePane::follow(client::Action action, std::optional<base::NodeId> branch) {
    m_order = Order{action, branch, true, {}};
    m_order->since.start();
    refresh();
}

void AdvicePane::abortAtCoordinator() {
    auto* dialog = new AbortDialog(m_context, m_xid, this);
    connect(dialog, &AbortDialog::confirmed, this, [this, xid = m_xid](const QString& reason) {
        if (xid == m_xid) send(client::Action::abort, std::nullopt, reason, tr("Abort at the coordinator"));
    });
    dialog->open();
}

void AdvicePane::forget(const AdviceAction& action) {
    auto* dialog = new ForgetDialog(m_context, m_xid, action.node, this);
    connect(dialog, &ForgetDialog::confirmed, this, [this, xid = m_xid, action](const QString& reason) {
        if (xid == m_xid) send(client::Action::forget, action.node, reason, action.label);
    });
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
    connect(dialog, &ForceDialog::carriedOut, this, [this, xid = m_xid, force] {
        if (xid == m_xid) follow(force.outcome == events::Outcome::commit ? client::Action::resolve_commit : client::Action::resolve_rollback, force.branch);
    });
    dialog->open();
}

}  // namespace indoubt::console::desk
