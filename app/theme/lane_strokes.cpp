// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on a lane: bands, bars, locks, crash, restart, folds, tags.
#include <QPainter>
#include <QPainterPath>
#include <cmath>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/strokes.h"

namespace indoubt::console::theme {
namespace {

struct Saved {
    explicit Saved(QPainter& p, bool antialias = true) : painter(p) {
        p.save();
        p.setRenderHint(QPainter::Antialiasing, antialias);
        p.setBrush(Qt::NoBrush);
    }
    ~Saved() { painter.restore(); }
    Saved(const Saved&) = delete;
    Saved& operator=(const Saved&) = delete;
    QPainter& painter;
};

QFont scaled(TextRole role, qreal scale) {
    QFont f = font(role);
    f.setPixelSize(static_cast<int>(std::lround(f.pixelSize() * scale)));
    return f;
}

// Where drawing is worth while: a hatch over a band of a thousand screens must not cost a thousand screens.
QRectF visiblePart(const QPainter& p, const QRectF& box) {
    const QRectF clip = p.hasClipping() ? p.clipBoundingRect() : QRectF();
    QRectF window = p.combinedTransform().inverted().mapRect(QRectF(p.viewport()));
    if (clip.isValid()) window = window.intersected(clip);
    return window.isEmpty() ? box : box.intersected(window);
}

void hatch(QPainter& p, const QRectF& box, const QColor& colour, qreal pitch, qreal width, bool cross) {
    const QRectF seen = visiblePart(p, box);
    if (seen.isEmpty()) return;
    p.save();
    p.setClipRect(seen, Qt::IntersectClip);
    p.setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap));
    // Anchored to the band's own start so that panning does not make it swim.
    const qreal run = box.height();
    const qreal first = box.left() + std::floor((seen.left() - box.left() - run) / pitch) * pitch;
    for (qreal x = first; x < seen.right() + run; x += pitch) {
        p.drawLine(QPointF(x, box.bottom()), QPointF(x + run, box.top()));
        if (cross) p.drawLine(QPointF(x, box.top()), QPointF(x + run, box.bottom()));
    }
    p.restore();
}

void band(QPainter& p, const Tokens& t, qreal x0, qreal x1, qreal laneY, qreal edge, const QColor& colour, const QColor& line, bool cross,
          const QString& word, qreal scale) {
    if (x1 - x0 < 0.5) return;
    const qreal half = 8 * scale;
    const QRectF box(x0, laneY - half, x1 - x0, 2 * half);
    p.fillRect(box, t.surface);
    hatch(p, box.adjusted(0, edge, 0, -edge), line, 6 * scale, 1.15 * scale, cross);
    p.fillRect(QRectF(x0, box.top(), box.width(), edge), colour);
    p.fillRect(QRectF(x0, box.bottom() - edge, box.width(), edge), colour);
    if (word.isEmpty()) return;
    const QFont f = scaled(TextRole::AxisStrong, scale > 1.2 ? scale * 1.1 : scale);
    const qreal w = tabularWidth(QFontMetricsF(f), word) + 16 * scale;
    const QRectF seen = visiblePart(p, box);
    if (seen.width() < w) return;  // never a clipped word: the tool tip has it
    const QRectF cut(seen.center().x() - w / 2, box.top() + edge, w, box.height() - 2 * edge);
    p.fillRect(cut, t.surface);
    p.setFont(f);
    p.setPen(t.text);
    drawTabular(p, cut, Qt::AlignCenter, word);
}

void lockHead(QPainter& p, const Tokens& t, qreal x, qreal y, qreal scale) {
    // Opaque mixture of lock ink and surface: the head must not show the rail through itself.
    const qreal a = 0.45;
    const auto mix = [&](int ink, int ground) { return static_cast<int>(ink * a + ground * (1 - a)); };
    const QColor colour(mix(t.text.red(), t.surface.red()), mix(t.text.green(), t.surface.green()), mix(t.text.blue(), t.surface.blue()));
    const QRectF body(x - 4 * scale, y - 2.5 * scale, 8 * scale, 6.5 * scale);
    p.setPen(Qt::NoPen);
    p.fillRect(body.adjusted(-1, -5 * scale, 1, 1), t.surface);
    p.setBrush(colour);
    p.drawRoundedRect(body, 1, 1);
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(colour, 1.3 * scale));
    QPainterPath shackle(QPointF(x - 2.2 * scale, body.top()));
    shackle.arcTo(QRectF(x - 2.2 * scale, body.top() - 4 * scale, 4.4 * scale, 5.2 * scale), 180, -180);
    shackle.lineTo(x + 2.2 * scale, body.top());
    p.drawPath(shackle);
}

}  // namespace

