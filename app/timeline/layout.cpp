// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/layout.h"

#include <QCoreApplication>
#include <cmath>

#include "theme/fonts.h"

namespace indoubt::console::timeline {
namespace {

using theme::TextRole;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

bool crosses(const QLineF& line, const QRectF& box) {
    // Liang and Barsky, in short: does any part of the segment lie inside?
    double t0 = 0, t1 = 1;
    const double dx = line.dx(), dy = line.dy();
    const std::pair<double, double> edges[] = {
        {-dx, line.x1() - box.left()}, {dx, box.right() - line.x1()}, {-dy, line.y1() - box.top()}, {dy, box.bottom() - line.y1()}};
    for (const auto& [p, q] : edges) {
        if (std::abs(p) < 1e-9) {
            if (q < 0) return false;
            continue;
        }
        const double r = q / p;
        if (p < 0)
            t0 = std::max(t0, r);
        else
            t1 = std::min(t1, r);
        if (t0 > t1) return false;
    }
    return true;
}

// Texts, marks and lines already standing.
class Occupied {
  public:
    void add(const QRectF& box) { m_boxes.push_back(box); }
    void forgetLines() { m_lines.clear(); }
    void addLine(const QLineF& line) { m_lines.push_back(line); }
    bool freeOfBoxes(const QRectF& box) const {
        return std::none_of(m_boxes.begin(), m_boxes.end(), [&](const QRectF& other) { return other.intersects(box); });
    }
    int linesThrough(const QRectF& box) const {
        return static_cast<int>(std::count_if(m_lines.begin(), m_lines.end(), [&](const QLineF& line) { return crosses(line, box); }));
    }

  private:
    std::vector<QRectF> m_boxes;
    std::vector<QLineF> m_lines;
};

struct Fonts {
    QFontMetricsF axis{theme::font(TextRole::Axis)}, strong{theme::font(TextRole::AxisStrong)};
};

class Placer {
  public:
    Placer(const Scene& scene, const Projection& projection, const Geometry& geometry, qint64 nowNs)
        : s(scene), p(projection), g(geometry), now(nowNs) {}

    Layout run() {
        messages();
        out.dense = out.messages.size() > denseMessages;
        if (out.dense) occupied.forgetLines();  // words cannot keep off thousands of lines
        furniture();
        folds();
        faults();
        marks();
        bandWords();
        if (!out.dense) messageLabels();
        railWords();
        return std::move(out);
    }

  private:
    void messages() {
        for (std::size_t i = 0; i < s.messages.size(); ++i) {
            const SceneMessage& m = s.messages[i];
            if (m.folded && p.axis->kind() == AxisKind::Folded) continue;
            const double x0 = p.x(m.send);
            const bool lost = m.lost;
            // A lost one leans as if it went on.
            const double lean = 0.4 * std::abs(g.laneY(m.to) - g.laneY(m.from));
            double x1 = lost ? x0 + lean : m.arrive >= 0 ? p.x(m.arrive) : std::max(x0 + 12, p.xEnd());
            if (m.held >= 0) x1 = p.x(m.held);  // the way on from there is along the lane
            if (!p.sees(std::min(x0, x1) - 2, std::max(x0, x1) + 2)) continue;
            PlacedMessage placed{static_cast<int>(i),
                                 {x0, g.laneY(m.from)},
                                 {x1, g.laneY(m.to)},
                                 g.laneY(m.from + (m.to > m.from   ? 1
                                                   : m.to < m.from ? -1
                                                                   : 0))};
            // A line leaves beside the bar of the write that it waited for.
            if (x1 > x0 + 6 && !lost) placed.from.rx() += 2;
            out.messages.push_back(placed);
            if (m.lost) {
                const QPointF end = theme::lostEnd(placed.from, placed.to, placed.gapEndY);
                occupied.add(QRectF(end.x() - 8, end.y() - 8, 16, 16));
                occupied.addLine({placed.from, end});
            } else {
                occupied.addLine({placed.from, placed.to});
            }
        }
    }

