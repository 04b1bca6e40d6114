// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/protocol_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include "feed/wording.h"
#include "lab/protocol_words.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/cells_model.h"
#include "widgets/data_table.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::lab {

using commit::Phase;
using feed::qs;
using simulation::explore::PhaseDiagram;
using theme::TextRole;
using widgets::Cell;
using widgets::CellRow;
using widgets::Ink;
using widgets::TextLabel;

namespace {

const commit::Protocol* rowOf(const QString& name) {
    const auto found = commit::find_protocol(name.toStdString());
    return found.ok() ? *found : nullptr;
}

QSpinBox* number(int least, int most, int value, const QString& name, QWidget* parent) {
    auto* box = new QSpinBox(parent);
    box->setRange(least, most);
    box->setValue(value);
    box->setAccessibleName(name);
    return box;
}

QScrollArea* scrolled(QWidget* inner, QWidget* parent) {
    auto* scroll = new QScrollArea(parent);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    scroll->viewport()->setAutoFillBackground(false);
    inner->setAutoFillBackground(false);
    return scroll;
}

QString figures(const commit::CostFigures& cost) {
    return QStringLiteral("%1 / %2 / %3").arg(cost.messages).arg(cost.delays ? QString::number(*cost.delays) : QStringLiteral("–")).arg(cost.forced_writes);
}

}  // namespace

QComboBox* protocolBox(QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setAccessibleName(ProtocolPage::tr("Commit protocol"));
    box->setMaxVisibleItems(20);
    for (const auto& one : commit::protocols()) box->addItem(QStringLiteral("%1  %2").arg(qs(one.name), qs(one.title)), qs(one.name));
    return box;
}

ProtocolPage::ProtocolPage(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("protocolPage"));
    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* left = new QWidget(this);
    left->setFixedWidth(400);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scrolled(makeWords(), left));
    outer->addWidget(left);
    outer->addWidget(new widgets::Rule(Qt::Vertical, false, this));
    outer->addWidget(scrolled(makeMachines(), this), 1);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &ProtocolPage::showProtocol);
    for (auto* box : {m_participants, m_faults}) connect(box, &QSpinBox::valueChanged, this, &ProtocolPage::measure);
    connect(context.selection, &feed::Selection::paymentChanged, this, &ProtocolPage::light);
    connect(context.feed, &feed::Feed::advanced, this, [this] {
        if (isVisible()) light();
    });
    connect(context.feed, &feed::Feed::timeChanged, this, &ProtocolPage::light);
}

ProtocolPage::~ProtocolPage() {
    if (m_stop) *m_stop = true;
}

QString ProtocolPage::protocol() const { return m_choice->currentData().toString(); }

void ProtocolPage::setProtocol(const QString& name) {
    if (const int at = m_choice->findData(name); at >= 0) m_choice->setCurrentIndex(at);
}

// Runs nothing before somebody looks.
void ProtocolPage::activate() {
    if (!m_stop) showProtocol();
    light();
}

QList<QWidget*> ProtocolPage::regions() const { return {m_choice, m_arrowsTable, m_costsTable}; }

