// SPDX-License-Identifier: GPL-3.0-or-later
// One payment's diagram, kept up to date from the feed: at "now" or at the cut that is shown. Rebuilt when the payment or one
// of its nodes changes, and once a second while it is open. GUI thread; a rebuild of an ordinary payment takes well under a
// millisecond.
#pragma once
#include <QObject>
#include <memory>

#include "feed/place.h"
#include "timeline/scene.h"
#include "view/timeline_model.h"

namespace indoubt::console::timeline {

class PaymentTimeline : public QObject {
    Q_OBJECT
  public:
    explicit PaymentTimeline(const feed::Context& context, QObject* parent = nullptr);
    void setPayment(const base::Xid& xid);  // empty: none
    const base::Xid& xid() const { return m_xid; }
    void setActive(bool active);  // hidden panes do not rebuild; they catch up when they come back
    const std::shared_ptr<const view::TimelineModel>& model() const { return m_model; }  // never null
    const std::shared_ptr<const Scene>& scene() const { return m_scene; }
    view::TransactionPtr transaction() const;
    int indexOf(const events::EventRef& event) const { return m_model->index_of(event); }

  signals:
    void changed();

  private:
    void rebuild();
    bool concerns(const feed::FeedDelta& delta) const;
    feed::Context m_context;
    base::Xid m_xid;
    std::shared_ptr<const view::TimelineModel> m_model;
    std::shared_ptr<const Scene> m_scene;
    bool m_active = true, m_stale = false;
};

}  // namespace indoubt::console::timeline
