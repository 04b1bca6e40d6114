// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/desk_cases.h"

#include <algorithm>

#include "base/check.h"
#include "support/hand_cluster.h"

namespace indoubt::tests {

struct DeskCase::Inside {
    HandCluster cluster;
    base::Xid xid;
};

DeskCase::DeskCase() : m_inside(std::make_unique<Inside>()) { m_inside->cluster.open_story_accounts(); }
DeskCase::~DeskCase() = default;

void DeskCase::fault(const char* at, const std::string& rule) { m_inside->cluster.fault(at, rule); }

void DeskCase::heal(const char* at) { m_inside->cluster.heal(at); }

void DeskCase::pay(const std::string& reference) {
    auto& cluster = m_inside->cluster;
    cluster.submit(HandCluster::payment(reference));
    cluster.settle();
    for (const auto& event : cluster.trace)
        if (const auto* record = event.record(); record && record->kind == events::RecordKind::begin && record->payment && record->payment->refs.reference == reference) m_inside->xid = event.xid;
}

void DeskCase::passMs(std::int64_t ms) { m_inside->cluster.pass_ms(ms); }
void DeskCase::restart(const char* node) { m_inside->cluster.restart(node); }

void DeskCase::order(const char* node, Order order) {
    using commit::OrderKind;
    const OrderKind kinds[] = {OrderKind::force_commit, OrderKind::force_rollback, OrderKind::forget, OrderKind::refuse, OrderKind::retry};
    m_inside->cluster.order(node, m_inside->xid, kinds[static_cast<int>(order)]);
}

const base::Xid& DeskCase::xid() const { return m_inside->xid; }

std::vector<events::Event> DeskCase::takeEvents() {
    auto events = std::exchange(m_inside->cluster.trace, {});
    std::sort(events.begin(), events.end(), [](const events::Event& a, const events::Event& b) { return position(a) < position(b); });
    return events;
}

std::unique_ptr<DeskCase> undetermined() {
    auto made = std::make_unique<DeskCase>();
    made->fault("T", "crash before force COMMIT at T");
    made->pay("INV-2042");
    made->passMs(3000);
    return made;
}

std::unique_ptr<DeskCase> decidedNotTold() {
    auto made = std::make_unique<DeskCase>();
    made->fault("T", "crash after force COMMIT at T");
    made->pay("INV-2042");
    made->passMs(3000);
    return made;
}

std::unique_ptr<DeskCase> collecting() {
    auto made = std::make_unique<DeskCase>();
    made->fault("T", "hold YES from C to T");
    made->pay("INV-2042");
    return made;
}

std::unique_ptr<DeskCase> oneNeverAsked() {
    auto made = std::make_unique<DeskCase>();
    made->fault("T", "drop PREPARE from T to C");
    made->fault("T", "crash after receive YES at T");
    made->pay("INV-2042");
    made->passMs(3000);
    return made;
}

}  // namespace indoubt::tests
