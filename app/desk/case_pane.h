// SPDX-License-Identifier: GPL-3.0-or-later
// The middle of the Desk: the payment's head, its timeline, the evidence (money, events, references, history beside it), what
// would happen to the books, and who waits behind it. GUI thread.
#pragma once
#include <QWidget>
#include <optional>

#include "desk/case_facts.h"
#include "theme/fonts.h"
#include "view/timeline_model.h"

class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace indoubt::console::timeline {
class TimelinePanel;
}
namespace indoubt::console::widgets {
class AmountLabel;
class Chip;
class DataTable;
class ElidedLabel;
class PaneHead;
class SegmentedControl;
class StateChip;
class TextLabel;
}  // namespace indoubt::console::widgets

namespace indoubt::console::desk {

class CasePane : public QWidget {
    Q_OBJECT
  public:
    CasePane(const feed::Context& context, QWidget* parent);
    void refresh();
    void previewForce(const Force& force);
    widgets::DataTable* evidence() const { return m_tables[0]; }

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;

  private:
    QWidget* makeHead();
    QWidget* makeEvidence();
    QWidget* makeWhatIf();
    QWidget* makeWaiting();
    widgets::DataTable* addTable(const QStringList& heads, const QList<int>& widths, const QString& name, const QList<int>& amounts = {}, int plate = -1);
    void showHead(const view::Transaction& transaction, std::int64_t now);
    void chooseBranch(const view::Transaction& transaction);
    void readAgain();
    void writeNote();
    void remark(client::Action action, const QString& words, const QString& ticket, const QString& done);
    void showWaiting(const view::Transaction& transaction, std::int64_t now);
    void showWhatIf(const view::Transaction& transaction);
    void setWhatIfColumns();
    void fillWhatIfChoices(const view::Transaction& transaction);

    feed::Context m_context;
    base::Xid m_xid;
    QWidget *m_case, *m_nothing;
    widgets::TextLabel* m_reference;
    widgets::AmountLabel* m_amount;
    widgets::StateChip* m_state;
    widgets::Chip *m_due, *m_held, *m_waits, *m_heuristic, *m_claimed;
    QPushButton *m_claim, *m_note, *m_again;
    widgets::ElidedLabel *m_parties, *m_accounts;
    timeline::TimelinePanel* m_timeline = nullptr;
    widgets::SegmentedControl* m_tab = nullptr;
    QStackedWidget* m_stack;
    QList<widgets::DataTable*> m_tables;
    QList<widgets::CellsModel*> m_models;
    QVBoxLayout* m_below;
    std::shared_ptr<const view::TimelineModel> m_eventsShown;
    bool m_narrow = false;
    QWidget *m_whatIfPane, *m_waitingPane;
    widgets::PaneHead *m_evidenceHead, *m_whatIfHead, *m_waitingHead;
    widgets::SegmentedControl* m_choice = nullptr;
    std::vector<std::optional<Force>> m_choices;
    widgets::DataTable *m_whatIf, *m_waiting;
    widgets::CellsModel *m_whatIfModel, *m_waitingModel;
    widgets::TextLabel* m_consequence;
};

}  // namespace indoubt::console::desk
