// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/data_table.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QToolTip>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/delegates.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

TableHead::TableHead(Qt::Orientation orientation, QWidget* parent) : QHeaderView(orientation, parent) {
    setHighlightSections(false);
    setSectionsClickable(true);
    setSectionsMovable(true);
    setMinimumSectionSize(24);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setAccessibleName(tr("Column heads"));
}

void TableHead::setLetters(int column, const QStringList& letters) {
    m_letters.insert(column, letters);
    viewport()->update();
}

QSize TableHead::sizeHint() const { return {QHeaderView::sizeHint().width(), grid::tableHead}; }

void TableHead::paintSection(QPainter* painter, const QRect& rect, int section) const {
    const theme::Tokens& t = theme::tokensOf(this);
    painter->fillRect(rect, t.panel);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.border);
    if (visualIndex(section) < count() - 1) painter->fillRect(QRect(rect.right(), rect.top(), 1, rect.height() - 1), t.divider);
    painter->setFont(theme::font(TextRole::Head));
    painter->setPen(t.muted);
    QRect cell = rect.adjusted(grid::cellPad, 0, -grid::cellPad, -1);
    // Over an amount the head ends where the number ends, not where the currency does.
    if (const auto* table = qobject_cast<const QTableView*>(parentWidget()))
        if (const auto* amounts = qobject_cast<const AmountDelegate*>(table->itemDelegateForColumn(section));
            amounts != nullptr && amounts->hasCurrency())
            cell.setRight(cell.right() - 44);
    if (const auto letters = m_letters.constFind(section); letters != m_letters.constEnd()) {
        int x = cell.left();
        for (const QString& letter : *letters) {
            painter->drawText(QRect(x, cell.top(), 14, cell.height()), Qt::AlignCenter, letter);
            x += VotesDelegate::pitch;
        }
        return;
    }
    if (model() == nullptr) return;
    const QString text = model()->headerData(section, orientation(), Qt::DisplayRole).toString();
    const QVariant aligned = model()->headerData(section, orientation(), Qt::TextAlignmentRole);
    const int alignment = (aligned.isValid() ? aligned.toInt() : static_cast<int>(Qt::AlignLeft)) | Qt::AlignVCenter;
    painter->drawText(cell, alignment, QFontMetrics(painter->font()).elidedText(text, Qt::ElideRight, cell.width() + 2));
}

bool TableHead::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip && model() != nullptr && orientation() == Qt::Horizontal) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const int section = logicalIndexAt(help->pos()); section >= 0) {
            const QVariant spoken = model()->headerData(section, orientation(), Qt::AccessibleTextRole);
            QToolTip::showText(help->globalPos(), spoken.isValid() ? spoken.toString() : model()->headerData(section, orientation()).toString(), this);
            return true;
        }
    }
    return QHeaderView::viewportEvent(event);
}

DataTable::DataTable(QWidget* parent) : QTableView(parent) {
    setHorizontalHeader(new TableHead(Qt::Horizontal, this));
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    horizontalHeader()->setStretchLastSection(false);
    horizontalHeader()->setFixedHeight(grid::tableHead);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(grid::rowCompact);
    verticalHeader()->hide();
    setDensity(Density::Normal);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerItem);
    setHorizontalScrollMode(ScrollPerPixel);
    setShowGrid(false);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setFrameShape(NoFrame);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setItemDelegate(new RowDelegate(this));
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(this, &QWidget::customContextMenuRequested, this, [this](QPoint pos) {
        const QModelIndex index = indexAt(pos);
        if (index.isValid()) emit cellMenuRequested(index, viewport()->mapToGlobal(pos));
    });
    connect(this, &QAbstractItemView::doubleClicked, this, &DataTable::rowActivated);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this](int column, int, int width) {
        if (!m_layingOut) draggedTo(column, width);
    });
    connect(horizontalHeader(), &QHeaderView::sectionMoved, this, [this] {
        if (!m_layingOut) orderDragged();
    });
    horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(horizontalHeader(), &QWidget::customContextMenuRequested, this, [this](QPoint pos) {
        QMenu* menu = columnsMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->popup(horizontalHeader()->mapToGlobal(pos));
    });
}

