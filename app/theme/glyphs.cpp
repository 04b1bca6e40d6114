// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/glyphs.h"

#include <QApplication>
#include <QCoreApplication>
#include <QIconEngine>
#include <QPainter>
#include <array>
#include <cmath>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/paths.h"
#include "theme/theme.h"

namespace indoubt::console::theme {
namespace {

constexpr const char* tickLine = "M4.7 8.3L7 10.6L11.3 5.6";
constexpr const char* questionLine = "M6 6.3a2 2 0 1 1 3.1 1.6C8.3 8.4 8 8.8 8 9.7";

QPainterPath circle(qreal r) {
    QPainterPath path;
    path.addEllipse(QPointF(8, 8), r, r);
    return path;
}

QPainterPath polygon(std::initializer_list<QPointF> points) {
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    path.closeSubpath();
    return path;
}

QPainterPath diamond(qreal inset) { return polygon({{8, inset}, {16 - inset, 8}, {8, 16 - inset}, {inset, 8}}); }

QPainterPath regular(int corners, qreal r, qreal turn) {
    QPolygonF points;
    for (int i = 0; i < corners; ++i) {
        const qreal a = turn + 2 * M_PI * i / corners;
        points << QPointF(8 + r * std::cos(a), 8 + r * std::sin(a));
    }
    QPainterPath path;
    path.addPolygon(points);
    path.closeSubpath();
    return path;
}

// Solids with something left out are made once: subtracting paths is dear.
struct Shapes {
    QPainterPath tick = pathFrom(tickLine);
    QPainterPath question = pathFrom(questionLine);
    QPainterPath discWithTick = circle(7).subtracted(strokeArea(tick, 2));
    QPainterPath octagonWithBar = [] {
        QPainterPath bar;
        bar.addRect(4, 6.8, 8, 2.4);
        return regular(8, 7.4, M_PI / 8).subtracted(bar);
    }();
    QPainterPath diamondWithH = diamond(0.5)
                                    .subtracted(strokeArea(pathFrom("M5.9 5.2V10.8"), 1.6))
                                    .subtracted(strokeArea(pathFrom("M10.1 5.2V10.8"), 1.6))
                                    .subtracted(strokeArea(pathFrom("M5.5 8H10.5"), 1.5));
    QPainterPath damageLeft = polygon({{7.1, 1.4}, {7.7, 4.6}, {5.9, 8}, {7.7, 11.4}, {7.1, 14.6}, {0.9, 8}});
    QPainterPath damageRight = polygon({{9.0, 1.4}, {15.1, 8}, {9.0, 14.6}, {9.7, 11.4}, {7.9, 8}, {9.7, 4.6}});
    QPainterPath ring = circle(5.5);
    QPainterPath leftRing = pathFrom("M8 2.5A5.5 5.5 0 0 0 8 13.5");
    QPainterPath halfDisc = pathFrom("M8 1A7 7 0 0 0 8 15Z");
    QPainterPath hexagon = regular(6, 7.1, M_PI / 2);
    QPainterPath lock = pathFrom("M3.5 7.5H12.5V14H3.5ZM5.5 7.5V4.7a2.5 2.5 0 0 1 5 0V7.5");
    QPainterPath letterR = pathFrom("M6 12V4.6H8.5a1.95 1.95 0 0 1 0 3.9H6M8.2 8.5L10.6 12");
};

const Shapes& shapes() {
    static const Shapes made;
    return made;
}

// Line icons: 20 px box for the rail, 16 px for the rest.
const QPainterPath& linePath(Glyph glyph) {
    static const std::array<QPainterPath, static_cast<size_t>(lastGlyph) + 1> paths = [] {
        std::array<QPainterPath, static_cast<size_t>(lastGlyph) + 1> p;
        const auto set = [&](Glyph g, const char* data) { p[static_cast<size_t>(g)] = pathFrom(data); };
        set(Glyph::Watch, "M1.5 10.5h3.2l2.5-6.5 4.6 12 2.4-5.5h4.3");
        set(Glyph::Desk, "M2.5 11.5L5 4h10l2.5 7.5V16h-15zM2.5 11.5h4.2l1.2 2h4.2l1.2-2h4.2");
        set(Glyph::Timeline, "M2 4h16M2 10h16M2 16h16M5 4l4.5 6M10.5 10L14 16");
        set(Glyph::Log, "M2.5 4h2M7 4h10.5M2.5 8h2M7 8h10.5M2.5 12h2M7 12h7M2.5 16h2M7 16h10.5");
        set(Glyph::Money, "M2.5 4h15M10 4v13M4 8h3.5M4 11.5h3.5M12.5 8H16M12.5 11.5H16M12.5 15H16");
        set(Glyph::Lab, "M7.5 2.5h5M8.5 2.5V8L3.6 16a1 1 0 0 0 .9 1.5h11a1 1 0 0 0 .9-1.5L11.5 8V2.5M6 13h8");
        set(Glyph::Search, "M2.2 6.9a4.6 4.6 0 1 1 9.2 0a4.6 4.6 0 1 1 -9.2 0M10.2 10.3L14.2 14.3");
        set(Glyph::Pin, "M5 2.5H11M6 2.5V7L4 9.5H12L10 7V2.5M8 9.5V14");
        set(Glyph::Copy, "M5.5 5.5H13.5V13.5H5.5ZM3.5 10.5H2.5V2.5H10.5V3.5");
        set(Glyph::TearOff, "M5.5 4.5H13.5V12.5H5.5ZM3.5 6.5H2.5V14.5H10.5V13.5");
        set(Glyph::Close, "M3.5 3.5L12.5 12.5M12.5 3.5L3.5 12.5");
        set(Glyph::ChevronDown, "M4 6L8 10L12 6");
        set(Glyph::ChevronUp, "M4 10L8 6L12 10");
        set(Glyph::ChevronRight, "M6 4L10 8L6 12");
        set(Glyph::ChevronLeft, "M10 4L6 8L10 12");
        set(Glyph::Check, "M3.2 8.4L6.5 11.7L12.8 4.4");
        set(Glyph::Bell, "M2.5 12H13.5M4 12V7.5a4 4 0 0 1 8 0V12M6.5 14.2H9.5M8 3.5V2");
        set(Glyph::Clock, "M2.5 9a5.5 5.5 0 1 1 11 0a5.5 5.5 0 1 1 -11 0M8 6V9.3M6.2 1.7H9.8");
        set(Glyph::Send, "M2 8H13.4M9.6 4.2L13.4 8L9.6 11.8");
        set(Glyph::Receive, "M14.4 8H4.4M8.2 4.2L4.4 8L8.2 11.8M1.8 3.2V12.8");
        set(Glyph::Partition, "M2 10.5L4 5.5L6 10.5L8 5.5L10 10.5L12 5.5L14 10.5");
        set(Glyph::Person, "M5.2 5a2.8 2.8 0 1 1 5.6 0a2.8 2.8 0 1 1 -5.6 0M2.8 14V13a3.5 3.5 0 0 1 3.5-3.5H9.7a3.5 3.5 0 0 1 3.5 3.5V14");
        return p;
    }();
    return paths[static_cast<size_t>(glyph)];
}

void line(QPainter& p, const QPainterPath& path, const QColor& colour, qreal width, Qt::PenCapStyle cap = Qt::FlatCap,
          Qt::PenJoinStyle join = Qt::MiterJoin) {
    QPen pen(colour, width, Qt::SolidLine, cap, join);
    pen.setMiterLimit(4);
    p.setBrush(Qt::NoBrush);
    p.setPen(pen);
    p.drawPath(path);
}

void solid(QPainter& p, const QPainterPath& path, const QColor& colour) { p.fillPath(path, colour); }

void voteSquare(QPainter& p, const QColor& edge, const QColor& fill) {
    p.setPen(QPen(edge, 1.5));
    p.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    p.drawRoundedRect(QRectF(1.75, 1.75, 12.5, 12.5), 2.6, 2.6);
}

void triangle(QPainter& p, std::initializer_list<QPointF> points, const QColor& colour) { solid(p, polygon(points), colour); }

void paintState(QPainter& p, Glyph glyph, const Tokens& t) {
    const Shapes& s = shapes();
    switch (glyph) {
        case Glyph::Active:
            line(p, s.ring, t.active, 2);
            return;
        case Glyph::Preparing:
            line(p, s.leftRing, t.active, 2);
            return;
        case Glyph::InDoubt:
            solid(p, diamond(0.9), t.inDoubtTint);
            line(p, diamond(0.9), t.inDoubt, 1.4);
            line(p, s.question, t.inDoubt, 1.6);
            p.fillRect(QRectF(7.2, 10.7, 1.6, 1.6), t.inDoubt);
            return;
        case Glyph::Blocked:
            solid(p, s.octagonWithBar, t.blocked);
            return;
        case Glyph::Committing:
            line(p, circle(6.4), t.committed, 1.2);
            solid(p, s.halfDisc, t.committed);
            return;
        case Glyph::Committed:
            solid(p, s.discWithTick, t.committed);
            return;
        case Glyph::Aborting:
            line(p, s.leftRing, t.aborted, 2);
            line(p, pathFrom("M3.2 12.8L13.2 2.8"), t.aborted, 1.6);
            return;
        case Glyph::Aborted:
            line(p, s.ring, t.aborted, 2);
            line(p, pathFrom("M4.1 11.9L11.9 4.1"), t.aborted, 1.6);
            return;
        case Glyph::Heuristic:
            solid(p, s.diamondWithH, t.heuristic);
            return;
        case Glyph::Damage:
            for (const QPainterPath* half : {&s.damageLeft, &s.damageRight}) {
                solid(p, *half, t.heuristic);
                line(p, *half, t.blocked, 1);
            }
            return;
        default:
            return;
    }
}

void paintVote(QPainter& p, Glyph glyph, const Tokens& t) {
    const Shapes& s = shapes();
    switch (glyph) {
        case Glyph::VoteYes:
            voteSquare(p, t.active, t.activeTint);
            line(p, s.tick, t.active, 1.8);
            return;
        case Glyph::VoteNo:
            voteSquare(p, t.aborted, {});
            line(p, pathFrom("M5.2 5.2L10.8 10.8M10.8 5.2L5.2 10.8"), t.aborted, 1.8);
            return;
        case Glyph::VoteReadOnly:
            voteSquare(p, t.active, t.activeTint);
            line(p, s.letterR, t.active, 1.6);
            return;
        case Glyph::VotePending: {
            QPen pen(t.muted, 1.2);
            pen.setCapStyle(Qt::FlatCap);
            pen.setDashPattern({1.25, 1.67});
            p.setPen(pen);
            p.setBrush(Qt::NoBrush);
            p.drawRoundedRect(QRectF(1.75, 1.75, 12.5, 12.5), 2.6, 2.6);
            return;
        }
        case Glyph::VoteNotEnrolled:
            p.fillRect(QRectF(7.25, 7.25, 1.5, 1.5), t.muted);
            return;
        case Glyph::RaftVote:
            line(p, s.hexagon, t.active, 1.5);
            return;
        default:
            return;
    }
}

// True when the sign was one of these.
bool paintMark(QPainter& p, Glyph glyph, const Tokens& t, const QColor& text, const QColor& muted) {
    const Shapes& s = shapes();
    switch (glyph) {
        case Glyph::Durable:
            p.fillRect(QRectF(6, 1, 4, 14), text);
            return true;
        case Glyph::Syncing: {
            QPainterPath box;
            box.addRect(6.5, 1.5, 3, 13);
            line(p, box, text, 1);
            return true;
        }
        case Glyph::LazyWrite:
            p.fillRect(QRectF(7.5, 5, 1, 6), muted);
            return true;
        case Glyph::Crash:
            line(p, pathFrom("M3 3L13 13M13 3L3 13"), t.blocked, 3);
            return true;
        case Glyph::Restart:
            triangle(p, {{3.4, 2}, {13.2, 8}, {3.4, 14}}, t.active);
            return true;
        case Glyph::Suspended:
            p.fillRect(QRectF(3.5, 3, 3, 10), muted);
            p.fillRect(QRectF(9.5, 3, 3, 10), muted);
            return true;
        case Glyph::HeldBack:
            line(p, pathFrom("M1.5 3.5H14.5V12.5H1.5ZM2 4.2L8 9.2L14 4.2"), text, 1.4);
            return true;
        case Glyph::Lock:
            line(p, s.lock, muted, 1.4);
            return true;
        case Glyph::Lost:
            p.fillRect(QRectF(1, 7, 8, 2), t.blocked);
            p.fillRect(QRectF(9, 3, 2, 10), t.blocked);
            return true;
        case Glyph::Undetermined:
            line(p, circle(7.2), text, 1.5);
            line(p, s.question, text, 1.5);
            p.fillRect(QRectF(7.2, 10.8, 1.6, 1.6), text);
            return true;
        case Glyph::FaultTag: {
            QPainterPath tag;
            tag.addRect(1, 3, 14, 10);
            solid(p, tag.subtracted(strokeArea(pathFrom("M6.2 11V5H10.4M6.2 8H9.6"), 1.6)), text);
            return true;
        }
        case Glyph::Dot:
            p.setPen(Qt::NoPen);
            p.setBrush(text);
            p.drawEllipse(QPointF(8, 8), 4, 4);
            return true;
        case Glyph::More:
            for (const qreal x : {3.0, 8.0, 13.0}) {
                p.setPen(Qt::NoPen);
                p.setBrush(muted);
                p.drawEllipse(QPointF(x, 8), 1.4, 1.4);
            }
            return true;
        case Glyph::StepFirst:
            p.fillRect(QRectF(3, 3, 1.5, 10), text);
            triangle(p, {{13.5, 2.8}, {13.5, 13.2}, {5, 8}}, text);
            return true;
        case Glyph::StepBack:
            triangle(p, {{12.4, 2.8}, {12.4, 13.2}, {3.9, 8}}, text);
            return true;
        case Glyph::StepForward:
        case Glyph::Play:
            triangle(p, {{3.6, 2.8}, {3.6, 13.2}, {12.1, 8}}, text);
            return true;
        case Glyph::StepLast:
            p.fillRect(QRectF(11.5, 3, 1.5, 10), text);
            triangle(p, {{2.5, 2.8}, {2.5, 13.2}, {11, 8}}, text);
            return true;
        case Glyph::Pause:
            p.fillRect(QRectF(4.5, 4, 2, 8), text);
            p.fillRect(QRectF(9.5, 4, 2, 8), text);
            return true;
        default:
            return false;
    }
}

constexpr const char* glyphIconPrefix = "indoubt-glyph-";

class GlyphEngine final : public QIconEngine {
  public:
    explicit GlyphEngine(Glyph glyph) : m_glyph(glyph) {}
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const Theme* theme = Theme::installed();
        const Tokens& t = theme != nullptr ? theme->tokens() : Tokens::light();
        paintGlyph(*painter, m_glyph, rect, t, mode == QIcon::Disabled ? t.onDisabled : QColor());
    }
    QString iconName() override { return QLatin1String(glyphIconPrefix) + QString::number(static_cast<int>(m_glyph)); }
    QIconEngine* clone() const override { return new GlyphEngine(*this); }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap image(size);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return image;
    }

