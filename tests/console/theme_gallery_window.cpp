// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractTableModel>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>
#include <cmath>

#include "console/theme_gallery.h"
#include "plots/time_series_plot.h"
#include "theme/theme.h"
#include "widgets/alert_bar.h"
#include "widgets/amount.h"
#include "widgets/cards.h"
#include "widgets/chip.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/environment_band.h"
#include "widgets/filter_field.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"
#include "widgets/rail.h"
#include "widgets/segmented_control.h"
#include "widgets/time_bar.h"

namespace indoubt::console::gallery {

using theme::Glyph;
using theme::PaymentState;

namespace {

struct Line {
    const char* due;
    PaymentState state;
    const char *reference, *xid, *parties;
    widgets::Amount amount, held;
    widgets::Votes votes;
    const char* last;
};

class Payments : public QAbstractTableModel {
  public:
    using QAbstractTableModel::QAbstractTableModel;
    const QList<Line> lines = {{"12:15, in 10 min",
                                PaymentState::Blocked,
                                "INV-2042",
                                "7f3a00000000000091c2",
                                "Mara Lindholm → Velo Atelier",
                                {12000, "EUR", 2},
                                {12000, "EUR", 2},
                                {Glyph::VoteYes, Glyph::VoteYes, Glyph::VoteYes},
                                "undetermined"},
                               {"12:30, in 25 min",
                                PaymentState::Blocked,
                                "PO-7719",
                                "7f3a000000000000c41d",
                                "Reederei Voss → Sakura Import",
                                {184000, "JPY", 0},
                                {184000, "JPY", 0},
                                {Glyph::VoteYes, Glyph::VoteYes, Glyph::VoteYes},
                                "undetermined"},
                               {"12:45, in 40 min",
                                PaymentState::InDoubt,
                                "TEA-0588",
                                "7f3a0000000000005e90",
                                "Al Noor → Pia Sandvik",
                                {76375, "KWD", 3},
                                {0, "KWD", 3},
                                {Glyph::VoteYes, Glyph::VoteNotEnrolled, Glyph::VotePending},
                                "safe after one step"},
                               {"16:00",
                                PaymentState::Committed,
                                "INV-2038",
                                "7f3a000000000000e6f1",
                                "Pia Sandvik → Studio Halde",
                                {31820, "EUR", 2},
                                {0, "EUR", 2},
                                {Glyph::VoteYes, Glyph::VoteYes, Glyph::VoteReadOnly},
                                "END, 2 of 2 ACK"},
                               {"16:00",
                                PaymentState::Aborted,
                                "SUB-9118",
                                "7f3a000000000000a69b",
                                "Marais Optique → Leila Haddad",
                                {1233, "EUR", 2},
                                {0, "EUR", 2},
                                {Glyph::VoteNotEnrolled, Glyph::VoteNo, Glyph::VoteYes},
                                "B NO, insufficient funds"},
                               {"17:30",
                                PaymentState::Preparing,
                                "RENT-0116",
                                "7f3a0000000000007348",
                                "Louise Adam → Leila Haddad",
                                {249586'00, "EUR", 2},
                                {0, "EUR", 2},
                                {Glyph::VotePending, Glyph::VotePending, Glyph::VotePending},
                                "PREPARE sent, 0 of 2"},
                               {"17:30",
                                PaymentState::Heuristic,
                                "SAL-0007",
                                "7f3a0000000000000b7e",
                                "Nordlicht Verlag → Louise Adam",
                                {241055, "EUR", 2},
                                {241055, "EUR", 2},
                                {Glyph::VoteYes, Glyph::VoteYes, Glyph::VoteYes},
                                "Hafenbank rolled back by Ana"},
                               {"21 Nov",
                                PaymentState::Damage,
                                "SAL-0008",
                                "7f3a0000000000000b7f",
                                "Nordlicht Verlag → Louise Adam",
                                {-241055, "EUR", 2},
                                {0, "EUR", 2},
                                {Glyph::VoteYes, Glyph::VoteYes, Glyph::VoteYes},
                                "2,410.55 EUR missing"}};
    int rowCount(const QModelIndex& = {}) const override { return static_cast<int>(lines.size()) + 1; }
    int columnCount(const QModelIndex& = {}) const override { return 9; }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        static const char* heads[] = {"due", "state", "reference", "xid", "debtor → creditor", "amount", "", "on hold", "last event"};
        if (orientation != Qt::Horizontal) return {};
        if (role == Qt::DisplayRole) return QString::fromUtf8(heads[section]);
        if (role == Qt::TextAlignmentRole && (section == 5 || section == 7)) return int(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    }
    QVariant data(const QModelIndex& index, int role) const override {
        if (index.row() == 0) {
            if (index.column() != 0) return {};
            if (role == widgets::GroupRole || role == Qt::DisplayRole) return "T down since 12:04:31";
            if (role == widgets::TailRole) return "312 payments, 41,200 EUR in all (rates of 08:00: 281 in EUR, 19 in JPY, 12 in KWD)";
            if (role == widgets::GlyphRole) return int(Glyph::Crash);
            if (role == widgets::GroupOpenRole) return true;
            return {};
        }
        const Line& line = lines[index.row() - 1];
        if (role == Qt::DisplayRole) {
            switch (index.column()) {
                case 0:
                    return line.due;
                case 1:
                    return theme::stateWord(line.state);
                case 2:
                    return line.reference;
                case 3:
                    return widgets::shortXid(line.xid);
                case 4:
                    return QString::fromUtf8(line.parties);
                case 5:
                    return widgets::amountText(line.amount);
                case 7:
                    return widgets::amountText(line.held);
                case 8:
                    return line.last;
                default:
                    return {};
            }
        }
        if (role == widgets::StateRole && index.column() == 1) return int(line.state);
        if (role == widgets::AmountRole && index.column() == 5) return QVariant::fromValue(line.amount);
        if (role == widgets::AmountRole && index.column() == 7) return QVariant::fromValue(line.held);
        if (role == widgets::VotesRole && index.column() == 6) return QVariant::fromValue(line.votes);
        if (role == widgets::ToneRole) {
            if (index.column() == 2) return int(widgets::Tone::Reference);
            if (index.column() == 3) return int(widgets::Tone::MonoMuted);
            if (index.column() == 8) return int(widgets::Tone::Muted);
            if (index.column() == 0 && index.row() < 4) return int(widgets::Tone::Reference);
        }
        return {};
    }
};

class Terms : public widgets::FilterLanguage {
  public:
    widgets::FilterVerdict check(const QString& text) const override {
        widgets::FilterVerdict verdict;
        int from = 0;
        for (const QString& word : text.split(' ')) {
            if (word.contains(':') && !word.endsWith(':')) verdict.terms << widgets::FilterSpan{from, static_cast<int>(word.size())};
            from += static_cast<int>(word.size()) + 1;
        }
        return verdict;
    }
    widgets::CompletionList complete(const QString&, int) const override { return {}; }
};

QWidget* charts(bool incident) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    const double now = 1'795'176'312'000.0, span = incident ? 330'000 : 900'000, crash = now - 41'000;
    QVector<double> times, commits, aborts, p50, p99, oldest;
    for (int i = 0; i <= 300; ++i) {
        const double at = now - span + span * i / 300, noise = std::sin(i * 0.9) * 0.5 + std::sin(i * 2.3) * 0.4 + std::sin(i * 0.13);
        const bool down = incident && at > crash;
        times << at;
        commits << (down ? 0 : incident ? 7900 + 180 * noise : 54 + 4 * noise);
        aborts << (down ? 0 : incident ? 240 + 20 * noise : 3 + noise);
        p50 << (down ? std::nan("") : 6 + 0.4 * noise);
        p99 << (down ? std::nan("") : 12 + 1.5 * noise);
        oldest << (down ? std::max(40.0, at - crash) : 3.2 + 0.5 * noise);
    }
    auto* flow = new plots::TimeSeriesPlot("Throughput");
    flow->setData(flow->addSeries({"commit", plots::SeriesInk::Committed, true, false}), times, commits);
    flow->setData(flow->addSeries({"abort", plots::SeriesInk::Aborted, false, false}), times, aborts);
    flow->setBigNumber(incident ? "0" : "56.4", incident ? "payments/s, was 7,904" : "payments/s");
    auto* late = new plots::TimeSeriesPlot("Latency");
    late->setData(late->addSeries({"p99", plots::SeriesInk::Muted, false, true}), times, p99);
    late->setData(late->addSeries({"p50", plots::SeriesInk::Text, false, false}), times, p50);
    late->setBigNumber(incident ? "none" : "6.2", incident ? "since 12:04:31" : "ms p50");
    if (incident) late->setGapText(crash, "no commits");
    auto* age = new plots::TimeSeriesPlot("Oldest in doubt");
    age->setScale(plots::Scale::Logarithmic);
    age->setDurations(true);
    age->setThreshold(2000, "stuck");
    age->setData(age->addSeries({incident ? "41 s" : "oldest", plots::SeriesInk::InDoubt, true, false}), times, oldest);
    age->setBigNumber(incident ? "41" : "3", incident ? "s" : "ms");
    for (plots::TimeSeriesPlot* plot : {flow, late, age}) {
        plot->setOffsetMinutes(60);
        plot->setWindow(now - span, now);
        plot->setMarkers(
            {{incident ? crash : now - span * 0.8, incident ? plots::MarkerKind::Crash : plots::MarkerKind::Restart, "T crashed"}});
        layout->addWidget(plot, 1);
        if (plot != age) layout->addWidget(new widgets::Rule(Qt::Vertical));
    }
    return row;
}

QWidget* side(bool incident) {
    auto* column = new QWidget;
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    if (incident) {
        auto* cause = new widgets::CauseCard;
        cause->setText({Glyph::Crash, "T down since 12:04:31", "41 s", "312 payments, 41,200 EUR on hold", "first due 12:15, in 10 min",
                        "287 undetermined, 25 safe after one step", "Best next step: bring T back.", "Nothing needs forcing."});
        cause->addAction("Ask T again", true);
        cause->addAction("Single payments");
        cause->setSelected(true);
        layout->addWidget(cause);
    } else {
        auto* empty = new widgets::EmptyState;
        empty->setText("Nothing is stuck.", "Oldest in doubt: 3 ms.", Glyph::Check);
        layout->addWidget(empty);
    }
    const struct {
        Glyph glyph;
        const char* words;
        int count;
    } counts[] = {{Glyph::InDoubt, "in doubt > 2 s", 312},
                  {Glyph::Lock, "waiting behind a lock", 47},
                  {Glyph::Committing, "decided, not delivered", 0},
                  {Glyph::Heuristic, "heuristic", 0}};
    for (const auto& count : counts) {
        auto* row = new widgets::CountRow(count.glyph, count.words);
        row->setCount(incident ? count.count : 0);
        layout->addWidget(row);
    }
    layout->addStretch(1);
    return column;
}

}  // namespace

QWidget* makeWindow(const theme::Tokens& tokens, theme::Environment environment) {
    const bool incident = environment == theme::Environment::Production;
    auto* window = new QWidget;
    theme::pinTokens(window, tokens);
    auto* outer = new QVBoxLayout(window);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* band = new widgets::EnvironmentBand;
    band->setEnvironment(environment);
    band->setCluster(incident ? "Rhein" : "Local sandbox",
                     incident ? "4 nodes · presumed abort · no fault injection" : "4 nodes · presumed abort");
    band->setNotice(incident ? "T does not answer" : "all 4 nodes answer");
    band->setPersonMenu(new QMenu(window));
    band->setPerson("Ana Ruiz", incident ? "operator" : "owner");
    outer->addWidget(band);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    auto* rail = new widgets::Rail;
    rail->addItem("watch", Glyph::Watch, "Watch");
    rail->addItem("desk", Glyph::Desk, "Desk");
    rail->addItem("timeline", Glyph::Timeline, "Timeline");
    rail->addItem("log", Glyph::Log, "Log");
    rail->addItem("money", Glyph::Money, "Money");
    rail->addItem("lab", Glyph::Lab, "Lab");
    rail->setItemVisible("lab", !incident);
    rail->setBadge("desk", incident ? 312 : 0);
    rail->setFooter("live", incident ? "3 of 4" : "4 of 4");
    middle->addWidget(rail);
    auto* place = new QVBoxLayout;
    place->setSpacing(0);
    if (incident) {
        auto* alert = new widgets::AlertBar;
        alert->setText("Coordinator T does not answer (41 s).", "312 payments wait, 41,200 EUR on hold, first due 12:15.",
                       "one alert for 312 payments, raised 12:04:33");
        place->addWidget(alert);
    }
    auto* top = new QSplitter(Qt::Horizontal);
    auto* stuck = new widgets::Pane("Stuck", side(incident));
    stuck->head()->setRemark("by cause");
    stuck->head()->setRight(incident ? "1 cause" : "stuck after 2,000 ms");
    auto* flow = new widgets::Pane("Flow", charts(incident));
    flow->head()->setRemark("last 15 min, 6 s buckets, worst value kept");
    auto* spans = new widgets::SegmentedControl({"1 min", "15 min", "1 h", "Day"});
    spans->setCurrentIndex(1);
    flow->head()->addRight(spans);
    top->addWidget(stuck);
    top->addWidget(flow);
    top->setSizes({320, 1047});
    auto* list = new QWidget;
    auto* column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* tools = new QHBoxLayout;
    tools->setContentsMargins(12, 6, 8, 6);
    tools->setSpacing(8);
    static const Terms terms;
    auto* filter = new widgets::FilterField;
    filter->setLanguage(&terms);
    filter->setFieldHint("state: age: node: ref: party: amount:");
    filter->setKeyHintText("Ctrl F");
    filter->setText("since:15m is:stuck");
    tools->addWidget(filter);
    for (const char* pin : {"stuck", "due<1h", "mine"}) {
        auto* chip = new widgets::Chip(pin, Glyph::Pin);
        chip->setPressable(true);
        chip->setCheckable(true);
        chip->setChecked(QLatin1String(pin) == QLatin1String("stuck"));
        tools->addWidget(chip);
    }
    tools->addWidget(new widgets::StateChip(PaymentState::Blocked));
    tools->addWidget(new widgets::FaultChip("2 injected"));
    tools->addStretch(1);
    tools->addWidget(widgets::secondaryButton("12 new"));
    column->addLayout(tools);
    auto* table = new widgets::DataTable;
    table->setAccessibleName("Payments");
    table->setModel(new Payments(table));
    table->setColumns({128, 112, 96, 96, 260, 144, 76, 144, -1});
    table->setItemDelegateForColumn(1, new widgets::StateDelegate(table));
    table->setItemDelegateForColumn(5, new widgets::AmountDelegate(table));
    table->setItemDelegateForColumn(6, new widgets::VotesDelegate(table));
    table->setItemDelegateForColumn(7, new widgets::AmountDelegate(table, true, true));
    table->setLettersColumn(6, {"A", "B", "C"});
    column->addWidget(table, 1);
    auto* payments = new widgets::Pane("Payments", list);
    payments->head()->setRemark("live, newest first");
    payments->head()->setRight("23 columns, 12 shown");
    payments->head()->addRight(widgets::iconButton(Glyph::TearOff, "Open in its own window"));
    payments->head()->addRight(widgets::iconButton(Glyph::More, "More"));
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(top);
    split->addWidget(payments);
    split->setSizes({300, 480});
    place->addWidget(split, 1);
    middle->addLayout(place, 1);
    outer->addLayout(middle, 1);
    auto* bar = new widgets::TimeBar;
    QList<float> heights;
    for (int i = 0; i < 200; ++i) heights << static_cast<float>(incident && i > 180 ? 0.08 : 0.7 + 0.15 * std::sin(i * 0.7));
    bar->setActivity(heights);
    bar->setTicks({{0, "12:00"}, {0.25, "12:01"}, {0.5, "12:02"}, {0.75, "12:03"}, {1, "now"}});
    bar->setMarks({{0.9, Glyph::Crash, "T crashed 12:04:31"}});
    bar->setTime("12:05:12.384", "+01:00 local");
    if (incident) {
        bar->setLag("T as of 12:04:31, others 0.1 s");
        bar->setLive();
    } else {
        bar->setPaused(true);
        bar->setPast("12:05:15.004");
        bar->setLag("+1,204 events since", true);
        bar->setHead(0.8);
    }
    outer->addWidget(bar);
    return window;
}

}  // namespace indoubt::console::gallery
