// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/fonts.h"

#include <QCoreApplication>
#include <QFontDatabase>
#include <QGlyphRun>
#include <QHash>
#include <QPainter>
#include <QRawFont>
#include <array>
#include <cmath>
#include <string_view>

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
        f.mono =
            pick({QStringLiteral("JetBrains Mono NL"), QStringLiteral("JetBrains Mono")}, QFontDatabase::FixedFont, "fonts-jetbrains-mono");
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
        case TextRole::Body:
            return {13, QFont::Normal};
        case TextRole::Reference:
            return {13, QFont::Medium};
        case TextRole::Strong:
            return {13, QFont::DemiBold};
        case TextRole::Small:
            return {12, QFont::Normal};
        case TextRole::SmallStrong:
            return {12, QFont::DemiBold};
        case TextRole::Head:
            return {11, QFont::Medium};
        case TextRole::Axis:
            return {11, QFont::Normal};
        case TextRole::AxisStrong:
            return {11, QFont::DemiBold};
        case TextRole::Caps:
            return {11, QFont::DemiBold, false, 0.66};
        case TextRole::Name:
            return {15, QFont::DemiBold};
        case TextRole::Parties:
            return {15, QFont::Normal};
        case TextRole::Title:
            return {18, QFont::DemiBold};
        case TextRole::Counter:
            return {20, QFont::DemiBold};
        case TextRole::Room:
            return {18, QFont::Normal};
        case TextRole::RoomStrong:
            return {18, QFont::DemiBold};
        case TextRole::Mono:
            return {12, QFont::Normal, true};
        case TextRole::MonoStrong:
            return {12, QFont::DemiBold, true};
        case TextRole::MonoSmall:
            return {11, QFont::Normal, true};
    }
    return {13, QFont::Normal};
}

// Digits and the marks between them, with the width each takes. One per font in use, per thread that paints.
struct Cells {
    QRawFont raw;
    QFontMetricsF metrics{QFont()};
    qreal cell = 0;
    bool fixedPitch = false;
    std::array<quint32, 128> glyph{};
    std::array<qreal, 128> advance{}, shift{};
};

constexpr QLatin1String numeric("0123456789.,:+-");

bool isNumeric(QChar c) { return c.unicode() < 128 && numeric.contains(QLatin1Char(static_cast<char>(c.unicode()))); }

const Cells& cellsOf(const QFont& font) {
    thread_local QHash<QString, Cells> known;
    const QString key = font.key();
    if (const auto found = known.constFind(key); found != known.constEnd()) return *found;
    if (known.size() > 200) known.clear();  // only a program that zooms type without end comes here
    Cells c;
    c.raw = QRawFont::fromFont(font);
    c.metrics = QFontMetricsF(font);
    c.fixedPitch = font.fixedPitch();
    c.cell = c.metrics.horizontalAdvance(QLatin1Char('0'));
    for (const char mark : std::string_view(numeric.data(), static_cast<size_t>(numeric.size()))) {
        const auto at = static_cast<size_t>(mark);
        const QList<quint32> index = c.raw.glyphIndexesForString(QString(QLatin1Char(mark)));
        c.glyph[at] = index.isEmpty() ? 0 : index.first();
        const qreal natural = c.metrics.horizontalAdvance(QLatin1Char(mark));
        const bool digit = mark >= '0' && mark <= '9';
        c.advance[at] = digit ? c.cell : natural;
        c.shift[at] = digit ? (c.cell - natural) / 2 : 0;
    }
    return *known.insert(key, c);
}

// Splits into numeric runs and other runs; the latter keep their shaping and kerning.
template <typename Number, typename Other>
void runs(QStringView text, Number number, Other other) {
    qsizetype from = 0;
    while (from < text.size()) {
        const bool digits = isNumeric(text[from]);
        qsizetype to = from + 1;
        while (to < text.size() && isNumeric(text[to]) == digits) ++to;
        if (digits)
            number(text.mid(from, to - from));
        else
            other(text.mid(from, to - from).toString());
        from = to;
    }
}

