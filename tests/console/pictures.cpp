// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/pictures.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QCheckBox>
#include <QDir>
#include <QHash>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitterHandle>
#include <QTableView>
#include <QtTest>
#include <algorithm>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "widgets/delegates.h"
#include "widgets/labels.h"

namespace indoubt::tests {

using console::widgets::AmountDelegate;
using console::widgets::VotesDelegate;

QImage fewColours(const QImage& image) {
    constexpr int most = 256;
    const QImage rgb = image.convertToFormat(QImage::Format_RGB32);
    QHash<QRgb, qsizetype> counts;
    for (int y = 0; y < rgb.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(rgb.constScanLine(y));
        for (int x = 0; x < rgb.width(); ++x) ++counts[line[x] | 0xff000000U];
    }
    QList<QRgb> all = counts.keys();
    std::sort(all.begin(), all.end(), [&](QRgb a, QRgb b) { return counts[a] != counts[b] ? counts[a] > counts[b] : a < b; });
    // A colour next to one that is there already waits: so that few shades of the many of an edge do not push out a sign's own colour.
    const auto far = [](QRgb a, QRgb b) { return std::abs(qRed(a) - qRed(b)) + std::abs(qGreen(a) - qGreen(b)) + std::abs(qBlue(a) - qBlue(b)); };
    QList<QRgb> table;
    for (const int apart : {24, 12, 1})
        for (const QRgb colour : all) {
            if (table.size() >= most) break;
            if (std::all_of(table.begin(), table.end(), [&](QRgb one) { return far(one, colour) >= apart; })) table << colour;
        }
    QHash<QRgb, uchar> nearest;
    QImage few(rgb.size(), QImage::Format_Indexed8);
    few.setColorTable(table);
    few.setDevicePixelRatio(image.devicePixelRatio());
    for (int y = 0; y < rgb.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(rgb.constScanLine(y));
        uchar* to = few.scanLine(y);
        for (int x = 0; x < rgb.width(); ++x) {
            const QRgb colour = line[x] | 0xff000000U;
            auto at = nearest.constFind(colour);
            if (at == nearest.constEnd()) {
                int best = 0;
                for (int i = 1; i < table.size(); ++i)
                    if (far(table[i], colour) < far(table[best], colour)) best = i;
                at = nearest.insert(colour, static_cast<uchar>(best));
            }
            to[x] = *at;
        }
    }
    return few;
}

void keepPicture(const QImage& image, const QString& name) {
    const QString directory = qEnvironmentVariable("INDOUBT_SHOTS");
    if (directory.isEmpty()) return;
    QVERIFY(QDir().mkpath(directory));
    QVERIFY(fewColours(image).save(QStringLiteral("%1/%2.png").arg(directory, name), "PNG", 0));
}

namespace {

constexpr int slack = 2;  // a pixel or two of side bearing is no cut

QString placeOf(const QWidget* widget) {
    QString name;
    for (const QWidget* at = widget; at && !at->isWindow(); at = at->parentWidget())
        if (!at->objectName().isEmpty() && !at->objectName().startsWith(QLatin1String("qt_"))) {
            name = at->objectName();
            break;
        }
    return QStringLiteral("%1 in %2").arg(QLatin1String(widget->metaObject()->className()), name);
}

// Scrolled contents are larger than what shows them; a scroll bar's parts and a splitter's handle place themselves.
bool placesItself(const QWidget* widget) {
    const QWidget* parent = widget->parentWidget();
    if (qobject_cast<const QSplitterHandle*>(widget) || qobject_cast<const QAbstractScrollArea*>(parent)) return true;
    const auto* area = qobject_cast<const QAbstractScrollArea*>(parent->parentWidget());
    return area && area->viewport() == parent;
}

// Free pixels at the right of a widget, up to its next neighbour or its parent's edge.
int roomBeside(const QWidget* widget) {
    const QRect own = widget->geometry();
    int edge = widget->parentWidget()->contentsRect().right();
    for (const auto* other : widget->parentWidget()->findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
        if (other != widget && other->isVisible() && other->x() > own.right() - slack && other->y() <= own.bottom() && other->geometry().bottom() >= own.y()) edge = std::min(edge, other->x() - 1);
    return edge - own.right();
}

QString cutLabel(const QLabel& label) {
    if (label.text().isEmpty()) return {};
    if (label.wordWrap()) {
        const int needed = label.heightForWidth(label.width());
        return needed > label.height() + slack ? QStringLiteral("%1 px high of %2").arg(label.height()).arg(needed) : QString();
    }
    const int needed = label.sizeHint().width();
    return needed > label.width() + slack ? QStringLiteral("%1 px wide of %2").arg(label.width()).arg(needed) : QString();
}

QStringList cutHeads(const QTableView& table) {
    QStringList cut;
    const auto* head = table.horizontalHeader();
    if (!head->isVisible()) return cut;
    for (int column = 0; column < table.model()->columnCount(); ++column) {
        const QString words = table.model()->headerData(column, Qt::Horizontal).toString();
        if (table.isColumnHidden(column) || words.isEmpty()) continue;
        const double needed = console::theme::tabularWidth(console::theme::font(console::theme::TextRole::Head), words);
        // As TableHead paints them: over an amount the currency's column is left free, over votes stand letters.
        const auto* delegate = table.itemDelegateForColumn(column);
        if (qobject_cast<const VotesDelegate*>(delegate)) continue;
        const auto* amounts = qobject_cast<const AmountDelegate*>(delegate);
        const int room = head->sectionSize(column) - 2 * console::theme::grid::cellPad - (amounts && amounts->hasCurrency() ? 44 : 0) + slack;
        if (needed > room) cut << QStringLiteral("head '%1' of %2: %3 px wide of %4").arg(words, table.objectName()).arg(room).arg(needed);
    }
    return cut;
}

}  // namespace

QStringList cutTexts(QWidget& window) {
    QStringList cut;
    for (auto* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->isWindow() || widget->window() != &window) continue;
        const auto say = [&](const QString& words, const QString& what) { cut << QStringLiteral("'%1' (%2): %3").arg(words, placeOf(widget), what); };
        if (!placesItself(widget) && !widget->parentWidget()->rect().adjusted(-slack, -slack, slack, slack).contains(widget->geometry()))
            say(widget->accessibleName(), QStringLiteral("outside its parent"));
        if (const auto* label = qobject_cast<QLabel*>(widget)) {
            if (const QString what = cutLabel(*label); !what.isEmpty()) say(label->text(), what);
        } else if (const auto* elided = qobject_cast<console::widgets::ElidedLabel*>(widget)) {
            const int missing = elided->sizeHint().width() - elided->width();
            if (!elided->text().isEmpty() && missing > slack && roomBeside(elided) > missing + 8) say(elided->text(), QStringLiteral("shortened by %1 px beside %2 px of free room").arg(missing).arg(roomBeside(elided)));
        } else if (const auto* button = qobject_cast<QAbstractButton*>(widget)) {
            const bool words = !button->text().isEmpty() && (qobject_cast<const QPushButton*>(button) || qobject_cast<const QCheckBox*>(button));
            if (words && button->sizeHint().width() > button->width() + slack) say(button->text(), QStringLiteral("%1 px wide of %2").arg(button->width()).arg(button->sizeHint().width()));
        } else if (const auto* table = qobject_cast<QTableView*>(widget)) {
            cut << cutHeads(*table);
        }
    }
    return cut;
}

}  // namespace indoubt::tests
