// SPDX-License-Identifier: GPL-3.0-or-later
// What a simulated scenario did, in a timeline of its own: nothing here is a live payment, and nothing can be acted on.
#pragma once
#include <QWidget>
#include <memory>

#include "events/event.h"
#include "feed/place.h"

namespace indoubt::console::timeline {
class TimelinePane;
}

namespace indoubt::console::lab {

class ReplayWindow : public QWidget {
    Q_OBJECT
  public:
    // The events of one run and its payment; `words` say what it shows.
    ReplayWindow(const feed::Context& around, const QString& words, std::vector<events::Event> trace, const base::Xid& xid, QWidget* parent);
    ~ReplayWindow() override;
    timeline::TimelinePane* pane() const { return m_pane; }

    const feed::Feed& feed() const;      // its own

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    struct Inside;                       // a feed and a selection that no cluster and no other pane knows
    std::unique_ptr<Inside> m_inside;
    timeline::TimelinePane* m_pane;
};

}  // namespace indoubt::console::lab