qreal widthOf(const Cells& c, const QString& text) {
    if (c.fixedPitch) return c.metrics.horizontalAdvance(text);
    qreal width = 0;
    runs(
        text,
        [&](QStringView digits) {
            for (const QChar d : digits) width += c.advance[d.unicode()];
        },
        [&](const QString& run) { width += c.metrics.horizontalAdvance(run); });
    return width;
}

}  // namespace

QFont font(TextRole role) {
    const RoleType type = typeOf(role);
    QFont f(type.mono ? families().mono : families().sans);
    f.setPixelSize(type.px);
    f.setWeight(type.weight);
    f.setHintingPreference(QFont::PreferNoHinting);
    // Grey antialiasing on every screen: coloured fringes would be colours that no token knows.
    f.setStyleStrategy(static_cast<QFont::StyleStrategy>(QFont::PreferAntialias | QFont::NoSubpixelAntialias));
    if (type.mono) f.setFixedPitch(true);
    if (type.spacing > 0) f.setLetterSpacing(QFont::AbsoluteSpacing, type.spacing);
    return f;
}

QStringList fontNotes() { return families().notes; }

qreal tabularWidth(const QFont& font, const QString& text) { return widthOf(cellsOf(font), text); }

qreal tabularWidth(const QFontMetricsF& metrics, const QString& text) {
    const qreal cell = metrics.horizontalAdvance(QLatin1Char('0'));
    qreal width = 0;
    runs(
        text,
        [&](QStringView digits) {
            for (const QChar d : digits) width += d.isDigit() ? cell : metrics.horizontalAdvance(d);
        },
        [&](const QString& run) { width += metrics.horizontalAdvance(run); });
    return width;
}

qreal drawTabularAt(QPainter& painter, QPointF baseline, const QString& text) {
    const Cells& c = cellsOf(painter.font());
    if (c.fixedPitch) {
        painter.drawText(baseline, text);
        return c.metrics.horizontalAdvance(text);
    }
    qreal x = baseline.x();
    runs(
        text,
        [&](QStringView digits) {
            // One glyph run for a whole number: a list of amounts repaints within a frame.
            QVarLengthArray<quint32, 24> glyphs;
            QVarLengthArray<QPointF, 24> positions;
            for (const QChar d : digits) {
                glyphs.append(c.glyph[d.unicode()]);
                positions.append(QPointF(x - baseline.x() + c.shift[d.unicode()], 0));
                x += c.advance[d.unicode()];
            }
            QGlyphRun run;
            run.setRawFont(c.raw);
            run.setRawData(glyphs.constData(), positions.constData(), static_cast<int>(glyphs.size()));
            painter.drawGlyphRun(baseline, run);
        },
        [&](const QString& run) {
            painter.drawText(QPointF(x, baseline.y()), run);
            x += c.metrics.horizontalAdvance(run);
        });
    return x - baseline.x();
}

void drawTabular(QPainter& painter, const QRectF& box, int alignment, const QString& text) {
    if (text.isEmpty()) return;
    const Cells& c = cellsOf(painter.font());
    const QFontMetricsF& metrics = c.metrics;
    qreal x = box.left();
    if ((alignment & (Qt::AlignRight | Qt::AlignHCenter)) != 0) {
        const qreal room = box.width() - widthOf(c, text);
        x += (alignment & Qt::AlignRight) ? room : room / 2;
    }
    qreal y = box.top() + metrics.ascent();
    if (alignment & Qt::AlignBottom)
        y = box.bottom() - metrics.descent();
    else if (alignment & Qt::AlignVCenter)
        y = box.top() + (box.height() - metrics.height()) / 2 + metrics.ascent();
    // A baseline on a whole pixel keeps rows alike at every scale.
    drawTabularAt(painter, QPointF(x, std::round(y)), text);
}

QString groupedNumber(qint64 value) {
    QString text = QString::number(value);
    const int first = value < 0 ? 1 : 0;
    for (int at = static_cast<int>(text.size()) - 3; at > first; at -= 3) text.insert(at, QLatin1Char(','));
    return text;
}

}  // namespace indoubt::console::theme
