// SPDX-License-Identifier: GPL-3.0-or-later
// Which columns a table shows, how wide and in what order: the layout's wish, and over it what the person chose, kept.
#include <QGuiApplication>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSettings>
#include <QTimer>

#include "widgets/data_table.h"

namespace indoubt::console::widgets {

void DataTable::setColumnHidden(int column, bool hidden) {
    if (hidden) m_hiddenByLayout.insert(column);
    else m_hiddenByLayout.remove(column);
    showOrHide(column);
}

void DataTable::setOptionalColumns(const QSet<int>& columns) {
    m_optional = columns;
    for (const int column : columns) showOrHide(column);
}

void DataTable::showOrHide(int column) {
    const bool unasked = m_hiddenByLayout.contains(column) || m_optional.contains(column);
    const bool hidden = m_hiddenByHand.contains(column) || (unasked && !m_shownByHand.contains(column));
    if (hidden == isColumnHidden(column)) return;
    const QScopedValueRollback layingOut(m_layingOut, true);
    QTableView::setColumnHidden(column, hidden);
    emit columnsChanged();
}

int DataTable::shownColumns() const { return horizontalHeader()->count() - horizontalHeader()->hiddenSectionCount(); }

void DataTable::placeColumn(int column, int visual) {
    m_layoutPlaces[column] = visual;
    if (!m_orderByHand.isEmpty()) return;
    const QScopedValueRollback layingOut(m_layingOut, true);
    horizontalHeader()->moveSection(horizontalHeader()->visualIndex(column), visual);
}

void DataTable::orderAs(const QList<int>& columns) {
    const QScopedValueRollback layingOut(m_layingOut, true);
    int visual = 0;
    for (const int column : columns)
        if (column >= 0 && column < horizontalHeader()->count()) horizontalHeader()->moveSection(horizontalHeader()->visualIndex(column), visual++);
}

void DataTable::orderDragged() {
    m_orderByHand.clear();
    QStringList order;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        m_orderByHand << horizontalHeader()->logicalIndex(visual);
        order << QString::number(m_orderByHand.last());
    }
    if (!objectName().isEmpty()) QSettings().setValue(QStringLiteral("columnOrder/") + objectName(), order);
}

void DataTable::forgetOrder() {
    m_orderByHand.clear();
    QSettings().remove(QStringLiteral("columnOrder/") + objectName());
    QList<int> asMade;
    for (int column = 0; column < horizontalHeader()->count(); ++column) asMade << column;
    orderAs(asMade);
    for (const auto& [column, visual] : m_layoutPlaces.toStdMap()) placeColumn(column, visual);
}

void DataTable::setColumnWidth(int column, int width) {
    const QScopedValueRollback layingOut(m_layingOut, true);
    QTableView::setColumnWidth(column, m_widthsByHand.value(column, width));
}

// The stretching column has no width of its own.
void DataTable::draggedTo(int column, int width) {
    if (column == m_stretchColumn || width <= 0 || m_stretchColumn < 0) return;
    m_widthsByHand[column] = width;
    // When the hand rests: what stretches fills the room, which under the mouse would move the divider away from it.
    QTimer::singleShot(250, this, [this] {
        if (QGuiApplication::mouseButtons() == Qt::NoButton) stretch();
    });
    if (objectName().isEmpty()) return;
    QStringList widths;
    for (auto it = m_widthsByHand.constBegin(); it != m_widthsByHand.constEnd(); ++it) widths << QStringLiteral("%1:%2").arg(it.key()).arg(it.value());
    QSettings().setValue(QStringLiteral("columnWidths/") + objectName(), widths);
}

void DataTable::forgetWidths() {
    m_widthsByHand.clear();
    QSettings().remove(QStringLiteral("columnWidths/") + objectName());
    setColumns(QList<int>(m_layoutWidths));
}

QString DataTable::columnName(int column) const {
    const QVariant spoken = model()->headerData(column, Qt::Horizontal, Qt::AccessibleTextRole);
    return spoken.isValid() ? spoken.toString() : model()->headerData(column, Qt::Horizontal).toString();
}

