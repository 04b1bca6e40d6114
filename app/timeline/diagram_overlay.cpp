// SPDX-License-Identifier: GPL-3.0-or-later
// What follows the hand over the painted diagram: the chosen event with its causes and effects, marks, the readout, hit tests.
#include <cmath>

#include "theme/fonts.h"
#include "timeline/diagram_painter.h"

namespace indoubt::console::timeline {

using theme::TextRole;
using theme::Tokens;

QPointF eventPoint(const DiagramFrame& f, int event) {
    const AxisEvent& e = f.scene.events[static_cast<std::size_t>(event)];
    for (const PlacedMessage& placed : f.layout.messages) {
        const SceneMessage& m = f.scene.messages[static_cast<std::size_t>(placed.index)];
        if (m.lost && (m.arrive == event || (m.arrive < 0 && m.send == event)))
            return theme::lostEnd(placed.from, placed.to, placed.gapEndY);
    }
    return {f.projection.x(event), f.geometry.laneY(e.lane)};
}

Highlight highlightOf(const Scene& scene, int event) {
    Highlight h;
    if (event < 0 || event >= static_cast<int>(scene.events.size())) return h;
    h.event = event;
    h.causes = scene.events[static_cast<std::size_t>(event)].causes;
    for (int i = event + 1; i < static_cast<int>(scene.events.size()); ++i) {
        const auto& causes = scene.events[static_cast<std::size_t>(i)].causes;
        if (std::find(causes.begin(), causes.end(), event) != causes.end()) h.effects.push_back(i);
    }
    return h;
}

void paintHighlight(QPainter& p, const DiagramFrame& f, const Tokens& t, const Highlight& h) {
    if (h.event < 0) return;
    p.save();
    p.setClipRect(f.geometry.plot().adjusted(1, f.geometry.ruler, 0, 0), Qt::IntersectClip);
    const double x = f.projection.x(h.event);
    QColor line = t.accent;
    line.setAlphaF(0.45f);
    p.fillRect(QRectF(std::round(x) - 0.5, f.geometry.ruler, 1.5, f.geometry.size.height()), line);
    p.setRenderHint(QPainter::Antialiasing);
    const auto dot = [&](int event, bool filled) {
        const QPointF at = eventPoint(f, event);
        p.setPen(QPen(t.surface, 2));
        p.setBrush(t.surface);
        p.drawEllipse(at, 5.5, 5.5);
        p.setPen(QPen(t.accent, 1.5));
        p.setBrush(filled ? QBrush(t.accent) : QBrush(Qt::NoBrush));
        p.drawEllipse(at, 3.5, 3.5);
    };
    for (const int cause : h.causes) dot(cause, true);
    for (const int effect : h.effects) dot(effect, false);
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(t.accent, 2));
    p.drawEllipse(eventPoint(f, h.event), 12, 12);
    p.restore();
}

void paintUserMarks(QPainter& p, const DiagramFrame& f, const Tokens& t, const std::vector<qint64>& marksNs) {
    p.save();
    p.setClipRect(f.geometry.plot(), Qt::IntersectClip);
    int number = 0;
    for (const qint64 ns : marksNs) {
        ++number;
        const double x = std::round(f.projection.at(f.projection.axis->at(ns)));
        if (!f.projection.sees(x - 10, x + 10)) continue;
        p.setRenderHint(QPainter::Antialiasing, false);
        QPen pen(t.accent, 1);
        pen.setDashPattern({4, 3});
        p.setPen(pen);
        p.drawLine(QPointF(x, f.geometry.ruler), QPointF(x, f.geometry.size.height()));
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(Qt::NoPen);
        p.setBrush(t.accent);
        const QRectF disc(x - 8, f.geometry.size.height() - 20, 16, 16);
        p.drawEllipse(disc);
        p.setFont(theme::font(TextRole::AxisStrong));
        p.setPen(t.onAccent);
        theme::drawTabular(p, disc, Qt::AlignCenter, QString::number(number));
    }
    p.restore();
}

