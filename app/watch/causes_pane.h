// SPDX-License-Identifier: GPL-3.0-or-later
// STUCK by cause: a card per cause with the remedy that settles the group without forcing anything, and the counters. Cards
// keep their places while a cause lasts; texts tick once a second. The counters never scroll: where a card needs the room, the three
// that are nearly always 0 share a line.
#pragma once
#include <QWidget>
#include <map>
#include <set>

#include "feed/cause_words.h"
#include "feed/place.h"

class QBoxLayout;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace indoubt::console::widgets {
class CauseCard;
class CountRow;
class EmptyState;
class PaneHead;
}

namespace indoubt::console::watch {

class CausesPane : public QWidget {
    Q_OBJECT
  public:
    explicit CausesPane(const feed::Context& context, QWidget* parent = nullptr);
    void refresh();
    int causes() const { return static_cast<int>(m_cards.size()); }

  signals:
    void filterWanted(const QString& filter);

  protected:
    void resizeEvent(QResizeEvent*) override;

  private:
    void arrange();
    QString filterOfLast() const;
    void showCards(const std::vector<view::Cause>& causes, std::int64_t now);
    void showNothing(std::int64_t now);
    void fill(widgets::CauseCard* card, const feed::CauseWords& words, bool first);
    widgets::CountRow* addCounter(theme::Glyph glyph, const QString& words, const QString& filter);
    struct Card {
        widgets::CauseCard* widget = nullptr;
        QString steps;       // labels of the buttons made; rebuilt only when they change
    };
    struct LastCause {
        QString title;
        std::int64_t sinceHlc = 0, untilHlc = 0;
        std::set<base::Xid> payments;  // all that waited, while it lasted
    };
    feed::Context m_context;
    widgets::PaneHead* m_head;
    widgets::EmptyState* m_empty;
    QScrollArea* m_scroll;
    QWidget *m_body, *m_edge;
    QPushButton* m_open;      // the last cause's payments
    QVBoxLayout *m_list, *m_counters;
    QBoxLayout* m_rare;       // heuristic, damage, past due
    std::map<QString, Card> m_cards;
    QString m_selected;
    LastCause m_last;
    widgets::CountRow *m_stuck, *m_waiting, *m_undelivered, *m_heuristic, *m_damage, *m_pastDue;
};

}  // namespace indoubt::console::watch
