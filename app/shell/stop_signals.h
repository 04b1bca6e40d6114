// SPDX-License-Identifier: GPL-3.0-or-later
// SIGTERM, SIGINT and SIGHUP as a Qt signal: a session that ends, `kill` and Ctrl+C close the window as a person does, so that the
// bundled cluster stops in order. Make it before any thread is started: threads inherit what it blocks.
#pragma once
#include <QObject>

class QSocketNotifier;

namespace indoubt::console::shell {

class StopSignals : public QObject {
    Q_OBJECT
  public:
    explicit StopSignals(QObject* parent = nullptr);
    ~StopSignals() override;
    void listen();  // once there is an event loop to deliver them

  signals:
    void asked();

  private:
    int m_descriptor = -1;
    QSocketNotifier* m_notifier = nullptr;
};

}  // namespace indoubt::console::shell