void paintReadout(QPainter& p, const QRectF& within, QPointF at, const Readout& readout, const Tokens& t) {
    if (readout.strong.isEmpty() && readout.lines.isEmpty()) return;
    const QFontMetricsF strong(theme::font(TextRole::SmallStrong)), small(theme::font(TextRole::Small));
    double width = theme::tabularWidth(strong, readout.strong);
    for (const QString& line : readout.lines) width = std::max(width, theme::tabularWidth(small, line));
    const QSizeF size(width + 16, 8 + 17 * (readout.lines.size() + (readout.strong.isEmpty() ? 0 : 1)));
    QRectF box(at + QPointF(14, 14), size);
    if (box.right() > within.right() - 4) box.moveRight(at.x() - 10);
    if (box.bottom() > within.bottom() - 4) box.moveBottom(at.y() - 10);
    if (box.left() < within.left() + 4) box.moveLeft(within.left() + 4);
    if (box.top() < within.top() + 2) box.moveTop(within.top() + 2);
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(t.buttonEdge, 1));
    p.setBrush(t.panel);
    p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    double y = box.top() + 4;
    if (!readout.strong.isEmpty()) {
        p.setFont(theme::font(TextRole::SmallStrong));
        p.setPen(t.text);
        theme::drawTabular(p, QRectF(box.left() + 8, y, width + 1, 17), Qt::AlignLeft | Qt::AlignVCenter, readout.strong);
        y += 17;
    }
    p.setFont(theme::font(TextRole::Small));
    p.setPen(t.muted);
    for (const QString& line : readout.lines) {
        theme::drawTabular(p, QRectF(box.left() + 8, y, width + 1, 17), Qt::AlignLeft | Qt::AlignVCenter, line);
        y += 17;
    }
    p.restore();
}

int hitEvent(const DiagramFrame& f, QPointF at) {
    if (!f.geometry.plot().contains(at) || f.scene.events.empty()) return -1;
    int best = -1;
    double nearest = 7;
    // Marks first: they are small and stand on the lines.
    const auto consider = [&](int event, double distance) {
        if (distance < nearest) {
            nearest = distance;
            best = event;
        }
    };
    for (const SceneMark& mark : f.scene.marks) {
        const double x = f.projection.x(mark.event), y = f.geometry.laneY(f.scene.events[static_cast<std::size_t>(mark.event)].lane);
        if (std::abs(at.y() - y) <= 12) consider(mark.event, std::abs(at.x() - x) - 0.5);
    }
    for (const PlacedText& text : f.layout.texts)
        if (!text.leader.isNull() && text.box.contains(at))
            for (const SceneMark& mark : f.scene.marks)
                if (mark.kind == SceneMark::Kind::Fault && mark.text == text.text &&
                    std::abs(f.projection.x(mark.event) - text.leader.x2()) < 60)
                    return mark.event;
    if (best >= 0) return best;
    for (const PlacedMessage& placed : f.layout.messages) {
        const SceneMessage& m = f.scene.messages[static_cast<std::size_t>(placed.index)];
        const QPointF end = m.lost ? theme::lostEnd(placed.from, placed.to, placed.gapEndY) : placed.to;
        const QPointF d = end - placed.from;
        const double length2 = QPointF::dotProduct(d, d);
        const double along = length2 < 1e-6 ? 0 : std::clamp(QPointF::dotProduct(at - placed.from, d) / length2, 0.0, 1.0);
        const QPointF away = at - (placed.from + d * along);
        const int event = m.arrive >= 0 && (along > 0.5 || m.lost) ? m.arrive : m.send;
        consider(event, std::hypot(away.x(), away.y()));
    }
    if (best >= 0) return best;
    for (const SceneSpan& span : f.scene.spans) {
        const QRectF box = spanBox(f.scene, span, f.projection, f.geometry);
        if (box.adjusted(-1, -2, 1, 2).contains(at)) return span.from;
    }
    return -1;
}

}  // namespace indoubt::console::timeline
