// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/two_phase/policy.h"

#include "commit/two_phase/coordinator.h"
#include "commit/two_phase/participant.h"

namespace indoubt::commit::two_phase {

const Policy basic = {.name = "2pc", .force_abort = true, .ack_abort = true, .force_no = true};
const Policy presumed_abort = {.name = "2pc-pa"};
const Policy presumed_commit = {.name = "2pc-pc", .collecting = true, .ack_commit = false, .ack_abort = true, .presumption = Outcome::commit};

std::vector<NodeId> managers_of(const Context& context) {
    return context.shape ? context.shape->managers() : std::vector<NodeId>{context.coordinator};
}

std::vector<NodeId> active_acceptors(const Context& context) {
    std::vector<NodeId> nodes = managers_of(context);
    nodes.resize((nodes.size() + 1) / 2);  // F+1 of 2F+1
    return nodes;
}

MachineValue make_coordinator(const Policy& policy, const Context& context, const Xid& xid, const ProtocolChoice& protocol) {
    return MachineValue(std::make_unique<Coordinator>(policy, context, xid, protocol));
}

MachineValue make_participant(const Policy& policy, const Context& context, const Xid& xid, const ProtocolChoice& protocol) {
    return MachineValue(std::make_unique<Participant>(policy, context, xid, protocol));
}

// The coordinator keeps an outcome that is acknowledged until every ACK is in, so no information means the other one. A branch keeps
// a prepared record until it knows the outcome: no information means that it is done, or never began.
void presume(const Policy& policy, const Context& context, const Message& message, Effects& effects) {
    Message reply = Identity{context, message.xid, message.protocol}.to(message.from, message.kind);
    reply.presumed = true;
    switch (message.kind) {
        case events::MessageKind::vote_yes:
        case events::MessageKind::inquiry:
            reply.kind = policy.presumption == Outcome::commit ? events::MessageKind::commit : events::MessageKind::abort;
            break;
        case events::MessageKind::commit:
            if (!policy.ack_commit) return;
            reply.kind = events::MessageKind::ack;
            break;
        case events::MessageKind::abort:
            if (!policy.ack_abort) return;
            // This ACK lets the coordinator forget; were a PREPARE that is still under way to wake us after it, our YES would find nobody
            // who knows, and be answered by the presumption.
            effects.push_back(Finish{});
            reply.kind = events::MessageKind::ack;
            break;
        case events::MessageKind::peer_inquiry:
            reply.kind = events::MessageKind::peer_answer;
            reply.knowledge = events::Knowledge::unknown;
            break;
        default: return;
    }
    effects.push_back(Send{std::move(reply)});
}

}  // namespace indoubt::commit::two_phase
