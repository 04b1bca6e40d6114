// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "view/state.h"

namespace indoubt::view {

void View::State::fold(const events::Event& event) {
    ++folded;
    const std::int64_t newest = last.hlc;
    last = std::max(last, events::position(event));
    if (event.hlc / 1'000'000'000 > newest / 1'000'000'000 && newest != 0) roll_over(event.hlc / 1'000'000'000);
    if (FlowBucket* now = bucket(event.hlc)) ++now->events;
    fold_node(event);
    if (!event.xid.empty()) fold_payment(event, slot_of(event.xid, event.hlc));
    // A sync that covers it has been seen already: history re-stated to a late viewer.
    if (event.kind == events::EventKind::append && event.durable && event.record() && event.lsn <= node(event.node).synced_lsn)
        take_effect(event.node, *event.record(), event.lsn, event.hlc);
}

std::size_t View::State::node_index(NodeId id) {
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].node == id) return i;
    // The coordinator first, then by id.
    NodeRow row;
    row.node = id;
    if (shape) row.coordinator = shape->coordinator == id;
    const auto place = std::find_if(nodes.begin(), nodes.end(), [&](const NodeRow& other) { return !other.coordinator && (row.coordinator || id < other.node); });
    const auto index = static_cast<std::size_t>(place - nodes.begin());
    nodes.insert(place, row);
    books.insert(books.begin() + static_cast<std::ptrdiff_t>(index), NodeBook{});
    return index;
}

const NodeRow* View::State::find_node(NodeId id) const {
    for (const NodeRow& row : nodes)
        if (row.node == id) return &row;
    return nullptr;
}

bool View::State::is_up(NodeId id) const {
    const NodeRow* row = find_node(id);
    return !row || row->state == NodeState::up || row->state == NodeState::unknown;
}

View::State::Slot View::State::slot_of(const Xid& xid, std::int64_t hlc) {
    Slot slot = transactions.find(xid);
    if (slot != TransactionTable::none) return slot;
    slot = transactions.append(xid);
    transactions.edit(slot).begun_hlc = hlc;
    open.push_back(slot);
    return slot;
}

std::vector<View::State::Slot> View::State::open_slots() const {
    std::vector<Slot> slots;
    slots.reserve(open.size() - open_gone);
    for (Slot slot : open)
        if (!(slot & gone)) slots.push_back(slot);
    return slots;
}

Branch& branch_of(Transaction& tx, NodeId node) {
    for (Branch& branch : tx.branches)
        if (branch.node == node) return branch;
    // Not enrolled, or not known to be: behind those that are, by id, so that the order of arrival does not matter.
    const auto place = std::find_if(tx.branches.begin(), tx.branches.end(), [&](const Branch& branch) { return !branch.enrolled && node < branch.node; });
    Branch branch;
    branch.node = node;
    return *tx.branches.insert(place, std::move(branch));
}

void enrol(Transaction& tx, const std::vector<events::Enrolled>& enrolled) {
    bool same = tx.branches.size() == enrolled.size();
    for (std::size_t i = 0; same && i < enrolled.size(); ++i) same = tx.branches[i].node == enrolled[i].node;
    if (!same) {
        // Branches seen before the enrolment was known come into its order.
        std::vector<Branch> ordered;
        ordered.reserve(enrolled.size());
        for (const auto& one : enrolled) {
            const auto known = std::find_if(tx.branches.begin(), tx.branches.end(), [&](const Branch& b) { return b.node == one.node; });
            if (known == tx.branches.end()) {
                ordered.emplace_back();
                ordered.back().node = one.node;
            } else {
                ordered.push_back(std::move(*known));
                tx.branches.erase(known);
            }
        }
        for (Branch& rest : tx.branches) ordered.push_back(std::move(rest));
        tx.branches = std::move(ordered);
    }
    for (std::size_t i = 0; i < enrolled.size(); ++i) {
        tx.branches[i].enrolled = true;
        tx.branches[i].updater = enrolled[i].updater;
    }
}

void learn_payment(Transaction& tx, const PaymentPtr& payment, bool whole) {
    if (!payment || tx.whole_payment) return;
    if (whole || !tx.payment) {
        tx.payment = payment;
        tx.whole_payment = whole;
        return;
    }
    std::vector<events::Leg> news;
    for (const auto& leg : payment->legs)
        if (std::find(tx.payment->legs.begin(), tx.payment->legs.end(), leg) == tx.payment->legs.end()) news.push_back(leg);
    if (news.empty()) return;
    auto merged = std::make_shared<events::Payment>(*tx.payment);
    merged->legs.insert(merged->legs.end(), news.begin(), news.end());
    tx.payment = std::move(merged);
}

}  // namespace indoubt::view
