// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cells_model.h"

namespace indoubt::console::widgets {

CellsModel::CellsModel(const QStringList& heads, QObject* parent) : QAbstractTableModel(parent), m_heads(heads) {}

void CellsModel::setHeads(const QStringList& heads) {
    if (heads == m_heads) return;
    beginResetModel();
    m_heads = heads;
    endResetModel();
}

void CellsModel::setRows(const QList<CellRow>& rows) {
    if (rows.size() != m_rows.size()) {
        beginResetModel();
        m_rows = rows;
        endResetModel();
        return;
    }
    for (int i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[i]) continue;
        m_rows[i] = rows[i];
        emit dataChanged(index(i, 0), index(i, columnCount() - 1));
    }
}

QVariant CellsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= m_rows.size()) return {};
    const CellRow& row = m_rows[index.row()];
    if (role == RowTintRole) return int(row.tint);
    if (index.column() >= row.cells.size()) return {};
    const Cell& cell = row.cells[index.column()];
    switch (role) {
        case Qt::DisplayRole: return cell.plate.isEmpty() ? cell.text : cell.plate;
        case Qt::ToolTipRole: return cell.text.size() > 24 ? QVariant(cell.text) : QVariant();
        case ToneRole: return int(cell.tone);
        case GlyphRole: return cell.glyph == theme::Glyph::None ? QVariant() : QVariant(int(cell.glyph));
        case PlateRole: return cell.plate.isEmpty() ? QVariant() : QVariant(cell.plate);
        case TailRole: return cell.tail.isEmpty() ? QVariant() : QVariant(cell.tail);
        case AmountRole: return cell.isAmount ? QVariant::fromValue(cell.amount) : QVariant();
        case Qt::TextAlignmentRole: return int((cell.right || cell.isAmount ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        default: return {};
    }
}

QVariant CellsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::DisplayRole) return m_heads.value(section);
    if (role == Qt::TextAlignmentRole) return int((m_right.contains(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

}  // namespace indoubt::console::widgets
