// SPDX-License-Identifier: GPL-3.0-or-later
// Fusion with the console's shapes: buttons, fields, combo boxes, check marks, scroll bars, heads, tabs, menus, tool tips and
// the focus ring (2 px accent, 1 px gap, around the control; drawn by one frame that follows
// keyboard focus, so geometry never changes).
#pragma once
#include <QProxyStyle>

#include "theme/tokens.h"

class QAbstractButton;

namespace indoubt::console::theme {

// How a QPushButton or QToolButton looks. At most one Primary per pane.
enum class ButtonKind { Secondary, Primary, Link, Quiet, Icon };
void setButtonKind(QAbstractButton* button, ButtonKind kind);
ButtonKind buttonKind(const QWidget* button);
void setCompact(QWidget* control, bool compact = true);  // 24 px instead of 28, for pane heads
bool isCompact(const QWidget* control);

class IndoubtStyle : public QProxyStyle {
    Q_OBJECT
  public:
    IndoubtStyle();
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part, const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size, const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override;
    QIcon standardIcon(StandardPixmap pixmap, const QStyleOption* option, const QWidget* widget) const override;
    void polish(QWidget* widget) override;
    using QProxyStyle::polish;
};

// The ring as the style draws it, for a widget that paints itself: `control` is the widget's visible shape.
void drawFocusRing(QPainter& painter, const QRectF& control, const Tokens& tokens, qreal radius = 4);

}  // namespace indoubt::console::theme
