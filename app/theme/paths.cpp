// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/paths.h"

#include <QPainterPathStroker>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace indoubt::console::theme {
namespace {

struct Reader {
    const char* at;
    void skip() {
        while (*at == ' ' || *at == ',') ++at;
    }
    bool number() {
        skip();
        return std::isdigit(static_cast<unsigned char>(*at)) != 0 || *at == '-' || *at == '.';
    }
    // Not strtod: that reads the locale's decimal point.
    qreal next() {
        skip();
        qreal sign = 1, value = 0;
        if (*at == '-') sign = -1, ++at;
        for (; std::isdigit(static_cast<unsigned char>(*at)) != 0; ++at) value = value * 10 + (*at - '0');
        if (*at == '.') {
            ++at;
            for (qreal digit = 0.1; std::isdigit(static_cast<unsigned char>(*at)) != 0; ++at, digit /= 10) value += (*at - '0') * digit;
        }
        return sign * value;
    }
    // Arc flags are single digits that may stand without a space.
    bool flag() {
        skip();
        return *at++ == '1';
    }
};

// Circular arcs only (rx == ry, no rotation): SVG 1.1 appendix F.6.5 with equal radii.
void arcTo(QPainterPath& path, qreal r, bool large, bool sweep, QPointF end) {
    const QPointF start = path.currentPosition();
    const QPointF half = (start - end) / 2;
    const qreal d2 = half.x() * half.x() + half.y() * half.y();
    r = std::max(r, std::sqrt(d2));
    const qreal k = (large != sweep ? 1 : -1) * std::sqrt(std::max<qreal>(0, (r * r - d2) / d2));
    const QPointF centre = QPointF(k * half.y(), -k * half.x()) + (start + end) / 2;
    const auto angle = [&](QPointF p) { return std::atan2(-(p.y() - centre.y()), p.x() - centre.x()) * 180 / M_PI; };
    qreal span = angle(end) - angle(start);
    if (sweep && span > 0) span -= 360;
    if (!sweep && span < 0) span += 360;
    // Qt joins an arc to the path with a line, here a hair's breadth long and pointing anywhere: a mitred join would grow a thorn
    // there. So only its curves are taken over.
    const QRectF box(centre.x() - r, centre.y() - r, 2 * r, 2 * r);
    QPainterPath arc;
    arc.arcMoveTo(box, angle(start));
    arc.arcTo(box, angle(start), span);
    for (int i = 1; i + 2 < arc.elementCount(); ++i)
        if (arc.elementAt(i).isCurveTo()) path.cubicTo(arc.elementAt(i), arc.elementAt(i + 1), arc.elementAt(i + 2));
}

}  // namespace

QPainterPath pathFrom(const char* data) {
    QPainterPath path;
    Reader in{data};
    while (true) {
        in.skip();
        if (*in.at == '\0') return path;
        const char command = *in.at++;
        const bool relative = std::islower(static_cast<unsigned char>(command)) != 0;
        bool first = true;
        do {
            const QPointF here = path.elementCount() == 0 ? QPointF() : path.currentPosition();
            const QPointF base = relative ? here : QPointF();
            const auto point = [&] {
                const qreal x = in.next();
                return base + QPointF(x, in.next());
            };
            switch (std::toupper(static_cast<unsigned char>(command))) {
                case 'M':
                    if (first)
                        path.moveTo(point());
                    else
                        path.lineTo(point());
                    break;
                case 'L':
                    path.lineTo(point());
                    break;
                case 'H':
                    path.lineTo(base.x() + in.next(), here.y());
                    break;
                case 'V':
                    path.lineTo(here.x(), base.y() + in.next());
                    break;
                case 'C': {
                    const QPointF a = point(), b = point();
                    path.cubicTo(a, b, point());
                    break;
                }
                case 'A': {
                    const qreal r = in.next();
                    in.next();
                    in.next();
                    const bool large = in.flag(), sweep = in.flag();
                    arcTo(path, r, large, sweep, point());
                    break;
                }
                case 'Z':
                    path.closeSubpath();
                    break;
                default:
                    std::abort();
            }
            first = false;
        } while (in.number());
    }
}

QPainterPath strokeArea(const QPainterPath& line, qreal width) {
    QPainterPathStroker stroker;
    stroker.setWidth(width);
    stroker.setCapStyle(Qt::FlatCap);
    stroker.setJoinStyle(Qt::MiterJoin);
    return stroker.createStroke(line).simplified();
}

}  // namespace indoubt::console::theme