void drawCutOut(QPainter& painter, const Tokens& t, QPointF centre, const QString& text, const QFont& f, const QColor& ink) {
    const Saved saved(painter);
    const QFontMetricsF metrics(f);
    const qreal w = tabularWidth(metrics, text) + 8;
    const QRectF box(centre.x() - w / 2, centre.y() - metrics.height() / 2, w, metrics.height());
    painter.fillRect(box, t.surface);
    painter.setFont(f);
    painter.setPen(ink);
    drawTabular(painter, box, Qt::AlignCenter, text);
}

void drawLaneLine(QPainter& painter, const Tokens& t, qreal x0, qreal x1, qreal laneY, LaneLook look) {
    const Saved saved(painter, false);
    if (look == LaneLook::Suspended) {
        QPen pen(t.muted, 2, Qt::SolidLine, Qt::FlatCap);
        pen.setDashPattern({1, 1.5});
        painter.setPen(pen);
        painter.drawLine(QPointF(x0, laneY), QPointF(x1, laneY));
        return;
    }
    QColor colour = t.text;
    colour.setAlphaF(0.16f);
    painter.fillRect(QRectF(x0, laneY - 1, x1 - x0, 2), colour);
}

void drawInDoubtBand(QPainter& painter, const Tokens& t, qreal x0, qreal x1, qreal laneY, const QString& word, qreal scale) {
    const Saved saved(painter);
    band(painter, t, x0, x1, laneY, 1.5 * scale, t.inDoubt, t.inDoubt, false, word, scale);
}

void drawBlockedBand(QPainter& painter, const Tokens& t, qreal x0, qreal x1, qreal laneY, const QString& word, qreal scale) {
    const Saved saved(painter);
    QColor line = t.blocked;
    line.setAlphaF(0.7f);
    band(painter, t, x0, x1, laneY, 3 * scale, t.blocked, line, true, word, scale);
}

