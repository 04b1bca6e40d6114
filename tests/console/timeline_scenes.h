// SPDX-License-Identifier: GPL-3.0-or-later
// A console's surroundings without a window, filled with a trace, and pictures of what is shown.
#pragma once
#include <memory>

#include "console/timeline_traces.h"
#include "feed/feed.h"
#include "feed/place.h"

namespace indoubt::tests {

struct Surroundings {
    Surroundings();
    ~Surroundings();
    void show(const Trace& trace);  // injects and waits until the feed shows all of it
    console::feed::Context context();
    std::unique_ptr<console::feed::Feed> feed;
    std::unique_ptr<console::feed::Selection> selection;
    std::unique_ptr<console::feed::Executor> executor;
    std::unique_ptr<console::feed::CommandRegistry> commands;
    std::unique_ptr<console::feed::Session> session;
    std::unique_ptr<console::feed::Navigator> navigator;
};

// The traces by a word, and a column of all those words for a test's data.
Trace trace_named(const QString& name);
void trace_names();

// Where INDOUBT_SHOTS says, if it says so.
void shoot(QWidget& widget, const QString& name, qreal scale = 1);

}  // namespace indoubt::tests
