// SPDX-License-Identifier: GPL-3.0-or-later
// The Timeline place: one payment, large. Head, diagram, events in causal order, detail and bytes; all in step with the shared
// selection, unless pinned.
#pragma once
#include "feed/place.h"
#include "timeline/timeline_panel.h"

class QSplitter;
class QPushButton;

namespace indoubt::console::log {
class EventInspector;
}

namespace indoubt::console::timeline {

class PaymentHead;

class TimelinePane : public feed::Place {
    Q_OBJECT
  public:
    explicit TimelinePane(const feed::Context& context, QWidget* parent = nullptr);
    QString id() const override { return QStringLiteral("timeline"); }
    QString title() const override { return tr("Timeline"); }
    void activate() override;
    void deactivate() override;
    QList<QWidget*> regions() const override;

    void showPayment(const base::Xid& xid);
    bool isPinned() const { return m_pinned; }
    void setPinned(bool pinned);
    TimelinePanel* panel() const { return m_panel; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void registerCommands();
    void refreshHead();
    void showEvent(int index);
    void jump(const events::EventRef& event);
    QWidget* buildBelow();
    TimelinePanel* m_panel;
    PaymentHead* m_head;
    widgets::DataTable* m_table = nullptr;
    widgets::PaneHead *m_tableHead = nullptr, *m_detailHead = nullptr;
    log::EventInspector* m_inspector = nullptr;
    QSplitter *m_rows, *m_columns = nullptr;
    QPushButton* m_pin;
    bool m_pinned = false;
};

// Words of the head, for whoever shows one: state with its age, legs, protocol, faults.
struct Cost;
struct PaymentHeadText;
Cost costOf(const view::TimelineModel& model);
PaymentHeadText headTextOf(const view::Transaction& transaction, const view::TimelineModel& model, std::int64_t nowHlc);

}  // namespace indoubt::console::timeline
