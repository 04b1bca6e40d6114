// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/payments_model.h"

#include <algorithm>

#include "feed/cause_words.h"
#include "feed/wording.h"
#include "widgets/amount.h"
#include "widgets/roles.h"

namespace indoubt::console::watch {

using feed::qs;

PaymentsModel::PaymentsModel(const feed::Context& context, QObject* parent) : QAbstractTableModel(parent), m_context(context) {
    connect(context.feed, &feed::Feed::advanced, this, &PaymentsModel::onAdvanced);
    connect(context.feed, &feed::Feed::secondPassed, this, &PaymentsModel::onSecond);
    connect(context.session, &feed::Session::preferencesChanged, this, [this] {
        if (rowCount()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    });
    rebuild();
}

quint64 PaymentsModel::matching() const { return m_known.size(); }
quint64 PaymentsModel::total() const { return m_context.feed->view().size() + m_context.feed->view().dropped(); }

QStringList PaymentsModel::participants() const {
    QStringList letters;
    for (const auto& node : m_participants) letters << qs(node.name());
    return letters;
}

void PaymentsModel::setFilter(Predicate predicate, Order order) {
    m_predicate = std::move(predicate);
    m_order = order;
    rebuild();
}

bool PaymentsModel::matches(const view::Transaction& transaction) const {
    return !m_predicate || m_predicate(m_context.feed->view(), transaction, m_context.feed->nowHlc());
}

// The whole view, on a worker, over a copy: the list keeps what it shows until the answer is there.
void PaymentsModel::rebuild() {
    if (m_building) {
        ++m_generation;
        m_stale = true;
        return;
    }
    m_building = true;
    const quint64 generation = ++m_generation;
    auto work = [view = m_context.feed->view(), predicate = m_predicate, now = m_context.feed->nowHlc(), generation] {
        Built built{generation, {}};
        built.matching.reserve(predicate ? 256 : view.size());
        for (std::size_t i = 0; i < view.size(); ++i) {
            const auto& transaction = view.at(i);
            if (!predicate || predicate(view, transaction, now)) built.matching.push_back(transaction.xid);
        }
        return built;
    };
    m_context.executor->background(this, {}, work, [this](const Built& built) { take(built); });
}

void PaymentsModel::take(const Built& built) {
    m_building = false;
    if (built.generation != m_generation && m_stale) {
        m_stale = false;
        rebuild();
        return;
    }
    m_stale = false;
    beginResetModel();
    m_rows.clear();
    m_known.clear();
    m_pending.clear();
    m_participants.clear();
    m_droppedSeen = m_context.feed->view().dropped();
    for (const auto& node : m_context.feed->view().nodes())
        if (!node.coordinator) m_participants.push_back(node.node);
    m_known.reserve(built.matching.size());
    for (const auto& xid : built.matching) {
        m_known.insert(xid);
        m_rows.push_back({xid, -1});
    }
    if (m_order == Order::ByCause) group();
    endResetModel();
    emit pendingChanged(0);
    emit rebuilt();
    emit countsChanged();
}

std::int64_t PaymentsModel::dueKey(const view::Transaction& transaction) const {
    return transaction.payment && transaction.payment->due_at_ns ? transaction.payment->due_at_ns : std::numeric_limits<std::int64_t>::max();
}

// Heads in the order of their causes; within one: due, then (1 + waiting) x age x amount.
void PaymentsModel::group() {
    const auto& view = m_context.feed->view();
    const std::int64_t now = m_context.feed->nowHlc();
    m_groups.clear();
    std::unordered_set<base::Xid, base::IdHash> left;
    for (const auto& row : m_rows)
        if (!row.xid.empty()) left.insert(row.xid);
    for (const auto& cause : view.causes(now)) {
        const feed::CauseWords words = feed::wordsOf(view, cause, now, *m_context.session);
        Group group{words.title, words.size, words.glyph, {}, words.key};
        for (const auto& xid : cause.payments)
            if (left.erase(xid)) group.payments.push_back(xid);
        if (!group.payments.empty()) m_groups.push_back(std::move(group));
    }
    if (!left.empty()) {
        Group rest{tr("No common cause"), feed::counted(left.size(), tr("1 payment"), tr("%1 payments")), theme::Glyph::Undetermined, {left.begin(), left.end()}, QStringLiteral("rest")};
        m_groups.push_back(std::move(rest));
    }
    struct Key {
        std::int64_t due;
        double weight;
        base::Xid xid;
    };
    m_rows.clear();
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        std::vector<Key> keys;
        for (const auto& xid : m_groups[g].payments)
            if (const auto t = view.find(xid))
                keys.push_back({dueKey(*t), (1.0 + static_cast<double>(view.waiting_behind(xid).size())) * static_cast<double>(now - t->begun_hlc) * static_cast<double>(t->payment ? t->payment->amount.minor : 0), xid});
        std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.due != b.due ? a.due < b.due : a.weight != b.weight ? a.weight > b.weight : a.xid < b.xid; });
        m_rows.push_back({{}, static_cast<int>(g)});
        if (m_closed.contains(m_groups[g].key.toStdString())) continue;
        for (const auto& key : keys) m_rows.push_back({key.xid, static_cast<int>(g)});
    }
}

