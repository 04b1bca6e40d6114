// SPDX-License-Identifier: GPL-3.0-or-later
// A short table handed over whole: every cell with its looks. For holds, histories and sums, which are at most some thousand rows.
#pragma once
#include <QAbstractTableModel>
#include <QHash>
#include <vector>

#include "base/ids.h"
#include "widgets/amount.h"
#include "widgets/roles.h"

namespace indoubt::console::money {

struct Cell {
    QString text = {};
    widgets::Tone tone = widgets::Tone::Text;
    bool right = false;
    QVariant amount = {};                          // widgets::Amount
    QString plate = {}, tail = {};
    theme::Glyph glyph = theme::Glyph::None;
};
struct Line {
    std::vector<Cell> cells;
    base::Xid xid;                                 // selected with the line
    base::NodeId node;
    std::string account;
    bool sum = false;
};

class ListModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    ListModel(const QStringList& heads, const QList<bool>& right, QObject* parent);
    void setLines(std::vector<Line> lines);
    const Line* line(int row) const;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QStringList m_heads;
    QList<bool> m_right;
    std::vector<Line> m_lines;
};

}  // namespace indoubt::console::money
