// SPDX-License-Identifier: GPL-3.0-or-later
// Where things stand on the canvas, in logical pixels: lanes by Geometry, events by Projection.
#pragma once
#include <QRectF>
#include <QSizeF>

#include "theme/metrics.h"
#include "timeline/axis.h"

namespace indoubt::console::timeline {

struct Geometry {
    QSizeF size;
    int lanes = 0;
    double head = 196;  // lane heads; embedded ones are narrower
    double nameY = -7;  // middle of a head's first line, from its lane's line
    double ruler = 21;  // ruler above the grid lines
    double top = 57;    // first lane's top: room above it for tags and verdicts
    double pitch = theme::grid::lanePitchTimeline;
    double scrollY = 0;
    double left = 25, right = 14;  // from the heads to time 0; from the end to the edge
    bool compact = false;          // embedded: amounts stand right in the heads

    // Pitch follows the height between the embedded 54 and the full 84; below that the canvas scrolls.
    static Geometry fitting(QSizeF size, int lanes, bool compact);
    double laneTop(int lane) const { return top + lane * pitch - scrollY; }
    double laneY(int lane) const { return laneTop(lane) + theme::grid::laneLine; }
    double contentHeight() const { return top + (lanes - 1) * pitch + theme::grid::lane + 8; }
    double plotLeft() const { return head; }
    double plotWidth() const { return std::max(10.0, size.width() - head); }
    // Many folds must not take the room from what is drawn to scale.
    double foldPx(std::size_t folds = 1) const {
        const double wide = compact ? 64 : 92;
        return std::clamp(fitWidth() * 0.4 / static_cast<double>(std::max<std::size_t>(1, folds)), 26.0, wide);
    }
    double fitWidth() const { return std::max(10.0, plotWidth() - left - right - 12); }
    QRectF plot() const { return {head, 0, plotWidth(), size.height()}; }
};

struct Window {
    double scale = 1;   // px per unit of the axis
    double offset = 0;  // px scrolled to the right
};

// Events to x, also half way between two axes.
struct Projection {
    const Axis* axis = nullptr;
    Window window;
    const Axis* previous = nullptr;  // while an axis change moves
    Window previousWindow;
    double progress = 1;
    double origin = 0;  // x of place 0 at offset 0
    double visibleFrom = 0, visibleTo = 0;

    double at(const Place& place) const { return origin + place.x(window.scale) - window.offset; }
    double x(int event) const {
        const double now = at(axis->of(event));
        return previous ? now * progress + (origin + previous->of(event).x(previousWindow.scale) - previousWindow.offset) * (1 - progress)
                        : now;
    }
    double xEnd() const { return x(-1); }
    bool sees(double x0, double x1) const { return x1 >= visibleFrom && x0 <= visibleTo; }
    bool moving() const { return previous != nullptr; }
};

}  // namespace indoubt::console::timeline
