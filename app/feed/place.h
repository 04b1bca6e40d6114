// SPDX-License-Identifier: GPL-3.0-or-later
// What every place of the window (Watch, Desk, Timeline, Log, Money, Lab) is and what it is given. A place is built once, with
// a Context; it reads `context.feed->view()`, follows Feed::advanced and Selection, acts through the Executor and registers its
// actions. It never blocks, never keeps truth of its own, and works when torn off into its own window.
#pragma once
#include <QWidget>

#include "feed/command_registry.h"
#include "feed/executor.h"
#include "feed/feed.h"
#include "feed/selection.h"
#include "feed/session.h"

namespace indoubt::console::feed {

// Asks the window to show something. `place` is an id: "watch", "desk", "timeline", "log", "money", "lab".
class Navigator : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    void open(const QString& place) { emit openRequested(place); }
    void openPayment(const QString& place, const base::Xid& xid) { emit paymentRequested(place, xid); }
    void openFiltered(const QString& place, const QString& filter) { emit filterRequested(place, filter); }
    void say(const QString& text, bool problem = false) { emit noticeRequested(text, problem); }  // short notice at the window's foot
    void run(const QString& command) { emit commandRequested(command); }                           // by id of the registry

  signals:
    void openRequested(const QString& place);
    void paymentRequested(const QString& place, const base::Xid& xid);
    void filterRequested(const QString& place, const QString& filter);
    void noticeRequested(const QString& text, bool problem);
    void commandRequested(const QString& command);
};

// All live as long as the window; never null.
struct Context {
    Feed* feed = nullptr;
    Selection* selection = nullptr;
    Executor* executor = nullptr;
    CommandRegistry* commands = nullptr;
    Session* session = nullptr;
    Navigator* navigator = nullptr;
};

class Place : public QWidget {
    Q_OBJECT
  public:
    Place(const Context& context, QWidget* parent) : QWidget(parent), m_context(context) {}
    virtual QString id() const = 0;                     // "watch"
    virtual QString title() const = 0;                  // "Watch"; of its own window when torn off
    virtual void activate() {}                          // it came to the front: catch up, take focus where one would type
    virtual void deactivate() {}                        // hidden: may stop drawing; must catch up in activate()
    virtual bool focusFilter() { return false; }        // Ctrl+F; false: this place has none
    virtual void setFilter(const QString& filter) { Q_UNUSED(filter); }
    virtual QList<QWidget*> regions() const { return {}; }  // F6 goes from one to the next

  protected:
    const Context& context() const { return m_context; }
    Feed& feed() const { return *m_context.feed; }
    Selection& selection() const { return *m_context.selection; }
    Executor& executor() const { return *m_context.executor; }

  private:
    Context m_context;
};

}  // namespace indoubt::console::feed