    void furniture() {
        for (const SceneSpan& span : s.spans) {
            const QRectF box = spanBox(s, span, p, g);
            if (!p.sees(box.left(), box.right())) continue;
            if (span.kind == SceneSpan::Kind::Lock)
                occupied.add(box.adjusted(-5, -3, 5, 2));
            else if (span.kind != SceneSpan::Kind::Down && span.kind != SceneSpan::Kind::Suspended && span.kind != SceneSpan::Kind::Sync)
                occupied.add(box);
            else if (span.kind == SceneSpan::Kind::Sync) {
                occupied.add(box);
                bars.push_back(box);
            }
        }
        for (const SceneMark& mark : s.marks) {
            const double x = p.x(mark.event), y = laneYOf(mark.event);
            if (!p.sees(x - 12, x + 12)) continue;
            switch (mark.kind) {
                case SceneMark::Kind::Syncing:
                case SceneMark::Kind::Durable:
                    occupied.add(QRectF(x - 3, y - 11, 6, 22));
                    bars.push_back(QRectF(x - 5, y - 11, 10, 22));
                    break;
                case SceneMark::Kind::Crash:
                    occupied.add(QRectF(x - 9, y - 9, 18, 18));
                    break;
                case SceneMark::Kind::Restart:
                    occupied.add(QRectF(x - 7, y - 8, 14, 16));
                    break;
                default:
                    break;
            }
        }
    }

    double laneYOf(int event) const { return g.laneY(s.events[static_cast<std::size_t>(event)].lane); }

    bool inside(const QRectF& box) const {
        return box.left() >= p.visibleFrom + 2 && box.right() <= p.visibleTo - 2 && box.top() >= g.ruler &&
               box.bottom() <= g.size.height() - 1;
    }

    // First candidate that touches no box, with the fewest lines through it; `mostLines` is what is still bearable.
    bool place(PlacedText text, const std::vector<QPointF>& topLefts, int mostLines) {
        int best = mostLines + 1;
        QRectF chosen;
        for (const QPointF& at : topLefts) {
            const QRectF box(at, text.box.size());
            if (!inside(box) || !occupied.freeOfBoxes(box)) continue;
            const int lines = occupied.linesThrough(box.adjusted(1, 2, -1, -2));
            if (lines < best) {
                best = lines;
                chosen = box;
                if (lines == 0) break;
            }
        }
        if (best > mostLines) return false;
        if (!text.leader.isNull()) {
            const double x = std::clamp(text.leader.x2(), chosen.left() + 3, chosen.right() - 3);
            const double y = chosen.center().y() < text.leader.y2() ? chosen.bottom() : chosen.top();
            text.leader.setP1({x, y});
            text.leader.setP2({x, text.leader.y2()});
        }
        text.box = chosen;
        occupied.add(chosen.adjusted(-3, 0, 3, 0));
        out.texts.push_back(std::move(text));
        return true;
    }

    QSizeF sizeOf(const QFontMetricsF& metrics, const QString& text, double pad) const {
        return {std::ceil(theme::tabularWidth(metrics, text)) + pad, std::ceil(metrics.height())};
    }

    void folds() {
        if (p.moving() || !p.axis) return;
        for (const Fold& fold : p.axis->folds()) {
            const double x = p.at(fold.middle), top = g.top - g.scrollY < 50 ? g.ruler + 2 : 30;
            if (!p.sees(x - 20, x + 20)) continue;
            const QSizeF size = sizeOf(fonts.strong, fold.text, 8);
            place({PlacedText::Style::FoldWord, {QPointF(), size}, fold.text, {}}, {{x - size.width() / 2, top}}, 99);
            if (!fold.remark.isEmpty()) {
                const QSizeF wide = sizeOf(fonts.axis, fold.remark, 6);
                PlacedText remark{PlacedText::Style::Remark, {QPointF(), wide}, fold.remark, {}};
                std::vector<QPointF> at;
                for (int lane = 1; lane < g.lanes; ++lane)
                    at.emplace_back(x - wide.width() / 2, g.laneY(lane) - 8 - (g.pitch - 30) / 2 - wide.height() / 2 + 6);
                at.emplace_back(x - wide.width() / 2, top + 17);
                place(remark, at, 2);
            }
            for (const double side : {-7.0, 7.0}) occupied.addLine({x + side, top + 16, x + side, g.size.height()});
        }
    }

