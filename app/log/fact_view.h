// SPDX-License-Identifier: GPL-3.0-or-later
// DETAIL: the facts of one event as a tree. Choosing a row shows its bytes; a row that names another event jumps there on
// double click or Enter; a row's menu offers it as a filter.
#pragma once
#include <QTreeView>

#include "log/fact_model.h"

namespace indoubt::console::log {

class FactView : public QTreeView {
    Q_OBJECT
  public:
    explicit FactView(QWidget* parent = nullptr);
    void setEmptyText(const QString& text) { m_emptyText = text; }
    void setFacts(const QList<Fact>& facts);  // keeps which headings are folded and, where possible, the chosen field
    void choosePath(const QString& path);     // without pathChosen
    FactModel* facts() const { return m_model; }
    QString asText() const;

  signals:
    void pathChosen(const QString& path);
    void eventRequested(const indoubt::events::EventRef& event);
    void filterRequested(const QString& term);

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void mousePressEvent(QMouseEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

  private:
    void jump(const QModelIndex& index);
    FactModel* m_model;
    QSet<QString> m_closed;
    QString m_path, m_emptyText;
    bool m_quiet = false;
};

}  // namespace indoubt::console::log
