// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/lab_place.h"

#include <QSplitter>
#include <QVBoxLayout>

#include "lab/faults_pane.h"
#include "lab/nodes_pane.h"
#include "widgets/data_table.h"

namespace indoubt::console::lab {

LabPlace::LabPlace(const feed::Context& context, QWidget* parent) : Place(context, parent) {
    setObjectName(QStringLiteral("labPlace"));
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setObjectName(QStringLiteral("labSplit"));
    split->setChildrenCollapsible(false);
    m_nodes = new NodesPane(context, split);
    m_nodes->setMinimumWidth(450);
    m_faults = new FaultsPane(context, split);
    m_faults->setMinimumWidth(440);
    split->addWidget(m_nodes);
    split->addWidget(m_faults);
    split->setSizes({520, 848});
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(split);
    connect(m_nodes, &NodesPane::ruleWanted, m_faults, &FaultsPane::addRule);
    connect(m_nodes, &NodesPane::clearWanted, m_faults, &FaultsPane::clearRule);
    connect(m_faults, &FaultsPane::changed, m_nodes, &NodesPane::setFaults);
}

void LabPlace::activate() {
    m_nodes->refresh();
    m_faults->reload();
}

QList<QWidget*> LabPlace::regions() const { return {m_nodes->table(), m_faults->table()}; }

}  // namespace indoubt::console::lab
