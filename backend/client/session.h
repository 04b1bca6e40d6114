// SPDX-License-Identifier: GPL-3.0-or-later
// Many payments in flight on one Pay stream: what is submitted while a write runs goes in the next request. Internal to client.
#pragma once
#include <memory>

#include "client/channel.h"

namespace indoubt::client {

std::unique_ptr<SubmitSession> make_session(std::shared_ptr<Target> target);

}  // namespace indoubt::client
