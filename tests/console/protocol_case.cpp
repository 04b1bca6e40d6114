// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/protocol_case.h"

#include "base/check.h"
#include "simulation/scenario.h"

namespace indoubt::tests {

ProtocolCase protocol_case(const std::string& scenario, std::int64_t moment_ms) {
    const auto result = simulation::run_scenario(scenario, "a moment");
    INDOUBT_CHECK(result.ok(), result ? "" : result.error().message.c_str());
    INDOUBT_CHECK(!result->trace.empty() && result->transactions.size() == 1, "one payment");
    ProtocolCase made;
    made.xid = result->transactions.front().xid;
    std::int64_t begun = 0;  // steps count from the submit, which the scenario has at 0
    for (const auto& event : result->trace)
        if (event.kind == events::EventKind::submit) begun = event.hlc;
    for (const auto& event : result->trace) (event.hlc < begun + moment_ms * 1'000'000 ? made.until : made.later).push_back(event);
    return made;
}

}  // namespace indoubt::tests
