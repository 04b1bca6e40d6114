// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/segmented_control.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <cmath>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/theme.h"

namespace indoubt::console::widgets {
namespace {

QFont segmentFont(bool chosen) {
    QFont f = theme::font(theme::TextRole::Small);
    if (chosen) f.setWeight(QFont::Medium);
    return f;
}

}  // namespace

SegmentedControl::SegmentedControl(const QStringList& labels, QWidget* parent) : QWidget(parent), m_labels(labels) {
    for (int i = 0; i < labels.size(); ++i) {
        m_enabled << true;
        m_why << QString();
    }
    setFocusPolicy(Qt::TabFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setProperty("indoubtRing", true);
    setAccessibleName(labels.join(QStringLiteral(", ")));
    setAccessibleDescription(tr("%1 chosen").arg(labels.value(0)));
}

void SegmentedControl::setLabel(int index, const QString& label) {
    if (m_labels.value(index) == label) return;
    m_labels[index] = label;
    updateGeometry();
    update();
}

void SegmentedControl::setSegmentEnabled(int index, bool enabled, const QString& why) {
    m_enabled[index] = enabled;
    m_why[index] = why;
    update();
}

void SegmentedControl::setCurrentIndex(int index) {
    if (index < 0 || index >= count() || index == m_current || !m_enabled.value(index)) return;
    m_current = index;
    setAccessibleDescription(tr("%1 chosen").arg(m_labels.value(index)));
    update();
    emit currentChanged(index);
}

QSize SegmentedControl::sizeHint() const {
    const QFontMetricsF metrics(segmentFont(true));
    int width = 1;
    for (const QString& label : m_labels) width += static_cast<int>(std::ceil(theme::tabularWidth(metrics, label))) + 21;
    return {width, theme::grid::buttonCompact};
}

QRect SegmentedControl::segment(int index) const {
    const QFontMetricsF metrics(segmentFont(true));
    int x = 0;
    for (int i = 0; i <= index; ++i) {
        const int w = static_cast<int>(std::ceil(theme::tabularWidth(metrics, m_labels.value(i)))) + 21;
        if (i == index) return {x, 0, w + 1, height()};
        x += w;
    }
    return {};
}

int SegmentedControl::at(QPoint pos) const {
    for (int i = 0; i < count(); ++i)
        if (segment(i).contains(pos)) return i;
    return -1;
}

void SegmentedControl::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    const QRectF frame(0, 0, segment(count() - 1).right() + 1, height());
    p.setRenderHint(QPainter::Antialiasing);
    QPainterPath round;
    round.addRoundedRect(frame, theme::grid::radius, theme::grid::radius);
    p.fillPath(round, isEnabled() ? t.surface : t.disabled);
    p.save();
    p.setClipPath(round);
    for (int i = 0; i < count(); ++i) {
        const QRect box = segment(i);
        const bool chosen = i == m_current, on = isEnabled() && m_enabled[i];
        if (chosen && isEnabled()) {
            p.fillRect(box, t.selection);
        } else if (i == m_hover && on) {
            p.fillRect(box, t.rowHover);
        }
        p.setFont(segmentFont(chosen));
        p.setPen(!on ? t.onDisabled : chosen ? t.text : t.muted);
        theme::drawTabular(p, box, Qt::AlignCenter, m_labels[i]);
    }
    p.restore();
    p.setPen(QPen(isEnabled() ? t.buttonEdge : t.border, 1));
    p.setBrush(Qt::NoBrush);
    p.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 3.5, 3.5);
    for (int i = 1; i < count(); ++i) p.fillRect(QRect(segment(i).left(), 1, 1, height() - 2), t.buttonEdge);
    if (isEnabled() && m_current >= 0) {
        const QRect box = segment(m_current);
        p.setClipPath(round);
        p.fillRect(QRect(box.left(), height() - 2, box.width(), 2), t.accent);
    }
}

void SegmentedControl::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) setCurrentIndex(at(event->pos()));
}

void SegmentedControl::mouseMoveEvent(QMouseEvent* event) {
    const int now = at(event->pos());
    if (now != m_hover) {
        m_hover = now;
        update();
    }
}

void SegmentedControl::leaveEvent(QEvent*) {
    m_hover = -1;
    update();
}

void SegmentedControl::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down ? 1
                     : event->key() == Qt::Key_Left || event->key() == Qt::Key_Up  ? -1
                                                                                   : 0;
    if (step == 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    for (int i = m_current + step; i >= 0 && i < count(); i += step)
        if (m_enabled[i]) {
            setCurrentIndex(i);
            return;
        }
}

bool SegmentedControl::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const QString why = m_why.value(at(help->pos()));
        if (why.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), why, this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace indoubt::console::widgets
