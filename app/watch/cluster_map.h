// SPDX-License-Identifier: GPL-3.0-or-later
// CLUSTER: the coordinator above its participants, what they do, and what passes between them. A node that is down stands in a
// dashed frame with a cross. Arrow keys choose a node; its menu (right click, menu key, Enter) crashes, restarts, suspends, resumes.
#pragma once
#include <QWidget>
#include <optional>

#include "base/ids.h"
#include "theme/tokens.h"
#include "view/view.h"

namespace indoubt::console::watch {

struct MapNode {
    base::NodeId node;
    QString id, name;
    bool coordinator = false;
    view::NodeState state = view::NodeState::unknown;
    QString first, second;     // "57 begin/s", "fsync 0.9 ms"; down: "no answer 41 s", "last 12:04:31.2"
    QString link;              // "168": messages a second with the coordinator; "asks 2/s" when it does not answer
    bool cut = false;          // a fault cuts this link
};

class ClusterMap : public QWidget {
    Q_OBJECT
  public:
    explicit ClusterMap(QWidget* parent = nullptr);
    void setNodes(const QList<MapNode>& nodes);   // the coordinator first
    void setSelected(base::NodeId node);
    QRect nodeRect(base::NodeId node) const;      // for tests
    QString asText() const;                       // the table twin
    QSize sizeHint() const override { return {328, 268}; }
    QSize minimumSizeHint() const override { return {200, 160}; }

  signals:
    void chosen(base::NodeId node);
    void menuRequested(base::NodeId node, QPoint globalPos);

  protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    bool event(QEvent*) override;

  private:
    void layOut();
    int at(QPoint pos) const;
    void paintLink(QPainter& painter, const theme::Tokens& tokens, const MapNode& node, const QRectF& from, const QRectF& to) const;
    void paintNode(QPainter& painter, const theme::Tokens& tokens, const MapNode& node, const QRectF& box) const;
    void move(int by);
    QList<MapNode> m_nodes;
    QList<QRectF> m_boxes;
    base::NodeId m_selected;
};

}  // namespace indoubt::console::watch
