// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/desk_place.h"

#include <QCoreApplication>
#include <QResizeEvent>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>

#include "desk/advice_pane.h"
#include "desk/case_pane.h"
#include "desk/queues_pane.h"
#include "widgets/data_table.h"

namespace indoubt::console::desk {

namespace {
constexpr int queues_width = 360, advice_width = 260, narrow = 1100;  // with the line between
constexpr int stacked_height = 780, stacked_advice = 320;
}

DeskPlace::DeskPlace(const feed::Context& context, QWidget* parent) : Place(context, parent) {
    setObjectName(QStringLiteral("deskPlace"));
    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->setObjectName(QStringLiteral("deskColumns"));
    m_columns->setChildrenCollapsible(false);
    m_queues = new QueuesPane(context, m_columns);
    m_queues->setMinimumWidth(260);
    // Where the advice stands under the case both keep a height that serves, and scroll together in a low window.
    auto* scroll = m_scroll = new QScrollArea(m_columns);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_right = new QSplitter(Qt::Horizontal, scroll);
    m_right->setObjectName(QStringLiteral("deskRight"));
    m_right->setChildrenCollapsible(false);
    m_case = new CasePane(context, m_right);
    m_case->setMinimumWidth(520);
    m_advice = new AdvicePane(context, m_right);
    m_advice->setMinimumWidth(240);
    m_right->addWidget(m_case);
    m_right->addWidget(m_advice);
    m_right->setStretchFactor(0, 1);
    m_right->setStretchFactor(1, 0);
    m_right->setSizes({748, advice_width - 1});
    m_columns->addWidget(m_queues);
    scroll->setWidget(m_right);
    scroll->setMinimumWidth(540);
    m_columns->addWidget(scroll);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setSizes({queues_width - 1, 1008});
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_columns);

    connect(context.feed, &feed::Feed::advanced, this, [this](const feed::FeedDelta& delta) {
        const auto& xid = selection().xid();
        const bool mine = delta.reset || std::find(delta.changed.begin(), delta.changed.end(), xid) != delta.changed.end();
        if (isVisible() && mine) {
            m_case->refresh();
            m_advice->refresh();
        }
        if (delta.reset && isVisible()) m_queues->refresh();
        tellWhoWaits();
    });
    connect(context.feed, &feed::Feed::secondPassed, this, [this] {
        if (isVisible()) refresh();
    });
    connect(context.feed, &feed::Feed::timeChanged, this, [this] {
        if (isVisible()) refresh();
    });
    connect(context.session, &feed::Session::preferencesChanged, this, &DeskPlace::refresh);
    connect(m_advice, &AdvicePane::tellMe, this, &DeskPlace::watchPayment);
    connect(m_advice, &AdvicePane::forceChosen, m_case, &CasePane::previewForce);
    connect(context.selection, &feed::Selection::paymentChanged, this, [this] {
        const auto& xid = selection().xid();
        m_advice->setWatching(std::find(m_watched.begin(), m_watched.end(), xid) != m_watched.end());
    });
}

void DeskPlace::refresh() {
    m_queues->refresh();
    if (selection().xid().empty()) selectSomething();
    m_case->refresh();
    m_advice->refresh();
}

void DeskPlace::activate() {
    refresh();
    selectSomething();
}

// Who comes to the Desk without a selection gets the most urgent payment of the queue.
void DeskPlace::selectSomething() {
    if (!selection().xid().empty() && feed().view().find(selection().xid())) return;
    if (const auto xid = m_queues->model()->xidAt(0); !xid.empty()) selection().selectPayment(xid);
}

bool DeskPlace::focusFilter() {
    m_queues->focusFilter();
    return true;
}

void DeskPlace::setFilter(const QString& filter) { m_queues->setFilter(filter); }

QList<QWidget*> DeskPlace::regions() const { return {m_queues->table(), m_case->evidence(), m_advice}; }

// Below 1100 px the advice moves under the case.
void DeskPlace::resizeEvent(QResizeEvent* event) {
    Place::resizeEvent(event);
    const auto wanted = event->size().width() < narrow ? Qt::Vertical : Qt::Horizontal;
    if (m_right->orientation() == wanted) return;
    m_right->setOrientation(wanted);
    const bool below = wanted == Qt::Vertical;
    m_right->setMinimumHeight(below ? stacked_height : 0);
    // Now, not with the next turn of the event loop: what is laid out late is seen to jump.
    QEvent request(QEvent::LayoutRequest);
    QCoreApplication::sendEvent(m_scroll, &request);
    m_right->setSizes(below ? QList<int>{std::max(height(), stacked_height) - stacked_advice, stacked_advice} : QList<int>{width() - queues_width - advice_width, advice_width - 1});
    m_right->setStretchFactor(0, 1);
}

void DeskPlace::watchPayment(const base::Xid& xid) {
    if (std::find(m_watched.begin(), m_watched.end(), xid) == m_watched.end()) m_watched.push_back(xid);
    m_queues->setWatched(m_watched);
    m_advice->setWatching(true);
}

void DeskPlace::tellWhoWaits() {
    if (m_watched.empty()) return;
    const auto settled = std::find_if(m_watched.begin(), m_watched.end(), [this](const base::Xid& xid) {
        const auto transaction = feed().newest().find(xid);
        return transaction && !transaction->open();
    });
    if (settled == m_watched.end()) return;
    const auto transaction = feed().newest().find(*settled);
    context().navigator->say(tr("%1 is settled: %2.").arg(feed::referenceText(*transaction), feed::stateWord(*transaction)));
    m_watched.erase(settled);
    m_queues->setWatched(m_watched);
}

}  // namespace indoubt::console::desk