void drawHeuristicBar(QPainter& painter, const Tokens& t, qreal x0, qreal x1, qreal laneY, const QString& word, qreal scale) {
    const Saved saved(painter);
    const QRectF box(x0, laneY - 14 * scale, x1 - x0, 28 * scale);
    painter.fillRect(box, t.heuristic);
    const QRectF seen = visiblePart(painter, box);
    // Sign and word are left out of the solid, so they read on either theme.
    Tokens inverse = t;
    inverse.heuristic = t.surface;
    if (seen.width() < 24 * scale) return;
    paintGlyph(painter, Glyph::Heuristic, QRectF(seen.left() + 4 * scale, laneY - 8 * scale, 16 * scale, 16 * scale), inverse);
    painter.setFont(scaled(TextRole::AxisStrong, scale));
    painter.setPen(t.dark ? t.surface : t.text);
    if (tabularWidth(QFontMetricsF(painter.font()), word) + 32 * scale <= seen.width())
        drawTabular(painter, seen.adjusted(26 * scale, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, word);
}

void drawDamageBar(QPainter& painter, const Tokens& t, qreal x0, qreal x1, qreal laneY, const QString& amount, qreal scale) {
    const Saved saved(painter);
    const qreal top = laneY - 14 * scale, step = 7 * scale, mid = (x0 + x1) / 2, jag = 7 * scale, gap = 3 * scale;
    for (const int side : {-1, 1}) {
        const qreal outer = side < 0 ? x0 : x1;
        const qreal near = mid + side * gap;
        QPolygonF half;
        half << QPointF(outer, top);
        // Left half ends in points, right half takes them up again: torn, not cut.
        for (int i = 0; i <= 4; ++i) half << QPointF(near + side * (i % 2 == 1 ? jag : 0), top + step * i);
        half << QPointF(outer, top + 4 * step);
        QPainterPath path;
        path.addPolygon(half);
        path.closeSubpath();
        painter.fillPath(path, t.heuristic);
        painter.setPen(QPen(t.blocked, 3 * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        painter.save();
        painter.setClipPath(path, Qt::IntersectClip);
        painter.drawPath(path);  // half of it inside: 1.5
        painter.restore();
        painter.setPen(QPen(t.blocked, 1.5 * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        painter.drawPath(path);
    }
    if (amount.isEmpty()) return;
    painter.setFont(scaled(TextRole::SmallStrong, scale));
    painter.setPen(t.text);
    drawTabular(painter, QRectF(x1 + 11 * scale, laneY - 10, 200, 20), Qt::AlignLeft | Qt::AlignVCenter, amount);
}

void drawForcedWrite(QPainter& painter, const Tokens& t, qreal x, qreal laneY, bool durable, qreal scale) {
    const Saved saved(painter);
    const QRectF box(std::round(x - 2 * scale), std::round(laneY - 11 * scale), std::round(4 * scale), std::round(22 * scale));
    painter.fillRect(box, durable ? t.text : t.surface);
    if (durable) return;
    painter.setPen(QPen(t.text, 1));
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
}

void drawSyncSpan(QPainter& painter, const Tokens& t, qreal x0, qreal x1, qreal laneY, qreal scale) {
    const Saved saved(painter, false);
    const qreal top = std::round(laneY - 11 * scale), bottom = std::round(laneY + 11 * scale) - 1;
    painter.fillRect(QRectF(x0, top, x1 - x0, bottom - top + 1), t.surface);
    QPen pen(t.muted, 1, Qt::SolidLine, Qt::FlatCap);
    pen.setDashPattern({1, 2});
    painter.setPen(pen);
    for (const qreal y : {top, bottom}) painter.drawLine(QPointF(x0, y + 0.5), QPointF(x1, y + 0.5));
}

void drawLazyWrite(QPainter& painter, const Tokens& t, qreal x, qreal laneY, qreal scale) {
    const Saved saved(painter, false);
    painter.fillRect(QRectF(std::round(x), laneY - 5.5 * scale, scale, 11 * scale), t.muted);
}

void drawLockRail(QPainter& painter, const Tokens& t, qreal x0, qreal x1, qreal laneY, const QString& amount, bool released, qreal scale) {
    const Saved saved(painter);
    const qreal y = laneY + 20 * scale;
    const QRectF box(x0, y - 2 * scale, x1 - x0, 4 * scale);
    painter.fillRect(box, t.lock);
    const QFont f = scaled(TextRole::Axis, scale > 1.2 ? scale * 1.1 : scale);
    const qreal w = tabularWidth(QFontMetricsF(f), amount) + 10 * scale;
    const QRectF seen = visiblePart(painter, box);
    if (!amount.isEmpty() && seen.width() > w + 24 * scale) drawCutOut(painter, t, {seen.center().x(), y}, amount, f, t.muted);
    lockHead(painter, t, x0, y, scale);
    if (released && x1 - x0 > 12 * scale) lockHead(painter, t, x1, y, scale);
}

void drawCrash(QPainter& painter, const Tokens& t, QPointF at, qreal scale) {
    const Saved saved(painter);
    const qreal r = 6.5 * scale;
    for (const auto& [colour, width] : {std::pair{t.surface, 6.0}, std::pair{t.blocked, 3.0}}) {
        painter.setPen(QPen(colour, width * scale, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(at + QPointF(-r, -r), at + QPointF(r, r));
        painter.drawLine(at + QPointF(r, -r), at + QPointF(-r, r));
    }
}

void drawRestart(QPainter& painter, const Tokens& t, QPointF at, qreal scale) {
    const Saved saved(painter);
    QPainterPath path;
    path.addPolygon(QPolygonF({at + QPointF(-5, -6) * scale, at + QPointF(5, 0) * scale, at + QPointF(-5, 6) * scale}));
    path.closeSubpath();
    painter.fillPath(path, t.active);
}

void drawSuspended(QPainter& painter, const Tokens& t, qreal x0, qreal x1, qreal laneY, qreal scale) {
    drawLaneLine(painter, t, x0, x1, laneY, LaneLook::Suspended);
    const Saved saved(painter, false);
    const qreal mid = visiblePart(painter, QRectF(x0, laneY - 7, x1 - x0, 14)).center().x();
    for (const qreal side : {-4.0, 4.0})
        painter.fillRect(QRectF(std::round(mid + (side - 2) * scale), laneY - 7 * scale, 4 * scale, 14 * scale), t.muted);
}

void drawHeldBack(QPainter& painter, const Tokens& t, QPointF at, qreal scale) {
    const QRectF box(at.x() - 8 * scale, at.y() - 8 * scale, 16 * scale, 16 * scale);
    painter.fillRect(box.adjusted(0, 2 * scale, 0, -2 * scale), t.surface);
    paintGlyph(painter, Glyph::HeldBack, box, t);
}

void drawEndTick(QPainter& painter, const Tokens& t, qreal x, qreal laneY, const QString& word, qreal scale) {
    const Saved saved(painter, false);
    painter.fillRect(QRectF(std::round(x), laneY - 5 * scale, std::max<qreal>(1, scale), 10 * scale), t.muted);
    if (!word.isEmpty()) drawCutOut(painter, t, {x, laneY - 16 * scale}, word, scaled(TextRole::Axis, scale), t.muted);
}

void drawPartition(QPainter& painter, const Tokens& t, const QRectF& strip) {
    const Saved saved(painter);
    painter.fillRect(strip, t.track);
    const QRectF seen = visiblePart(painter, strip);
    const qreal period = 12, high = std::min<qreal>(4, strip.height() / 3), y = strip.center().y();
    QPolygonF zigzag;
    const qreal first = strip.left() + std::floor((seen.left() - strip.left()) / period) * period;
    for (qreal x = first; x <= seen.right() + period; x += period)
        zigzag << QPointF(x, y) << QPointF(x + period / 4, y - high) << QPointF(x + 3 * period / 4, y + high);
    painter.setClipRect(seen, Qt::IntersectClip);
    painter.setPen(QPen(t.text, 1.4));
    painter.drawPolyline(zigzag);
}

void drawFold(QPainter& painter, const Tokens& t, qreal x, qreal top, qreal bottom, const QString& length, qreal scale) {
    const Saved saved(painter, false);
    QPen pen(t.muted, 2, Qt::SolidLine, Qt::FlatCap);
    pen.setDashPattern({1, 2});
    painter.setPen(pen);
    const qreal from = length.isEmpty() ? top : top + 16 * scale;
    for (const qreal side : {-7.0, 7.0})
        painter.drawLine(QPointF(std::round(x + side * scale), from), QPointF(std::round(x + side * scale), bottom));
    if (!length.isEmpty()) drawCutOut(painter, t, {x, top + 7 * scale}, length, scaled(TextRole::AxisStrong, scale), t.muted);
}

QSizeF faultTagSize(const QString& text, qreal scale) {
    const qreal tag = QFontMetricsF(scaled(TextRole::AxisStrong, scale)).horizontalAdvance(QStringLiteral("FAULT")) + 8 * scale;
    if (text.isEmpty()) return {tag, 18 * scale};
    return {tag + tabularWidth(QFontMetricsF(scaled(TextRole::Axis, scale)), text) + 13 * scale, 18 * scale};
}

QRectF drawFaultTag(QPainter& painter, const Tokens& t, QPointF at, const QString& text, qreal scale) {
    const Saved saved(painter, false);
    const QRectF box(QPointF(std::round(at.x()), std::round(at.y())), faultTagSize(text, scale));
    const qreal tagWidth = faultTagSize({}, scale).width();
    const QRectF tag(box.topLeft(), QSizeF(tagWidth, box.height()));
    painter.fillRect(box, t.surface);
    painter.fillRect(tag, t.text);
    QFont f = scaled(TextRole::AxisStrong, scale);
    f.setWeight(QFont::Bold);
    painter.setFont(f);
    painter.setPen(t.surface);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawText(tag, Qt::AlignCenter, QStringLiteral("FAULT"));
    if (text.isEmpty()) return box;
    QPen pen(t.text, 1, Qt::SolidLine, Qt::FlatCap);
    pen.setDashPattern({3, 2});
    painter.setPen(pen);
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
    painter.setPen(t.text);
    painter.setFont(scaled(TextRole::Axis, scale));
    drawTabular(painter, QRectF(tag.right() + 6 * scale, box.top(), box.right() - tag.right(), box.height()),
                Qt::AlignLeft | Qt::AlignVCenter, text);
    return box;
}

void drawPastStrip(QPainter& painter, const Tokens& t, const QRectF& box, const QString& text) {
    const Saved saved(painter);
    painter.fillRect(box, t.text);
    painter.setFont(font(TextRole::AxisStrong));
    painter.setPen(t.surface);
    drawTabular(painter, box, Qt::AlignCenter, text);
}

}  // namespace indoubt::console::theme
