// SPDX-License-Identifier: GPL-3.0-or-later
// How long the GUI thread is busy between two waits for events. With INDOUBT_GUI_STATS=1 a line on stderr every ten seconds and
// at the end; tests read it directly. Costs two clock reads per turn of the event loop.
#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <vector>

namespace indoubt::console::shell {

struct BusyStretches {
    std::size_t turns = 0;
    double p50Ms = 0, p99Ms = 0, worstMs = 0;
};

class GuiStats : public QObject {
    Q_OBJECT
  public:
    explicit GuiStats(QObject* parent = nullptr);
    ~GuiStats() override;
    static bool wanted();
    BusyStretches summary() const;
    void clear();

  private:
    void print() const;
    QElapsedTimer m_clock;
    qint64 m_awakeNs = -1;
    std::vector<float> m_ms;
    QTimer m_print;
};

}  // namespace indoubt::console::shell
