// SPDX-License-Identifier: GPL-3.0-or-later
// The left of the Desk: causes with the remedy that forces nothing, the queues with their counts, and the chosen queue.
#pragma once
#include <QHash>
#include <QSet>
#include <QWidget>

#include "desk/queue_model.h"

class QButtonGroup;
class QVBoxLayout;

namespace indoubt::console::widgets {
class CauseCard;
class CountRow;
class DataTable;
class EmptyState;
class FilterField;
class PaneHead;
class TextLabel;
}  // namespace indoubt::console::widgets

namespace indoubt::console::desk {

class QueuesPane : public QWidget {
    Q_OBJECT
  public:
    QueuesPane(const feed::Context& context, QWidget* parent);
    ~QueuesPane() override;
    void refresh();
    void focusFilter();
    void setFilter(const QString& text);
    void setWatched(const std::vector<base::Xid>& xids);
    widgets::DataTable* table() const { return m_table; }
    QueueModel* model() const { return m_model; }

  private:
    void addQueue(Queue queue, theme::Glyph glyph, const QString& words);
    void showCauses();
    void showEmpty();
    void applyFilter(const QString& text);
    void followSelection();

    feed::Context m_context;
    QueueModel* m_model;
    widgets::PaneHead* m_head;
    QVBoxLayout* m_cards;
    widgets::EmptyState* m_nothing;
    widgets::TextLabel* m_empty;
    QButtonGroup* m_group;
    QHash<int, widgets::CountRow*> m_rows;
    QHash<QString, widgets::CauseCard*> m_causes;
    class Language;
    std::unique_ptr<Language> m_language;
    widgets::FilterField* m_filter;
    widgets::DataTable* m_table;
    bool m_following = false;
};

}  // namespace indoubt::console::desk
