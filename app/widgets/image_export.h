// SPDX-License-Identifier: GPL-3.0-or-later
// A paint function as SVG, PNG or PDF. The function gets a painter in logical pixels and the tokens to use (exports are light
// unless asked). GUI thread (fonts).
#pragma once
#include <QImage>
#include <QSize>
#include <QString>
#include <functional>

#include "theme/tokens.h"

namespace indoubt::console::widgets {

using PaintFunction = std::function<void(QPainter&, const theme::Tokens&)>;

struct ExportResult {
    bool ok = true;
    QString message;  // why not, for the person
};

QImage renderImage(QSize size, qreal scale, const PaintFunction& paint, const theme::Tokens& tokens = theme::Tokens::light());
ExportResult exportPng(const QString& path, QSize size, qreal scale, const PaintFunction& paint,
                       const theme::Tokens& tokens = theme::Tokens::light());
ExportResult exportSvg(const QString& path, QSize size, const QString& title, const PaintFunction& paint,
                       const theme::Tokens& tokens = theme::Tokens::light());
ExportResult exportPdf(const QString& path, QSize size, const QString& title, const PaintFunction& paint,
                       const theme::Tokens& tokens = theme::Tokens::light());
// By suffix: .svg, .png or .pdf.
ExportResult exportText(const QString& path, const QString& text);  // UTF-8; whole or not at all, as the pictures
ExportResult exportByName(const QString& path, QSize size, const QString& title, const PaintFunction& paint);

}  // namespace indoubt::console::widgets
