// SPDX-License-Identifier: GPL-3.0-or-later
// Money on screen: integer | fraction in 32 px | currency 11 px muted, so that decimal points of JPY, EUR and KWD stand in one
// column. Values are minor units and the currency's own number of digits; nothing here converts or rounds.
#pragma once
#include <QMetaType>
#include <QString>
#include <QWidget>

#include "theme/fonts.h"

class QPainter;

namespace indoubt::console::theme {
struct Tokens;
}

namespace indoubt::console::widgets {

struct Amount {
    qint64 minor = 0;
    QString currency;
    int digits = 2;          // JPY 0, EUR 2, KWD 3
    bool operator==(const Amount&) const = default;
};
int currencyDigits(const QString& currency);                       // ISO 4217; 2 where unknown
QString amountNumber(const Amount& amount, bool sign = false);     // "184,000", "120.00", "−120.00"
QString amountText(const Amount& amount, bool sign = false);       // "120.00 EUR"

// Paints right-aligned in `box`; `currency` false leaves the currency's column out.
struct AmountStyle {
    bool currency = true;
    bool sign = false;
    bool zeroAsDigit = false;  // "0" alone, muted, without a currency (an empty hold)
    QColor ink;                // invalid: text
    QColor currencyInk;        // invalid: muted
};
void paintAmount(QPainter& painter, const QRectF& box, const Amount& amount, const theme::Tokens& tokens, const AmountStyle& style = {});
qreal amountWidth(const QFontMetricsF& metrics, const Amount& amount, bool currency = true);
inline constexpr int amountCurrencyColumn = 30;  // directly after the fraction's 32; three fraction digits leave 4 px

// The same as a widget. `role` gives the number's type; in a heading (Title) the currency follows at once, not in a column.
class AmountLabel : public QWidget {
    Q_OBJECT
  public:
    explicit AmountLabel(const Amount& amount = {}, theme::TextRole role = theme::TextRole::Body, QWidget* parent = nullptr);
    void setAmount(const Amount& amount);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    Amount m_amount;
    theme::TextRole m_role;
};

}  // namespace indoubt::console::widgets

Q_DECLARE_METATYPE(indoubt::console::widgets::Amount)
