// SPDX-License-Identifier: GPL-3.0-or-later
// A payment's diagram with its toolbar: axis, counts, zoom, export, table. In the Timeline it is large and its table stands
// below; embedded (Desk, first run) it is compact and Table swaps the diagram for the list of events.
//
//     auto* panel = new timeline::TimelinePanel(context, timeline::PanelStyle::Embedded, this);
//     panel->showPayment(xid);        // follows the feed, the shared selection of events and the time bar by itself
#pragma once
#include <QWidget>

#include "timeline/payment_timeline.h"
#include "timeline/timeline_canvas.h"

class QStackedWidget;
class QPushButton;

namespace indoubt::console::widgets {
class DataTable;
class PaneHead;
class SegmentedControl;
class TextLabel;
}  // namespace indoubt::console::widgets

namespace indoubt::console::timeline {

class EventsModel;

enum class PanelStyle { Large, Embedded };

class TimelinePanel : public QWidget {
    Q_OBJECT
  public:
    TimelinePanel(const feed::Context& context, PanelStyle style, QWidget* parent = nullptr);
    void showPayment(const base::Xid& xid);
    const base::Xid& xid() const { return m_payment->xid(); }
    PaymentTimeline* payment() const { return m_payment; }
    TimelineCanvas* canvas() const { return m_canvas; }
    widgets::PaneHead* head() const { return m_head; }
    EventsModel* events() const { return m_events; }
    void setFollowsSelection(bool follows);  // pinned panes keep their own event
    void setActive(bool active) { m_payment->setActive(active); }
    void exportDialog();
    void exportTo(const QString& path);  // by suffix: svg, png, pdf, csv; says where it was written, or why not
    QString exportName() const;          // proposed, without an ending
    void copyPicture();
    bool tableShown() const;

  signals:
    void tableRequested();       // Large: the table is the owner's
    void eventShown(int index);  // chosen here or elsewhere; -1: none

  protected:
    void showEvent(QShowEvent*) override;
    void hideEvent(QHideEvent*) override;
    void resizeEvent(QResizeEvent*) override;

  private:
    void refresh();
    void choose(int event);
    void followSelection();
    QString countsText() const;
    QSize pictureSize() const;
    void paintPicture(QPainter& painter, const theme::Tokens& tokens) const;
    feed::Context m_context;
    PanelStyle m_style;
    PaymentTimeline* m_payment;
    TimelineCanvas* m_canvas;
    EventsModel* m_events;
    widgets::PaneHead* m_head;
    widgets::SegmentedControl* m_axis;
    widgets::TextLabel* m_counts;
    QPushButton* m_table;
    QList<QWidget*> m_hints;
    widgets::DataTable* m_twin = nullptr;
    QStackedWidget* m_stack = nullptr;
    bool m_follows = true;
};

// Columns of the events table, shared by the twin and the Timeline's own.
void setUpEventsTable(widgets::DataTable* table, EventsModel* model, bool narrow);

}  // namespace indoubt::console::timeline
