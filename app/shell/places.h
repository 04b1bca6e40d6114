// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the six places, in the rail's order. Nothing else of the window knows their classes.
#pragma once
#include <QList>

#include "theme/glyphs.h"

class QWidget;

namespace indoubt::console::feed {
class Place;
struct Context;
}

namespace indoubt::console::shell {

struct MadePlace {
    feed::Place* place = nullptr;
    theme::Glyph glyph = theme::Glyph::None;
};
QList<MadePlace> makePlaces(const feed::Context& context, QWidget* parent);

}  // namespace indoubt::console::shell
