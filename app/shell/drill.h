// SPDX-License-Identifier: GPL-3.0-or-later
// "Settle a stuck payment": makes one, for practice. Command "drill.stuck": a payment whose coordinator crashes with its
// decision on disk and untold. Only where faults are allowed.
#pragma once
#include <QObject>

#include "feed/place.h"

namespace indoubt::console::shell {

class Drill : public QObject {
    Q_OBJECT
  public:
    Drill(const feed::Context& context, QObject* parent);

  private:
    void begin();
    feed::Context m_context;
    int m_number = 0;
};

}  // namespace indoubt::console::shell
