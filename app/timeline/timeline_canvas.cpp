// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/timeline_canvas.h"

#include <cmath>

#include "theme/fonts.h"
#include "theme/style.h"
#include "theme/theme.h"

namespace indoubt::console::timeline {
namespace {

ScenePtr emptyScene() {
    static const auto scene = std::make_shared<const Scene>();
    return scene;
}

}  // namespace

TimelineCanvas::TimelineCanvas(QWidget* parent) : QWidget(parent), m_scene(emptyScene()) {
    setObjectName(QStringLiteral("timelineCanvas"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Timeline"));
    m_motion.setStartValue(0.0);
    m_motion.setEndValue(1.0);
    m_motion.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_motion, &QVariantAnimation::valueChanged, this, [this] { invalidate(); });
    connect(&m_motion, &QVariantAnimation::finished, this, [this] { invalidate(); });
    if (auto* theme = theme::Theme::installed()) connect(theme, &theme::Theme::changed, this, [this] { invalidate(); });
}

void TimelineCanvas::setScene(ScenePtr scene, const QString& key) {
    const bool other = key != m_key;
    const bool follow = !other && atEnd();
    m_scene = scene ? std::move(scene) : emptyScene();
    m_key = key;
    if (other) {
        m_marks.clear();
        m_highlight = {};
        m_hover = -1;
        m_scrollY = 0;
        m_fitted = true;
        m_motion.stop();
    } else {
        m_highlight = highlightOf(*m_scene, m_highlight.event);
        if (m_hover >= static_cast<int>(m_scene->events.size())) m_hover = -1;
    }
    if (m_scene->open && !m_scene->events.empty()) m_nowNs = std::max(m_nowNs, m_scene->events.back().hlcNs);
    const double before = m_axis.length(m_window.scale);
    rebuildAxis();
    if (!m_fitted && follow) m_window.offset += std::max(0.0, m_axis.length(m_window.scale) - before);
    clampWindow();
    updateGeometry();
    invalidate();
}

void TimelineCanvas::setNow(qint64 hlcNs) {
    if (hlcNs == m_nowNs) return;
    m_nowNs = hlcNs;
    if (!m_scene->open) return;
    const bool follow = atEnd();
    const double before = m_axis.length(m_window.scale);
    rebuildAxis();
    if (!m_fitted && follow) m_window.offset += std::max(0.0, m_axis.length(m_window.scale) - before);
    clampWindow();
    invalidate();
}

void TimelineCanvas::setCompact(bool compact) {
    m_compact = compact;
    rebuildAxis();
    clampWindow();
    updateGeometry();
    invalidate();
}

void TimelineCanvas::setStory(const Story& story) {
    m_story = story;
    invalidate();
}

void TimelineCanvas::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

void TimelineCanvas::setSelectedEvent(int event) {
    if (event == m_highlight.event) return;
    m_highlight = highlightOf(*m_scene, event);
    if (event >= 0 && static_cast<std::size_t>(event) < m_scene->titles.size()) {
        setAccessibleDescription(
            tr("Event %1 of %2: %3").arg(event + 1).arg(m_scene->events.size()).arg(m_scene->titles[static_cast<std::size_t>(event)]));
        bringIntoView(event);
    } else {
        setAccessibleDescription({});
    }
    update();
}

void TimelineCanvas::setAxisKind(AxisKind kind) {
    if (kind == m_axisKind) return;
    m_previousAxis = m_axis;
    m_previousWindow = m_window;
    m_axisKind = kind;
    rebuildAxis();
    // Another axis has another measure: the whole is shown again, so that nothing is lost from sight.
    m_fitted = true;
    clampWindow();
    const auto* theme = theme::Theme::installed();
    const int duration = theme ? theme->transitionMs() : 0;
    m_motion.stop();
    if (duration > 0 && isVisible() && !m_scene->events.empty()) {
        m_motion.setDuration(duration);
        m_motion.start();
    }
    invalidate();
    emit axisKindChanged(kind);
}

void TimelineCanvas::rebuildAxis() {
    const qint64 now = m_scene->open ? m_nowNs : 0;
    m_axis = Axis(m_axisKind, m_scene->events, m_scene->stretches, now, geometryNow().foldPx(m_scene->stretches.size()));
}

Geometry TimelineCanvas::geometryNow() const {
    // A tour's words stand above the first lane.
    const double words = m_story.regions.empty() ? 0 : 8;
    Geometry g = Geometry::fitting(QSizeF(width(), height() - words), static_cast<int>(m_scene->lanes.size()), m_compact);
    g.size = size();
    g.top += words;
    g.scrollY = std::clamp(m_scrollY, 0.0, std::max(0.0, g.contentHeight() - g.size.height()));
    return g;
}

Projection TimelineCanvas::projectionNow(const Geometry& g) const {
    Projection p;
    p.axis = &m_axis;
    p.window = m_window;
    p.origin = g.head + g.left;
    p.visibleFrom = g.head;
    p.visibleTo = g.size.width();
    if (m_motion.state() == QAbstractAnimation::Running) {
        p.previous = &m_previousAxis;
        p.previousWindow = m_previousWindow;
        p.progress = m_motion.currentValue().toDouble();
    }
    return p;
}

DiagramFrame TimelineCanvas::frameNow() {
    if (!m_layoutValid) {
        m_geometry = geometryNow();
        m_projection = projectionNow(m_geometry);
        m_layout = layOut(*m_scene, m_projection, m_geometry, m_nowNs);
        m_layoutValid = true;
    }
    return {*m_scene, m_projection, m_geometry, m_layout, m_nowNs};
}

void TimelineCanvas::invalidate() {
    m_layoutValid = m_staticValid = false;
    update();
}

void TimelineCanvas::clampWindow() {
    const Geometry g = geometryNow();
    const double fitScale = m_axis.scaleToFit(g.fitWidth());
    if (m_fitted) {
        // A lone event, or a few at once, must not be blown up over the whole width.
        m_window.scale = std::min(fitScale, m_axisKind == AxisKind::Order ? 160.0 : 60'000.0);
        m_window.offset = 0;
        return;
    }
    const double most = m_axisKind == AxisKind::Order ? 2000 : 60'000;
    m_window.scale = std::clamp(m_window.scale, std::min(fitScale * 0.5, most), most);
    const double length = m_axis.length(m_window.scale);
    m_window.offset = std::clamp(m_window.offset, std::min(0.0, -g.fitWidth() * 0.5), std::max(0.0, length - g.fitWidth() * 0.5));
}

bool TimelineCanvas::atEnd() const {
    if (m_fitted || m_scene->events.empty()) return true;
    const Geometry g = geometryNow();
    return m_axis.length(m_window.scale) - m_window.offset <= g.fitWidth() + 24 && m_axis.length(m_window.scale) >= m_window.offset;
}

void TimelineCanvas::zoomBy(double factor, double anchorX) {
    if (m_scene->events.empty()) return;
    const Geometry g = geometryNow();
    const Projection p = projectionNow(g);
    // Anchor by place, not by time: in a fold time runs faster than the eye.
    const double content = anchorX - p.origin + m_window.offset;
    const qint64 time = m_axis.timeAt(content, m_window.scale);
    const Place place = m_axis.at(time);
    const double beside = content - place.x(m_window.scale);
    m_fitted = false;
    m_window.scale *= factor;
    clampWindow();
    m_window.offset = place.x(m_window.scale) + beside - (anchorX - p.origin);
    clampWindow();
    invalidate();
}

void TimelineCanvas::zoomBy(double factor) {
    const Geometry g = geometryNow();
    double anchor = g.head + g.plotWidth() / 2;
    if (m_pointer.x() > g.head && underMouse())
        anchor = m_pointer.x();
    else if (m_highlight.event >= 0) {
        const double at = projectionNow(g).x(m_highlight.event);
        if (at > g.head && at < g.size.width()) anchor = at;
    }
    zoomBy(factor, anchor);
}

void TimelineCanvas::panBy(double px) {
    if (m_scene->events.empty()) return;
    m_fitted = false;
    m_window.offset += px;
    clampWindow();
    invalidate();
}

void TimelineCanvas::fit() {
    m_fitted = true;
    clampWindow();
    invalidate();
}

void TimelineCanvas::stepEvent(int by) {
    const int count = static_cast<int>(m_scene->events.size());
    if (count == 0) return;
    const int next = m_highlight.event < 0 ? (by > 0 ? 0 : count - 1) : std::clamp(m_highlight.event + by, 0, count - 1);
    setSelectedEvent(next);
    emit eventChosen(next);
}

void TimelineCanvas::addMark() {
    if (m_scene->events.empty()) return;
    const Geometry g = geometryNow();
    const Projection p = projectionNow(g);
    qint64 at = 0;
    if (underMouse() && m_pointer.x() > g.head)
        at = m_axis.timeAt(m_pointer.x() - p.origin + m_window.offset, m_window.scale);
    else if (m_highlight.event >= 0)
        at = m_scene->events[static_cast<std::size_t>(m_highlight.event)].hlcNs;
    else
        return;
    const double x = p.at(m_axis.at(at));
    const auto near = std::find_if(m_marks.begin(), m_marks.end(), [&](qint64 ns) { return std::abs(p.at(m_axis.at(ns)) - x) < 6; });
    if (near != m_marks.end())
        m_marks.erase(near);
    else
        m_marks.insert(std::lower_bound(m_marks.begin(), m_marks.end(), at), at);
    update();
}

void TimelineCanvas::bringIntoView(int event) {
    if (m_fitted) return;  // all is in view; before the first layout there is no width to judge by
    const Geometry g = geometryNow();
    const double at = projectionNow(g).x(event);
    if (at >= g.head + 16 && at <= g.size.width() - 16) return;
    m_window.offset += at - (g.head + g.plotWidth() * 0.35);
    m_fitted = false;
    clampWindow();
    invalidate();
}

double TimelineCanvas::x(int event) const { return projectionNow(geometryNow()).x(event); }

QPointF TimelineCanvas::pointOf(int event) const {
    const Geometry g = geometryNow();
    return {projectionNow(g).x(event), g.laneY(m_scene->events[static_cast<std::size_t>(event)].lane)};
}

QSize TimelineCanvas::sizeHint() const {
    const int lanes = std::max<int>(2, static_cast<int>(m_scene->lanes.size()));
    if (m_compact) return {640, 36 + (lanes - 1) * theme::grid::lanePitchDesk + theme::grid::lane + 9};
    return {900, 57 + (lanes - 1) * theme::grid::lanePitchTimeline + theme::grid::lane + 14};
}

QSize TimelineCanvas::minimumSizeHint() const {
    const int lanes = std::clamp<int>(static_cast<int>(m_scene->lanes.size()), 2, 4);
    return {360, (m_compact ? 36 : 57) + (lanes - 1) * theme::grid::lanePitchDesk + theme::grid::lane + 9};
}

QSize TimelineCanvas::exportSize() const {
    const Geometry g = geometryNow();
    return QSize(std::max(width(), 900), std::max(height(), static_cast<int>(std::ceil(g.contentHeight())) + 4));
}

void TimelineCanvas::paintWhole(QPainter& painter, const QSize& size, const theme::Tokens& tokens) const {
    painter.fillRect(QRect(QPoint(), size), tokens.surface);
    const Geometry g = Geometry::fitting(size, static_cast<int>(m_scene->lanes.size()), m_compact);
    const Axis axis(m_axisKind, m_scene->events, m_scene->stretches, m_scene->open ? m_nowNs : 0, g.foldPx(m_scene->stretches.size()));
    Projection p;
    p.axis = &axis;
    p.window.scale = axis.scaleToFit(g.fitWidth());
    p.origin = g.head + g.left;
    p.visibleFrom = g.head;
    p.visibleTo = size.width();
    const Layout layout = layOut(*m_scene, p, g, m_nowNs);
    const DiagramFrame frame{*m_scene, p, g, layout, m_nowNs};
    paintPlot(painter, frame, tokens, m_story);
    paintLaneHeads(painter, frame, tokens, m_axisKind == AxisKind::Clock);
}

}  // namespace indoubt::console::timeline
