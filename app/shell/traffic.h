// SPDX-License-Identifier: GPL-3.0-or-later
// "Generate traffic": a morning's payments at a chosen rate, until stopped. Commands "traffic.start", "traffic.stop",
// "traffic.faster", "traffic.slower". GUI thread; the run has its own.
#pragma once
#include <QObject>
#include <memory>

#include "feed/place.h"

namespace indoubt::workload {
class TrafficRun;
}

namespace indoubt::console::shell {

class Traffic : public QObject {
    Q_OBJECT
  public:
    Traffic(const feed::Context& context, QObject* parent);
    ~Traffic() override;
    void setClient(std::shared_ptr<client::OperatorClient> client);  // null: stops
    void start(double perSecond, quint64 paymentsMost = 0);
    void stop();                                                       // off the GUI thread
    bool running() const { return m_run != nullptr; }
    double rate() const { return m_rate; }

  signals:
    void changed();

  private:
    void setRate(double perSecond);
    feed::Context m_context;
    std::shared_ptr<client::OperatorClient> m_client;
    std::shared_ptr<workload::TrafficRun> m_run;
    double m_rate = 20;
    bool m_saidProblem = false;
};

}  // namespace indoubt::console::shell
