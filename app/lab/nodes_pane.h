// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes with what may be done to them, and the links between them: one switch per direction, on = messages flow.
#pragma once
#include <QHash>
#include <QWidget>
#include <vector>

#include "feed/place.h"

class QGridLayout;
class QPushButton;

namespace indoubt::console::widgets {
class CellsModel;
class DataTable;
class PaneHead;
}  // namespace indoubt::console::widgets

namespace indoubt::console::lab {

class NodesPane : public QWidget {
    Q_OBJECT
  public:
    NodesPane(const feed::Context& context, QWidget* parent);
    void refresh();
    void setFaults(const std::vector<indoubt::client::Fault>& faults);
    widgets::DataTable* table() const { return m_table; }

  signals:
    void ruleWanted(const QString& rule);
    void clearWanted(quint64 id);

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    widgets::PaneHead* m_head = nullptr;
    void buildLinks(const std::vector<base::NodeId>& nodes);
    void run(const QString& word);
    void showActions();
    QString selectedNode() const;

    feed::Context m_context;
    widgets::CellsModel* m_model;
    widgets::DataTable* m_table;
    QList<QPushButton*> m_actions;
    QWidget* m_links;
    QGridLayout* m_grid;
    std::vector<base::NodeId> m_nodes;
    QHash<QString, QPushButton*> m_switches;  // "T to A"
    QHash<QString, quint64> m_cuts;
};

}  // namespace indoubt::console::lab
