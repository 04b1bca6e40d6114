// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/fonts.h"

#include <QCoreApplication>
#include <QFontDatabase>
#include <QPainter>
#include <cmath>

namespace indoubt::console::theme {
namespace {

struct Families {
    QString sans, mono;
    QStringList notes;
};

// Asked once: the set of installed fonts does not change while the program runs.
const Families& families() {
    static const Families found = [] {
        Families f;
        const QStringList have = QFontDatabase::families();
        const auto pick = [&](const QStringList& wanted, QFontDatabase::SystemFont other, const char* package) {
            for (const QString& name : wanted)
                if (have.contains(name)) return name;
            const QString instead = QFontDatabase::systemFont(other).family();
            f.notes << QCoreApplication::translate("theme", "%1 is not installed (package %2); %3 stands in")
                           .arg(wanted.first(), QString::fromLatin1(package), instead);
            return instead;
        };
        f.sans = pick({QStringLiteral("Inter"), QStringLiteral("Inter Variable")}, QFontDatabase::GeneralFont, "fonts-inter");
        f.mono = pick({QStringLiteral("JetBrains Mono NL"), QStringLiteral("JetBrains Mono")}, QFontDatabase::FixedFont, "fonts-jetbrains-mono");
        return f;
    }();
    return found;
}

struct RoleType {
    int px;
    QFont::Weight weight;
    bool mono = false;
    double spacing = 0;
};

RoleType typeOf(TextRole role) {
    switch (role) {
        case TextRole::Body: return {13, QFont::Normal};
        case TextRole::Reference: return {13, QFont::Medium};
        case TextRole::Strong: return {13, QFont::DemiBold};
        case TextRole::Small: return {12, QFont::Normal};
        case TextRole::SmallStrong: return {12, QFont::DemiBold};
        case TextRole::Head: return {11, QFont::Medium};
        case TextRole::Axis: return {11, QFont::Normal};
        case TextRole::AxisStrong: return {11, QFont::DemiBold};
        case TextRole::Caps: return {11, QFont::DemiBold, false, 0.66};
        case TextRole::Name: return {15, QFont::DemiBold};
        case TextRole::Title: return {18, QFont::DemiBold};
        case TextRole::Counter: return {20, QFont::DemiBold};
        case TextRole::Room: return {18, QFont::Normal};
        case TextRole::RoomStrong: return {18, QFont::DemiBold};
        case TextRole::Mono: return {12, QFont::Normal, true};
        case TextRole::MonoStrong: return {12, QFont::DemiBold, true};
        case TextRole::MonoSmall: return {11, QFont::Normal, true};
    }
    return {13, QFont::Normal};
}

bool isDigit(QChar c) { return c >= QLatin1Char('0') && c <= QLatin1Char('9'); }

// Runs of other characters keep their shaping and kerning; only digits stand in cells.
template <typename Digit, typename Other>
void runs(const QString& text, Digit digit, Other other) {
    int from = 0;
    const int size = static_cast<int>(text.size());
    for (int i = 0; i <= size; ++i) {
        if (i < size && !isDigit(text[i])) continue;
        if (i > from) other(text.mid(from, i - from));
        if (i < size) digit(text[i]);
        from = i + 1;
    }
}

}  // namespace

QFont font(TextRole role) {
    const RoleType type = typeOf(role);
    QFont f(type.mono ? families().mono : families().sans);
    f.setPixelSize(type.px);
    f.setWeight(type.weight);
    f.setHintingPreference(QFont::PreferNoHinting);
    f.setStyleStrategy(QFont::PreferAntialias);
    if (type.mono) f.setFixedPitch(true);
    if (type.spacing > 0) f.setLetterSpacing(QFont::AbsoluteSpacing, type.spacing);
    return f;
}

QStringList fontNotes() { return families().notes; }

qreal tabularWidth(const QFontMetricsF& metrics, const QString& text) {
    const qreal cell = metrics.horizontalAdvance(QLatin1Char('0'));
    qreal width = 0;
    runs(text, [&](QChar) { width += cell; }, [&](const QString& run) { width += metrics.horizontalAdvance(run); });
    return width;
}

qreal drawTabularAt(QPainter& painter, QPointF baseline, const QString& text) {
    const QFontMetricsF metrics(painter.font(), painter.device());
    const qreal cell = metrics.horizontalAdvance(QLatin1Char('0'));
    qreal x = baseline.x();
    runs(
        text,
        [&](QChar c) {
            painter.drawText(QPointF(x + (cell - metrics.horizontalAdvance(c)) / 2, baseline.y()), QString(c));
            x += cell;
        },
        [&](const QString& run) {
            painter.drawText(QPointF(x, baseline.y()), run);
            x += metrics.horizontalAdvance(run);
        });
    return x - baseline.x();
}

void drawTabular(QPainter& painter, const QRectF& box, int alignment, const QString& text) {
    if (text.isEmpty()) return;
    const QFontMetricsF metrics(painter.font(), painter.device());
    qreal x = box.left();
    if ((alignment & (Qt::AlignRight | Qt::AlignHCenter)) != 0) {
        const qreal room = box.width() - tabularWidth(metrics, text);
        x += (alignment & Qt::AlignRight) ? room : room / 2;
    }
    qreal y = box.top() + metrics.ascent();
    if (alignment & Qt::AlignBottom) y = box.bottom() - metrics.descent();
    else if (alignment & Qt::AlignVCenter) y = box.top() + (box.height() - metrics.height()) / 2 + metrics.ascent();
    // A baseline on a whole pixel keeps rows alike at every scale.
    drawTabularAt(painter, QPointF(x, std::round(y)), text);
}

}  // namespace indoubt::console::theme
