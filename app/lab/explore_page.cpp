// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/explore_page.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "feed/wording.h"
#include "lab/protocol_page.h"
#include "lab/replay_window.h"
#include "simulation/scenario.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/cells_model.h"
#include "widgets/data_table.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::lab {

using feed::qs;
using simulation::explore::Exploration;
using simulation::explore::ExploreOptions;
using theme::TextRole;
using widgets::Cell;
using widgets::CellRow;
using widgets::Ink;
using widgets::TextLabel;

namespace {

QString perSecond(std::uint64_t generated, double seconds) { return feed::countText(static_cast<std::uint64_t>(static_cast<double>(generated) / std::max(seconds, 1e-3))); }
QString mebibytes(std::uint64_t bytes) { return ExplorePage::tr("%1 MiB").arg(feed::countText(bytes >> 20)); }

}  // namespace

ExplorePage::ExplorePage(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("explorePage"));
    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* left = makeBudget();
    left->setFixedWidth(400);
    outer->addWidget(left);
    outer->addWidget(new widgets::Rule(Qt::Vertical, false, this));
    outer->addWidget(makeResults(), 1);
    m_tick.setInterval(100);
    connect(&m_tick, &QTimer::timeout, this, &ExplorePage::showProgress);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &ExplorePage::suggest);
    connect(m_start, &QPushButton::clicked, this, &ExplorePage::start);
    connect(m_replay, &QPushButton::clicked, this, &ExplorePage::replay);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        if (const auto* one = chosen(); one && !one->scenario.empty()) QGuiApplication::clipboard()->setText(qs(one->scenario));
    });
    connect(m_cancel, &QPushButton::clicked, this, &ExplorePage::cancel);
    connect(m_findingsTable, &widgets::DataTable::rowChosen, this, &ExplorePage::showSteps);
    showPossible();
    showSteps();
}

ExplorePage::~ExplorePage() {
    if (m_run) m_run->cancel = true;
}

QList<QWidget*> ExplorePage::regions() const { return {m_choice, m_findingsTable, m_stepsTable}; }

