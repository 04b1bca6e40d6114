// SPDX-License-Identifier: GPL-3.0-or-later
// Where the ticks of a small chart stand and what they say. Pure; tested without a window.
#pragma once
#include <QList>
#include <QString>

namespace indoubt::console::plots {

struct Tick {
    double at = 0;
    QString label;
};

// "10k", "2.5k", "1M", "0.5"; durations in ms: "1 ms", "0.1 s", "10 s", "100 s".
QString valueLabel(double value, bool durations);

// Four equal steps of a round size from 0 up to at least `highest`.
double roundTop(double highest);
QList<Tick> linearTicks(double low, double high, bool durations);
// One per decade.
QList<Tick> decadeTicks(double low, double high, bool durations);
// Round clock times in the window (milliseconds since the epoch, shifted by the zone), `now` at the right end; labels at least
// `minimumGapPx` apart on an axis of `widthPx`.
QList<Tick> timeTicks(double fromMs, double toMs, int offsetMinutes, double widthPx, double minimumGapPx, const QString& now);
QString timeLabel(double atMs, int offsetMinutes, bool seconds);

}  // namespace indoubt::console::plots
