// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/two_phase/two_phase.h"

#include "commit/two_phase/coordinator.h"
#include "commit/two_phase/participant.h"

namespace indoubt::commit::two_phase {

namespace {

MachineValue make_coordinator(const Context& context, const Xid& xid, const ProtocolChoice& protocol) {
    return MachineValue(std::make_unique<Coordinator>(context, xid, protocol));
}

MachineValue make_participant(const Context& context, const Xid& xid, const ProtocolChoice& protocol) {
    return MachineValue(std::make_unique<Participant>(context, xid, protocol));
}

// No information means ABORT at the coordinator (it keeps a COMMIT until every ACK is in), and "already done" at a branch
// (it keeps a prepared record until it knows the outcome).
void presume(const Context& context, const Message& message, Effects& effects) {
    Message reply = Identity{context, message.xid, message.protocol}.to(message.from, message.kind);
    reply.presumed = true;
    switch (message.kind) {
        case events::MessageKind::vote_yes:
        case events::MessageKind::inquiry: reply.kind = events::MessageKind::abort; break;
        case events::MessageKind::commit: reply.kind = events::MessageKind::ack; break;
        case events::MessageKind::peer_inquiry:
            reply.kind = events::MessageKind::peer_answer;
            reply.knowledge = events::Knowledge::unknown;
            break;
        default: return;
    }
    effects.push_back(Send{std::move(reply)});
}

}  // namespace

Protocol presumed_abort() { return {"2pc-pa", "presumed abort", true, make_coordinator, make_participant, presume}; }

}  // namespace indoubt::commit::two_phase