void DataTable::showEvent(QShowEvent* event) {
    // Now the table has its name and its model.
    if (!m_chosenRead && model() != nullptr && !objectName().isEmpty()) {
        m_chosenRead = true;
        readChosen();
    }
    QTableView::showEvent(event);
}

void DataTable::setModel(QAbstractItemModel* model) {
    const QScopedValueRollback layingOut(m_layingOut, true);
    for (const auto& connection : m_leaving) disconnect(connection);
    // Before the view's own: a row that leaves hands the current place to its neighbour, which nobody has chosen.
    m_leaving.clear();
    if (model != nullptr) {
        m_leaving << connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this] { m_rowsLeave = true; });
        m_leaving << connect(model, &QAbstractItemModel::rowsRemoved, this, [this] { m_rowsLeave = false; });
    }
    QTableView::setModel(model);
    setHoverRow(-1);
}

void DataTable::setDensity(Density density) {
    const int high = density == Density::Compact ? grid::rowCompact : density == Density::Room ? grid::rowRoom : grid::row;
    verticalHeader()->setDefaultSectionSize(high);
}

void DataTable::setColumns(const QList<int>& widths) {
    m_stretchColumn = -1;
    m_layoutWidths = widths;
    for (int i = 0; i < widths.size(); ++i) {
        if (widths[i] < 0)
            m_stretchColumn = i;
        else
            setColumnWidth(i, widths[i]);
    }
    stretch();
}

void DataTable::stretch() {
    if (m_stretchColumn < 0 || model() == nullptr) return;
    const QScopedValueRollback layingOut(m_layingOut, true);
    int others = 0;
    for (int i = 0; i < horizontalHeader()->count(); ++i)
        if (i != m_stretchColumn && !isColumnHidden(i)) others += columnWidth(i);
    QTableView::setColumnWidth(m_stretchColumn, std::max(m_stretchMinimum, viewport()->width() - others));
}

bool DataTable::atEnd() const {
    const QScrollBar* bar = verticalScrollBar();
    return bar->value() >= bar->maximum();
}

void DataTable::setLettersColumn(int column, const QStringList& letters) {
    if (auto* head = qobject_cast<TableHead*>(horizontalHeader())) head->setLetters(column, letters);
}

QString DataTable::rowText(int row) const {
    if (model() == nullptr || row < 0) return {};
    QStringList cells;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        const int column = horizontalHeader()->logicalIndex(visual);
        if (!isColumnHidden(column)) cells << model()->index(row, column).data(Qt::DisplayRole).toString();
    }
    return cells.join(QLatin1Char('\t'));
}

QString DataTable::asCsv(int limitRows) const {
    if (model() == nullptr) return {};
    const auto quoted = [](QString cell) {
        if (cell.contains(QLatin1Char('"')) || cell.contains(QLatin1Char(',')) || cell.contains(QLatin1Char('\n'))) {
            cell.replace(QLatin1String("\""), QLatin1String("\"\""));
            return QLatin1Char('"') + cell + QLatin1Char('"');
        }
        return cell;
    };
    QList<int> columns;
    QStringList head;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        const int column = horizontalHeader()->logicalIndex(visual);
        if (isColumnHidden(column)) continue;
        columns << column;
        head << quoted(model()->headerData(column, Qt::Horizontal).toString());
    }
    QString out = head.join(QLatin1Char(',')) + QLatin1Char('\n');
    const int rows = limitRows < 0 ? model()->rowCount() : std::min(limitRows, model()->rowCount());
    for (int row = 0; row < rows; ++row) {
        QStringList cells;
        for (const int column : columns) cells << quoted(model()->index(row, column).data().toString());
        out += cells.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return out;
}

