// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/event_store.h"

#include <algorithm>

#include "view/payload_codec.h"

namespace indoubt::view {

using events::Event;

Event EventRows::event(RowId id) const {
    const EventRow& row = m_rows[id];
    Event event;
    event.node = node(row);
    event.incarnation = row.incarnation;
    event.seq = row.seq;
    event.lsn = row.lsn;
    event.at_ns = row.at_ns;
    event.hlc = row.hlc;
    event.kind = row.kind;
    event.durable = row.is(EventRow::durable);
    if (row.xid != no_xid) event.xid = m_xids[row.xid].xid;
    event.peer = peer(row);
    PayloadCodec::decode(*this, row, event);
    return event;
}

std::size_t EventRows::chunk_at(std::size_t position) const {
    const auto after = std::upper_bound(m_order_first.begin(), m_order_first.end(), position);
    return static_cast<std::size_t>(after - m_order_first.begin()) - 1;
}

RowId EventRows::at(std::size_t place) const {
    const std::size_t chunk = chunk_at(place);
    return (*m_order[chunk])[place - m_order_first[chunk]];
}

std::size_t EventRows::lower_bound(const events::Position& wanted) const {
    const auto before = [&](RowId id) { return position(m_rows[id]) < wanted; };
    // The first chunk whose last row is not before it holds the place.
    std::size_t low = 0, high = m_order.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (before(m_order[middle]->back())) low = middle + 1;
        else high = middle;
    }
    if (low == m_order.size()) return size();
    const auto& chunk = *m_order[low];
    const auto place = std::partition_point(chunk.begin(), chunk.end(), before);
    return m_order_first[low] + static_cast<std::size_t>(place - chunk.begin());
}

std::size_t EventRows::lower_bound(std::int64_t hlc) const { return lower_bound(events::Position{hlc, {}, 0, 0}); }
std::size_t EventRows::position_of(RowId id) const { return lower_bound(position(m_rows[id])); }

RowId EventRows::find(const events::EventRef& ref) const {
    for (const Incarnations& one : m_incarnations) {
        if (one.incarnation != ref.incarnation || m_nodes[one.node] != ref.node) continue;
        const std::size_t chunk = ref.seq / 4096;
        return chunk < one.rows.size() && one.rows[chunk] ? (*one.rows[chunk])[ref.seq % 4096] : no_row;
    }
    return no_row;
}

std::uint32_t EventRows::xid_index(const base::Xid& xid) const {
    const std::uint64_t index = m_xid_index.find(base::hash_value(xid), [&](std::uint64_t i) { return m_xids[i].xid == xid; });
    return index == CowIndex::none ? no_xid : static_cast<std::uint32_t>(index);
}

std::vector<RowId> EventRows::rows_of(const base::Xid& xid) const {
    std::vector<RowId> ids;
    const std::uint32_t index = xid_index(xid);
    if (index == no_xid) return ids;
    ids.reserve(m_xids[index].count);
    for (RowId id = m_xids[index].last; id != no_row; id = m_rows[id].previous) ids.push_back(id);
    std::sort(ids.begin(), ids.end(), [this](RowId a, RowId b) { return position(m_rows[a]) < position(m_rows[b]); });
    return ids;
}

std::uint32_t EventRows::count_of(const base::Xid& xid) const {
    const std::uint32_t index = xid_index(xid);
    return index == no_xid ? 0 : m_xids[index].count;
}

std::vector<RowId> EventRows::node_rows() const {
    std::vector<RowId> ids;
    ids.reserve(m_node_rows.size());
    for (std::size_t i = 0; i < m_node_rows.size(); ++i) ids.push_back(m_node_rows[i]);
    return ids;
}

std::uint64_t EventRows::unseen() const {
    std::uint64_t sum = 0;
    for (const Incarnations& one : m_incarnations) sum += one.last_seq > one.count ? one.last_seq - one.count : 0;
    return sum;
}