void DataTable::choose(int column, bool shown) {
    const bool unasked = m_hiddenByLayout.contains(column) || m_optional.contains(column);
    m_hiddenByHand.remove(column);
    m_shownByHand.remove(column);
    if (shown && unasked) m_shownByHand.insert(column);
    if (!shown && !unasked) m_hiddenByHand.insert(column);
    showOrHide(column);
    stretch();
    keepChosen();
}

void DataTable::keepChosen() const {
    if (objectName().isEmpty()) return;
    const auto keep = [this](const QString& key, const QSet<int>& columns) {
        QStringList all;
        for (const int one : columns) all << QString::number(one);
        all.sort();
        QSettings().setValue(key + objectName(), all);
    };
    keep(QStringLiteral("columns/"), m_hiddenByHand);
    keep(QStringLiteral("columnsShown/"), m_shownByHand);
}

QMenu* DataTable::columnsMenu(QWidget* parent) {
    auto* menu = new QMenu(tr("Columns"), parent);
    menu->setObjectName(QStringLiteral("columnsMenu"));
    if (model() == nullptr) return menu;
    const int shown = shownColumns();
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        const int column = horizontalHeader()->logicalIndex(visual);
        const QString name = columnName(column);
        // The one that takes what room there is stays; so does the last.
        if (name.isEmpty() || column == m_stretchColumn) continue;
        const bool noRoom = m_hiddenByLayout.contains(column);
        auto* entry = menu->addAction(noRoom ? tr("%1 (left out here)").arg(name) : name);
        entry->setData(column);
        entry->setCheckable(true);
        entry->setChecked(!isColumnHidden(column));
        entry->setEnabled(shown > 1 || isColumnHidden(column));
        connect(entry, &QAction::toggled, this, [this, column](bool on) { choose(column, on); });
    }
    menu->addSeparator();
    auto* all = menu->addAction(tr("All columns"));
    all->setEnabled(horizontalHeader()->hiddenSectionCount() > 0);
    connect(all, &QAction::triggered, this, [this] {
        for (int column = 0; column < model()->columnCount(); ++column)
            if (isColumnHidden(column) && !columnName(column).isEmpty()) choose(column, true);
    });
    auto* usual = menu->addAction(tr("The usual columns"));
    usual->setEnabled(!m_hiddenByHand.isEmpty() || !m_shownByHand.isEmpty());
    connect(usual, &QAction::triggered, this, [this] {
        const QSet<int> chosen = m_hiddenByHand + m_shownByHand;
        m_hiddenByHand.clear();
        m_shownByHand.clear();
        for (const int column : chosen) showOrHide(column);
        stretch();
        keepChosen();
    });
    auto* widths = menu->addAction(tr("Widths as they were"));
    widths->setEnabled(!m_widthsByHand.isEmpty());
    connect(widths, &QAction::triggered, this, &DataTable::forgetWidths);
    auto* order = menu->addAction(tr("Order as it was"));
    order->setEnabled(!m_orderByHand.isEmpty());
    connect(order, &QAction::triggered, this, &DataTable::forgetOrder);
    return menu;
}

void DataTable::readChosen() {
    const QScopedValueRollback layingOut(m_layingOut, true);
    const auto read = [this](const QString& key, QSet<int>& columns) {
        for (const QString& one : QSettings().value(key + objectName()).toStringList())
            if (const int column = one.toInt(); column < model()->columnCount() && column != m_stretchColumn) {
                columns.insert(column);
                showOrHide(column);
            }
    };
    read(QStringLiteral("columns/"), m_hiddenByHand);
    read(QStringLiteral("columnsShown/"), m_shownByHand);
    QList<int> order;
    for (const QString& one : QSettings().value(QStringLiteral("columnOrder/") + objectName()).toStringList()) order << one.toInt();
    orderAs(order);
    m_orderByHand = order;
    for (const QString& one : QSettings().value(QStringLiteral("columnWidths/") + objectName()).toStringList()) {
        const int column = one.section(u':', 0, 0).toInt(), width = one.section(u':', 1).toInt();
        if (column < 0 || column >= model()->columnCount() || column == m_stretchColumn || width < 24) continue;
        m_widthsByHand[column] = width;
        QTableView::setColumnWidth(column, width);
    }
    stretch();
}

}  // namespace indoubt::console::widgets
