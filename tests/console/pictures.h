// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of windows: kept small, and looked at for texts that are cut and parts that stand outside their pane.
#pragma once
#include <QImage>
#include <QStringList>

class QWidget;

namespace indoubt::tests {

// With INDOUBT_SHOTS set: a PNG of at most 256 colours there, for the repository keeps them.
void keepPicture(const QImage& image, const QString& name);

// The same with at most 256 colours: the most frequent ones, every other pixel takes the nearest.
QImage fewColours(const QImage& image);

// What a person would call cut off, in everything under `window` that is visible: labels and buttons narrower than their words, wrapped
// labels lower than theirs, elided ones beside free room, heads of columns narrower than their words, widgets outside their parent.
QStringList cutTexts(QWidget& window);

}  // namespace indoubt::tests
