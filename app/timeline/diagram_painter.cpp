// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/diagram_painter.h"

#include <QCoreApplication>
#include <QPainterPath>
#include <cmath>
#include <map>

#include "theme/fonts.h"
#include "theme/glyphs.h"

namespace indoubt::console::timeline {
namespace {

using theme::TextRole;
using theme::Tokens;

void paintRuler(QPainter& p, const DiagramFrame& f, const Tokens& t) {
    const Projection& pr = f.projection;
    p.setFont(theme::font(TextRole::Axis));
    const double shift = pr.origin - pr.window.offset;
    const QFontMetricsF metrics(p.font());
    double last = pr.visibleFrom + 4;
    const double tailWidth = f.scene.tail.isEmpty() ? 0 : theme::tabularWidth(metrics, f.scene.tail) + 16;
    for (const Tick& tick : pr.axis->ticks(pr.window.scale, pr.visibleFrom - shift, pr.visibleTo - shift)) {
        const double x = std::round(shift + tick.x);
        if (x < pr.visibleFrom + 4 || x > pr.visibleTo) continue;
        p.fillRect(QRectF(x, f.geometry.ruler + 2, 2, f.geometry.size.height() - f.geometry.ruler - 4), t.divider);
        if (tick.text.isEmpty()) continue;
        const double half = theme::tabularWidth(metrics, tick.text) / 2;
        if (x - half < last || x + half > pr.visibleTo - 2 - tailWidth) continue;
        last = x + half + 8;
        p.setPen(t.muted);
        theme::drawTabular(p, QRectF(x - half - 2, 3, 2 * half + 4, f.geometry.ruler - 4), Qt::AlignCenter, tick.text);
    }
    if (tailWidth > 0) {
        p.setPen(t.muted);
        theme::drawTabular(p, QRectF(pr.visibleTo - tailWidth, 3, tailWidth - f.geometry.right, f.geometry.ruler - 4),
                           Qt::AlignRight | Qt::AlignVCenter, f.scene.tail);
    }
}

void paintLanes(QPainter& p, const DiagramFrame& f, const Tokens& t) {
    const Projection& pr = f.projection;
    const double from = pr.visibleFrom + 8, to = pr.visibleTo - f.geometry.right;
    for (int lane = 0; lane < f.geometry.lanes; ++lane) {
        const double y = f.geometry.laneY(lane);
        double x = from;
        std::vector<std::pair<double, const SceneSpan*>> breaks;
        for (const SceneSpan& span : f.scene.spans)
            if (span.lane == lane && (span.kind == SceneSpan::Kind::Down || span.kind == SceneSpan::Kind::Suspended))
                breaks.emplace_back(pr.x(span.from), &span);
        std::sort(breaks.begin(), breaks.end());
        for (const auto& [start, span] : breaks) {
            const double end = span->to >= 0 ? pr.x(span->to) : to + 1;
            if (start > x) theme::drawLaneLine(p, t, x, std::min(start, to), y);
            if (span->kind == SceneSpan::Kind::Suspended) theme::drawSuspended(p, t, std::max(start, from), std::min(end, to), y);
            x = std::max(x, end);
        }
        if (x < to) theme::drawLaneLine(p, t, x, to, y);
    }
}

void paintWaiting(QPainter& p, const QRectF& box, const Tokens& t) {
    p.save();
    p.setPen(QPen(t.muted, 1, Qt::DotLine));
    p.setBrush(t.panel);
    p.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
    p.restore();
}

void paintSpans(QPainter& p, const DiagramFrame& f, const Tokens& t) {
    for (const SceneSpan& span : f.scene.spans) {
        const QRectF box = spanBox(f.scene, span, f.projection, f.geometry);
        if (!f.projection.sees(box.left() - 12, box.right() + 120)) continue;
        const double y = f.geometry.laneY(span.lane);
        switch (span.kind) {
            case SceneSpan::Kind::Sync:
                theme::drawSyncSpan(p, t, box.left(), box.right(), y);
                break;
            case SceneSpan::Kind::InDoubt:
                theme::drawInDoubtBand(p, t, box.left(), box.right(), y, {});
                break;
            case SceneSpan::Kind::Blocked:
                theme::drawBlockedBand(p, t, box.left(), box.right(), y, {});
                break;
            case SceneSpan::Kind::Heuristic:
                theme::drawHeuristicBar(p, t, box.left(), std::max(box.right(), box.left() + 18), y, {});
                break;
            case SceneSpan::Kind::Damage:
                theme::drawDamageBar(p, t, box.left(), std::max(box.right(), box.left() + 44), y, {});
                break;
            case SceneSpan::Kind::Lock:
                theme::drawLockRail(p, t, box.left(), box.right(), y, {}, span.to >= 0);
                break;
            case SceneSpan::Kind::Waiting:
                paintWaiting(p, box, t);
                break;
            case SceneSpan::Kind::Cut: {
                const double gap = f.geometry.pitch - 30;
                theme::drawPartition(p, t, QRectF(box.left(), y + 15 + gap / 2 - 8, std::max(12.0, box.width()), 16));
                break;
            }
            case SceneSpan::Kind::Down:
            case SceneSpan::Kind::Suspended:
                break;
        }
    }
}

// Thousands of messages: one plain stroke for each kind, nothing antialiased.
void paintDense(QPainter& p, const DiagramFrame& f, const Tokens& t) {
    std::map<theme::MessageKind, QList<QLineF>> lines;
    for (const PlacedMessage& m : f.layout.messages) lines[f.scene.messages[static_cast<std::size_t>(m.index)].kind].append({m.from, m.to});
    p.save();
    p.setRenderHint(QPainter::Antialiasing, false);
    for (const auto& [kind, list] : lines) {
        QColor colour = t.muted;
        if (kind == theme::MessageKind::VoteYes || kind == theme::MessageKind::VoteReadOnly) colour = t.active;
        if (kind == theme::MessageKind::Commit) colour = t.committed;
        if (kind == theme::MessageKind::Abort || kind == theme::MessageKind::VoteNo) colour = t.aborted;
        p.setPen(QPen(colour, 1));
        p.drawLines(list);
    }
    p.restore();
}

void paintMessages(QPainter& p, const DiagramFrame& f, const Tokens& t) {
    if (f.layout.dense) {
        paintDense(p, f, t);
        return;
    }
    for (const PlacedMessage& placed : f.layout.messages) {
        const SceneMessage& m = f.scene.messages[static_cast<std::size_t>(placed.index)];
        theme::MessageLook look;
        look.repeat = m.repeat;
        if (!m.lost) theme::drawMessage(p, t, m.kind, placed.from, placed.to, look);
    }
    // Lost ones above the rest: they are short, and what one looks for.
    for (const PlacedMessage& placed : f.layout.messages) {
        const SceneMessage& m = f.scene.messages[static_cast<std::size_t>(placed.index)];
        if (m.lost) theme::drawLostMessage(p, t, m.kind, placed.from, placed.to, placed.gapEndY, {});
    }
    for (const PlacedMessage& placed : f.layout.messages) {
        const SceneMessage& m = f.scene.messages[static_cast<std::size_t>(placed.index)];
        if (m.held < 0) continue;
        const double x = f.projection.x(m.held), y = f.geometry.laneY(m.to);
        // It lies beside the lane until it is let go, then goes in.
        double until = m.arrive >= 0 ? f.projection.x(m.arrive) : f.projection.xEnd();
        if (m.arrive < 0)  // a crash of the recipient loses it after all
            for (const SceneSpan& span : f.scene.spans)
                if (span.kind == SceneSpan::Kind::Down && span.lane == m.to && span.from > m.held)
                    until = std::min(until, f.projection.x(span.from));
        p.save();
        p.setRenderHint(QPainter::Antialiasing, false);
        QPen pen(t.text, 1, Qt::CustomDashLine, Qt::FlatCap);
        pen.setDashPattern({1, 3});
        p.setPen(pen);
        p.drawLine(QPointF(x + 9, y - 14), QPointF(until, y - 14));
        if (m.arrive >= 0) {
            p.drawLine(QPointF(until, y - 14), QPointF(until, y - 6));
            p.setRenderHint(QPainter::Antialiasing);
            QPainterPath head;
            head.addPolygon(QPolygonF({QPointF(until, y - 1), QPointF(until - 3, y - 7), QPointF(until + 3, y - 7)}));
            p.fillPath(head, t.text);
        }
        p.restore();
        theme::drawHeldBack(p, t, {x, y - 14});
    }
    for (const SceneSpan& span : f.scene.spans) {
        if (span.kind != SceneSpan::Kind::Suspended) continue;
        const double x = f.projection.x(span.from), y = f.geometry.laneY(span.lane);
        p.fillRect(QRectF(x - 1, y - 8, 18, 16), t.surface);
        theme::paintGlyph(p, theme::Glyph::Suspended, QRectF(x, y - 8, 16, 16), t);
    }
}

void paintMarks(QPainter& p, const DiagramFrame& f, const Tokens& t) {
    for (const SceneMark& mark : f.scene.marks) {
        const double x = f.projection.x(mark.event);
        if (!f.projection.sees(x - 10, x + 10)) continue;
        const double y = f.geometry.laneY(f.scene.events[static_cast<std::size_t>(mark.event)].lane);
        switch (mark.kind) {
            case SceneMark::Kind::Syncing:
                theme::drawForcedWrite(p, t, x, y, false);
                break;
            case SceneMark::Kind::Durable:
                theme::drawForcedWrite(p, t, x, y, true);
                break;
            case SceneMark::Kind::Lazy:
                theme::drawLazyWrite(p, t, x, y);
                break;
            case SceneMark::Kind::Crash:
                theme::drawCrash(p, t, {x, y});
                break;
            case SceneMark::Kind::Restart:
                theme::drawRestart(p, t, {x, y});
                break;
            case SceneMark::Kind::End:
                theme::drawEndTick(p, t, x, y, {});
                break;
            case SceneMark::Kind::Order:
                p.fillRect(QRectF(x - 7, y - 7, 14, 14), t.surface);
                theme::paintGlyph(p, theme::Glyph::Person, QRectF(x - 8, y - 8, 16, 16), t);
                break;
            case SceneMark::Kind::Decide:
            case SceneMark::Kind::Fault:
            case SceneMark::Kind::Note:
                break;
        }
    }
}

// The word of a forced outcome keeps its own ground: messages pass beneath it.
void paintBarWords(QPainter& p, const DiagramFrame& f, const Tokens& t) {
    p.setFont(theme::font(TextRole::AxisStrong));
    for (const SceneSpan& span : f.scene.spans) {
        if (span.kind != SceneSpan::Kind::Heuristic) continue;
        const QRectF seen = spanBox(f.scene, span, f.projection, f.geometry).intersected(f.geometry.plot());
        const double w = theme::tabularWidth(QFontMetricsF(p.font()), span.text) + 8;
        if (seen.width() < w + 30) continue;
        const QRectF ground(seen.left() + 24, seen.center().y() - 8, w, 16);
        p.fillRect(ground, t.heuristic);
        p.setPen(t.dark ? t.surface : t.text);
        theme::drawTabular(p, ground, Qt::AlignCenter, span.text);
    }
}

void paintTexts(QPainter& p, const DiagramFrame& f, const Tokens& t) {
    for (const PlacedText& text : f.layout.texts) {
        if (!text.leader.isNull()) {
            p.save();
            p.setRenderHint(QPainter::Antialiasing, false);
            QPen pen(t.text, 1, Qt::CustomDashLine, Qt::FlatCap);
            pen.setDashPattern({3, 2});
            p.setPen(pen);
            p.drawLine(text.leader);
            p.restore();
        }
        const auto cut = [&](TextRole role, const QColor& ink) {
            p.fillRect(text.box, t.surface);
            p.setFont(theme::font(role));
            p.setPen(ink);
            theme::drawTabular(p, text.box, Qt::AlignCenter, text.text);
        };
        switch (text.style) {
            case PlacedText::Style::Fault:
                theme::drawFaultTag(p, t, text.box.topLeft(), text.text);
                break;
            case PlacedText::Style::Verdict:
                cut(TextRole::AxisStrong, t.text);
                break;
            case PlacedText::Style::BandWord: {
                const double cutHeight = text.cut > 0 ? text.cut : 14;
                const QRectF inner(text.box.left(), text.box.center().y() - cutHeight / 2, text.box.width(), cutHeight);
                p.fillRect(inner, t.surface);
                p.setFont(theme::font(TextRole::AxisStrong));
                p.setPen(t.text);
                theme::drawTabular(p, text.box, Qt::AlignCenter, text.text);
                break;
            }
            case PlacedText::Style::FoldWord:
                cut(TextRole::AxisStrong, t.muted);
                break;
            case PlacedText::Style::Message:
            case PlacedText::Style::Remark:
            case PlacedText::Style::RailWord:
                cut(TextRole::Axis, t.muted);
                break;
        }
    }
}

void paintRegions(QPainter& p, const DiagramFrame& f, const Tokens& t, const Story& story) {
    for (const Story::Region& region : story.regions) {
        const double x0 = std::round(f.projection.x(region.from)), x1 = std::round(f.projection.x(region.to));
        const double top = f.geometry.ruler + 2, bottom = f.geometry.size.height() - 2;
        // Laid over the finished diagram so that no cut-out shows as a hole in it: only what is plain surface takes the tint.
        p.setCompositionMode(t.dark ? QPainter::CompositionMode_Lighten : QPainter::CompositionMode_Darken);
        p.fillRect(QRectF(x0, top, x1 - x0, bottom - top), t.selection);
        p.setCompositionMode(QPainter::CompositionMode_SourceOver);
        QPen pen(t.accent, 1);
        pen.setDashPattern({4, 3});
        p.setPen(pen);
        for (const double x : {x0, x1}) p.drawLine(QPointF(x + 0.5, top), QPointF(x + 0.5, bottom));
        p.setFont(theme::font(TextRole::AxisStrong));
        p.setPen(t.text);
        // At the right edge the second word moves in rather than being cut.
        const double toX = std::min(x1 + 8, f.geometry.size.width() - theme::tabularWidth(QFontMetricsF(p.font()), region.toText) - 12);
        // No line goes through a word.
        const auto said = [&](double x, const QString& words) {
            const double wide = theme::tabularWidth(QFontMetricsF(p.font()), words);
            p.fillRect(QRectF(x - 3, top + 3, wide + 6, 16), t.surface);
            theme::drawTabular(p, QRectF(x, top + 2, wide + 4, 18), Qt::AlignLeft | Qt::AlignVCenter, words);
        };
        // Too narrow for its word: the word stands before the region instead.
        const bool narrow = theme::tabularWidth(QFontMetricsF(p.font()), region.fromText) + 16 > std::min(x1, toX) - x0;
        if (narrow)
            said(std::min(x0, toX - 4) - 8 - theme::tabularWidth(QFontMetricsF(p.font()), region.fromText), region.fromText);
        else
            said(x0 + 8, region.fromText);
        said(toX, region.toText);
    }
}

void paintBadges(QPainter& p, const DiagramFrame& f, const Tokens& t, const Story& story) {
    p.setRenderHint(QPainter::Antialiasing);
    for (const Story::Badge& badge : story.badges) {
        const QPointF at(f.projection.x(badge.event), f.geometry.laneY(f.scene.events[static_cast<std::size_t>(badge.event)].lane) - 19);
        p.setPen(QPen(t.surface, 1.5));
        p.setBrush(t.accent);
        p.drawEllipse(at, 8.5, 8.5);
        p.setFont(theme::font(TextRole::AxisStrong));
        p.setPen(t.onAccent);
        theme::drawTabular(p, QRectF(at.x() - 9, at.y() - 9, 18, 18), Qt::AlignCenter, badge.text);
    }
}

}  // namespace

void paintPlot(QPainter& p, const DiagramFrame& f, const Tokens& t, const Story& story) {
    if (f.scene.events.empty() || !f.projection.axis) return;
    p.save();
    p.setClipRect(f.geometry.plot(), Qt::IntersectClip);
    paintRuler(p, f, t);
    p.setClipRect(f.geometry.plot().adjusted(0, f.geometry.ruler, 0, 0), Qt::IntersectClip);
    paintLanes(p, f, t);
    paintSpans(p, f, t);
    if (!f.projection.moving())
        for (const Fold& fold : f.projection.axis->folds()) {
            const double x = f.projection.at(fold.middle);
            if (f.projection.sees(x - 8, x + 8)) theme::drawFold(p, t, x, f.geometry.compact ? 46 : 48, f.geometry.size.height() - 2, {});
        }
    paintMessages(p, f, t);
    paintMarks(p, f, t);
    paintBarWords(p, f, t);
    paintTexts(p, f, t);
    paintRegions(p, f, t, story);
    paintBadges(p, f, t, story);
    p.restore();
}

void paintLaneHeads(QPainter& p, const DiagramFrame& f, const Tokens& t, bool clocks) {
    const Geometry& g = f.geometry;
    p.save();
    p.fillRect(QRectF(0, 0, g.head, g.size.height()), t.surface);
    p.fillRect(QRectF(g.head - 1, 0, 1, g.size.height()), t.border);
    p.setFont(theme::font(TextRole::Axis));
    p.setPen(t.muted);
    if (!f.scene.origin.isEmpty())
        theme::drawTabular(p, QRectF(12, 3, g.head - 24, g.ruler - 4), Qt::AlignLeft | Qt::AlignVCenter, f.scene.origin);
    p.setClipRect(QRectF(0, g.ruler, g.head - 1, g.size.height()), Qt::IntersectClip);
    for (int i = 0; i < static_cast<int>(f.scene.lanes.size()); ++i) {
        const SceneLane& lane = f.scene.lanes[static_cast<std::size_t>(i)];
        const double y = g.laneY(i) + g.nameY;  // middle of the first line
        if (y < -40 || y > g.size.height() + 40) continue;
        theme::paintPlate(p, QRectF(12, y - 8, 16, 16), lane.id, t, lane.muted);
        double right = g.head - (g.compact ? 7 : 12);
        // A decision that leaves no room for the name stands in the second line, before the protocol.
        bool verdictBelow = false;
        const QFontMetricsF name(theme::font(TextRole::Strong)), axis(theme::font(TextRole::Axis));
        if (!lane.word.isEmpty() || lane.sign != theme::Glyph::None) {
            const bool sign = lane.sign != theme::Glyph::None;
            p.setFont(theme::font(TextRole::Small));
            const double w = theme::tabularWidth(QFontMetricsF(p.font()), lane.word);
            const double whole = (lane.word.isEmpty() ? 0 : w + 5) + (sign ? 16 + 3 : 3);
            verdictBelow = lane.amount.isEmpty() && 34 + name.horizontalAdvance(lane.name) > right - whole;
            const double at = verdictBelow ? y + 16 : y;
            double end = verdictBelow ? 34 + whole : right;
            p.setPen(sign ? t.text : t.muted);
            theme::drawTabular(p, QRectF(end - w - 1, at - 10, w + 1, 20), Qt::AlignRight | Qt::AlignVCenter, lane.word);
            end -= lane.word.isEmpty() ? 0 : w + 5;
            if (sign) theme::paintGlyph(p, lane.sign, QRectF(end - 16, at - 8, 16, 16), t);
            if (!verdictBelow) right -= whole;
        }
        p.setFont(theme::font(TextRole::Strong));
        p.setPen(t.text);
        p.drawText(QRectF(34, y - 10, right - 34, 20), Qt::AlignLeft | Qt::AlignVCenter,
                   name.elidedText(lane.name, Qt::ElideRight, right - 34));
        p.setFont(theme::font(TextRole::Axis));
        p.setPen(t.muted);
        if (verdictBelow) continue;
        const QRectF second(34, y + 8, g.head - (g.compact ? 7 : 12) - 34, 16);
        const QString left = clocks && !lane.behind.isEmpty()     ? lane.behind
                             : g.compact || lane.amount.isEmpty() ? lane.role
                                                                  : lane.role + QLatin1Char(' ') + lane.amount;
        theme::drawTabular(p, second, Qt::AlignLeft | Qt::AlignVCenter, axis.elidedText(left, Qt::ElideRight, second.width()));
        if (g.compact && !lane.amount.isEmpty() &&
            axis.horizontalAdvance(left) + theme::tabularWidth(axis, lane.amount) + 8 < second.width())
            theme::drawTabular(p, second, Qt::AlignRight | Qt::AlignVCenter, lane.amount);
    }
    // Lanes out of sight are said, never cut in silence.
    const auto more = [&](int count, double y, const QString& text) {
        if (count == 0) return;
        p.fillRect(QRectF(1, y, g.head - 2, 18), t.surface);
        p.setFont(theme::font(TextRole::AxisStrong));
        p.setPen(t.muted);
        theme::drawTabular(p, QRectF(34, y, g.head - 46, 18), Qt::AlignLeft | Qt::AlignVCenter, count == 1 ? text : text.arg(count));
    };
    int above = 0, below = 0;
    for (int i = 0; i < g.lanes; ++i) {
        above += g.laneY(i) < g.ruler + 4;
        below += g.laneY(i) > g.size.height() - 6;
    }
    more(above, g.ruler, above == 1 ? QCoreApplication::translate("Timeline", "1 more lane above") : QCoreApplication::translate("Timeline", "%1 more lanes above"));
    more(below, g.size.height() - 19, below == 1 ? QCoreApplication::translate("Timeline", "1 more lane below") : QCoreApplication::translate("Timeline", "%1 more lanes below"));
    p.restore();
}

}  // namespace indoubt::console::timeline
