// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/style_paint.h"

#include <QFontMetrics>
#include <QIcon>
#include <QPainterPath>
#include <QStyle>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/metrics.h"
#include "theme/style.h"

namespace indoubt::console::theme::paint {
namespace {

bool has(QStyle::State state, QStyle::StateFlag flag) { return (state & flag) != 0; }

struct Look {
    QColor fill, edge, text;
};

Look lookOf(ButtonKind kind, QStyle::State state, const Tokens& t, bool flat) {
    const bool down = has(state, QStyle::State_Sunken), hover = has(state, QStyle::State_MouseOver), on = has(state, QStyle::State_On);
    if (!has(state, QStyle::State_Enabled)) {
        if (kind == ButtonKind::Link || kind == ButtonKind::Quiet || kind == ButtonKind::Icon || flat) return {{}, {}, t.onDisabled};
        return {t.disabled, {}, t.onDisabled};
    }
    switch (kind) {
        case ButtonKind::Primary:
            return {down ? t.accentPressed : hover ? t.accentHover : t.accent, {}, t.onAccent};
        case ButtonKind::Link:
            return {{}, {}, hover ? t.accentHover : t.accent};
        case ButtonKind::Quiet:
        case ButtonKind::Icon:
            return {down ? t.buttonPressed : on ? t.selection : hover ? t.rowHover : QColor(), {}, t.text};
        case ButtonKind::Secondary:
            break;
    }
    if (flat) return {down ? t.buttonPressed : hover ? t.rowHover : QColor(), {}, t.text};
    return {down ? t.buttonPressed : on ? t.selection : hover ? t.rowHover : t.surface, t.buttonEdge, t.text};
}

}  // namespace

void box(QPainter& p, const QRectF& rect, const QColor& fill, const QColor& edge, qreal radius, qreal edgeWidth) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    const qreal in = edge.isValid() ? edgeWidth / 2 : 0;
    p.setPen(edge.isValid() ? QPen(edge, edgeWidth) : QPen(Qt::NoPen));
    p.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    p.drawRoundedRect(rect.adjusted(in, in, -in, -in), radius - in, radius - in);
    p.restore();
}

void buttonBevel(QPainter& p, const QStyleOptionButton& option, const Tokens& t, const QWidget* widget) {
    const ButtonKind kind = buttonKind(widget);
    const bool flat = (option.features & QStyleOptionButton::Flat) != 0;
    const Look look = lookOf(kind, option.state, t, flat);
    if (!look.fill.isValid() && !look.edge.isValid()) return;
    box(p, option.rect, look.fill, look.edge, grid::radius);
    if (kind == ButtonKind::Secondary && has(option.state, QStyle::State_On) && has(option.state, QStyle::State_Enabled))
        p.fillRect(option.rect.adjusted(1, option.rect.height() - 3, -1, -1), t.accent);
}

void buttonLabel(QPainter& p, const QStyleOptionButton& option, const Tokens& t, const QWidget* widget) {
    const ButtonKind kind = buttonKind(widget);
    const Look look = lookOf(kind, option.state, t, (option.features & QStyleOptionButton::Flat) != 0);
    const bool menu = (option.features & QStyleOptionButton::HasMenu) != 0;
    QRect area = option.rect;
    if (menu) area.adjust(0, 0, -18, 0);
    const int iconSide = option.icon.isNull() ? 0 : option.iconSize.width();
    const QFontMetrics metrics(p.font());
    const int gap = iconSide > 0 && !option.text.isEmpty() ? 6 : 0;
    const int room = area.width() - iconSide - gap - (kind == ButtonKind::Link ? 0 : 4);
    const QString text = metrics.elidedText(option.text, Qt::ElideRight, std::max(room, 0), Qt::TextShowMnemonic);
    const int textWidth = option.text.isEmpty() ? 0 : metrics.size(Qt::TextShowMnemonic, text).width();
    int x = area.left() + (area.width() - iconSide - gap - textWidth) / 2;
    if (kind == ButtonKind::Link) x = area.left();
    if (iconSide > 0) {
        const QRect place(x, area.top() + (area.height() - iconSide) / 2, iconSide, iconSide);
        paintIcon(p, option.icon, place, t, has(option.state, QStyle::State_Enabled));
        x += iconSide + gap;
    }
    if (textWidth > 0) {
        p.setPen(look.text);
        const QRect place(x, area.top(), textWidth + 2, area.height());
        const int flags = Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine | Qt::TextHideMnemonic;
        p.drawText(place, flags, text);
        if (kind == ButtonKind::Link) {
            const int base = area.top() + (area.height() - metrics.height()) / 2 + metrics.ascent() + 2;
            p.fillRect(QRect(x, base, textWidth, 1), look.text);
        }
    }
    if (menu) paintGlyph(p, Glyph::ChevronDown, QRectF(option.rect.right() - 19, option.rect.center().y() - 7.5, 16, 16), t, look.text);
}

