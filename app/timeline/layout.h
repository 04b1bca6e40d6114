// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses where every text of the diagram stands, so that none overlaps another, a mark or (where there is room) a message.
// A text without room is left out, never clipped: the readout under the pointer has it.
#pragma once
#include <QLineF>
#include <QRectF>
#include <QString>
#include <vector>

#include "timeline/projection.h"
#include "timeline/scene.h"

namespace indoubt::console::timeline {

struct PlacedText {
    enum class Style { Message, Verdict, Remark, Fault, BandWord, RailWord, FoldWord };
    Style style = Style::Message;
    QRectF box;
    QString text;
    QLineF leader;   // from a tag to its event; null: none
    double cut = 0;  // height of the cut-out in a band; 0: the whole box
};

struct PlacedMessage {
    int index = 0;  // into Scene::messages
    QPointF from, to;
    double gapEndY = 0;  // of a lost one: the next lane on its way
};

struct Layout {
    std::vector<PlacedMessage> messages;  // those in view
    std::vector<PlacedText> texts;
    bool dense = false;  // too many for halos and labels: lines only
};

inline constexpr std::size_t denseMessages = 260;  // more in view than this are drawn without halo and label

Layout layOut(const Scene& scene, const Projection& projection, const Geometry& geometry, qint64 nowNs);

// Where a span runs on screen; a hair wide at least.
QRectF spanBox(const Scene& scene, const SceneSpan& span, const Projection& projection, const Geometry& geometry);
QString spanWord(const Scene& scene, const SceneSpan& span, qint64 nowNs);

}  // namespace indoubt::console::timeline
