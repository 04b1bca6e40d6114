// SPDX-License-Identifier: GPL-3.0-or-later
// The guided first payment: drives the real cluster through the five steps and notices by itself when each is reached.
#pragma once
#include <QObject>
#include <QTimer>

#include "feed/place.h"

namespace indoubt::console::shell {

class PlaceStack;
class StoryCard;
class StoryPage;

class FirstRun : public QObject {
    Q_OBJECT
  public:
    FirstRun(const feed::Context& context, PlaceStack* places, QWidget* parent);
    StoryCard* card() const { return m_card; }
    StoryPage* page() const { return m_page; }
    bool active() const { return m_active; }
    int step() const;
    static bool done();                    // remembered
    void begin();                          // from the first step, with fresh payments
    void end();                            // skipped or finished; remembered
    base::Xid goodPayment() const { return m_good; }
    base::Xid badPayment() const { return m_bad; }

  private:
    void act();
    void pay(const QString& reference, bool bad);
    void armAndPay();
    void restart();
    void slowly();
    void follow();
    void problem(const base::Error& error);
    void openDoor(const QString& door);
    base::Xid findByKey(const std::string& key) const;
    feed::Context m_context;
    PlaceStack* m_places;
    StoryCard* m_card;
    StoryPage* m_page;
    base::Xid m_good, m_bad;
    std::string m_key;                     // of the payment under way
    QTimer m_slow;
    bool m_active = false, m_crashing = false;
};

}  // namespace indoubt::console::shell
