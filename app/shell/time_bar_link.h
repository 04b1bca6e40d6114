// SPDX-License-Identifier: GPL-3.0-or-later
// Ties the time bar to the feed: what happened when, where the console stands, how far behind it is; and back: pause, step,
// scrub, live.
#pragma once
#include <QObject>
#include <QTimer>

#include "feed/place.h"

namespace indoubt::console::widgets {
class TimeBar;
}

namespace indoubt::console::shell {

class TimeBarLink : public QObject {
    Q_OBJECT
  public:
    TimeBarLink(const feed::Context& context, widgets::TimeBar* bar, QObject* parent);
    void setTrace(const QString& trace);   // "off", "sampled", "all"
    // Step by one event, or by the selected payment's own events when `ofPayment`.
    void step(int by);

  private:
    void redraw();       // activity, marks, ticks: once a second and on jumps
    void tick();         // head, clock, lag: ten times a second
    void scrub(double fraction);
    void chooseRange();
    feed::Context m_context;
    widgets::TimeBar* m_bar;
    QTimer m_tick;
    std::int64_t m_from = 0, m_to = 0;   // shown range, hlc
    QString m_trace;
};

}  // namespace indoubt::console::shell
