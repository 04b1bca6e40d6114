// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas under the hand: painting, pointer, wheel, keys.
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <cmath>

#include "theme/fonts.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "timeline/timeline_canvas.h"

namespace indoubt::console::timeline {

namespace {
constexpr double zoomStep = 1.25;
constexpr int leastDrag = 4;
}  // namespace

void TimelineCanvas::drawStatic(const theme::Tokens& tokens, qreal ratio) {
    const QSize pixels(static_cast<int>(std::ceil(width() * ratio)), static_cast<int>(std::ceil(height() * ratio)));
    if (m_static.size() != pixels) m_static = QPixmap(pixels);
    m_static.setDevicePixelRatio(ratio);
    m_static.fill(tokens.surface);
    QPainter painter(&m_static);
    const DiagramFrame frame = frameNow();
    paintPlot(painter, frame, tokens, m_story);
    if (!m_scene->lanes.empty()) paintLaneHeads(painter, frame, tokens, m_axisKind == AxisKind::Clock);
    m_staticValid = true;
}

void TimelineCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Tokens& tokens = theme::tokensOf(this);
    if (m_scene->events.empty()) {
        painter.fillRect(rect(), tokens.surface);
        painter.setFont(theme::font(theme::TextRole::Body));
        painter.setPen(tokens.muted);
        painter.drawText(rect().adjusted(24, 24, -24, -24), Qt::AlignHCenter | Qt::AlignVCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    // A picture of this widget may be finer than its screen.
    const qreal ratio = std::max(devicePixelRatioF(), painter.deviceTransform().m11());
    if (!m_staticValid || m_static.devicePixelRatio() != ratio) drawStatic(tokens, ratio);
    painter.drawPixmap(0, 0, m_static);
    const DiagramFrame frame = frameNow();
    if (!m_marks.empty()) paintUserMarks(painter, frame, tokens, m_marks);
    paintHighlight(painter, frame, tokens, m_highlight);
    if (m_pointer.x() > frame.geometry.head && !m_dragging && underMouse()) {
        QColor line = tokens.muted;
        line.setAlphaF(0.5f);
        painter.fillRect(QRectF(std::round(m_pointer.x()), frame.geometry.ruler, 1, height()), line);
        if (m_axisKind != AxisKind::Order) {
            const qint64 ns =
                m_axis.timeAt(m_pointer.x() - frame.projection.origin + m_window.offset, m_window.scale) - m_scene->events.front().hlcNs;
            const qint64 step = std::max<qint64>(1, niceStepNs(1e6 / std::max(1e-9, m_window.scale)));
            const QString text = tickText(ns, step);
            painter.setFont(theme::font(theme::TextRole::AxisStrong));
            const double w = theme::tabularWidth(QFontMetricsF(painter.font()), text) + 10;
            QRectF box(m_pointer.x() - w / 2, 3, w, frame.geometry.ruler - 4);
            // A tick's label it stands over goes as a whole: the half of it would read as another time.
            const Projection& pr = frame.projection;
            const double shift = pr.origin - pr.window.offset;
            const QFontMetricsF metrics(theme::font(theme::TextRole::Axis));
            for (const Tick& tick : pr.axis->ticks(pr.window.scale, pr.visibleFrom - shift, pr.visibleTo - shift)) {
                const double half = theme::tabularWidth(metrics, tick.text) / 2 + 2, x = std::round(shift + tick.x);
                if (x + half > box.left() && x - half < box.right()) painter.fillRect(QRectF(x - half, 3, 2 * half, frame.geometry.ruler - 4), tokens.surface);
            }
            box.moveLeft(std::clamp(box.left(), frame.geometry.head + 2, width() - w - 2));
            painter.fillRect(box, tokens.panel);
            painter.setPen(tokens.text);
            theme::drawTabular(painter, box, Qt::AlignCenter, text);
        }
        if (m_hover >= 0) paintReadout(painter, frame.geometry.plot(), m_pointer, readoutOf(m_hover), tokens);
    }
    if (hasFocus()) {
        painter.setPen(QPen(tokens.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(0.5, 0.5, width() - 1, height() - 1));
    }
}

Readout TimelineCanvas::readoutOf(int event) const {
    const auto index = static_cast<std::size_t>(event);
    const AxisEvent& e = m_scene->events[index];
    Readout out;
    out.strong = QStringLiteral("#%1  %2").arg(event + 1).arg(index < m_scene->titles.size() ? m_scene->titles[index] : QString());
    const SceneLane& lane = m_scene->lanes[static_cast<std::size_t>(e.lane)];
    out.lines << QStringLiteral("%1, %2   %3").arg(lane.id, lane.name, tickText(e.hlcNs - m_scene->events.front().hlcNs, 1000));
    if (index < m_scene->details.size() && !m_scene->details[index].isEmpty()) out.lines << m_scene->details[index];
    for (const SceneSpan& span : m_scene->spans)
        if (span.lane == e.lane && span.from == event &&
            (span.kind == SceneSpan::Kind::InDoubt || span.kind == SceneSpan::Kind::Blocked || span.kind == SceneSpan::Kind::Waiting))
            out.lines << spanWord(*m_scene, span, m_nowNs);
    return out;
}

void TimelineCanvas::resizeEvent(QResizeEvent*) {
    rebuildAxis();
    clampWindow();
    invalidate();
}

void TimelineCanvas::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) invalidate();
    QWidget::changeEvent(event);
}

void TimelineCanvas::wheelEvent(QWheelEvent* event) {
    const QPoint angle = event->angleDelta();
    if (angle.x() != 0 || event->modifiers() & Qt::ShiftModifier) {
        panBy(-(angle.x() != 0 ? angle.x() : angle.y()) * 0.75);
    } else if (event->modifiers() & Qt::AltModifier || (event->position().x() < geometryNow().head)) {
        scrollLanes(-angle.y() * 0.5);
    } else {
        zoomBy(std::pow(zoomStep, angle.y() / 120.0), event->position().x());
    }
    event->accept();
}

void TimelineCanvas::scrollLanes(double px) {
    const Geometry g = geometryNow();
    m_scrollY = std::clamp(m_scrollY + px, 0.0, std::max(0.0, g.contentHeight() - g.size.height()));
    invalidate();
}

void TimelineCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    m_pressed = event->position();
    m_pressedWindow = m_window;
    m_pressedScrollY = m_scrollY;
    m_dragging = false;
}

