// SPDX-License-Identifier: GPL-3.0-or-later
// Desk: queues of what needs a person, the payment, advice and actions. Start page of support.
#pragma once
#include <vector>

#include "feed/place.h"

class QScrollArea;
class QSplitter;

namespace indoubt::console::desk {

class AdvicePane;
class CasePane;
class QueuesPane;

class DeskPlace : public feed::Place {
    Q_OBJECT
  public:
    explicit DeskPlace(const feed::Context& context, QWidget* parent = nullptr);
    QString id() const override { return QStringLiteral("desk"); }
    QString title() const override { return tr("Desk"); }
    void activate() override;
    bool focusFilter() override;
    void setFilter(const QString& filter) override;
    QList<QWidget*> regions() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();
    void watchPayment(const base::Xid& xid);
    void tellWhoWaits();
    void selectSomething();

    QueuesPane* m_queues;
    CasePane* m_case;
    AdvicePane* m_advice;
    QSplitter *m_columns, *m_right;
    QScrollArea* m_scroll;
    std::vector<base::Xid> m_watched;
};

}  // namespace indoubt::console::desk
