// SPDX-License-Identifier: GPL-3.0-or-later
// Lab, first version: nodes to crash, restart, suspend; links to cut; faults to inject, by recipe or by rule. Absent in
// production. Start page of the trainer. Everything acts on the live cluster and says so.
#pragma once
#include "feed/place.h"

namespace indoubt::console::lab {

class FaultsPane;
class NodesPane;

class LabPlace : public feed::Place {
    Q_OBJECT
  public:
    explicit LabPlace(const feed::Context& context, QWidget* parent = nullptr);
    QString id() const override { return QStringLiteral("lab"); }
    QString title() const override { return tr("Lab"); }
    void activate() override;
    QList<QWidget*> regions() const override;

  private:
    NodesPane* m_nodes;
    FaultsPane* m_faults;
};

}  // namespace indoubt::console::lab