  private:
    Glyph m_glyph;
};

bool isRailIcon(Glyph glyph) { return glyph >= Glyph::Watch && glyph <= Glyph::Lab; }

}  // namespace

void paintGlyph(QPainter& painter, Glyph glyph, const QRectF& box, const Tokens& tokens, QColor ink) {
    if (glyph == Glyph::None) return;
    const QColor text = ink.isValid() ? ink : tokens.text;
    const QColor muted = ink.isValid() ? ink : tokens.muted;
    const qreal side = isRailIcon(glyph) ? grid::railIcon : grid::glyph;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(box.topLeft());
    painter.scale(box.width() / side, box.height() / side);
    if (glyph <= Glyph::Damage) {
        paintState(painter, glyph, tokens);
    } else if (glyph <= Glyph::RaftVote) {
        paintVote(painter, glyph, tokens);
    } else if (!paintMark(painter, glyph, tokens, text, muted)) {
        const bool strong = glyph == Glyph::Check;
        const bool quiet = glyph == Glyph::Send || glyph == Glyph::Receive || glyph == Glyph::Clock || glyph == Glyph::Pin ||
                           glyph == Glyph::TearOff || glyph == Glyph::Copy || glyph == Glyph::Search || isRailIcon(glyph);
        const qreal width = strong ? 2 : isRailIcon(glyph) || glyph == Glyph::Search ? 1.5 : 1.3;
        line(painter, linePath(glyph), quiet ? muted : text, width, Qt::FlatCap, strong ? Qt::MiterJoin : Qt::RoundJoin);
    }
    painter.restore();
}

