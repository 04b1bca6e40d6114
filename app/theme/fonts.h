// SPDX-License-Identifier: GPL-3.0-or-later
// Type: Inter and JetBrains Mono by role. Without the Debian packages fonts-inter and fonts-jetbrains-mono the system's
// sans and fixed fonts stand in at the same sizes, and `fontNotes()` says so for the About dialog.
// Qt 6.4 cannot ask a font for tabular figures: `drawTabular` paints each digit in a cell as wide as "0".
#pragma once
#include <QFont>
#include <QFontMetricsF>
#include <QRectF>
#include <QString>
#include <QStringList>

class QPainter;

namespace indoubt::console::theme {

enum class TextRole {
    Body,        // 13 regular: everything
    Reference,   // 13 medium: a payment's reference, button text
    Strong,      // 13 semibold
    Small,       // 12 regular: secondary
    SmallStrong, // 12 semibold
    Head,        // 11 medium: table heads
    Axis,        // 11 regular: axis, currency
    AxisStrong,  // 11 semibold: band words, plates
    Caps,        // 11 semibold, spaced, upper case: pane heads
    Name,        // 15 semibold: cause, name
    Parties,     // 15 regular: who pays whom
    Title,       // 18 semibold
    Counter,     // 20 semibold
    Room,        // 18 regular: presentation
    RoomStrong,
    Mono,        // 12 mono: xid, filter, time, bytes
    MonoStrong,
    MonoSmall    // 11 mono: key hints
};

QFont font(TextRole role);
QStringList fontNotes();  // empty when both families are there

// Width of `text` when every digit takes a "0" cell.
qreal tabularWidth(const QFontMetricsF& metrics, const QString& text);
qreal tabularWidth(const QFont& font, const QString& text);  // the quick one: cells are kept per font
// Paints with the painter's font and pen inside `box`, one line, aligned as asked (horizontal and vertical flags).
void drawTabular(QPainter& painter, const QRectF& box, int alignment, const QString& text);
// The same at a baseline; returns the advance.
qreal drawTabularAt(QPainter& painter, QPointF baseline, const QString& text);

// 2,371,246: thousands grouped, whatever the locale (numbers on screen, in logs and in tickets read alike).
QString groupedNumber(qint64 value);

}  // namespace indoubt::console::theme
