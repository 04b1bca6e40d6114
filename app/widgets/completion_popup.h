// SPDX-License-Identifier: GPL-3.0-or-later
// The list below a filter field. A child of the window, never a window of its own: focus stays in the field and no window
// manager has a say. Internal to app/widgets.
#pragma once
#include <QWidget>

#include "widgets/filter_field.h"

namespace indoubt::console::widgets {

class CompletionPopup : public QWidget {
    Q_OBJECT
  public:
    explicit CompletionPopup(FilterField* field);
    void show(const CompletionList& list, int cursorX);
    void move(int rows);
    int current() const { return m_current; }
    const CompletionList& list() const { return m_list; }
    QString rowText(int row) const;
    QString footText() const;    // "7 of 26 kinds": how many are in sight and how many there are

  signals:
    void taken(int row);

  protected:
    void paintEvent(QPaintEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void wheelEvent(QWheelEvent*) override;

  private:
    int visibleRows() const;
    int rowAt(int y) const;
    FilterField* m_field;
    CompletionList m_list;
    int m_current = 0, m_top = 0;
};

}  // namespace indoubt::console::widgets
