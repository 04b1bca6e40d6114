// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/flow_series.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace indoubt::console::watch {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double percentile(std::vector<std::uint32_t>& us, double share) {
    if (us.empty()) return nothing;
    const auto at = static_cast<std::ptrdiff_t>(std::min<double>(share * static_cast<double>(us.size()), static_cast<double>(us.size() - 1)));
    std::nth_element(us.begin(), us.begin() + at, us.end());
    return us[static_cast<std::size_t>(at)] / 1000.0;
}

struct Bucket {
    std::uint32_t committed = 0, aborted = 0;
    std::vector<std::uint32_t> latencies, abortLatencies;
    std::int64_t oldest = 0;
};

}  // namespace

FlowSeries flowSeries(const view::View& view, std::int64_t nowHlc, const FlowWindow& window, std::int64_t begunSecond) {
    FlowSeries series;
    const std::int64_t now = nowHlc / 1'000'000'000, width = window.bucketSeconds;
    // Buckets stand on multiples of their width, so that a line does not crawl while time goes on.
    const std::int64_t last = now / width, first = (now - window.spanSeconds) / width + 1;
    series.lastCommitSecond = view.last_commit_hlc() / 1'000'000'000;
    constexpr std::int64_t before_seconds = 10, back_most = 3600;  // a stop of long ago is not worth reading a day
    const auto flow = view.flow(std::min(first * width, std::max(series.lastCommitSecond - before_seconds + 1, first * width - back_most)));
    const std::int64_t begun = begunSecond ? begunSecond : now;
    std::vector<Bucket> buckets(static_cast<std::size_t>(last - first + 1));
    std::vector<std::uint32_t> recent, recentAborts;
    std::int64_t beganBefore = 0;  // of those ten seconds the first in which anything was committed
    for (const auto& second : flow) {
        if (second.second > now) continue;
        if (series.lastCommitSecond - second.second < before_seconds && second.second <= series.lastCommitSecond && (second.committed > 0 || beganBefore != 0)) {
            if (beganBefore == 0) beganBefore = second.second;
            series.commitsBefore += second.committed;
        }
        const std::int64_t index = second.second / width - first;
        if (index < 0) continue;
        auto& bucket = buckets[static_cast<std::size_t>(index)];
        bucket.committed += second.committed;
        bucket.aborted += second.aborted;
        bucket.oldest = std::max(bucket.oldest, second.oldest_in_doubt_ns);
        bucket.latencies.insert(bucket.latencies.end(), second.latency.us.begin(), second.latency.us.end());
        bucket.abortLatencies.insert(bucket.abortLatencies.end(), second.abort_latency.us.begin(), second.abort_latency.us.end());
        if (now - second.second <= 5 && second.second < now) {
            series.commitsNow += second.committed / 5.0;
            recent.insert(recent.end(), second.latency.us.begin(), second.latency.us.end());
            recentAborts.insert(recentAborts.end(), second.abort_latency.us.begin(), second.abort_latency.us.end());
        }
    }
    if (beganBefore) series.commitsBefore /= static_cast<double>(series.lastCommitSecond - beganBefore + 1);
    series.p50Now = recent.empty() ? -1 : percentile(recent, 0.5);
    series.abortP50Now = recentAborts.empty() ? -1 : percentile(recentAborts, 0.5);
    const std::int64_t waiting = view.oldest_in_doubt_ns(nowHlc);
    for (std::int64_t i = first; i <= last; ++i) {
        auto& bucket = buckets[static_cast<std::size_t>(i - first)];
        if ((i + 1) * width <= begun) continue;  // before the cluster's first event there is no line, not a line at zero
        if (i == last && width > 1 && now - i * width < width / 2) continue;  // just begun: would look like a drop
        const double seconds = static_cast<double>(std::min(width, now - i * width + 1));
        series.times.push_back(static_cast<double>((i * width + width / 2) * 1000));
        series.commits.push_back(bucket.committed / seconds);
        series.aborts.push_back(bucket.aborted / seconds);
        series.p50.push_back(percentile(bucket.latencies, 0.5));
        series.p99.push_back(percentile(bucket.latencies, 0.99));
        series.abortP50.push_back(percentile(bucket.abortLatencies, 0.5));
        // While nothing happens no event makes a bucket, and yet what waits grows older.
        const std::int64_t then = i == last ? nowHlc : ((i + 1) * width) * 1'000'000'000;
        const std::int64_t oldest = std::max(bucket.oldest, waiting - (nowHlc - then));
        series.oldest.push_back(oldest > 0 ? std::max(1.0, static_cast<double>(oldest) / 1e6) : nothing);
    }
    // The second under way counts only half; the one before it is whole.
    if (series.commits.size() > 1 && width == 1) {
        series.times.pop_back();
        for (auto* line : {&series.commits, &series.aborts, &series.p50, &series.p99, &series.abortP50, &series.oldest}) line->pop_back();
    }
    series.oldestNow = static_cast<double>(waiting) / 1e6;
    return series;
}

}  // namespace indoubt::console::watch
