// SPDX-License-Identifier: GPL-3.0-or-later
// Cell painters. All draw row state the same way (hover fill, selection fill, the 2 px accent edge at the first column, idle
// selection when the view has no focus) and then their cell. A DataTable installs RowDelegate for every column; set another
// with `table->setItemDelegateForColumn(c, new AmountDelegate(table))`.
#pragma once
#include <QStyledItemDelegate>

#include "widgets/roles.h"

namespace indoubt::console::widgets {

// Text by DisplayRole, ToneRole, TextAlignmentRole, GlyphRole, TailRole, FaultRole. Digits tabular, elided.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    explicit RowDelegate(QObject* parent = nullptr);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const final;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setElideMode(Qt::TextElideMode mode) { m_elide = mode; }
    // A text without room is whole in its tool tip, above what the model has to say.
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option, const QModelIndex& index) override;
    static QString helpText(const QModelIndex& index, int width);  // of a cell that wide; empty: nothing to add

  protected:
    virtual void paintCell(QPainter& painter, const QRect& cell, const QStyleOptionViewItem& option, const QModelIndex& index,
                           const theme::Tokens& tokens) const;
    void paintText(QPainter& painter, QRect box, const QModelIndex& index, const theme::Tokens& tokens) const;

  private:
    Qt::TextElideMode m_elide = Qt::ElideRight;
};

// Sign + word by StateRole (word and sign from the state) or GlyphRole + DisplayRole.
class StateDelegate : public RowDelegate {
    Q_OBJECT
  public:
    using RowDelegate::RowDelegate;

  protected:
    void paintCell(QPainter&, const QRect&, const QStyleOptionViewItem&, const QModelIndex&, const theme::Tokens&) const override;
};

// AmountRole, decimal-aligned.
class AmountDelegate : public RowDelegate {
    Q_OBJECT
  public:
    explicit AmountDelegate(QObject* parent = nullptr, bool currency = true, bool zeroAsDigit = false, bool sign = false);
    bool hasCurrency() const { return m_currency; }  // the head ends where a two-digit number ends

  protected:
    void paintCell(QPainter&, const QRect&, const QStyleOptionViewItem&, const QModelIndex&, const theme::Tokens&) const override;

  private:
    bool m_currency, m_zeroAsDigit, m_sign;
};

// VotesRole: one sign per participant, 18 px apart; the head paints the letters at the same places (`setLetters`).
class VotesDelegate : public RowDelegate {
    Q_OBJECT
  public:
    using RowDelegate::RowDelegate;
    static constexpr int pitch = 18;

  protected:
    void paintCell(QPainter&, const QRect&, const QStyleOptionViewItem&, const QModelIndex&, const theme::Tokens&) const override;
};

// PlateRole.
class PlateDelegate : public RowDelegate {
    Q_OBJECT
  public:
    using RowDelegate::RowDelegate;

  protected:
    void paintCell(QPainter&, const QRect&, const QStyleOptionViewItem&, const QModelIndex&, const theme::Tokens&) const override;
};

}  // namespace indoubt::console::widgets