QWidget* ProtocolPage::makeWords() {
    auto* box = new QWidget(this);
    auto* lines = new QVBoxLayout(box);
    lines->setContentsMargins(12, 12, 12, 12);
    lines->setSpacing(8);
    m_choice = protocolBox(box);
    m_choice->setObjectName(QStringLiteral("protocol.choice"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(36);
    lines->addWidget(m_choice);
    const auto text = [&](const char* name, TextRole role, Ink ink) {
        auto* label = new TextLabel({}, role, ink, box);
        label->setObjectName(QLatin1String(name));
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        lines->addWidget(label);
        return label;
    };
    const auto head = [&](const QString& words) { lines->addWidget(new TextLabel(words, TextRole::Strong, Ink::Text, box)); };
    m_title = text("protocol.title", TextRole::Title, Ink::Text);
    m_follow = text("protocol.payment", TextRole::Small, Ink::Muted);
    head(tr("Its rules, in short"));
    m_rules = text("protocol.rules", TextRole::Body, Ink::Text);
    head(tr("What blocks it"));
    m_blocks = text("protocol.blocks", TextRole::Body, Ink::Text);
    m_found = text("protocol.found", TextRole::Small, Ink::Muted);
    head(tr("What breaks it"));
    m_breaks = text("protocol.breaks", TextRole::Body, Ink::Text);
    lines->addStretch();
    return box;
}

QWidget* ProtocolPage::makeMachines() {
    auto* box = new QWidget(this);
    auto* lines = new QVBoxLayout(box);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    const auto head = [&](const QString& title) {
        auto* made = new widgets::PaneHead(title, box);
        lines->addWidget(made);
        return made;
    };
    const auto canvas = [&](const char* name, const QString& title) {
        auto* made = new PhaseCanvas(title, box);
        made->setObjectName(QLatin1String(name));
        lines->addWidget(made);
        return made;
    };
    m_coordinatorHead = head(tr("Coordinator"));
    m_coordinator = canvas("protocol.coordinator", tr("coordinator"));
    m_participantHead = head(tr("Participant"));
    m_participant = canvas("protocol.participant", tr("participant"));
    const auto table = [&](const char* name, const QString& accessible, widgets::CellsModel* model, const QList<int>& columns) {
        auto* made = new widgets::DataTable(box);
        made->setObjectName(QLatin1String(name));
        made->setAccessibleName(accessible);
        made->setModel(model);
        made->setColumns(columns);
        lines->addWidget(made);
        return made;
    };
    m_costsHead = head(tr("Costs"));
    m_costsHead->setRemark(tr("messages / delays / forced writes, counted from a run beside the formula"));
    auto* sizes = new QWidget(m_costsHead);
    auto* row = new QHBoxLayout(sizes);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_participants = number(1, 8, 3, tr("Participants"), sizes);
    m_participants->setObjectName(QStringLiteral("protocol.participants"));
    m_faults = number(0, 2, 0, tr("Faults tolerated"), sizes);
    m_faults->setObjectName(QStringLiteral("protocol.faults"));
    row->addWidget(new TextLabel(tr("N"), TextRole::Small, Ink::Muted, sizes));
    row->addWidget(m_participants);
    row->addWidget(new TextLabel(tr("F"), TextRole::Small, Ink::Muted, sizes));
    row->addWidget(m_faults);
    m_costsHead->addRight(sizes);
    m_costs = new widgets::CellsModel({tr("case"), tr("measured"), tr("formula"), tr("equal")}, this);
    m_costs->setRightHeads({1, 2});
    m_costsTable = table("protocol.costs", tr("Costs, measured and by formula"), m_costs, {-1, 120, 120, 220});
    head(tr("Arrows"))->setRemark(tr("every change of phase that was seen, and the inputs that made it"));
    m_arrows = new widgets::CellsModel({tr("#"), tr("machine"), tr("from"), tr("to"), tr("by")}, this);
    m_arrows->setRightHeads({0});
    m_arrowsTable = table("protocol.arrows", tr("Arrows of the state diagrams"), m_arrows, {40, 96, 140, 140, -1});
    lines->addStretch();
    return box;
}

void ProtocolPage::showProtocol() {
    if (m_stop) *m_stop = true;
    m_stop = std::make_shared<std::atomic<bool>>(false);
    const auto* row = rowOf(protocol());
    if (!row) return;
    const ProtocolWords words = protocolWords(protocol());
    m_title->setText(qs(row->title));
    QString rules;
    for (const auto& rule : words.rules) rules += QStringLiteral("<p style='margin:0 0 6px 0'>%1</p>").arg(rule.toHtmlEscaped());
    m_rules->setTextFormat(Qt::RichText);
    m_rules->setText(rules);
    m_blocks->setText(words.blocks);
    m_found->setText(tr("Looking for it: two branches, one crash, one restart ..."));
    m_breaks->setText(row->assumptions.empty() ? words.breaks : tr("It rests on this: %1. %2").arg(qs(row->assumptions), words.breaks));
    derive();
    measure();
    lookForBlocking();
    light();
}

void ProtocolPage::derive() {
    const QString name = protocol();
    if (const auto known = m_diagrams.constFind(name); known != m_diagrams.constEnd()) return showDiagram(*known);
    showDiagram({});
    m_coordinatorHead->setRemark(tr("its machine is being run ..."));
    m_participantHead->setRemark({});
    m_context.executor->background(this, {}, [name = name.toStdString(), stop = m_stop] { return simulation::explore::phase_diagram({{name, false}}, [stop] { return !*stop; }); },
                                   [this, name, stop = m_stop](const base::Result<PhaseDiagram>& answer) {
                                       if (*stop || !answer.ok()) return;
                                       m_diagrams[name] = *answer;
                                       showDiagram(*answer);
                                   });
}

void ProtocolPage::showDiagram(const PhaseDiagram& diagram) {
    m_coordinator->setSteps(diagram.coordinator);
    m_participant->setSteps(diagram.participant, 1 + static_cast<int>(diagram.coordinator.size()));
    const QString remark = diagram.complete ? tr("drawn from its machine, run through all %1 states of small clusters") : tr("drawn from its machine, run through the first %1 states of small clusters");
    for (auto* head : {m_coordinatorHead, m_participantHead}) head->setRemark(remark.arg(feed::countText(diagram.states)));
    QList<CellRow> rows;
    for (const bool coordinator : {true, false})
        for (const auto& step : coordinator ? diagram.coordinator : diagram.participant) {
            Cell number, machine, from, to, by;
            number.text = QString::number(rows.size() + 1);  // as on the arrow
            number.right = true;
            QStringList inputs;
            for (const auto& input : step.inputs) inputs << qs(input);
            machine.text = coordinator ? tr("coordinator") : tr("participant");
            from.text = phaseWord(step.from);
            from.glyph = phaseGlyph(step.from);
            to.text = phaseWord(step.to);
            to.glyph = phaseGlyph(step.to);
            by.text = inputs.join(QStringLiteral(", "));
            rows << CellRow{{number, machine, from, to, by}, widgets::RowTint::None};
        }
    m_arrows->setRows(rows);
    m_arrowsTable->setFixedHeight(theme::grid::tableHead + std::max<int>(1, static_cast<int>(rows.size())) * theme::grid::row + 1);
}

void ProtocolPage::measure() {
    if (!m_stop) return;
    const int asked = ++m_costsAsked;
    m_context.executor->background(this, {}, [name = protocol().toStdString(), n = m_participants->value(), f = m_faults->value()] {
        return simulation::measure_costs(name, static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(f), false);
    }, [this, asked](const base::Result<std::vector<simulation::MeasuredCost>>& rows) {
        if (asked == m_costsAsked) showCosts(rows);
    });
}

void ProtocolPage::showCosts(const base::Result<std::vector<simulation::MeasuredCost>>& measured) {
    QList<CellRow> rows;
    const auto remark = [&](const QString& text) {
        Cell cell;
        cell.text = text;
        cell.tone = widgets::Tone::Muted;
        rows << CellRow{{cell, {}, {}, {}}, widgets::RowTint::None};
    };
    if (!measured.ok()) remark(feed::errorText(measured.error()));
    else if (measured->empty()) remark(tr("The table of costs has no row for it."));
    else
        for (const auto& one : *measured) {
            Cell name, counted, formula, equal;
            name.text = qs(one.asked.name);
            counted.text = figures(one.measured);
            formula.text = figures(one.asked.formula);
            counted.right = formula.right = true;
            equal.text = one.equal ? tr("yes") : one.remark.empty() ? tr("NO") : tr("NO: %1").arg(qs(one.remark));
            equal.glyph = one.equal ? theme::Glyph::Check : theme::Glyph::Blocked;
            rows << CellRow{{name, counted, formula, equal}, widgets::RowTint::None};
        }
    m_costs->setRows(rows);
    m_costsTable->setFixedHeight(theme::grid::tableHead + std::max<int>(1, static_cast<int>(rows.size())) * theme::grid::row + 1);
}

// A small exploration, bounded so that it stays small: what it says is true of what it saw, and it says how much that was.
void ProtocolPage::lookForBlocking() {
    simulation::explore::ExploreOptions options;
    options.setup.protocol.name = protocol().toStdString();
    options.setup.participants = 2;
    options.setup.crashes = options.setup.restarts = 1;
    const auto* row = rowOf(protocol());
    options.setup.accurate_detector = row && !row->assumptions.empty();
    options.exact = row && !row->payments;  // it will break, and then the way there is wanted
    options.closure_steps_max = 500'000;
    options.bounds.states_max = 200'000;
    options.bounds.memory_bytes_max = 512ull << 20;
    m_context.executor->background(this, {}, [options, stop = m_stop] { return simulation::explore::explore(options, [stop](const auto&) { return !*stop; }); },
                                   [this, stop = m_stop](const base::Result<simulation::explore::Exploration>& answer) {
                                       if (!*stop && answer.ok()) showBlocking(*answer);
                                   });
}

void ProtocolPage::showBlocking(const simulation::explore::Exploration& found) {
    const QString seen = tr("Explored: two branches, one crash, one restart, %1 states%2.").arg(feed::countText(found.report.states), found.report.complete ? tr(", all there are") : tr(", not all there are"));
    if (!found.violations.empty()) return m_found->setText(seen + u' ' + tr("It breaks %1 there: see Explore.").arg(qs(found.violations.front().invariant)));
    if (!found.classified) return m_found->setText(seen + u' ' + tr("Who is blocked can be said only once all are seen: see Explore."));
    if (found.blocking.empty()) return m_found->setText(seen + u' ' + tr("Nobody is ever blocked there."));
    QStringList who;
    for (const auto& one : found.blocking) who << tr("%1 in %2 states, freed by %3").arg(qs(one.who), feed::countText(one.states), qs(one.freed_by));
    m_found->setText(seen + u' ' + tr("Blocked: %1.").arg(who.join(QStringLiteral("; "))));
}

// Where the selected payment stands, at the moment that the whole console shows.
void ProtocolPage::light() {
    const auto& view = m_context.feed->view();
    const auto t = m_context.selection->xid() == base::Xid{} ? nullptr : view.find(m_context.selection->xid());
    QMap<Phase, QStringList> coordinator, participant;
    if (!t) {
        m_follow->setText(tr("No payment is selected. One that runs this protocol is lit in the diagrams."));
    } else if (qs(t->protocol.name) != protocol()) {
        m_follow->setText(tr("%1 runs %2: nothing of it is lit here.").arg(feed::referenceText(*t), qs(t->protocol.name)));
    } else {
        m_follow->setText(tr("Lit: where %1 stands.").arg(feed::referenceText(*t)));
        const QString leader = qs(t->xid.coordinator.name());
        const auto drawn = [this](Phase phase) { return !m_coordinator->box(phase).isEmpty(); };
        Phase stands = t->pre_committed ? Phase::pre_committed : Phase::preparing;
        if (t->decision == events::Outcome::commit) stands = t->ended || !drawn(Phase::committing) ? Phase::committed : Phase::committing;
        else if (t->decision == events::Outcome::abort) stands = t->ended || !drawn(Phase::aborting) ? Phase::aborted : Phase::aborting;
        coordinator[stands] << leader;
        for (const auto& branch : t->branches) {
            Phase phase = Phase::none;
            for (const Phase one : {Phase::active, Phase::prepared, Phase::pre_committed, Phase::pre_aborted, Phase::committed, Phase::aborted})
                if (branch.state() == commit::word(one)) phase = one;
            if (branch.phase == view::BranchPhase::read_only) phase = Phase::committed;
            participant[phase] << qs(branch.node.name());
        }
    }
    m_coordinator->setLit(coordinator);
    m_participant->setLit(participant);
}

void ProtocolPage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::tokensOf(this).surface);
}

}  // namespace indoubt::console::lab
