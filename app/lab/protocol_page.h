// SPDX-License-Identifier: GPL-3.0-or-later
// One protocol of the family: its rules in short, the state diagrams of its two machines (found by running them, off this thread), where
// the selected payment stands in them if it runs this protocol, its costs measured beside the formula, what blocks and what breaks it.
#pragma once
#include <QHash>
#include <QWidget>
#include <atomic>
#include <memory>

#include "feed/place.h"
#include "lab/phase_canvas.h"
#include "simulation/cost_run.h"
#include "simulation/explore/run.h"

class QComboBox;
class QSpinBox;

namespace indoubt::console::widgets {
class CellsModel;
class DataTable;
class PaneHead;
class TextLabel;
}  // namespace indoubt::console::widgets

namespace indoubt::console::lab {

// All protocols by name, safe ones first; the item data is the name.
QComboBox* protocolBox(QWidget* parent);

class ProtocolPage : public QWidget {
    Q_OBJECT
  public:
    ProtocolPage(const feed::Context& context, QWidget* parent);
    ~ProtocolPage() override;                       // ends what runs for it
    QString protocol() const;
    void setProtocol(const QString& name);
    void activate();
    QList<QWidget*> regions() const;

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    QWidget* makeWords();
    QWidget* makeMachines();
    void showProtocol();
    void derive();
    void showDiagram(const simulation::explore::PhaseDiagram& diagram);
    void measure();
    void showCosts(const base::Result<std::vector<simulation::MeasuredCost>>& rows);
    void lookForBlocking();
    void showBlocking(const simulation::explore::Exploration& found);
    void light();

    using Flag = std::shared_ptr<std::atomic<bool>>;
    feed::Context m_context;
    QComboBox* m_choice;
    QSpinBox *m_participants, *m_faults;
    widgets::TextLabel *m_title, *m_rules, *m_blocks, *m_found, *m_breaks, *m_follow;
    widgets::PaneHead *m_coordinatorHead, *m_participantHead, *m_costsHead;
    PhaseCanvas *m_coordinator, *m_participant;
    widgets::CellsModel *m_arrows, *m_costs;
    widgets::DataTable *m_arrowsTable, *m_costsTable;
    QHash<QString, simulation::explore::PhaseDiagram> m_diagrams;
    Flag m_stop;                                    // of what runs for the protocol shown
    int m_costsAsked = 0;
};

}  // namespace indoubt::console::lab
