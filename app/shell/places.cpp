// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/places.h"

#include "feed/place.h"
#include "money/money_place.h"
#include "watch/watch_place.h"
#if __has_include("desk/desk_place.h")
#include "desk/desk_place.h"
#define INDOUBT_HAS_DESK
#endif
#if __has_include("timeline/timeline_pane.h")
#include "timeline/timeline_pane.h"
#define INDOUBT_HAS_TIMELINE
#endif
#if __has_include("log/log_place.h")
#include "log/log_place.h"
#define INDOUBT_HAS_LOG
#endif
#if __has_include("lab/lab_place.h")
#include "lab/lab_place.h"
#define INDOUBT_HAS_LAB
#endif

namespace indoubt::console::shell {

QList<MadePlace> makePlaces(const feed::Context& context, QWidget* parent) {
    QList<MadePlace> places;
    places << MadePlace{new watch::WatchPlace(context, parent), theme::Glyph::Watch};
#ifdef INDOUBT_HAS_DESK
    places << MadePlace{new desk::DeskPlace(context, parent), theme::Glyph::Desk};
#endif
#ifdef INDOUBT_HAS_TIMELINE
    places << MadePlace{new timeline::TimelinePane(context, parent), theme::Glyph::Timeline};
#endif
#ifdef INDOUBT_HAS_LOG
    places << MadePlace{new log::LogPlace(context, parent), theme::Glyph::Log};
#endif
    places << MadePlace{new money::MoneyPlace(context, parent), theme::Glyph::Money};
#ifdef INDOUBT_HAS_LAB
    places << MadePlace{new lab::LabPlace(context, parent), theme::Glyph::Lab};
#endif
    return places;
}

}  // namespace indoubt::console::shell
