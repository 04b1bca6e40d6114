// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/image_export.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

namespace indoubt::console::widgets {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("ImageExport", text); }

// Whole or not at all: a half-written picture in a case file is worse than none.
ExportResult save(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return {false, tr("%1 could not be written: %2").arg(path, file.errorString())};
    return {true, {}};
}

}  // namespace

QImage renderImage(QSize size, qreal scale, const PaintFunction& paint, const theme::Tokens& tokens) {
    QImage image((QSizeF(size) * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(scale);
    image.fill(tokens.surface);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    paint(painter, tokens);
    return image;
}

ExportResult exportPng(const QString& path, QSize size, qreal scale, const PaintFunction& paint, const theme::Tokens& tokens) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!renderImage(size, scale, paint, tokens).save(&buffer, "PNG")) return {false, tr("the picture is too large for PNG")};
    return save(path, bytes);
}

ExportResult exportSvg(const QString& path, QSize size, const QString& title, const PaintFunction& paint, const theme::Tokens& tokens) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(), size));
        generator.setTitle(title);
        // One logical pixel is one user unit.
        generator.setResolution(96);
        QPainter painter(&generator);
        painter.fillRect(QRect(QPoint(), size), tokens.surface);
        paint(painter, tokens);
    }
    return save(path, bytes);
}

ExportResult exportPdf(const QString& path, QSize size, const QString& title, const PaintFunction& paint, const theme::Tokens& tokens) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(title);
        writer.setResolution(96);
        writer.setPageSize(QPageSize(QSizeF(size) * 72 / 96, QPageSize::Point));
        writer.setPageMargins({});
        QPainter painter(&writer);
        painter.fillRect(QRect(QPoint(), size), tokens.surface);
        paint(painter, tokens);
    }
    return save(path, bytes);
}

ExportResult exportText(const QString& path, const QString& text) { return save(path, text.toUtf8()); }

ExportResult exportByName(const QString& path, QSize size, const QString& title, const PaintFunction& paint) {
    if (path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)) return exportPng(path, size, 2, paint);
    if (path.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive)) return exportPdf(path, size, title, paint);
    if (path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) return exportSvg(path, size, title, paint);
    return {false, tr("%1: the name must end in .svg, .png or .pdf").arg(path)};
}

}  // namespace indoubt::console::widgets
