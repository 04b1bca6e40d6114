// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/delegates.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <array>
#include <cmath>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/strokes.h"
#include "theme/theme.h"
#include "widgets/amount.h"
#include "widgets/data_table.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

namespace {

// Made once: a QFont per cell and repaint would be most of the work.
const QFont& toneFont(Tone tone) {
    static const std::array<QFont, 9> fonts = {
        theme::font(TextRole::Body),   theme::font(TextRole::Body),  theme::font(TextRole::Reference),
        theme::font(TextRole::Strong), theme::font(TextRole::Mono),  theme::font(TextRole::Mono),
        theme::font(TextRole::Body),   theme::font(TextRole::Small), theme::font(TextRole::Small)};
    return fonts[static_cast<size_t>(tone)];
}

const QColor& toneInk(Tone tone, const theme::Tokens& t) {
    switch (tone) {
        case Tone::Muted:
        case Tone::MonoMuted:
        case Tone::SmallMuted:
            return t.muted;
        case Tone::Faint:
            return t.faint;
        default:
            return t.text;
    }
}

Tone toneOf(const QModelIndex& index) {
    const QVariant value = index.data(ToneRole);
    if (!value.isValid()) return Tone::Text;
    return static_cast<Tone>(std::clamp(value.toInt(), 0, static_cast<int>(Tone::SmallMuted)));
}

bool isFirstColumn(const QStyleOptionViewItem& option, const QModelIndex& index) {
    const auto* table = qobject_cast<const QTableView*>(option.widget);
    return table == nullptr ? index.column() == 0 : table->horizontalHeader()->visualIndex(index.column()) == 0;
}

bool hovered(const QStyleOptionViewItem& option, const QModelIndex& index) {
    const auto* table = qobject_cast<const DataTable*>(option.widget);
    return table != nullptr ? table->hoveredRow() == index.row() : (option.state & QStyle::State_MouseOver) != 0;
}

}  // namespace

RowDelegate::RowDelegate(QObject* parent) : QStyledItemDelegate(parent) {}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {80, grid::row}; }

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const theme::Tokens& t = theme::tokensOf(option.widget);
    const QModelIndex head = index.siblingAtColumn(0);
    const bool group = head.data(GroupRole).isValid();
    const auto tint = static_cast<RowTint>(head.data(RowTintRole).toInt());
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const bool focused = option.widget != nullptr && option.widget->hasFocus();

    QColor ground = t.surface;
    if (group || tint == RowTint::Sum) ground = t.panel;
    if (tint == RowTint::Blocked) ground = t.blockedTint;
    if (hovered(option, index)) ground = t.rowHover;
    if (tint == RowTint::Marked) ground = t.selection;
    if (selected) ground = focused ? t.selection : t.selectionIdle;
    painter->fillRect(option.rect, ground);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.divider);
    if (selected && isFirstColumn(option, index))
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), t.accent);
    if (group) return;  // the table paints a group head over all columns

    painter->save();
    painter->setClipRect(option.rect, Qt::IntersectClip);
    paintCell(*painter, option.rect.adjusted(grid::cellPad, 0, -grid::cellPad, -1), option, index, t);
    painter->restore();
}

void RowDelegate::paintCell(QPainter& painter, const QRect& cell, const QStyleOptionViewItem&, const QModelIndex& index,
                            const theme::Tokens& tokens) const {
    QRect box = cell;
    const QVariant sign = index.data(GlyphRole);
    if (sign.isValid() && sign.toInt() != static_cast<int>(theme::Glyph::None)) {
        theme::paintGlyph(painter, static_cast<theme::Glyph>(sign.toInt()), QRectF(box.left(), box.center().y() - 7, 16, 16), tokens);
        box.setLeft(box.left() + 22);
    }
    const QVariant fault = index.data(FaultRole);
    if (fault.isValid()) {
        const QRectF tag = theme::drawFaultTag(painter, tokens, QPointF(box.left(), box.center().y() - 8), fault.toString());
        box.setLeft(static_cast<int>(tag.right()) + 6);
    }
    paintText(painter, box, index, tokens);
}

QString RowDelegate::helpText(const QModelIndex& index, int width) {
    const QString text = index.data(Qt::DisplayRole).toString(), tip = index.data(Qt::ToolTipRole).toString(), tail = index.data(TailRole).toString();
    if (index.siblingAtColumn(0).data(GroupRole).isValid() || index.data(VotesRole).isValid() || text.isEmpty()) return tip;
    const QVariant sign = index.data(GlyphRole);
    qreal wanted = 2 * grid::cellPad + theme::tabularWidth(toneFont(toneOf(index)), text);
    if (index.data(StateRole).isValid() || (sign.isValid() && sign.toInt() != static_cast<int>(theme::Glyph::None))) wanted += 22;
    if (!tail.isEmpty()) wanted += 6 + theme::tabularWidth(toneFont(Tone::Small), tail);
    if (index.data(AmountRole).isValid() || wanted <= width + 0.5) return tip;
    const QString whole = tail.isEmpty() ? text : text + u' ' + tail;
    return tip.isEmpty() || tip == whole ? whole : whole + u'\n' + tip;
}

bool RowDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option, const QModelIndex& index) {
    if (event->type() != QEvent::ToolTip || !index.isValid()) return QStyledItemDelegate::helpEvent(event, view, option, index);
    QToolTip::showText(event->globalPos(), helpText(index, option.rect.width()), view, option.rect);
    return true;
}