QWidget* ExplorePage::makeBudget() {
    auto* box = new QWidget(this);
    auto* lines = new QVBoxLayout(box);
    lines->setContentsMargins(0, 0, 0, 12);
    lines->setSpacing(8);
    auto* head = new widgets::PaneHead(tr("Explore"), box);
    head->setRemark(tr("every state that one payment can reach"));
    lines->addWidget(head);
    auto* form = new QFormLayout;
    form->setContentsMargins(12, 4, 12, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(8);
    m_choice = protocolBox(box);
    m_choice->setObjectName(QStringLiteral("explore.choice"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(26);
    form->addRow(tr("&Protocol"), m_choice);
    const auto number = [&](const char* name, const QString& label, const QString& accessible, int least, int most, int value) {
        auto* made = new QSpinBox(box);
        made->setObjectName(QLatin1String(name));
        made->setAccessibleName(accessible);
        made->setRange(least, most);
        made->setValue(value);
        form->addRow(label, made);
        return made;
    };
    m_participants = number("explore.participants", tr("Pa&rticipants"), tr("Participants"), 1, 6, 2);
    m_faults = number("explore.faults", tr("&Faults tolerated, F"), tr("Faults tolerated: 2F+1 managers"), 0, 2, 0);
    m_crashes = number("explore.crashes", tr("&Crashes"), tr("Crashes of all nodes together"), 0, 15, 1);
    m_restarts = number("explore.restarts", tr("R&estarts"), tr("Restarts of all nodes together"), 0, 15, 1);
    m_ballots = number("explore.ballots", tr("&Ballots, terms up to"), tr("Largest ballot or term"), 1, 9, 3);
    m_detector = new QComboBox(box);
    m_detector->setObjectName(QStringLiteral("explore.detector"));
    m_detector->setAccessibleName(tr("Failure detector"));
    m_detector->addItems({tr("none: any report, any loss"), tr("perfect: and nothing is lost")});
    form->addRow(tr("&Detector"), m_detector);
    m_states = number("explore.states", tr("&States at most"), tr("States at most, in thousands"), 1, 400'000, 5'000);
    m_states->setGroupSeparatorShown(true);
    m_states->setSuffix(tr(" thousand"));
    m_memory = number("explore.memory", tr("&Memory at most"), tr("Memory at most, in GiB"), 1, 64, 2);
    m_memory->setSuffix(tr(" GiB"));
    const auto check = [&](const char* name, const QString& label, bool on) {
        auto* made = new QCheckBox(label, box);
        made->setObjectName(QLatin1String(name));
        made->setChecked(on);
        form->addRow(QString(), made);
        return made;
    };
    m_cooperative = check("explore.cooperative", tr("In-doubt branches &ask each other"), false);
    m_readOnly = check("explore.readOnly", tr("Branches may vote READ-&ONLY"), false);
    m_classify = check("explore.classify", tr("Say &who is blocked where"), true);
    m_classify->setToolTip(tr("Walks everything again, several times; this part is bounded by what was found and hears no Cancel."));
    lines->addLayout(form);
    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(12, 4, 12, 0);
    m_start = widgets::primaryButton(tr("Explore"), box);
    m_start->setObjectName(QStringLiteral("explore.start"));
    m_cancel = widgets::secondaryButton(tr("Cancel"), box);
    m_cancel->setObjectName(QStringLiteral("explore.cancel"));
    buttons->addWidget(m_start);
    buttons->addWidget(m_cancel);
    buttons->addStretch();
    lines->addLayout(buttons);
    m_progress = new TextLabel({}, TextRole::Small, Ink::Muted, box);
    m_progress->setObjectName(QStringLiteral("explore.progress"));
    m_progress->setWordWrap(true);
    m_progress->setContentsMargins(12, 0, 12, 0);
    m_progress->setMinimumHeight(48);
    m_progress->setAlignment(Qt::AlignTop);
    lines->addWidget(m_progress);
    lines->addStretch();
    return box;
}

QWidget* ExplorePage::makeResults() {
    auto* box = new QWidget(this);
    auto* lines = new QVBoxLayout(box);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    lines->addWidget(new widgets::PaneHead(tr("Found"), box));
    const auto text = [&](const char* name, TextRole role, Ink ink) {
        auto* label = new TextLabel({}, role, ink, box);
        label->setObjectName(QLatin1String(name));
        label->setWordWrap(true);
        label->setContentsMargins(12, 8, 12, 0);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        lines->addWidget(label);
        return label;
    };
    m_verdict = text("explore.verdict", TextRole::Strong, Ink::Text);
    m_remarks = text("explore.remarks", TextRole::Small, Ink::Muted);
    m_verdict->setText(tr("Nothing was explored yet."));
    m_remarks->setText(tr("The machines that carry live payments are run through every order of deliveries, losses, doubles, votes, time-outs, crashes and restarts within the budget. A counter-example comes with a budget in which it fails."));
    lines->addSpacing(8);
    m_findings = new widgets::CellsModel({tr("finding"), tr("what"), tr("steps, states")}, this);
    m_findings->setRightHeads({2});
    const auto table = [&](const char* name, const QString& accessible, widgets::CellsModel* model, const QList<int>& columns) {
        auto* made = new widgets::DataTable(box);
        made->setObjectName(QLatin1String(name));
        made->setAccessibleName(accessible);
        made->setModel(model);
        made->setColumns(columns);
        return made;
    };
    m_findingsTable = table("explore.findings", tr("Violations and who is blocked"), m_findings, {120, -1, 110});
    m_findingsTable->setFixedHeight(theme::grid::tableHead + 6 * theme::grid::row + 1);
    lines->addWidget(m_findingsTable);
    m_stepsHead = new widgets::PaneHead(tr("The way there"), box);
    m_stepsHead->setRemark(tr("a shortest one, step by step"));
    m_replay = widgets::secondaryButton(tr("Open in a timeline"), m_stepsHead, true);
    m_replay->setObjectName(QStringLiteral("explore.replay"));
    m_copy = widgets::secondaryButton(tr("Copy scenario"), m_stepsHead, true);
    m_copy->setObjectName(QStringLiteral("explore.copy"));
    m_copy->setToolTip(tr("For a file *.scenario.textproto that indoubtctl simulate replays"));
    m_stepsHead->addRight(m_copy);
    m_stepsHead->addRight(m_replay);
    lines->addWidget(m_stepsHead);
    m_steps = new widgets::CellsModel({tr("#"), tr("step")}, this);
    m_steps->setRightHeads({0});
    m_stepsTable = table("explore.steps", tr("Steps to the violation"), m_steps, {40, -1});
    lines->addWidget(m_stepsTable, 1);
    return box;
}

ExploreOptions ExplorePage::options() const {
    ExploreOptions asked;
    auto& setup = asked.setup;
    const auto value = [](const QSpinBox* box) { return static_cast<std::uint32_t>(box->value()); };
    setup.protocol = {m_choice->currentData().toString().toStdString(), m_cooperative->isChecked()};
    setup.participants = value(m_participants);
    setup.faults = value(m_faults);
    setup.crashes = value(m_crashes);
    setup.restarts = value(m_restarts);
    setup.max_ballot = value(m_ballots);
    setup.read_only_votes = m_readOnly->isChecked();
    setup.accurate_detector = m_detector->currentIndex() == 1;
    asked.classify = m_classify->isChecked();
    // What comes before a reduced search is deaf to Cancel: it is kept short, and left out where a way to a failure is wanted anyway.
    asked.closure_steps_max = 4'000'000;
    const auto protocol = commit::find_protocol(setup.protocol.name);
    asked.exact = protocol.ok() && !(*protocol)->payments;
    asked.bounds.states_max = std::uint64_t{value(m_states)} * 1000;
    asked.bounds.memory_bytes_max = std::uint64_t{value(m_memory)} << 30;
    return asked;
}

void ExplorePage::suggest() {
    struct Budget { const char* protocol; int participants, faults, crashes; };
    static constexpr Budget fails[] = {{"x-majority-2pc", 3, 0, 0}, {"x-premature-end", 2, 0, 1}, {"x-pc-unforced-collecting", 2, 0, 1}, {"x-unfenced-backup", 2, 1, 0}, {"x-quorum-commit-3pc", 2, 0, 0}};
    for (const auto& one : fails) {
        if (m_choice->currentData().toString() != QLatin1String(one.protocol)) continue;
        m_participants->setValue(one.participants);
        m_faults->setValue(one.faults);
        m_crashes->setValue(one.crashes);
        m_restarts->setValue(one.crashes);
        m_detector->setCurrentIndex(0);
    }
}

void ExplorePage::start() {
    if (m_run) return;
    m_run = std::make_shared<Run>();
    m_clock.start();
    m_tick.start();
    m_explored = m_choice->currentData().toString();
    m_found = {};
    m_findings->setRows({});
    showSteps();
    m_verdict->setText(tr("Exploring ..."));
    m_remarks->setText({});
    showPossible();
    showProgress();
    m_context.executor->background(this, tr("explore"), [asked = options(), run = m_run] {
        return simulation::explore::explore(asked, [run](const simulation::explore::Progress& progress) {
            run->states = progress.states;
            run->generated = progress.generated;
            run->memory = progress.memory_bytes;
            run->depth = progress.depth;
            return !run->cancel;
        });
    }, [this, run = m_run](const base::Result<Exploration>& answer) {
        const bool cancelled = run->cancel;
        m_run.reset();
        m_tick.stop();
        showResult(answer, cancelled);
        showPossible();
        emit finished();
    });
}

void ExplorePage::cancel() {
    if (!m_run) return;
    m_run->cancel = true;
    showPossible();
    showProgress();
}

void ExplorePage::showPossible() {
    const bool cancelling = m_run && m_run->cancel;
    m_start->setEnabled(!m_run);
    m_cancel->setEnabled(m_run && !cancelling);
    m_cancel->setText(cancelling ? tr("Cancelling") : tr("Cancel"));
}

void ExplorePage::showProgress() {
    if (!m_run) return;
    const double seconds = static_cast<double>(m_clock.elapsed()) / 1000;
    const std::uint64_t states = m_run->states, generated = m_run->generated;
    if (m_run->cancel) return m_progress->setText(tr("Stopping after %1 states ...").arg(feed::countText(states)));
    if (states == 0) return m_progress->setText(tr("%1 s: first, what single nodes can do; Cancel is heard after that").arg(seconds, 0, 'f', 1));
    m_progress->setText(tr("%1 s: %2 states, %3 generated, %4 a second, depth %5, %6")
                            .arg(seconds, 0, 'f', 1).arg(feed::countText(states), feed::countText(generated), perSecond(generated, seconds)).arg(m_run->depth.load()).arg(mebibytes(m_run->memory)));
}

void ExplorePage::showResult(const base::Result<Exploration>& answer, bool cancelled) {
    if (!answer.ok()) {
        m_found = {};
        m_verdict->setText(feed::errorText(answer.error()));
        m_progress->setText({});
        return;
    }
    m_found = *answer;
    const auto& report = m_found.report;
    m_progress->setText(tr("%1 s: %2 states, %3 generated, %4 a second, depth %5, %6")
                            .arg(report.seconds, 0, 'f', 2).arg(feed::countText(report.states), feed::countText(report.generated), perSecond(report.generated, report.seconds)).arg(report.depth).arg(mebibytes(report.memory_bytes)));
    const QString counts = tr("%1 states, %2 generated.").arg(feed::countText(report.states), feed::countText(report.generated));
    if (!m_found.violations.empty()) m_verdict->setText(tr("Broken: %1, after %2 steps. %3").arg(qs(m_found.violations.front().invariant)).arg(m_found.violations.front().steps.size()).arg(counts));
    else if (report.complete) m_verdict->setText(tr("No violation. Complete within this budget: %1").arg(counts));
    else if (cancelled) m_verdict->setText(tr("Cancelled: NOT complete. No violation so far. %1").arg(counts));
    else m_verdict->setText(tr("No violation so far. NOT complete: %1. %2").arg(qs(report.stopped), counts));
    QStringList remarks;
    for (const auto& line : m_found.assumptions) remarks << tr("Assumed: %1").arg(qs(line));
    for (const auto& line : m_found.reductions) remarks << tr("Reduced: %1").arg(qs(line));
    if (!m_found.classified && m_classify->isChecked() && m_found.violations.empty()) remarks << tr("Who is blocked can be said only once all states are seen.");
    else if (m_found.classified) remarks << tr("%1 states in which somebody is blocked.").arg(feed::countText(m_found.blocked_states));
    m_remarks->setText(remarks.join(QStringLiteral("\n")));
    QList<CellRow> rows;
    const auto add = [&](theme::Glyph glyph, const QString& kind, const QString& what, std::uint64_t count) {
        Cell first, second, third;
        first.text = kind;
        first.glyph = glyph;
        second.text = what;
        third.text = feed::countText(count);
        third.right = true;
        rows << CellRow{{first, second, third}, widgets::RowTint::None};
    };
    for (const auto& one : m_found.violations) add(theme::Glyph::Damage, tr("violation"), qs(one.invariant), one.steps.size());
    for (const auto& one : m_found.blocking) add(theme::Glyph::Blocked, tr("blocked"), tr("%1, freed by: %2").arg(qs(one.who), qs(one.freed_by)), one.states);
    m_findings->setRows(rows);
    if (!rows.isEmpty()) m_findingsTable->setCurrentIndex(m_findings->index(0, 0));
    showSteps();
}

const simulation::explore::Violation* ExplorePage::chosen() const {
    const int row = m_findingsTable->currentIndex().row();
    return row >= 0 && static_cast<std::size_t>(row) < m_found.violations.size() ? &m_found.violations[static_cast<std::size_t>(row)] : nullptr;
}

// The way is a scenario: it is simulated again, with every checker looking on, and what it did is shown.
void ExplorePage::replay() {
    const auto* one = chosen();
    if (!one || one->scenario.empty()) return;
    m_replay->setEnabled(false);
    const QString words = tr("%1 breaks %2").arg(m_explored, qs(one->invariant));
    m_context.executor->background(this, tr("simulate"), [text = one->scenario] { return simulation::run_scenario(text, "explored"); },
                                   [this, words](const base::Result<simulation::ScenarioResult>& answer) {
                                       showSteps();
                                       if (!answer.ok()) return m_context.navigator->say(feed::errorText(answer.error()), true);
                                       const base::Xid xid = answer->transactions.empty() ? base::Xid{} : answer->transactions.front().xid;
                                       auto* window = new ReplayWindow(m_context, words, answer->trace, xid, this);
                                       window->show();
                                   });
}

void ExplorePage::showSteps() {
    QList<CellRow> rows;
    const auto* one = chosen();
    const bool scenario = one && !one->scenario.empty();
    m_replay->setEnabled(scenario);
    m_copy->setEnabled(scenario);
    m_replay->setToolTip(one && !scenario ? tr("No scenario can begin as this did: replicas that have elected a leader already.") : QString());
    if (one) {
        int number = 0;
        for (const auto& step : one->steps) {
            Cell at, what;
            at.text = QString::number(++number);
            at.right = true;
            what.text = qs(step);
            rows << CellRow{{at, what}, widgets::RowTint::None};
        }
    }
    m_steps->setRows(rows);
}

void ExplorePage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::tokensOf(this).surface);
}

}  // namespace indoubt::console::lab
