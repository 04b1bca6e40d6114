// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/faults_pane.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "feed/wording.h"
#include "theme/theme.h"
#include "widgets/cards.h"
#include "widgets/cells_model.h"
#include "widgets/data_table.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::lab {

using feed::qs;
using theme::TextRole;
using widgets::Cell;
using widgets::CellRow;
using widgets::Ink;
using widgets::TextLabel;

FaultsPane::FaultsPane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("labFaults"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* recipes = new widgets::PaneHead(tr("Bad days"), this);
    recipes->setRemark(tr("the next payment meets it, once"));
    const auto runner = [this, recipes](const QString& label, const QString& name, const QString& command) {
        auto* button = widgets::secondaryButton(label, recipes, true);
        button->setObjectName(name);
        connect(button, &QPushButton::clicked, this, [this, command] { m_context.navigator->run(command); });
        recipes->addRight(button);
        return button;
    };
    runner(tr("New payment"), QStringLiteral("lab.pay"), QStringLiteral("payment.new"))->setToolTip(tr("Ctrl+N: a payment that meets what is armed"));
    m_traffic = runner(tr("Start traffic"), QStringLiteral("lab.traffic"), QStringLiteral("traffic.start"));
    m_noTraffic = runner(tr("Stop traffic"), QStringLiteral("lab.noTraffic"), QStringLiteral("traffic.stop"));
    outer->addWidget(recipes);
    outer->addWidget(makeRecipes());
    outer->addWidget(new widgets::Rule(Qt::Horizontal, false, this));
    auto* composer = new widgets::PaneHead(tr("A fault of your own"), this);
    outer->addWidget(composer);
    outer->addWidget(makeComposer());
    outer->addWidget(new widgets::Rule(Qt::Horizontal, false, this));
    auto* set = new widgets::PaneHead(tr("Faults"), this);
    set->setRemark(tr("set in this cluster"));
    connect(context.feed, &feed::Feed::timeChanged, this, [this, set] { set->setRemark(m_context.feed->isPast() ? tr("set in this cluster now") : tr("set in this cluster")); });
    m_clear = widgets::secondaryButton(tr("Take away"), set, true);
    m_clear->setObjectName(QStringLiteral("clearFault"));
    auto* heal = m_heal = widgets::secondaryButton(tr("Heal all"), set, true);
    heal->setObjectName(QStringLiteral("healAll"));
    heal->setToolTip(tr("Ctrl+Shift+H: takes every fault away; held messages go on"));
    set->addRight(m_clear);
    set->addRight(heal);
    outer->addWidget(set);
    m_model = new widgets::CellsModel({tr("#"), tr("state"), tr("rule"), tr("struck"), tr("held back")}, this);
    m_model->setRightHeads({0, 3, 4});
    m_table = new widgets::DataTable(this);
    m_table->setObjectName(QStringLiteral("faultsTable"));
    m_table->setAccessibleName(tr("Faults set in this cluster"));
    m_table->setModel(m_model);
    m_table->setColumns({40, 96, -1, 72, 80});
    outer->addWidget(m_table, 1);
    m_none = new widgets::EmptyState(m_table->viewport());
    m_none->setObjectName(QStringLiteral("noFaults"));
    m_none->setCentred(false);
    m_none->setText(tr("No fault is set: every message arrives."), tr("Arm a bad day above, cut a link, or compose a fault of your own. What strikes is counted here."));
    m_none->followParent(0, 120);
    connect(heal, &QPushButton::clicked, this, [this] {
        m_context.navigator->run(QStringLiteral("fault.clear"));
    });
    connect(m_clear, &QPushButton::clicked, this, [this] {
        const int row = m_table->currentIndex().row();
        if (row >= 0 && static_cast<std::size_t>(row) < m_faults.size()) clearRule(m_faults[static_cast<std::size_t>(row)].id);
    });
    connect(m_table, &widgets::DataTable::rowChosen, this, &FaultsPane::showPossible);
    // Hits and heals are events: ask again when the number of fault events may have changed.
    connect(context.feed, &feed::Feed::secondPassed, this, [this] {
        if (isVisible()) reload();
    });
    connect(context.feed, &feed::Feed::timeChanged, this, &FaultsPane::showPossible);
    showPossible();
}

