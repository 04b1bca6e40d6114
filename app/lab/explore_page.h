// SPDX-License-Identifier: GPL-3.0-or-later
// The explorer at hand: a protocol or a counter-example, a budget, a run off this thread that tells how far it is and can be cancelled,
// and what it found: states, whether that was all, violations with their steps, who is blocked where.
#pragma once
#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>
#include <atomic>
#include <memory>

#include "feed/place.h"
#include "simulation/explore/run.h"

class QCheckBox;
class QComboBox;
class QPushButton;
class QSpinBox;

namespace indoubt::console::widgets {
class CellsModel;
class DataTable;
class PaneHead;
class TextLabel;
}  // namespace indoubt::console::widgets

namespace indoubt::console::lab {

class ExplorePage : public QWidget {
    Q_OBJECT
  public:
    ExplorePage(const feed::Context& context, QWidget* parent);
    ~ExplorePage() override;                 // cancels
    bool running() const { return m_run != nullptr; }
    QList<QWidget*> regions() const;

  signals:
    void finished();

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    // Written by the worker, read here.
    struct Run {
        std::atomic<bool> cancel{false};
        std::atomic<std::uint64_t> states{0}, generated{0}, memory{0};
        std::atomic<std::uint32_t> depth{0};
    };
    QWidget* makeBudget();
    QWidget* makeResults();
    simulation::explore::ExploreOptions options() const;
    void suggest();                          // a budget in which a counter-example fails
    void start();
    void cancel();
    void showProgress();
    void showResult(const base::Result<simulation::explore::Exploration>& answer, bool cancelled);
    void showSteps();
    void replay();                           // the violation that is chosen, in a timeline of its own
    void showPossible();
    const simulation::explore::Violation* chosen() const;  // null: none

    feed::Context m_context;
    QComboBox *m_choice, *m_detector;
    QSpinBox *m_participants, *m_faults, *m_crashes, *m_restarts, *m_ballots, *m_memory, *m_states;
    QCheckBox *m_cooperative, *m_readOnly, *m_classify;
    QPushButton *m_start, *m_cancel, *m_replay, *m_copy;
    widgets::TextLabel *m_progress, *m_verdict, *m_remarks;
    widgets::PaneHead* m_stepsHead;
    widgets::CellsModel *m_findings, *m_steps;
    widgets::DataTable *m_findingsTable, *m_stepsTable;
    std::shared_ptr<Run> m_run;              // null: none under way
    QTimer m_tick;
    QElapsedTimer m_clock;
    simulation::explore::Exploration m_found;
    QString m_explored;                      // the protocol that m_found is of
};

}  // namespace indoubt::console::lab
