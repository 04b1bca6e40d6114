// SPDX-License-Identifier: GPL-3.0-or-later
// The 32 px head of every pane: TITLE in capitals, a muted remark, then whatever stands at the right.
#pragma once
#include <QWidget>

class QHBoxLayout;

namespace indoubt::console::widgets {

class PaneHead : public QWidget {
    Q_OBJECT
  public:
    explicit PaneHead(const QString& title, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setRemark(const QString& remark);       // beside the title: "by cause"
    void setRight(const QString& text);          // muted text at the right: "312 in 1 cause"
    void addLeft(QWidget* control);              // after the remark: a segmented control
    void addRight(QWidget* control);             // from left to right at the right end; 24 px controls
    QString title() const { return m_title; }
    QString remark() const { return m_remark; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    void measure();
    QString m_title, m_remark;
    class QSpacerItem* m_lead;
    QHBoxLayout* m_layout;
    class ElidedLabel* m_right;
};

// A pane: head over body, 1 px lower and right edges drawn by the splitter, never by the pane.
class Pane : public QWidget {
    Q_OBJECT
  public:
    Pane(const QString& title, QWidget* body, QWidget* parent = nullptr);
    PaneHead* head() const { return m_head; }
    QWidget* body() const { return m_body; }

  protected:
    void paintEvent(QPaintEvent*) override;  // surface under the body

  private:
    PaneHead* m_head;
    QWidget* m_body;
};

// A 1 px horizontal or vertical rule in border (or divider) colour.
class Rule : public QWidget {
    Q_OBJECT
  public:
    explicit Rule(Qt::Orientation orientation, bool divider = false, QWidget* parent = nullptr);

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    bool m_divider;
};

}  // namespace indoubt::console::widgets
