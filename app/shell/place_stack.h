// SPDX-License-Identifier: GPL-3.0-or-later
// The places, one in front; any can be torn off into its own window and comes back when that closes.
#pragma once
#include <QHash>
#include <QStackedWidget>

#include "feed/place.h"

namespace indoubt::console::shell {

class PlaceStack : public QStackedWidget {
    Q_OBJECT
  public:
    explicit PlaceStack(QWidget* parent = nullptr);
    void addPlace(feed::Place* place);
    feed::Place* place(const QString& id) const { return m_places.value(id); }
    QString current() const { return m_current; }
    feed::Place* currentPlace() const { return place(m_current); }
    void setCurrent(const QString& id);
    void tearOff(const QString& id);
    void bringBack(const QString& id);
    void bringAllBack();
    bool isTornOff(const QString& id) const { return m_windows.contains(id); }
    void setTitleTail(const QString& tail);        // cluster and environment, for torn-off windows
    // F6: from the region that has the focus to the next one.
    void nextRegion();

  signals:
    void currentChangedTo(const QString& id);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QHash<QString, feed::Place*> m_places;
    QHash<QString, QWidget*> m_pages, m_windows;
    QString m_current, m_tail;
};

}  // namespace indoubt::console::shell
