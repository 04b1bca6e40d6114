// SPDX-License-Identifier: GPL-3.0-or-later
// Lab, three pages: Break (nodes to crash, restart, suspend; links to cut; faults to inject), which acts on the live cluster and says
// so; Protocols and Explore, which run the same machines aside and touch no payment. Absent in production. Start page of the trainer.
#pragma once
#include "feed/place.h"

class QStackedWidget;

namespace indoubt::console::widgets {
class SegmentedControl;
}

namespace indoubt::console::lab {

class ExplorePage;
class FaultsPane;
class NodesPane;
class ProtocolPage;

class LabPlace : public feed::Place {
    Q_OBJECT
  public:
    explicit LabPlace(const feed::Context& context, QWidget* parent = nullptr);
    QString id() const override { return QStringLiteral("lab"); }
    QString title() const override { return tr("Lab"); }
    void activate() override;
    QList<QWidget*> regions() const override;

    enum Page { Break, Protocols, Explore };
    void openPage(Page page);

  private:
    void pageChanged();
    widgets::SegmentedControl* m_pages;
    QStackedWidget* m_stack;
    ProtocolPage* m_protocols;
    ExplorePage* m_explore;
    NodesPane* m_nodes;
    FaultsPane* m_faults;
};

}  // namespace indoubt::console::lab
