// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/place_stack.h"

#include <QApplication>
#include <QCloseEvent>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

#include "shell/layout_keeper.h"
#include "widgets/cards.h"

namespace indoubt::console::shell {

PlaceStack::PlaceStack(QWidget* parent) : QStackedWidget(parent) { setObjectName(QStringLiteral("places")); }

void PlaceStack::addPlace(feed::Place* place) {
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(place);
    m_places[place->id()] = place;
    m_pages[place->id()] = page;
    addWidget(page);
}

void PlaceStack::setCurrent(const QString& id) {
    if (!m_pages.contains(id)) return;
    if (auto* window = m_windows.value(id)) {
        window->show();
        window->raise();
        window->activateWindow();
        return;
    }
    if (id == m_current && currentWidget() == m_pages[id]) return;
    if (auto* old = currentPlace()) old->deactivate();
    m_current = id;
    setCurrentWidget(m_pages[id]);
    m_places[id]->activate();
    emit currentChangedTo(id);
}

void PlaceStack::setTitleTail(const QString& tail) {
    m_tail = tail;
    for (auto it = m_windows.begin(); it != m_windows.end(); ++it) it.value()->setWindowTitle(m_places[it.key()]->title() + QStringLiteral(": ") + tail);
}

void PlaceStack::tearOff(const QString& id) {
    auto* place = m_places.value(id);
    if (!place || m_windows.contains(id)) return;
    auto* window = new QWidget(nullptr, Qt::Window);
    window->setObjectName(QStringLiteral("window.") + id);
    window->setProperty("place", id);
    window->setWindowTitle(place->title() + QStringLiteral(": ") + m_tail);
    auto* layout = new QVBoxLayout(window);
    layout->setContentsMargins(0, 0, 0, 0);
    m_pages[id]->layout()->removeWidget(place);
    layout->addWidget(place);
    place->show();
    window->resize(place->size().expandedTo({960, 600}));
    const QByteArray geometry = QSettings().value(LayoutKeeper::key(QStringLiteral("window.") + id)).toByteArray();
    if (!geometry.isEmpty()) window->restoreGeometry(geometry);
    window->installEventFilter(this);
    m_windows[id] = window;
    auto* note = new widgets::EmptyState(m_pages[id]);
    note->setCentred(true);
    note->setText(tr("%1 is in its own window.").arg(place->title()));
    connect(note->setAction(tr("Bring it back")), &QPushButton::clicked, this, [this, id] { bringBack(id); });
    m_pages[id]->layout()->addWidget(note);
    window->show();
    place->activate();
}

void PlaceStack::bringBack(const QString& id) {
    auto* window = m_windows.take(id);
    if (!window) return;
    QSettings().setValue(LayoutKeeper::key(QStringLiteral("window.") + id), window->saveGeometry());
    while (auto* item = m_pages[id]->layout()->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    m_pages[id]->layout()->addWidget(m_places[id]);
    m_places[id]->show();
    window->hide();
    window->deleteLater();
    if (m_current == id) m_places[id]->activate();
}

void PlaceStack::bringAllBack() {
    for (const QString& id : m_windows.keys()) bringBack(id);
}

bool PlaceStack::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Close) {
        bringBack(watched->property("place").toString());
        event->ignore();
        return true;
    }
    return QStackedWidget::eventFilter(watched, event);
}

void PlaceStack::nextRegion() {
    auto* place = currentPlace();
    if (!place) return;
    const auto regions = place->regions();
    if (regions.isEmpty()) return;
    const QWidget* focus = QApplication::focusWidget();
    int at = -1;
    for (int i = 0; i < regions.size(); ++i)
        if (focus && (regions[i] == focus || regions[i]->isAncestorOf(focus))) at = i;
    for (int step = 1; step <= regions.size(); ++step) {
        QWidget* next = regions[(at + step) % regions.size()];
        if (!next->isVisible()) continue;
        if (next->focusPolicy() == Qt::NoFocus) next->setFocusPolicy(Qt::TabFocus);
        next->setProperty("indoubtRing", true);  // a list without a current row, a pane of words: nothing else would show where one is
        next->setFocus(Qt::TabFocusReason);
        return;
    }
}

}  // namespace indoubt::console::shell
