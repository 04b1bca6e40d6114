// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/plot_ticks.h"

#include <QDateTime>
#include <array>
#include <cmath>

namespace indoubt::console::plots {
namespace {

QString plain(double value) {
    QString text = QString::number(value, 'f', 2);
    while (text.endsWith(QLatin1Char('0'))) text.chop(1);
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
    return text == QLatin1String("-0") ? QStringLiteral("0") : text;
}

}  // namespace

QString valueLabel(double value, bool durations) {
    if (durations) {
        const double size = std::abs(value);
        if (size >= 100) return plain(value / 1000) + QStringLiteral(" s");
        if (size >= 1 || size == 0) return plain(value) + QStringLiteral(" ms");
        return plain(value * 1000) + QStringLiteral(" µs");
    }
    if (std::abs(value) >= 1e6) return plain(value / 1e6) + QLatin1Char('M');
    if (std::abs(value) >= 1e3) return plain(value / 1e3) + QLatin1Char('k');
    return plain(value);
}

double roundTop(double highest) {
    if (!(highest > 0)) return 4;
    const double step = highest / 4;
    const double decade = std::pow(10.0, std::floor(std::log10(step)));
    for (const double round : {1.0, 2.0, 2.5, 4.0, 5.0, 8.0, 10.0})
        if (round * decade * 4 >= highest * (1 - 1e-12)) return round * decade * 4;
    return decade * 40;
}

QList<Tick> linearTicks(double low, double high, bool durations) {
    QList<Tick> ticks;
    for (int i = 0; i <= 4; ++i) {
        const double at = low + (high - low) * i / 4;
        ticks << Tick{at, valueLabel(at, durations)};
    }
    return ticks;
}

QList<Tick> decadeTicks(double low, double high, bool durations) {
    QList<Tick> ticks;
    const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9)), last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
    // A 300 px chart takes seven labels; beyond, every second decade.
    const int step = last - first > 7 ? 2 : 1;
    for (int decade = first; decade <= last; decade += step) {
        const double at = std::pow(10.0, decade);
        ticks << Tick{at, valueLabel(at, durations)};
    }
    return ticks;
}

QString timeLabel(double atMs, int offsetMinutes, bool seconds) {
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(atMs), Qt::OffsetFromUTC, offsetMinutes * 60);
    return at.toString(seconds ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

QList<Tick> timeTicks(double fromMs, double toMs, int offsetMinutes, double widthPx, double minimumGapPx, const QString& now) {
    QList<Tick> ticks;
    const double span = toMs - fromMs;
    if (!(span > 0) || !(widthPx > 0)) return ticks;
    constexpr std::array<double, 15> steps = {1e3, 2e3, 5e3, 1e4, 1.5e4, 3e4, 6e4, 1.2e5, 3e5, 6e5, 9e5, 1.8e6, 3.6e6, 1.08e7, 2.16e7};
    double step = steps.back();
    for (const double candidate : steps) {
        // Seconds make a wider label.
        const double gap = candidate < 6e4 ? minimumGapPx * 1.35 : minimumGapPx;
        if (candidate / span * widthPx >= gap) {
            step = candidate;
            break;
        }
    }
    const double shift = offsetMinutes * 60'000.0;
    for (double at = std::ceil((fromMs + shift) / step) * step - shift; at <= toMs; at += step) {
        if ((toMs - at) / span * widthPx < minimumGapPx * (step < 6e4 ? 1.1 : 0.85)) break;  // "now" stands there
        ticks << Tick{at, timeLabel(at, offsetMinutes, step < 6e4)};
    }
    ticks << Tick{toMs, now};
    return ticks;
}

}  // namespace indoubt::console::plots
