// SPDX-License-Identifier: GPL-3.0-or-later
// A scenario's events up to a moment, for tests of what the console says in that moment. Without Qt, whose keywords the driver's
// header does not bear.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "events/event.h"

namespace indoubt::tests {

struct ProtocolCase {
    base::Xid xid;                       // of its one payment
    std::vector<events::Event> until;    // before the moment
    std::vector<events::Event> later;    // from it on
};
// Throws nothing; an unreadable scenario aborts the test. `moment_ms` as in the scenario's steps.
ProtocolCase protocol_case(const std::string& scenario, std::int64_t moment_ms);

}  // namespace indoubt::tests
