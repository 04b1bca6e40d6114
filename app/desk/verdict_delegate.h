// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPainter>
#include <algorithm>

#include "theme/fonts.h"
#include "widgets/delegates.h"
#include "widgets/roles.h"

namespace indoubt::console::desk {

// A verdict at the right edge with its sign right before it: "(split) 120.00 EUR missing".
class VerdictDelegate : public widgets::RowDelegate {
  public:
    using RowDelegate::RowDelegate;

  protected:
    void paintCell(QPainter& painter, const QRect& cell, const QStyleOptionViewItem& option, const QModelIndex& index, const theme::Tokens& tokens) const override {
        QRect box = cell;
        if (index.data(widgets::GlyphRole).isValid()) {
            const int used = static_cast<int>(theme::tabularWidth(theme::font(theme::TextRole::Strong), index.data(Qt::DisplayRole).toString())) + 1 + 22;
            box.setLeft(std::max(box.left(), box.right() + 1 - used));
        }
        RowDelegate::paintCell(painter, box, option, index, tokens);
    }
};

}  // namespace indoubt::console::desk