    void faults() {
        for (const SceneMark& mark : s.marks) {
            if (mark.kind != SceneMark::Kind::Fault) continue;
            const double x = p.x(mark.event), y = laneYOf(mark.event);
            if (!p.sees(x - 4, x + 4)) continue;
            const QSizeF size = theme::faultTagSize(mark.text);
            PlacedText text{PlacedText::Style::Fault, {QPointF(), size}, mark.text, QLineF(x, 0, x, y)};
            const double w = size.width();
            std::vector<QPointF> at;
            for (const double rise : {39.0, 47.0, 31.0})
                for (const double shift : {-14.0, -w / 2, 14 - w, -w - 2, 2.0}) at.emplace_back(x + shift, y - rise);
            // Beside the mark on its own lane: free while the node is down.
            std::vector<QPointF> beside{{x + 14, y - 9}};
            if (g.compact) {
                PlacedText plain = text;
                plain.leader = {};
                if (place(plain, beside, 0)) continue;
            }
            if (place(text, at, 1)) continue;
            PlacedText plain = text;
            plain.leader = {};
            if (place(plain, beside, 0)) continue;
            plain.text.clear();  // the tag alone
            plain.box.setSize(theme::faultTagSize({}));
            place(plain,
                  {{x + 12, y - 9},
                   {x - 12 - plain.box.width(), y - 9},
                   {x - plain.box.width() / 2, y - 31},
                   {x - plain.box.width() / 2, y + 13}},
                  2);
        }
    }

    void marks() {
        for (const SceneMark& mark : s.marks) {
            if (mark.text.isEmpty() || mark.kind == SceneMark::Kind::Fault) continue;
            const double x = p.x(mark.event), y = laneYOf(mark.event);
            if (!p.sees(x - 150, x + 150)) continue;
            const bool verdict = mark.kind == SceneMark::Kind::Decide;
            const QSizeF size = sizeOf(verdict ? fonts.strong : fonts.axis, mark.text, 6);
            const double w = size.width(), up = y - 22 - size.height() / 2;
            PlacedText text{verdict ? PlacedText::Style::Verdict : PlacedText::Style::Remark, {QPointF(), size}, mark.text, {}};
            std::vector<QPointF> at;
            switch (mark.kind) {
                case SceneMark::Kind::End:
                    at = {{x - w / 2, y - 15.5 - size.height() / 2}, {x - w + 4, y - 15.5 - size.height() / 2}, {x - w / 2, y + 8}};
                    break;
                case SceneMark::Kind::Restart:
                    at = {{x - 6, up}, {x - 6, up - 16}, {x - w, up}, {x - 6, y + 12}};
                    break;
                case SceneMark::Kind::Decide: {
                    const double right = decidedX(mark.event) + 3;
                    at = {{right - w, up},      {x - 3, up},      {x - w / 2, up},     {x - w + 3, up}, {right - w, up - 15},
                          {x - w / 2, up - 15}, {x - 3, up - 15}, {x - w / 2, y + 13}, {x - 3, y + 13}};
                    break;
                }
                default:
                    at = {{x - w / 2, up}, {x - 4, up}, {x - w + 4, up}, {x - w / 2, y + 12}, {x + 6, y + 12}, {x - w - 6, y + 12}};
                    break;
            }
            place(text, at, verdict ? 1 : 0);
        }
        for (const SceneSpan& span : s.spans) {
            const QRectF box = spanBox(s, span, p, g);
            if (span.kind != SceneSpan::Kind::Damage || !p.sees(box.left(), box.right())) continue;
            const QSizeF size = sizeOf(fonts.strong, span.text, 6);
            const double right = std::min(std::max(box.right(), box.left() + 44), p.visibleTo - 6);
            PlacedText text{PlacedText::Style::Verdict, {QPointF(), size}, span.text, {}};
            std::vector<QPointF> at;
            for (const double y : {box.top() - 3 - size.height(), box.bottom() + 3, box.top() - 19 - size.height()})
                for (const double x : {box.right() + 8, right - size.width(), box.left()}) at.emplace_back(x, y);
            at.insert(at.begin(), QPointF(std::max(box.right(), box.left() + 44) + 6, box.center().y() - size.height() / 2));
            place(text, at, 9);  // what is at stake is always said
        }
        for (const SceneSpan& span : s.spans)
            if (span.kind == SceneSpan::Kind::Down && !span.text.isEmpty())
                alongSpan(span, PlacedText::Style::Remark, fonts.axis, {spanWord(s, span, now)}, 6, 0, 2);
            // A band may cover the dotted lane: the word stands above it.
            else if (span.kind == SceneSpan::Kind::Suspended)
                alongSpan(span, PlacedText::Style::Remark, fonts.axis, {spanWord(s, span, now)}, 6, -20, 3);
    }

