// SPDX-License-Identifier: GPL-3.0-or-later
// Every event as a list without end. A row is a place in an index vector of row ids (or, unfiltered, simply a place in causal
// order); nothing is formatted before it is asked for, and what was is kept for the rows around. Millions of rows cost four
// bytes each when filtered, nothing when not. GUI thread.
#pragma once
#include <QAbstractTableModel>
#include <QCache>
#include <optional>
#include <vector>

#include "feed/place.h"
#include "view/event_store.h"

namespace indoubt::console::log {

class LogModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { Number, Time, Node, Title, OnDisk, Reference, Transaction, Detail, Bytes, ColumnCount };
    explicit LogModel(const feed::Context& context, QObject* parent = nullptr);

    // Without a filter: the first `count` places of `rows`. Growing only adds rows at the end.
    void showAll(const view::EventRows& rows, std::size_t count, bool reset);
    // With one: these row ids, in causal order.
    void showMatches(const view::EventRows& rows, std::vector<view::RowId> matches);
    void appendMatches(const view::EventRows& rows, const std::vector<view::RowId>& matches);
    void refreshTexts();  // zone, masking, names

    bool isFiltered() const { return m_filtered; }
    view::RowId idAt(int row) const {
        return m_filtered ? m_matches[static_cast<std::size_t>(row)] : m_rows.at(static_cast<std::size_t>(row));
    }
    int rowOf(view::RowId id) const;    // -1: not among these
    int rowNear(view::RowId id) const;  // the first at or after it
    events::Event eventAt(int row) const { return m_rows.event(idAt(row)); }
    const view::EventRows& rows() const { return m_rows; }
    const std::vector<view::RowId>& matches() const { return m_matches; }
    QString filterTerm(const QModelIndex& index) const;  // "node:B"; empty: this cell makes none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    struct Line {
        QString text[ColumnCount];
        QString node;
        theme::Glyph glyph = theme::Glyph::None;
        bool lazy = false;
    };
    const Line& line(view::RowId id) const;
    feed::Context m_context;
    view::EventRows m_rows;
    std::size_t m_count = 0;
    bool m_filtered = false;
    std::vector<view::RowId> m_matches;
    mutable QCache<view::RowId, Line> m_lines{512};
};

}  // namespace indoubt::console::log
