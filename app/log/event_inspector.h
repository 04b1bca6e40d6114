// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps DETAIL and BYTES in step: a fact chosen shows its bytes, a byte chosen shows its fact. Owns both widgets until they are
// placed. Used by the Log and the Timeline.
#pragma once
#include <QObject>
#include <optional>

#include "log/bytes_pane.h"
#include "log/fact_view.h"
#include "log/facts.h"

namespace indoubt::console::log {

class EventInspector : public QObject {
    Q_OBJECT
  public:
    EventInspector(bool full, QWidget* parent);
    FactView* facts() const { return m_facts; }
    BytesPane* bytes() const { return m_bytes; }
    void setEvent(const events::Event& event, const FactContext& context);
    void clear();
    const std::optional<events::Event>& event() const { return m_event; }

  signals:
    void eventRequested(const indoubt::events::EventRef& event);
    void filterRequested(const QString& term);

  private:
    FactView* m_facts;
    BytesPane* m_bytes;
    std::optional<events::Event> m_event;
};

}  // namespace indoubt::console::log
