// SPDX-License-Identifier: GPL-3.0-or-later
// Faults: recipes with what one will see, a rule composed by choice or by hand, and the rules that are set, with their hits.
#pragma once
#include <QWidget>
#include <vector>

#include "feed/place.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace indoubt::console::widgets {
class CellsModel;
class DataTable;
class EmptyState;
class TextLabel;
}  // namespace indoubt::console::widgets

namespace indoubt::console::lab {

class FaultsPane : public QWidget {
    Q_OBJECT
  public:
    FaultsPane(const feed::Context& context, QWidget* parent);
    void reload();                       // from the cluster
    void addRule(const QString& rule);
    void clearRule(quint64 id);
    widgets::DataTable* table() const { return m_table; }

  signals:
    void changed(const std::vector<indoubt::client::Fault>& faults);

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    void showPossible();
    QWidget* makeRecipes();
    QWidget* makeComposer();
    void compose();
    void show(const std::vector<client::Fault>& faults);
    feed::Context m_context;
    QComboBox *m_what, *m_message, *m_from, *m_to;
    QLineEdit* m_rule;
    QPushButton *m_add, *m_clear, *m_heal, *m_traffic, *m_noTraffic;
    QList<QPushButton*> m_recipes;
    widgets::TextLabel* m_problem;
    widgets::CellsModel* m_model;
    widgets::DataTable* m_table;
    widgets::EmptyState* m_none;
    std::vector<client::Fault> m_faults;
};

}  // namespace indoubt::console::lab
