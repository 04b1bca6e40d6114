// SPDX-License-Identifier: GPL-3.0-or-later
// The recorded fields as indented text beside the bytes: `node: "B"`, `payload {`. The chosen field stands out; a click
// chooses one.
#pragma once
#include <QAbstractScrollArea>

#include "log/fields.h"

namespace indoubt::console::log {

class RecordTextView : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit RecordTextView(QWidget* parent = nullptr);
    void setRecorded(const Recorded& recorded);
    void setField(int field);  // -1: none
    QString asText() const;
    QSize sizeHint() const override { return {280, 120}; }

  signals:
    void fieldChosen(int field);

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void changeEvent(QEvent*) override;

  private:
    struct Line {
        int field;
        QString text;
        int depth;
    };
    void measure();
    QList<Line> m_lines;
    int m_field = -1;
};

}  // namespace indoubt::console::log
