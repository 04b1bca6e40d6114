// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/counterexample/counterexample.h"

#include "commit/counterexample/backup.h"
#include "commit/two_phase/policy.h"
#include "commit/two_phase/row.h"

namespace indoubt::commit::counterexample {

namespace {

using two_phase::Policy;
constexpr Policy majority = {.name = "x-majority-2pc", .majority = true};
constexpr Policy early = {.name = "x-premature-end", .early_end = true};
constexpr Policy lazy_collecting = {.name = "x-pc-unforced-collecting", .ack_commit = false, .ack_abort = true, .presumption = Outcome::commit};
constexpr Policy unfenced = {.name = "x-unfenced-backup", .ask_managers = true};

template <const Policy& policy>
Protocol refused(std::string_view title) {
    Protocol protocol = two_phase::row<policy>(title);
    protocol.payments = false;
    return protocol;
}

}  // namespace

Protocol majority_two_phase() { return refused<majority>("counter-example: commit by majority vote"); }
Protocol premature_end() { return refused<early>("counter-example: END before the ACKs"); }
Protocol unforced_collecting() { return refused<lazy_collecting>("counter-example: presumed commit without its forced collecting record"); }

Protocol unfenced_backup() {
    Protocol protocol = refused<unfenced>("counter-example: a backup coordinator without a fence");
    protocol.make_coordinator = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) {
        if (xid.coordinator != context.self) return MachineValue(std::make_unique<Backup>(context, xid, choice));
        return two_phase::make_coordinator(unfenced, context, xid, choice);
    };
    protocol.opens = [](const Context& context, const Message& message) { return message.kind == events::MessageKind::inquiry && message.xid.coordinator != context.self; };
    return protocol;
}

}  // namespace indoubt::commit::counterexample
