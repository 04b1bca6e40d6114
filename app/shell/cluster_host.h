// SPDX-License-Identifier: GPL-3.0-or-later
// Brings a cluster to the console off the GUI thread: starts the bundled one, or connects to a running one; and stops it again.
// GUI thread; signals come on it.
#pragma once
#include <QObject>
#include <QThreadPool>
#include <memory>

#include "client/operator_client.h"
#include "shell/options.h"

namespace indoubt::cluster {
class Cluster;
}

namespace indoubt::console::shell {

class ClusterHost : public QObject {
    Q_OBJECT
  public:
    explicit ClusterHost(QObject* parent = nullptr);
    ~ClusterHost() override;
    void start(const Options& options);
    void stop();                               // `stopped` follows, also when nothing runs
    bool busy() const { return m_busy; }
    std::shared_ptr<client::OperatorClient> client() const { return m_client; }
    const client::ClusterInfo& info() const { return m_info; }
    QString dataDirectory() const { return m_dataDirectory; }

  signals:
    void started();
    void failed(const indoubt::base::Error& error);
    void stopped();

  private:
    struct Up {
        std::unique_ptr<cluster::Cluster> cluster;   // null: somebody else's
        std::shared_ptr<client::OperatorClient> client;
        client::ClusterInfo info;
    };
    static base::Result<std::shared_ptr<Up>> bring(const Options& options, const QString& dataDirectory);
    QThreadPool m_pool;
    std::unique_ptr<cluster::Cluster> m_cluster;
    std::shared_ptr<client::OperatorClient> m_client;
    client::ClusterInfo m_info;
    QString m_dataDirectory;
    bool m_busy = false;
};

}  // namespace indoubt::console::shell
