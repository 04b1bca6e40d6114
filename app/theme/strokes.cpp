// SPDX-License-Identifier: GPL-3.0-or-later
// Messages: lines, heads, labels. Bands and marks on a lane are in lane_strokes.cpp.
#include "theme/strokes.h"

#include <QLineF>
#include <QPainter>
#include <QPainterPath>
#include <cmath>

#include "theme/fonts.h"

namespace indoubt::console::theme {
namespace {

enum class Head { Open, Filled, Barred };
enum class Dash { Solid, Dotted, DashDot, Dashed };

struct Stroke {
    QColor colour;
    qreal width = 1.5;
    Dash dash = Dash::Solid;
    Head head = Head::Open;
    bool twin = false;
};

Stroke strokeOf(MessageKind kind, const MessageLook& look, const Tokens& t) {
    Stroke s;
    switch (kind) {
        case MessageKind::Prepare:
            s = {t.muted, 1.5, Dash::Solid, Head::Open};
            break;
        case MessageKind::VoteYes:
        case MessageKind::VoteReadOnly:
            s = {t.active, 1.5, Dash::Solid, Head::Filled};
            break;
        case MessageKind::VoteNo:
            s = {t.aborted, 1.5, Dash::Solid, Head::Barred};
            break;
        case MessageKind::Commit:
            s = {t.committed, 2.5, Dash::Solid, Head::Filled};
            break;
        case MessageKind::Abort:
            s = {t.aborted, 2.5, Dash::Solid, Head::Filled, true};
            break;
        case MessageKind::Ack:
            s = {t.muted, 1.5, Dash::Dotted, Head::Open};
            break;
        case MessageKind::Inquiry:
            s = {t.muted, 1.5, Dash::DashDot, Head::Open};
            break;
        case MessageKind::Other:
            s = {t.muted, 1.5, Dash::Solid, Head::Open};
            break;
    }
    if (look.repeat) {
        // A repeat is dashed whatever it repeats, and thin: it is not the word itself but its echo.
        s.dash = Dash::Dashed;
        s.twin = false;
        s.width = 1.5;
        s.head = Head::Open;
        s.colour = t.muted;
    }
    if (look.dimmed) s.colour.setAlphaF(s.colour.alphaF() * 0.35f);
    s.width *= look.scale;
    return s;
}

QPen penOf(const QColor& colour, qreal width, Dash dash) {
    QPen pen(colour, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
    // Lengths in pen widths; fitted to 1.5 px.
    if (dash == Dash::Dotted) pen.setDashPattern({1.34, 2});
    if (dash == Dash::DashDot) pen.setDashPattern({5, 2, 1.2, 2});
    if (dash == Dash::Dashed) pen.setDashPattern({4, 2.66});
    return pen;
}

QPointF unit(QPointF from, QPointF to) {
    const QLineF l(from, to);
    return l.length() < 0.01 ? QPointF(1, 0) : QPointF(l.dx() / l.length(), l.dy() / l.length());
}

void drawHead(QPainter& p, const Stroke& s, QPointF tip, QPointF d, qreal scale) {
    const QPointF n(-d.y(), d.x());
    const qreal length = (s.width > 2 * scale ? 7 : 6) * scale, half = (s.width > 2 * scale ? 3.6 : 3) * scale;
    const QPointF back = tip - d * length;
    if (s.head == Head::Filled) {
        QPainterPath head;
        head.addPolygon(QPolygonF({tip, back + n * half, back - n * half}));
        head.closeSubpath();
        p.fillPath(head, s.colour);
        return;
    }
    p.setPen(QPen(s.colour, 1.5 * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    p.drawPolyline(QPolygonF({back + n * half * 1.15, tip - d * scale, back - n * half * 1.15}));
    if (s.head == Head::Barred) p.drawLine(tip + n * 5 * scale, tip - n * 5 * scale);
}

}  // namespace

void drawMessage(QPainter& painter, const Tokens& t, MessageKind kind, QPointF from, QPointF to, const MessageLook& look) {
    const Stroke s = strokeOf(kind, look, t);
    const QPointF d = unit(from, to), n(-d.y(), d.x());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const qreal back = (s.head == Head::Filled ? 5 : 1.5) * look.scale;
    const QPointF end = QLineF(from, to).length() > back ? to - d * back : to;
    if (look.halo) {
        painter.setPen(QPen(t.surface, s.width + 3 * look.scale, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(from, end);
    }
    if (s.twin) {
        painter.setPen(QPen(s.colour, 1.1 * look.scale, Qt::SolidLine, Qt::FlatCap));
        for (const qreal side : {-1.7, 1.7}) painter.drawLine(from + n * side * look.scale, end + n * side * look.scale);
    } else {
        painter.setPen(penOf(s.colour, s.width, s.dash));
        painter.drawLine(from, end);
    }
    drawHead(painter, s, to, d, look.scale);
    if (look.selected) {
        painter.setPen(QPen(t.accent, 2));
        painter.drawEllipse((from + to) / 2, 11 * look.scale, 11 * look.scale);
    }
    painter.restore();
}

QPointF lostEnd(QPointF from, QPointF to, qreal firstGapEndY) {
    const qreal rise = to.y() - from.y();
    // Within one lane (a node to itself) there is no gap: a third of the way.
    const qreal part = std::abs(rise) < 1 ? 1.0 / 3 : std::min(1.0, std::abs((firstGapEndY - from.y()) / rise)) / 3;
    return from + (to - from) * part;
}

void drawLostMessage(QPainter& painter, const Tokens& t, MessageKind kind, QPointF from, QPointF to, qreal firstGapEndY,
                     const MessageLook& look) {
    Stroke s = strokeOf(kind, look, t);
    s.colour = t.blocked;
    s.width = (kind == MessageKind::Commit || kind == MessageKind::Abort ? 2.5 : 2) * look.scale;
    if (look.dimmed) s.colour.setAlphaF(0.35f);
    const QPointF end = lostEnd(from, to, firstGapEndY), d = unit(from, to), n(-d.y(), d.x());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    if (look.halo) {
        painter.setPen(QPen(t.surface, s.width + 3 * look.scale, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(from, end);
    }
    painter.setPen(penOf(s.colour, s.width, s.dash));
    painter.drawLine(from, end);
    painter.setPen(QPen(s.colour, 2 * look.scale, Qt::SolidLine, Qt::FlatCap));
    painter.drawLine(end + n * 6.5 * look.scale, end - n * 6.5 * look.scale);
    if (look.selected) {
        painter.setPen(QPen(t.accent, 2));
        painter.drawEllipse(end, 12 * look.scale, 12 * look.scale);
    }
    painter.restore();
}

QRectF drawMessageLabel(QPainter& painter, const Tokens& t, QPointF centre, const QString& text, qreal scale) {
    QFont f = font(TextRole::Axis);
    f.setPixelSize(static_cast<int>(std::lround(11 * (scale > 1.2 ? 1.65 : scale))));
    const QFontMetricsF metrics(f);
    const qreal w = tabularWidth(metrics, text) + 4, h = metrics.height();
    const QRectF box(centre.x() - w / 2, centre.y() - h / 2, w, h);
    painter.save();
    painter.fillRect(box, t.surface);
    painter.setFont(f);
    painter.setPen(t.muted);
    drawTabular(painter, box, Qt::AlignCenter, text);
    painter.restore();
    return box;
}

}  // namespace indoubt::console::theme
