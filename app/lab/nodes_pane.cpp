// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/nodes_pane.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "feed/wording.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/cells_model.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::lab {

using feed::qs;
using widgets::Cell;
using widgets::CellRow;

NodesPane::NodesPane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("labNodes"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* head = new widgets::PaneHead(tr("Nodes"), this);
    m_head = head;
    outer->addWidget(head);
    m_model = new widgets::CellsModel({QString(), tr("node"), tr("state"), tr("life"), tr("records"), tr("in doubt")}, this);
    m_model->setRightHeads({3, 4, 5});
    m_table = new widgets::DataTable(this);
    m_table->setObjectName(QStringLiteral("labNodesTable"));
    m_table->setAccessibleName(tr("Nodes of the cluster"));
    m_table->setModel(m_model);
    m_table->setColumns({36, -1, 104, 48, 72, 68});
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setItemDelegateForColumn(0, new widgets::PlateDelegate(m_table));
    outer->addWidget(m_table);

    auto* bar = new QWidget(this);
    auto* buttons = new QHBoxLayout(bar);
    buttons->setContentsMargins(12, 10, 12, 10);
    buttons->setSpacing(8);
    const struct {
        const char* word;
        QString label;
    } actions[] = {{"crash", tr("Crash")}, {"restart", tr("Restart")}, {"pause", tr("Suspend")}, {"resume", tr("Resume")}};
    for (const auto& action : actions) {
        auto* button = widgets::secondaryButton(action.label, bar);
        button->setObjectName(QStringLiteral("lab.") + QLatin1String(action.word));
        button->setProperty("word", QLatin1String(action.word));
        connect(button, &QPushButton::clicked, this, [this, word = QString::fromLatin1(action.word)] { run(word); });
        buttons->addWidget(button);
        m_actions << button;
    }
    buttons->addStretch();
    outer->addWidget(bar);
    outer->addWidget(new widgets::Rule(Qt::Horizontal, false, this));

    auto* linksHead = new widgets::PaneHead(tr("Links"), this);
    linksHead->setRemark(tr("press one to cut it in that direction, again to mend it"));
    outer->addWidget(linksHead);
    m_links = new QWidget(this);
    m_grid = new QGridLayout(m_links);
    m_grid->setContentsMargins(12, 12, 12, 16);
    m_grid->setSpacing(6);
    // Sixteen participants make 272 links: they scroll.
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_links);
    scroll->setWidgetResizable(true);
    scroll->viewport()->setAutoFillBackground(false);
    m_links->setAutoFillBackground(false);
    outer->addWidget(scroll, 1);

    connect(m_table, &widgets::DataTable::rowChosen, this, &NodesPane::showActions);
    connect(context.feed, &feed::Feed::secondPassed, this, [this] {
        if (isVisible()) refresh();
    });
    connect(context.feed, &feed::Feed::timeChanged, this, &NodesPane::refresh);
    refresh();
}

QString NodesPane::selectedNode() const {
    const int row = m_table->currentIndex().row();
    return row < 0 || row >= m_model->rowCount() ? QString() : m_model->row(row).cells[0].plate;
}

void NodesPane::refresh() {
    const auto& view = m_context.feed->view();
    QList<CellRow> rows;
    std::vector<base::NodeId> nodes;
    for (const auto& node : view.nodes()) {
        nodes.push_back(node.node);
        CellRow row;
        auto number = [](quint64 n) {
            Cell cell;
            cell.text = feed::countText(n);
            cell.right = true;
            return cell;
        };
        Cell plate, name, state;
        plate.plate = qs(node.node.name());
        name.text = feed::nodeTitle(view, node.node);
        if (const QString role = tr("coordinator"); node.coordinator && name.text.compare(role, Qt::CaseInsensitive) != 0) name.tail = role;
        switch (node.state) {
            case view::NodeState::up: state.text = tr("up"), state.glyph = theme::Glyph::Check; break;
            case view::NodeState::down: state.text = tr("down"), state.glyph = theme::Glyph::Crash; break;
            case view::NodeState::suspended: state.text = tr("suspended"), state.glyph = theme::Glyph::Suspended; break;
            default: state.text = tr("unknown"), state.glyph = theme::Glyph::Undetermined;
        }
        row.cells = {plate, name, state, number(node.incarnation), number(node.last_lsn), number(node.in_doubt)};
        rows << row;
    }
    m_model->setRows(rows);
    m_table->setFixedHeight(theme::grid::tableHead + std::max<int>(1, static_cast<int>(rows.size())) * theme::grid::row + 1);
    if (!m_table->currentIndex().isValid() && !rows.isEmpty()) m_table->setCurrentIndex(m_model->index(0, 0));
    if (nodes != m_nodes) buildLinks(nodes);
    m_links->setEnabled(m_context.feed->actable());
    m_head->setRemark(m_context.feed->actable() ? tr("acts on the live cluster") : tr("as of %1, read only").arg(feed::timeText(m_context.feed->nowHlc(), m_context.session->zone(), feed::Precision::Seconds)));
    showActions();
}

