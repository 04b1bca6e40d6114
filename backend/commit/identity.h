// SPDX-License-Identifier: GPL-3.0-or-later
// Which half of which transaction a machine is, and what follows from that alone: the head of every message it sends and of
// every record it writes. Shared by all protocols.
#pragma once
#include "commit/machine.h"

namespace indoubt::commit {

struct Identity {
    Context context;
    Xid xid;
    ProtocolChoice protocol;
    bool coordinator = false;
    std::uint64_t term = 0;  // a branch's: of the Raft group's leader that began it; 0: there is no group

    Message to(NodeId node, events::MessageKind kind) const;
    Message to_coordinator(events::MessageKind kind) const { return to(context.coordinator, kind); }
    Message again(NodeId node, events::MessageKind kind) const;  // sent before
    Record record(events::RecordKind kind, bool forced) const;
    friend bool operator==(const Identity&, const Identity&) = default;
};

}  // namespace indoubt::commit
