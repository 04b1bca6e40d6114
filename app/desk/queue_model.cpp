// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/queue_model.h"

#include <algorithm>
#include <limits>

#include "feed/wording.h"
#include "widgets/amount.h"
#include "widgets/roles.h"

namespace indoubt::console::desk {

using feed::qs;
using widgets::Tone;

QueueModel::QueueModel(const feed::Context& context, QObject* parent) : QAbstractTableModel(parent), m_context(context) {}

void QueueModel::setQueue(Queue queue) {
    m_queue = queue;
    m_predicate = {};
    const bool held = std::exchange(m_held, false);
    refresh();
    m_held = held;
}

void QueueModel::setFilter(Predicate predicate) {
    m_predicate = std::move(predicate);
    const bool held = std::exchange(m_held, false);
    refresh();
    m_held = held;
}

void QueueModel::setHeld(bool held) {
    m_held = held;
    if (!held) refresh();
}

bool QueueModel::belongs(Queue queue, const view::Transaction& t, std::int64_t now) const {
    switch (queue) {
        case Queue::Stuck: return t.stuck(now);
        case Queue::Undelivered:
            // As Watch counts it (view/causes.cpp): what was forced is no decision, and one on disk counts while its coordinator is down.
            return t.decision == events::Outcome::commit && t.decision_durable && t.in_doubt_hlc != 0 && now - t.decided_hlc > base::limits::stuck_after_ms * 1'000'000;
        case Queue::Waiting: return t.open() && std::any_of(t.branches.begin(), t.branches.end(), [](const view::Branch& b) { return b.waiting; });
        case Queue::Heuristic: return t.forced_open() && !t.damage_open();  // as Watch counts them: each once
        case Queue::Damage: return t.damage_open();
        case Queue::Watched: return std::find(m_watched.begin(), m_watched.end(), t.xid) != m_watched.end();
    }
    return false;
}

std::vector<base::Xid> QueueModel::collect() {
    const auto& view = m_context.feed->view();
    const std::int64_t now = m_context.feed->nowHlc();
    std::fill(std::begin(m_counts), std::end(m_counts), 0);
    struct Key {
        std::int64_t due, begun;
        base::Xid xid;
    };
    std::vector<Key> keys;
    auto look = [&](const view::Transaction& t) {
        for (int q = 0; q < 6; ++q) m_counts[q] += belongs(Queue(q), t, now) ? 1 : 0;
        if (m_predicate ? m_predicate(view, t, now) : belongs(m_queue, t, now)) {
            const std::int64_t due = t.payment && t.payment->due_at_ns ? t.payment->due_at_ns : std::numeric_limits<std::int64_t>::max();
            keys.push_back({due, t.begun_hlc, t.xid});
        }
    };
    for (const auto& xid : view.open_transactions())
        if (const auto t = view.find(xid)) look(*t);
    // What is settled by the protocol can still need a person: forced outcomes, damage, what somebody watches.
    const auto counters = view.counters(now);
    if (counters.heuristic || counters.damage || !m_watched.empty() || m_predicate) {
        for (std::size_t i = 0; i < view.size(); ++i)
            if (const auto& t = view.at(i); !t.open()) look(t);
    }
    std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return std::tie(a.due, a.begun, a.xid) < std::tie(b.due, b.begun, b.xid); });
    std::vector<base::Xid> xids;
    for (const auto& key : keys) xids.push_back(key.xid);
    return xids;
}

void QueueModel::refresh() {
    auto rows = collect();
    m_pending = 0;
    if (rows == m_rows) {
        if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    } else if (m_held) {
        for (const auto& xid : rows) m_pending += std::find(m_rows.begin(), m_rows.end(), xid) == m_rows.end() ? 1 : 0;
        if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    } else {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    emit refreshed();
}

base::Xid QueueModel::xidAt(int row) const { return row < 0 || row >= rowCount() ? base::Xid{} : m_rows[static_cast<std::size_t>(row)]; }

int QueueModel::rowOf(const base::Xid& xid) const {
    const auto at = std::find(m_rows.begin(), m_rows.end(), xid);
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

int QueueModel::count(Queue queue) const { return m_counts[static_cast<int>(queue)]; }

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return int((section == OnHold ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Due: return tr("due");
        case State: return tr("state");
        case Reference: return tr("reference");
        case OnHold: return tr("on hold");
        default: return {};
    }
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
    const auto t = index.isValid() ? m_context.feed->view().find(xidAt(index.row())) : nullptr;
    if (!t) return {};
    const std::int64_t now = m_context.feed->nowHlc();
    switch (index.column()) {
        case Due: {
            const std::int64_t due = t->payment ? t->payment->due_at_ns : 0;
            if (role == Qt::DisplayRole) return due ? feed::timeText(due, m_context.session->zone(), feed::Precision::Minutes) : QStringLiteral("–");
            if (role == widgets::ToneRole) return int(due && due - now < 3'600'000'000'000 ? Tone::Reference : Tone::Muted);
            if (role == Qt::ToolTipRole && due) return feed::dueText(due, now, m_context.session->zone());
            break;
        }
        case State:
            if (role == Qt::DisplayRole) return feed::stateWord(*t);
            if (role == widgets::StateRole) return int(feed::stateOf(*t));
            break;
        case Reference:
            if (role == Qt::DisplayRole) return feed::referenceText(*t);
            if (role == widgets::ToneRole) return int(Tone::Reference);
            if (role == Qt::ToolTipRole) return feed::partiesText(*t);
            break;
        case OnHold: {
            const auto currency = t->payment ? t->payment->amount.currency : base::Currency{};
            const widgets::Amount held{t->held_minor(), qs(currency.code()), currency.minor_digits()};
            if (role == Qt::DisplayRole) return widgets::amountText(held);
            if (role == widgets::AmountRole) return QVariant::fromValue(held);
            if (role == Qt::TextAlignmentRole) return int(Qt::AlignRight | Qt::AlignVCenter);
            break;
        }
        default: break;
    }
    return {};
}

}  // namespace indoubt::console::desk