void DataTable::keyPressEvent(QKeyEvent* event) {
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (event->matches(QKeySequence::Copy)) {
        if (currentIndex().isValid()) QApplication::clipboard()->setText(rowText(currentIndex().row()));
        return;
    }
    if (plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        if (currentIndex().isValid()) emit rowActivated(currentIndex());
        else if (model() != nullptr && model()->rowCount() > 0) setCurrentIndex(model()->index(0, 0));
        return;
    }
    if (plain && m_singleKeys && (event->key() == Qt::Key_J || event->key() == Qt::Key_K)) {
        QKeyEvent arrow(QEvent::KeyPress, event->key() == Qt::Key_J ? Qt::Key_Down : Qt::Key_Up, Qt::NoModifier);
        QTableView::keyPressEvent(&arrow);
        return;
    }
    // Rows are the unit here: Home and End go to the first and last of them, not along a row.
    if (event->key() == Qt::Key_Home || event->key() == Qt::Key_End) {
        const int rows = model() == nullptr ? 0 : model()->rowCount();
        if (rows > 0) setCurrentIndex(model()->index(event->key() == Qt::Key_Home ? 0 : rows - 1, std::max(0, currentIndex().column())));
        return;
    }
    // Other letters belong to the window (w s a d . ,) or to nobody, never to type-ahead search through a million rows.
    if (!event->text().isEmpty() && event->text().at(0).isPrint() && (event->modifiers() & ~Qt::ShiftModifier) == 0) {
        event->ignore();
        return;
    }
    QTableView::keyPressEvent(event);
}

void DataTable::setHoverRow(int row) {
    if (row == m_hoverRow) return;
    for (const int changed : {m_hoverRow, row})
        if (changed >= 0) viewport()->update(0, rowViewportPosition(changed), viewport()->width(), rowHeight(changed));
    m_hoverRow = row;
}

void DataTable::mouseMoveEvent(QMouseEvent* event) {
    setHoverRow(rowAt(event->pos().y()));
    QTableView::mouseMoveEvent(event);
}

void DataTable::leaveEvent(QEvent* event) {
    setHoverRow(-1);
    QTableView::leaveEvent(event);
}

void DataTable::focusInEvent(QFocusEvent* event) {
    // Not the view's own: it would make the first row current, and a list that is only visited chooses nothing.
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
    emit holdChanged(true);
}

void DataTable::focusOutEvent(QFocusEvent* event) {
    QTableView::focusOutEvent(event);
    viewport()->update();
    emit holdChanged(false);
}

void DataTable::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    stretch();
}

void DataTable::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTableView::currentChanged(current, previous);
    if (current.isValid() && current.row() != previous.row() && !m_rowsLeave) emit rowChosen(current);
}

void DataTable::paintEvent(QPaintEvent* event) {
    QTableView::paintEvent(event);
    paintGroupRows();
}

void DataTable::paintGroupRows() {
    if (model() == nullptr) return;
    const theme::Tokens& t = theme::tokensOf(this);
    QPainter p(viewport());
    const int last = rowAt(viewport()->height() - 1);
    for (int row = std::max(0, rowAt(0)); row < model()->rowCount() && (last < 0 || row <= last); ++row) {
        const QModelIndex index = model()->index(row, 0);
        const QVariant words = index.data(GroupRole);
        if (!words.isValid()) continue;
        const int y = rowViewportPosition(row), h = rowHeight(row);
        const qreal mid = y + (h - 1) / 2.0;
        int x = grid::cellPad;
        const QVariant open = index.data(GroupOpenRole);
        if (open.isValid()) {
            theme::paintGlyph(p, open.toBool() ? theme::Glyph::ChevronDown : theme::Glyph::ChevronRight, QRectF(x, mid - 7, 14, 14), t,
                              t.muted);
            x += 20;
        }
        const QVariant sign = index.data(GlyphRole);
        if (sign.isValid()) {
            theme::paintGlyph(p, static_cast<theme::Glyph>(sign.toInt()), QRectF(x, mid - 7, 14, 14), t);
            x += 22;
        }
        p.setFont(theme::font(TextRole::Strong));
        p.setPen(t.text);
        theme::drawTabular(p, QRectF(x, y, viewport()->width() - x, h - 1), Qt::AlignLeft | Qt::AlignVCenter, words.toString());
        x += static_cast<int>(theme::tabularWidth(p.font(), words.toString())) + 10;
        p.setFont(theme::font(TextRole::Body));
        p.setPen(t.muted);
        const QString tail =
            QFontMetricsF(p.font()).elidedText(index.data(TailRole).toString(), Qt::ElideRight, std::max(0, viewport()->width() - x - 8));
        theme::drawTabular(p, QRectF(x, y, viewport()->width() - x, h - 1), Qt::AlignLeft | Qt::AlignVCenter, tail);
    }
}

}  // namespace indoubt::console::widgets
