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
    auto* large = new timeline::TimelinePane(context, parent);
    auto* events = new log::LogPane(context, parent);
    const auto tearOff = [navigator = context.navigator] { navigator->run(QStringLiteral("window.tearoff")); };
    QObject::connect(large, &timeline::TimelinePane::tearOffRequested, large, tearOff);
    QObject::connect(events, &log::LogPane::tearOffRequested, events, tearOff);
    return {
        {new watch::WatchPlace(context, parent), theme::Glyph::Watch},
        {new desk::DeskPlace(context, parent), theme::Glyph::Desk},
        {large, theme::Glyph::Timeline},
        {events, theme::Glyph::Log},
        {new money::MoneyPlace(context, parent), theme::Glyph::Money},
        {new lab::LabPlace(context, parent), theme::Glyph::Lab},
    };
}

}  // namespace indoubt::console::shell
