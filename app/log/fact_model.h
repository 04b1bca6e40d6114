// SPDX-License-Identifier: GPL-3.0-or-later
// Facts as a two-level tree: headings with their rows. Columns: name, value.
#pragma once
#include <QAbstractItemModel>

#include "log/fields.h"

namespace indoubt::console::log {

class FactModel : public QAbstractItemModel {
    Q_OBJECT
  public:
    using QAbstractItemModel::QAbstractItemModel;
    void setFacts(const QList<Fact>& facts);
    const Fact* factAt(const QModelIndex& index) const;  // null: none
    QModelIndex indexOfPath(const QString& path) const;  // the most exact fact for a recorded field

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    struct Group {
        Fact head;
        QList<Fact> rows;
    };
    QList<Group> m_groups;
};

}  // namespace indoubt::console::log
