// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/two_phase/two_phase.h"

#include "commit/two_phase/policy.h"

namespace indoubt::commit::two_phase {

namespace {

template <const Policy& policy>
Protocol row(std::string_view title) {
    return {policy.name, title, true,
            [](const Context& context, const Xid& xid, const ProtocolChoice& protocol) { return make_coordinator(policy, context, xid, protocol); },
            [](const Context& context, const Xid& xid, const ProtocolChoice& protocol) { return make_participant(policy, context, xid, protocol); },
            [](const Context& context, const Message& message, Effects& effects) { presume(policy, context, message, effects); }};
}

}  // namespace

Protocol basic_protocol() { return row<basic>("two-phase commit, presumed nothing"); }
Protocol presumed_abort_protocol() { return row<presumed_abort>("presumed abort"); }
Protocol presumed_commit_protocol() { return row<presumed_commit>("presumed commit"); }

}  // namespace indoubt::commit::two_phase
