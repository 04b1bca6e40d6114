// SPDX-License-Identifier: GPL-3.0-or-later
#include "money/list_model.h"

namespace indoubt::console::money {

ListModel::ListModel(const QStringList& heads, const QList<bool>& right, QObject* parent) : QAbstractTableModel(parent), m_heads(heads), m_right(right) {}

void ListModel::setLines(std::vector<Line> lines) {
    // Same number of lines: the selection and the scroll position stay where the reader left them.
    if (lines.size() == m_lines.size()) {
        m_lines = std::move(lines);
        if (!m_lines.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_lines = std::move(lines);
    endResetModel();
}

const Line* ListModel::line(int row) const { return row < 0 || row >= rowCount() ? nullptr : &m_lines[static_cast<std::size_t>(row)]; }
int ListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_lines.size()); }
int ListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_heads.size()); }

QVariant ListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return int((m_right.value(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(m_heads.value(section)) : QVariant();
}

QVariant ListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
    if (role == widgets::RowTintRole && index.column() == 0) return int(line.sum ? widgets::RowTint::Sum : widgets::RowTint::None);
    if (static_cast<std::size_t>(index.column()) >= line.cells.size()) return {};
    const Cell& cell = line.cells[static_cast<std::size_t>(index.column())];
    switch (role) {
        case Qt::DisplayRole: return cell.text;
        case Qt::TextAlignmentRole: return int((cell.right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        case widgets::ToneRole: return int(cell.tone);
        case widgets::AmountRole: return cell.amount;
        case widgets::PlateRole: return cell.plate.isEmpty() ? QVariant() : QVariant(cell.plate);
        case widgets::TailRole: return cell.tail.isEmpty() ? QVariant() : QVariant(cell.tail);
        case widgets::GlyphRole: return cell.glyph == theme::Glyph::None ? QVariant() : QVariant(int(cell.glyph));
        default: return {};
    }
}

}  // namespace indoubt::console::money
