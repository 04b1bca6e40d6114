// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/fact_model.h"

namespace indoubt::console::log {

void FactModel::setFacts(const QList<Fact>& facts) {
    beginResetModel();
    m_groups.clear();
    for (const Fact& fact : facts) {
        if (fact.heading || m_groups.isEmpty()) {
            m_groups.append({fact, {}});
            if (fact.heading) continue;
            m_groups.last().head = {};
        }
        m_groups.last().rows.append(fact);
    }
    endResetModel();
}

// internalId: 0 for a heading, else the heading's row + 1.
QModelIndex FactModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : quintptr{0});
}

QModelIndex FactModel::parent(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) return {};
    return createIndex(static_cast<int>(index.internalId()) - 1, 0, quintptr{0});
}

int FactModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return static_cast<int>(m_groups.size());
    if (parent.internalId() != 0 || parent.column() != 0) return 0;
    return static_cast<int>(m_groups[parent.row()].rows.size());
}

int FactModel::columnCount(const QModelIndex&) const { return 2; }

const Fact* FactModel::factAt(const QModelIndex& index) const {
    if (!index.isValid()) return nullptr;
    if (index.internalId() == 0) return index.row() < m_groups.size() ? &m_groups[index.row()].head : nullptr;
    const auto group = static_cast<qsizetype>(index.internalId()) - 1;
    return group < m_groups.size() && index.row() < m_groups[group].rows.size() ? &m_groups[group].rows[index.row()] : nullptr;
}

QModelIndex FactModel::indexOfPath(const QString& path) const {
    QModelIndex best;
    qsizetype length = 0;
    for (int g = 0; g < m_groups.size(); ++g)
        for (int r = 0; r < m_groups[g].rows.size(); ++r) {
            const QString& own = m_groups[g].rows[r].path;
            if (own.isEmpty() || own.size() <= length ||
                !(path == own || path.startsWith(own + QLatin1Char('.')) || path.startsWith(own + QLatin1Char('['))))
                continue;
            length = own.size();
            best = index(r, 0, index(g, 0));
        }
    return best;
}

QVariant FactModel::data(const QModelIndex& index, int role) const {
    const Fact* fact = factAt(index);
    if (!fact) return {};
    if (role == Qt::DisplayRole) return index.column() == 0 ? fact->name : fact->value;
    if (role == Qt::ToolTipRole && index.column() == 1) return fact->value;
    if (role == Qt::AccessibleTextRole) return fact->value.isEmpty() ? fact->name : QStringLiteral("%1: %2").arg(fact->name, fact->value);
    return {};
}

QVariant FactModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section == 0 ? tr("field") : tr("value");
}

}  // namespace indoubt::console::log
