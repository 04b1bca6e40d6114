// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the diagram: the plot (ruler, lanes, bands, messages, marks, texts), the lane heads, and what follows the pointer.
// The same functions serve the screen and the exports. No state.
#pragma once
#include <QPainter>

#include "theme/tokens.h"
#include "timeline/layout.h"

namespace indoubt::console::timeline {

struct DiagramFrame {
    const Scene& scene;
    const Projection& projection;
    const Geometry& geometry;
    const Layout& layout;
    qint64 nowNs = 0;
};

void paintPlot(QPainter& painter, const DiagramFrame& frame, const theme::Tokens& tokens, const Story& story = {});
void paintLaneHeads(QPainter& painter, const DiagramFrame& frame, const theme::Tokens& tokens, bool clocks);
// Selected event: line, ring, its causes and effects.
void paintHighlight(QPainter& painter, const DiagramFrame& frame, const theme::Tokens& tokens, const Highlight& highlight);
void paintUserMarks(QPainter& painter, const DiagramFrame& frame, const theme::Tokens& tokens, const std::vector<qint64>& marksNs);
struct Readout {
    QString strong;
    QStringList lines;
};
void paintReadout(QPainter& painter, const QRectF& within, QPointF at, const Readout& readout, const theme::Tokens& tokens);

// Where an event stands, its ring's middle (the T-bar of a lost message).
QPointF eventPoint(const DiagramFrame& frame, int event);
// What is under a point: an event, or -1.
int hitEvent(const DiagramFrame& frame, QPointF at);

}  // namespace indoubt::console::timeline
