// SPDX-License-Identifier: GPL-3.0-or-later
// Millions of events in little memory: rows of fixed size, payloads as compact bytes, an index per payment, and the causal
// order kept apart from the order of arrival, so that trace promoted late finds its place.
//
// Threads: one writer (EventStore). snapshot() costs microseconds and gives a reader a frozen EventRows for its own thread: rows
// and bytes are append-only and shared, whatever may change is copied on write. Hand it over as any value.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "view/cow.h"

namespace indoubt::view {

using RowId = std::uint32_t;  // by arrival; never changes
inline constexpr RowId no_row = ~RowId{0};
inline constexpr std::uint32_t no_xid = ~std::uint32_t{0};

// The raw fields that filters, lists and sorting need, without touching the payload.
struct EventRow {
    std::int64_t hlc = 0, at_ns = 0;
    std::uint64_t seq = 0, lsn = 0;
    std::uint64_t payload = 0;          // place in the byte arena
    base::Incarnation incarnation = 0;
    std::uint32_t xid = no_xid;         // index into the table of XIDs
    RowId previous = no_row;            // previous arrival of the same XID
    std::uint8_t node = 0, peer = 0;    // index into the table of nodes; peer 0 with has_peer unset: none
    events::EventKind kind = events::EventKind::note;
    std::uint8_t flags = 0;
    std::uint8_t what = 0;              // message: its MessageKind; record: its RecordKind
    std::uint8_t vote = 0, outcome = 0, refusal = 0;

    static constexpr std::uint8_t durable = 1, trace = 2, has_peer = 4, is_message = 8, is_record = 16, is_note = 32, repeat = 64, coordinator = 128;
    bool is(std::uint8_t flag) const { return (flags & flag) != 0; }
};
static_assert(sizeof(EventRow) == 64);

// Append-only, in shared chunks: what a copy can see never moves and never changes.
template <class T, std::size_t N>
class SharedLog {
  public:
    std::size_t size() const { return m_size; }
    const T& operator[](std::size_t index) const { return (*m_chunks[index / N])[index % N]; }
    // By the writer only; a copy must not grow.
    void push_back(T value) {
        if (m_size == m_chunks.size() * N) m_chunks.push_back(std::make_shared<std::array<T, N>>());
        (*m_chunks[m_size / N])[m_size % N] = std::move(value);
        ++m_size;
    }
    std::size_t bytes() const { return m_chunks.size() * N * sizeof(T); }

  private:
    std::vector<std::shared_ptr<std::array<T, N>>> m_chunks;
    std::size_t m_size = 0;
};

// Strings of bytes up to a chunk's size, each in one piece; append-only and shared like SharedLog.
class ByteArena {
  public:
    static constexpr std::size_t chunk_bytes = 1u << 18;
    const char* at(std::uint64_t place) const { return m_chunks[place / chunk_bytes].get() + place % chunk_bytes; }
    std::uint64_t add(std::string_view bytes) {
        if (m_chunks.empty() || m_used + bytes.size() > chunk_bytes) {
            m_chunks.emplace_back(new char[chunk_bytes]);
            m_used = 0;
        }
        const std::uint64_t place = (m_chunks.size() - 1) * chunk_bytes + m_used;
        bytes.copy(m_chunks.back().get() + m_used, bytes.size());
        m_used += bytes.size();
        return place;
    }
    std::size_t bytes() const { return m_chunks.size() * chunk_bytes; }

  private:
    std::vector<std::shared_ptr<char[]>> m_chunks;
    std::size_t m_used = 0;
};

class EventRows {
  public:
    std::size_t size() const { return m_rows.size(); }
    const EventRow& row(RowId id) const { return m_rows[id]; }
    events::Event event(RowId id) const;                 // rebuilt, equal in content to what was appended

    // Causal order: positions 0..size()-1.
    RowId at(std::size_t position) const;
    std::size_t position_of(RowId id) const;
    std::size_t lower_bound(const events::Position& position) const;  // first place not before it
    std::size_t lower_bound(std::int64_t hlc) const;                  // first event at or after it

