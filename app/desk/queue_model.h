// SPDX-License-Identifier: GPL-3.0-or-later
// One queue of the Desk as a table: due, state, reference, on hold. Most urgent first: due, then age. While `setHeld(true)` the
// order stands still: rows change in place, and new ones wait. GUI thread.
#pragma once
#include <QAbstractTableModel>
#include <functional>
#include <vector>

#include "feed/place.h"

namespace indoubt::console::desk {

enum class Queue { Stuck, Undelivered, Waiting, Heuristic, Damage, Watched };

class QueueModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Due, State, Reference, OnHold, ColumnCount };
    using Predicate = std::function<bool(const view::View&, const view::Transaction&, std::int64_t nowHlc)>;

    QueueModel(const feed::Context& context, QObject* parent);
    void setQueue(Queue queue);
    Queue queue() const { return m_queue; }
    void setFilter(Predicate predicate);   // in place of the queue's own rule; empty: the queue's
    void setHeld(bool held);
    void setWatched(const std::vector<base::Xid>& xids) { m_watched = xids; }
    int pending() const { return m_pending; }
    void refresh();                        // once a second and after events

    base::Xid xidAt(int row) const;
    int rowOf(const base::Xid& xid) const;
    int count(Queue queue) const;          // as of the last refresh

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  signals:
    void refreshed();

  private:
    bool belongs(Queue queue, const view::Transaction& transaction, std::int64_t now) const;
    std::vector<base::Xid> collect();
    feed::Context m_context;
    Queue m_queue = Queue::Stuck;
    Predicate m_predicate;
    std::vector<base::Xid> m_rows, m_watched;
    int m_counts[6] = {};
    int m_pending = 0;
    bool m_held = false;
};

}  // namespace indoubt::console::desk
