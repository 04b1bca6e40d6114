// SPDX-License-Identifier: GPL-3.0-or-later
// A machine's state diagram, drawn from arrows that were found by running it. Only where a phase stands is decided here. What a payment
// is in now is lit, with the nodes that are there. The list beside it is its twin for those who do not see it.
#pragma once
#include <QMap>
#include <QPainterPath>
#include <QWidget>

#include "simulation/explore/phases.h"
#include "theme/glyphs.h"

namespace indoubt::console::lab {

QString phaseWord(commit::Phase phase);               // "in doubt" is not a phase: "prepared"; none: "no machine"
theme::Glyph phaseGlyph(commit::Phase phase);

class PhaseCanvas : public QWidget {
    Q_OBJECT
  public:
    using Steps = std::vector<simulation::explore::PhaseStep>;
    explicit PhaseCanvas(const QString& name, QWidget* parent = nullptr);
    void setSteps(const Steps& steps, int firstNumber = 1);
    void setLit(const QMap<commit::Phase, QStringList>& nodes);
    const QMap<commit::Phase, QStringList>& lit() const { return m_lit; }
    const Steps& steps() const { return m_steps; }
    QRectF box(commit::Phase phase) const;            // where it stands; empty: not in the diagram
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {520, sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    void describe();
    QPainterPath path(const simulation::explore::PhaseStep& step) const;
    void paintArrow(QPainter& painter, const simulation::explore::PhaseStep& step) const;
    // Its number in the table of arrows, and its inputs where that has room; takes its place among those placed.
    void paintLabel(QPainter& painter, std::size_t step, QList<QRectF>& placed) const;
    void paintBox(QPainter& painter, commit::Phase phase) const;
    QString m_name;
    Steps m_steps;
    QMap<commit::Phase, QStringList> m_lit;
    QMap<commit::Phase, int> m_column;                // of the phases that occur
    int m_columns = 0, m_first = 1;
};

}  // namespace indoubt::console::lab
