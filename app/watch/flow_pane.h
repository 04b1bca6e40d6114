// SPDX-License-Identifier: GPL-3.0-or-later
// FLOW: throughput, latency, oldest in doubt over the last minute, quarter of an hour, hour or day. Counted on a worker once a
// second; draws only what is visible.
#pragma once
#include <QWidget>

#include "feed/place.h"
#include "watch/flow_series.h"

namespace indoubt::console::plots {
class TimeSeriesPlot;
}
namespace indoubt::console::widgets {
class PaneHead;
class SegmentedControl;
}

namespace indoubt::console::watch {

class FlowPane : public QWidget {
    Q_OBJECT
  public:
    explicit FlowPane(const feed::Context& context, QWidget* parent = nullptr);
    void refresh();

  private:
    void show(const FlowSeries& series);
    const FlowWindow& window() const;
    feed::Context m_context;
    widgets::PaneHead* m_head;
    widgets::SegmentedControl* m_range;
    plots::TimeSeriesPlot *m_throughput, *m_latency, *m_oldest;
    int m_commit, m_abort, m_p50, m_p99, m_abortP50, m_age;
    bool m_counting = false;
};

}  // namespace indoubt::console::watch
