// SPDX-License-Identifier: GPL-3.0-or-later
// Filters the log on a worker thread. One job at a time; a newer one makes the older one's results void (a generation counter),
// and the older one stops at its next page. The GUI thread gets a first screen as soon as there is one, then the rest.
//
// The rows and the view are frozen copies, so the worker needs no lock.
#pragma once
#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <memory>
#include <vector>

#include "view/filter.h"

namespace indoubt::console::log {

struct FilterJob {
    view::Filter filter;
    view::EventRows rows;
    view::View view;
    std::size_t from = 0, to = 0;  // places
    std::int64_t now_hlc = 0, zone_offset_s = 0;
    std::string actor;
    bool whole = true;  // from the start: results replace; else they are added
};

struct FilterPart {
    quint64 generation = 0;
    bool first = false, last = false;
    bool whole = true;
    std::size_t scanned = 0;  // places looked at, from 0
    view::EventRows rows;
    std::vector<view::RowId> matches;
};

class LogFilter : public QObject {
    Q_OBJECT
  public:
    explicit LogFilter(QObject* parent = nullptr);
    ~LogFilter() override;  // stops the job under way and waits for it
    void start(FilterJob job);
    void cancel();
    bool running() const { return m_running; }

  signals:
    void part(const indoubt::console::log::FilterPart& part);

  private:
    QThreadPool m_pool;
    std::shared_ptr<std::atomic<quint64>> m_generation = std::make_shared<std::atomic<quint64>>(0);
    bool m_running = false;
};

}  // namespace indoubt::console::log