std::size_t EventRows::bytes() const {
    std::size_t sum = m_rows.bytes() + m_bytes.bytes() + m_raw.bytes() + m_xids.size() * (sizeof(XidEntry) + 24);
    for (const auto& chunk : m_order) sum += chunk->capacity() * sizeof(RowId);
    for (const Incarnations& one : m_incarnations)
        for (const auto& chunk : one.rows) sum += sizeof(void*) * 2 + (chunk ? sizeof(*chunk) : 0);
    for (std::size_t i = 0; i < m_payments.size(); ++i) {
        const events::Payment& payment = *m_payments[i];
        sum += sizeof(events::Payment) + payment.legs.capacity() * sizeof(events::Leg);
        for (const auto& leg : payment.legs) sum += leg.account.capacity() > 15 ? leg.account.capacity() + 1 : 0;
    }
    return sum;
}

namespace {

bool is_node_life(events::EventKind kind) {
    using events::EventKind;
    return kind == EventKind::crash || kind == EventKind::restart || kind == EventKind::suspend || kind == EventKind::resume || kind == EventKind::fault_on ||
           kind == EventKind::fault_off || kind == EventKind::gap;
}

}  // namespace

std::uint8_t EventStore::node_index(base::NodeId node) { return table_index(m_data.m_nodes, node); }

std::uint32_t EventStore::add_xid(const base::Xid& xid) {
    const std::uint32_t known = m_data.xid_index(xid);
    if (known != no_xid) return known;
    const auto index = static_cast<std::uint32_t>(m_data.m_xids.size());
    EventRows::XidEntry entry;
    entry.xid = xid;
    m_data.m_xids.push_back(entry);
    m_data.m_xid_index.insert(base::hash_value(xid), index);
    return index;
}

RowId* EventStore::slot_of(std::uint8_t node, base::Incarnation incarnation, std::uint64_t seq) {
    auto& all = m_data.m_incarnations;
    std::size_t i = all.size();  // the newest incarnations are at the end
    while (i > 0 && !(all[i - 1].node == node && all[i - 1].incarnation == incarnation)) --i;
    if (i == 0) {
        all.push_back({node, incarnation, 0, 0, {}});
        i = all.size();
    }
    m_of = i - 1;
    all[m_of].last_seq = std::max(all[m_of].last_seq, seq);
    auto& chunks = all[i - 1].rows;
    const std::size_t chunk = seq / 4096;
    if (chunk >= chunks.size()) chunks.resize(chunk + 1);
    if (!chunks[chunk]) {
        chunks[chunk] = std::make_shared<std::array<RowId, 4096>>();
        chunks[chunk]->fill(no_row);
    }
    return &own(chunks[chunk])[seq % 4096];
}

std::size_t EventStore::insert(RowId id, const events::Position& position) {
    auto& order = m_data.m_order;
    auto& first = m_data.m_order_first;
    constexpr std::size_t most = EventRows::order_chunk_max;
    const std::size_t count = m_data.m_rows.size() - 1;  // without the new one
    if (order.empty() || m_data.position(m_data.m_rows[order.back()->back()]) < position) {
        if (order.empty() || order.back()->size() >= most) {
            order.push_back(std::make_shared<std::vector<RowId>>());
            order.back()->reserve(most);
            first.push_back(count);
        }
        own(order.back()).push_back(id);
        return count;
    }
    ++m_late;
    std::size_t low = 0, high = order.size() - 1;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (m_data.position(m_data.m_rows[order[middle]->back()]) < position) low = middle + 1;
        else high = middle;
    }
    auto& chunk = own(order[low]);
    const auto place = std::partition_point(chunk.begin(), chunk.end(), [&](RowId one) { return m_data.position(m_data.m_rows[one]) < position; });
    const std::size_t at = first[low] + static_cast<std::size_t>(place - chunk.begin());
    chunk.insert(place, id);
    for (std::size_t i = low + 1; i < first.size(); ++i) ++first[i];
    if (chunk.size() > most * 2) {
        const auto half = static_cast<std::ptrdiff_t>(chunk.size() / 2);
        auto upper = std::make_shared<std::vector<RowId>>(chunk.begin() + half, chunk.end());
        chunk.erase(chunk.begin() + half, chunk.end());
        const std::size_t begin = first[low] + chunk.size();
        order.insert(order.begin() + static_cast<std::ptrdiff_t>(low) + 1, std::move(upper));
        first.insert(first.begin() + static_cast<std::ptrdiff_t>(low) + 1, begin);
    }
    return at;
}

