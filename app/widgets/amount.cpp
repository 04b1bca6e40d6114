// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/amount.h"

#include <QHash>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "theme/metrics.h"
#include "theme/theme.h"
#include "theme/tokens.h"

namespace indoubt::console::widgets {

using theme::TextRole;

namespace {

struct Parts {
    QString whole, fraction;  // "2,410", ".55"
};

Parts partsOf(const Amount& amount, bool sign) {
    // The magnitude as unsigned: the most negative value has no positive twin.
    const quint64 size = amount.minor < 0 ? ~static_cast<quint64>(amount.minor) + 1 : static_cast<quint64>(amount.minor);
    QString digits = QString::number(size).rightJustified(amount.digits + 1, QLatin1Char('0'));
    const int whole = static_cast<int>(digits.size()) - amount.digits;
    Parts parts{digits.left(whole), amount.digits > 0 ? QLatin1Char('.') + digits.mid(whole) : QString()};
    for (int at = static_cast<int>(parts.whole.size()) - 3; at > 0; at -= 3) parts.whole.insert(at, QLatin1Char(','));
    if (amount.minor < 0)
        parts.whole.prepend(QChar(0x2212));
    else if (sign && amount.minor > 0)
        parts.whole.prepend(QLatin1Char('+'));
    return parts;
}

}  // namespace

int currencyDigits(const QString& currency) {
    static const QHash<QString, int> special = {{"BIF", 0}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"ISK", 0}, {"JPY", 0}, {"KMF", 0},
                                                {"KRW", 0}, {"PYG", 0}, {"RWF", 0}, {"UGX", 0}, {"VND", 0}, {"VUV", 0}, {"XAF", 0},
                                                {"XOF", 0}, {"XPF", 0}, {"BHD", 3}, {"IQD", 3}, {"JOD", 3}, {"KWD", 3}, {"LYD", 3},
                                                {"OMR", 3}, {"TND", 3}, {"CLF", 4}, {"UYW", 4}};
    return special.value(currency, 2);
}

QString amountNumber(const Amount& amount, bool sign) {
    const Parts parts = partsOf(amount, sign);
    return parts.whole + parts.fraction;
}

QString amountText(const Amount& amount, bool sign) {
    return amount.currency.isEmpty() ? amountNumber(amount, sign) : amountNumber(amount, sign) + QLatin1Char(' ') + amount.currency;
}

void paintAmount(QPainter& painter, const QRectF& box, const Amount& amount, const theme::Tokens& t, const AmountStyle& style) {
    painter.save();
    const QColor ink = style.ink.isValid() ? style.ink : t.text;
    const bool nothing = amount.minor == 0 && style.zeroAsDigit;
    const Parts parts = nothing ? Parts{QStringLiteral("0"), {}} : partsOf(amount, style.sign);
    const qreal aligned = box.right() - (style.currency ? amountCurrencyColumn : 0) - theme::grid::amountFraction;
    // A number with its first digit cut off is another number: it gives up its column first, then its size.
    const qreal whole = theme::tabularWidth(QFontMetricsF(painter.font()), parts.whole);
    const qreal free = theme::grid::amountFraction - theme::tabularWidth(QFontMetricsF(painter.font()), parts.fraction);
    const qreal point = aligned + std::clamp(std::ceil(box.left() + whole - aligned), 0.0, std::max(0.0, std::floor(free)));  // whole pixels: as sharp as the rest
    if (const qreal room = point - box.left(); whole > room && room > 0) {
        QFont smaller = painter.font();
        smaller.setPixelSize(std::max(6, static_cast<int>(QFontInfo(smaller).pixelSize() * room / whole)));
        painter.setFont(smaller);
    }
    painter.setPen(nothing ? t.muted : ink);
    theme::drawTabular(painter, QRectF(box.left(), box.top(), point - box.left(), box.height()), Qt::AlignRight | Qt::AlignVCenter,
                       parts.whole);
    theme::drawTabular(painter, QRectF(point, box.top(), aligned + theme::grid::amountFraction - point, box.height()), Qt::AlignLeft | Qt::AlignVCenter,
                       parts.fraction);
    if (style.currency && !nothing) {
        painter.setFont(theme::font(TextRole::Axis));
        painter.setPen(style.currencyInk.isValid() ? style.currencyInk : t.muted);
        painter.drawText(QRectF(box.right() - amountCurrencyColumn, box.top(), amountCurrencyColumn + 4, box.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, amount.currency);
    }
    painter.restore();
}

qreal amountWidth(const QFontMetricsF& metrics, const Amount& amount, bool currency) {
    return theme::tabularWidth(metrics, partsOf(amount, false).whole) + theme::grid::amountFraction + (currency ? amountCurrencyColumn : 0);
}

AmountLabel::AmountLabel(const Amount& amount, TextRole role, QWidget* parent) : QWidget(parent), m_role(role) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAmount(amount);
}

void AmountLabel::setAmount(const Amount& amount) {
    m_amount = amount;
    setAccessibleName(amountText(amount));
    updateGeometry();
    update();
}

QSize AmountLabel::sizeHint() const {
    const QFontMetricsF number(theme::font(m_role));
    const TextRole small = m_role == TextRole::Title || m_role == TextRole::Counter ? TextRole::SmallStrong : TextRole::Axis;
    const qreal currency = QFontMetricsF(theme::font(small)).horizontalAdvance(m_amount.currency);
    return {static_cast<int>(std::ceil(theme::tabularWidth(number, amountNumber(m_amount)) + 4 + currency)),
            static_cast<int>(std::ceil(number.height()))};
}

void AmountLabel::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.setFont(theme::font(m_role));
    p.setPen(t.text);
    // One baseline for the number and the smaller currency.
    const QFontMetricsF metrics(p.font());
    const qreal base = std::round((height() - metrics.height()) / 2 + metrics.ascent());
    const qreal x = theme::drawTabularAt(p, QPointF(0, base), amountNumber(m_amount)) + 4;
    p.setFont(theme::font(m_role == TextRole::Title || m_role == TextRole::Counter ? TextRole::SmallStrong : TextRole::Axis));
    p.setPen(t.muted);
    p.drawText(QPointF(x, base), m_amount.currency);
}

}  // namespace indoubt::console::widgets
