// SPDX-License-Identifier: GPL-3.0-or-later
// The registry's row of a two-phase protocol that is told apart by its policy alone.
#pragma once
#include "commit/two_phase/policy.h"

namespace indoubt::commit::two_phase {

template <const Policy& policy>
Protocol row(std::string_view title) {
    Protocol protocol;
    protocol.name = policy.name;
    protocol.title = title;
    protocol.alone_presumes_abort = policy.presumption == Outcome::abort;
    protocol.make_coordinator = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) { return make_coordinator(policy, context, xid, choice); };
    protocol.make_participant = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) { return make_participant(policy, context, xid, choice); };
    protocol.presume = [](const Context& context, const Message& message, Effects& effects) { presume(policy, context, message, effects); };
    return protocol;
}

}  // namespace indoubt::commit::two_phase