QWidget* FaultsPane::makeRecipes() {
    struct Recipe {
        QString name, see, rule;
    };
    const Recipe list[] = {
        {tr("T crashes after it decides, before it tells"), tr("Three branches in doubt, money on hold, until T is back: then all commit."), QStringLiteral("crash after force COMMIT at T")},
        {tr("T crashes before it decides"), tr("Three branches in doubt; T comes back without a decision: presumed abort."), QStringLiteral("crash before force COMMIT at T")},
        {tr("C's vote is held back"), tr("T still collects: an abort at the coordinator is safe."), QStringLiteral("hold YES from C to T")},
        {tr("One COMMIT is lost"), tr("B stays in doubt and asks; T answers with the decision."), QStringLiteral("drop COMMIT from T to B")},
        {tr("A crashes right after its YES"), tr("A comes back prepared, asks, and learns the outcome."), QStringLiteral("crash after send YES at A")},
    };
    auto* box = new QWidget(this);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(12, 10, 12, 12);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(10);
    grid->setColumnStretch(0, 1);
    int row = 0;
    for (const auto& recipe : list) {
        auto* words = new TextLabel(QStringLiteral("<span style='font-weight:600'>%1</span><br>%2").arg(recipe.name.toHtmlEscaped(), recipe.see.toHtmlEscaped()), TextRole::Body, Ink::Text, box);
        words->setTextFormat(Qt::RichText);
        words->setWordWrap(true);
        auto* arm = widgets::secondaryButton(tr("Arm"), box);
        arm->setObjectName(QStringLiteral("recipe.%1").arg(row));
        arm->setAccessibleName(tr("Arm: %1").arg(recipe.name));
        arm->setToolTip(recipe.rule);
        arm->setProperty("rule", recipe.rule);
        arm->setMinimumWidth(72);
        m_recipes << arm;
        connect(arm, &QPushButton::clicked, this, [this, rule = recipe.rule] { addRule(rule); });
        grid->addWidget(words, row, 0);
        grid->addWidget(arm, row++, 1, Qt::AlignVCenter);
    }
    return box;
}

QWidget* FaultsPane::makeComposer() {
    auto* box = new QWidget(this);
    auto* lines = new QVBoxLayout(box);
    lines->setContentsMargins(12, 10, 12, 12);
    lines->setSpacing(8);
    auto* choices = new QHBoxLayout;
    choices->setSpacing(8);
    auto combo = [&](const QString& name, const QStringList& items) {
        auto* made = new QComboBox(box);
        made->addItems(items);
        made->setAccessibleName(name);
        choices->addWidget(made);
        connect(made, &QComboBox::currentTextChanged, this, &FaultsPane::compose);
        return made;
    };
    m_what = combo(tr("Fault"), {QStringLiteral("drop"), QStringLiteral("hold"), QStringLiteral("delay 500ms"), QStringLiteral("duplicate"), QStringLiteral("crash before send"),
                                 QStringLiteral("crash after send"), QStringLiteral("crash before receive"), QStringLiteral("crash after receive"), QStringLiteral("crash before force"), QStringLiteral("crash after force")});
    m_message = combo(tr("Message or record"), {});
    m_from = combo(tr("From, or at"), {});
    m_to = combo(tr("To"), {});
    choices->addStretch();
    lines->addLayout(choices);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    m_rule = new QLineEdit(box);
    m_rule->setObjectName(QStringLiteral("faultRule"));
    m_rule->setAccessibleName(tr("Fault rule"));
    m_rule->setFont(theme::font(TextRole::Mono));
    m_rule->setPlaceholderText(QStringLiteral("crash after send COMMIT 1 of 3 at T"));
    m_add = widgets::primaryButton(tr("Set"), box);
    m_add->setObjectName(QStringLiteral("addFault"));
    line->addWidget(m_rule, 1);
    line->addWidget(m_add);
    lines->addLayout(line);
    m_problem = new TextLabel({}, TextRole::Small, Ink::Muted, box);
    m_problem->setObjectName(QStringLiteral("faultProblem"));
    m_problem->setWordWrap(true);
    m_problem->setText(tr("Any rule may end with: times N, always, for XID."));
    lines->addWidget(m_problem);
    connect(m_add, &QPushButton::clicked, this, [this] { addRule(m_rule->text().trimmed()); });
    connect(m_rule, &QLineEdit::returnPressed, m_add, &QPushButton::click);
    compose();
    return box;
}

