// SPDX-License-Identifier: GPL-3.0-or-later
// A small table of ready-made cells: evidence, references, events, what if. Rows are replaced as a whole; what did not change
// is not repainted, so an age that ticks does not disturb the selection. Not for long lists. GUI thread.
#pragma once
#include <QAbstractTableModel>
#include <QStringList>

#include "theme/glyphs.h"
#include "widgets/amount.h"
#include "widgets/roles.h"

namespace indoubt::console::widgets {

struct Cell {
    QString text;
    Tone tone = Tone::Text;
    theme::Glyph glyph = theme::Glyph::None;
    QString plate;                 // a node's letter instead of text
    QString tail;                  // muted words after the text
    bool right = false;
    bool isAmount = false;
    Amount amount;
    bool operator==(const Cell&) const = default;
};

struct CellRow {
    QList<Cell> cells;
    RowTint tint = RowTint::None;
    bool operator==(const CellRow&) const = default;
};

class CellsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    CellsModel(const QStringList& heads, QObject* parent);
    void setHeads(const QStringList& heads);
    void setRightHeads(const QList<int>& columns) { m_right = columns; }
    void setRows(const QList<CellRow>& rows);
    const CellRow& row(int index) const { return m_rows[index]; }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_heads.size()); }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QStringList m_heads;
    QList<int> m_right;
    QList<CellRow> m_rows;
};

}  // namespace indoubt::console::widgets
