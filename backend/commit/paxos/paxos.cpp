// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/paxos/paxos.h"

#include "commit/paxos/manager.h"
#include "commit/paxos/participant.h"
#include "commit/two_phase/row.h"

namespace indoubt::commit::paxos {

namespace {

using events::MessageKind;
using two_phase::Policy;

constexpr Policy normal = {.name = "paxos-commit", .ask_managers = true, .acceptors = true};
constexpr Policy faster = {.name = "paxos-commit-fast", .ask_managers = true, .acceptors = true};

// Only whoever began it in this very life may conclude from its having nothing: it keeps a commit until every ACK is in. A single
// acceptor may always: what it did not write down nobody has.
void presume(const Context& context, const Message& message, Effects& effects) {
    const bool own = message.xid.coordinator == context.self;
    const bool conclusive = own && (message.xid.incarnation == context.incarnation || two_phase::managers_of(context).size() == 1);
    switch (message.kind) {
        case MessageKind::vote_yes:
        case MessageKind::inquiry:
            if (conclusive) return two_phase::presume(normal, context, message, effects);
            effects.push_back(Send{Identity{context, message.xid, message.protocol}.to(message.from, MessageKind::undecided)});  // or what the core remembers of it
            return;
        case MessageKind::phase_1a:
        case MessageKind::phase_2a:
        case MessageKind::phase_2b: {  // over: everybody has acknowledged it, or it was aborted. The core adds what it remembers
            Message learned = Identity{context, message.xid, message.protocol}.to(message.from, MessageKind::learned);
            auto agreement = std::make_shared<events::Agreement>();
            agreement->granted = true;
            learned.agreement = std::move(agreement);
            effects.push_back(Send{std::move(learned)});
            return;
        }
        default: return two_phase::presume(normal, context, message, effects);
    }
}

bool opens(const Context& context, const Message& message) {
    if (two_phase::managers_of(context).size() == 1) return false;
    switch (message.kind) {
        case MessageKind::vote_yes:
        case MessageKind::vote_no:
        case MessageKind::vote_read_only:
        case MessageKind::inquiry:
        case MessageKind::phase_1a:
        case MessageKind::phase_2a: return !message.enrolled.empty();
        default: return false;
    }
}

template <bool is_faster>
MachineValue make_manager(const Context& context, const Xid& xid, const ProtocolChoice& choice) {
    return MachineValue(std::make_unique<Manager>(context, xid, choice, is_faster));
}

}  // namespace

Protocol paxos_commit() {
    Protocol protocol = two_phase::row<normal>("Paxos Commit");
    protocol.make_coordinator = make_manager<false>;
    protocol.presume = presume;
    protocol.opens = opens;
    protocol.alone_presumes_abort = false;
    return protocol;
}

Protocol faster_paxos_commit() {
    Protocol protocol = two_phase::row<faster>("Faster Paxos Commit");
    protocol.make_coordinator = make_manager<true>;
    protocol.make_participant = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) {
        return MachineValue(std::make_unique<FasterParticipant>(faster, context, xid, choice));
    };
    protocol.presume = presume;
    protocol.opens = opens;
    protocol.alone_presumes_abort = false;
    return protocol;
}

}  // namespace indoubt::commit::paxos
