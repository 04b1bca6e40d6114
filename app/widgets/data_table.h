// SPDX-License-Identifier: GPL-3.0-or-later
// A QTableView for millions of rows: fixed rows of 24, no vertical head, nothing sized by contents, whole-row selection, j/k,
// Ctrl+C copies the row (tab separated, DisplayRole), Ctrl+Home/End, no wrapping, no editing. What columns a
// person wants is remembered under the objectName.
// Lists stand still under the hand: while the table has focus, `holds()` is true and the model's owner queues a new order
// (DataTable never reorders by itself); `applyRequested` asks for it.
#pragma once
#include <QHeaderView>
#include <QMap>
#include <QSet>
#include <QTableView>

class QMenu;

namespace indoubt::console::widgets {

class DataTable : public QTableView {
    Q_OBJECT
  public:
    explicit DataTable(QWidget* parent = nullptr);
    void setModel(QAbstractItemModel* model) override;
    enum class Density { Normal, Compact, Room };
    void setDensity(Density density);
    // For the layout's sake. What the person has hidden stays hidden and what they have asked for stays shown, if it has to scroll
    // sideways; both are remembered under the table's objectName.
    void setColumnHidden(int column, bool hidden);
    // Columns that only those see who ask for them.
    void setOptionalColumns(const QSet<int>& columns);
    // Where the layout wants a column; an order that the person has dragged wins, and is remembered like the widths.
    void placeColumn(int column, int visual);
    // A checkable entry per column that has a name; also under a right click on the heads.
    QMenu* columnsMenu(QWidget* parent);
    int shownColumns() const;
    // Widths in logical pixels from the left; -1 stretches (at most one). Call after setModel. A width the person has dragged wins
    // over these and is remembered under the table's objectName; the columns menu gives it back.
    void setColumns(const QList<int>& widths);
    void setColumnWidth(int column, int width);
    void setStretchMinimum(int width) { m_stretchMinimum = width; }  // below it the table scrolls sideways
    bool holds() const { return hasFocus(); }
    bool atEnd() const;               // the last row is wholly visible: only then may the owner follow the tail
    void setLettersColumn(int column, const QStringList& letters);  // "A B C" above a VotesDelegate column
    void setSingleKeys(bool on) { m_singleKeys = on; }              // j k and Enter only; a preference may switch them off
    int hoveredRow() const { return m_hoverRow; }
    QString rowText(int row) const;   // what Ctrl+C copies
    QString asCsv(int limitRows = -1) const;

  signals:
    void rowActivated(const QModelIndex& index);             // Enter, double click
    void rowChosen(const QModelIndex& index);                // the current row changed; never by focus or by rows that leave
    void cellMenuRequested(const QModelIndex& index, QPoint globalPos);
    void holdChanged(bool holds);                            // focus came or went
    void columnsChanged();                                   // others are shown or hidden

  protected:
    void showEvent(QShowEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void leaveEvent(QEvent*) override;
    void focusInEvent(QFocusEvent*) override;
    void focusOutEvent(QFocusEvent*) override;
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

  private:
    void setHoverRow(int row);
    void stretch();
    void paintGroupRows();
    QString columnName(int column) const;
    void choose(int column, bool shown);
    void readChosen();
    void keepChosen() const;
    void draggedTo(int column, int width);
    void forgetWidths();
    void forgetOrder();
    void orderDragged();
    void orderAs(const QList<int>& columns);
    void showOrHide(int column);
    QSet<int> m_hiddenByLayout, m_hiddenByHand, m_shownByHand, m_optional;
    QMap<int, int> m_layoutPlaces;
    QList<int> m_orderByHand;
    QList<int> m_layoutWidths;        // as setColumns was told
    QMap<int, int> m_widthsByHand;
    bool m_chosenRead = false, m_layingOut = false, m_rowsLeave = false;
    QList<QMetaObject::Connection> m_leaving;
    int m_hoverRow = -1;
    int m_stretchColumn = -1, m_stretchMinimum = 120;
    bool m_singleKeys = true;
};

// Heads of 24 px, 11 px muted, dividers between; used by DataTable, usable for a QTreeView.
class TableHead : public QHeaderView {
    Q_OBJECT
  public:
    explicit TableHead(Qt::Orientation orientation, QWidget* parent = nullptr);
    void setLetters(int column, const QStringList& letters);
    QSize sizeHint() const override;

  protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    bool viewportEvent(QEvent* event) override;  // a name without room is whole in the tool tip

  private:
    QHash<int, QStringList> m_letters;
};

}  // namespace indoubt::console::widgets
