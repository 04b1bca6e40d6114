// SPDX-License-Identifier: GPL-3.0-or-later
#include "lab/replay_window.h"

#include <QPainter>
#include <QShortcut>
#include <QVBoxLayout>

#include "theme/theme.h"
#include "timeline/timeline_pane.h"
#include "widgets/labels.h"

namespace indoubt::console::lab {

struct ReplayWindow::Inside {
    feed::Selection selection;
    feed::CommandRegistry commands;
    feed::Navigator navigator;
    feed::Feed feed;
    feed::Executor executor;
};

ReplayWindow::ReplayWindow(const feed::Context& around, const QString& words, std::vector<events::Event> trace, const base::Xid& xid, QWidget* parent)
    : QWidget(parent, Qt::Window), m_inside(std::make_unique<Inside>()) {
    setObjectName(QStringLiteral("replayWindow"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Simulated: %1").arg(words));
    resize(1100, 760);
    auto* lines = new QVBoxLayout(this);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    auto* label = new widgets::TextLabel(tr("SIMULATED, no live payment: %1").arg(words), theme::TextRole::SmallStrong, widgets::Ink::Text, this);
    label->setObjectName(QStringLiteral("replayWords"));
    label->setContentsMargins(12, 6, 12, 6);
    label->setWordWrap(true);
    lines->addWidget(label);
    const feed::Context own{&m_inside->feed, &m_inside->selection, &m_inside->executor, &m_inside->commands, around.session, &m_inside->navigator};
    m_pane = new timeline::TimelinePane(own, this);
    lines->addWidget(m_pane, 1);
    auto* leave = new QShortcut(Qt::Key_Escape, this);
    connect(leave, &QShortcut::activated, this, &QWidget::close);
    // What has ended does not age: once all of it is there the clock stands.
    auto* feed = &m_inside->feed;
    connect(feed, &feed::Feed::advanced, this, [feed, all = static_cast<quint64>(trace.size())] {
        if (feed->isLive() && feed->shownEvents() >= all) feed->pause();
    }, Qt::QueuedConnection);
    m_inside->feed.inject(std::move(trace));
    m_inside->selection.selectPayment(xid);
    m_pane->activate();
}

const feed::Feed& ReplayWindow::feed() const { return m_inside->feed; }

// The pane looks at what is inside until it goes: it goes first.
ReplayWindow::~ReplayWindow() { delete m_pane; }

void ReplayWindow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::tokensOf(this).panel);
}

}  // namespace indoubt::console::lab
