// SPDX-License-Identifier: GPL-3.0-or-later
// One of a few: Folded | Order | Clock. Arrow keys move, one tab stop.
#pragma once
#include <QStringList>
#include <QWidget>

namespace indoubt::console::widgets {

class SegmentedControl : public QWidget {
    Q_OBJECT
    Q_PROPERTY(int currentIndex READ currentIndex WRITE setCurrentIndex NOTIFY currentChanged USER true)
  public:
    explicit SegmentedControl(const QStringList& labels, QWidget* parent = nullptr);
    int currentIndex() const { return m_current; }
    int count() const { return static_cast<int>(m_labels.size()); }
    QString label(int index) const { return m_labels.value(index); }
    void setLabel(int index, const QString& label);        // "Events 20"
    void setSegmentEnabled(int index, bool enabled, const QString& why = {});
    void setCurrentIndex(int index);                        // emits when it changes
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  signals:
    void currentChanged(int index);

  protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void leaveEvent(QEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    bool event(QEvent*) override;

  private:
    QRect segment(int index) const;
    int at(QPoint pos) const;
    QStringList m_labels, m_why;
    QList<bool> m_enabled;
    int m_current = 0, m_hover = -1;
};

}  // namespace indoubt::console::widgets
