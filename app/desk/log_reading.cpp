// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/log_reading.h"

namespace indoubt::console::desk {

base::Result<FoundDecision> findDecision(client::OperatorClient& client, base::NodeId node, const base::Xid& xid, std::uint64_t from_lsn) {
    constexpr std::size_t page = 1000;
    FoundDecision found;
    for (std::uint64_t from = std::max<std::uint64_t>(1, from_lsn);;) {
        auto records = client.records(node, from, page);
        if (!records) return records.error();
        for (const auto& event : *records) {
            found.last = std::max(found.last, event.lsn);
            const auto* record = event.record();
            if (!record || event.xid != xid || record->kind != events::RecordKind::decision) continue;
            found.outcome = record->outcome;
            found.lsn = event.lsn;
            return found;
        }
        if (records->size() < page || found.last < from) return found;
        from = found.last + 1;
    }
}

}  // namespace indoubt::console::desk
