// SPDX-License-Identifier: GPL-3.0-or-later
// The space-time diagram's strokes: lines, heads, bands and marks as the visual language gives them. The timeline decides
// where, these decide how. All positions in logical pixels; `laneY` is the y of the lane's line. No state is kept.
// `scale` enlarges widths and marks (presentation: 1.5).
#pragma once
#include <QFont>
#include <QPointF>
#include <QRectF>
#include <QString>

#include "theme/tokens.h"

class QPainter;

namespace indoubt::console::theme {

enum class MessageKind { Prepare, VoteYes, VoteReadOnly, VoteNo, Commit, Abort, Ack, Inquiry, Other };

struct MessageLook {
    bool repeat = false;     // dashed, whatever the kind
    bool selected = false;   // accent ring at the middle
    bool dimmed = false;     // not of the selected payment
    bool halo = true;        // surface halo +3 px under the stroke
    qreal scale = 1.0;
};

// A delivered (or still travelling) message, sender to receiver; the head touches `to`.
void drawMessage(QPainter& painter, const Tokens& tokens, MessageKind kind, QPointF from, QPointF to, const MessageLook& look = {});
// A lost one: ends a third into the first gap between lanes with a T-bar. `firstGapEndY` is the y of the next lane on its way.
void drawLostMessage(QPainter& painter, const Tokens& tokens, MessageKind kind, QPointF from, QPointF to, qreal firstGapEndY,
                     const MessageLook& look = {});
// Where a lost message's T-bar stands (for hit tests and tags).
QPointF lostEnd(QPointF from, QPointF to, qreal firstGapEndY);
// Text beside a message, on a cut-out of the surface; `centre` is the middle of the text. Returns the box covered.
QRectF drawMessageLabel(QPainter& painter, const Tokens& tokens, QPointF centre, const QString& text, qreal scale = 1.0);

enum class LaneLook { Up, Suspended };  // while a node is down no line is drawn at all
void drawLaneLine(QPainter& painter, const Tokens& tokens, qreal x0, qreal x1, qreal laneY, LaneLook look = LaneLook::Up);

// Bands on the lane, 16 high about laneY. The word stands in a cut-out and keeps inside `visible` (pass the viewport's x range).
void drawInDoubtBand(QPainter& painter, const Tokens& tokens, qreal x0, qreal x1, qreal laneY, const QString& word, qreal scale = 1.0);
void drawBlockedBand(QPainter& painter, const Tokens& tokens, qreal x0, qreal x1, qreal laneY, const QString& word, qreal scale = 1.0);
// Full lane height (28).
void drawHeuristicBar(QPainter& painter, const Tokens& tokens, qreal x0, qreal x1, qreal laneY, const QString& word, qreal scale = 1.0);
void drawDamageBar(QPainter& painter, const Tokens& tokens, qreal x0, qreal x1, qreal laneY, const QString& amount, qreal scale = 1.0);

// Forced write: bar 4 x 22, hollow while syncing, solid when durable; the dotted frame joins the two.
void drawForcedWrite(QPainter& painter, const Tokens& tokens, qreal x, qreal laneY, bool durable, qreal scale = 1.0);
void drawSyncSpan(QPainter& painter, const Tokens& tokens, qreal x0, qreal x1, qreal laneY, qreal scale = 1.0);
void drawLazyWrite(QPainter& painter, const Tokens& tokens, qreal x, qreal laneY, qreal scale = 1.0);

// Lock rail: 4 px at laneY + 20, amount in a cut-out, lock head at both ends (at the right only when `released`).
void drawLockRail(QPainter& painter, const Tokens& tokens, qreal x0, qreal x1, qreal laneY, const QString& amount, bool released,
                  qreal scale = 1.0);

void drawCrash(QPainter& painter, const Tokens& tokens, QPointF at, qreal scale = 1.0);
void drawRestart(QPainter& painter, const Tokens& tokens, QPointF at, qreal scale = 1.0);
void drawSuspended(QPainter& painter, const Tokens& tokens, qreal x0, qreal x1, qreal laneY, qreal scale = 1.0);
void drawHeldBack(QPainter& painter, const Tokens& tokens, QPointF at, qreal scale = 1.0);
void drawEndTick(QPainter& painter, const Tokens& tokens, qreal x, qreal laneY, const QString& word, qreal scale = 1.0);
// A verdict of the coordinator at its lane ("T decides COMMIT"): text above the bar.
void drawPartition(QPainter& painter, const Tokens& tokens, const QRectF& strip);

// Folded time: two dotted verticals 14 apart about x, the length above.
void drawFold(QPainter& painter, const Tokens& tokens, qreal x, qreal top, qreal bottom, const QString& length, qreal scale = 1.0);
// FAULT, inverse, with its description in a dashed frame. Top left at `at`; returns the box. An empty text draws the tag alone.
QRectF drawFaultTag(QPainter& painter, const Tokens& tokens, QPointF at, const QString& text, qreal scale = 1.0);
QSizeF faultTagSize(const QString& text, qreal scale = 1.0);
// "PAST 12:04:31.221, read only", inverse.
void drawPastStrip(QPainter& painter, const Tokens& tokens, const QRectF& box, const QString& text);
// Cut-out text as used on bands and rails.
void drawCutOut(QPainter& painter, const Tokens& tokens, QPointF centre, const QString& text, const QFont& font, const QColor& ink);

}  // namespace indoubt::console::theme
