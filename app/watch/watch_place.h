// SPDX-License-Identifier: GPL-3.0-or-later
// Watch: what is wrong, by cause; how payments flow; the cluster; the live list.
#pragma once
#include <QSet>

#include "feed/place.h"

namespace indoubt::console::widgets {
class AlertBar;
}

namespace indoubt::console::watch {

class CausesPane;
class ClusterPane;
class FlowPane;
class PaymentsPane;

class WatchPlace : public feed::Place {
    Q_OBJECT
  public:
    explicit WatchPlace(const feed::Context& context, QWidget* parent = nullptr);
    QString id() const override { return QStringLiteral("watch"); }
    QString title() const override { return tr("Watch"); }
    void activate() override;
    bool focusFilter() override;
    void setFilter(const QString& filter) override;
    QList<QWidget*> regions() const override;
    PaymentsPane* payments() const { return m_payments; }

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void showAlert();
    widgets::AlertBar* m_alert;
    CausesPane* m_causes;
    FlowPane* m_flow;
    ClusterPane* m_cluster;
    PaymentsPane* m_payments;
    QSet<QString> m_acknowledged;   // causes; a cause that ends is forgotten, so the next one alerts again
    QString m_alerted;
};

}  // namespace indoubt::console::watch