void TimelineCanvas::mouseMoveEvent(QMouseEvent* event) {
    m_pointer = event->position();
    if (event->buttons() & Qt::LeftButton && m_pressed.x() >= 0) {
        const QPointF moved = event->position() - m_pressed;
        if (!m_dragging && moved.manhattanLength() >= leastDrag && !m_scene->events.empty()) {
            m_dragging = true;
            setCursor(Qt::ClosedHandCursor);
        }
        if (m_dragging) {
            m_fitted = false;
            m_window.offset = m_pressedWindow.offset - moved.x();
            const Geometry g = geometryNow();
            m_scrollY = std::clamp(m_pressedScrollY - moved.y(), 0.0, std::max(0.0, g.contentHeight() - g.size.height()));
            clampWindow();
            invalidate();
        }
        return;
    }
    const int hover = m_scene->events.empty() ? -1 : hitEvent(frameNow(), m_pointer);
    if (hover != m_hover) {
        m_hover = hover;
        setCursor(hover >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    }
    update();
}

void TimelineCanvas::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mouseReleaseEvent(event);
    const bool click = !m_dragging && m_pressed.x() >= 0;
    m_dragging = false;
    m_pressed = {-1, -1};
    setCursor(Qt::ArrowCursor);
    if (!click || m_scene->events.empty()) return;
    const int hit = hitEvent(frameNow(), event->position());
    if (hit < 0) return;
    setSelectedEvent(hit);
    emit eventChosen(hit);
}

void TimelineCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (m_scene->events.empty()) return;
    const int hit = hitEvent(frameNow(), event->position());
    if (hit >= 0)
        emit eventActivated(hit);
    else
        fit();
}

void TimelineCanvas::leaveEvent(QEvent*) {
    m_pointer = {-1, -1};
    m_hover = -1;
    update();
}

void TimelineCanvas::keyPressEvent(QKeyEvent* event) {
    const bool plain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
    if (event->matches(QKeySequence::Copy)) {
        emit copyRequested();
        return;
    }
    if (plain && m_singleKeys) {
        const double step = geometryNow().plotWidth() * 0.15;
        switch (event->key()) {
            case Qt::Key_W:
                zoomBy(zoomStep);
                return;
            case Qt::Key_S:
                zoomBy(1 / zoomStep);
                return;
            case Qt::Key_A:
                panBy(-step);
                return;
            case Qt::Key_D:
                panBy(step);
                return;
            case Qt::Key_F:
                fit();
                return;
            case Qt::Key_X:
                setAxisKind(static_cast<AxisKind>((static_cast<int>(m_axisKind) + 1) % 3));
                return;
            case Qt::Key_M:
                addMark();
                return;
            case Qt::Key_Comma:
                stepEvent(-1);
                return;
            case Qt::Key_Period:
                stepEvent(1);
                return;
            default:
                break;
        }
    }
    if (plain) {
        // The same without letters, for whoever switched them off.
        switch (event->key()) {
            case Qt::Key_Left:
                stepEvent(-1);
                return;
            case Qt::Key_Right:
                stepEvent(1);
                return;
            case Qt::Key_Home:
                stepEvent(-1'000'000);
                return;
            case Qt::Key_End:
                stepEvent(1'000'000);
                return;
            case Qt::Key_Up:
            case Qt::Key_Down:
                scrollLanes(event->key() == Qt::Key_Up ? -27 : 27);
                return;
            case Qt::Key_Plus:
                zoomBy(zoomStep);
                return;
            case Qt::Key_Minus:
                zoomBy(1 / zoomStep);
                return;
            case Qt::Key_Return:
            case Qt::Key_Enter:
                if (m_highlight.event >= 0) emit eventActivated(m_highlight.event);
                return;
            default:
                break;
        }
    }
    QWidget::keyPressEvent(event);
}

void TimelineCanvas::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void TimelineCanvas::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

}  // namespace indoubt::console::timeline
