// SPDX-License-Identifier: GPL-3.0-or-later
// The view's diagram of one payment as a Scene: words, signs and what is drawn. Pure.
#pragma once
#include <memory>

#include "feed/session.h"
#include "timeline/scene.h"
#include "view/timeline_model.h"

namespace indoubt::console::timeline {

// `session` gives the zone; null: UTC.
std::shared_ptr<const Scene> buildScene(const view::TimelineModel& model, const feed::Session* session);

// The faults that struck, each once: a crash or a loss stands for the event at which its rule was met.
std::vector<const view::TimelineMark*> faultMarks(const view::TimelineModel& model);

// "presumed abort", "presumed abort, cooperative termination"
QString protocolWords(const events::ProtocolChoice& protocol, bool whole);

}  // namespace indoubt::console::timeline
