// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/phase_canvas.h"

#include <QPainter>
#include <algorithm>

#include "feed/wording.h"
#include "theme/fonts.h"
#include "theme/theme.h"

namespace indoubt::console::lab {

using commit::Phase;
using simulation::explore::PhaseStep;

namespace {

constexpr qreal boxWidth = 128, boxHeight = 30, rowPitch = 84, top = 34, side = 12;

// From left to right as a payment goes; towards commit above, towards abort below.
int rankOf(Phase phase) {
    switch (phase) {
        case Phase::none: return 0;
        case Phase::active:
        case Phase::preparing: return 1;
        case Phase::prepared:
        case Phase::deciding: return 2;
        case Phase::pre_committed:
        case Phase::pre_aborted: return 3;
        case Phase::committing:
        case Phase::aborting: return 4;
        default: return 5;
    }
}

int rowOf(Phase phase) {
    switch (phase) {
        case Phase::pre_committed:
        case Phase::committing:
        case Phase::committed: return 0;
        case Phase::pre_aborted:
        case Phase::aborting:
        case Phase::aborted: return 2;
        default: return 1;
    }
}

}  // namespace

QString phaseWord(Phase phase) { return phase == Phase::none ? PhaseCanvas::tr("no machine") : feed::qs(commit::word(phase)); }

theme::Glyph phaseGlyph(Phase phase) {
    using theme::Glyph;
    switch (phase) {
        case Phase::active: return Glyph::Active;
        case Phase::preparing:
        case Phase::deciding: return Glyph::Preparing;
        case Phase::prepared:
        case Phase::pre_committed:
        case Phase::pre_aborted: return Glyph::InDoubt;
        case Phase::committing: return Glyph::Committing;
        case Phase::committed: return Glyph::Committed;
        case Phase::aborting: return Glyph::Aborting;
        case Phase::aborted: return Glyph::Aborted;
        case Phase::heuristic: return Glyph::Heuristic;
        default: return Glyph::None;
    }
}

PhaseCanvas::PhaseCanvas(const QString& name, QWidget* parent) : QWidget(parent), m_name(name) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setSizePolicy(policy);
    describe();
}

void PhaseCanvas::setSteps(const Steps& steps, int firstNumber) {
    m_steps = steps;
    m_first = firstNumber;
    m_column.clear();
    QMap<int, int> columns;
    for (const auto& step : m_steps)
        for (const Phase phase : {step.from, step.to}) m_column[phase] = rankOf(phase), columns[rankOf(phase)] = 0;
    m_columns = 0;
    for (auto it = columns.begin(); it != columns.end(); ++it) it.value() = m_columns++;
    for (auto it = m_column.begin(); it != m_column.end(); ++it) it.value() = columns[it.value()];
    describe();
    update();
}

void PhaseCanvas::setLit(const QMap<Phase, QStringList>& nodes) {
    if (nodes == m_lit) return;
    m_lit = nodes;
    describe();
    update();
}

void PhaseCanvas::describe() {
    QStringList words;
    for (auto it = m_lit.begin(); it != m_lit.end(); ++it) words << tr("%1: %2").arg(it.value().join(QStringLiteral(", ")), phaseWord(it.key()));
    setAccessibleName(tr("State diagram: %1").arg(m_name));
    setAccessibleDescription(tr("%1 arrows, listed in the table of arrows. %2").arg(m_steps.size()).arg(words.join(QStringLiteral("; "))));
}

QSize PhaseCanvas::sizeHint() const { return {720, static_cast<int>(top + 2 * rowPitch + boxHeight + 24)}; }

QRectF PhaseCanvas::box(Phase phase) const {
    if (!m_column.contains(phase)) return {};
    const qreal pitch = m_columns > 1 ? (width() - 2 * side - boxWidth) / (m_columns - 1) : 0;
    return {side + pitch * m_column[phase], top + rowPitch * rowOf(phase), boxWidth, boxHeight};
}

QPainterPath PhaseCanvas::path(const PhaseStep& step) const {
    const QRectF to = box(step.to);
    if (step.restarted) {  // from nothing: a short stroke from above
        QPainterPath drop({to.left() + 18, to.top() - 20});
        drop.lineTo(to.left() + 18, to.top());
        return drop;
    }
    const QRectF at = box(step.from);
    const int span = m_column[step.to] - m_column[step.from], rise = rowOf(step.to) - rowOf(step.from);
    if (span <= 0) {  // in the same column
        QPainterPath line({at.center().x(), rise > 0 ? at.bottom() : at.top()});
        line.lineTo(to.center().x(), rise > 0 ? to.top() : to.bottom());
        return line;
    }
    QPainterPath made({at.right(), at.center().y()});
    if (span < 2) {
        made.lineTo(to.left(), to.center().y());
    } else if (rise == 0) {  // past the boxes between: below the upper row and the middle one, above the lower one
        const qreal bend = rowOf(step.to) == 2 ? -40 : 40;
        const QPointF from{at.right() - 18, bend > 0 ? at.bottom() : at.top()}, tip{to.left() + 30, bend > 0 ? to.bottom() : to.top()};
        made = QPainterPath(from);
        made.cubicTo({from.x() + 30, from.y() + bend}, {tip.x() - 30, tip.y() + bend}, tip);
    } else {  // leave the row at once, then run between the rows
        const QPointF tip{to.left() + 18, rise < 0 ? to.bottom() : to.top()};
        const qreal between = tip.y() + (rise < 0 ? 26 : -26);
        made.cubicTo({made.currentPosition().x() + 40, between}, {tip.x() - 60, between}, tip);
    }
    return made;
}

