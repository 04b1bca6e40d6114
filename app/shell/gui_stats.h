// SPDX-License-Identifier: GPL-3.0-or-later
// How long the GUI thread is busy at a stretch: a thread of its own knocks every few milliseconds and measures until it is let
// in. With INDOUBT_GUI_STATS=1 a line on stderr every ten seconds and at the end; the bench test of the shell starts it itself.
#pragma once
#include <QObject>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace indoubt::console::shell {

struct BusyStretches {
    std::size_t knocks = 0;
    double p50Ms = 0, p99Ms = 0, worstMs = 0;      // until the thread answered: what a person waits
    double cpuP99Ms = 0, cpuWorstMs = 0;           // what it worked itself in between; the rest, others had the processor
};

class GuiStats : public QObject {
    Q_OBJECT
  public:
    explicit GuiStats(QObject* parent = nullptr);   // starts by itself when the variable says so
    ~GuiStats() override;
    void start();
    void clear();
    BusyStretches summary() const;

  private:
    void run();
    void print() const;
    std::thread m_thread;
    std::atomic<bool> m_stop = false, m_open = true;   // open: the last knock was answered
    mutable std::mutex m_mutex;
    std::vector<float> m_ms, m_cpuMs;
    std::int64_t m_cpuNs = 0;                          // GUI thread only
};

}  // namespace indoubt::console::shell