    RowId find(const events::EventRef& ref) const;       // no_row: not here (sampled out, or before our time)
    std::vector<RowId> rows_of(const base::Xid& xid) const;  // in causal order
    std::uint32_t count_of(const base::Xid& xid) const;
    // Lives of nodes and what was done to them: crash, restart, suspend, resume, fault on and off, gap. By arrival.
    std::vector<RowId> node_rows() const;
    // Events that nodes made and that are not here: every life numbers its own without a gap, so what is between is sampled out, or was
    // told to nobody.
    std::uint64_t unseen() const;

    const std::vector<base::NodeId>& nodes() const { return m_nodes; }
    std::size_t xid_count() const { return m_xids.size(); }
    const base::Xid& xid(std::uint32_t index) const { return m_xids[index].xid; }
    std::uint32_t xid_index(const base::Xid& xid) const;  // no_xid: unknown
    base::NodeId node(const EventRow& row) const { return m_nodes[row.node]; }
    base::NodeId peer(const EventRow& row) const { return row.is(EventRow::has_peer) ? m_nodes[row.peer] : base::NodeId{}; }
    events::Position position(const EventRow& row) const { return {row.hlc, node(row), row.incarnation, row.seq}; }

    std::size_t bytes() const;                           // memory held, side tables included

    // Calls visit(position, row id, row) for positions [from, to); stops when it returns false.
    template <class Visit>
    void scan(std::size_t from, std::size_t to, Visit&& visit) const {
        if (from >= to) return;
        std::size_t chunk = chunk_at(from);
        std::size_t place = from - m_order_first[chunk];
        for (std::size_t position = from; position < to; ++position, ++place) {
            while (place == m_order[chunk]->size()) {
                ++chunk;
                place = 0;
            }
            const RowId id = (*m_order[chunk])[place];
            if (!visit(position, id, m_rows[id])) return;
        }
    }

  private:
    friend class EventStore;
    friend class PayloadCodec;
    static constexpr std::size_t order_chunk_max = 4096;
    struct XidEntry {
        base::Xid xid;
        RowId last = no_row;
        std::uint32_t count = 0;
        std::uint32_t payment = ~std::uint32_t{0};       // its whole payment, once seen
    };
    struct Incarnations {                                // rows by seq, in chunks of 4096; no_row where nothing came
        std::uint8_t node = 0;
        base::Incarnation incarnation = 0;
        std::uint64_t last_seq = 0, count = 0;
        std::vector<std::shared_ptr<std::array<RowId, 4096>>> rows;
    };
    std::size_t chunk_at(std::size_t position) const;

    SharedLog<EventRow, 8192> m_rows;
    ByteArena m_bytes;
    SharedLog<events::PaymentPtr, 1024> m_payments;
    SharedLog<RowId, 1024> m_node_rows;
    SharedLog<events::Payload, 1024> m_raw;              // payloads too rare to be worth an encoding
    std::vector<std::shared_ptr<std::vector<RowId>>> m_order;  // causal order in chunks
    std::vector<std::size_t> m_order_first;
    CowDeque<XidEntry, 512> m_xids;
    CowIndex m_xid_index;
    std::vector<Incarnations> m_incarnations;
    std::vector<base::NodeId> m_nodes;
};

class EventStore {
  public:
    // False: it is here already (same node, incarnation, seq and hlc). `position`, if given: its place in causal order.
    bool append(const events::Event& event, std::size_t* position = nullptr);
    const EventRows& rows() const { return m_data; }
    EventRows snapshot() const { return m_data; }
    std::uint64_t inserted_late() const { return m_late; }  // events that were not the newest on arrival

  private:
    std::uint8_t node_index(base::NodeId node);
    std::uint32_t add_xid(const base::Xid& xid);
    std::size_t insert(RowId id, const events::Position& position);
    RowId* slot_of(std::uint8_t node, base::Incarnation incarnation, std::uint64_t seq);
    EventRows m_data;
    std::size_t m_of = 0;                                    // the place of slot_of's last answer in m_incarnations
    std::uint64_t m_late = 0;
    std::string m_scratch;
};

}  // namespace indoubt::view
