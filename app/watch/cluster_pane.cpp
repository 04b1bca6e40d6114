// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/cluster_pane.h"

#include <QMenu>
#include <QVBoxLayout>
#include <algorithm>
#include <chrono>
#include <cmath>

#include "feed/wording.h"
#include "watch/cluster_map.h"
#include "widgets/pane_head.h"

namespace indoubt::console::watch {

using feed::qs;

namespace {

std::int64_t steadyNs() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

QString syncText(const view::NodeRow& row) {
    if (row.recent_sync_ns.empty()) return ClusterPane::tr("no fsync yet");
    auto sorted = row.recent_sync_ns;
    const auto at = static_cast<std::ptrdiff_t>(std::min(sorted.size() - 1, static_cast<std::size_t>(std::ceil(static_cast<double>(sorted.size()) * 0.99)) - 1));
    std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
    return ClusterPane::tr("fsync %1").arg(feed::ageText(sorted[static_cast<std::size_t>(at)]));
}

double begunPerSecond(const view::View& view, std::int64_t nowHlc) {
    const std::int64_t now = nowHlc / 1'000'000'000;
    double begun = 0;
    for (const auto& second : view.flow(now - 5))
        if (second.second < now) begun += second.begun / 5.0;
    return begun;
}

}  // namespace

void fillNodeMenu(QMenu* menu, const feed::Context& context, base::NodeId node) {
    const QString id = qs(node.name());
    menu->setToolTipsVisible(true);
    for (const auto& command : context.commands->list()) {
        if (!command.id.startsWith(QLatin1String("node.")) || !command.id.endsWith(u'.' + id)) continue;
        auto* action = menu->addAction(theme::glyphIcon(command.glyph), command.text);
        const QString why = command.whyNot ? command.whyNot() : QString();
        action->setEnabled(why.isEmpty());
        action->setToolTip(why);
        QObject::connect(action, &QAction::triggered, context.commands, [commands = context.commands, name = command.id] { commands->run(name); });
    }
}

ClusterPane::ClusterPane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("clusterPane"));
    m_head = new widgets::PaneHead(tr("Cluster"), this);
    m_head->setRight(tr("messages/s, forced write p99"));
    m_map = new ClusterMap(this);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_head);
    outer->addWidget(m_map, 1);
    connect(m_map, &ClusterMap::chosen, context.selection, &feed::Selection::selectNode);
    connect(m_map, &ClusterMap::menuRequested, this, [this](base::NodeId node, QPoint pos) {
        QMenu menu(this);
        fillNodeMenu(&menu, m_context, node);
        menu.exec(pos);
    });
    connect(context.selection, &feed::Selection::nodeChanged, this, [this] { m_map->setSelected(m_context.selection->node()); });
    connect(context.feed, &feed::Feed::secondPassed, this, [this] {
        ask();
        refresh();
    });
    connect(context.feed, &feed::Feed::timeChanged, this, &ClusterPane::refresh);
}

void ClusterPane::ask() {
    if (m_asking || !isVisible() || !m_context.executor->hasClient()) return;
    m_asking = true;
    m_context.executor->run(this, {}, [](client::OperatorClient& c) { return c.info(); }, [this](const base::Result<client::ClusterInfo>& info) {
        m_asking = false;
        if (!info.ok()) return;
        const std::int64_t at = steadyNs();
        const double seconds = static_cast<double>(at - m_askedAtNs) / 1e9;
        const bool recent = m_askedAtNs != 0 && seconds < 3;  // since this was last in front much may have happened: that is no rate of now
        // Each node counts what it sends; what the coordinator sends is shared out by who answers how much.
        double participants = 0, coordinator = 0;
        for (const auto& node : info->nodes) {
            auto& counted = m_counted[node.node];
            // A restart begins again at zero: no rate until the next answer.
            counted.rate = recent && node.messages >= counted.messages ? static_cast<double>(node.messages - counted.messages) / seconds : -1;
            counted.messages = node.messages;
            (node.coordinator ? coordinator : participants) += std::max(counted.rate, 0.0);
        }
        if (participants > 0)
            for (const auto& node : info->nodes)
                if (auto& counted = m_counted[node.node]; !node.coordinator && counted.rate > 0) counted.rate += coordinator * counted.rate / participants;
        m_askedAtNs = at;
        refresh();
    });
}

void ClusterPane::refresh() {
    if (!isVisible()) return;
    const auto& view = m_context.feed->view();
    const std::int64_t now = m_context.feed->nowHlc();
    const auto zone = m_context.session->zone();
    const bool past = m_context.feed->isPast(), lost = !past && m_context.feed->outOfTouch();
    m_head->setRight(past || lost ? tr("as of %1, forced write p99").arg(feed::timeText(now, zone, feed::Precision::Seconds)) : tr("messages/s, forced write p99"));
    bool coordinatorDown = false;
    QList<MapNode> nodes;
    for (const auto& row : view.nodes()) {
        MapNode node;
        node.node = row.node;
        node.id = qs(row.node.name());
        node.name = row.coordinator && row.title.empty() ? tr("Coordinator") : row.title.empty() ? node.id : qs(row.title);
        node.coordinator = row.coordinator;
        node.state = lost ? view::NodeState::unknown : row.state;
        if (lost) {
            // As of then it was up or down; now nobody here knows.
            node.first = tr("not known");
            node.second = row.state == view::NodeState::down ? tr("was down") : row.state == view::NodeState::suspended ? tr("was suspended") : tr("was up");
        } else if (row.state == view::NodeState::down) {
            if (row.coordinator) coordinatorDown = true;
            node.first = tr("no answer %1").arg(feed::ageText((now - row.since_hlc) / 1'000'000'000 * 1'000'000'000));
            node.second = tr("last %1").arg(feed::timeText(row.last_hlc, zone).chopped(2));
        } else if (row.state == view::NodeState::suspended) {
            node.first = tr("suspended %1").arg(feed::ageText((now - row.since_hlc) / 1'000'000'000 * 1'000'000'000));
            node.second = feed::counted(row.locks, tr("1 lock held"), tr("%1 locks held"));
        } else {
            node.first = row.coordinator ? tr("%1 begin/s").arg(std::lround(begunPerSecond(view, now))) : feed::counted(row.locks, tr("1 lock held"), tr("%1 locks held"));
            node.second = syncText(row);
        }
        if (!row.coordinator) {
            const auto counted = m_counted.find(row.node);
            if (counted != m_counted.end() && counted->second.rate >= 0 && m_context.feed->actable()) {
                const double rate = counted->second.rate;
                const QString text = rate > 0 && rate < 9.95 ? QString::number(rate, 'f', 1) : feed::countText(static_cast<std::uint64_t>(std::lround(rate)));
                node.link = !coordinatorDown ? text : rate > 0 ? tr("asks %1/s").arg(text) : QString();
            }
            for (const auto& fault : view.faults())
                if (fault.active && fault.rule.rfind("cut ", 0) == 0 && qs(fault.rule).split(u' ').contains(node.id)) node.cut = true;
        }
        nodes << node;
    }
    m_map->setNodes(nodes);
}

}  // namespace indoubt::console::watch
