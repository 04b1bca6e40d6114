// SPDX-License-Identifier: GPL-3.0-or-later
// The few SVG path commands that the signs are written in (M L H V C A Z, both cases), into a QPainterPath.
#pragma once
#include <QPainterPath>

namespace indoubt::console::theme {

// `data` is a literal of ours: anything else in it is a broken assumption and aborts.
QPainterPath pathFrom(const char* data);
// The area that a stroke of `width` covers, for leaving a letter out of a solid.
QPainterPath strokeArea(const QPainterPath& line, qreal width);

}  // namespace indoubt::console::theme