void NodesPane::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::tokensOf(this).surface);
}

void NodesPane::showActions() {
    const QString id = selectedNode();
    const auto commands = m_context.commands->list();
    for (auto* button : m_actions) {
        const QString wanted = QStringLiteral("node.%1.%2").arg(button->property("word").toString(), id);
        const auto at = std::find_if(commands.begin(), commands.end(), [&](const feed::Command& c) { return c.id == wanted; });
        const QString why = at == commands.end() ? tr("choose a node") : at->whyNot ? at->whyNot() : QString();
        button->setEnabled(why.isEmpty());
        button->setToolTip(why);
        button->setAccessibleName(at == commands.end() ? button->text() : at->text);
    }
}

void NodesPane::run(const QString& word) {
    if (const QString id = selectedNode(); !id.isEmpty()) m_context.navigator->run(QStringLiteral("node.%1.%2").arg(word, id));
}

void NodesPane::buildLinks(const std::vector<base::NodeId>& nodes) {
    m_nodes = nodes;
    m_switches.clear();
    while (auto* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_grid->addWidget(new widgets::TextLabel(tr("from \\ to"), theme::TextRole::Head, widgets::Ink::Muted, m_links), 0, 0);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        m_grid->addWidget(new widgets::Plate(qs(nodes[i].name()), m_links), 0, static_cast<int>(i) + 1, Qt::AlignCenter);
        m_grid->addWidget(new widgets::Plate(qs(nodes[i].name()), m_links), static_cast<int>(i) + 1, 0, Qt::AlignLeft | Qt::AlignVCenter);
        for (std::size_t j = 0; j < nodes.size(); ++j) {
            if (i == j) continue;
            const QString key = QStringLiteral("%1 to %2").arg(qs(nodes[i].name()), qs(nodes[j].name()));
            auto* link = new QPushButton(tr("flows"), m_links);
            link->setCheckable(true);
            link->setObjectName(QStringLiteral("link.") + key);
            link->setAccessibleName(tr("Link %1").arg(key));
            link->setMinimumWidth(64);
            m_switches[key] = link;
            connect(link, &QPushButton::clicked, this, [this, key](bool cut) {
                if (cut) emit ruleWanted(QStringLiteral("cut ") + key);
                else if (m_cuts.contains(key)) emit clearWanted(m_cuts[key]);
            });
            m_grid->addWidget(link, static_cast<int>(i) + 1, static_cast<int>(j) + 1);
        }
    }
    m_grid->setColumnStretch(static_cast<int>(nodes.size()) + 1, 1);
    m_grid->setRowStretch(static_cast<int>(nodes.size()) + 1, 1);
}

void NodesPane::setFaults(const std::vector<client::Fault>& faults) {
    m_cuts.clear();
    for (const auto& fault : faults) {
        const QStringList words = qs(fault.rule).split(u' ', Qt::SkipEmptyParts);
        if (!fault.active || words.size() < 4 || words[0] != QLatin1String("cut")) continue;
        m_cuts[QStringLiteral("%1 to %2").arg(words[1], words[3])] = fault.id;
        if (words[2] == QLatin1String("and")) m_cuts[QStringLiteral("%1 to %2").arg(words[3], words[1])] = fault.id;
    }
    for (auto it = m_switches.begin(); it != m_switches.end(); ++it) {
        const QSignalBlocker quiet(it.value());
        it.value()->setChecked(m_cuts.contains(it.key()));
        it.value()->setText(m_cuts.contains(it.key()) ? tr("cut") : tr("flows"));
    }
}

}  // namespace indoubt::console::lab
