// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chip.h"

#include <QPainter>
#include <cmath>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/strokes.h"
#include "theme/theme.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

Chip::Chip(const QString& text, theme::Glyph glyph, QWidget* parent) : QAbstractButton(parent), m_glyph(glyph) {
    setText(text);
    setAccessibleName(text);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
}

void Chip::setGlyph(theme::Glyph glyph) {
    m_glyph = glyph;
    updateGeometry();
    update();
}

void Chip::setPressable(bool pressable) {
    m_pressable = pressable;
    setFocusPolicy(pressable ? Qt::TabFocus : Qt::NoFocus);
    updateGeometry();
}

void Chip::setTail(const QString& tail) {
    m_tail = tail;
    setAccessibleName(tail.isEmpty() ? text() : text() + QLatin1Char(' ') + tail);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const {
    const QFontMetricsF metrics(theme::font(strongText() ? TextRole::SmallStrong : TextRole::Small));
    qreal w = theme::tabularWidth(metrics, text()) + 16;
    if (m_glyph != theme::Glyph::None) w += 20;
    if (!m_tail.isEmpty()) w += theme::tabularWidth(QFontMetricsF(theme::font(TextRole::Small)), m_tail) + 5;
    return {static_cast<int>(std::ceil(w)), m_pressable || isCheckable() ? grid::minimumTarget : grid::chip};
}

QRect Chip::chipRect() const { return {0, (height() - grid::chip) / 2, width(), grid::chip}; }

QColor Chip::edge(const theme::Tokens& tokens) const {
    return isChecked() ? tokens.accent : m_pressable ? tokens.buttonEdge : tokens.border;
}

void Chip::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    const QRectF box = chipRect();
    p.setRenderHint(QPainter::Antialiasing);
    const bool live = m_pressable || isCheckable();
    p.setBrush(isChecked()            ? t.selection
               : isDown() && live     ? t.buttonPressed
               : underMouse() && live ? t.rowHover
               : strongText()         ? t.surface
                                      : t.panel);
    p.setPen(QPen(edge(t), 1));
    p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3.5, 3.5);
    qreal x = 8;
    if (m_glyph != theme::Glyph::None) {
        theme::paintGlyph(p, m_glyph, QRectF(x - 1, box.top() + 3, 14, 14), t);
        x += 20 - 1;
    }
    p.setFont(theme::font(strongText() ? TextRole::SmallStrong : TextRole::Small));
    p.setPen(isEnabled() ? t.text : t.onDisabled);
    theme::drawTabular(p, QRectF(x, box.top(), box.width() - x, box.height()), Qt::AlignVCenter | Qt::AlignLeft, text());
    if (m_tail.isEmpty()) return;
    x += theme::tabularWidth(QFontMetricsF(p.font()), text()) + 5;
    p.setFont(theme::font(TextRole::Small));
    theme::drawTabular(p, QRectF(x, box.top(), box.width() - x, box.height()), Qt::AlignVCenter | Qt::AlignLeft, m_tail);
}

StateChip::StateChip(theme::PaymentState state, QWidget* parent)
    : Chip(theme::stateWord(state), theme::stateGlyph(state), parent), m_state(state) {}

void StateChip::setState(theme::PaymentState state, const QString& tail) {
    m_state = state;
    setText(theme::stateWord(state));
    setGlyph(theme::stateGlyph(state));
    setTail(tail);
}

QColor StateChip::edge(const theme::Tokens& tokens) const {
    // A verdict is no alarm: it keeps the quiet edge.
    return theme::isVerdict(m_state) ? tokens.buttonEdge : tokens.state(m_state);
}

FaultChip::FaultChip(const QString& text, QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setText(text);
}

void FaultChip::setText(const QString& text) {
    m_text = text;
    setAccessibleName(tr("Injected fault: %1").arg(text));
    updateGeometry();
    update();
}

QSize FaultChip::sizeHint() const { return {static_cast<int>(std::ceil(theme::faultTagSize(m_text).width())), grid::chip}; }

void FaultChip::paintEvent(QPaintEvent*) {
    QPainter p(this);
    theme::drawFaultTag(p, theme::tokensOf(this), QPointF(0, 1), m_text);
}

}  // namespace indoubt::console::widgets