    // The verdict stands over the bar that made it durable.
    double decidedX(int event) const {
        const int lane = s.events[static_cast<std::size_t>(event)].lane;
        for (const SceneSpan& span : s.spans)
            if (span.kind == SceneSpan::Kind::Sync && span.lane == lane && span.from >= event && span.from <= event + 3)
                return span.to >= 0 ? p.x(span.to) : p.x(span.from) + 40;
        return p.x(event);
    }

    // A word on a band or rail: as near to the middle of its visible part as a place without a message through it.
    bool alongSpan(const SceneSpan& span, PlacedText::Style style, const QFontMetricsF& metrics, const std::vector<QString>& words,
                   double pad, double centreY, int mostLines) {
        const QRectF box = spanBox(s, span, p, g);
        const double left = std::max(box.left() + 6, p.visibleFrom + 4), right = std::min(box.right() - 6, p.visibleTo - 6);
        for (const QString& word : words) {
            const QSizeF size = sizeOf(metrics, word, pad);
            if (word.isEmpty() || right - left < size.width()) continue;
            const double y = g.laneY(span.lane) + centreY - size.height() / 2, middle = (left + right) / 2;
            int best = 100;
            QRectF chosen;
            const double reach = (right - left - size.width()) / 2;
            for (double away = 0; away <= reach + 0.01; away += std::max(7.0, reach / 24)) {
                for (const double side : {-1.0, 1.0}) {
                    const QRectF at(QPointF(middle + side * away - size.width() / 2, y), size);
                    if (centreY == 0 && std::any_of(bars.begin(), bars.end(), [&](const QRectF& bar) { return bar.intersects(at); }))
                        continue;
                    if (std::any_of(out.texts.begin(), out.texts.end(),
                                    [&](const PlacedText& other) { return other.box.adjusted(-3, 0, 3, 0).intersects(at); }))
                        continue;
                    const int lines = occupied.linesThrough(at);
                    if (lines < best) {
                        best = lines;
                        chosen = at;
                    }
                }
                if (best == 0) break;
            }
            if (best <= mostLines) {
                out.texts.push_back({style,
                                     chosen,
                                     word,
                                     {},
                                     span.kind == SceneSpan::Kind::Blocked   ? 10.0
                                     : span.kind == SceneSpan::Kind::InDoubt ? 13.0
                                                                             : 0.0});
                occupied.add(chosen);
                return true;
            }
        }
        return false;
    }

