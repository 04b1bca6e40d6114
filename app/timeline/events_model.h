// SPDX-License-Identifier: GPL-3.0-or-later
// EVENTS: the payment's events in causal order; the table twin of the diagram. Row = index into the diagram's events.
#pragma once
#include <QAbstractTableModel>
#include <memory>

#include "view/timeline_model.h"

namespace indoubt::console::feed {
class Session;
}

namespace indoubt::console::timeline {

class EventsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Number, Node, Since, Title, OnDisk, Bytes, CausedBy, ColumnCount };
    EventsModel(const feed::Session* session, QObject* parent);
    // More of the same payment grows at the end where it can; anything else resets.
    void setModel(std::shared_ptr<const view::TimelineModel> model);
    // For narrow tables: milliseconds without their unit, which the head says, and records without what their sign says.
    void setShort(bool brief);
    const view::TimelineModel& diagram() const { return *m_model; }
    // Every column named, the time of each event whole, and how far it is from the first one as a number of microseconds.
    QString asCsv() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QString text(int row, int column) const;
    QString causes(const events::Event& event) const;
    QString onDisk(int row) const;
    QString sinceText(qint64 ns) const;
    QString recordText(std::uint64_t lsn, const QString& word) const;
    bool m_short = false;
    std::shared_ptr<const view::TimelineModel> m_model;
    const feed::Session* m_session;
};

}  // namespace indoubt::console::timeline
