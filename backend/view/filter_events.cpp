// SPDX-License-Identifier: GPL-3.0-or-later
// A parsed filter against rows of the event store: raw fields first, the payment's verdict remembered, text decoded last.
#include <algorithm>

#include "view/filter_node.h"

namespace indoubt::view {

using events::EventKind;

namespace {

bool holds_payment_term(const FilterNode& node) {
    return node.op == FilterNode::Op::term && node.field != FilterField::kind && node.field != FilterField::message && node.field != FilterField::record &&
           node.field != FilterField::node && node.field != FilterField::at && node.field != FilterField::since;
}

bool any_bit(const FilterNode& term, std::size_t index) {
    return std::any_of(term.values.begin(), term.values.end(), [&](const FilterValue& value) { return (value.bits >> index & 1) != 0; });
}

// Kinds whose words are in their payload; of all others the row knows what the line says.
bool speaks(EventKind kind) {
    switch (kind) {
        case EventKind::crash: case EventKind::restart: case EventKind::fault_on: case EventKind::fault_off: case EventKind::order: case EventKind::approval:
        case EventKind::heuristic: case EventKind::damage: case EventKind::gap: case EventKind::note: case EventKind::refuse: case EventKind::ask: case EventKind::timer:
        case EventKind::decide: case EventKind::vote: case EventKind::wait: return true;
        default: return false;
    }
}

// Events of nodes and faults that can tell who did it.
bool may_be_signed(const EventRow& row) {
    if (row.is(EventRow::is_record)) return row.what == static_cast<std::uint8_t>(events::RecordKind::order) || row.what == static_cast<std::uint8_t>(events::RecordKind::account);
    return row.kind == EventKind::order || row.kind == EventKind::fault_on || row.kind == EventKind::fault_off;
}

std::shared_ptr<const events::OperatorNote> order_of(const events::Event& event) {
    if (const auto* record = event.record()) return record->order;
    return event.note() ? event.note()->order : nullptr;
}

}  // namespace

EventMatcher::EventMatcher(Filter filter, const EventRows& rows, FilterContext context) : m_filter(std::move(filter)), m_rows(rows), m_context(context) {}

bool EventMatcher::matches(RowId id, const EventRow& row) { return m_filter.empty() || evaluate(*m_filter.root(), id, row); }

bool EventMatcher::payment_verdict(const FilterNode& node, std::uint32_t xid) {
    if (xid == no_xid) return false;
    auto found = std::find_if(m_verdicts.begin(), m_verdicts.end(), [&](const Verdicts& one) { return one.node == &node; });
    if (found == m_verdicts.end()) {
        m_verdicts.push_back({&node, std::vector<std::uint8_t>(m_rows.xid_count())});
        found = std::prev(m_verdicts.end());
    }
    if (xid >= found->by_xid.size()) found->by_xid.resize(m_rows.xid_count());
    std::uint8_t& verdict = found->by_xid[xid];
    if (verdict == 0) {
        const auto tx = m_context.view ? m_context.view->find(m_rows.xid(xid)) : nullptr;
        bool good = false;
        if (tx) {
            good = term_matches(node, *tx, m_context);
        } else if (node.field == FilterField::xid) {  // gone from the view, but its name is known
            Transaction bare;
            bare.xid = m_rows.xid(xid);
            good = term_matches(node, bare, m_context);
        }
        verdict = good ? 2 : 1;
    }
    return verdict == 2;
}

bool EventMatcher::evaluate(const FilterNode& node, RowId id, const EventRow& row) {
    using Op = FilterNode::Op;
    switch (node.op) {
        case Op::everything: return true;
        case Op::all_of:
            for (const auto& child : node.children)
                if (!evaluate(*child, id, row)) return false;
            return true;
        case Op::any_of:
            for (const auto& child : node.children)
                if (evaluate(*child, id, row)) return true;
            return false;
        case Op::none_of: return !evaluate(*node.children.front(), id, row);
        case Op::term: break;
    }
    switch (node.field) {
        case FilterField::node: {
            const NodeId here = m_rows.node(row);
            return std::any_of(node.values.begin(), node.values.end(), [&](const FilterValue& value) { return value.node == here; });
        }
        case FilterField::kind: return any_bit(node, static_cast<std::size_t>(row.kind) - 1);
        case FilterField::message: return row.is(EventRow::is_message) && any_bit(node, static_cast<std::size_t>(row.what) - 1);
        case FilterField::record: return row.is(EventRow::is_record) && any_bit(node, static_cast<std::size_t>(row.what) - 1);
        case FilterField::vote: return row.vote != 0 && any_bit(node, row.vote);
        case FilterField::at: return time_matches(node, row.at_ns, m_context);
        case FilterField::since: {
            const std::int64_t ago = std::max<std::int64_t>(m_context.now_hlc - row.hlc, 0);
            return std::any_of(node.values.begin(), node.values.end(), [&](const FilterValue& value) { return (!value.low || ago >= *value.low) && (!value.high || ago <= *value.high); });
        }
        case FilterField::by: {
            if (row.xid != no_xid) return payment_verdict(node, row.xid);
            if (!may_be_signed(row)) return false;
            Transaction bare;  // an act on a node or a fault concerns no payment
            bare.order = order_of(m_rows.event(id));
            return term_matches(node, bare, m_context);
        }
        case FilterField::words: {
            if (payment_verdict(node, row.xid)) return true;
            const Needle& needle = node.values.front().needle;
            if (needle.within(events::word(row.kind))) return true;
            if (row.is(EventRow::is_message)) return needle.within(events::word(static_cast<events::MessageKind>(row.what)));
            if (row.is(EventRow::is_record)) {
                const auto kind = static_cast<events::RecordKind>(row.what);
                if (kind == events::RecordKind::order) return needle.within(events::title(m_rows.event(id)));
                if (kind == events::RecordKind::decision) return needle.within(events::word(static_cast<events::Outcome>(row.outcome)));
                return needle.within(events::word(kind));
            }
            return speaks(row.kind) && needle.within(events::title(m_rows.event(id)));
        }
        default: return holds_payment_term(node) && payment_verdict(node, row.xid);
    }
}

std::vector<std::uint32_t> EventMatcher::find(std::size_t from, std::size_t to, std::size_t most, std::size_t* scanned) {
    std::vector<std::uint32_t> positions;
    std::size_t stopped = std::min(to, m_rows.size());
    m_rows.scan(from, stopped, [&](std::size_t position, RowId id, const EventRow& row) {
        if (positions.size() == most) {
            stopped = position;
            return false;
        }
        if (matches(id, row)) positions.push_back(static_cast<std::uint32_t>(position));
        return true;
    });
    if (scanned) *scanned = stopped;
    return positions;
}

}  // namespace indoubt::view
