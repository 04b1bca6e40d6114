// SPDX-License-Identifier: GPL-3.0-or-later
// The map with its figures: what the view knows, and once a second the nodes' own counters (messages, which a sampled stream
// of events cannot count).
#pragma once
#include <QWidget>
#include <unordered_map>

#include "feed/place.h"

class QMenu;

namespace indoubt::console::widgets {
class PaneHead;
}

namespace indoubt::console::watch {

class ClusterMap;

// Crash, restart, suspend, resume of one node, from the registry; used by the map and by the list's menu.
void fillNodeMenu(QMenu* menu, const feed::Context& context, base::NodeId node);

class ClusterPane : public QWidget {
    Q_OBJECT
  public:
    explicit ClusterPane(const feed::Context& context, QWidget* parent = nullptr);
    void refresh();
    ClusterMap* map() const { return m_map; }

  private:
    void ask();
    struct Counted {
        std::uint64_t messages = 0;
        double rate = -1;   // per second; below 0: not known yet
    };
    feed::Context m_context;
    widgets::PaneHead* m_head;
    ClusterMap* m_map;
    std::unordered_map<base::NodeId, Counted, base::IdHash> m_counted;
    std::int64_t m_askedAtNs = 0;
    bool m_asking = false;
};

}  // namespace indoubt::console::watch