void PaymentsModel::onAdvanced(const feed::FeedDelta& delta) {
    std::size_t participants = 0;
    for (const auto& node : m_context.feed->view().nodes()) participants += !node.coordinator;
    if (delta.reset || participants != m_participants.size()) {
        rebuild();
        return;
    }
    if (delta.changed.empty() || m_building) {
        m_stale = m_stale || (m_building && !delta.changed.empty());
        if (m_building && m_stale) ++m_generation;
        return;
    }
    const auto& view = m_context.feed->view();
    std::vector<base::Xid> fresh;
    for (const auto& xid : delta.changed) {
        if (m_known.contains(xid)) continue;
        if (const auto t = view.find(xid); t && matches(*t)) fresh.push_back(xid);
    }
    if (!fresh.empty()) {
        std::sort(fresh.begin(), fresh.end(), [&view](const auto& a, const auto& b) { return view.index_of(a) < view.index_of(b); });
        for (const auto& xid : fresh) m_known.insert(xid);
        m_pending.insert(m_pending.end(), fresh.begin(), fresh.end());
        if (!m_held) apply();
        else emit pendingChanged(pending());
    }
    trim();
    if (rowCount()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    emit countsChanged();
}

// Finished payments leave the view oldest first; so do their rows.
void PaymentsModel::trim() {
    const auto& view = m_context.feed->view();
    // An open payment at the very front keeps those behind it in the list as empty rows: after some thousand, start over.
    if (view.dropped() - m_droppedSeen > 5000 && !m_held) {
        rebuild();
        return;
    }
    if (m_order != Order::NewestFirst || m_rows.empty()) return;
    std::size_t gone = 0;
    while (gone < m_rows.size() && !view.find(m_rows[gone].xid)) ++gone;
    if (!gone) return;
    const int last = rowCount() - 1;
    beginRemoveRows({}, last - static_cast<int>(gone) + 1, last);
    for (std::size_t i = 0; i < gone; ++i) {
        m_known.erase(m_rows.front().xid);
        m_rows.pop_front();
    }
    endRemoveRows();
}

void PaymentsModel::setHeld(bool held) {
    if (held == m_held) return;
    m_held = held;
    if (!held) apply();
}

void PaymentsModel::apply() {
    if (m_pending.empty()) return;
    if (m_order == Order::ByCause) {
        beginResetModel();
        for (const auto& xid : m_pending) m_rows.push_back({xid, -1});
        group();
        endResetModel();
    } else {
        beginInsertRows({}, 0, static_cast<int>(m_pending.size()) - 1);
        for (const auto& xid : m_pending) m_rows.push_back({xid, -1});
        endInsertRows();
    }
    m_pending.clear();
    emit pendingChanged(0);
    emit countsChanged();
}

// Age and due move without events: what no longer fits leaves and what now fits comes, unless the list is held.
void PaymentsModel::onSecond() {
    if (m_building || m_held) return;
    const auto& view = m_context.feed->view();
    bool changed = false;
    if (m_predicate) {
        for (const auto& xid : view.open_transactions()) {
            if (m_known.contains(xid)) continue;
            if (const auto t = view.find(xid); t && matches(*t)) changed = true;
            if (changed) break;
        }
        constexpr std::size_t look_most = 5000;  // keeps this below a few ms; a longer list is corrected by its next rebuild
        for (std::size_t i = 0; i < std::min(m_rows.size(), look_most) && !changed; ++i) {
            const auto& row = m_rows[m_rows.size() - 1 - i];
            if (row.xid.empty()) continue;
            const auto t = view.find(row.xid);
            changed = !t || !matches(*t);
        }
    }
    if (changed) {
        rebuild();
        return;
    }
    if (rowCount()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int PaymentsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int PaymentsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

base::Xid PaymentsModel::xidAt(int row) const {
    if (row < 0 || row >= rowCount()) return {};
    return m_rows[static_cast<std::size_t>(rowIndex(row))].xid;
}

bool PaymentsModel::isGroup(int row) const { return row >= 0 && row < rowCount() && xidAt(row).empty(); }

int PaymentsModel::rowOf(const base::Xid& xid) const {
    if (xid.empty() || !m_known.contains(xid)) return -1;
    for (int row = 0; row < rowCount(); ++row)
        if (xidAt(row) == xid) return row;
    return -1;
}

void PaymentsModel::toggleGroup(int row) {
    if (!isGroup(row)) return;
    const auto key = m_groups[static_cast<std::size_t>(m_rows[static_cast<std::size_t>(rowIndex(row))].group)].key.toStdString();
    if (!m_closed.erase(key)) m_closed.insert(key);
    beginResetModel();
    m_rows.clear();
    for (const auto& xid : m_known) m_rows.push_back({xid, -1});
    group();
    endResetModel();
}

Qt::ItemFlags PaymentsModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

}  // namespace indoubt::console::watch