void checkMark(QPainter& p, const QRect& rect, QStyle::State state, const Tokens& t) {
    const bool enabled = has(state, QStyle::State_Enabled), hover = has(state, QStyle::State_MouseOver);
    const bool on = has(state, QStyle::State_On), some = has(state, QStyle::State_NoChange);
    const QRectF square(rect.center().x() - 7.0, rect.center().y() - 7.0, 16, 16);
    if (on || some) {
        const QColor fill = !enabled ? t.disabled : has(state, QStyle::State_Sunken) ? t.accentPressed : hover ? t.accentHover : t.accent;
        box(p, square, fill, {}, 3);
        const QColor ink = enabled ? t.onAccent : t.onDisabled;
        if (on)
            paintGlyph(p, Glyph::Check, square.adjusted(1.5, 1.5, -1.5, -1.5), t, ink);
        else
            p.fillRect(QRectF(square.left() + 4, square.center().y() - 1, 8, 2), ink);
        return;
    }
    box(p, square, enabled ? hover ? t.rowHover : t.surface : t.disabled, enabled ? t.fieldEdge : QColor(), 3);
}

void radioMark(QPainter& p, const QRect& rect, QStyle::State state, const Tokens& t) {
    const bool enabled = has(state, QStyle::State_Enabled), on = has(state, QStyle::State_On);
    const QRectF circle(rect.center().x() - 7.0, rect.center().y() - 7.0, 16, 16);
    box(p, circle, enabled ? has(state, QStyle::State_MouseOver) ? t.rowHover : t.surface : t.disabled,
        enabled ? on ? t.accent : t.fieldEdge : QColor(), 8);
    if (on) box(p, circle.adjusted(4, 4, -4, -4), enabled ? t.accent : t.onDisabled, {}, 4);
}

void field(QPainter& p, const QRect& rect, bool enabled, bool focused, const Tokens& t) {
    if (!enabled)
        box(p, rect, t.disabled, {}, grid::radius);
    else if (focused)
        box(p, rect, t.surface, t.accent, grid::radius, 2);
    else
        box(p, rect, t.surface, t.fieldEdge, grid::radius);
}

void combo(QPainter& p, const QStyleOptionComboBox& option, const Tokens& t) {
    const bool enabled = has(option.state, QStyle::State_Enabled);
    if (option.editable)
        field(p, option.rect, enabled, has(option.state, QStyle::State_HasFocus), t);
    else
        box(p, option.rect,
            !enabled                                     ? t.disabled
            : has(option.state, QStyle::State_MouseOver) ? t.rowHover
                                                         : t.surface,
            enabled ? t.buttonEdge : QColor(), grid::radius);
    paintGlyph(p, Glyph::ChevronDown, QRectF(option.rect.right() - 21, option.rect.center().y() - 7.5, 16, 16), t,
               enabled ? t.muted : t.onDisabled);
}

void spin(QPainter& p, const QStyleOptionSpinBox& option, const QRect& up, const QRect& down, const Tokens& t) {
    const bool enabled = has(option.state, QStyle::State_Enabled);
    field(p, option.rect, enabled, has(option.state, QStyle::State_HasFocus), t);
    const auto arrow = [&](const QRect& at, Glyph glyph, bool active) {
        paintGlyph(p, glyph, QRectF(at.center().x() - 4.5, at.center().y() - 4.5, 10, 10), t, active ? t.text : t.muted);
    };
    arrow(up, Glyph::ChevronUp, (option.activeSubControls & QStyle::SC_SpinBoxUp) != 0);
    arrow(down, Glyph::ChevronDown, (option.activeSubControls & QStyle::SC_SpinBoxDown) != 0);
}

void scrollBar(QPainter& p, const QStyleOptionSlider& option, const QRect& thumb, const Tokens& t) {
    const bool upright = option.orientation == Qt::Vertical;
    p.fillRect(option.rect, t.surface);
    if (option.maximum <= option.minimum) return;
    QRect bar = upright ? thumb.adjusted(3, 1, -2, -1) : thumb.adjusted(1, 3, -1, -2);
    const bool held = has(option.state, QStyle::State_Sunken), over = has(option.state, QStyle::State_MouseOver);
    box(p, bar, held ? t.muted : over ? t.faint : t.buttonEdge, {}, 3);
}

