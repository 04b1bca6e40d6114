// SPDX-License-Identifier: GPL-3.0-or-later
// What all places share, made once, in an order in which it can also go.
#pragma once
#include "feed/place.h"

namespace indoubt::console::shell {

struct Parts {
    feed::Session session;
    feed::Selection selection;
    feed::CommandRegistry commands;
    feed::Navigator navigator;
    feed::Feed feed;
    feed::Executor executor;
    feed::Context context{&feed, &selection, &executor, &commands, &session, &navigator};
};

}  // namespace indoubt::console::shell
