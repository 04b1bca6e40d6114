// SPDX-License-Identifier: GPL-3.0-or-later
// What the story's card stands beside: the payment's head and timeline over its money, its records on disk and its events.
#pragma once
#include "feed/place.h"

namespace indoubt::console::money {
class ListModel;
}
namespace indoubt::console::timeline {
class PaymentHead;
class TimelinePanel;
}
namespace indoubt::console::widgets {
class DataTable;
class EmptyState;
class PaneHead;
}

namespace indoubt::console::shell {

class StoryPage : public feed::Place {
    Q_OBJECT
  public:
    explicit StoryPage(const feed::Context& context, QWidget* parent = nullptr);
    QString id() const override { return QStringLiteral("story"); }
    QString title() const override { return tr("Your first payment"); }
    void activate() override;
    void deactivate() override;
    QList<QWidget*> regions() const override;
    void showPayment(const base::Xid& xid, const QString& reference);
    void setBadges(bool on);          // 1, 2, 3 over the durable YES, and the stretch before the first word of commit
    timeline::TimelinePanel* panel() const { return m_panel; }

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();
    void showMoney();
    void showDisk();
    void showStory();
    timeline::PaymentHead* m_head;
    timeline::TimelinePanel* m_panel;
    money::ListModel *m_money, *m_disk;
    widgets::DataTable *m_moneyTable, *m_diskTable, *m_eventsTable;
    widgets::PaneHead *m_moneyHead, *m_diskHead, *m_eventsHead;
    base::Xid m_xid;
    QString m_reference;
    std::size_t m_accountsSeen = 0;
    bool m_badges = false, m_low = false;
};

}  // namespace indoubt::console::shell
