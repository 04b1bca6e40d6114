// SPDX-License-Identifier: GPL-3.0-or-later
// One half of the components sheet: every token, sign, line and control in one theme, at the places of the design's sheet.
#pragma once
#include <QImage>
#include <QWidget>

#include "theme/tokens.h"

namespace indoubt::console::gallery {

class Sheet : public QWidget {
    Q_OBJECT
  public:
    Sheet(const theme::Tokens& tokens, QWidget* parent = nullptr);
    static constexpr int sheetWidth = 720, sheetHeight = 900;

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    const theme::Tokens& m_tokens;
};

// Whole parts in one window: band, rail, alert, cause, counters, charts, list, time bar.
QWidget* makeWindow(const theme::Tokens& tokens, theme::Environment environment);

// Qt's own controls as the style draws them.
QWidget* makeControls(const theme::Tokens& tokens);

// Draws `widget` at `scale` device pixels per pixel.
QImage shot(QWidget& widget, qreal scale);

}  // namespace indoubt::console::gallery