void PhaseCanvas::paintArrow(QPainter& painter, const PhaseStep& step) const {
    const auto& t = theme::tokensOf(this);
    const QPainterPath line = path(step);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(t.muted, 1.5, step.restarted ? Qt::DashLine : Qt::SolidLine));
    painter.drawPath(line);
    painter.setPen(QPen(t.muted, 1.5));
    const QPointF tip = line.pointAtPercent(1);
    const QLineF back(tip, line.pointAtPercent(0.92));
    for (const int turn : {24, -24}) {
        QLineF barb = back;
        barb.setLength(7);
        barb.setAngle(back.angle() + turn);
        painter.drawLine(barb);
    }
}

void PhaseCanvas::paintLabel(QPainter& painter, std::size_t step, QList<QRectF>& placed) const {
    const auto& t = theme::tokensOf(this);
    const QPainterPath line = path(m_steps[step]);
    QStringList inputs;
    for (const auto& input : m_steps[step].inputs) inputs << feed::qs(input);
    const QString number = QString::number(m_first + static_cast<int>(step));
    const QString all = number + u' ' + inputs.join(QStringLiteral(", "));
    const QFontMetricsF metrics(painter.font());
    const auto frameOf = [&](const QString& text, qreal at) {
        QRectF frame(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height());
        frame.moveCenter(line.pointAtPercent(at));
        if (m_steps[step].restarted) frame.moveLeft(line.pointAtPercent(0).x() + 4);
        frame.moveLeft(std::clamp(frame.left(), 2.0, std::max(2.0, width() - frame.width() - 2)));
        return frame;
    };
    QString text = number;
    QRectF frame = frameOf(number, 0.5);
    const auto free = [&](const QRectF& one) { return std::none_of(placed.begin(), placed.end(), [&](const QRectF& other) { return other.intersects(one); }); };
    for (const QString& wanted : {all, number}) {
        bool found = false;
        // An arrow that its own words hide is none.
        if (wanted == all && !m_steps[step].restarted && frameOf(all, 0.5).width() > line.length() - 24) continue;
        for (const qreal at : {0.5, 0.36, 0.25, 0.64, 0.75, 0.15})
            if (const QRectF one = frameOf(wanted, at); !found && free(one)) frame = one, text = wanted, found = true;
        if (found) break;
    }
    placed << frame;
    painter.fillRect(frame, t.surface);
    painter.setPen(t.text);
    painter.drawText(frame, Qt::AlignCenter, text);
}

void PhaseCanvas::paintBox(QPainter& painter, Phase phase) const {
    const auto& t = theme::tokensOf(this);
    const QRectF at = box(phase);
    const QStringList nodes = m_lit.value(phase);
    painter.setPen(nodes.isEmpty() ? QPen(t.fieldEdge, 1, phase == Phase::none ? Qt::DashLine : Qt::SolidLine) : QPen(t.accent, 2.5));
    painter.setBrush(nodes.isEmpty() ? t.panel : t.activeTint);
    painter.drawRoundedRect(at, 4, 4);
    const auto glyph = phaseGlyph(phase);
    qreal left = at.left() + 8;
    if (glyph != theme::Glyph::None) theme::paintGlyph(painter, glyph, {left, at.center().y() - 8, 16, 16}, t), left += 22;
    painter.setFont(theme::font(nodes.isEmpty() ? theme::TextRole::Body : theme::TextRole::Strong));
    painter.setPen(phase == Phase::none ? t.muted : t.text);
    painter.drawText(QRectF(left, at.top(), at.right() - left - 4, at.height()), Qt::AlignLeft | Qt::AlignVCenter, phaseWord(phase));
    qreal x = at.right() - 2;
    for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {  // the plates sit on the lower edge
        x -= 18;
        theme::paintPlate(painter, {x, at.bottom() - 6, 16, 16}, *it, t);
    }
}

void PhaseCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), theme::tokensOf(this).surface);
    for (const auto& step : m_steps) paintArrow(painter, step);
    QList<QRectF> placed;
    for (auto it = m_column.begin(); it != m_column.end(); ++it) {
        paintBox(painter, it.key());
        placed << box(it.key());
    }
    painter.setFont(theme::font(theme::TextRole::Axis));
    for (std::size_t i = 0; i < m_steps.size(); ++i) paintLabel(painter, i, placed);
}

}  // namespace indoubt::console::lab