bool EventStore::append(const Event& event, std::size_t* position) {
    const std::uint8_t node = node_index(event.node);
    RowId* slot = slot_of(node, event.incarnation, event.seq);
    // A node that dies before its incarnation record is on disk lives the next life under the same number: same name, another event.
    if (*slot != no_row && m_data.m_rows[*slot].hlc == event.hlc) return false;
    const auto id = static_cast<RowId>(m_data.m_rows.size());
    if (*slot == no_row) ++m_data.m_incarnations[m_of].count;
    *slot = id;
    EventRow row;
    row.hlc = event.hlc;
    row.at_ns = event.at_ns;
    row.seq = event.seq;
    row.lsn = event.lsn;
    row.incarnation = event.incarnation;
    row.node = node;
    row.kind = event.kind;
    if (!event.peer.empty()) {
        row.peer = node_index(event.peer);
        row.flags |= EventRow::has_peer;
    }
    if (event.durable) row.flags |= EventRow::durable;
    if (events::is_trace(event)) row.flags |= EventRow::trace;
    if (const auto* message = event.message()) {
        row.flags |= EventRow::is_message;
        if (message->repeat) row.flags |= EventRow::repeat;
        row.what = static_cast<std::uint8_t>(message->kind);
        row.refusal = static_cast<std::uint8_t>(message->refusal);
        const auto kind = message->kind;
        const auto vote = kind == events::MessageKind::vote_yes         ? events::Vote::yes
                          : kind == events::MessageKind::vote_no        ? events::Vote::no
                          : kind == events::MessageKind::vote_read_only ? events::Vote::read_only
                                                                        : events::Vote::none;
        const auto outcome = kind == events::MessageKind::commit  ? events::Outcome::commit
                             : kind == events::MessageKind::abort ? events::Outcome::abort
                                                                  : events::Outcome::none;
        row.vote = static_cast<std::uint8_t>(vote);
        row.outcome = static_cast<std::uint8_t>(outcome);
    } else if (const auto* record = event.record()) {
        row.flags |= EventRow::is_record;
        if (record->coordinator) row.flags |= EventRow::coordinator;
        row.what = static_cast<std::uint8_t>(record->kind);
        row.outcome = static_cast<std::uint8_t>(record->outcome);
        row.refusal = static_cast<std::uint8_t>(record->refusal);
    } else if (const auto* note = event.note()) {
        row.flags |= EventRow::is_note;
        row.vote = static_cast<std::uint8_t>(note->vote);
        row.outcome = static_cast<std::uint8_t>(note->outcome);
        row.refusal = static_cast<std::uint8_t>(note->refusal);
    }
    if (!event.xid.empty()) {
        row.xid = add_xid(event.xid);
        auto& entry = m_data.m_xids.edit(row.xid);
        row.previous = entry.last;
        entry.last = id;
        ++entry.count;
    }
    std::string& bytes = m_scratch;
    PayloadCodec::encode(m_data, event, row.xid, bytes);
    if (bytes.size() > ByteArena::chunk_bytes) {  // thousands of causes come from no driver of ours: the first ones tell enough
        Event trimmed = event;
        trimmed.causes.resize(std::min<std::size_t>(trimmed.causes.size(), 64));
        PayloadCodec::encode(m_data, trimmed, row.xid, bytes);
    }
    row.payload = m_data.m_bytes.add(bytes);
    m_data.m_rows.push_back(row);
    if (is_node_life(event.kind)) m_data.m_node_rows.push_back(id);
    const std::size_t at = insert(id, events::position(event));
    if (position) *position = at;
    return true;
}

}  // namespace indoubt::view
