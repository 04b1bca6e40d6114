// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/raft/raft.h"

#include "commit/raft/coordinator.h"
#include "commit/raft/group.h"
#include "commit/two_phase/policy.h"

namespace indoubt::commit::raft {

namespace {

MachineValue make_coordinator(const Context& context, const Xid& xid, const ProtocolChoice& protocol) {
    return MachineValue(std::make_unique<Coordinator>(context, xid, protocol));
}

MachineValue make_participant(const Context& context, const Xid& xid, const ProtocolChoice& protocol) {
    return two_phase::make_participant(replicated, context, xid, protocol);
}

MachineValue make_group(const Context& context, const ProtocolChoice& protocol) { return MachineValue(std::make_unique<Group>(context, protocol)); }

Leadership leads(const Machine& group) {
    const auto* machine = dynamic_cast<const Group*>(&group);
    return machine ? machine->leadership() : Leadership{};
}

// At a branch only: it keeps a prepared record until it knows the outcome, so COMMIT for one that is gone was done before. What a
// manager may presume depends on who leads, so the group answers that (Group::on_branch).
void presume(const Context& context, const Message& message, Effects& effects) {
    Message reply = Identity{context, message.xid, message.protocol}.to(message.from, message.kind);
    reply.presumed = true;
    if (message.kind == events::MessageKind::commit) {
        reply.kind = events::MessageKind::ack;
    } else if (message.kind == events::MessageKind::peer_inquiry) {
        reply.kind = events::MessageKind::peer_answer;
        reply.knowledge = events::Knowledge::unknown;
    } else {
        return;
    }
    effects.push_back(Send{std::move(reply)});
}

}  // namespace

Protocol raft_two_phase() {
    Protocol protocol{"raft-2pc", "two-phase commit over a Raft-replicated coordinator", true, make_coordinator, make_participant, presume};
    protocol.make_group = make_group;
    protocol.leads = leads;
    protocol.alone_presumes_abort = false;
    return protocol;
}

}  // namespace indoubt::commit::raft
