// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/places.h"

#include "desk/desk_place.h"
#include "feed/place.h"
#include "lab/lab_place.h"
#include "log/log_pane.h"
#include "money/money_place.h"
#include "timeline/timeline_pane.h"
#include "watch/watch_place.h"

namespace indoubt::console::shell {

QList<MadePlace> makePlaces(const feed::Context& context, QWidget* parent) {
    return {
        {new watch::WatchPlace(context, parent), theme::Glyph::Watch},
        {new desk::DeskPlace(context, parent), theme::Glyph::Desk},
        {new timeline::TimelinePane(context, parent), theme::Glyph::Timeline},
        {new log::LogPane(context, parent), theme::Glyph::Log},
        {new money::MoneyPlace(context, parent), theme::Glyph::Money},
        {new lab::LabPlace(context, parent), theme::Glyph::Lab},
    };
}

}  // namespace indoubt::console::shell