QIcon glyphIcon(Glyph glyph) { return QIcon(new GlyphEngine(glyph)); }

void paintIcon(QPainter& painter, const QIcon& icon, const QRectF& box, const Tokens& tokens, bool enabled) {
    const QString name = icon.name();
    if (name.startsWith(QLatin1String(glyphIconPrefix))) {
        const auto glyph = static_cast<Glyph>(name.mid(static_cast<int>(qstrlen(glyphIconPrefix))).toInt());
        paintGlyph(painter, glyph, box, tokens, enabled ? QColor() : tokens.onDisabled);
        return;
    }
    icon.paint(&painter, box.toRect(), Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
}

Glyph stateGlyph(PaymentState state) {
    // The two enums list the states in one order.
    return static_cast<Glyph>(static_cast<int>(Glyph::Active) + static_cast<int>(state));
}
static_assert(static_cast<int>(Glyph::Damage) - static_cast<int>(Glyph::Active) == static_cast<int>(PaymentState::Damage));

QString stateWord(PaymentState state) { return glyphWord(stateGlyph(state)); }

bool isVerdict(PaymentState state) { return state == PaymentState::Committed || state == PaymentState::Aborted; }

void paintPlate(QPainter& painter, const QRectF& box, const QString& id, const Tokens& tokens, bool muted) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(muted ? tokens.muted : tokens.text);
    painter.drawRoundedRect(box, 3, 3);
    QFont f = font(TextRole::AxisStrong);
    f.setPixelSize(std::max(6, static_cast<int>(std::lround(box.height() * (id.size() > 2 ? 8.0 : 11.0) / 16))));
    f.setWeight(QFont::Bold);
    painter.setFont(f);
    painter.setPen(tokens.surface);
    painter.drawText(box, Qt::AlignCenter, id);
    painter.restore();
}

}  // namespace indoubt::console::theme
