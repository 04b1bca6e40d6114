// SPDX-License-Identifier: GPL-3.0-or-later
// What is selected, once for all panes: a payment, a node, an event. A pinned pane keeps its own copy and does not connect.
// Each change of payment enters a history (Alt+Left, Alt+Right). GUI thread only.
#pragma once
#include <QObject>
#include <vector>

#include "events/event.h"

namespace indoubt::console::feed {

class Selection : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    const base::Xid& xid() const { return m_xid; }          // empty: none
    base::NodeId node() const { return m_node; }             // empty: none
    const events::EventRef& event() const { return m_event; }  // seq 0: none
    const QString& account() const { return m_account; }

    void selectPayment(const base::Xid& xid);                // keeps the node, drops the event
    void selectNode(base::NodeId node);
    void selectAccount(base::NodeId node, const QString& account);
    void selectEvent(const events::EventRef& event, const base::Xid& xid);  // an event of no payment keeps the payment
    void clear();

    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < m_history.size(); }
    void back();
    void forward();

  signals:
    void changed();          // any of the below, once per call
    void paymentChanged();
    void nodeChanged();
    void eventChanged();
    void accountChanged();
    void historyChanged();

  private:
    void remember();
    void show(const base::Xid& xid);
    base::Xid m_xid;
    base::NodeId m_node;
    events::EventRef m_event;
    QString m_account;
    std::vector<base::Xid> m_history;
    std::size_t m_at = 0;
};

}  // namespace indoubt::console::feed
