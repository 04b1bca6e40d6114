// SPDX-License-Identifier: GPL-3.0-or-later
// The flow charts' series out of the view's seconds: bucketed, the worst value kept. Pure; runs on a worker.
#pragma once
#include <QVector>
#include <cstdint>

#include "view/view.h"

namespace indoubt::console::watch {

struct FlowWindow {
    std::int64_t spanSeconds = 900;
    std::int64_t bucketSeconds = 6;
};
inline constexpr FlowWindow flowWindows[] = {{60, 1}, {900, 6}, {3600, 24}, {86400, 600}};

struct FlowSeries {
    QVector<double> times;                       // ms, middle of the bucket
    QVector<double> commits, aborts;             // per second
    QVector<double> p50, p99, abortP50;          // ms from begin to decision; NaN without one. p50 and p99 are of commits
    QVector<double> oldest;                      // ms; NaN when nothing was in doubt
    double commitsNow = 0, commitsBefore = 0;    // per second, last 5 s; the ten seconds up to the last commit
    double p50Now = 0, oldestNow = 0;            // ms; p50Now < 0: nothing committed within the last 5 s
    double abortP50Now = 0;                      // ms; < 0: nothing aborted within the last 5 s
    std::int64_t lastCommitSecond = 0;           // 0: none is known
};
// `begunSecond`: of the cluster's first event; before it there is no line.
FlowSeries flowSeries(const view::View& view, std::int64_t nowHlc, const FlowWindow& window, std::int64_t begunSecond);

}  // namespace indoubt::console::watch
