// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/three_phase/three_phase.h"

#include "commit/three_phase/coordinator.h"
#include "commit/three_phase/participant.h"

namespace indoubt::commit::three_phase {

namespace {

using events::Knowledge;
using events::MessageKind;

// As in presumed abort, with one difference: any branch may bring a COMMIT, and its ACK is the coordinator's. What a branch that is
// over still knows, the core adds.
void presume(const Rules& rules, const Context& context, const Message& message, Effects& effects) {
    Message reply = Identity{context, message.xid, message.protocol}.to(message.from, message.kind);
    reply.presumed = true;
    switch (message.kind) {
        case MessageKind::commit:
            if (message.to_manager) return;  // the coordinator has forgotten: it had every ACK
            reply.kind = MessageKind::ack;
            reply.to = context.coordinator;
            break;
        case MessageKind::pre_commit:
        case MessageKind::state_request:
        case MessageKind::move:
            reply.kind = MessageKind::state_report;
            reply.to_manager = !message.agreement;
            if (message.agreement) reply.agreement = std::make_shared<events::Agreement>();
            break;
        default: return two_phase::presume(rules.votes, context, message, effects);
    }
    effects.push_back(Send{std::move(reply)});
}

template <const Rules& rules>
Protocol row(std::string_view title) {
    Protocol protocol;
    protocol.name = rules.votes.name;
    protocol.title = title;
    protocol.payments = !rules.enough;
    protocol.make_coordinator = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) { return MachineValue(std::make_unique<Coordinator>(rules, context, xid, choice)); };
    protocol.make_participant = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) { return MachineValue(std::make_unique<Participant>(rules, context, xid, choice)); };
    protocol.presume = [](const Context& context, const Message& message, Effects& effects) { presume(rules, context, message, effects); };
    protocol.hears_failures = rules.detects();
    return protocol;
}

}  // namespace

Protocol classic_protocol() {
    Protocol protocol = row<classic>("three-phase commit, site failures only");
    protocol.assumptions =
        "failures are detected accurately; no partition; not all sites fail; links lose nothing and keep their order; what a site sent arrives before its failure is "
        "reported; a site that restarts only asks";
    return protocol;
}
Protocol quorum_protocol() { return row<majority>("three-phase commit by quorum"); }
Protocol e3pc_protocol() { return row<e3pc>("enhanced three-phase commit"); }
Protocol quorum_commit_counterexample() { return row<quorum_commit>("counter-example: quorum-commit 3PC"); }

}  // namespace indoubt::commit::three_phase
