// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/style.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleOption>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/metrics.h"
#include "theme/style_paint.h"
#include "theme/theme.h"

namespace indoubt::console::theme {
namespace {

constexpr const char* kindProperty = "indoubtKind";
constexpr const char* compactProperty = "indoubtCompact";

QFont compactFont() {
    QFont f = font(TextRole::Small);
    f.setWeight(QFont::Medium);
    return f;
}

}  // namespace

void setButtonKind(QAbstractButton* button, ButtonKind kind) {
    button->setProperty(kindProperty, static_cast<int>(kind));
    if (kind == ButtonKind::Link || kind == ButtonKind::Quiet || kind == ButtonKind::Icon)
        button->setCursor(kind == ButtonKind::Link ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (kind == ButtonKind::Link) button->setFont(font(TextRole::Body));
    button->updateGeometry();
    button->update();
}

ButtonKind buttonKind(const QWidget* button) {
    return button == nullptr ? ButtonKind::Secondary : static_cast<ButtonKind>(button->property(kindProperty).toInt());
}

void setCompact(QWidget* control, bool compact) {
    control->setProperty(compactProperty, compact);
    control->setFont(compact ? compactFont()
                             : font(qobject_cast<QAbstractButton*>(control) != nullptr ? TextRole::Reference : TextRole::Body));
    control->updateGeometry();
    control->update();
}

bool isCompact(const QWidget* control) { return control != nullptr && control->property(compactProperty).toBool(); }

void drawFocusRing(QPainter& painter, const QRectF& control, const Tokens& tokens, qreal radius) {
    paint::box(painter, control.adjusted(-3, -3, 3, 3), {}, tokens.accent, radius + 3, 2);
}

IndoubtStyle::IndoubtStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) { setObjectName(QStringLiteral("indoubt")); }

void IndoubtStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton*>(widget) != nullptr || qobject_cast<QComboBox*>(widget) != nullptr ||
        qobject_cast<QAbstractSpinBox*>(widget) != nullptr)
        widget->setAttribute(Qt::WA_Hover);
    if (auto* button = qobject_cast<QPushButton*>(widget); button != nullptr && !button->testAttribute(Qt::WA_SetFont))
        button->setFont(font(TextRole::Reference));
}

void IndoubtStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
    const Tokens& t = tokensOf(widget);
    switch (element) {
        case PE_FrameFocusRect:
            return;  // the ring shows keyboard focus
        case PE_PanelLineEdit:
        case PE_FrameLineEdit:
            if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame != nullptr && frame->lineWidth > 0)
                paint::field(*painter, option->rect, (option->state & State_Enabled) != 0, (option->state & State_HasFocus) != 0, t);
            return;
        case PE_Frame:
            // Only a panel that asks for a frame has one; text areas take the field's edge.
            if (widget != nullptr && widget->inherits("QPlainTextEdit"))
                paint::box(*painter, option->rect, {}, widget->hasFocus() ? t.accent : t.fieldEdge, grid::radius,
                           widget->hasFocus() ? 2 : 1);
            else
                paint::box(*painter, option->rect, {}, t.border, 0);
            return;
        case PE_FrameMenu:
            paint::box(*painter, option->rect, {}, t.border, 0);
            return;
        case PE_PanelMenu:
            painter->fillRect(option->rect, t.surface);
            return;
        case PE_PanelTipLabel:
            painter->fillRect(option->rect, t.text);
            return;
        case PE_PanelButtonCommand:
        case PE_PanelButtonTool:
            if ((option->state & State_Enabled) == 0) return;
            if ((option->state & (State_Sunken | State_On)) != 0)
                paint::box(*painter, option->rect, t.buttonPressed, {}, grid::radius);
            else if ((option->state & State_MouseOver) != 0)
                paint::box(*painter, option->rect, t.rowHover, {}, grid::radius);
            return;
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck:
            paint::checkMark(*painter, option->rect, option->state, t);
            return;
        case PE_IndicatorRadioButton:
            paint::radioMark(*painter, option->rect, option->state, t);
            return;
        case PE_IndicatorBranch:
            paint::branch(*painter, *option, t);
            return;
        case PE_IndicatorArrowDown:
            paintGlyph(*painter, Glyph::ChevronDown, option->rect, t, t.muted);
            return;
        case PE_IndicatorArrowUp:
            paintGlyph(*painter, Glyph::ChevronUp, option->rect, t, t.muted);
            return;
        case PE_IndicatorArrowRight:
            paintGlyph(*painter, Glyph::ChevronRight, option->rect, t, t.muted);
            return;
        case PE_IndicatorArrowLeft:
            paintGlyph(*painter, Glyph::ChevronLeft, option->rect, t, t.muted);
            return;
        case PE_PanelItemViewItem:
            if (const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option)) {
                QStyleOptionViewItem own = *item;
                own.state.setFlag(State_Active, widget != nullptr && widget->hasFocus());
                paint::rowPanel(*painter, own, t);
                const bool first =
                    item->viewItemPosition == QStyleOptionViewItem::Beginning || item->viewItemPosition == QStyleOptionViewItem::OnlyOne;
                if ((item->state & State_Selected) != 0 && first)
                    painter->fillRect(QRect(0, item->rect.top(), 2, item->rect.height()), t.accent);
            }
            return;
        case PE_PanelItemViewRow:
            return;
        case PE_FrameTabBarBase:
            painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), t.border);
            return;
        case PE_FrameTabWidget:
            return;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void IndoubtStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
    const Tokens& t = tokensOf(widget);
    switch (element) {
        case CE_PushButtonBevel:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) paint::buttonBevel(*painter, *button, t, widget);
            return;
        case CE_PushButtonLabel:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) paint::buttonLabel(*painter, *button, t, widget);
            return;
        case CE_Splitter: {
            // The grab area may be wider than the line; the line stands in the middle of it.
            const QRect r = option->rect;
            if (r.width() < r.height())
                painter->fillRect(QRect(r.center().x(), r.top(), 1, r.height()), t.border);
            else
                painter->fillRect(QRect(r.left(), r.center().y(), r.width(), 1), t.border);
            return;
        }
        case CE_FocusFrame:
            drawFocusRing(*painter, QRectF(option->rect).adjusted(3, 3, -3, -3), t);
            return;
        case CE_MenuItem:
            if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option)) paint::menuItem(*painter, *item, t);
            return;
        case CE_MenuEmptyArea:
            painter->fillRect(option->rect, t.surface);
            return;
        case CE_TabBarTabShape:
            return;
        case CE_TabBarTabLabel:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) paint::tab(*painter, *tab, t);
            return;
        case CE_HeaderSection:
            if (const auto* head = qstyleoption_cast<const QStyleOptionHeader*>(option)) paint::headSection(*painter, *head, t);
            return;
        case CE_HeaderEmptyArea:
            painter->fillRect(option->rect, t.panel);
            painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), t.border);
            return;
        case CE_ProgressBar:
            if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option)) paint::progress(*painter, *bar, t);
            return;
        case CE_ShapedFrame:
            if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option)) {
                if (frame->frameShape == QFrame::HLine)
                    painter->fillRect(QRect(frame->rect.left(), frame->rect.center().y(), frame->rect.width(), 1), t.border);
                else if (frame->frameShape == QFrame::VLine)
                    painter->fillRect(QRect(frame->rect.center().x(), frame->rect.top(), 1, frame->rect.height()), t.border);
                else if (frame->frameShape != QFrame::NoFrame)
                    drawPrimitive(PE_Frame, option, painter, widget);
            }
            return;
        default:
            QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void IndoubtStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                      const QWidget* widget) const {
    const Tokens& t = tokensOf(widget);
    switch (control) {
        case CC_ComboBox:
            if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option)) paint::combo(*painter, *combo, t);
            return;
        case CC_SpinBox:
            if (const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option))
                paint::spin(*painter, *spin, subControlRect(control, option, SC_SpinBoxUp, widget),
                            subControlRect(control, option, SC_SpinBoxDown, widget), t);
            return;
        case CC_ScrollBar:
            if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option))
                paint::scrollBar(*painter, *bar, subControlRect(control, option, SC_ScrollBarSlider, widget), t);
            return;
        default:
            QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

