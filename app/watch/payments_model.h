// SPDX-License-Identifier: GPL-3.0-or-later
// The live list of payments. A row is a position in an index vector over the view; text is made in data(). Newest first, or, for
// what is stuck, under a head per cause and most urgent first. While `setHeld(true)` the order stands still: rows update in
// place, new ones wait and are counted (`pendingChanged`), `apply()` lets them in. Filtering of everything runs on a worker
// with a generation number; afterwards only what changed is looked at. GUI thread.
#pragma once
#include <QAbstractTableModel>
#include <deque>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "feed/place.h"
#include "theme/glyphs.h"

namespace indoubt::console::watch {

// Does this payment belong into the list? Must be callable from any thread (plain values inside).
using Predicate = std::function<bool(const view::View&, const view::Transaction&, std::int64_t nowHlc)>;

class PaymentsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column {
        Started, State, Age, Reference, XidColumn, Parties, Amount, Votes, OnHold, Due, Waiting, LastEvent,
        // Those only who ask for them see.
        EndToEnd, Instruction, Uetr, MessageId, PaymentInformation, File, DebtorAccount, CreditorAccount, Remark, Protocol, Claimed, ColumnCount
    };
    enum class Order { NewestFirst, ByCause };

    PaymentsModel(const feed::Context& context, QObject* parent = nullptr);

    // Empty predicate: all. Rebuilds; the answer comes within a moment by `rebuilt`.
    void setFilter(Predicate predicate, Order order);
    Order order() const { return m_order; }
    void setHeld(bool held);
    bool held() const { return m_held; }
    void apply();                                  // takes in what waited
    int pending() const { return static_cast<int>(m_pending.size()); }
    quint64 matching() const;                      // payments in the list, heads not counted
    quint64 total() const;
    QStringList participants() const;              // letters of the votes column
    base::Xid xidAt(int row) const;                // empty: a head, or out of range
    int rowOf(const base::Xid& xid) const;         // -1: not in the list
    void toggleGroup(int row);
    bool isGroup(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  signals:
    void rebuilt();
    void countsChanged();
    void pendingChanged(int payments);

  private:
    struct Row {
        base::Xid xid;     // empty: head of group `group`
        int group = -1;
    };
    struct Group {
        QString title, tail;
        theme::Glyph glyph = theme::Glyph::None;
        std::vector<base::Xid> payments;
        QString key;
    };
    struct Built {
        quint64 generation = 0;
        std::vector<base::Xid> matching;  // oldest first
    };
    void onAdvanced(const feed::FeedDelta& delta);
    void onSecond();
    void rebuild();
    void take(const Built& built);
    void group();
    void prepend(const std::vector<base::Xid>& xids);
    bool matches(const view::Transaction& transaction) const;
    int rowIndex(int row) const { return m_order == Order::NewestFirst ? static_cast<int>(m_rows.size()) - 1 - row : row; }
    QVariant groupData(const Row& row, int column, int role) const;
    QVariant cell(const view::Transaction& transaction, int column, int role) const;
    QVariant text(const view::Transaction& transaction, int column) const;
    std::int64_t dueKey(const view::Transaction& transaction) const;
    void trim();

    feed::Context m_context;
    Predicate m_predicate;
    Order m_order = Order::NewestFirst;
    std::deque<Row> m_rows;                        // NewestFirst: oldest at the front, shown from the back; ByCause: as shown
    std::unordered_set<base::Xid, base::IdHash> m_known;   // all in m_rows or m_pending
    std::vector<base::Xid> m_pending;
    std::vector<Group> m_groups;
    std::unordered_set<std::string> m_closed;      // heads folded by hand
    quint64 m_generation = 0, m_droppedSeen = 0;
    bool m_held = false, m_building = false, m_stale = false;
    std::vector<base::NodeId> m_participants;
};

}  // namespace indoubt::console::watch
