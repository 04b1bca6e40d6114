// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/lab_place.h"

#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "lab/explore_page.h"
#include "lab/faults_pane.h"
#include "lab/nodes_pane.h"
#include "lab/protocol_page.h"
#include "widgets/data_table.h"
#include "widgets/pane_head.h"
#include "widgets/segmented_control.h"

namespace indoubt::console::lab {

LabPlace::LabPlace(const feed::Context& context, QWidget* parent) : Place(context, parent) {
    setObjectName(QStringLiteral("labPlace"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* head = new widgets::PaneHead(tr("Lab"), this);
    m_pages = new widgets::SegmentedControl({tr("Break"), tr("Protocols"), tr("Explore")}, head);
    m_pages->setObjectName(QStringLiteral("labPages"));
    m_pages->setAccessibleName(tr("Page of the Lab"));
    head->addLeft(m_pages);
    outer->addWidget(head);
    m_stack = new QStackedWidget(this);
    outer->addWidget(m_stack, 1);
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
    m_protocols = new ProtocolPage(context, this);
    m_explore = new ExplorePage(context, this);
    m_stack->addWidget(split);
    m_stack->addWidget(m_protocols);
    m_stack->addWidget(m_explore);
    connect(m_pages, &widgets::SegmentedControl::currentChanged, this, &LabPlace::pageChanged);
    connect(m_nodes, &NodesPane::ruleWanted, m_faults, &FaultsPane::addRule);
    connect(m_nodes, &NodesPane::clearWanted, m_faults, &FaultsPane::clearRule);
    connect(m_faults, &FaultsPane::changed, m_nodes, &NodesPane::setFaults);
}

void LabPlace::openPage(Page page) { m_pages->setCurrentIndex(page); }

void LabPlace::pageChanged() {
    m_stack->setCurrentIndex(m_pages->currentIndex());
    activate();
}

void LabPlace::activate() {
    switch (m_pages->currentIndex()) {
        case Protocols: return m_protocols->activate();
        case Explore: return;
        default: break;
    }
    m_nodes->refresh();
    m_faults->reload();
}

QList<QWidget*> LabPlace::regions() const {
    QList<QWidget*> regions{m_pages};
    switch (m_pages->currentIndex()) {
        case Protocols: return regions + m_protocols->regions();
        case Explore: return regions + m_explore->regions();
        default: return regions + QList<QWidget*>{m_nodes->table(), m_faults->table()};
    }
}

}  // namespace indoubt::console::lab
