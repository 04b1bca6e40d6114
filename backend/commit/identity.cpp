// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/identity.h"

namespace indoubt::commit {

Message Identity::to(NodeId node, events::MessageKind kind) const {
    Message message;
    message.kind = kind;
    message.xid = xid;
    message.from = context.self;
    message.from_incarnation = context.incarnation;
    message.to = node;
    message.protocol = protocol;
    if (term != 0) {
        events::Agreement began;
        began.ballot = term;
        message.agreement = std::make_shared<const events::Agreement>(std::move(began));
    }
    return message;
}

Message Identity::again(NodeId node, events::MessageKind kind) const {
    Message message = to(node, kind);
    message.repeat = true;
    return message;
}

Record Identity::record(events::RecordKind kind, bool forced) const {
    Record record;
    record.kind = kind;
    record.forced = forced;
    record.coordinator = coordinator;
    record.xid = xid;
    record.protocol = protocol;
    return record;
}

}  // namespace indoubt::commit