QRect IndoubtStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                                   const QWidget* widget) const {
    if (control == CC_ComboBox && part == SC_ComboBoxEditField) return option->rect.adjusted(8, 2, -24, -2);
    if (control == CC_ScrollBar) {
        const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (bar == nullptr) return {};
        const bool upright = bar->orientation == Qt::Vertical;
        const int length = upright ? bar->rect.height() : bar->rect.width();
        const int range = bar->maximum - bar->minimum;
        int thumb = length;
        if (range > 0)
            thumb = std::clamp(static_cast<int>(static_cast<qint64>(length) * bar->pageStep / (static_cast<qint64>(range) + bar->pageStep)),
                               24, std::max(24, length));
        const int start = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - thumb, bar->upsideDown);
        const auto piece = [&](int from, int size) {
            return upright ? QRect(bar->rect.left(), bar->rect.top() + from, bar->rect.width(), size)
                           : QRect(bar->rect.left() + from, bar->rect.top(), size, bar->rect.height());
        };
        switch (part) {
            case SC_ScrollBarSlider:
                return piece(start, thumb);
            case SC_ScrollBarSubPage:
                return piece(0, start);
            case SC_ScrollBarAddPage:
                return piece(start + thumb, length - start - thumb);
            case SC_ScrollBarGroove:
                return bar->rect;
            default:
                return {};  // no arrows
        }
    }
    return QProxyStyle::subControlRect(control, option, part, widget);
}

QRect IndoubtStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    if (element == SE_LineEditContents) {
        const QRect r = QProxyStyle::subElementRect(element, option, widget);
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        return frame != nullptr && frame->lineWidth > 0 ? option->rect.adjusted(6, 2, -6, -2) : r;
    }
    if (element == SE_HeaderLabel) return option->rect.adjusted(grid::cellPad, 0, -grid::cellPad, 0);  // the margin is a side's: above and below it cut the words
    return QProxyStyle::subElementRect(element, option, widget);
}

QSize IndoubtStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size, const QWidget* widget) const {
    const int high = isCompact(widget) ? grid::buttonCompact : grid::button;
    switch (type) {
        case CT_PushButton: {
            const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            if (button == nullptr) break;
            const QFontMetrics metrics(widget != nullptr ? widget->font() : font(TextRole::Reference));
            const int icon = button->icon.isNull() ? 0 : button->iconSize.width();
            const int text = button->text.isEmpty() ? 0 : metrics.size(Qt::TextShowMnemonic, button->text).width();
            const ButtonKind kind = buttonKind(widget);
            if (kind == ButtonKind::Icon) return {grid::buttonCompact, grid::buttonCompact};
            if (kind == ButtonKind::Link) return {text + icon + 2, grid::minimumTarget};
            const int pad = kind == ButtonKind::Quiet ? 8 : isCompact(widget) ? 10 : 13;
            const int menu = (button->features & QStyleOptionButton::HasMenu) != 0 ? 18 : 0;
            if (text == 0) return {high, high};
            return {text + icon + (icon > 0 ? 6 : 0) + 2 * pad + menu, high};
        }
        case CT_ComboBox:
            return {size.width() + 34, high};
        case CT_LineEdit:
            return {std::max(size.width(), 60), high};
        case CT_SpinBox:
            return {size.width() + 26, high};
        case CT_CheckBox:
        case CT_RadioButton: {
            const QSize base = QProxyStyle::sizeFromContents(type, option, size, widget);
            return {base.width(), std::max(base.height(), grid::minimumTarget)};
        }
        case CT_MenuItem: {
            const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
            if (item == nullptr) break;
            if (item->menuItemType == QStyleOptionMenuItem::Separator) return {size.width(), 9};
            const QStringList parts = item->text.split(QLatin1Char('\t'));
            const int key = parts.size() > 1 ? QFontMetrics(font(TextRole::Axis)).horizontalAdvance(parts.value(1)) + 24 : 0;
            return {QFontMetrics(item->font).size(Qt::TextShowMnemonic, parts.value(0)).width() + 30 + 24 + key, grid::popupRow};
        }
        case CT_TabBarTab:
            return {size.width() + 8, grid::button};
        case CT_ItemViewItem: {
            const QSize base = QProxyStyle::sizeFromContents(type, option, size, widget);
            return {base.width(), std::max(base.height(), grid::row)};
        }
        case CT_HeaderSection:
            return {size.width(), grid::tableHead};
        case CT_ProgressBar:
            return {size.width(), 12};
        default:
            break;
    }
    return QProxyStyle::sizeFromContents(type, option, size, widget);
}

int IndoubtStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
        case PM_SplitterWidth:
            return 1;
        case PM_ScrollBarExtent:
            return 12;
        case PM_ScrollBarSliderMin:
            return 24;
        case PM_FocusFrameHMargin:
        case PM_FocusFrameVMargin:
            return 3;
        case PM_ButtonMargin:
            return 0;
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
            return 0;
        case PM_DefaultFrameWidth:
            return 1;
        case PM_MenuPanelWidth:
            return 1;
        case PM_MenuVMargin:
            return 4;
        case PM_MenuHMargin:
            return 0;
        case PM_IndicatorWidth:
        case PM_IndicatorHeight:
        case PM_ExclusiveIndicatorWidth:
        case PM_ExclusiveIndicatorHeight:
            return 16;
        case PM_CheckBoxLabelSpacing:
        case PM_RadioButtonLabelSpacing:
            return 8;
        case PM_SmallIconSize:
        case PM_ButtonIconSize:
        case PM_ListViewIconSize:
            return 16;
        case PM_ToolTipLabelFrameWidth:
            return 6;
        case PM_HeaderMargin:
            return grid::cellPad;
        case PM_HeaderDefaultSectionSizeVertical:
            return grid::row;
        case PM_TabBarTabHSpace:
            return 24;
        case PM_TabBarBaseHeight:
            return 1;
        case PM_TreeViewIndentation:
            return 16;
        case PM_LayoutLeftMargin:
        case PM_LayoutRightMargin:
        case PM_LayoutTopMargin:
        case PM_LayoutBottomMargin:
            return grid::pad;
        case PM_LayoutHorizontalSpacing:
        case PM_LayoutVerticalSpacing:
            return 8;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int IndoubtStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const {
    switch (hint) {
        case SH_FocusFrame_AboveWidget:
            return 1;
        case SH_FocusFrame_Mask:
            if (auto* mask = qstyleoption_cast<QStyleHintReturnMask*>(data); mask != nullptr && option != nullptr) {
                mask->region = QRegion(option->rect).subtracted(QRegion(option->rect.adjusted(3, 3, -3, -3)));
                return 1;
            }
            return 0;
        case SH_EtchDisabledText:
            return 0;
        case SH_DitherDisabledText:
            return 0;
        case SH_ComboBox_Popup:
            return 0;
        case SH_Widget_Animation_Duration:
            return 0;
        case SH_ScrollBar_Transient:
            return 0;
        case SH_ItemView_ActivateItemOnSingleClick:
            return 0;
        case SH_ItemView_ShowDecorationSelected:
            return 1;
        case SH_Menu_MouseTracking:
            return 1;
        case SH_ScrollBar_LeftClickAbsolutePosition:
            return 0;
        case SH_LineEdit_PasswordCharacter:
            return 0x2022;
        default:
            return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QIcon IndoubtStyle::standardIcon(StandardPixmap pixmap, const QStyleOption* option, const QWidget* widget) const {
    if (pixmap == SP_LineEditClearButton) return glyphIcon(Glyph::Close);
    return QProxyStyle::standardIcon(pixmap, option, widget);
}

}  // namespace indoubt::console::theme
