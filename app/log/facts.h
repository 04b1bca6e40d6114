// SPDX-License-Identifier: GPL-3.0-or-later
// An event in words: identity, what it carries, what caused it and what it led to. Pure: everything about the surroundings
// comes through FactContext, so that the Log, the Timeline and a recording use the same lines.
#pragma once
#include <functional>

#include "feed/session.h"
#include "log/fields.h"
#include "theme/glyphs.h"
#include "view/view.h"

namespace indoubt::console::log {

struct FactContext {
    const view::View* view = nullptr;                        // names of nodes; null: ids only
    const feed::Session* session = nullptr;                  // zone and masking; null: UTC, masked
    std::function<QString(const events::EventRef&)> number;  // "#9,482,107"; "" when not known
    std::function<QString(const events::EventRef&)> title;   // "lock SA71 .. 0319"; "" when not traced
    std::vector<events::EventRef> effects;                   // events that name this one as a cause
    bool short_identity = false;                             // one heading for the event, no node name beside it
};
QList<Fact> factsOf(const events::Event& event, const FactContext& context);

// What stands in the lists. `onDisk`: "record 11, forced", "forced, 1.12 ms"; `detail`: what the title does not say.
QString onDiskText(const events::Event& event);
QString detailText(const events::Event& event, const feed::Session* session);
theme::Glyph eventGlyph(const events::Event& event);
QString titleText(const events::Event& event);
QString kindText(const events::Event& event);  // without what detailText says
// "12:04:29.981.204": milliseconds and the next three digits, as hybrid times are told apart.
QString hybridText(std::int64_t hlc, feed::Zone zone);

}  // namespace indoubt::console::log
