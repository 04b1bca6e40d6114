// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/event_inspector.h"

namespace indoubt::console::log {

EventInspector::EventInspector(bool full, QWidget* parent)
    : QObject(parent), m_facts(new FactView(parent)), m_bytes(new BytesPane(full, parent)) {
    connect(m_facts, &FactView::pathChosen, this, [this](const QString& path) {
        int field = -1;
        // A fact may stand for a part that this event leaves out: then the whole that would hold it.
        for (QString at = path; field < 0 && !at.isEmpty();
             at = at.contains(QLatin1Char('.')) ? at.left(at.lastIndexOf(QLatin1Char('.'))) : QString())
            field = m_bytes->shown().fieldOf(at);
        m_bytes->setField(field);
    });
    connect(m_bytes, &BytesPane::fieldChosen, m_facts, &FactView::choosePath);
    connect(m_facts, &FactView::eventRequested, this, &EventInspector::eventRequested);
    connect(m_facts, &FactView::filterRequested, this, &EventInspector::filterRequested);
}

void EventInspector::setEvent(const events::Event& event, const FactContext& context) {
    const bool same = m_event && m_event->ref() == event.ref();
    m_event = event;
    m_facts->setFacts(factsOf(event, context));
    if (!same) m_bytes->setRecorded(recorded(event));
    const Fact* chosen = m_facts->facts()->factAt(m_facts->currentIndex());
    if (chosen) m_bytes->setField(m_bytes->shown().fieldOf(chosen->path));
}

void EventInspector::clear() {
    m_event.reset();
    m_facts->setFacts({});
    m_bytes->clear();
}

}  // namespace indoubt::console::log
