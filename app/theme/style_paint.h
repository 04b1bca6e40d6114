// SPDX-License-Identifier: GPL-3.0-or-later
// The style's painters, one per kind of control. Internal to app/theme.
#pragma once
#include <QPainter>
#include <QStyleOption>

#include "theme/tokens.h"

namespace indoubt::console::theme::paint {

// A box of whole pixels with a 1 px edge (none when invalid) and round corners.
void box(QPainter& p, const QRectF& rect, const QColor& fill, const QColor& edge, qreal radius, qreal edgeWidth = 1);

void buttonBevel(QPainter& p, const QStyleOptionButton& option, const Tokens& t, const QWidget* widget);
void buttonLabel(QPainter& p, const QStyleOptionButton& option, const Tokens& t, const QWidget* widget);
void checkMark(QPainter& p, const QRect& rect, QStyle::State state, const Tokens& t);
void radioMark(QPainter& p, const QRect& rect, QStyle::State state, const Tokens& t);
void field(QPainter& p, const QRect& rect, bool enabled, bool focused, const Tokens& t);
void combo(QPainter& p, const QStyleOptionComboBox& option, const Tokens& t);
void spin(QPainter& p, const QStyleOptionSpinBox& option, const QRect& up, const QRect& down, const Tokens& t);
void scrollBar(QPainter& p, const QStyleOptionSlider& option, const QRect& thumb, const Tokens& t);
void menuItem(QPainter& p, const QStyleOptionMenuItem& option, const Tokens& t);
void tab(QPainter& p, const QStyleOptionTab& option, const Tokens& t);
void headSection(QPainter& p, const QStyleOptionHeader& option, const Tokens& t);
void rowPanel(QPainter& p, const QStyleOptionViewItem& option, const Tokens& t);
void branch(QPainter& p, const QStyleOption& option, const Tokens& t);
void progress(QPainter& p, const QStyleOptionProgressBar& option, const Tokens& t);

}  // namespace indoubt::console::theme::paint