// The choices write the rule; the rule is what is sent, and may be edited by hand.
void FaultsPane::compose() {
    const QString what = m_what->currentText();
    const bool crash = what.startsWith(QLatin1String("crash")), force = what.endsWith(QLatin1String("force"));
    const QStringList messages{QStringLiteral("PREPARE"), QStringLiteral("YES"), QStringLiteral("NO"), QStringLiteral("READ-ONLY"), QStringLiteral("COMMIT"), QStringLiteral("ABORT"), QStringLiteral("ACK"), QStringLiteral("INQUIRY"), QStringLiteral("any")};
    const QStringList records{QStringLiteral("PREPARED"), QStringLiteral("COMMIT"), QStringLiteral("HEURISTIC COMMIT"), QStringLiteral("HEURISTIC ROLLBACK"), QStringLiteral("ORDER")};
    QStringList nodes;
    for (const auto& node : m_context.feed->view().nodes()) nodes << qs(node.node.name());
    auto fill = [](QComboBox* box, const QStringList& items) {
        QStringList now;
        for (int i = 0; i < box->count(); ++i) now << box->itemText(i);
        if (now == items) return;
        const QSignalBlocker quiet(box);
        const QString chosen = box->currentText();
        box->clear();
        box->addItems(items);
        if (const int at = box->findText(chosen); at >= 0) box->setCurrentIndex(at);
    };
    fill(m_message, force ? records : messages);
    const QString any = tr("any");
    fill(m_from, crash ? nodes : QStringList{any} + nodes);
    fill(m_to, QStringList{any} + nodes);
    m_to->setVisible(!crash);
    QString rule = what + u' ' + m_message->currentText();
    if (crash) rule += QStringLiteral(" at ") + m_from->currentText();
    else {
        if (m_from->currentIndex() > 0) rule += QStringLiteral(" from ") + m_from->currentText();
        if (m_to->currentIndex() > 0) rule += QStringLiteral(" to ") + m_to->currentText();
    }
    m_rule->setText(rule);
}

void FaultsPane::addRule(const QString& rule) {
    if (rule.isEmpty()) return;
    m_context.executor->run(this, tr("set a fault"), [rule = rule.toStdString(), actor = m_context.session->actor()](client::OperatorClient& c) { return c.add_fault(rule, actor); },
                            [this, rule](const base::Result<client::Fault>& answer) {
                                m_problem->setText(answer.ok() ? tr("Set: %1").arg(rule) : feed::errorText(answer.error()));
                                if (!answer.ok()) m_context.navigator->say(feed::errorText(answer.error()), true);
                                reload();
                            });
}

void FaultsPane::clearRule(quint64 id) {
    m_context.executor->run(this, tr("take a fault away"), [id, actor = m_context.session->actor()](client::OperatorClient& c) { return c.clear_faults(id, actor); },
                            [this](const base::Result<std::size_t>& answer) {
                                if (!answer.ok()) m_context.navigator->say(feed::errorText(answer.error()), true);
                                reload();
                            });
}

// In the past nothing is armed; what is armed says so; traffic is either started or stopped.
void FaultsPane::showPossible() {
    const bool live = m_context.feed->actable();
    for (auto* button : m_recipes) {
        const bool armed = std::any_of(m_faults.begin(), m_faults.end(), [&](const client::Fault& f) { return f.active && qs(f.rule) == button->property("rule").toString(); });
        button->setText(armed ? tr("Armed") : tr("Arm"));
        button->setEnabled(live && !armed);
    }
    m_add->setEnabled(live);
    m_heal->setEnabled(live && !m_faults.empty());
    m_clear->setEnabled(live && m_table->currentIndex().isValid() && !m_faults.empty());
    bool runs = false;
    for (const auto& command : m_context.commands->list())
        if (command.id == QLatin1String("traffic.stop")) runs = !command.whyNot || command.whyNot().isEmpty();
    // One takes the other's place, and with it the focus.
    auto* pressed = runs ? m_traffic : m_noTraffic;
    const bool focused = pressed->hasFocus();
    (runs ? m_noTraffic : m_traffic)->setVisible(true);
    if (focused) (runs ? m_noTraffic : m_traffic)->setFocus();
    pressed->setVisible(false);
    m_traffic->setEnabled(live);
}

void FaultsPane::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::tokensOf(this).surface);
}

void FaultsPane::reload() {
    if (m_from->count() <= 1) compose();  // the nodes were not known yet
    m_context.executor->run(this, {}, [](client::OperatorClient& c) { return c.faults(); }, [this](const base::Result<std::vector<client::Fault>>& answer) {
        if (answer.ok()) show(*answer);
    });
}

void FaultsPane::show(const std::vector<client::Fault>& faults) {
    m_faults = faults;
    QList<CellRow> rows;
    for (const auto& fault : faults) {
        Cell id, state, rule, hits, held;
        id.text = QString::number(fault.id);
        id.right = hits.right = held.right = true;
        state.text = fault.active ? tr("armed") : tr("struck");
        state.glyph = fault.active ? theme::Glyph::FaultTag : theme::Glyph::Check;
        rule.text = qs(fault.rule);
        rule.tone = widgets::Tone::Mono;
        hits.text = feed::countText(fault.hits);
        held.text = fault.held ? feed::countText(fault.held) : QString();
        rows << CellRow{{id, state, rule, hits, held}, widgets::RowTint::None};
    }
    m_model->setRows(rows);
    m_none->setVisible(rows.isEmpty());
    showPossible();
    emit changed(faults);
}

}  // namespace indoubt::console::lab
