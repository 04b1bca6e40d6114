// SPDX-License-Identifier: GPL-3.0-or-later
// What a source sent and this program could not read stands in its place as an event of kind gap.
#pragma once
#include "events/event.h"

namespace indoubt::client {

bool unreadable(const events::Event& event);  // it stands for one

}  // namespace indoubt::client