    void bandWords() {
        for (const SceneSpan& span : s.spans) {
            const bool band =
                span.kind == SceneSpan::Kind::InDoubt || span.kind == SceneSpan::Kind::Blocked || span.kind == SceneSpan::Kind::Waiting;
            const QRectF box = spanBox(s, span, p, g);
            if (!band || !p.sees(box.left(), box.right())) continue;
            const QString word = spanWord(s, span, now);
            const qsizetype number = word.lastIndexOf(QLatin1Char(' '), word.lastIndexOf(QLatin1Char(' ')) - 1);
            std::vector<QString> words{word};
            if (number > 0) words.push_back(span.kind == SceneSpan::Kind::Blocked ? word.mid(number + 1) : word.left(number));
            alongSpan(span, PlacedText::Style::BandWord, fonts.strong, words, 20, 0, 9);
        }
    }

    void railWords() {
        for (const SceneSpan& span : s.spans)
            if (span.kind == SceneSpan::Kind::Lock && !span.text.isEmpty() &&
                p.sees(spanBox(s, span, p, g).left(), spanBox(s, span, p, g).right()))
                alongSpan(span, PlacedText::Style::RailWord, fonts.axis, {span.text}, 10, 20, 1);
    }

    void messageLabels() {
        std::vector<const PlacedMessage*> labelled;
        for (const PlacedMessage& placed : out.messages) {
            const SceneMessage& m = s.messages[static_cast<std::size_t>(placed.index)];
            if (m.text.isEmpty()) continue;
            const QPointF end = m.lost ? theme::lostEnd(placed.from, placed.to, placed.gapEndY) : placed.to;
            // One label speaks for the fan of the same words around it.
            const bool said = std::any_of(labelled.begin(), labelled.end(), [&](const PlacedMessage* other) {
                const SceneMessage& o = s.messages[static_cast<std::size_t>(other->index)];
                return o.text == m.text && ((o.from == m.from && std::abs(other->from.x() - placed.from.x()) < 90) ||
                                            (o.to == m.to && !m.lost && !o.lost && std::abs(other->to.x() - placed.to.x()) < 90));
            });
            if (said) continue;
            const QSizeF size = sizeOf(fonts.axis, m.text, 6);
            std::vector<QPointF> at;
            if (m.lost) {
                for (const double side : {16.0, -16 - size.width()}) at.emplace_back(end.x() + side, end.y() - size.height() / 2 - 4);
                at.emplace_back(end.x() - size.width() / 2, end.y() - 24);
            }
            const double slope = std::abs(end.y() - placed.from.y()) < 1 ? 0 : (end.x() - placed.from.x()) / (end.y() - placed.from.y());
            for (const double along : {0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82}) {
                const QPointF on = placed.from + (end - placed.from) * along;
                const double away = size.width() / 2 + 6 + std::min(14.0, std::abs(slope) * size.height() / 2);
                for (const double side : {-away, away}) at.emplace_back(on.x() + side - size.width() / 2, on.y() - size.height() / 2);
            }
            PlacedText text{PlacedText::Style::Message, {QPointF(), size}, m.text, {}};
            if (place(text, at, 0)) {
                labelled.push_back(&placed);
                continue;
            }
            // On the line itself, cut out of it: better than over another's.
            std::vector<QPointF> on;
            for (const double along : {0.5, 0.4, 0.6, 0.3, 0.7}) {
                const QPointF c = placed.from + (end - placed.from) * along;
                on.emplace_back(c.x() - size.width() / 2, c.y() - size.height() / 2);
            }
            if (!m.lost && place(text, on, 1)) labelled.push_back(&placed);
        }
    }