void RowDelegate::paintText(QPainter& painter, QRect box, const QModelIndex& index, const theme::Tokens& t) const {
    const QString text = index.data(Qt::DisplayRole).toString();
    if (text.isEmpty()) return;
    const Tone tone = toneOf(index);
    const QVariant aligned = index.data(Qt::TextAlignmentRole);
    const int alignment = (aligned.isValid() ? aligned.toInt() : static_cast<int>(Qt::AlignLeft)) | Qt::AlignVCenter;
    const QFont& font = toneFont(tone);
    painter.setFont(font);
    painter.setPen(toneInk(tone, t));
    const qreal width = theme::tabularWidth(font, text);
    if (width > box.width() + 0.5) {
        theme::drawTabular(painter, box, alignment & ~Qt::AlignRight, QFontMetricsF(font).elidedText(text, m_elide, box.width()));
        return;
    }
    const qsizetype arrow = text.indexOf(QChar(0x2192));
    if (arrow > 0 && (alignment & Qt::AlignRight) == 0) {
        // From one party to another: the parties are text, the arrow is only between them.
        const QString left = text.left(arrow), right = text.mid(arrow + 1);
        const qreal x = theme::tabularWidth(font, left), step = theme::tabularWidth(font, QString(text[arrow]));
        theme::drawTabular(painter, box, alignment, left);
        theme::drawTabular(painter, QRectF(box).adjusted(x + step, 0, 0, 0), alignment, right);
        painter.setPen(t.muted);
        theme::drawTabular(painter, QRectF(box).adjusted(x, 0, 0, 0), alignment, QString(text[arrow]));
    } else {
        theme::drawTabular(painter, box, alignment, text);
    }
    const QVariant tail = index.data(TailRole);
    if (!tail.isValid()) return;
    const int used = static_cast<int>(std::ceil(width)) + 6;
    painter.setFont(toneFont(Tone::Small));
    painter.setPen(t.muted);
    const QRect rest = box.adjusted(used, 0, 0, 0);
    if (rest.width() > 12)
        theme::drawTabular(painter, rest, Qt::AlignLeft | Qt::AlignVCenter,
                           QFontMetricsF(painter.font()).elidedText(tail.toString(), Qt::ElideRight, rest.width()));
}

void StateDelegate::paintCell(QPainter& painter, const QRect& cell, const QStyleOptionViewItem& option, const QModelIndex& index,
                              const theme::Tokens& tokens) const {
    const QVariant state = index.data(StateRole);
    if (!state.isValid()) {
        RowDelegate::paintCell(painter, cell, option, index, tokens);
        return;
    }
    const auto value = static_cast<theme::PaymentState>(state.toInt());
    theme::paintGlyph(painter, theme::stateGlyph(value), QRectF(cell.left(), cell.center().y() - 7, 16, 16), tokens);
    const QString shown = index.data(Qt::DisplayRole).toString();
    painter.setFont(toneFont(Tone::Text));
    painter.setPen(tokens.text);
    const QRect box = cell.adjusted(22, 0, 0, 0);
    const QString word = shown.isEmpty() ? theme::stateWord(value) : shown;
    theme::drawTabular(painter, box, Qt::AlignLeft | Qt::AlignVCenter,
                       QFontMetricsF(painter.font()).elidedText(word, Qt::ElideRight, box.width() + 1));
}

AmountDelegate::AmountDelegate(QObject* parent, bool currency, bool zeroAsDigit, bool sign)
    : RowDelegate(parent), m_currency(currency), m_zeroAsDigit(zeroAsDigit), m_sign(sign) {}

void AmountDelegate::paintCell(QPainter& painter, const QRect& cell, const QStyleOptionViewItem& option, const QModelIndex& index,
                               const theme::Tokens& tokens) const {
    const QVariant value = index.data(AmountRole);
    if (!value.canConvert<Amount>()) {
        RowDelegate::paintCell(painter, cell, option, index, tokens);
        return;
    }
    AmountStyle style;
    style.currency = m_currency;
    style.zeroAsDigit = m_zeroAsDigit;
    style.sign = m_sign;
    const Tone tone = toneOf(index);
    style.ink = toneInk(tone, tokens);
    painter.setFont(toneFont(tone == Tone::Mono || tone == Tone::MonoMuted ? Tone::Text : tone));
    paintAmount(painter, cell, value.value<Amount>(), tokens, style);
}

void VotesDelegate::paintCell(QPainter& painter, const QRect& cell, const QStyleOptionViewItem& option, const QModelIndex& index,
                              const theme::Tokens& tokens) const {
    const QVariant value = index.data(VotesRole);
    if (!value.canConvert<Votes>()) {
        RowDelegate::paintCell(painter, cell, option, index, tokens);
        return;
    }
    int x = cell.left();
    for (const theme::Glyph vote : value.value<Votes>()) {
        // A vote that does not fit is not cut in half: the sixteen-node cluster widens the column.
        if (x + 14 > cell.right() + grid::cellPad) break;
        theme::paintGlyph(painter, vote, QRectF(x, cell.center().y() - 6, 14, 14), tokens);
        x += pitch;
    }
}

void PlateDelegate::paintCell(QPainter& painter, const QRect& cell, const QStyleOptionViewItem& option, const QModelIndex& index,
                              const theme::Tokens& tokens) const {
    const QVariant value = index.data(PlateRole);
    if (!value.isValid()) {
        RowDelegate::paintCell(painter, cell, option, index, tokens);
        return;
    }
    theme::paintPlate(painter, QRectF(cell.left(), cell.center().y() - 7, 16, 16), value.toString(), tokens, toneOf(index) == Tone::Muted);
    const QString text = index.data(Qt::DisplayRole).toString();
    if (!text.isEmpty() && text != value.toString()) paintText(painter, cell.adjusted(24, 0, 0, 0), index, tokens);
}

}  // namespace indoubt::console::widgets
