// SPDX-License-Identifier: GPL-3.0-or-later
// Commands on the cluster that every place may offer, by name: "node.crash.T", "node.restart.T", "node.pause.T", "node.resume.T",
// "fault.clear", "cause.retry" (asks the coordinator again for all that is stuck), and on the selected payment "payment.retry",
// "payment.abort". They follow the cluster's shape. Each says what came of it in a notice.
#pragma once
#include <QObject>

#include "feed/place.h"

namespace indoubt::console::shell {

class ClusterCommands : public QObject {
    Q_OBJECT
  public:
    ClusterCommands(const feed::Context& context, QObject* parent);

  private:
    void follow();
    void addNode(const view::NodeRow& row);
    void actOnNode(base::NodeId node, client::NodeAction action, const QString& done);
    void order(const base::Xid& xid, client::Action action, const QString& reason);
    void confirmAbort(const base::Xid& xid);
    void retryStuck();
    QString past() const;  // why nothing can be done now; empty: it can
    feed::Context m_context;
    std::vector<base::NodeId> m_nodes;
};

}  // namespace indoubt::console::shell
