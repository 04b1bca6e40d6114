// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/history.h"

#include <algorithm>

#include "wire/codec.h"

namespace indoubt::operators {
namespace {

constexpr std::size_t lines_per_event = 500;
constexpr std::size_t base_transactions_max = 256;  // the base answers for accounts, not for old payments

// Events that say how a node stands, and not what happened to money.
bool node_state(const events::Event& event) {
    switch (event.kind) {
        case events::EventKind::crash:
        case events::EventKind::restart:
        case events::EventKind::suspend:
        case events::EventKind::resume:
        case events::EventKind::fault_on:
        case events::EventKind::fault_off: return true;
        case events::EventKind::append: return event.record() && (event.record()->kind == events::RecordKind::shape || event.record()->kind == events::RecordKind::incarnation);
        default: return false;
    }
}

// The events after which nothing of a payment may be left to do; only then is it worth looking.
bool may_settle(const events::Event& event) {
    if (event.kind == events::EventKind::end || event.kind == events::EventKind::forget) return true;
    const events::Record* record = event.kind == events::EventKind::append ? event.record() : nullptr;
    if (!record) return false;
    return record->kind == events::RecordKind::end || record->kind == events::RecordKind::refused ||
           (record->kind == events::RecordKind::decision && record->outcome == events::Outcome::abort);
}

// The same event, to be folded after the sync that made it durable.
events::Event as_durable(events::Event event) {
    if (event.kind == events::EventKind::append) event.durable = false;
    return event;
}

}  // namespace

std::vector<BatchPtr> make_batches(std::uint64_t first, std::span<const events::Event* const> events) {
    std::vector<BatchPtr> batches;
    std::shared_ptr<Batch> batch;
    const auto close = [&] {
        if (!batch) return;
        batch->encoded.shrink_to_fit();  // it stays
        first = batch->last();
        batches.push_back(std::move(batch));
        batch = nullptr;
    };
    for (const auto* event : events) {
        if (!batch) {
            batch = std::make_shared<Batch>();
            batch->first = first;
        }
        wire::add_event_to_batch(batch->encoded, *event);
        batch->xid_tags.push_back(base::hash_value(event->xid));
        if (batch->size() >= base::limits::batch_events_max || batch->encoded.size() >= batch_bytes_max) close();
    }
    close();
    return batches;
}

void History::append(BatchPtr batch) {
    m_next = batch->last();
    m_batches.push_back(std::move(batch));
}

BatchPtr History::at(std::uint64_t index) const {
    auto found = std::upper_bound(m_batches.begin(), m_batches.end(), index, [](std::uint64_t wanted, const BatchPtr& batch) { return wanted < batch->last(); });
    return found == m_batches.end() ? nullptr : *found;
}

std::vector<events::Event> History::of(const base::Xid& xid) const {
    std::vector<events::Event> result;
    if (auto open = m_open.find(xid); open != m_open.end()) result = open->second;
    const std::uint64_t tag = base::hash_value(xid);
    for (const auto& batch : m_batches) {
        if (std::find(batch->xid_tags.begin(), batch->xid_tags.end(), tag) == batch->xid_tags.end()) continue;
        auto events = wire::decode_events(batch->encoded, wire::Origin::own);
        if (!events) continue;
        for (auto& event : *events)
            if (event.xid == xid) result.push_back(std::move(event));
    }
    return result;
}

void History::fold(events::Event&& event) {
    if (event.xid.empty()) {
        if (node_state(event)) m_node_events.push_back(event);
        m_base.fold(event);
        return;
    }
    const auto xid = event.xid;
    const bool look = may_settle(event);
    auto& list = m_open[xid];
    list.push_back(std::move(event));
    if (!look) return;
    // A small view of this payment alone tells whether anything of it is left to do. Its syncs have passed long since (they are the
    // nodes', not the payment's): what is told late counts at once.
    view::View alone;
    for (const auto& part : list) alone.fold(as_durable(part));
    auto transaction = alone.find(xid);
    if (!transaction || !transaction->ended) return;
    for (const auto& part : list) m_base.fold(as_durable(part));
    m_open.erase(xid);
}

void History::fold_oldest() {
    if (m_batches.empty()) return;
    if (m_first == 0) m_base.set_retained_max(base_transactions_max);
    auto events = wire::decode_events(m_batches.front()->encoded, wire::Origin::own);
    if (events)
        for (auto& event : *events) fold(std::move(event));
    m_first = m_batches.front()->last();
    m_batches.pop_front();
}

std::vector<events::Event> History::restate() const {
    std::vector<events::Event> result = m_node_events;
    if (m_first == 0) return result;
    std::unordered_map<base::NodeId, std::vector<view::AccountRow>, base::IdHash> by_node;
    for (auto& row : m_base.accounts()) by_node[row.node].push_back(row);
    for (auto& [node, rows] : by_node) {
        const view::NodeRow* known = m_base.node(node);
        for (std::size_t at = 0; at < rows.size(); at += lines_per_event) {
            auto record = std::make_shared<events::Record>();
            record->kind = events::RecordKind::account;
            for (std::size_t i = at; i < std::min(rows.size(), at + lines_per_event); ++i)
                record->accounts.push_back({rows[i].account, rows[i].holder, rows[i].currency, rows[i].posted_minor, rows[i].limit_minor});
            events::Event event;
            event.node = node;
            event.incarnation = known ? known->incarnation : 0;
            event.hlc = event.at_ns = known ? known->last_hlc : m_base.last_hlc();
            event.kind = events::EventKind::balance;
            event.payload = events::RecordPtr(std::move(record));
            result.push_back(std::move(event));
        }
    }
    std::vector<const std::vector<events::Event>*> open;
    for (const auto& [xid, list] : m_open) open.push_back(&list);
    std::sort(open.begin(), open.end(), [](const auto* a, const auto* b) { return events::position(a->front()) < events::position(b->front()); });
    for (const auto* list : open)
        for (const auto& event : *list) {
            const view::NodeRow* node = m_base.node(event.node);
            const bool synced = node && event.lsn <= node->synced_lsn;  // else its sync is among the events that are kept
            result.push_back(synced ? as_durable(event) : event);
        }
    return result;
}

}  // namespace indoubt::operators
