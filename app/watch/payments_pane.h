// SPDX-License-Identifier: GPL-3.0-or-later
// PAYMENTS: the live list with its filter line, pinned filters, "12 new" and the cell menu.
#pragma once
#include <QWidget>

#include "feed/place.h"
#include "watch/payments_model.h"

class QLabel;
class QPushButton;
class QHBoxLayout;

namespace indoubt::console::widgets {
class Chip;
class DataTable;
class EmptyState;
class FilterField;
class FilterLanguage;
class PaneHead;
class TextLabel;
}

namespace indoubt::console::watch {

class PaymentsPane : public QWidget {
    Q_OBJECT
  public:
    explicit PaymentsPane(const feed::Context& context, QWidget* parent = nullptr);
    ~PaymentsPane() override;
    void setFilter(const QString& filter);
    QString filter() const;
    void focusFilter();
    widgets::DataTable* table() const { return m_table; }
    PaymentsModel* model() const { return m_model; }

  signals:
    void tearOffRequested();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeHead();
    QWidget* makeFilterRow();
    void makeTable();
    void connectTable();
    void applyFilter(const QString& text);
    void showCounts();
    void showEmpty();
    void showRemark();
    void arrange();
    void showColumns();
    void letters();
    void followSelection();
    void showMenu(const QModelIndex& index, QPoint pos);
    void addPinned(const QString& name, const QString& filter);
    void loadPinned();
    void updateHold();
    QString cellFilter(const QModelIndex& index) const;

    feed::Context m_context;
    PaymentsModel* m_model;
    widgets::PaneHead* m_head;
    widgets::FilterField* m_field;
    widgets::DataTable* m_table;
    widgets::TextLabel *m_count, *m_countWords;
    widgets::EmptyState* m_empty;
    QPushButton *m_new, *m_columns;
    QHBoxLayout* m_pinned;
    QList<widgets::Chip*> m_chips;
    std::unique_ptr<widgets::FilterLanguage> m_language;
    QString m_filter;
    bool m_selecting = false;
    int m_room = 1;  // 0 the least a window may have, 2 the design's; no window begins wide
};

}  // namespace indoubt::console::watch