void menuItem(QPainter& p, const QStyleOptionMenuItem& option, const Tokens& t) {
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        p.fillRect(QRect(option.rect.left() + 8, option.rect.center().y(), option.rect.width() - 16, 1), t.divider);
        return;
    }
    const bool enabled = has(option.state, QStyle::State_Enabled);
    if (has(option.state, QStyle::State_Selected) && enabled) {
        p.fillRect(option.rect, t.selection);
        p.fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), t.accent);
    }
    const QColor ink = enabled ? t.text : t.onDisabled;
    const QRect inner = option.rect.adjusted(30, 0, -12, 0);
    const QRectF mark(option.rect.left() + 8, option.rect.center().y() - 7.5, 16, 16);
    if (option.checked) {
        if (option.checkType == QStyleOptionMenuItem::Exclusive)
            paintGlyph(p, Glyph::Dot, mark, t, ink);
        else
            paintGlyph(p, Glyph::Check, mark, t, ink);
    } else if (!option.icon.isNull()) {
        paintIcon(p, option.icon, mark, t, enabled);
    }
    const QStringList parts = option.text.split(QLatin1Char('\t'));
    p.setFont(option.font);
    p.setPen(ink);
    p.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine | Qt::TextShowMnemonic, parts.value(0));
    if (parts.size() > 1) {
        p.setFont(font(TextRole::Axis));
        p.setPen(enabled ? t.muted : t.onDisabled);
        p.drawText(inner, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, parts.value(1));
    }
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        paintGlyph(p, Glyph::ChevronRight, QRectF(option.rect.right() - 20, option.rect.center().y() - 7.5, 16, 16), t, t.muted);
}

void tab(QPainter& p, const QStyleOptionTab& option, const Tokens& t) {
    const bool chosen = has(option.state, QStyle::State_Selected), hover = has(option.state, QStyle::State_MouseOver);
    if (hover && !chosen) p.fillRect(option.rect, t.rowHover);
    if (chosen) p.fillRect(QRect(option.rect.left(), option.rect.bottom() - 1, option.rect.width(), 2), t.accent);
    QFont f = font(chosen ? TextRole::Reference : TextRole::Body);
    p.setFont(f);
    p.setPen(!has(option.state, QStyle::State_Enabled) ? t.onDisabled : chosen ? t.text : t.muted);
    p.drawText(option.rect, Qt::AlignCenter | Qt::TextSingleLine | Qt::TextShowMnemonic, option.text);
}

void headSection(QPainter& p, const QStyleOptionHeader& option, const Tokens& t) {
    p.fillRect(option.rect, t.panel);
    p.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.border);
    if (option.position != QStyleOptionHeader::End && option.position != QStyleOptionHeader::OnlyOneSection)
        p.fillRect(QRect(option.rect.right(), option.rect.top(), 1, option.rect.height() - 1), t.divider);
}

void rowPanel(QPainter& p, const QStyleOptionViewItem& option, const Tokens& t) {
    if (has(option.state, QStyle::State_Selected))
        p.fillRect(option.rect, has(option.state, QStyle::State_Active) ? t.selection : t.selectionIdle);
    else if (has(option.state, QStyle::State_MouseOver))
        p.fillRect(option.rect, t.rowHover);
    if (option.backgroundBrush.style() != Qt::NoBrush && !has(option.state, QStyle::State_Selected))
        p.fillRect(option.rect, option.backgroundBrush);
}

void branch(QPainter& p, const QStyleOption& option, const Tokens& t) {
    if (!has(option.state, QStyle::State_Children)) return;
    const QRectF at(option.rect.center().x() - 7.5, option.rect.center().y() - 7.5, 16, 16);
    paintGlyph(p, has(option.state, QStyle::State_Open) ? Glyph::ChevronDown : Glyph::ChevronRight, at, t, t.muted);
}

void progress(QPainter& p, const QStyleOptionProgressBar& option, const Tokens& t) {
    const QRectF track(option.rect.left(), option.rect.center().y() - 1.5, option.rect.width(), 4);
    box(p, track, t.track, {}, 2);
    const double span = std::max(1, option.maximum - option.minimum);
    // Busy without a known end: a third, standing still; nothing in this console moves for its own sake.
    const double part = option.maximum == option.minimum ? 1.0 / 3 : (option.progress - option.minimum) / span;
    box(p, QRectF(track.left(), track.top(), track.width() * std::clamp(part, 0.0, 1.0), 4), t.accent, {}, 2);
}

}  // namespace indoubt::console::theme::paint