    const Scene& s;
    const Projection& p;
    const Geometry& g;
    const qint64 now;
    Fonts fonts;
    Occupied occupied;
    std::vector<QRectF> bars;  // writes: no word of a band may stand on them
    Layout out;
};

}  // namespace

Layout layOut(const Scene& scene, const Projection& projection, const Geometry& geometry, qint64 nowNs) {
    if (scene.events.empty() || !projection.axis) return {};
    return Placer(scene, projection, geometry, nowNs).run();
}

Geometry Geometry::fitting(QSizeF size, int lanes, bool compact) {
    Geometry g;
    g.size = size;
    g.lanes = lanes;
    g.compact = compact;
    g.top = compact ? 36 : 57;
    if (compact) {
        g.head = 184;
        g.nameY = -2;
    }
    const double below = theme::grid::lane + (compact ? 9 : 13);
    if (lanes > 1)
        g.pitch = std::clamp((size.height() - g.top - below) / (lanes - 1), double(theme::grid::lanePitchDesk),
                             double(theme::grid::lanePitchTimeline));
    if (compact) g.pitch = theme::grid::lanePitchDesk;
    // What is left over goes above the first lane, where the tags and verdicts are.
    const double spare = size.height() - (g.top + (lanes - 1) * g.pitch + below);
    if (spare > 0 && !compact) g.top += std::min(spare * 0.3, 40.0);
    return g;
}

QRectF spanBox(const Scene& scene, const SceneSpan& span, const Projection& p, const Geometry& g) {
    Q_UNUSED(scene);
    const double x0 = p.x(span.from),
                 x1 = span.to >= 0                  ? p.x(span.to)
                      : p.moving() || p.xEnd() < x0 ? p.xEnd()
                                                    : std::max(p.xEnd(), x0 + 2),
                 y = g.laneY(span.lane);
    switch (span.kind) {
        case SceneSpan::Kind::Lock:
            return {x0, y + 18, x1 - x0, 4};
        case SceneSpan::Kind::Sync:
            return {x0, y - 11, x1 - x0, 22};
        case SceneSpan::Kind::Heuristic:
            return {x0, y - 14, x1 - x0, 28};
        case SceneSpan::Kind::Damage: {
            // Torn in the middle: at the edge of what is seen it moves back until it is whole.
            constexpr double least = 44, edge = 6;
            const double right = std::max(x1, x0 + least), seen = p.visibleTo - edge;
            const double over = x0 < p.visibleTo && x0 + least > seen ? x0 + least - seen : 0;
            return {x0 - over, y - 14, (over > 0 ? seen : right) - x0 + over, 28};
        }
        default:
            return {x0, y - 8, x1 - x0, 16};
    }
}

QString spanWord(const Scene& scene, const SceneSpan& span, qint64 nowNs) {
    const qint64 from = scene.events[static_cast<std::size_t>(span.from)].hlcNs;
    const qint64 to = span.to >= 0 ? scene.events[static_cast<std::size_t>(span.to)].hlcNs : std::max(nowNs, from);
    const QString length = durationText(to - from);
    switch (span.kind) {
        case SceneSpan::Kind::InDoubt: {
            // What goes on as blocked carries its age there.
            const bool goesOn = span.to >= 0 && std::any_of(scene.spans.begin(), scene.spans.end(), [&](const SceneSpan& other) {
                                    return other.kind == SceneSpan::Kind::Blocked && other.lane == span.lane && other.from == span.to;
                                });
            return goesOn ? Words::tr("in doubt") : Words::tr("in doubt %1").arg(length);
        }
        case SceneSpan::Kind::Blocked:
            return Words::tr("blocked %1").arg(length);
        case SceneSpan::Kind::Waiting:
            return Words::tr("waiting %1").arg(length);
        case SceneSpan::Kind::Suspended:
            return Words::tr("suspended %1").arg(length);
        case SceneSpan::Kind::Down:
            return span.text.isEmpty() ? QString() : Words::tr("%1 down %2").arg(span.text, length);
        default:
            return span.text;
    }
}

}  // namespace indoubt::console::timeline
